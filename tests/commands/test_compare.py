import json

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from tesserec import cli


def finish(folder, ndcg, protocol="p1"):
    """Leave what a run with this NDCG of each person would leave."""
    reporting = folder / "08_reporting"
    reporting.mkdir(parents=True)
    table = pd.DataFrame({"recommender": "fusion", "user_id": [f"u{n}" for n in range(len(ndcg))]})
    table = table.assign(**{"ndcg@10": ndcg, "recall@5": 0.5})
    table.to_parquet(reporting / "user_metrics.parquet")
    means = {"ndcg@10": {"value": table["ndcg@10"].mean()}, "recall@5": {"value": 0.5}}
    metrics = {"protocol_hash": protocol, "data_hash": "d1", "recommenders": {"fusion": means}}
    (reporting / "metrics.json").write_text(json.dumps(metrics))


@pytest.fixture
def compare(project, tmp_path, monkeypatch):
    """Run the command as `kedro compare` would, from a folder with finished runs."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setattr("tesserec.commands.configuration.find_kedro_project", lambda _: project)
    finish(tmp_path / "old", [0.1, 0.2, 0.3, 0.4] * 5)
    finish(tmp_path / "new", [0.2, 0.3, 0.4, 0.5] * 5)
    finish(tmp_path / "other", [0.2, 0.3, 0.4, 0.5] * 5, protocol="p2")

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(cli.compare, arguments)

    return invoke


def lines(result: Result) -> list[list[str]]:
    assert result.exit_code == 0, result.output
    return [line.split() for line in result.stdout.splitlines() if line.strip()]


class TestTable:
    def test_runs_stand_beside_the_first(self, compare):
        header, _, old, new = lines(compare("old", "new"))
        assert header == ["run", "ndcg@10", "[95", "%]", "difference", "[95", "%]", "p", "p_holm"]
        assert old[:2] == ["old", "0.2500"] and len(old) == 4
        assert new[:2] == ["new", "0.3500"]
        assert new[4:7] == ["+0.1000", "[+0.1000,", "+0.1000]"]
        assert float(new[7]) == float(new[8]) < 0.001

    def test_the_options_say_what_is_compared(self, compare):
        header, _, _, new = lines(compare("old", "new", "--metric=recall@5", "--recommender=fusion"))
        assert header[1] == "recall@5"
        assert new[:2] == ["new", "0.5000"]
        assert new[4] == "+0.0000" and new[7:] == ["1", "1"]


class TestMistakes:
    @pytest.mark.parametrize(
        ("arguments", "parts"),
        [
            (["old", "other"], ["old (protocol p1)", "other (protocol p2)", "cannot be compared"]),
            (["old", "nowhere"], ["The folder nowhere", "'metrics'", "output_dir"]),
            (["old", "new", "--metric=ndcg@7"], ["'ndcg@7'", "ndcg@10, recall@5"]),
            (["old", "new", "--recommender=fuson"], ["'fuson'", "it has fusion"]),
            (["old", "new", "--env=bas"], ["environment 'bas'", "'base'"]),
        ],
    )
    def test_one_sentence(self, compare, arguments, parts):
        result = compare(*arguments)
        assert (result.exit_code, result.stdout) == (1, "")
        sentence = result.stderr.strip()
        assert sentence.count("\n") == 0
        for part in parts:
            assert part in sentence, sentence

    def test_half_a_run_is_none(self, compare, tmp_path):
        (tmp_path / "new" / "08_reporting" / "user_metrics.parquet").unlink()
        assert (
            "The folder new holds no finished run: the dataset 'user_metrics'" in compare("old", "new").stderr
        )

    def test_one_run_alone(self, compare):
        result = compare("old")
        assert result.exit_code == 2
        assert "at least two output folders" in result.stderr


def test_kedro_finds_the_command():
    assert cli.cli.commands["compare"] is cli.compare
