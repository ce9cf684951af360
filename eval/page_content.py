"""Content on the page: the points of a good answer, and the replies somebody read and graded."""

from html import escape

from eval.markup import cells, show, table
from eval.nugget_score import ALL, VITAL, VITAL_HALF
from eval.outcome import OURS
from eval.plot import Bar, draw_bars
from eval.report import Figure, Report
from eval.table import (
    RATIOS,
    format_agreement,
    format_graded,
    format_interval,
)

_MEASURES = (VITAL, VITAL_HALF, ALL)


def write_content(report: Report) -> str:
    """Return which points of a good answer are made, beside how far the matcher can be believed."""
    if not report.extras.matcher:
        return ""
    parts = [
        '<h2 id="content">Content</h2><p>Which points of a good answer a reply makes. Rivals hand over their first passages, cut to '
        "the number of words our reply has. Verdicts are a small model's, fitted on pairs that were judged by hand; it is right "
        "about means more than about one point, and it is kinder to the rivals than the hand is. “Corrected” adds the gap between "
        "hand and matcher on the hand-judged pairs of the same system.</p>",
        _agreement(report),
    ]
    for dataset in report.parts:
        figures = [f for f in report.figures if f.dataset == dataset and not f.group]
        plain = [f for f in figures if f.measure in _MEASURES]
        if plain:
            parts.append(f"<h3>{escape(dataset)}</h3>{_bars(plain)}{_table(report, figures)}")
    return "".join(parts)


def _agreement(report: Report) -> str:
    rows = (
        cells(
            escape(row.pairs),
            *(f"{value:.2f}" for value in (row.kappa, row.precision, row.recall)),
            *(f"{100 * value:.1f}%" for value in (row.by_hand, row.by_matcher)),
            *(f"{100 * value:.1f}%" for value in (row.half_by_hand, row.half_by_matcher)),
            str(row.n),
        )
        for row in report.extras.matcher
    )
    head = (
        "pairs", "κ", "precision", "recall", "supported, hand", "matcher",
        "partly ½, hand", "matcher", "n",
    )  # fmt: skip
    return (
        "<h3>How far the matcher agrees with the hand</h3><p class=soft>Supported against the rest, cross-validated by question, "
        "on the fit half; <em>held out</em> are judged replies of the held-out half, which nothing was fitted on."
        f"</p>{table(head, rows)}"
    )


def _bars(figures: list[Figure]) -> str:
    bars = [
        Bar(f.system, f.value, f.low, f.high, show(f), f.system == OURS)
        for f in figures
        if f.measure == VITAL
    ]
    return f"<figure>{draw_bars(bars, 1.0, VITAL)}<figcaption>{VITAL}, with 95% intervals</figcaption></figure>"


def _table(report: Report, figures: list[Figure]) -> str:
    rows = [
        cells(
            escape(f.measure),
            escape(f.system),
            show(f),
            format_interval(f),
            str(f.n),
            ours=f.system == OURS,
        )
        for f in figures
        if f.measure in RATIOS or f.measure.startswith((VITAL, ALL))
    ]
    shown = table(("measure", "system", "mean", "95%", "n"), rows)
    return f"{shown}<p class=soft>{escape(format_agreement(report))}</p>"


def write_graded(report: Report) -> str:
    """Return the counts of replies that were read in full and graded, and the judge's agreement."""
    words = format_graded(report)
    judge = report.extras.judge
    parts = ['<h2 id="graded">Replies read in full</h2>']
    parts.append(f"<p>{escape(words[:1].upper() + words[1:])}.</p>" if words else "")
    if judge is not None:
        prompts = ", ".join(f"{name} {version}" for name, version in judge.prompts.items())
        parts.append(
            f"<p>Judge: {escape(judge.text)}. <span class=soft>Prompts: {escape(prompts)}. {escape(judge.problem)}</span></p>"
        )
    return "".join(parts) if words or judge else ""
