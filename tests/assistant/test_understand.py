import pytest

from assistant.act import Act
from assistant.shape import Shape, find_shape
from assistant.understand import CONTEXT_WORDS, Subject, condense, join, understand

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
        ("Is there any evidence for that?", Act.WHY),
        ("and the evidence?", Act.WHY),
        ("any research behind this", Act.WHY),
        ("What about evidence for my appraisal with her?", Act.FOLLOW),
        ("Tell me more", Act.MORE),
        ("write that message for me", Act.WORDING),
        ("What exactly do I say?", Act.WORDING),
        ("Give me three sentences I could say", Act.WORDING),
        ("Thank you so much!", Act.THANKS),
        ("ok great, thanks", Act.THANKS),
        ("Good morning", Act.GREETING),
        ("No, I'm the mentor here", Act.CORRECT),
        ("no, I'm 57 not 47", Act.CORRECT),
        ("Sorry, she is thirty-four.", Act.CORRECT),
        ("no, I'm 57 and they said I was too old", Act.FOLLOW),
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
    assert found.searched == text


@pytest.mark.parametrize("text", ["Hello!", "Thanks a lot"])
def test_a_greeting_and_thanks_need_no_conversation(text):
    assert understand(text, None, alike).act in {Act.GREETING, Act.THANKS}


def test_a_change_of_subject_inherits_nothing():
    text = "Different question: how often should I meet her?"
    found = understand(text, SUBJECT, alike)
    assert found.act == Act.NEW
    assert found.searched == "How often should I meet her?"


@pytest.mark.parametrize(
    "opener",
    ["Unrelated: ", "unrelated, ", "Different question: ", "different question ", "Something else: ",
     "Also, ", "By the way, ", "Anyway. ", "ok so another thing: ", "On a different note, ",
     "Changing the subject: ", "Next question. ", "One more thing, ", "Quick question - ",
     "Now something else, ", "So a new question: "],
)  # fmt: skip
def test_words_that_only_announce_another_subject_are_not_searched(opener):
    asked = "How do I find a sponsor?"
    assert understand(opener + asked, None, unlike).searched == asked


@pytest.mark.parametrize(
    "text",
    ["ok so another thing: how do I find one?", "So a new question: how do I find one?",
     "Unrelated: how do I find one?", "Now something else, how do I find one?"],
)  # fmt: skip
def test_a_subject_that_is_announced_inherits_nothing(text):
    found = understand(text, SUBJECT, alike)
    assert (found.act, found.searched, found.about) == (Act.NEW, "How do I find one?", "")


def test_what_somebody_would_like_to_know_is_the_question():
    for text, searched in (
        ("Also I'd like to know if two mentors are too many", "Two mentors are too many"),
        ("Also I'd like to know how to end it", "How to end it"),
    ):
        assert understand(text, None, unlike).searched == searched


@pytest.mark.parametrize(
    "text",
    [
        "Topic ideas for our first meeting?",
        "New topic ideas for the next meeting?",
        "Thing is, my boss is rude to me",
        "One thing my mentor said bothers me",
        "Question about pay: how do I ask for more?",
        "Something different happened in my review today",
        "Separately paid interns ask me for more",
        "Unrelated people ask me to mentor them",
        "Unrelated: why?",
    ],
)
def test_words_that_are_the_subject_are_searched(text):
    assert understand(text, None, unlike).searched == text


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("perfect thx", Act.THANKS),
        ("no wait I'm a leader, I'd be the one sponsoring", Act.CORRECT),
        ("actually she isn't my mentee, I'm her line manager. sorry", Act.CORRECT),
        ("I am the mentee, not the mentor", Act.CORRECT),
        ("wrong way round, I'm one of the mentors", Act.CORRECT),
        ("i'm the boss there actually, new team leader", Act.CORRECT),
        ("I'm a nurse, and my mentor is late", Act.NEW),
        ("I'm a manager and I struggle with delegating", Act.NEW),
        ("I am the manager of a shop. How do I ask for a budget?", Act.NEW),
    ],
)
def test_thanks_and_corrections_are_told_from_stories(text, act):
    assert understand(text, SUBJECT, unlike).act == act


def test_a_follow_up_tells_what_it_goes_on_about():
    assert understand("and what if she says no?", SUBJECT, unlike).about == SUBJECT.text
    assert understand("Why?", SUBJECT, unlike).about == ""
    assert understand("How do I begin with a new team next week?", None, unlike).about == ""


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


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("ok thanks. how do I train the mentors?", "how do I train the mentors?"),
        ("Thanks. What if HR gets involved?", "What if HR gets involved?"),
        ("thank you, and what if she says no", "and what if she says no"),
    ],
)
def test_a_question_behind_thanks_is_answered(text, asked):
    found = understand(text, SUBJECT, unlike)
    assert found.act != Act.THANKS
    assert found.text == asked


@pytest.mark.parametrize(
    "text",
    ["Thanks, so I'll ask him on Monday", "thanks, that is what I needed", "ok cheers, will do"],
)
def test_thanks_with_a_word_on_what_comes_next_are_thanks(text):
    assert understand(text, SUBJECT, unlike).act == Act.THANKS


@pytest.mark.parametrize(
    "text",
    ["and what if she says no?", "what if nobody answers?", "and if he refuses?", "he'd just go quiet",
     "how long does that take?", "And if she's annoyed?"],
)  # fmt: skip
def test_a_follow_up_without_a_matter_of_its_own_is_bare(text):
    found = understand(text, SUBJECT, unlike)
    assert found.act == Act.FOLLOW
    assert found.is_bare


@pytest.mark.parametrize("text", ["what about his salary?", "and how do I tell my team?"])
def test_a_follow_up_with_a_matter_of_its_own_is_not_bare(text):
    assert not understand(text, SUBJECT, unlike).is_bare


@pytest.mark.parametrize(
    "text",
    ["Sorry, I got that wrong: it was three times", "no, I wasn't fired, the place was closed",
     "Actually she did apologise once", "No, I meant the sponsor's numbers, what do I report?"],
)  # fmt: skip
def test_what_mends_the_last_message_goes_on_with_it(text):
    assert understand(text, SUBJECT, unlike).act == Act.FOLLOW


@pytest.mark.parametrize(
    "text",
    ["Actually, how do I find a sponsor?", "Sorry, a different question: how do I find a sponsor?",
     "No, another thing: how do I find a sponsor?"],
)  # fmt: skip
def test_a_new_question_is_no_correction(text):
    assert understand(text, SUBJECT, unlike).act == Act.NEW
