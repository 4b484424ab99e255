"""Items by what people call them."""

from collections.abc import Sequence
from difflib import get_close_matches

from tesserec.errors import ConfigError
from tesserec.text.cleaning import clean_text

_SUGGESTIONS = 5


class ItemNames:
    """Finds items by id or by title.

    Args:
        ids: (items,) ids.
        titles: (items,) what each item is called.
    """

    def __init__(self, ids: Sequence[str], titles: Sequence[str]) -> None:
        self.ids, self.titles = ids, titles
        self._by_id = {item_id: place for place, item_id in enumerate(ids)}
        self._by_title: dict[str, list[int]] = {}
        for place, title in enumerate(titles):
            self._by_title.setdefault(title.casefold(), []).append(place)

    def place(self, name: str) -> int:
        """Return the position of the item with this id, or else with this title.

        Raises:
            ConfigError: If there is none, or if several items have the title; the message names those near.
        """
        if name in self._by_id:
            return self._by_id[name]
        title = clean_text(name).casefold()
        places = self._by_title.get(title, [])
        if len(places) == 1:
            return places[0]
        if places:
            raise ConfigError(
                f"{len(places)} items have the title {name!r}: name one by its id, "
                f"{self._listed(places[:_SUGGESTIONS])}."
            )
        near = self._near(name, title)
        hint = f": did you mean {self._listed(near)}?" if near else ": take an id or a title of the items."
        raise ConfigError(f"No item has the id or the title {name!r}{hint}")

    def _near(self, name: str, title: str) -> list[int]:
        """Return items whose title contains what was asked for, or whose title or id is much like it."""
        inside = [self._by_title[known] for known in self._by_title if title and title in known]
        alike = [self._by_title[known] for known in get_close_matches(title, self._by_title, _SUGGESTIONS)]
        ids = [[self._by_id[known]] for known in get_close_matches(name, self._by_id, _SUGGESTIONS)]
        places = [place for group in (*inside, *alike, *ids) for place in group]
        return list(dict.fromkeys(places))[:_SUGGESTIONS]

    def _listed(self, places: Sequence[int]) -> str:
        return ", ".join(f"{self.ids[place]} ({self.titles[place]})" for place in places)
