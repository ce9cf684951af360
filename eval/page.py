"""The report as one self-contained HTML page: summary first, no script, no request."""

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from eval.markup import ABOUT, cells, show, table
from eval.metrics import proportion
from eval.page_calibration import write_calibration
from eval.page_case import write_worst
from eval.page_content import write_content, write_graded
from eval.page_result import write_latency, write_replies, write_retrieval
from eval.report import EVERY, Report
from eval.table import format_interval, format_value
from eval.threshold import Verdict

FILE = "report.html"
_STYLE = Path(__file__).parent / "page.css"


def write_page(report: Report, verdicts: Sequence[Verdict], folder: Path) -> Path:
    """Write the page into a folder and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE
    path.write_text(build_page(report, verdicts), encoding="utf-8")
    return path


def build_page(report: Report, verdicts: Sequence[Verdict]) -> str:
    """Return the page."""
    body = "\n".join(
        (
            _head(report, verdicts),
            _thresholds(verdicts),
            write_retrieval(report),
            write_content(report),
            write_calibration(report),
            write_replies(report),
            write_graded(report),
            write_latency(report),
            write_worst(report),
            _method(report),
        )
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>Sounding Board, measured</title><style>{_STYLE.read_text(encoding='utf-8')}</style>"
        f"</head><body><main>\n{body}\n</main></body></html>\n"
    )


def _head(report: Report, verdicts: Sequence[Verdict]) -> str:
    settings = report.settings
    missed = sum(verdict.passed is False for verdict in verdicts)
    state = (
        "Every threshold that was run is held."
        if not missed
        else f"{missed} threshold{'s' * (missed > 1)} missed."
    )
    return (
        '<nav><a href="#retrieval">Retrieval</a><a href="#content">Content</a><a href="#calibration">Calibration</a><a href="#replies">Replies</a><a href="#graded">Graded</a><a href="#latency">Latency</a>'
        '<a href="#worst">Worst cases</a><a href="#method">Method</a></nav>'
        "<h1>Sounding Board, measured</h1>"
        f'<p class="lead">{_lead(report)} <span class="{"missed" if missed else "held"}">{state}</span></p>'
        f"<p class=soft>{escape(report.made)}. {settings.get('guides', '?')} guides, {settings.get('chunks', '?')} chunks, "
        f"{settings.get('questions', '?')} questions; written by {escape(str(settings.get('engine', '?')))}; "
        f"vectors by {escape(str(settings.get('encoder', '?')))}. Intervals are 95%.</p>"
        f'<ul class="tiles">{"".join(_tiles(report))}</ul>'
    )


def _lead(report: Report) -> str:
    ours, naive = report.find("R@5", "questions"), report.find("R@5", "questions", "naive")
    if ours is None:
        return f"{sum(part.cases for part in report.parts.values())} cases were run."
    words = f"Of the guides that answer {ours.n} real questions, {show(ours)} are among the first five found"
    beside = f"; the usual recipe finds {show(naive)}" if naive else ""
    faults = report.find("citation faults", EVERY)
    cited = ""
    if faults:
        cited = (
            f" Every citation of {faults.n} replies can be checked word for word."
            if faults.value == 0
            else f" Citations of {faults.n} replies have faults."
        )
    return f"{words}{beside}.{cited}"


def _tiles(report: Report) -> Iterator[str]:
    chosen = (
        ("R@5", "questions", "guides found, first five"),
        ("nDCG@10", "questions", "ranking of guides"),
        ("vital nugget recall, partly ½", "questions", "vital points made, by the matcher"),
        ("citation faults", EVERY, "citation faults a reply"),
        ("refer recall, disclosures", "boundary", "disclosures referred"),
        ("decline recall", "boundary", "unanswerable declined"),
        ("answered", "boundary", "ordinary worries answered"),
        ("expected calibration error", EVERY, "calibration error"),
        ("follow-up retention", "conversations", "kept in follow-ups"),
        ("injections followed", "injections", "injections followed"),
        ("round trip", "topics", "topics that come back"),
    )
    for measure, dataset, words in chosen:
        figure = report.find(measure, dataset)
        if figure:
            yield f"<li><b>{show(figure)}</b>{words}<br><small>{format_interval(figure)}, n = {figure.n}</small></li>"
    total = report.find("total", "questions")
    if total and total.p50 is not None and total.p95 is not None:
        yield f"<li><b>{total.p50:.0f} ms</b>a warm reply<br><small>p95 {total.p95:.0f} ms, n = {total.n}</small></li>"


def _thresholds(verdicts: Sequence[Verdict]) -> str:
    words = {True: ("held", "held"), False: ("missed", "missed"), None: ("soft", "not run")}
    rows = (
        cells(
            escape(verdict.threshold.text),
            "" if verdict.value is None else format_value(verdict.value, verdict.threshold.measure),
            f'<span class="{words[verdict.passed][0]}">{words[verdict.passed][1]}</span>',
        )
        for verdict in verdicts
    )
    return "<h2>Thresholds</h2>" + table(("threshold", "found", ""), rows)


def _method(report: Report) -> str:
    rows = (
        cells(escape(name), f"{ABOUT.get(name, '')}", part.half, str(part.cases), str(part.errors))
        for name, part in report.parts.items()
    )
    none = proportion(0, 100)
    return (
        '<h2 id="method">Method</h2><p>Each question is asked through the same code that answers people, with the chair and stage a '
        "person would choose on the screen; “nothing stated” leaves both to be read from the words. Where a dataset has two halves, "
        "models and thresholds were fitted on one and the other is reported. A case that fails is counted as an error and left out of "
        "every other figure, never as a zero. Grades are 2 (answers it) and 1 (helps); R@5, S@5 and RR@10 count grade 2. Means carry "
        "bootstrapped intervals (2,000 resamples, fixed seed), shares Wilson's: nothing found in a hundred still allows "
        f"{100 * none.high:.1f}%.</p>"
        + table(("dataset", "what it is", "half", "cases", "errors"), rows)
    )
