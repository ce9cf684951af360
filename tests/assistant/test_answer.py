"""Whole turns over the shipped guides."""

import json
import re

import pytest

from assistant.boundary import find_disclosure, find_pattern, line_on_qualified
from assistant.budget import MAX_WORDS, MAX_WORDS_OF_TWO
from assistant.compose import EITHER
from assistant.conversation import Finished, Found, Question, Token, Understood
from assistant.shelf import SERIOUS
from assistant.triage import triage_for
from eval.dataset import DATASETS_FOLDER

MENTEE = {"audience": "mentee", "stage": "mid"}
MENTOR = {"audience": "mentor", "stage": "entry"}
LEADER = {"audience": "leader", "stage": "mid"}
FIRST = (
    (
        "After eight years as an analyst I want to move into product, and I do not know how to raise it.",
        MENTEE,
        {
            "changing-function-or-industry-translating-what-you-know",
            "telling-your-boss-at-a-review-that-you-are-bored-or-unhappy",
            "changing-field-experiment-before-you-leap",
            "raising-a-move-into-other-work",
        },
    ),
    (
        "I am a new mentor, and my first meeting with an intern is tomorrow. How do I start?",
        MENTOR,
        {"your-first-meeting-as-a-mentor", "mentoring-an-intern", "before-the-first-meeting"},
    ),
    (
        "Fifteen minutes before a talk with a mentee who was passed over for promotion: what do I ask?",
        LEADER,
        {"when-your-mentee-is-passed-over-for-promotion"},
    ),
)


OWN_WORDS = 110
"""Headings, a note on fit and the last line, beside what is quoted: five titles may have sixty words."""


def check_citations(board, reply):
    chunks = {chunk.id: chunk for chunk in board.retriever().catalogue.chunks("guidance")}
    markers = [int(number) for number in re.findall(r"\[(\d+)\]", reply.text)]
    assert markers == [citation.marker for citation in reply.citations]
    assert markers == list(range(1, len(markers) + 1))
    for citation in reply.citations:
        chunk = chunks[citation.chunk]
        assert citation.quote in chunk.text
        assert chunk.document == citation.guide
        assert citation.section in chunk.section
    quotes = [citation.quote for citation in reply.citations]
    assert len(set(quotes)) == len(quotes)


def words(reply):
    return len(re.sub(r"\[\d+\]", "", reply.text).split())


@pytest.mark.parametrize(("text", "chair"), [(text, chair) for text, chair, _ in FIRST])
async def test_the_first_question_of_each_journey_is_answered_in_full(board, ask, text, chair):
    reply = await ask(text, **chair)
    assert reply.kind == "answer"
    assert reply.engine == "extractive"
    two_plans = EITHER in reply.text
    assert 150 <= words(reply) <= (MAX_WORDS_OF_TWO if two_plans else MAX_WORDS) + OWN_WORDS
    assert reply.confidence > 0.9
    assert reply.text.count("\n\n") >= 3
    check_citations(board, reply)
    assert (reply.profile.audience, reply.profile.origin.audience) == (chair["audience"], "stated")
    assert any(citation.sources for citation in reply.citations)


@pytest.mark.parametrize(("text", "chair", "guides"), FIRST)
async def test_the_right_guide_leads(ask, text, chair, guides):
    reply = await ask(text, **chair)
    assert reply.citations[0].guide in guides
    assert reply.citations[0].section == "In short"


@pytest.mark.parametrize(("text", "chair"), [(text, chair) for text, chair, _ in FIRST[:2]])
async def test_an_answer_closes_with_a_question_to_take_along(ask, text, chair):
    reply = await ask(text, **chair)
    ours = ("*This guide", "Not quite it?")
    parts = [part for part in reply.text.split("\n\n") if not part.startswith(ours)]
    assert re.match(r"One question to (?:take|ask|think)", parts[-1])
    assert re.search(r"\? \[\d+\]$", parts[-1])


async def test_what_to_ask_and_to_talk_about_next_is_offered(board, ask):
    reply = await ask(FIRST[1][0], **MENTOR)
    assert 1 <= len(reply.follow_ups) <= 3
    for question in reply.follow_ups:
        assert (await ask(question, **MENTOR)).kind in {"answer", "clarify"}
    assert len(reply.topics) == 3
    assert {topic.guide for topic in reply.topics} == {reply.citations[0].guide}


async def test_words_to_say_come_early_where_they_were_asked_for(ask):
    reply = await ask("What do I say to a mentee who cancels again and again?", audience="mentor")
    parts = reply.text.split("\n\n")
    assert parts[1] == "Words to try:"
    assert parts[2].count("\n") == 2
    scripts = [c for c in reply.citations if c.section == "What to say"]
    assert len(scripts) == 3


async def test_a_loss_is_acknowledged_in_words_that_claim_nothing(ask):
    reply = await ask("I was laid off on Friday after six years. What do I do first?", **MENTEE)
    assert reply.kind == "answer"
    assert reply.text.startswith("I am sorry. That is a lot to take in.\n\n")


async def test_no_plan_for_a_crisis_stands_beside_an_ordinary_answer(board, ask, monkeypatch):
    async def second_of(slug):
        monkeypatch.setattr("assistant.answer.find_second_guide", lambda *_: slug)
        reply = await ask("How do I ask for a promotion in my annual review?", **MENTEE)
        return {citation.guide for citation in reply.citations}

    guides = [board.shelf.guide(document.id) for document in board.guides()]
    serious = next(guide.slug for guide in guides if SERIOUS in guide.topics)
    assert serious not in await second_of(serious)
    assert "ending-well" in await second_of("ending-well")


async def test_a_guide_for_other_people_says_so_and_only_then(board, ask):
    stages = {document.id: document.stages for document in board.guides()}
    texts = ("What do I bring on the first day of my internship?", "How do I find a mentor?",
             "I was passed over for promotion. What now?", "How do I plan my retirement?")  # fmt: skip
    told = []
    for text in texts:
        reply = await ask(text, audience="mentee", stage="senior")
        note = re.search(r"\*(?:This|The first) guide is written for", reply.text) is not None
        assert note == ("senior" not in stages[reply.citations[0].guide])
        told.append(note)
    assert True in told
    assert False in told


async def test_a_decline_cites_nothing_and_names_what_there_is(board, ask):
    reply = await ask("What salary should I demand as a product manager in Leeds?", **MENTEE)
    assert reply.kind == "decline"
    assert reply.citations == reply.topics == reply.follow_ups == ()
    assert not re.search(r"\[\d+\]", reply.text)
    assert "no figures for pay" in reply.text
    titles = {document.title for document in board.guides()}
    assert len(reply.nearest) == 3
    assert set(reply.nearest) <= titles
    assert reply.confidence < 0.5


async def test_a_disclosure_gets_contacts_and_no_coaching(ask):
    reply = await ask("My manager groped me after the party and I start again tomorrow.", **MENTEE)
    assert reply.kind == "refer"
    assert reply.citations == reply.follow_ups == reply.topics == ()
    assert reply.contacts[0].name == "Your local emergency number"
    assert "I am sorry" in reply.text
    assert "your mentor" not in reply.text


async def test_somebody_who_was_told_reads_how_to_respond(board, ask):
    reply = await ask("My mentee told me that her supervisor harasses her.", **MENTOR)
    assert reply.kind == "refer"
    assert reply.text.startswith("Stop the mentoring talk and listen.")
    assert {c.guide for c in reply.citations} == {"when-a-mentee-tells-you-about-harassment"}
    assert len(reply.contacts) >= 3
    check_citations(board, reply)


async def test_a_legal_question_goes_to_the_qualified(board, ask):
    reply = await ask("Is it legal that my employer has not paid my overtime for a year?")
    assert reply.kind == "refer"
    assert reply.text.startswith("What hangs on the law")
    assert "union" in " ".join(contact.name for contact in reply.contacts)
    check_citations(board, reply)


HALF_LEGAL = "should I take a pay cut to move into charity work at 47 with two kids"


async def test_a_question_that_is_only_in_part_legal_is_answered_with_a_line_on_that_part(
    board, ask
):
    reply = await ask(HALF_LEGAL)
    assert reply.kind == "answer"
    assert len(reply.citations) >= 4
    assert reply.text.count(line_on_qualified("qualified_legal")) == 1
    check_citations(board, reply)


async def test_what_is_asked_after_a_referral_is_answered_and_not_referred_again(board, ask):
    thread = {"thread": "referred"}
    first = await ask("am I allowed to sue my employer for not promoting me", **thread)
    assert first.kind == "refer"
    second = await ask("ok so what can I do then", **thread)
    assert second.kind == "answer"
    assert line_on_qualified("qualified_legal") in second.text
    check_citations(board, second)
    third = await ask("and how long do I have to file the claim at the tribunal?", **thread)
    assert third.kind != "answer" or line_on_qualified("qualified_legal") in third.text


async def test_an_unknown_chair_is_asked_for_once_and_after_the_answer(board):
    openings = ("How do I end our mentoring relationship?", "How do we set goals for mentoring?",
                "What do we talk about in our first meeting?", "How often should we meet?",
                "How do we close the relationship well?")  # fmt: skip
    replies = [await board.answer(Question(text=text)) for text in openings]
    asked = [reply for reply in replies if reply.kind == "clarify"]
    assert asked
    for reply in asked:
        assert reply.text.count("Are you the mentee here, or the mentor?") == 1
        assert len(reply.citations) >= 4
        check_citations(board, reply)


async def test_a_stated_chair_is_never_asked_for(ask):
    for chair in ("mentee", "mentor"):
        reply = await ask("What do we talk about in our first meeting?", audience=chair)
        assert reply.kind == "answer"


async def test_the_two_chairs_get_different_guides(board, ask):
    text = "How do I prepare for my first meeting?"
    audience = {document.id: document.audience for document in board.guides()}
    mentee, mentor = [
        (await ask(text, audience=chair)).citations[0].guide for chair in ("mentee", "mentor")
    ]
    assert mentee != mentor
    assert "mentee" in audience[mentee]
    assert "mentor" in audience[mentor]


def questions(count):
    lines = (DATASETS_FOLDER / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines][:: max(1, len(lines) // count)][:count]


@pytest.mark.parametrize(("chair", "other"), [("mentor", "mentee"), ("mentee", "mentor")])
async def test_a_chair_never_gets_what_is_meant_for_the_other_alone(board, ask, chair, other):
    audience = {document.id: document.audience for document in board.guides()}
    for record in questions(40):
        reply = await ask(record["question"], audience=chair)
        coached = [c.guide for c in reply.citations if reply.kind != "refer"]
        assert all(audience[guide] != (other,) for guide in coached), record["id"]


async def test_every_answer_quotes_word_for_word_and_says_nothing_twice(board, ask):
    for record in questions(40):
        known = {key: record[key] for key in ("audience", "stage") if record.get(key)}
        known = {key: value for key, value in known.items() if value != "any"}
        reply = await ask(record["question"], **known)
        check_citations(board, reply)
        if reply.kind in {"answer", "clarify"}:
            assert 120 <= words(reply) <= MAX_WORDS_OF_TWO + OWN_WORDS, record["id"]
            assert reply.citations


async def test_the_events_of_a_turn_end_in_the_whole_reply(board):
    events = [e async for e in board.stream(Question(text=FIRST[1][0], audience="mentor"))]
    assert isinstance(events[0], Understood)
    assert isinstance(events[-1], Finished)
    tokens = "".join(event.text for event in events if isinstance(event, Token))
    assert tokens.strip() == events[-1].reply.text.strip()
    timings = events[-1].reply.timings_ms
    assert 0 < timings.encode + timings.search + timings.compose <= timings.total


async def test_what_was_found_is_told_before_the_first_word(board):
    events = [e async for e in board.stream(Question(text=FIRST[1][0], audience="mentor"))]
    kinds = [event.type for event in events]
    assert kinds[:2] == ["understood", "found"]
    assert set(kinds[2:-1]) == {"token"}
    (found,) = [event for event in events if isinstance(event, Found)]
    assert len(found.guides) == len(set(found.guides)) == 10
    assert found.guides[0] == events[-1].reply.citations[0].guide
    assert set(found.guides) <= {document.id for document in board.guides()}


@pytest.mark.parametrize("text", ["Hello!", "My manager groped me after the party."])
async def test_nothing_is_found_where_nothing_was_searched(board, text):
    events = [e async for e in board.stream(Question(text=text))]
    assert not [event for event in events if isinstance(event, Found)]


async def test_people_see_their_own_words_again_with_the_slips_mended(board):
    text = "I'm Priya, 45, from Ghana. My metnor cancels agian and she is rude. What do i do?"
    events = [e async for e in board.stream(Question(text=text, audience="mentee"))]
    shown = "I'm Priya, 45, from Ghana. My mentor cancels again and she is rude. What do i do?"
    assert events[0].searched == events[-1].reply.searched == shown


async def test_the_same_question_gets_the_same_advice_whoever_asks_it(ask):
    one, other = [
        await ask(f"{who} cancels our meetings again and again. What can I do?", audience="mentor")
        for who in ("I'm Tom, 29. My mentee Emily", "I'm Oluwaseun, 61. My mentee Mohammed")
    ]
    assert one.kind == "answer"
    assert one.text == other.text
    assert one.searched != other.searched


async def test_an_age_tells_no_stage_and_years_in_the_job_do(ask):
    for age in (22, 58):
        reply = await ask(f"I'm {age} and want a mentor. How do I find one?", audience="mentee")
        assert (reply.profile.stage, reply.profile.origin.stage) == (None, "default")
    reply = await ask("After nine years in the job I want a mentor. How do I find one?")
    assert (reply.profile.stage, reply.profile.origin.stage) == ("mid", "inferred")


@pytest.mark.parametrize(
    "text",
    [
        "He beats her",
        "He beat her to the ground behind the shop",
        "They call my mentee a gypsy",
        "He told me a Pakistani driver is not what customers want",
    ],
)
async def test_a_disclosure_is_judged_on_the_words_as_they_were_written(board, ask, text):
    assert board.retriever().words_of(text) != text
    assert (await ask(text)).kind == "refer"


def test_a_disclosure_may_hang_on_what_is_left_out_of_the_search(board):
    retriever, triage = board.retriever(), triage_for(board.encoder)
    text = "He beats her"
    assert find_disclosure(text, retriever.read(text), triage).is_plain
    left = retriever.words_of(text)
    assert find_pattern(left) is None
    written, masked = (
        triage.disclosure(query).probability
        for query in (retriever.read(text), retriever.read(left))
    )
    assert written > masked


async def test_the_same_question_gets_the_same_words(ask):
    one, other = [await ask(FIRST[0][0], **MENTEE) for _ in range(2)]
    assert one.text == other.text
    assert one.citations == other.citations


async def test_ids_are_kept_or_made(board):
    given = await board.answer(Question(text="Hello", id="q-7", thread="t-7"))
    made = await board.answer(Question(text="Hello"))
    assert (given.id, given.thread) == ("q-7", "t-7")
    assert len(made.id) == len(made.thread) == 32


@pytest.mark.parametrize(
    "text",
    [
        "My mentor died last month and I don't know who to ask now.",
        "How do I find a mentor when I know nobody?",
    ],
)
async def test_nobody_without_a_mentor_is_sent_to_one(ask, text):
    reply = await ask(text, **MENTEE)
    assert reply.kind == "answer"
    assert "your mentor:" not in reply.text
    assert "One question to " in reply.text


async def test_somebody_who_grieves_is_not_told_first_what_to_say_to_the_dying(ask):
    reply = await ask("My mentor died last month and I don't know who to ask now.", **MENTEE)
    assert reply.citations[0].guide == "when-your-mentor-dies"
    assert reply.text.index("You may mourn") < reply.text.index("still alive")
