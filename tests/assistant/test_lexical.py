import numpy as np
import pytest

from assistant.lexical import Lexical
from knowledge.full_text import telling_words


@pytest.fixture
def asked():
    return []


@pytest.fixture
def lexical(asked):
    """Return two chunks in rows 1 and 4, and one question in row 2; row 9 came after them."""
    rows = {"mentor": [(1, 2.0), (2, 1.5), (9, 7.0)], "late": [(4, 3.0), (1, 0.5)]}

    def find_word(word):
        asked.append(word)
        return rows.get(word, [])

    chunks, questions = np.array([-1, 0, -1, -1, 1]), np.array([-1, -1, 0, -1, -1])
    return Lexical(find_word, (chunks, questions), (2, 1))


def test_the_score_of_a_text_is_the_sum_over_its_words(lexical):
    chunks, questions = lexical.scores("My mentor is late. The mentor!")
    assert chunks.tolist() == [2.5, 3.0]
    assert questions.tolist() == [1.5]


def test_a_word_is_asked_once(lexical, asked):
    lexical.scores("a late mentor")
    lexical.scores("late, late zebra")
    assert asked == ["late", "mentor", "zebra"]


def test_nothing_shared_scores_nothing(lexical):
    chunks, questions = lexical.scores("zebra")
    assert not chunks.any() and not questions.any()


def test_words_add_up_to_what_one_query_over_all_gives(board):
    retriever = board.retriever()
    text = "My mentor keeps cancelling and I do not know what to say."
    chunks, _ = retriever.snapshot.lexical.scores(text)
    match = " OR ".join(f'"{word}"' for word in telling_words(text))
    whole = dict(
        retriever.catalogue._database.connection.execute(
            "SELECT rowid, -bm25(full_text) FROM full_text WHERE full_text MATCH ?", (match,)
        ).fetchall()
    )
    rows = {id: row for row, id in retriever.catalogue.full_text.rows("guidance").items()}
    for chunk, score in zip(retriever.snapshot.chunks, chunks, strict=True):
        assert score == pytest.approx(whole.get(rows[chunk.id], 0.0), rel=1e-3, abs=1e-3)


def test_common_words_are_read_ahead(lexical, asked):
    lexical.read_ahead(["late again", "a mentor who is late"])
    assert asked[0] == "late", "the commonest first"
    read = list(asked)
    lexical.scores("my mentor is late again")
    assert asked == read
