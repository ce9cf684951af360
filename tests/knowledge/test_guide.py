import json
from pathlib import Path

import pytest

from knowledge.guide import guide_from_record, guide_to_record, parse_guide, split_sentences
from knowledge.library import load_library
from knowledge.vocabulary import Audience, Phase, Section, Stage

PATH = Path("guidance/feedback/ask-for-feedback.md")


def _messages(text: str) -> list[str]:
    return [str(problem) for problem in parse_guide(PATH, text)[1]]


def test_a_guide_is_read_into_typed_values(guide_text):
    guide, problems = parse_guide(PATH, guide_text)
    assert guide is not None and problems == []
    assert guide.slug == "ask-for-feedback"
    assert guide.audience == (Audience.MENTEE,)
    assert guide.stages == tuple(Stage)
    assert guide.phases == tuple(Phase)
    assert len(guide.questions) == 7
    assert guide.pair is None
    assert guide.sources == ("pooled-2004", "body-2020")


def test_every_section_becomes_its_items_in_order(guide_text):
    guide, _ = parse_guide(PATH, guide_text)
    assert guide is not None
    counts = {section: len(guide.section(section)) for section in Section}
    assert counts[Section.STEPS] == 5 and counts[Section.DIFFER] == 0
    assert [item.ordinal for item in guide.section(Section.STEPS)] == [1, 2, 3, 4, 5]
    lines = guide_text.splitlines()
    for item in guide.items:
        assert item.text[:20].lstrip("*") in lines[item.line - 1].replace("**", "")


def test_an_item_is_plain_text_and_keeps_what_it_cites(guide_text):
    guide, _ = parse_guide(PATH, guide_text)
    assert guide is not None
    short = guide.section(Section.IN_SHORT)[0]
    assert short.sources == ("pooled-2004",)
    assert not any(mark in item.text for item in guide.items for mark in ("**", "[@", "  "))
    step = guide.section(Section.STEPS)[0]
    assert step.text == f"{step.lead} {step.body}"
    script = guide.section(Section.SCRIPTS)[0]
    assert script.label == "To open"
    assert script.body.startswith('"Could I') and script.text == f"To open: {script.body}"
    topic = guide.section(Section.TOPICS)[0]
    assert topic.lead == "The work you saw" and topic.body.startswith("Which part")


def test_several_works_in_one_bracket_are_all_kept_once(guide_text):
    text = guide_text.replace("[@body-2020]", "[@body-2020; @pooled-2004; @body-2020]")
    guide, _ = parse_guide(PATH, text)
    assert guide is not None
    assert guide.section(Section.WHY)[1].sources == ("body-2020", "pooled-2004")


def test_a_wrapped_line_belongs_to_the_item_above_it(guide_text):
    wrapped = guide_text.replace("You have chosen well if", "You have chosen\n   well if")
    assert wrapped != guide_text
    whole, _ = parse_guide(PATH, guide_text)
    broken, _ = parse_guide(PATH, wrapped)
    assert whole is not None and broken is not None
    assert [item.text for item in broken.items] == [item.text for item in whole.items]


def test_a_guide_survives_the_trip_through_json(guide_text):
    guide, _ = parse_guide(PATH, guide_text.replace("related:", "pair: refuse-a-task\nrelated:"))
    assert guide is not None and guide.pair == "refuse-a-task"
    record = json.loads(json.dumps(guide_to_record(guide)))
    assert guide_from_record(record) == guide


def test_every_shipped_guide_survives_the_trip_through_json():
    for guide in load_library().guides.values():
        assert guide_from_record(json.loads(json.dumps(guide_to_record(guide)))) == guide


def test_every_problem_of_a_file_is_reported_at_once_with_its_line(guide_text):
    text = guide_text.replace("reviewed: 2026-11\n", "reviewed: 2026-11\nmood: sunny\n")
    text = text.replace("## What to say", "## What to shout")
    text = text.replace("\n## In short", "\nA stray line.\n\n## In short")
    lines = text.splitlines()
    stray = lines.index("A stray line.") + 1
    shout = lines.index("## What to shout") + 1
    guide, problems = parse_guide(PATH, text)
    found = {(problem.line, problem.message.split(":")[0]) for problem in problems}
    mood = lines.index("mood: sunny") + 1
    assert (mood, "front matter has an unknown key 'mood'") in found
    assert (stray, "text outside a section") in found
    assert (shout, "unknown section 'What to shout'") in found
    assert guide is not None, "the lint still has to see the rest of the guide"


def test_a_problem_is_printed_as_path_line_message(guide_text):
    messages = _messages(guide_text.replace("## What to say", "## What to shout"))
    assert messages[0].startswith(f"{PATH}:") and "unknown section 'What to shout'" in messages[0]
    assert all("\n" not in message for message in messages)


def test_a_file_without_front_matter_is_one_problem():
    assert _messages("# Just a heading\n") == [f"{PATH}:1: no front matter between two '---' lines"]


def test_wrong_yaml_is_reported_at_its_own_line_in_one_line(guide_text):
    text = guide_text.replace("phase: [initiation,", "phase: [initiation: {,")
    wrong = next(n for n, line in enumerate(text.splitlines(), 1) if line.startswith("phase"))
    guide, problems = parse_guide(PATH, text)
    assert guide is None and len(problems) == 1
    assert problems[0].line in (wrong, wrong + 1)
    assert problems[0].message.startswith("front matter is not YAML")
    assert "\n" not in problems[0].message


def test_all_missing_keys_are_named(guide_text):
    text = guide_text.replace("summary:", "#").replace("reviewed:", "#")
    guide, problems = parse_guide(PATH, text)
    assert guide is None
    assert [problem.message for problem in problems] == [
        "front matter lacks 'summary'",
        "front matter lacks 'reviewed'",
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "audience: [mentee]",
            "audience: [wizard]",
            "'wizard' is not one of mentee, mentor, leader",
        ),
        ("audience: [mentee]", "audience: mentee", "'audience' is not a list of words"),
        ("related: [", "related: [[a], ", "'related' is not a list of words"),
        ("sources: [", "sources: [{a: b}, ", "'sources' is not a list of words"),
        ("topics: [feedback]", "topics: [3]", "'topics' is not a list of words"),
    ],
)
def test_a_value_of_the_wrong_kind_is_named(guide_text, old, new, message):
    guide, problems = parse_guide(PATH, guide_text.replace(old, new))
    assert guide is None
    assert any(message in problem.message for problem in problems)


def test_keys_out_of_order_are_reported(guide_text):
    swapped = guide_text.replace("reviewed: 2026-11\n", "").replace(
        "title:", "reviewed: 2026-11\ntitle:", 1
    )
    assert "keys are not in the order" in _messages(swapped)[0]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two? Three!", ["One.", "Two?", "Three!"]),
        ('She said "Go." Then he left.', ['She said "Go."', "Then he left."]),
        ("(It rained.) We stayed.", ["(It rained.)", "We stayed."]),
        ("In 3.5 years. 4 of them left.", ["In 3.5 years.", "4 of them left."]),
        ("no end and no capital", ["no end and no capital"]),
        ("", []),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text, sentences):
    assert split_sentences(text) == sentences


def test_sentences_joined_by_a_space_give_every_shipped_item_again():
    for guide in load_library().guides.values():
        for item in guide.items:
            assert " ".join(split_sentences(item.text)) == item.text
