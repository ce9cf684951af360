"""The console: tables for people who are still at the terminal."""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table

from eval.case import LEAVE_ONE_OUT
from eval.compare import Change
from eval.measure import MEASURES, STAGES
from eval.metrics import RANK_MEASURES
from eval.report import EVERY, Figure, Report
from eval.threshold import Verdict

RETRIEVAL = ("nDCG@10", "R@5", "S@5", "RR@10", "R(rel=1)@5")
LEFT_OUT = ("nDCG@10", "R@1", "R@3", "RR@10")
"""What is shown of leave-one-out, where one guide is wanted."""
OVERALL = frozenset({"expected calibration error", "AUROC, answerable"})
"""Measures that are of several datasets together."""
CONTENT = (
    "vital nugget recall",
    "vital nugget recall, partly ½",
    "nugget recall",
    "vital nugget recall, corrected",
    "vital nugget recall, partly ½, corrected",
)
RATIOS = (
    "vital nugget recall over naive",
    "vital nugget recall, partly ½ over naive",
    "vital nugget recall over naive, corrected",
    "vital nugget recall, partly ½ over naive, corrected",
)


def print_report(report: Report, verdicts: Sequence[Verdict], console: Console) -> None:
    """Print what a run found."""
    for table in _retrieval_tables(report):
        console.print(table)
    if report.extras.matcher:
        console.print(_content_table(report))
    console.print(_other_table(report))
    for line in format_notes(report):
        console.print(line, highlight=False)
    console.print(_latency_table(report))
    console.print(_verdict_table(verdicts))


def format_value(value: float, measure: str) -> str:
    """Return a value as it is printed: shares in hundredths, scores in thousandths."""
    unit = MEASURES[measure].unit if measure in MEASURES else "score"
    if value != value:  # NaN
        return "–"
    if unit == "share":
        return f"{100 * value:.1f}%"
    if unit in {"ms", "grade"}:
        return f"{value:.1f}"
    if unit == "times":
        return f"{value:.2f}×"
    return f"{value:.0f}" if unit == "words" else f"{value:.3f}"


def format_interval(figure: Figure) -> str:
    """Return the 95% interval of a figure."""
    return (
        f"{format_value(figure.low, figure.measure)} to {format_value(figure.high, figure.measure)}"
    )


def rankings_of(dataset: str) -> tuple[str, ...]:
    """Return the measures of ranking that are shown of a dataset, nDCG@10 first."""
    return LEFT_OUT if dataset == LEAVE_ONE_OUT else RETRIEVAL


def systems_of(report: Report, dataset: str) -> list[str]:
    """Return the systems whose rankings were scored on a dataset, ours first."""
    return list(report.values.get(dataset, {}).get("nDCG@10", {}))


def _retrieval_tables(report: Report) -> Iterator[Table]:
    """Yield one table for each choice of measures that some dataset has."""
    for measures in (RETRIEVAL, LEFT_OUT):
        datasets = [name for name in report.parts if rankings_of(name) == measures]
        if any(systems_of(report, name) for name in datasets):
            yield _retrieval_table(report, datasets, measures)


def _retrieval_table(report: Report, datasets: list[str], measures: tuple[str, ...]) -> Table:
    table = Table(
        "dataset", "system", *measures, "n", "with answer", title="Retrieval", title_justify="left"
    )
    for dataset in datasets:
        for system in systems_of(report, dataset):
            figures = [report.find(measure, dataset, system) for measure in measures]
            cells = [format_value(f.value, f.measure) if f else "" for f in figures]
            n = str(figures[0].n) if figures[0] else ""
            table.add_row(dataset, system, *cells, n, str(figures[1].n) if figures[1] else "")
    return table


def format_agreement(report: Report, pairs: str = "vital") -> str:
    """Return how far the nugget matcher agrees with the hand labels, in one line."""
    found = [row for row in report.extras.matcher if row.pairs == pairs]
    if not found:
        return ""
    row = found[0]
    return (
        f"matcher on {row.n} hand-labelled {pairs} pairs: κ {row.kappa:.2f}, precision {row.precision:.2f}, "
        f"recall {row.recall:.2f}; share supported {100 * row.by_matcher:.0f}% by matcher, "
        f"{100 * row.by_hand:.0f}% by hand"
    )


def format_notes(report: Report) -> list[str]:
    """Return what stands beside the figures in words: agreement, and replies that were read."""
    extras = report.extras
    lines = [
        format_agreement(report, pairs) for pairs in ("vital", "held out, ours", "held out, naive")
    ]
    if extras.judge is not None:
        lines.append(f"judge: {extras.judge.text}")
    lines.append(format_graded(report))
    return [line for line in lines if line]


def format_graded(report: Report) -> str:
    """Return the counts of replies that were read in full and graded."""
    graded = report.extras.graded
    if graded is None:
        return ""
    if not graded.n:
        return "graded replies: none graded yet"
    counts = ", ".join(f"{count} {grade}" for grade, count in graded.counts.items())
    return (
        f"graded replies: {counts} (n = {graded.n}); of {graded.asked} asked again, "
        f"{graded.changed} read differently now"
    )


def _content_table(report: Report) -> Table:
    title = f"Points made; {format_agreement(report)}"
    table = Table(
        "dataset", "measure", "system", "value", "95%", "n", title=title, title_justify="left"
    )
    for figure in report.figures:
        if figure.measure in {*CONTENT, *RATIOS} and not figure.group:
            value = format_value(figure.value, figure.measure)
            interval = format_interval(figure)
            table.add_row(
                figure.dataset, figure.measure, figure.system, value, interval, str(figure.n)
            )
    return table


def _other_table(report: Report) -> Table:
    table = Table("measure", "dataset", "value", "95%", "n", title="Replies", title_justify="left")
    for measure in MEASURES:
        if measure in {*RANK_MEASURES, *STAGES, *CONTENT, *RATIOS}:
            continue
        for dataset in (*report.parts, *([EVERY] if measure in OVERALL else [])):
            figure = report.find(measure, dataset)
            if figure is not None:
                value = format_value(figure.value, measure)
                table.add_row(measure, dataset, value, format_interval(figure), str(figure.n))
    return table


def _latency_table(report: Report) -> Table:
    table = Table("stage", "p50 ms", "p95 ms", "n", title="Latency, warm", title_justify="left")
    for stage in STAGES:
        figure = report.find(stage, "questions") or report.find(stage, "every")
        if figure is not None and figure.p50 is not None and figure.p95 is not None:
            table.add_row(stage, f"{figure.p50:.1f}", f"{figure.p95:.1f}", str(figure.n))
    return table


def _verdict_table(verdicts: Sequence[Verdict]) -> Table:
    table = Table("threshold", "found", "", title="Thresholds", title_justify="left")
    words = {True: "[green]held[/]", False: "[red]missed[/]", None: "not run"}
    for verdict in verdicts:
        value = (
            "" if verdict.value is None else format_value(verdict.value, verdict.threshold.measure)
        )
        table.add_row(verdict.threshold.text, value, words[verdict.passed])
    return table


def print_changes(changes: Sequence[Change], console: Console) -> None:
    """Print what changed between two runs; what is more than chance is marked."""
    table = Table("dataset", "measure", "before", "after", "difference, 95%", "n", "")
    words = {1: "[green]better[/]", -1: "[red]worse[/]", 0: ""}
    for change in changes:
        gap = change.difference
        marks = (
            words[change.direction]
            if change.is_certain
            else ""
            if not gap.value
            else "within chance"
        )
        table.add_row(
            change.dataset,
            change.measure,
            format_value(change.before, change.measure),
            format_value(change.after, change.measure),
            f"{gap.value:+.3f} ({gap.low:+.3f} to {gap.high:+.3f})",
            str(gap.n),
            marks,
        )
    console.print(table)
    for change in changes:
        if change.measure in {"nDCG@10", "kept out", "refer recall, disclosures"} and change.moved:
            moved = ", ".join(f"{m.case} {m.before:.2f}→{m.after:.2f}" for m in change.moved)
            console.print(f"{change.dataset}, {change.measure}: {moved}", highlight=False)
