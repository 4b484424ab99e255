from decimal import Decimal

import pytest

from tesserec.narration.numerals import find_numbers


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("", []),
        ("1,200 or 1200.0 or １２００", [1200]),
        ("3.5mm and 4K", [3.5, 4]),
        ("from 1990-2022", [1990, 2022]),
        ("on 1.5.2022", [1, 5, 2022]),
        ("thirty-eight litres", [38]),
        ("Two doors, two porches", [2]),
        ("four hundred lumens", [400]),
        ("two hundred thousand", [200_000]),
        ("one of them, someone, often, tension", []),
        ("twenty-one", [21]),
        ("七十岁", [70]),
        ("三百六十五天", [365]),
        ("二〇二四年", [2024]),
        ("两万五千元", [25_000]),
        ("3万人", [30_000]),
        ("一起听一首歌，十分好听", []),
        ("十分钟", [10]),
        ("十二生肖", [12]),
        ("一百零八将", [108]),
        ("two dozen and hundreds, loved by millions", [24, 100, 1_000_000]),
        ("three billion six", [3_000_000_006]),
        ("٣ or ३", [3]),
    ],
)
def test_numbers_in_one_form(text, numbers):
    assert find_numbers(text) == {Decimal(str(number)) for number in numbers}
