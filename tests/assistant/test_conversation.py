import pytest
from pydantic import ValidationError

from assistant.conversation import MAX_WORDS, Profile, Question, Reply, clean_question
from knowledge.errors import QuestionError

KEYS = {
    "kind", "text", "citations", "searched", "profile", "follow_ups", "topics", "nearest",
    "contacts", "confidence", "engine", "timings_ms", "id", "thread",
}  # fmt: skip


def test_a_question_is_cleaned_and_not_changed():
    assert (
        clean_question("  How do\u200b  I\tstart?\n\n\nI am new. ") == "How do I start?\nI am new."
    )
    assert clean_question("Cafe\u0301?") == "Café?"


@pytest.mark.parametrize("text", ["", "   ", "?!…", "\u200b\u200b", "👍"])
def test_nothing_to_answer_is_told_with_an_example(text):
    with pytest.raises(QuestionError, match=r"no question in that.*mentor ask"):
        clean_question(text)


@pytest.mark.parametrize(
    "text", ["\0\1\2", "How\0do I?", "\x01\x02\x03abc", "\ufffd\ufffd\ufffdPNG"]
)
def test_what_is_not_text_is_refused(text):
    with pytest.raises(QuestionError, match="not text I can read"):
        clean_question(text)


def test_ten_thousand_words_are_too_many():
    with pytest.raises(QuestionError, match=r"10,000 words; at most 2,000"):
        clean_question("word " * 10_000)
    assert len(clean_question("word " * MAX_WORDS).split()) == MAX_WORDS


def test_a_reply_has_the_keys_of_the_interface():
    record = Reply(id="1", thread="t", kind="decline", text="No.").model_dump(
        mode="json", by_alias=True
    )
    assert set(record) == KEYS | {"notice"}
    assert set(record["profile"]) == {"audience", "stage", "phase", "from"}
    assert set(record["timings_ms"]) == {"encode", "search", "compose", "total"}
    assert Reply.model_validate(record).model_dump(mode="json", by_alias=True) == record


def test_a_question_takes_nothing_it_does_not_know():
    with pytest.raises(ValidationError):
        Question(text="x", stage="junior")
    with pytest.raises(ValidationError):
        Question(text="x", mood="good")
    assert Profile.model_validate({"from": {"audience": "stated"}}).origin.audience == "stated"
