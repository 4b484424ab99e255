"""The beginning of a text, where the whole would be too much."""


def shorten(text: str, characters: int) -> str:
    """Return a text of at most so many characters, else its beginning, cut between words, and an ellipsis."""
    if len(text) <= characters:
        return text
    head, space, _ = text[: characters + 1].rpartition(" ")
    # Chinese has no spaces: there the cut is between any two characters.
    return (head if space and len(head) > characters // 2 else text[:characters]) + " …"
