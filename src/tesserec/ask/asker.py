"""Words in, recommendations out."""

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
import pandas as pd

from tesserec.ask.filters import Condition, ItemFilter
from tesserec.ask.names import ItemNames
from tesserec.ask.people import Visitors
from tesserec.ask.questions import Question, Reader
from tesserec.ask.relevance import MeaningIndex, WordIndex, comparable
from tesserec.ask.taste import Taste
from tesserec.ask.wishes import Wish
from tesserec.ask.wording import word_answer
from tesserec.recommenders.base import TrainingData
from tesserec.recommenders.fusion import Fusion
from tesserec.recommenders.phrases import Language
from tesserec.recommenders.ranking import tie_order
from tesserec.text.cleaning import clean_text
from tesserec.text.language import detect_language

# What each counts: chosen on one half of the questions of `tests/benchmarks/bench_ask_quality.py`.
MEANING, WORDS, TASTE = 0.6, 0.4, 0.3
# Columns of an answer that the items may have as well.
_OF_ANSWER = {"rank", "score", "reason"}


class Asker:
    """Ranks items for a free text, liked items and attributes, and says why.

    The score of an item is the sum of its likeness in meaning to the text, its BM25 match with the words of
    the text, and what the fitted fusion says of the item to a person with these likes and attributes. Each is
    brought to one scale and weighed, and the average item has a score of 0. Reasons tell what sets an item
    apart; likeness in meaning, from the average item of its language.
    Making an `Asker` counts the words of all items once. A question then costs the encoder's pass over its
    text, `items · d` multiply-adds and, with likes or attributes, the score of all recommenders.

    Args:
        items: (items,) cleaned items in the order of `data`: `item_id` and the columns for conditions.
        roles: Role of each attribute column of `items`.
        titles: (items,) what the items are called.
        item_texts: item_id, language, lexical.
        data: What the recommender was fitted on.
        fusion: The fitted recommender.
        reader: Turns a text into what is compared.
        visitors: Makes the profile of the person who asks.
        offered: (items,) bool, False for items that nobody is recommended.
    """

    def __init__(
        self,
        items: pd.DataFrame,
        roles: Mapping[str, str],
        titles: Sequence[str],
        item_texts: pd.DataFrame,
        data: TrainingData,
        fusion: Fusion,
        reader: Reader,
        visitors: Visitors,
        offered: np.ndarray,
    ) -> None:
        ids = data.items.ids
        if not np.array_equal(ids, items["item_id"].to_numpy(object)):
            raise ValueError("the rows of items are not those of the training data")
        texts = item_texts.set_index("item_id").reindex(ids)
        self._lexical = texts["lexical"].fillna("").tolist()
        self._languages: list[Language] = ["zh" if one == "zh" else "en" for one in texts["language"]]
        self._chinese = np.array([one == "zh" for one in self._languages], dtype=bool)
        self._vectors = np.asarray(
            data.items.blocks.get("text", np.zeros((len(ids), reader.size), np.float32))
        )
        self._meaning, self._words = MeaningIndex(self._vectors), WordIndex(self._lexical)
        self._items, self._filter = items, ItemFilter(items, roles)
        self._fusion, self._visitors, self._reader, self._offered = fusion, visitors, reader, offered
        self.names = ItemNames(ids.tolist(), titles)
        reader.get_ready(self._languages)

    def ask(
        self,
        text: str = "",
        *,
        likes: Sequence[str] = (),
        attributes: Mapping[str, str] = {},
        where: Sequence[str] = (),
        count: int = 10,
    ) -> pd.DataFrame:
        """Rank the items for a wish; without one, for the likes and attributes; without these, for anybody.

        Args:
            text: What is wanted, in the words of the person.
            likes: Ids or titles of liked items, oldest first; they are not listed.
            attributes: Values of the users' attribute columns.
            where: Conditions, see `tesserec.ask.filters`; `this` is the liked item, where there is just one.
            count: Items listed, or as many as are left.

        Returns:
            rank, item_id, title, the columns of the conditions (with `item_` before `rank`, `score` and
            `reason`, which are those of the answer), score, reason.

        Raises:
            ConfigError: If an item, an attribute or a condition does not fit the data.
        """
        places = [self.names.place(name) for name in likes]
        ids = [self.names.ids[place] for place in places]
        known = bool(ids or attributes)
        wish = Wish(
            self._reader.read(text),
            Taste(self._fusion, self._visitors.profile(ids, attributes)) if known else self._taste_of_nobody,
            self._language_of(text, places),
            places,
            places[0] if len(places) == 1 else None,
            title="",
        )
        return self._answer(wish, where, count)

    def similar(self, item: str, *, where: Sequence[str] = (), count: int = 10) -> pd.DataFrame:
        """Rank the items that are like one item: asked for with its own text by a person who likes it.

        Args:
            item: Its id or title.
            where: Conditions; `this` is the item.
            count: Items listed, or as many as are left.

        Returns:
            As `ask` does.

        Raises:
            ConfigError: If the item or a condition does not fit the data.
        """
        place = self.names.place(item)
        words = list(dict.fromkeys(self._lexical[place].split()))
        question = Question(self._vectors[place], words)
        taste = Taste(self._fusion, self._visitors.profile([self.names.ids[place]], {}))
        wish = Wish(question, taste, self._languages[place], [place], place, self.names.titles[place])
        return self._answer(wish, where, count)

    @cached_property
    def _taste_of_nobody(self) -> Taste:
        return Taste(self._fusion, self._visitors.profile([], {}))

    def _language_of(self, text: str, places: Sequence[int]) -> Language:
        """Return the language of a text; without one, of most of some items, or of all if there are none."""
        if text.strip():
            return "zh" if detect_language(clean_text(text)) == "zh" else "en"
        spoken = [self._languages[place] for place in places] or self._languages
        return "zh" if 2 * spoken.count("zh") > len(spoken) else "en"

    def _answer(self, wish: Wish, where: Sequence[str], count: int) -> pd.DataFrame:
        conditions = [Condition.parse(written) for written in where]
        allowed = self._offered & self._filter.keep(conditions, wish.this)
        allowed[list(wish.known)] = False
        shares = {
            "words": WORDS * comparable(self._words.scores(wish.question.words)),
            "meaning": MEANING * comparable(self._meaning.scores(wish.question.vector)),
            "taste": TASTE * comparable(wish.taste.scores()),
        }  # (items,) each
        scores = np.sum(list(shares.values()), axis=0)  # (items,)
        places = np.flatnonzero(allowed)
        places = places[np.lexsort((tie_order(len(scores))[places], -scores[places]))][:count]
        told = wish.taste.reasons(places, self.names.titles, wish.language)
        found = self._words.found(wish.question.words, places)
        apart = shares | {"meaning": self._apart(shares["meaning"])}
        reasons = [
            word_answer(
                {source: float(share[place]) for source, share in apart.items()},
                named,
                sentence,
                wish.title,
                wish.language,
            )
            for place, named, sentence in zip(places, found, told, strict=True)
        ]
        return self._table(places, scores, reasons, [condition.column for condition in conditions])

    def _apart(self, share: np.ndarray) -> np.ndarray:
        """Return how far each item's share lies above that of the average item of its language, (items,).

        To be in the language of a question makes vectors alike, and is no likeness in meaning.
        """
        chinese = self._chinese
        means = [share[group].mean() if group.any() else 0 for group in (~chinese, chinese)]
        return share - np.where(chinese, means[1], means[0])

    def _table(
        self, places: np.ndarray, scores: np.ndarray, reasons: Sequence[str], columns: Sequence[str]
    ) -> pd.DataFrame:
        shown = {
            f"item_{name}" if name in _OF_ANSWER else name: self._items[name].to_numpy()[places]
            for name in columns
            if name != "title"
        }
        return pd.DataFrame(
            {
                "rank": np.arange(1, len(places) + 1),
                "item_id": [self.names.ids[place] for place in places],
                "title": [self.names.titles[place] for place in places],
                **shown,
                "score": scores[places],
                "reason": pd.Series(reasons, dtype="str"),
            }
        )
