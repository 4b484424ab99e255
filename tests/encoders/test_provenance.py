import pytest

from tesserec.encoders.provenance import Provenance


def test_the_bundled_model_is_what_its_card_says():
    found = Provenance.find("all-MiniLM-L6-v2", None)
    assert found == Provenance("sentence-transformers/all-MiniLM-L6-v2", "apache-2.0", ("en",))


@pytest.mark.parametrize(
    ("card", "licence", "languages"),
    [
        (None, None, ()),
        ("No header at all.", None, ()),
        ("---\nlicense: mit\nlanguage: [zh, en]\n---\n# Model", "mit", ("zh", "en")),
    ],
)
def test_a_folder_tells_what_its_card_tells(tmp_path, card, licence, languages):
    for name in ("config.json", "model.safetensors"):
        (tmp_path / name).touch()
    if card is not None:
        (tmp_path / "README.md").write_text(card)
    assert Provenance.find(str(tmp_path), None) == Provenance(None, licence, languages)


def test_a_model_that_is_not_here_tells_its_name():
    assert Provenance.find("no/such-model", "v1") == Provenance("no/such-model")
    assert Provenance.find("/no/such/folder", None) == Provenance()
