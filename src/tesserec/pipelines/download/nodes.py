"""Nodes of the download. They reach outside on purpose: to the network, and to the folder of raw data."""

import logging
from pathlib import Path

from tesserec.pipelines.download.options import DownloadOptions
from tesserec.sources.download import download
from tesserec.sources.published import find_publication

logger = logging.getLogger(__name__)


def download_source(options: DownloadOptions) -> None:
    """Fetch a published data set and say how to run on it.

    Args:
        options: What to fetch and where to put it.

    Raises:
        ConfigError: If the data set is not known.
        DownloadError: If it cannot be fetched.
    """
    publication = find_publication(options.source)
    logger.info("%s (%s)", publication.name, publication.terms)
    folder = download(publication, Path(options.folder))
    logger.info("Next: kedro run --env %s --params data_dir=%s", publication.source, folder)
