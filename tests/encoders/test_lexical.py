import numpy as np
import pytest

from tesserec.encoders import lexical
from tesserec.encoders.lexical import LexicalEncoder
from tesserec.errors import ConfigError
from tesserec.text.segmentation import segment

CORPUS = [
    "river stone river light",
    "stone garden winter",
    "winter light light light garden",
    "river garden music",
    "music engine bread",
    "bread engine engine winter unheard",
]


def weighted(texts: list[str], min_texts: int = 2) -> np.ndarray:
    """TF-IDF of the corpus, word by word, (texts, words)."""
    words = sorted({word for text in CORPUS for word in text.split()})
    holders = {word: sum(word in text.split() for text in CORPUS) for word in words}
    words = [word for word in words if holders[word] >= min_texts]
    rows = np.zeros((len(texts), len(words)))
    for row, text in enumerate(texts):
        for column, word in enumerate(words):
            count = text.split().count(word)
            if count:
                idf = 1 + np.log((1 + len(CORPUS)) / (1 + holders[word]))
                rows[row, column] = (1 + np.log(count)) * idf
    return rows


def by_hand(texts: list[str], dimensions: int) -> np.ndarray:
    """Vectors of the texts on the leading right singular vectors of the corpus."""
    corpus = weighted(CORPUS)
    corpus /= np.linalg.norm(corpus, axis=1, keepdims=True)
    _, _, axes = np.linalg.svd(corpus, full_matrices=False)
    rows = weighted(texts) @ axes[:dimensions].T
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.divide(rows, length, out=np.zeros_like(rows), where=length > 0)


class TestVectors:
    @pytest.mark.parametrize("dimensions", [1, 3, 6])
    def test_agree_with_a_singular_value_decomposition(self, dimensions):
        texts = [*CORPUS, "stone stone bread", "unheard", ""]
        expected = by_hand(texts, dimensions)
        found = LexicalEncoder.fit(CORPUS, dimensions=dimensions).encode(texts)
        assert (found.shape, found.dtype) == ((9, dimensions), np.float32)
        np.testing.assert_allclose(found @ found.T, expected @ expected.T, atol=1e-5)
        np.testing.assert_allclose(np.abs(found), np.abs(expected), atol=1e-5)

    def test_beyond_the_rank_there_are_zeros(self):
        encoder = LexicalEncoder.fit(CORPUS, dimensions=20)
        found, plain = encoder.encode(CORPUS), weighted(CORPUS)
        assert found.shape == (6, encoder.size) == (6, 20)
        assert not found[:, 6:].any()
        plain /= np.linalg.norm(plain, axis=1, keepdims=True)
        np.testing.assert_allclose(found @ found.T, plain @ plain.T, atol=1e-5)

    def test_no_other_text_changes_a_vector(self):
        encoder = LexicalEncoder.fit(CORPUS, dimensions=4)
        together = encoder.encode(CORPUS)
        for text, vector in zip(CORPUS, together, strict=True):
            np.testing.assert_allclose(encoder.encode([text])[0], vector, atol=1e-6)

    def test_words_that_no_axis_reaches_say_nothing(self):
        """With room for one theme only, words of another are no noise that is brought to length one."""
        corpus = ["river stone"] * 9 + ["engine bread"] * 3
        made = LexicalEncoder.fit(corpus, dimensions=1)
        assert np.linalg.norm(made.encode(["river", "bread"]), axis=1) == pytest.approx([1, 0])

    def test_chinese_words(self):
        sentences = ["河边的石头很漂亮", "河边的石头和花园", "音乐和发动机", "古典音乐与发动机"]
        corpus = [" ".join(segment(sentence, "zh")) for sentence in sentences]
        vectors = LexicalEncoder.fit(corpus, dimensions=2).encode(["石头", "河边", "发动机"])
        likeness = vectors @ vectors.T
        assert likeness[0, 1] > 0.9
        assert abs(likeness[0, 2]) < 0.5


class TestCounts:
    def test_known_words_are_told(self):
        encoder, done = LexicalEncoder.fit(CORPUS, dimensions=4), []
        made = encoder.read(encoder.prepare(["stone stone unheard bread", "unheard", ""]), done.append)
        assert made.tokens.tolist() == [3, 0, 0]
        assert made.windows.tolist() == [1, 0, 0]
        assert made.truncated.tolist() == [0, 0, 0]
        assert sum(done) == 3

    def test_no_texts(self):
        encoder = LexicalEncoder.fit(CORPUS, dimensions=4)
        assert encoder.encode([]).shape == (0, 4)


class TestFit:
    def test_reads_a_stream_once(self):
        stream = (text for text in CORPUS)
        assert LexicalEncoder.fit(stream).description == LexicalEncoder.fit(CORPUS).description

    def test_rare_and_surplus_words_stay_out(self):
        frequent = LexicalEncoder.fit(CORPUS, dimensions=4, max_words=1)
        words = sorted({word for text in CORPUS for word in text.split()})
        assert [word for word in words if frequent.encode([word]).any()] == [
            "light"
        ]  # four times, others less
        everything = LexicalEncoder.fit(CORPUS, dimensions=4, min_texts=1)
        assert everything.encode(["unheard"]).any()

    @pytest.mark.parametrize("corpus", [[], ["", " "], ["river"], ["one two", "three four"]])
    def test_a_corpus_without_a_frequent_word(self, corpus, caplog):
        encoder = LexicalEncoder.fit(corpus, dimensions=3)
        made = encoder.read(encoder.prepare(["river", "one two"]))
        assert made.vectors.tolist() == [[0, 0, 0], [0, 0, 0]]
        assert encoder.size == 3
        assert "token_encoding.lexical.min_texts" in caplog.text

    def test_axes_of_a_sample_are_near_those_of_all(self, monkeypatch):
        generator = np.random.default_rng(2)
        themes = [[f"w{theme}{i}" for i in range(8)] for theme in "abc"]
        corpus = [" ".join(generator.choice(themes[i % 3], 5)) for i in range(600)]
        whole = LexicalEncoder.fit(corpus, dimensions=3).encode(corpus[:30])
        monkeypatch.setattr(lexical, "AXES_TEXTS", 100)
        sampled = [LexicalEncoder.fit(corpus, dimensions=3, seed=seed) for seed in (0, 0, 1)]
        part = sampled[0].encode(corpus[:30])
        np.testing.assert_allclose(part @ part.T, whole @ whole.T, atol=0.2)
        assert not np.allclose(part @ part.T, whole @ whole.T, atol=1e-5)
        digests = [encoder.description.digest for encoder in sampled]
        assert digests[0] == digests[1] != digests[2]

    @pytest.mark.parametrize("name", ["dimensions", "min_texts", "max_words"])
    def test_numbers_below_one_are_named(self, name):
        with pytest.raises(ConfigError, match=f"lexical.{name} is 0"):
            LexicalEncoder.fit(CORPUS, **{name: 0})


class TestDescription:
    def test_another_corpus_is_another_encoder(self):
        own = LexicalEncoder.fit(CORPUS, dimensions=4).description
        assert (own.encoder, own.size) == ("lexical", 4)
        assert own == LexicalEncoder.fit(list(CORPUS), dimensions=4).description
        # The same words in as many texts each, in other company.
        company = [*CORPUS[:4], "music engine winter", "bread engine engine bread unheard"]
        for other in (CORPUS[:-1], [*CORPUS, ""], company):
            assert LexicalEncoder.fit(other, dimensions=4).description.digest != own.digest

    def test_other_options_are_another_encoder(self):
        digests = {
            LexicalEncoder.fit(CORPUS, **options).description.digest
            for options in ({}, {"dimensions": 3}, {"min_texts": 1}, {"max_words": 3})
        }
        assert len(digests) == 4

    def test_which_word_is_which_counts(self):
        projection = np.eye(2, dtype=np.float32)
        one, other = (LexicalEncoder(words, projection) for words in (["river", "stone"], ["stone", "river"]))
        assert one.description.digest != other.description.digest
