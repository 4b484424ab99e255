"""The tuned parameters as a file that people read and the next run takes."""

import pandas as pd
import yaml

from tesserec.pipelines.tuning.plan import Changes

HEADER = """\
# Made by `kedro run --pipelines tuning`. The next run takes it with `kedro run --config THIS_FILE`.
# NDCG@10 on the folds that these options were chosen on, and the standard error of the gain; expect less on
# test data.
"""
NOTHING = """\
# No option is clearly better than its default, or the fusion is clearly worse with those that are: defaults
# stay.
"""


def write_parameters(results: pd.DataFrame, changes: Changes) -> str:
    """Return a YAML file for `kedro run --config`.

    Args:
        results: recommender, default, tuned, gain, gain_error, taken.
        changes: The options to take, by recommender; empty: none.
    """
    lines = [
        f"#   {row.recommender}: {row.tuned:.4f}, by default {row.default:.4f} "
        f"({row.gain:+.4f}, standard error {row.gain_error:.4f}){'' if row.taken else ' - not taken'}\n"
        for row in results.itertuples()
    ]
    recommenders = {name: dict(values) for name, values in changes.items()}
    params = {"model_training": {"recommenders": recommenders}} if changes else {}
    written = yaml.safe_dump({"run": {"params": params}}, sort_keys=False)
    return "".join([HEADER, *lines, "" if changes else NOTHING, written])
