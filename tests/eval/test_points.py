"""The points of a good answer, and the sentences of guides they are held to."""

import json
from pathlib import Path

import pytest

from knowledge.library import load_library

POINTS = Path(__file__).parents[2] / "eval" / "datasets" / "points.jsonl"


def _read():
    return [json.loads(line) for line in POINTS.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def guides():
    return load_library().guides


def test_a_point_names_the_sentence_that_holds_it_or_says_that_none_does():
    for point in _read():
        place = (point["guide"], point["section"], point["by"])
        assert all(place) if point["held"] else not any(place), point


def test_every_sentence_that_holds_a_point_stands_in_its_section_word_for_word(guides):
    gone = []
    for point in _read():
        if not point["held"]:
            continue
        guide = guides.get(point["guide"])
        items = guide.items if guide else ()
        text = " ".join(item.text for item in items if item.section == point["section"])
        if point["by"].replace("**", "") not in text:
            gone.append((point["id"], point["guide"], point["section"], point["by"]))
    assert gone == []
