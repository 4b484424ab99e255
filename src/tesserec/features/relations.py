"""Blocks from relations: who is linked to what."""

import numpy as np
import pandas as pd
import scipy.sparse as sp


def relation_block(relations: pd.DataFrame, kind: str, index: pd.Index) -> tuple[sp.csr_array, list[str]]:
    """Return one column per thing that at least one row is linked to, (rows, things), and the things' names.

    Links are read from both ends. A row that is linked to its own kind (a friend, a sequel) is counted as
    linked to itself, so that two friends share columns even if they share no third.

    Args:
        relations: head_type, head_id, relation, tail_type, tail_id.
        kind: `user` or `item`: the type of the rows.
        index: Ids of the rows, in order.
    """
    ends = ["head_type", "head_id", "tail_type", "tail_id"]
    forward = relations[[*ends, "relation"]]
    backward = forward.rename(columns=dict(zip(ends, ends[2:] + ends[:2], strict=True)))
    links = pd.concat([forward, backward])
    links = links[(links["head_type"] == kind) & links["head_id"].isin(index)]
    themselves = links[links["tail_type"] == kind]
    themselves = themselves.assign(tail_id=themselves["head_id"])
    links = pd.concat([links, themselves])
    names = links["relation"] + ": " + links["tail_type"] + " " + links["tail_id"]
    codes, columns = pd.factorize(names, sort=True)
    pairs = pd.DataFrame({"row": index.get_indexer(links["head_id"]), "column": codes}).drop_duplicates()
    entries = (np.ones(len(pairs), dtype=np.float32), (pairs["row"], pairs["column"]))
    return sp.csr_array(entries, shape=(len(index), len(columns))), list(columns)
