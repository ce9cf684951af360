import pytest

from assistant.verify import UNSUPPORTED, MarkerFilter, check_support, drop_unknown_markers

PASSAGES = {
    1: "Ask for ten minutes after the meeting and name one piece of work.",
    2: "Write down what was agreed, and by when.",
}


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Ask [1].", "Ask [1]."),
        ("Ask [9].", "Ask."),
        ("Ask [1, 9] now.", "Ask [1] now."),
        ("Ask [1,2].", "Ask [1][2]."),
        ("Ask [9], then go.", "Ask, then go."),
        ("Ask [see below] and [x](y).", "Ask [see below] and [x](y)."),
    ],
)
def test_markers_that_stand_for_nothing_are_dropped(text, kept):
    assert drop_unknown_markers(text, PASSAGES) == kept


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_markers_are_dropped_across_pieces_too(size):
    text = (
        "Ask [1]. Then wait [9, 88] and write [2, 7] it [12] down [an aside that goes on and on]."
    )
    marks = MarkerFilter(PASSAGES)
    pieces = [text[i : i + size] for i in range(0, len(text), size)]
    shown = "".join([*(marks.feed(piece) for piece in pieces), marks.close()])
    assert "[1]" in shown
    assert "[2]" in shown
    assert not any(mark in shown for mark in ("9", "88", "7]", "12"))
    assert shown.endswith("[an aside that goes on and on].")


def test_a_marker_is_held_back_until_it_is_whole():
    marks = MarkerFilter(PASSAGES)
    assert [marks.feed(piece) for piece in ("Ask ", "[", "1", "] now [")] == [
        "Ask ", "", "", "[1] now ",
    ]  # fmt: skip
    assert marks.close() == "["


def test_what_a_passage_says_is_supported(onnx_encoder):
    text = "Ask for ten minutes after the meeting [1]. Write down what you agreed and by when [2]."
    checked = check_support(text, PASSAGES, onnx_encoder)
    assert checked.unsupported == 0
    assert checked.used == (1, 2)
    assert UNSUPPORTED not in checked.text


def test_what_no_passage_says_is_marked(onnx_encoder):
    text = "Write down what was agreed [2]. The moon is a large green cheese above Paris [1]."
    checked = check_support(text, PASSAGES, onnx_encoder)
    assert checked.unsupported == 1
    assert checked.text.endswith(f"[1].{UNSUPPORTED}")


def test_a_long_sentence_that_cites_nothing_is_marked(onnx_encoder):
    text = "You should always tell your boss about each and every little thing."
    assert check_support(text, PASSAGES, onnx_encoder).unsupported == 1


@pytest.mark.parametrize("text", ["Here is how.", "What would you like to keep?", "# Steps"])
def test_headings_questions_and_connectives_need_no_support(text, onnx_encoder):
    checked = check_support(text, PASSAGES, onnx_encoder)
    assert (checked.text, checked.unsupported, checked.used) == (text, 0, ())


def test_lines_and_lists_stay_as_they_were(onnx_encoder):
    text = "Ask for ten minutes after the meeting [1].\n\n1. Write down what was agreed, and by when [2].\n2. Go."
    assert check_support(text, PASSAGES, onnx_encoder).text == text
