"""Whether a log can be cut in time for everybody at once."""

import pandas as pd

# The last stretch of the log, as a share of its events.
LATEST = 0.1
# Of its events, the share by people who were there before, from which on people return rather than pass by;
# and how many such people are needed.
RETURNING = 0.5
ENOUGH_PEOPLE = 100
# People who start at one and the same moment, from which share on times are places in a sequence.
SAME_START = 0.5


def can_be_cut(interactions: pd.DataFrame) -> bool:
    """Tell whether the past of a log says what the same people do next.

    The times must be those of a clock that all people share, and people must come back: in a log of visitors,
    who come once and do everything then, a cut in time leaves nobody with both a past and a future.

    Args:
        interactions: Events with user_id and timestamp, all known.
    """
    time = interactions["timestamp"]
    firsts = time.groupby(interactions["user_id"]).min()
    if firsts.value_counts(normalize=True).max() > SAME_START:
        return False
    late = time > time.quantile(1 - LATEST)
    known = interactions["user_id"].isin(interactions.loc[~late, "user_id"])
    returning = interactions.loc[late & known, "user_id"]
    return len(returning) >= RETURNING * late.sum() and returning.nunique() >= ENOUGH_PEOPLE
