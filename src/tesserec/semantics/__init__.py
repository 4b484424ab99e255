"""What texts and histories are about: keywords, topics, opinions, profiles."""

SEPARATOR = "|"  # between the entries of a list that stands in one cell
