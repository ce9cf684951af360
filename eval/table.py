"""The console: tables for people who are still at the terminal."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from eval.compare import Change
from eval.measure import MEASURES, STAGES
from eval.report import Figure, Report
from eval.threshold import Verdict

RETRIEVAL = ("nDCG@10", "R@5", "S@5", "RR@10", "R(rel=1)@5")


def print_report(report: Report, verdicts: Sequence[Verdict], console: Console) -> None:
    """Print what a run found."""
    console.print(_retrieval_table(report))
    console.print(_other_table(report))
    console.print(_latency_table(report))
    console.print(_verdict_table(verdicts))


def format_value(value: float, measure: str) -> str:
    """Return a value as it is printed: shares in hundredths, scores in thousandths."""
    unit = MEASURES[measure].unit if measure in MEASURES else "score"
    if value != value:  # NaN
        return "–"
    if unit == "share":
        return f"{100 * value:.1f}%"
    if unit == "ms":
        return f"{value:.1f}"
    return f"{value:.0f}" if unit == "words" else f"{value:.3f}"


def format_interval(figure: Figure) -> str:
    """Return the 95% interval of a figure."""
    return (
        f"{format_value(figure.low, figure.measure)} to {format_value(figure.high, figure.measure)}"
    )


def systems_of(report: Report, dataset: str) -> list[str]:
    """Return the systems whose rankings were scored on a dataset, ours first."""
    return list(report.values.get(dataset, {}).get("nDCG@10", {}))


def _retrieval_table(report: Report) -> Table:
    table = Table("dataset", "system", *RETRIEVAL, "n", title="Retrieval", title_justify="left")
    for dataset in report.parts:
        for system in systems_of(report, dataset):
            figures = [report.find(measure, dataset, system) for measure in RETRIEVAL]
            cells = [format_value(f.value, f.measure) if f else "" for f in figures]
            n = str(figures[0].n) if figures[0] else ""
            table.add_row(dataset, system, *cells, n)
    return table


def _other_table(report: Report) -> Table:
    table = Table("measure", "dataset", "value", "95%", "n", title="Replies", title_justify="left")
    for measure in MEASURES:
        if measure in RETRIEVAL or measure in STAGES:
            continue
        for dataset in report.parts:
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
