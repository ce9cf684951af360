"""Reports, thresholds, comparisons and the page, on outcomes made by hand."""

import io
import re
from pathlib import Path

import pytest
from rich.console import Console

from assistant.conversation import Reply
from eval.calibration import calibrate
from eval.case import Case
from eval.compare import compare
from eval.figure import build_report
from eval.graded import count_graded
from eval.judge_note import JudgeNote
from eval.nugget_matcher import Agreement
from eval.outcome import OURS, Outcome, Score
from eval.page import build_page, write_page
from eval.report import EVERY, Extras, Report, load_report, write_report
from eval.table import format_value, print_changes, print_report
from eval.threshold import Threshold, hold, load_thresholds
from knowledge.errors import DatasetError

REPLY = Reply(
    id="1", thread="", kind="answer", text='Ask <b>her</b>. ![x](https://e.org/x) "so" [1]'
)


def build(
    ours: list[float], naive: list[float], faults: float = 0.0
) -> tuple[Report, list[Outcome]]:
    outcomes, scores = [], []
    for i, (one, other) in enumerate(zip(ours, naive, strict=True)):
        case = Case(f"q{i}", "questions", f"<script>{i}</script>?", guides={"a": 2}, kind="k")
        outcomes.append(Outcome(case, REPLY, {OURS: ("a",)}))
        scores.append(Score("nDCG@10", "questions", case.id, one, OURS, "k"))
        scores.append(Score("nDCG@10", "questions", case.id, other, "naive", "k"))
        scores.append(Score("R@5", "questions", case.id, one))
        scores.append(Score("citation faults", "questions", case.id, faults, reason="marker [1]"))
        scores += [
            Score(stage, "questions", case.id, 1.0 + i)
            for stage in ("encode", "search", "compose", "total")
        ]
    return build_report(
        "2026-11-22", {"guides": 4}, {"questions": "all"}, outcomes, scores
    ), outcomes


def test_figures_are_means_with_their_n_per_system_and_over_everything():
    report, _ = build([1.0, 0.5], [0.5, 0.5], faults=1.0)
    ours, naive = report.find("nDCG@10", "questions"), report.find("nDCG@10", "questions", "naive")
    assert ours and naive
    assert (ours.value, ours.n, naive.value) == (3 / 4, 2, 1 / 2)
    assert report.find("nDCG@10", "questions", OURS, "k") is not None
    over_all = report.find("citation faults", EVERY)
    assert over_all and over_all.value == 1.0
    assert report.find("nDCG@10", EVERY) is None


def test_times_have_percentiles():
    report, _ = build([1.0, 1.0, 1.0], [1.0, 1.0, 1.0])
    total = report.find("total", "questions")
    assert total and (total.p50, total.p95) == (2.0, pytest.approx(2.9))


def test_ours_stands_beside_the_naive_case_by_case():
    report, _ = build([1.0, 0.5], [0.5, 0.5])
    (contrast,) = (c for c in report.contrasts if c.measure == "nDCG@10")
    assert (contrast.against, contrast.difference, contrast.ratio, contrast.n) == (
        "naive",
        1 / 4,
        3 / 2,
        2,
    )


def test_only_later_turns_are_compared_in_a_conversation():
    scores = [
        Score("nDCG@10", "conversations", case, value, system, act)
        for case, act in (("c/1", "new"), ("c/2", "follow"))
        for system, value in ((OURS, 1.0), ("ours, standalone words", 0.5))
    ]
    report = build_report("", {}, {"conversations": "held"}, [], scores)
    (contrast,) = report.contrasts
    assert contrast.n == 1


def test_an_error_is_counted_shown_and_no_score():
    failed = Outcome(Case("q", "questions", "?"), error="StoreError: gone")
    report = build_report("", {}, {"questions": "all"}, [failed], [])
    assert report.parts["questions"].errors == 1
    assert report.worst[0].reason == "StoreError: gone"
    errors = report.find("errors", EVERY)
    assert errors and errors.value == 1.0


def test_worst_cases_come_worst_first_with_the_reply():
    report, _ = build([0.9, 0.1, 1.0], [0.5, 0.5, 0.5])
    worst = [case for case in report.worst if case.measure == "nDCG@10"]
    assert [case.case for case in worst] == ["q1", "q0"]
    assert worst[0].reply == REPLY


def test_a_report_is_read_as_it_was_written(tmp_path: Path):
    report, outcomes = build([1.0, 0.5], [0.5, 0.5])
    path = write_report(report, outcomes, tmp_path)
    assert load_report(path) == load_report(tmp_path) == report
    assert len((tmp_path / "replies.jsonl").read_text(encoding="utf-8").splitlines()) == 2
    with pytest.raises(DatasetError, match="mentor eval run"):
        load_report(tmp_path / "none.json")
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(DatasetError, match="not a report"):
        load_report(path)


def test_thresholds_are_held_missed_or_not_run():
    report, _ = build([1.0, 0.5], [0.5, 0.5])
    verdicts = hold(
        report,
        [
            Threshold(measure="R@5", dataset="questions", at_least=0.75),
            Threshold(measure="nDCG@10", dataset="questions", above="naive", by=0.3),
            Threshold(measure="citation faults", dataset=EVERY, at_most=0),
            Threshold(measure="round trip", dataset="topics", at_least=1),
        ],
    )
    assert [verdict.passed for verdict in verdicts] == [True, False, True, None]
    held = Threshold(measure="R@5", dataset="questions", at_least=0.9, half="held")
    (verdict,) = hold(report, [held])
    assert (verdict.passed, held.text) == (None, "R@5 on questions at least 0.9, held half")
    assert verdicts[1].value == 1 / 4


def test_a_sample_misses_a_bound_only_with_its_whole_interval():
    whole, _ = build([1.0, 0.5, 0.5, 1.0], [0.5] * 4)
    sample = whole.model_copy(update={"settings": {"quick": "true"}})
    near = Threshold(measure="nDCG@10", dataset="questions", at_least=0.9)
    always = Threshold(measure="nDCG@10", dataset="questions", at_least=1)
    far = Threshold(measure="nDCG@10", dataset="questions", at_most=0.4)
    assert [v.passed for v in hold(whole, [near, always, far])] == [False, False, False]
    assert [v.passed for v in hold(sample, [near, always, far])] == [True, False, False]


def test_the_shipped_thresholds_are_those_that_were_promised():
    found = {t.text for t in load_thresholds()}
    assert "R@5 on questions at least 0.82, fit half" in found
    assert "nDCG@10 on questions at least 0.15 above naive" in found
    assert "citation faults on every at most 0" in found
    assert "declines that cite on every at most 0" in found


@pytest.mark.parametrize(
    "text", ["- {measure: R@6, dataset: q, at_least: 1}", "- {measure: R@5, dataset: q}", ": {"]
)
def test_a_bad_threshold_is_named(tmp_path: Path, text: str):
    path = tmp_path / "thresholds.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DatasetError, match=re.escape(str(path))):
        load_thresholds(path)


def test_a_comparison_knows_better_from_worse_and_chance_from_change():
    before, _ = build([0.5] * 8, [0.5] * 8)
    after, _ = build([0.7] * 8, [0.5] * 8, faults=1.0)
    changes = {change.measure: change for change in compare(before, after)}
    assert changes["nDCG@10"].difference.value == pytest.approx(0.2)
    assert (changes["nDCG@10"].direction, changes["nDCG@10"].is_certain) == (1, True)
    assert changes["citation faults"].direction == -1
    assert not changes["total"].is_certain
    assert changes["nDCG@10"].moved[0].case == "q0"


def test_a_comparison_is_over_the_cases_both_ran():
    before, _ = build([1.0, 0.0], [0.0, 0.0])
    after, _ = build([1.0], [0.0])
    (change,) = (c for c in compare(before, after) if c.measure == "R@5")
    assert (change.before, change.after, change.difference.n) == (1.0, 1.0, 1)


def test_the_page_is_self_contained_and_shows_words_as_words(tmp_path: Path):
    report, _ = build([1.0, 0.5], [0.5, 0.5])
    verdicts = hold(report, load_thresholds())
    page = build_page(report, verdicts)
    assert "<script" not in page and "&lt;script&gt;1" in page
    assert "<img" not in page and "<b>her</b>" not in page
    assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//""", page)
    assert "prefers-color-scheme: dark" in page and "<svg" in page
    assert write_page(report, verdicts, tmp_path).read_text(encoding="utf-8") == page


def test_the_page_and_the_console_say_how_far_figures_can_be_believed(tmp_path: Path):
    row = Agreement(
        pairs="vital", n=420, kappa=0.35, precision=0.64, recall=0.63, by_hand=0.45, by_matcher=0.44,
        gap_error=0.02, half_by_hand=0.6, half_by_matcher=0.6, half_gap_error=0.02,
    )  # fmt: skip
    calibration = calibrate(
        [
            Outcome(
                Case(str(i), "boundary", "?", expect=expect),  # type: ignore[arg-type]
                Reply(id="1", thread="", kind=kind, text="", confidence=confidence),
            )
            for i, (expect, kind, confidence) in enumerate(
                [("answer", "answer", 0.9), ("decline", "decline", 0.1)]
            )
        ]
    )
    note = JudgeNote(
        model="openai:test", prompts={"judge_points": "0a1b2c3d"}, n=9, kappa=0.7, precision=0.8,
        recall=0.9, asked=12, unscored=3,
    )  # fmt: skip
    extras = Extras(
        matcher=(row,), calibration=calibration, graded=count_graded([], []), judge=note
    )
    scores = [
        Score("vital nugget recall", "questions", "q0", value, system)
        for system, value in ((OURS, 0.5), ("naive", 0.25))
    ]
    report = build_report("", {}, {"questions": "held"}, [], scores, extras=extras)
    page = build_page(report, [])
    console = Console(record=True, width=200, file=io.StringIO())
    print_report(report, [], console)
    for text in (page, console.export_text()):
        assert "κ 0.35, precision 0.64, recall 0.63" in text
        assert "none graded yet" in text
        assert "κ 0.70" in text and "3 of 12 verdicts unscored" in text
    assert "0a1b2c3d" in page and "Reliability" in page and "Coverage against risk" in page
    assert page.count("<svg") == 3
    (contrast,) = report.contrasts
    assert contrast.ratio == 2.0
    assert load_report(write_report(report, [], tmp_path)) == report


def test_the_console_shows_every_part():
    report, _ = build([1.0, 0.5], [0.5, 0.5])
    console = Console(record=True, width=160, file=io.StringIO())
    print_report(report, hold(report, load_thresholds()), console)
    print_changes(compare(report, report), console)
    text = console.export_text()
    assert "naive" in text and "not run" in text and "questions" in text


def test_values_are_printed_in_their_units():
    assert format_value(0.9049, "R@5") == "90.5%"
    assert format_value(12.34, "total") == "12.3"
    assert format_value(float("nan"), "nDCG@10") == "–"
