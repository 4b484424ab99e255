import pandas as pd
import pytest

from tesserec.text.language import detect_language, detect_languages

CASES = [
    ("公民凯恩 Citizen Kane", "zh"),
    ("教父 The Godfather", "zh"),
    ("X战警:逆转未来 X-Men: Days of Future Past", "zh"),
    ("千与千寻 千と千尋の神隠し", "zh"),
    ("JOJO的奇妙冒险 ジョジョの奇妙な冒険", "zh"),
    ("美の世界护肤套装", "zh"),
    ("这部电影不好看", "zh"),
    ("繁體中文也是中文", "zh"),
    ("Heat", "en"),
    ("Toy Story (1995)", "en"),
    ("La La Land", "en"),
    ("Die Hard", "en"),
    ("Los Angeles", "en"),
    ("L'Oréal Paris Revitalift Night Cream", "en"),
    ("The El Niño effect on the coast of Peru", "en"),
    ("A master of the sword walks the way of 道 and finds peace", "en"),
    ("don’t look now", "en"),
    ("千と千尋の神隠し", "other"),
    ("となりのトトロ", "other"),
    ("ラーメン", "other"),
    ("기생충", "other"),
    ("Ирония судьбы", "other"),
    ("Ιθάκη", "other"),
    ("عمر المختار", "other"),
    ("Les Misérables", "other"),
    ("Der Himmel über Berlin", "other"),
    ("Un long dimanche de fiançailles", "other"),
    ("das ist ein gutes Buch und ich mag es", "other"),
    ("El verdadero valor subyace en lo que un genio del cine tiene", "other"),
    ("Amélie", "other"),
    ("", "other"),
    ("1984 !!!", "other"),
]


@pytest.mark.parametrize(("text", "language"), CASES)
def test_cases(text: str, language: str) -> None:
    assert detect_language(text) == language


def test_column_equals_single_texts_on_its_index() -> None:
    texts = pd.Series([text for text, _ in CASES] * 2, index=range(2 * len(CASES), 0, -1))
    languages = detect_languages(texts)
    assert languages.tolist() == [language for _, language in CASES] * 2
    assert languages.index.equals(texts.index)
    assert detect_languages(pd.Series([], dtype="str")).empty
