"""Figures over pairs of systems: follow-ups, slips, and points beside the naive recipe."""

import pytest

from eval.case import Case
from eval.derived import build_derived
from eval.nugget_score import VITAL
from eval.outcome import OURS, RAW_WORDS, STANDALONE, Outcome, Score


def figures(cases: list[Case], scores: list[Score]) -> dict[tuple[str, str], tuple[float, int]]:
    found = build_derived([Outcome(case) for case in cases], scores)
    return {(f.measure, f.group): (pytest.approx(f.value), f.n) for f in found}


def test_only_later_turns_count_as_follow_ups():
    cases = [Case(f"c/{n}", "conversations", "?", thread="c", turn=n) for n in (1, 2, 3)]
    values = {OURS: (1.0, 0.8, 0.4), STANDALONE: (0.1, 0.8, 0.8), RAW_WORDS: (0.0, 0.2, 0.2)}
    scores = [
        Score("nDCG@10", "conversations", case.id, value, system)
        for system, listed in values.items()
        for case, value in zip(cases, listed, strict=True)
    ]
    assert figures(cases, scores) == {
        ("follow-up retention", ""): (1.2 / 1.6, 2),
        ("follow-up gain", ""): (0.4, 2),
    }


def test_slips_are_held_to_the_clean_words_overall_and_by_kind():
    cases = [Case("1", "perturbed", "?", kind="caps"), Case("2", "perturbed", "?", kind="typos")]
    scores = [
        Score("nDCG@10", "perturbed", id, value, system)
        for id, system, value in (
            ("1", OURS, 1.0), ("1", STANDALONE, 1.0), ("2", OURS, 0.5), ("2", STANDALONE, 1.0),
        )
    ]  # fmt: skip
    found = figures(cases, scores)
    assert found["retention under slips", ""] == (0.75, 2)
    assert found["retention under slips", "caps"] == (1.0, 1)
    assert found["retention under slips", "typos"] == (0.5, 1)


def test_points_are_a_ratio_to_the_naive_recipe():
    cases = [Case("1", "questions", "?")]
    scores = [Score(VITAL, "questions", "1", v, s) for s, v in ((OURS, 0.6), ("naive", 0.3))]
    assert figures(cases, scores) == {(f"{VITAL} over naive", ""): (2.0, 1)}
