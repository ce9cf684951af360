"""The results on the page: retrieval, replies, latency."""

from collections.abc import Sequence
from html import escape

from eval.markup import ABOUT, cells, show, table
from eval.measure import MEASURES, STAGES
from eval.metrics import RANK_MEASURES
from eval.outcome import OURS
from eval.plot import Bar, draw_bars
from eval.report import EVERY, Report
from eval.table import CONTENT, RATIOS, format_interval, rankings_of, systems_of

_BY_KIND = frozenset(
    {"kept out", "answered", "refer recall, disclosures", "same advice", "retention under slips"}
)


def write_retrieval(report: Report) -> str:
    """Return which guides come first: ours beside its rivals."""
    parts = [
        '<h2 id="retrieval">Retrieval</h2>',
        "<p>Which guides come first. Beside ours stand the halves of our own retriever, and what people would otherwise build: "
        "a recursive splitter at 1000/200 over the guides' bodies with Chroma as it comes, the same weights, the same questions. "
        "“Whole files” is the same recipe with the front matter left in, so that it reads the guides' questions too.</p>",
    ]
    for dataset in report.parts:
        systems = systems_of(report, dataset)
        if systems:
            parts.append(_retrieval_part(report, dataset, systems))
    return "".join(parts)


def _retrieval_part(report: Report, dataset: str, systems: Sequence[str]) -> str:
    measures = rankings_of(dataset)
    bars, rows = [], []
    for system in systems:
        figures = [report.find(measure, dataset, system) for measure in measures]
        first = figures[0]
        if first is None:
            continue
        bars.append(Bar(system, first.value, first.low, first.high, show(first), system == OURS))
        values = [show(figure) if figure else "" for figure in figures]
        rows.append(
            cells(
                escape(system),
                *values,
                _gap(report, dataset, system),
                str(first.n),
                str(figures[1].n) if figures[1] else "",
                ours=system == OURS,
            )
        )
    head = ("system", *measures, "ours − it, nDCG@10", "n", "n with an answer")
    plot = draw_bars(bars, 1.0, f"nDCG@10 on {dataset}")
    return (
        f"<h3>{escape(dataset)}</h3><p class=soft>{ABOUT.get(dataset, '')}</p>"
        f"<figure>{plot}<figcaption>nDCG@10, with 95% intervals</figcaption></figure>{table(head, rows)}"
    )


def _gap(report: Report, dataset: str, system: str) -> str:
    found = [
        contrast
        for contrast in report.contrasts
        if (contrast.dataset, contrast.measure, contrast.against) == (dataset, "nDCG@10", system)
    ]
    if not found or system == OURS:
        return ""
    gap = found[0]
    return f"{gap.difference:+.3f} ({gap.low:+.3f} to {gap.high:+.3f}); ratio {gap.ratio:.2f}"


def write_replies(report: Report) -> str:
    """Return everything that is measured on replies."""
    parts = ['<h2 id="replies">Replies</h2>']
    for measure in MEASURES.values():
        figures = [report.find(measure.name, dataset) for dataset in (*report.parts, EVERY)]
        held = [figure for figure in figures if figure is not None]
        if measure.name in {*RANK_MEASURES, *STAGES, *CONTENT, *RATIOS} or not held:
            continue
        rows = (cells(escape(f.dataset), show(f), format_interval(f), str(f.n)) for f in held)
        shown = table(("dataset", "mean", "95%", "n"), rows)
        parts.append(
            f"<h3>{escape(measure.name)}</h3><p class=soft>{escape(measure.about)}</p>{shown}"
        )
        parts.append(_groups(report, measure.name))
    return "".join(parts)


def _groups(report: Report, measure: str) -> str:
    """Return a plot of the kinds of cases where there is more than one and not all are alike."""
    if measure not in _BY_KIND:
        return ""
    figures = [
        figure
        for figure in report.figures
        if figure.measure == measure and figure.group and figure.system == OURS
    ]
    if len({figure.value for figure in figures}) < 2:
        return ""
    figures.sort(key=lambda figure: (figure.value, figure.group))
    bars = [Bar(f"{f.group} ({f.n})", f.value, f.low, f.high, show(f), True) for f in figures]
    plot = draw_bars(bars, 1.0, measure)
    return f"<details><summary>By kind of case</summary>{plot}</details>"


def write_latency(report: Report) -> str:
    """Return the time of each stage of a turn."""
    place = "questions" if report.find("total", "questions") else EVERY
    figures = [figure for stage in STAGES if (figure := report.find(stage, place))]
    if not figures:
        return ""
    bars = [
        Bar(
            f.measure,
            f.p50 or 0.0,
            f.p50 or 0.0,
            f.p95 or 0.0,
            f"{f.p50:.1f} ms, p95 {f.p95:.1f}",
            f.measure == "total",
        )
        for f in figures
    ]
    top = 1.35 * max(figure.p95 or 0.0 for figure in figures)
    n, settings = figures[0].n, report.settings
    load = (
        f"load {settings.get('load', 'unknown')} on {settings.get('cores', '?')} cores at the end"
    )
    return (
        '<h2 id="latency">Latency by stage</h2><p class=soft>Warm, in one process, on the machine of this run '
        f"({load}); the bar is the median, the line reaches to p95. n = {n}.</p><figure>{draw_bars(bars, top, 'milliseconds')}</figure>"
    )
