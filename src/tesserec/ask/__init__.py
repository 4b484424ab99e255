"""Free text, liked items and attributes in; ranked items with reasons out."""

from tesserec.ask.asker import Asker
from tesserec.ask.people import Visitors
from tesserec.ask.questions import Reader

__all__ = ["Asker", "Reader", "Visitors"]
