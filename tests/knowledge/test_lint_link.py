"""Pairs, related guides, and the graph they make."""

import pytest

from knowledge.library import load_library
from knowledge.lint import lint_library
from knowledge.lint.link import MIN_PAIRS, check_pair_count, find_components

ASK, THANK, REFUSE, HAND = (
    "ask-for-feedback",
    "thank-a-colleague",
    "refuse-a-task",
    "hand-over-a-project",
)


@pytest.fixture
def paired(guidance):
    """Return the small library in which asking and thanking are two chairs' guides of one thing."""
    guidance.change(ASK, "related:", f"pair: {THANK}\nrelated:")
    guidance.change(THANK, "related:", f"pair: {ASK}\nrelated:")
    guidance.change(THANK, "audience: [mentee]", "audience: [mentor]")
    guidance.change(ASK, f"related: [{THANK}, ", f"related: [{HAND}, ")
    return guidance


def _relate(guidance, slug, *related):
    text = guidance.path(slug).read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if line.startswith("related:"))
    guidance.change(slug, line, f"related: [{', '.join(related)}]")


def test_a_good_pair_is_left_in_peace(paired, problems_of):
    assert problems_of(ASK) == {}
    assert not [message for message in problems_of(THANK) if "pair" in message]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (f"pair: {ASK}\n", "", f"pair '{THANK}' has no pair; a pair names each other"),
        (
            f"pair: {ASK}\n",
            f"pair: {HAND}\n",
            f"pair '{THANK}' points to '{HAND}'; a pair names each other",
        ),
        ("[mentor]", "[mentor, mentee]", f"pair '{THANK}' is written for the same chair"),
        ("[feedback]", "[thanks]", f"pair '{THANK}' shares no topic with this guide"),
    ],
)
def test_a_pair_is_mutual_and_about_the_same_thing(paired, problems_of, line_of, old, new, message):
    paired.change(THANK, old, new)
    assert problems_of(ASK) == {message: line_of(ASK, "pair:")}


def test_a_pair_is_for_the_same_stages(paired, problems_of, line_of):
    paired.change(ASK, "stages: [entry, mid, senior]", "stages: [entry]")
    paired.change(THANK, "stages: [entry, mid, senior]", "stages: [mid, senior]")
    message = f"pair '{THANK}' is for other stages than this guide"
    assert problems_of(ASK) == {message: line_of(ASK, "pair:")}


def test_the_pair_is_not_named_again_among_the_related(paired, problems_of):
    _relate(paired, ASK, THANK, HAND)
    assert f"'{THANK}' is the pair already; name another guide" in problems_of(ASK)


@pytest.mark.parametrize(
    ("related", "message"),
    [
        ([THANK], "1 related guides; 2 to 4 are wanted"),
        ([THANK, REFUSE, HAND, "a", "b"], "5 related guides; 2 to 4 are wanted"),
        ([THANK, THANK], "a related guide stands twice"),
        ([THANK, ASK], "links to itself"),
        ([THANK, "nowhere"], "links to 'nowhere', which is no guide"),
    ],
)
def test_two_to_four_other_guides_are_related(guidance, problems_of, line_of, related, message):
    _relate(guidance, ASK, *related)
    assert problems_of(ASK)[message] == line_of(ASK, "related:")


def test_a_guide_that_cannot_be_read_is_still_one_to_link_to(guidance, problems_of):
    guidance.change(THANK, "summary:", "#")
    assert problems_of(ASK) == {}


def test_a_guide_nobody_leads_to_is_an_orphan(guidance, problems_of, line_of):
    message = "no other guide links here; name it where it is read next"
    assert message not in problems_of(HAND)
    _relate(guidance, THANK, REFUSE, ASK)
    _relate(guidance, REFUSE, ASK, THANK)
    assert problems_of(HAND)[message] == line_of(HAND, "related:")


def test_an_island_is_named_with_its_guides(guidance, problems_of, line_of):
    _relate(guidance, ASK, THANK, REFUSE)
    _relate(guidance, THANK, ASK, REFUSE)
    _relate(guidance, REFUSE, ASK, THANK)
    _relate(guidance, HAND, HAND, HAND)
    message = "cut off from the other guides; link it to one of them"
    assert problems_of(HAND)[message] == line_of(HAND, "related:")
    assert not [m for slug in (ASK, THANK, REFUSE) for m in problems_of(slug) if "cut off" in m]


def test_pairs_are_counted_once_and_only_if_mutual(paired):
    library = load_library(paired.folder, paired.sources)
    assert list(check_pair_count(library)) == [
        ("", 1, f"1 pairs of guides; {MIN_PAIRS} are wanted")
    ]
    paired.change(THANK, f"pair: {ASK}\n", "")
    library = load_library(paired.folder, paired.sources)
    ((_, _, message),) = check_pair_count(library)
    assert message.startswith("0 pairs")
    told = [p.message for p in lint_library(paired.folder, paired.sources) if p.line == 1]
    assert message in told


def test_the_shipped_library_hangs_together_and_has_its_pairs():
    library = load_library()
    assert [len(part) for part in find_components(library)] == [len(library.guides)]
    assert list(check_pair_count(library)) == []
