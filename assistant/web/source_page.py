"""The page of the bibliography: each work, how strong it is, and the guides that rest on it."""

from collections.abc import Sequence

from assistant.web.template import render_template
from knowledge.cited_source import STRENGTHS, CitedSource
from knowledge.vocabulary import SourceKind


def render_sources(cited: Sequence[CitedSource], kind: SourceKind | None = None) -> str:
    """Return the HTML page: works of a kind, or all, in their order, headed by strength."""
    fitting = [one for one in cited if kind in (None, one.source.kind)]
    shelves = [
        (strength, about, [one for one in fitting if one.source.strength == strength])
        for strength, about in STRENGTHS.items()
    ]
    held = {one.source.kind for one in cited}
    return render_template(
        "sources.html",
        shelves=[shelf for shelf in shelves if shelf[2]],
        kinds=[one for one in SourceKind if one in held],
        kind=kind,
        count=len(fitting),
        total=len(cited),
    )
