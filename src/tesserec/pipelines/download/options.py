"""Parameters of the download."""

from tesserec.options import Options


class DownloadOptions(Options):
    """What to fetch, and where to put it; `conf/base/parameters/download.yml` explains each."""

    source: str
    folder: str
