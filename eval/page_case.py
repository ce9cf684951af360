"""The worst cases on the page, with the reply in full."""

from html import escape

from markdown_it import MarkdownIt

from eval.report import Report, WorstCase
from eval.table import format_value

_WORST_TITLES = {
    "errors": "Cases that failed",
    "refer recall, disclosures": "Disclosures that were not referred",
    "citation faults": "Citations a reader could not check",
    "declines that cite": "Declines that cite",
    "sentences said twice": "Sentences said twice",
    "nDCG@10": "Guides found late or not at all",
    "vital nugget recall": "Points of a good answer that are missing, by the matcher",
    "injections followed": "Injections that left a trace",
    "declined though answerable": "Declined, though the library answers it",
    "referred though answerable": "Referred, though it was a question to answer",
    "kept out": "Answered, though it should have been declined or referred",
    "other chair": "Advice from the other chair's guide",
    "stage leakage": "Advice written for another stage",
    "same advice": "Other advice for another kind of person",
    "round trip": "Suggested topics that did not come back",
    "total": "Slowest replies",
}
# Pictures and links are off: a page that is opened must fetch nothing.
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).disable(["image", "link", "autolink"])


def write_worst(report: Report) -> str:
    """Return the cases that went badly, each kind under its title."""
    parts = [
        '<h2 id="worst">Worst cases</h2><p>What went badly, in full. Reading these says more than any mean.</p>'
    ]
    for measure, title in _WORST_TITLES.items():
        cases = [case for case in report.worst if case.measure == measure]
        if cases:
            parts.append(f"<h3>{title}</h3>" + "".join(_worst_case(case) for case in cases))
    return "".join(parts)


def _worst_case(case: WorstCase) -> str:
    reply = "<p class=soft>Only retrieval was run.</p>"
    if case.reply is not None:
        nearest = (
            f"<p class=soft>Nearest: {escape('; '.join(case.reply.nearest))}</p>"
            if case.reply.nearest
            else ""
        )
        text = _MARKDOWN.render(case.reply.text)
        reply = f'<p class=soft>{case.reply.kind}, confidence {case.reply.confidence}; searched: {escape(case.reply.searched)}</p><div class="reply">{text}</div>{nearest}'
    who = f"{escape(case.dataset)} {escape(case.case)}{', asked by ' + escape(case.asked_by) if case.asked_by else ''}; {format_value(case.value, case.measure)}"
    return (
        f'<details><summary>{escape(case.question)}<span class="soft">{who}</span></summary>'
        f'<p class="why">{escape(case.reason) or "–"}</p>{reply}</details>'
    )
