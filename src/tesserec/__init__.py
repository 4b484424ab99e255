"""Tesserec: recommendation from text, behaviour, demographics and relations."""

__version__ = "0.1.0"
