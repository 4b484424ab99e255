import pytest
from kedro.io import DatasetError

from tesserec.catalog.text import TextDataset


def test_a_text_comes_back(tmp_path):
    dataset = TextDataset(filepath=str(tmp_path / "new" / "report.html"))
    assert not dataset.exists()
    dataset.save("三体\n")
    assert dataset.load() == "三体\n"


def test_a_failed_write_leaves_the_previous_version(tmp_path):
    path = tmp_path / "report.html"
    dataset = TextDataset(filepath=str(path))
    dataset.save("whole")
    with pytest.raises(DatasetError):
        dataset.save("half \ud800")  # cannot be encoded
    assert path.read_text() == "whole"
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_text_is_named(tmp_path):
    with pytest.raises(DatasetError, match=r"report\.html does not exist"):
        TextDataset(filepath=str(tmp_path / "report.html")).load()


@pytest.mark.parametrize(
    ("name", "text", "shown"),
    [
        ("card.md", "---\ntags:\n- text\n---\n# Card\n\n---\nend", "# Card\n\n---\nend"),
        ("card.md", "# Card", "# Card"),
        ("prompt.txt", "Item: <b>{title}</b>", "```\nItem: &lt;b&gt;{title}&lt;/b&gt;\n```"),
    ],
)
def test_a_preview_is_laid_out_where_it_is_markdown(tmp_path, name, text, shown):
    dataset = TextDataset(filepath=str(tmp_path / name))
    dataset.save(text)
    assert dataset.preview() == shown
