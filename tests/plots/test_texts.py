import json

import pytest

from tesserec.plots import length_figure


def test_each_kind_is_drawn_by_the_share_of_texts_that_are_no_longer():
    figure = length_figure({"reviews": [8, 2, 0, 4, 2], "searches": [3]}, "words")
    reviews, searches = figure.data
    assert (list(reviews.x), list(reviews.y)) == ([2, 2, 4, 8], [0.25, 0.5, 0.75, 1])
    assert (reviews.name, searches.name) == ("4 reviews", "1 searches")
    assert (list(searches.x), list(searches.y)) == ([3], [1])
    assert figure.layout.xaxis.title.text == "words"


def test_a_long_line_is_thinned_but_keeps_its_ends():
    (line,) = length_figure({"reviews": range(1, 5001)}, "words").data
    assert len(line.x) == 200
    assert (line.x[0], line.x[-1], line.y[-1]) == (1, 5000, 1)


def test_what_is_read_at_once_is_marked():
    _, mark = length_figure({"reviews": [8]}, "tokens", limit=1024).data
    assert (list(mark.x), list(mark.y), mark.name) == ([1024, 1024], [0, 1], "1,024 at once")


@pytest.mark.parametrize("lengths", [{}, {"reviews": []}, {"reviews": [0, 0]}])
def test_without_texts_it_says_so(lengths):
    assert length_figure(lengths, "words").layout.annotations[0].text == "There are no texts."


def test_the_figure_is_plain_json():
    figure = length_figure({"reviews": [1, 2]}, "words", 3)
    assert "bdata" not in figure.to_json()
    json.loads(figure.to_json())
