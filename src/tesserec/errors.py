"""Errors that a user can act on: each message is one sentence that names the place and the way out."""


class TesserecError(Exception):
    """An error whose message is meant for the person who runs the project, without a traceback."""


class DataError(TesserecError):
    """A table breaks the data contract; the message names the file, the column, the row and the remedy."""


class ConfigError(TesserecError):
    """A parameter, environment or model name cannot be used; the message names it and the remedy."""


class LeakError(TesserecError):
    """What models may learn from tells of what they are judged on; the message names it and what to mend."""
