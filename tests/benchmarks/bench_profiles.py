"""Whether what is mined of people would help to recommend: fusions with and without it, paired.

    kedro run --pipelines preprocessing,token_encoding,semantic_mining,feature_fusion --params output_dir=RUN
    python tests/benchmarks/bench_profiles.py RUN [RUN ...]

All is learned from the training split, and no test row is looked at. A fusion, the weighted sum with gates,
is learned on one half of the people with validation targets and judged on the other, both ways, over several
random halvings; intervals of the differences in NDCG@10 are bootstrapped over people.

Profiles: a block of item features (one column per interest or topic; `taste`, the place among choices of
which interests are clusters; the keywords of the card), and two recommenders that know a person by the sum of
the block over the history: items like that sum, and what is chosen with such a sum (`ContentRegression`).

Opinions: the values of a part of the training events are withheld, and what a person wrote about an item
without a value changes the weight of that item, `times` 2 · positive, or to 0 (`drop`) if positive < .2.
"""

import argparse
import logging
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import scipy.sparse as sp
from kedro.framework.startup import bootstrap_project
from kedro.io import DataCatalog

from tesserec.commands.configuration import checked_parameters, load_catalog
from tesserec.evaluation.held_out import HeldOut, hold_out
from tesserec.features.blocks import FeatureBlocks, Matrix
from tesserec.features.texts import LexicalBlock
from tesserec.metrics import paired_difference
from tesserec.pipelines.model_training.options import ModelTrainingOptions
from tesserec.pipelines.preprocessing.options import PreprocessingOptions
from tesserec.pipelines.semantic_mining.opinions import judge_user_texts
from tesserec.pipelines.semantic_mining.options import SemanticMiningOptions
from tesserec.recommenders import ContentRegression, ContentTaste, Recommender, TrainingData
from tesserec.recommenders.base import fit_all
from tesserec.recommenders.blend import Form
from tesserec.recommenders.examples import Examples, collect_examples
from tesserec.recommenders.gates import GATES
from tesserec.recommenders.histories import build_profiles
from tesserec.recommenders.ranking import eligible_items
from tesserec.recommenders.support import Support
from tesserec.semantics import SEPARATOR
from tesserec.semantics.interests import weight_matrix
from tesserec.semantics.taste_space import TasteSpace
from tesserec.splits import history, visible_texts
from tesserec.splits.stages import PAIR
from tesserec.tables.weights import weigh_events

logger = logging.getLogger("bench_profiles")

CONF = Path(__file__).resolve().parents[2] / "conf"
DATASETS = (
    "tuning_data", "split_interactions", "candidates", "protocol", "item_texts@table", "item_embeddings",
    "user_texts@table", "user_text_embeddings", "item_interests", "item_topics", "item_cards",
    "params:preprocessing", "params:semantic_mining", "params:model_training",
)  # fmt: skip
NOT_LIKED = 0.2


def item_blocks(catalog: DataCatalog, data: TrainingData) -> dict[str, Matrix]:
    """Return what is mined of the items, each (items, columns)."""
    ids = data.items.ids
    blocks: dict[str, Matrix] = {}
    for kind in ("interest", "topic"):
        numbers = catalog.load(f"item_{kind}s").set_index("item_id")[kind].reindex(ids).to_numpy()
        rows = np.flatnonzero(numbers >= 0)
        entries = (np.ones(len(rows), np.float32), (rows, numbers[rows].astype(int)))
        blocks[f"{kind}s"] = sp.csr_array(entries, shape=(len(ids), int(numbers.max()) + 1))
    if (taste := taste_block(catalog, ids)).any():
        blocks["taste"] = taste
    cards = catalog.load("item_cards").set_index("item_id")["keywords"].reindex(ids).fillna("")
    # One keyword is one word here, whatever words it has.
    words = cards.str.replace(" ", "_").str.replace(SEPARATOR, " ", regex=False)
    known = np.unique(data.profiles.items)
    blocks["keywords"] = LexicalBlock(2).fit(words.iloc[known]).transform(words)
    return blocks


def taste_block(catalog: DataCatalog, ids: np.ndarray) -> np.ndarray:
    """Return where items lie among choices, (items, axes); each language has axes of its own."""
    options = SemanticMiningOptions.model_validate(catalog.load("params:semantic_mining"))
    texts = catalog.load("item_texts@table").set_index("item_id").reindex(ids)
    vectors = catalog.load("item_embeddings").rows(ids)
    chosen = history(catalog.load("split_interactions"), "tuning").query("weight > 0")
    choices = weight_matrix(chosen, pd.Index(chosen["user_id"].unique()), pd.Index(ids)).sign().tocsc()
    parts = [np.zeros((len(ids), 0), np.float32)]
    for language in texts["language"].dropna().unique():
        rows = np.flatnonzero(texts["language"] == language)
        learned = rows[choices[:, rows].sum(axis=0).A1 > 0]
        words = texts["lexical"].fillna("").tolist()
        space = TasteSpace.fit(
            [words[row] for row in learned], vectors[learned], choices[:, learned].tocsr(),
            options.minimum_items, options.seed,
        )  # fmt: skip
        if space is not None:
            places = space.place([words[row] for row in rows], vectors[rows])
            parts.append(np.zeros((len(ids), places.shape[1]), np.float32))
            parts[-1][rows] = places
    return np.hstack(parts)


class Judge:
    """Learns fusions on halves of the people with validation targets, and judges them on the others.

    Args:
        catalog: Of a run.
        halvings: How often people are divided anew.
        trees: Whether the weighted sum is corrected by trees, which takes minutes more.
    """

    def __init__(self, catalog: DataCatalog, halvings: int, trees: bool) -> None:
        self.catalog, self.halvings, self.form = catalog, halvings, Form(GATES, trees)
        self.options = ModelTrainingOptions.model_validate(catalog.load("params:model_training"))
        self.known = np.flatnonzero(self._task(catalog.load("tuning_data")).profiles.liked().lengths)

    def _task(self, data: TrainingData) -> HeldOut:
        names = ("split_interactions", "candidates", "protocol")
        events, candidates, protocol = (self.catalog.load(name) for name in names)
        return hold_out(data, events, candidates["item_id"], protocol, "tuning")

    def examples(self, recommenders: Mapping[str, Recommender], data: TrainingData) -> Examples:
        """Return the examples of all people with a history, the same people for all data of a run."""
        task = self._task(data).take(self.known)
        eligible = eligible_items(task.profiles, task.candidates)
        depth = self.options.fusion.depth
        return collect_examples(recommenders, Support.of(data), task.profiles, task.targets, eligible, depth)

    def ndcg(self, names: list[str], examples: Examples) -> np.ndarray:
        """Return NDCG@10 of each person under fusions that were learned on others, (people,)."""
        protocol = self.catalog.load("protocol")
        learner = self.options.fusion.learner(names, new_items=protocol["split"]["method"] == "cold_items")
        people = len(examples.held_out)
        found = np.zeros(people)
        for seed in range(self.halvings):
            half = np.random.default_rng(seed).permutation(people) % 2
            for side in (0, 1):
                judged = np.flatnonzero(half == side)
                blend = learner.learn(self.form, examples.take(np.flatnonzero(half != side)))
                own = examples.take(judged)
                found[judged] += own.ndcg(blend.score(own.candidates)) / self.halvings
        return found


def log_difference(name: str, ndcg: np.ndarray, without: np.ndarray) -> None:
    """Log what a fusion gains over another."""
    found = paired_difference(ndcg, without, np.random.default_rng(0), rounds=10_000)
    logger.info("  %-48s %.4f  %+.4f [%+.4f, %+.4f]  p %.3f", name, ndcg.mean(), *found)


def measure_profiles(catalog: DataCatalog, judge: Judge) -> None:
    """Log what blocks of mined features are worth, alone and in the fusion."""
    data = catalog.load("tuning_data")
    mined = item_blocks(catalog, data)
    # Without what is mined, recommenders that need it sit out.
    plain = {name: block for name, block in data.items.blocks.items() if name not in mined}
    data = replace(data, items=FeatureBlocks(data.items.ids, plain, data.items.names))
    fitted = fit_all(judge.options.build(), data)
    base = judge.examples(fitted, data)
    without = judge.ndcg(list(fitted), base)
    logger.info("  %-48s %.4f", "fusion", without.mean())
    alone = {name: base.ndcg_alone(place) for place, name in enumerate(fitted)}
    for name, block in mined.items():
        items = FeatureBlocks(data.items.ids, {**plain, name: block}, data.items.names)
        more = replace(data, items=items)
        both: dict[str, Recommender] = {
            f"{name}, likeness": ContentTaste(block=name, dimensions=None),
            f"{name}, regression": ContentRegression(blocks=[name]),
        }
        added = fit_all(both, more)
        for arm in ([one] for one in added), [list(added)]:
            for chosen in arm:
                recommenders = fitted | {one: added[one] for one in chosen}
                examples = judge.examples(recommenders, more)
                ndcg = judge.ndcg(list(recommenders), examples)
                log_difference(f"with {' and '.join(chosen)}", ndcg, without)
                alone |= {one: examples.ndcg_alone(len(fitted) + i) for i, one in enumerate(chosen)}
    for name in sorted(alone, key=lambda one: -alone[one].mean()):
        logger.info("    alone: %-46s %.4f", name, alone[name].mean())


def measure_opinions(catalog: DataCatalog, judge: Judge, withheld: float) -> None:
    """Log what the weights of a history gain from opinions, in the fusion."""
    data, split = catalog.load("tuning_data"), catalog.load("split_interactions")
    drawn = np.random.default_rng(0).random(len(split)) < withheld
    blind = split.assign(value=split["value"].mask((split["split"] == "train") & drawn))
    options = PreprocessingOptions.model_validate(catalog.load("params:preprocessing"))
    blind["weight"] = weigh_events(
        blind["event"], blind["value"].to_numpy(float), event_weights=options.event_weights,
        default_event_weight=options.default_event_weight, value_weighting=options.value_weighting,
    )  # fmt: skip
    events = history(blind, "tuning")
    said = opinions_of(catalog, blind, events)
    logger.info("  %d of %d training events have an opinion, no value", said.notna().sum(), len(said))
    weights = events["weight"]
    told = {
        "values known": history(split, "tuning"),
        "values withheld": events,
        "opinions, times": events.assign(weight=weights * (2 * said).fillna(1)),
        "opinions, drop": events.assign(weight=weights.mask(said < NOT_LIKED, 0)),
    }
    results = {}
    for name, past in told.items():
        people = FeatureBlocks(data.profiles.user_ids, data.profiles.blocks, data.profiles.names)
        own = TrainingData(build_profiles(past, data.items.ids, people), data.items)
        fitted = fit_all(judge.options.build(), own)
        results[name] = judge.ndcg(list(fitted), judge.examples(fitted, own))
    for name, ndcg in results.items():
        log_difference(name, ndcg, results["values withheld"])


def opinions_of(catalog: DataCatalog, blind: pd.DataFrame, events: pd.DataFrame) -> pd.Series:
    """Return how favourable the person is of the item of each event, NaN where a value or nothing tells.

    Args:
        catalog: Of a run.
        blind: All events, without the withheld values; opinions are learned from its training split.
        events: Those of the training split.
    """
    texts = catalog.load("user_texts@table").reset_index(drop=True)
    options = SemanticMiningOptions.model_validate(catalog.load("params:semantic_mining"))
    judged, _, report = judge_user_texts(texts, catalog.load("user_text_embeddings"), blind, options)
    logger.info("  opinions on %d validation texts: AUC %.3f", report["texts"], report["auc"])
    seen = texts["text_id"].isin(visible_texts(texts, blind, "tuning")["text_id"])
    means = judged[seen].groupby(PAIR)["positive"].mean()
    said = pd.Series(means.reindex(pd.MultiIndex.from_frame(events[PAIR])).to_numpy(), index=events.index)
    return said.mask(events.groupby(PAIR)["value"].transform("count") > 0)


def main() -> None:
    """Measure and log."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("runs", nargs="+", type=Path, metavar="OUTPUT_DIR")
    parser.add_argument("--halvings", type=int, default=5)
    parser.add_argument("--trees", action="store_true", help="correct the sum by trees: takes minutes more")
    measured = ["profiles", "opinions"]
    parser.add_argument("--of", nargs="+", choices=measured, default=measured)
    parser.add_argument("--withheld", type=float, default=0.5, help="part of the values of training events")
    arguments = parser.parse_args()
    bootstrap_project(CONF.parent)
    logging.basicConfig(level=logging.WARNING, format="%(message)s", force=True)  # instead of the project's
    logging.getLogger("tesserec").setLevel(logging.WARNING)
    logging.getLogger("kedro").setLevel(logging.WARNING)
    logger.setLevel(logging.INFO)
    for run in arguments.runs:
        parameters = checked_parameters(CONF, "local", {"output_dir": str(run.resolve())})
        catalog = load_catalog(CONF, "local", parameters, DATASETS)
        judge = Judge(catalog, arguments.halvings, arguments.trees)
        logger.info("%s: %d people", run.name, len(judge.known))
        if "profiles" in arguments.of:
            measure_profiles(catalog, judge)
        if "opinions" in arguments.of:
            measure_opinions(catalog, judge, arguments.withheld)


if __name__ == "__main__":
    main()
