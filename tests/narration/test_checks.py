from dataclasses import replace

import pytest

from tesserec.narration.checks import find_fault
from tesserec.narration.prompts import field_values

from .planted import TENT, shipped


def fault(text, language):
    return find_fault(text, language, field_values(TENT[language], 400, []), shipped(language))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "You like hiking, and this tent weighs only 1.9 kilograms. It is up in 4 minutes."),
        ("en", "The “Grebe Two-Person Tent,” close to your “Marmot Headlamp”, costs $1289."),
        ("en", "Because you walk the hills, the Grebe's mesh will please you."),
        ("en", "Grebe Two-Person Tent fits you: as with the Marmot Headlamp, you'll find mesh. I'm sure."),
        ("zh", "您喜欢露营，这顶《双人帐篷》4分钟就能搭好。"),
        ("zh", "它与您的《土拨鼠头灯》相近，由 karst 出品，重一点。"),
    ],
)
def test_what_is_told_may_be_said(language, text):
    assert fault(text, language) == ""


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("en", "This tent weighs 2.9 kilograms, which suits your walks in the hills.", "number: 2.9"),
        ("en", "This tent has twelve pockets, which suits your walks in the hills.", "number: 12"),
        ("en", "This tent was made by Talus for your walks in the hills.", "name: Talus"),
        ("en", "Edmund Hillary used this tent, and you like the hills as well.", "name: Edmund"),
        ("en", "Made for an iPhone, this tent suits your walks in the hills.", "name: iPhone"),
        ("en", "It is close to “The Old Tent”, which you know from the hills.", "title: The Old Tent"),
        ("en", "这顶帐篷很适合您在山里走路的时候使用，纱网也很好。", "language: not en"),
        ("en", "Fine.", "length: 5 characters"),
        ("en", "A tent " * 90, "length: 630 characters"),
        ("en", "Get this tent for the hills now at tents.com and you will like it.", "link: tents.com"),
        ("en", "Keywords of the item: a tent with mesh for your walks.", "prompt: Keywords of the item:"),
        ("en", "You want to say what the item has in common with you.", "prompt: say what the item has"),
        ("en", "It is a tent for you and it is a tent for you in the hills.", "repetition: it is a tent"),
        ("zh", "这顶帐篷重2.9公斤，适合您去露营。", "number: 2.9"),
        ("zh", "这顶帐篷有十二个口袋，适合您去露营。", "number: 12"),
        ("zh", "这顶帐篷由 Talus 出品，适合您去露营。", "name: Talus"),
        ("zh", "它与《三体》相近，适合您去露营。", "title: 三体"),
        ("zh", "它与‘活着’相近，适合您去露营。", "title: 活着"),
        ("zh", "它与〈活着〉相近，适合您去露营。", "title: 活着"),
        ("zh", "这顶帐篷由ＴＡＬＵＳ出品，适合您去露营。", "name: ＴＡＬＵＳ"),
        ("zh", "这顶帐篷由トヨタ出品，适合您去露营和徒步，重量很轻。", "name: トヨタ"),
        ("en", "Loved by millions, this tent suits your walks in the hills.", "number: 1000000"),
        ("zh", "This tent is for you and your hills.", "language: not zh"),
        ("zh", "帐篷。", "length: 3 characters"),
        ("zh", "这顶帐篷很好用，这顶帐篷很好用，您会喜欢。", "repetition: 这 顶 帐 篷 很 好"),
        ("zh", "顾客常选的主题：露营和徒步，适合您。", "prompt: 顾客常选的主题："),
    ],
)
def test_planted_lies_are_found(language, text, found):
    assert fault(text, language) == found


def test_a_name_may_be_told_without_spaces_around_it():
    values = field_values(replace(TENT["zh"], description="由Karst出品"), 400, [])
    assert find_fault("这顶帐篷由Karst出品，适合您去露营。", "zh", values, shipped("zh")) == ""
    assert find_fault("这顶帐篷由Kars出品，适合您去露营。", "zh", values, shipped("zh")) == "name: Kars"


def test_a_title_told_twice_is_no_loop():
    assert fault("“Grebe Two-Person Tent” fits you. Grebe Two-Person Tent has mesh, as you like.", "en") == ""


@pytest.mark.parametrize(
    "text", ["This tent is waterproof and loved by all.", "Talus makes tents for hills."]
)
def test_what_the_checks_cannot_see(text):
    """Written down as such: should one of them be found one day, the module's docstring has to change."""
    assert fault(text, "en") == ""
