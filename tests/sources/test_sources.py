import pytest

from tesserec.errors import ConfigError
from tesserec.sources import read_source


def test_unknown_source(tmp_path):
    with pytest.raises(ConfigError, match="'netflix' is not a data source: choose one of amazon, movielens"):
        read_source("netflix", tmp_path)
