import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from tesserec.semantics.reliability import calibration_error
from tesserec.semantics.sentiment import learn_sentiment

FOR, AGAINST = ["zib", "zab", "祖母绿"], ["wof", "wuf", "黑曜石"]  # no lexicon knows these
FILLER = "the house of seven lamps near an old river where ten ships lie".split()


def texts_of(count: int, share: float, seed: int) -> tuple[list[str], list[str], np.ndarray]:
    """Return texts with one telling word each, which tells the truth in `share` of them."""
    generator = np.random.default_rng(seed)
    favourable = generator.random(count) < 0.6
    says = np.where(generator.random(count) < share, favourable, ~favourable)
    texts, languages = [], []
    for good in says:
        word = generator.choice(FOR if good else AGAINST)
        languages.append("en" if word.isascii() else "zh")
        words = generator.choice(FILLER, 6).tolist()
        words.insert(generator.integers(6), str(word))
        texts.append(" ".join(words))
    return texts, languages, favourable


def learn(count: int, share: float = 1.0, vectors: np.ndarray | None = None):
    texts, languages, favourable = texts_of(count, share, seed=0)
    vectors = np.zeros((count, 4)) if vectors is None else vectors
    return learn_sentiment(texts, languages, vectors, favourable, np.ones(count), seed=0)


def test_words_that_no_lexicon_knows_are_learned_in_both_languages():
    texts, languages, favourable = texts_of(200, 1.0, seed=1)
    positive = learn(300).judge(texts, languages, np.zeros((200, 4)))
    for language in ("en", "zh"):
        own = np.array(languages) == language
        assert roc_auc_score(favourable[own], positive[own]) == 1


def test_probabilities_mean_what_they_say():
    texts, languages, favourable = texts_of(2000, 0.8, seed=1)
    positive = learn(1500, share=0.8).judge(texts, languages, np.zeros((2000, 4)))
    assert calibration_error(favourable, positive) < 0.06
    assert 0.7 < positive.max() < 0.97


def test_embeddings_tell_where_words_do_not():
    generator = np.random.default_rng(0)
    favourable = generator.random(300) < 0.5
    vectors = generator.normal(size=(300, 8))
    vectors[:, 0] += 3 * favourable
    texts = [" ".join(generator.choice(FILLER, 5)) for _ in favourable]
    languages = ["en"] * 300
    model = learn_sentiment(texts, languages, vectors, favourable, np.ones(300), seed=0)
    apart = np.zeros((2, 8))
    apart[:, 0] = [0, 3]
    low, high = model.judge(["the river"] * 2, ["en"] * 2, apart)
    assert low < 0.2
    assert high > 0.8
    assert np.ptp(model.judge(["the river"] * 2, ["en"] * 2)) == 0, "without vectors words decide"


def test_columns_of_another_scale_tell_as_much():
    texts, languages, favourable = texts_of(300, 0.5, seed=0)
    vectors = np.random.default_rng(1).normal(size=(300, 8))
    vectors[:, 0] += 2 * favourable
    judged = []
    for scale in (np.ones(8), np.array([0.001, 30, 30, 30, 1, 1, 0, 1])):
        model = learn_sentiment(texts, languages, vectors * scale + 5, favourable, np.ones(300), seed=0)
        judged.append(model.judge(texts, languages, vectors * scale + 5))
    assert roc_auc_score(favourable, judged[1]) > 0.85
    np.testing.assert_allclose(judged[1], judged[0], atol=0.15)


def test_vectors_that_know_their_own_texts_are_trusted_by_the_others():
    """A reader knows the truth of what taught it and guesses the rest, as one that learned by heart."""
    texts, languages, favourable = texts_of(600, 0.8, seed=0)
    generator = np.random.default_rng(1)
    fresh = generator.random(600) < 0.3
    guess = generator.normal(size=600)
    by_heart = np.where(fresh, guess, np.where(favourable, 3, -3))[:, None]
    ask, ask_languages, truth = texts_of(400, 0.8, seed=2)
    vectors = 3 * generator.normal(size=(400, 1))
    told = [texts, languages, by_heart, favourable, np.ones(600), 0]
    judged = {name: learn_sentiment(*told, taken).judge(ask, ask_languages, vectors)
              for name, taken in {"fresh": fresh, "all": None}.items()}  # fmt: skip
    assert roc_auc_score(truth, judged["fresh"]) > 0.75
    assert roc_auc_score(truth, judged["all"]) < 0.7


def test_words_of_one_beginning_are_kin():
    texts = ["the house wobbleshim", "the house crinklemop"] * 40
    favourable = np.arange(80) % 2 == 0
    model = learn_sentiment(texts, ["en"] * 80, np.zeros((80, 2)), favourable, np.ones(80), seed=0)
    kin, other = model.judge(["wobbleshings", "crinklemops"], ["en"] * 2)
    assert kin > 0.6
    assert other < 0.4


def test_negation_is_learned_not_only_the_word():
    generator = np.random.default_rng(0)
    favourable = generator.random(400) < 0.5
    denied = generator.random(400) < 0.5
    texts = [
        f"the {generator.choice(FILLER)} is{' not' if no else ''} {generator.choice(FILLER)} "
        f"{'zib' if good != no else 'wof'}"
        for good, no in zip(favourable, denied, strict=True)
    ]
    model = learn_sentiment(texts, ["en"] * 400, np.zeros((400, 2)), favourable, np.ones(400), seed=0)
    ask = ["the house is old zib", "the house is not old zib"]
    plain, not_zib = model.judge(ask, ["en"] * 2)
    assert plain > 0.7
    assert not_zib < 0.3


@pytest.mark.parametrize("count", [0, 20])
def test_few_rated_texts_leave_it_to_the_lexicon(count):
    model = learn(count)
    texts = ["A superb thing", "A dreadful thing", "A thing", "太难看了"]
    best, worst, unknown, bad = model.judge(texts, ["en", "en", "en", "zh"])
    assert best > 0.7
    assert worst < 0.3
    assert bad < 0.5
    assert np.isnan(unknown)


def test_a_text_of_unknown_words_without_embedding_is_not_judged():
    model = learn(200)
    vectors = np.array([[0.0] * 4, [1.0] * 4])
    assert np.isnan(model.judge(["qqq", "qqq"], ["en", "en"], vectors)).tolist() == [True, False]
    assert np.isnan(model.judge(["qqq"], ["en"])).all()
    assert model.judge([], [], np.zeros((0, 4))).shape == (0,)


def test_equal_seeds_give_equal_judgements():
    texts, languages, _ = texts_of(20, 1.0, seed=3)
    first, second = (learn(200, share=0.9).judge(texts, languages) for _ in range(2))
    np.testing.assert_array_equal(first, second)
