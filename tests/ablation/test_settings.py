import numpy as np

from tesserec.ablation import CONTROLS, FULL, Setting, settings
from tesserec.recommenders import Als, ContentKernel, ContentRegression, Ease, UserKnn

from ..recommenders.planted import world

TEXT = ("text", "lexical")


def names(**changed) -> list[str]:
    return [setting.name for setting in settings(world(), TEXT, **{"seeds": 1, "seed": 0} | changed)]


def test_every_block_is_left_out_once_and_the_text_has_its_controls():
    assert names()[0] == FULL
    assert set(CONTROLS) < set(names())
    assert [name for name in names() if name.startswith("without")] == [
        "without demographics",
        "without lexical",
        "without text",
    ]


def test_data_without_texts_has_no_controls():
    found = [setting.name for setting in settings(world(), (), seeds=1, seed=0)]
    assert not {*CONTROLS, "text only"} & set(found)
    assert "behaviour only" in found


def test_a_setting_for_each_further_seed():
    assert names(seeds=3)[-2:] == ["seed 1", "seed 2"]


def test_who_takes_part():
    by_name = {setting.name: setting for setting in settings(world(), TEXT, seeds=1, seed=0)}
    words, both, embedding = ContentKernel(block="lexical"), ContentRegression(), UserKnn(block="fused")
    assert all(by_name[FULL].admits(model) for model in (words, both, embedding, Ease()))
    assert [by_name["behaviour only"].admits(model) for model in (words, UserKnn(), Ease())] == [
        False,
        True,
        True,
    ]
    assert [by_name["text only"].admits(model) for model in (words, embedding, Ease())] == [True, True, False]
    assert [by_name["one embedding"].admits(model) for model in (words, both, embedding)] == [
        False,
        False,
        True,
    ]


def test_what_is_fitted_anew():
    """Whoever reads a changed block, the fused embedding included; under another seed whoever draws."""
    without = Setting("without text", "block", changes=frozenset({"text", "fused"}))
    assert without.touches(ContentKernel(block="text"))
    assert without.touches(ContentKernel(block="fused"))
    assert without.touches(ContentRegression(blocks=["lexical", "text"]))
    assert not without.touches(ContentKernel(block="lexical"))
    assert not without.touches(UserKnn())
    other = Setting("seed 2", "seed", seed=2)
    assert other.touches(Als(seed=5))
    assert other.seeded(Als(seed=5)).seed == 7
    assert not other.touches(Ease())
    assert other.seeded(Ease(half_life=np.pi)).half_life == np.pi
