"""Sentences and guides that are nearly another's."""

import random
from dataclasses import replace

import pytest

from knowledge.library import Library, load_library
from knowledge.lint.likeness import (
    check_guides_alike,
    check_sentences_alike,
    check_sentences_repeated,
    content_words,
    find_alike,
    jaccard,
)
from tests.conftest import build_guide_text

FEEDBACK = "Research finds that feedback helps on average, yet made performance worse in many cases"


@pytest.fixture
def library(guidance):
    """Return a library of two guides that differ, one sentence of each told."""

    def build(one: str, other: str, works: str = "@pooled-2004", more: str = "") -> Library:
        for path in guidance.folder.rglob("*.md"):
            path.unlink()
        guidance.write("first", _guide(one, works, "ask for feedback"))
        guidance.write("second", _guide(other, more or works, "hand over a project"))
        read = load_library(guidance.folder, guidance.sources)
        # The guides of the tests ask their questions alike.
        guides = {slug: replace(guide, questions=()) for slug, guide in read.guides.items()}
        return replace(read, guides=guides)

    return build


def _guide(sentence: str, works: str, act: str) -> str:
    front = build_guide_text(act, related="first, second").split("## In short")[0]
    body = f"## In short\n\n{sentence}. [{works}]\n\n## Why it works\n\n- To {act} is a start.\n"
    return front + body


def test_content_words_leave_grammar_out():
    assert content_words("You can't ask it of them, and they DON’T.") == ["can't", "ask", "don’t"]


def test_all_pairs_above_a_threshold_are_found_and_no_other():
    rng = random.Random(7)  # noqa: S311 - a test's own numbers
    sets = [frozenset(rng.choices("abcdefghijkl", k=rng.randint(0, 9))) for _ in range(150)]
    for threshold in (0.2, 0.5, 0.65, 1.0):
        found = {(i, j): likeness for i, j, likeness in find_alike(sets, threshold)}
        wanted = {
            (i, j): jaccard(sets[i], sets[j])
            for j in range(len(sets))
            for i in range(j)
            if jaccard(sets[i], sets[j]) >= threshold
        }
        assert found == wanted


def test_likeness_is_the_shared_part_of_both():
    assert jaccard(frozenset("abc"), frozenset("bcd")) == pytest.approx(0.5)
    assert jaccard(frozenset(), frozenset()) == 0


def test_a_near_copy_is_reported_at_its_line_in_the_later_guide(library):
    near = library(
        "On Monday morning write the three hardest questions on one card and learn them",
        "On Monday morning write the three hardest questions on one page and learn them",
        more="@body-2020",
    )
    ((slug, place, message),) = check_sentences_alike(near)
    line = near.guides["second"].items[0].line
    assert (slug, place) == ("second", line)
    assert message.startswith("nearly repeats a sentence of 'first': 'On Monday morning")


def test_a_turn_of_phrase_in_another_sentence_is_not_reported(library):
    near = library(
        "On Monday morning write the three hardest questions on one card and learn them",
        "On Monday morning ring the client, say what broke and name the hour it will work",
    )
    assert list(check_sentences_alike(near)) == []


def test_one_finding_may_be_told_alike_where_the_work_is_the_same(library):
    told = (
        f"{FEEDBACK} of many different kinds",
        f"{FEEDBACK}, and weakens as it turns to the self",
    )
    assert list(check_sentences_alike(library(*told))) == []
    assert len(list(check_sentences_alike(library(*told, more="@body-2020")))) == 1


def test_even_one_finding_is_not_told_in_the_same_words(library):
    told = (f"{FEEDBACK} studied so far", f"{FEEDBACK} studied by then")
    assert len(list(check_sentences_alike(library(*told)))) == 1


def test_a_crisis_is_met_with_the_same_words_everywhere(library):
    words = "If hope has been gone for two weeks see a doctor; in danger call your emergency number"
    assert list(check_sentences_alike(library(words, f"{words} now"))) == []


def test_a_sentence_word_for_word_is_told_once_and_as_what_it_is(library):
    words = "On Monday morning write the three hardest questions on one card and learn them"
    copied = library(words, words)
    ((slug, _, message),) = check_sentences_repeated(copied)
    assert slug == "second"
    assert message.startswith("repeats a sentence of 'first'")
    assert list(check_sentences_alike(copied)) == []


def test_guides_that_open_or_run_alike_are_reported(guidance):
    found = list(check_guides_alike(load_library(guidance.folder, guidance.sources)))
    assert {place for _, place, _ in found} == {"title"}
    messages = {
        message.split(":")[0] for slug, _, message in found if slug == "hand-over-a-project"
    }
    assert messages == {"opens like 'ask-for-feedback'", "runs like 'ask-for-feedback'"}
    assert not [slug for slug, _, _ in found if slug == "ask-for-feedback"]


def test_guides_about_other_things_are_not(library):
    other = library(
        "Ask for one example, listen without an answer, and come back in a month with the change",
        "List what is open, walk the new owner through it twice, and stay on call for a week",
    )
    assert list(check_guides_alike(other)) == []
