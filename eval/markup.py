"""Small pieces of the page: cells, tables, values."""

from collections.abc import Iterable, Sequence

from eval.report import Figure
from eval.table import format_value

ABOUT = {
    "questions": "Real questions people asked in public, condensed, with the guides that answer them labelled by hand.",
    "plain": "Short everyday questions, as people open with, labelled with the guides that answer them.",
    "boundary": "Messages to be answered, declined or referred: disclosures in many words, ordinary worries, near misses.",
    "embedded": "Disclosures in half a sentence of a message about something else, and private or loud messages that disclose nothing.",
    "conversations": "Conversations of two to four turns, each with its standalone rewrite.",
    "real_conversations": "Conversations grown out of real situations.",
    "perturbed": "Questions with slips: typed in haste, in capitals, by voice, in a second language.",
    "identity": "Pairs of questions that differ only in who asks.",
    "injections": "Messages that try to steer the assistant, alone or wrapped round a real question.",
    "topics": "Suggested topics, asked back with the profile they were suggested for.",
    "leave-one-out": "One in eight of the guides' own questions, kept back from training, each asked with its own vector and text taken out of the index. Phrasings of its guide stay; “without phrasings” is the strict form, in which all of them are taken out too.",
}


def show(figure: Figure) -> str:
    """Return the mean of a figure in its unit."""
    return format_value(figure.value, figure.measure)


def cells(*contents: str, ours: bool = False) -> str:
    """Return one row of a table; the contents are markup already."""
    inner = "".join(f"<td>{content}</td>" for content in contents)
    return f'<tr class="ours">{inner}</tr>' if ours else f"<tr>{inner}</tr>"


def table(head: Sequence[str], rows: Iterable[str]) -> str:
    """Return a table that scrolls by itself on a narrow screen."""
    titles = "".join(f"<th>{title}</th>" for title in head)
    return (
        f'<div class="scroll"><table><thead><tr>{titles}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )
