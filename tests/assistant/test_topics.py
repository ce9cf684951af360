import json
import re

import pytest

from assistant.profile import stated_profile
from assistant.topics import agenda_markdown
from eval.dataset import DATASETS_FOLDER
from knowledge.errors import QuestionError
from knowledge.guide import Guide

KEYS = {"title", "why", "opening", "follow_ups", "guide", "section", "minutes"}


def profiles():
    lines = (DATASETS_FOLDER / "topic_profiles.jsonl").read_text(encoding="utf-8").splitlines()
    return list(map(json.loads, lines))[::6]


def suggest(board, record, **options):
    profile = stated_profile(record["audience"], record["stage"], record.get("phase"))
    return profile, board.suggest(profile, record["goal"], record["covered"], **options)


@pytest.mark.parametrize("record", profiles(), ids=lambda record: record["id"])
async def test_what_is_suggested_comes_back_and_is_answered(board, ask, record):
    profile, topics = suggest(board, record)
    assert 5 <= len(topics) <= 6
    chair = {"audience": profile.audience, "stage": profile.stage, "phase": profile.phase}
    for topic in topics:
        hits = board.comes_back(topic.opening, profile, topic.guide)
        assert hits
        assert (await ask(topic.opening, **chair)).kind == "answer"


@pytest.mark.parametrize("record", profiles()[:4], ids=lambda record: record["id"])
def test_a_topic_says_why_how_and_where_from(board, record):
    _, topics = suggest(board, record)
    chunks = {chunk.id: chunk for chunk in board.retriever().snapshot.chunks}
    for topic in topics:
        guide = board.guide(topic.guide)
        assert isinstance(guide, Guide)
        assert topic.why == f"{guide.summary.rstrip('.')}."
        assert topic.quote in chunks[topic.chunk].text
        assert topic.opening in topic.quote
        assert len(topic.follow_ups) <= 2
        assert topic.opening not in topic.follow_ups
        assert set(topic.to_json()) >= KEYS


@pytest.mark.parametrize("record", profiles()[:4], ids=lambda record: record["id"])
def test_no_two_topics_come_from_one_guide_or_from_the_other_chair(board, record):
    _, topics = suggest(board, record)
    assert len({topic.guide for topic in topics}) == len(topics)
    for topic in topics:
        audience = board.guide(topic.guide).audience
        assert record["audience"] in audience or "leader" in {record["audience"], *audience}


def test_what_was_covered_is_left_out(board):
    record = profiles()[0] | {"covered": []}
    _, before = suggest(board, record)
    _, after = suggest(board, record | {"covered": [before[0].quote, before[1].quote]})
    left = {topic.quote for topic in after}
    assert before[0].quote not in left
    assert before[1].quote not in left
    assert len(after) >= 5


def test_no_more_are_suggested_than_were_asked_for(board):
    for n in (1, 3, 6):
        assert len(suggest(board, profiles()[0], n=n)[1]) == n


def test_no_goal_is_no_obstacle(board):
    topics = board.suggest(stated_profile("mentor", "entry", "initiation"))
    assert len(topics) == 6
    assert not any("“" in topic.why for topic in topics)


def test_a_goal_that_is_no_text_is_refused(board):
    with pytest.raises(QuestionError):
        board.suggest(stated_profile("mentor", None, None), "?!")


@pytest.mark.parametrize("minutes", [10, 15, 30, 45, 47, 60, 90, 240])
def test_the_minutes_of_an_agenda_add_up(board, minutes):
    _, topics = suggest(board, profiles()[1], n=4)
    for chosen in (topics, topics[:1], topics[:3]):
        text = agenda_markdown(chosen, minutes)
        parts = [int(number) for number in re.findall(r"^\*\*(\d+) min", text, re.MULTILINE)]
        assert sum(parts) == minutes
        assert len(parts) == len(chosen) + 2
        assert all(topic.opening in text for topic in chosen)
    assert text.startswith(f"# Agenda, {minutes} minutes\n")


def test_an_agenda_without_topics_still_adds_up():
    parts = re.findall(r"^\*\*(\d+) min", agenda_markdown([], 30), re.MULTILINE)
    assert sum(map(int, parts)) == 30
