"""Conversations of several turns over the shipped guides."""

import re

import pytest

from assistant.boundary import PERHAPS
from assistant.conversation import Question

TEXT = "My mentee cancels our meetings again and again. What can I do?"
KNOWN = {"audience": "mentor", "stage": "mid"}


@pytest.fixture
async def talk(ask, request):
    """Return a conversation whose first question has been answered."""
    thread = request.node.name

    async def say(text, **known):
        return await ask(text, thread=thread, **known)

    first = await say(TEXT, **KNOWN)
    assert first.kind == "answer"
    return say, first


def words(text):
    return len(re.sub(r"\[\d+\]", "", text).split())


async def test_a_follow_up_searches_with_the_conversation_and_repeats_nothing(talk):
    say, first = talk
    reply = await say("And what if she says she has no time?")
    assert reply.kind == "answer"
    assert reply.searched == f"What if she says she has no time? (About: {TEXT})"
    assert reply.citations
    # What is nearest to the follow-up may be shown again, and nothing else.
    assert len({c.quote for c in reply.citations} & {c.quote for c in first.citations}) <= 1


async def test_several_follow_ups_say_again_what_answers_and_no_more(board, talk):
    say, first = talk
    mentors = {d.id for d in board.guides() if "mentor" in d.audience}
    said = [c.quote for c in first.citations]
    for text in ("And what if she says no?", "What else?", "And if it happens again?", "more"):
        reply = await say(text)
        assert reply.citations
        assert {c.guide for c in reply.citations} <= mentors
        said += [c.quote for c in reply.citations]
    assert len(said) - len(set(said)) <= 4  # one a turn


async def test_shorter_says_the_same_in_fewer_words(talk):
    say, first = talk
    reply = await say("Make it shorter")
    assert reply.kind == "reply"
    assert words(reply.text) <= words(first.text) / 2
    assert reply.text.count("\n") >= 3
    assert {c.guide for c in reply.citations} == {first.citations[0].guide}
    assert reply.text[:25] == first.text[:25]


@pytest.mark.parametrize(("text", "count"), [("shorter, just two", 2), ("only one.", 1)])
async def test_shorter_counts_what_it_is_told_to_count(talk, text, count):
    say, _ = talk
    reply = await say(text)
    assert reply.kind == "reply"
    assert len(re.findall(r"^\d\. ", reply.text, re.MULTILINE)) == count


async def test_why_gives_the_reasons_of_the_same_guide(talk):
    say, first = talk
    reply = await say("Why?")
    assert reply.kind == "answer"
    assert {c.guide for c in reply.citations} == {first.citations[0].guide}
    assert {c.section for c in reply.citations} <= {"Why it works", "Where guides differ"}
    assert reply.citations[0].section == "Why it works"
    assert reply.citations[0].sources


async def test_words_to_say_are_brought_on_request(talk):
    say, _ = talk
    reply = await say("What exactly do I say?")
    assert reply.kind == "answer"
    scripts = [c for c in reply.citations if c.section == "What to say"]
    assert scripts
    assert all("“" in c.quote or '"' in c.quote for c in scripts)


async def test_the_profile_carries_over(talk):
    say, _ = talk
    reply = await say("And if it happens again?")
    assert (reply.profile.audience, reply.profile.stage) == ("mentor", "mid")
    assert reply.profile.origin.audience == "inferred"


async def test_a_correction_answers_again_from_the_other_chair(ask, board):
    text = "How do I prepare for my first meeting?"
    first = await ask(text, thread="corrected", audience="mentee")
    reply = await ask("No, I'm the mentor here", thread="corrected")
    assert reply.searched == text
    assert (reply.profile.audience, reply.profile.origin.audience) == ("mentor", "stated")
    audience = {document.id: document.audience for document in board.guides()}
    assert "mentor" not in audience[first.citations[0].guide]
    assert "mentor" in audience[reply.citations[0].guide]


async def test_an_age_put_right_is_answered_and_an_unfair_one_is_not(ask):
    text = "I'm 47 and want to change career. How do I begin?"
    first = await ask(text, thread="age", audience="mentee")
    reply = await ask("no, I'm 57 not 47", thread="age")
    assert (reply.kind, reply.searched) == ("answer", text)
    assert reply.citations[0].guide == first.citations[0].guide
    assert PERHAPS not in reply.text
    reply = await ask("no, I'm 57 and they fired me because I was too old", thread="age")
    assert reply.kind == "refer"


async def test_a_correction_may_hold_a_slip(ask):
    await ask("How do I prepare for my first meeting?", thread="slip", audience="mentee")
    reply = await ask("No, I'm the metnor here", thread="slip")
    assert (reply.profile.audience, reply.profile.origin.audience) == ("mentor", "stated")


async def test_what_a_conversation_is_about_is_kept_mended_and_without_its_opener(ask):
    first = await ask("Different question: how do I ask for a rasie?", thread="opener")
    assert first.searched == "How do I ask for a raise?"
    reply = await ask("And if she says no?", thread="opener")
    assert reply.searched == "If she says no? (About: How do I ask for a raise?)"


async def test_a_follow_up_shows_peoples_own_words(ask):
    text = "My mentor Priya, 45, cancels again and again. What do I say to her?"
    await ask(text, thread="own words", audience="mentee")
    reply = await ask("And if Priya gets angyr?", thread="own words")
    assert reply.searched == f"If Priya gets angry? (About: {text})"


async def test_a_conversation_goes_the_same_way_whoever_has_it(ask):
    replies = []
    for name, age, he, country in (("Oliver", 24, "he", "France"), ("Aisha", 58, "she", "Ghana")):
        thread = f"told by {name}"
        first = await ask(
            f"I'm {name}, {age}, from {country}. My mentor says {he} is too busy. What do I do?",
            thread=thread, audience="mentee",
        )  # fmt: skip
        second = await ask(f"And what if {he} says no?", thread=thread)
        replies.append([(reply.kind, reply.text) for reply in (first, second)])
    assert replies[0] == replies[1]


async def test_thanks_keep_the_subject(talk):
    say, first = talk
    reply = await say("thanks, that helps")
    assert (reply.kind, reply.citations) == ("reply", ())
    again = await say("Why?")
    assert {c.guide for c in again.citations} == {first.citations[0].guide}


async def test_thanks_after_a_disclosure_point_to_people_once_more(ask):
    assert (await ask("I want to die", thread="thanks after")).kind == "refer"
    reply = await ask("thank you", thread="thanks after")
    assert reply.kind == "reply"
    assert "speak to one of them" in reply.text


async def test_nothing_is_offered_to_ask_next_twice(talk):
    say, first = talk
    second = await say("And what if she says no?")
    assert first.follow_ups
    assert second.follow_ups
    assert not set(first.follow_ups) & set(second.follow_ups)


async def test_what_is_offered_to_ask_next_is_written_as_a_sentence(ask):
    for text in (TEXT, "My boss takes the credit for my work.", "How do I ask for a raise?"):
        reply = await ask(text)
        assert reply.follow_ups
        assert all(t[0].isupper() and t.endswith("?") for t in reply.follow_ups)


async def test_a_change_of_subject_starts_afresh(talk):
    say, first = talk
    reply = await say("Different question: how do I ask for a raise?")
    assert reply.searched == "How do I ask for a raise?"
    assert reply.citations[0].guide != first.citations[0].guide


async def test_a_disclosure_stops_the_coaching_and_becomes_no_subject(talk):
    say, first = talk
    reply = await say("He told me yesterday that he wants to end his life.")
    assert reply.kind == "refer"
    assert reply.contacts
    assert "cancel" not in reply.text
    again = await say("Why?")
    assert again.citations[0].guide == first.citations[0].guide


async def test_nothing_of_a_declined_question_is_answered_later(ask):
    text = "What salary should I demand as a product manager in Leeds?"
    assert (await ask(text, thread="pay", audience="mentee")).kind == "decline"
    reply = await ask("And in London?", thread="pay", audience="mentee")
    assert reply.searched == f"In London? (About: {text})"
    assert (reply.kind, reply.citations) == ("decline", ())


async def test_two_conversations_do_not_see_each_other(ask, talk):
    text = "And what if she says no?"
    reply = await ask(text, thread="somebody-else")
    assert reply.searched == text


async def test_a_conversation_goes_on_after_a_restart(board, library_home, tmp_path):
    from assistant.build import Assistant
    from assistant.memory import Memory

    for text, searched in ((TEXT, TEXT), ("And if not?", f"If not? (About: {TEXT})")):
        assistant = Assistant(board.settings, encoder=board.encoder)
        assistant.memory = Memory(tmp_path / "memory.sqlite")
        reply = await assistant.answer(Question(text=text, thread="t"))
        assert reply.searched == searched
        await assistant.aclose()
