import pytest

from assistant.understand import (
    CONTEXT_WORDS,
    Act,
    Shape,
    Subject,
    condense,
    find_shape,
    join,
    understand,
)

SUBJECT = Subject("How do I ask my boss for a pay rise?", "asking-for-a-raise", ("Ask.",))


def unlike(one, other):
    return 0.0


def alike(one, other):
    return 1.0


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("and what if she says no?", Act.FOLLOW),
        ("What about by e-mail?", Act.FOLLOW),
        ("How do I tell him without sounding greedy?", Act.FOLLOW),
        ("Make it shorter, please", Act.SHORTER),
        ("tl;dr", Act.SHORTER),
        ("Why?", Act.WHY),
        ("why does that work?", Act.WHY),
        ("What is the evidence for that?", Act.WHY),
        ("Tell me more", Act.MORE),
        ("write that message for me", Act.WORDING),
        ("What exactly do I say?", Act.WORDING),
        ("Give me three sentences I could say", Act.WORDING),
        ("Thank you so much!", Act.THANKS),
        ("ok great, thanks", Act.THANKS),
        ("Good morning", Act.GREETING),
        ("No, I'm the mentor here", Act.CORRECT),
        ("sorry, I am the mentee", Act.CORRECT),
        ("My mentee never prepares. What can I do about it?", Act.NEW),
    ],
)
def test_a_message_is_known_by_its_words(text, act):
    assert understand(text, SUBJECT, unlike).act == act


@pytest.mark.parametrize("text", ["Make it shorter", "Why?", "Tell me more", "And then?"])
def test_without_a_conversation_there_is_nothing_to_act_on(text):
    found = understand(text, None, alike)
    assert found.act == Act.NEW
    assert found.searched == "How often should I meet her?"


@pytest.mark.parametrize("text", ["Hello!", "Thanks a lot"])
def test_a_greeting_and_thanks_need_no_conversation(text):
    assert understand(text, None, alike).act in {Act.GREETING, Act.THANKS}


def test_a_change_of_subject_inherits_nothing():
    text = "Different question: how often should I meet her?"
    found = understand(text, SUBJECT, alike)
    assert found.act == Act.NEW
    assert found.searched == "How often should I meet her?"


def test_a_question_of_its_own_goes_on_only_if_it_is_about_the_same_things():
    text = "My boss wants to see what other employers pay for the work"
    assert understand(text, SUBJECT, alike).searched.endswith(f"(About: {SUBJECT.text})")
    assert understand(text, SUBJECT, unlike).searched == text


def test_an_act_on_the_last_answer_searches_for_its_question():
    for text in ("shorter", "why?", "what else?", "I'm the mentor here"):
        assert understand(text, SUBJECT, unlike).searched == SUBJECT.text


def test_a_follow_up_is_searched_with_what_it_is_about():
    found = understand("and what if she says no?", SUBJECT, unlike)
    assert found.text == "and what if she says no?"
    assert found.searched == f"What if she says no? (About: {SUBJECT.text})"


def test_a_request_for_wording_asks_for_something_to_say():
    assert understand("write that message for me", SUBJECT, unlike).shape == Shape.SAY


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("What questions should I ask in the first meeting?", Shape.ASK),
        ("What do I say when he cancels again?", Shape.SAY),
        ("Is it normal to feel this lost?", Shape.NORMAL),
        ("Should I quit or stay?", Shape.DECIDE),
        ("How do I end a meeting?", Shape.STEPS),
        ("Is it normal here? I hardly know. What do I say to him?", Shape.SAY),
    ],
)
def test_the_question_tells_the_shape_of_its_answer(text, shape):
    assert find_shape(text) == shape


def test_the_end_of_a_long_message_decides_its_shape():
    story = "I wonder whether to quit. " + "He talks all day about sport. " * 5
    assert find_shape(story) == Shape.DECIDE
    assert find_shape(f"{story} What do I say to him?") == Shape.SAY


def test_joining_drops_the_conjunction_and_keeps_the_subject():
    assert join("but is it rude?", "May I ask twice?") == "Is it rude? (About: May I ask twice?)"


def test_a_short_text_is_not_condensed():
    assert condense(SUBJECT.text) == SUBJECT.text


def test_a_story_is_condensed_to_its_question_and_its_beginning():
    story = "I joined the bank in May. " + "My boss is kind but he is always away on trips. " * 8
    text = condense(f"{story} How do I ask him for time?")
    assert text.startswith("I joined the bank in May.")
    assert text.endswith("How do I ask him for time?")
    assert len(text.split()) <= CONTEXT_WORDS


def test_one_endless_sentence_is_cut():
    assert len(condense("word " * 400).split()) <= CONTEXT_WORDS + 10
