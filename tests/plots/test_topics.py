import pandas as pd

from tesserec.plots import topic_map_figure


def item_map(topics: list[int]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "x": range(len(topics)),
            "y": 0.5,
            "title": [f"三体 <{place}>" for place in range(len(topics))],
            "topic": topics,
            "topic_name": [f"words of {topic}" if topic > 0 else "" for topic in topics],
        }
    )


def test_every_item_is_drawn_once_in_its_topic():
    others, second, first, third = topic_map_figure(item_map([1, 1, 0, 2, 1, 2, -1])).data
    assert (others.name, list(others.x)) == ("other topics or none (1)", [6])
    assert (second.name, list(second.x)) == ("words of 1 (3)", [0, 1, 4])
    assert (first.name, list(first.text)) == ("words of 2 (2)", ["三体 <3>", "三体 <5>"])
    assert (third.name, list(third.x)) == ("topic 0 (1)", [2])


def test_small_topics_share_one_colour_and_no_two_look_alike():
    figure = topic_map_figure(item_map([topic for topic in range(40) for _ in range(topic + 1)]))
    looks = [(trace.marker.color, trace.marker.symbol) for trace in figure.data]
    assert len(looks) == len(set(looks)) == 17
    assert sum(len(trace.x) for trace in figure.data) == 820
    assert figure.data[1].name == "words of 39 (40)"


def test_without_items_it_says_so():
    figure = topic_map_figure(item_map([]))
    assert figure.layout.annotations[0].text == "No item has a text."
