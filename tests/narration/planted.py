"""Facts and prompts to tell them with."""

from pathlib import Path
from typing import Any

from tesserec.narration.facts import Facts
from tesserec.narration.prompts import PromptTemplate

PROMPTS = Path(__file__).parents[2] / "conf" / "base" / "prompts"
TENT = {
    "en": Facts(
        language="en",
        title="Grebe Two-Person Tent",
        category="Outdoor Gear",
        description="Pitches in four minutes. Weighs 1.9 kilograms, costs 1,289 dollars.",
        interest="camping, hiking",
        keywords=("tent", "mesh", "two-person"),
        interests=("hills, walking", "camping, hiking"),
        likes=("mesh", "tent"),
        evidence="Close in content to “Marmot Headlamp”.",
    ),
    "zh": Facts(
        language="zh",
        title="双人帐篷",
        category="户外装备",
        description="四分钟搭好，重1.9公斤。Karst 出品。",
        interest="露营, 徒步",
        keywords=("帐篷", "纱网", "双人"),
        interests=("爬山, 走路", "露营, 徒步"),
        likes=("纱网", "帐篷"),
        evidence="内容与《土拨鼠头灯》相近。",
    ),
}


def shipped(language: Any) -> PromptTemplate:
    """The project's own prompt."""
    name = f"description_prompt_{language}.txt"
    return PromptTemplate.read(name, (PROMPTS / name).read_text(encoding="utf-8"), language)
