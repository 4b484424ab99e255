import json

import pytest
from click.testing import CliRunner, Result

from tesserec import cli
from tesserec.commands import loading

from ..ask.shop import asker


@pytest.fixture
def ask(project, tmp_path, monkeypatch):
    """Run the command as `kedro ask` would, in the shop of the tests."""
    monkeypatch.chdir(project)
    monkeypatch.setattr(loading, "load_asker", lambda catalog: asker())

    def invoke(*arguments: str, lines: str | None = None) -> Result:
        return CliRunner().invoke(cli.ask, [*arguments, f"--params=output_dir={tmp_path}"], input=lines)

    return invoke


def rows(result: Result) -> list[dict]:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def assert_one_sentence(result: Result, *parts: str) -> None:
    assert result.exit_code == 1
    sentence = result.stderr.strip()
    assert sentence.count("\n") == 0
    for part in parts:
        assert part in sentence, sentence


class TestAnswers:
    def test_a_text_is_answered_with_a_table(self, ask):
        result = ask("a quiet train", "--count=2", "--where=price<13")
        assert result.exit_code == 0, result.output
        header, _, first, *_ = [line for line in result.stdout.splitlines() if line.strip()]
        assert header.split() == ["rank", "item_id", "title", "price", "score", "reason"]
        assert first.split()[:5] == ["1", "i1", "Quiet", "Train", "12"]

    def test_every_option_reaches_the_answer(self, ask):
        given = ["--like=i2", "--attribute=trade=gardener", "--where=price < this", "--json"]
        listed = rows(ask("rake", "--count=2", *given))
        assert listed[0]["item_id"] == "i3"
        assert all(row["price"] < 20 for row in listed)
        assert len(listed) == 2

    def test_likes_need_no_text(self, ask):
        assert rows(ask("--like=Night Train", "--json"))[0]["title"] == "Quiet Train"

    def test_an_item_is_answered_with_similar_ones(self, ask):
        assert rows(ask("--similar-to=i2", "--json", "--count=1"))[0]["item_id"] == "i3"

    def test_chinese_stays_chinese(self, ask):
        result = ask("安静的故事", "--json", "--count=1")
        assert rows(result)[0]["title"] == "夜车故事"
        assert "夜车故事" in result.stdout
        assert "夜车故事" in ask("安静的故事").stdout

    def test_nothing_left_is_said(self, ask):
        assert "No item is left" in ask("train", "--where=price<0").stdout
        assert rows(ask("train", "--where=price<0", "--json")) == []


class TestConversation:
    def test_lines_are_answered_until_an_empty_one(self, ask):
        result = ask("--count=1", lines="night\nhot\n\nrake\n")
        assert result.exit_code == 0, result.output
        assert result.stdout.index("Night Train") < result.stdout.index("Hot Sauce")
        assert result.stdout.count("rank") == 2

    def test_the_end_of_the_input_ends_it(self, ask):
        result = ask("--count=1", lines="night\n")
        assert result.exit_code == 0, result.output
        assert "Night Train" in result.stdout


class TestMistakes:
    @pytest.mark.parametrize(
        ("arguments", "parts"),
        [
            (["train", "--like=i9"], ["'i9'"]),
            (["--similar-to=Garden"], ["'Garden'", "i2 (Garden Rake)"]),
            (["--similar-to="], ["title ''"]),
            (["train", "--where=prise<3"], ["did you mean 'price'?"]),
            (["train", "--attribute=age"], ["'age'", "NAME=VALUE"]),
            (["train", "--env=bas"], ["environment 'bas'", "'base'"]),
            (["--where=prise<3"], ["did you mean 'price'?"]),
        ],
    )
    def test_one_sentence(self, ask, arguments, parts):
        assert_one_sentence(ask(*arguments, lines="train\n"), *parts)

    def test_an_item_stands_alone(self, ask):
        result = ask("train", "--similar-to=i1")
        assert result.exit_code == 2
        assert "--similar-to stands alone" in result.stderr

    def test_before_any_run(self, project, tmp_path, monkeypatch):
        monkeypatch.chdir(project)
        result = CliRunner().invoke(cli.ask, ["train", f"--params=output_dir={tmp_path}"])
        assert_one_sentence(result, "nothing to ask yet", "'kedro run'", "output_dir")
        assert list(tmp_path.iterdir()) == []


def test_kedro_finds_the_command():
    assert cli.cli.commands["ask"] is cli.ask
