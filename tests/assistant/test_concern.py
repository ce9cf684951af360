from assistant.concern import LONG_QUESTION, MAX_SENTENCES, telling_sentences

TOLD = "My mentee cancels every other week and never says why she does."
ASKED = "How do I bring it up with her?"
REST = f"It wears me down {'more and ' * LONG_QUESTION}more."


def test_of_a_long_question_what_is_asked_and_what_is_said_at_length_are_looked_at():
    found = telling_sentences(f"{TOLD} Oh no. {ASKED} {REST}")
    assert found == [ASKED, REST] and len(found) == MAX_SENTENCES


def test_a_short_question_has_one_concern():
    assert telling_sentences("I am new here this week. What do I say to them?") == []


def test_one_long_sentence_is_not_taken_apart():
    assert telling_sentences("and then " * LONG_QUESTION) == []
