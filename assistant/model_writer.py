"""A reply worded by a chat model: numbered passages in, checked prose out."""

from collections.abc import Callable
from typing import Any

from assistant.chat_model import stream_answer
from assistant.compose import Brief
from assistant.conversation import Citation, Reply
from assistant.draft import Statement, cite
from assistant.shelf import Shelf
from assistant.verify import MarkerFilter, check_support, drop_unknown_markers
from knowledge.encoder import Encoder
from knowledge.errors import ChatModelError
from knowledge.guide import Guide
from knowledge.vocabulary import Section

_SECTIONS = (Section.IN_SHORT, Section.WHY, Section.STEPS, Section.SCRIPTS, Section.WATCH_OUT)


async def write_with_model(
    model: Any,
    engine: str,
    composed: Reply,
    brief: Brief,
    shelf: Shelf,
    encoder: Encoder,
    *,
    on_token: Callable[[str], None],
    after: str = "",
) -> Reply:
    """Return the model's answer, or the composed one with a notice where the model fails.

    What the model may cite is the leading guide, item by item. Markers it invents are removed,
    and sentences its passages do not support are marked. ``after`` stands behind its words.
    """
    citations = _passages(brief, shelf)
    marks = MarkerFilter(range(1, len(citations) + 1))
    chair = brief.profile.audience.value if brief.profile.audience else "person who asks"
    text = ""
    try:
        async for piece in stream_answer(
            model, brief.query.text, [c.quote for c in citations], chair
        ):
            text += piece
            if shown := marks.feed(piece):
                on_token(shown)
        on_token(marks.close())
    except ChatModelError as error:
        notice = f"The chat model could not be used ({error}); this answer is composed from the guides' own words."
        return composed.model_copy(update={"notice": notice})
    known = {citation.marker: citation.quote for citation in citations}
    checked = check_support(drop_unknown_markers(text.strip(), known), known, encoder)
    if not checked.used:
        notice = "The chat model cited nothing; this answer is composed from the guides' own words."
        return composed.model_copy(update={"notice": notice})
    notice = ""
    if checked.unsupported:
        notice = f"{checked.unsupported} sentence(s) that the guides do not support are marked."
    used = tuple(citation for citation in citations if citation.marker in checked.used)
    text = f"{checked.text}\n\n{after}" if after else checked.text
    return composed.model_copy(
        update={"text": text, "citations": used, "engine": engine, "notice": notice}
    )


def _passages(brief: Brief, shelf: Shelf) -> list[Citation]:
    guides: list[Guide] = [brief.lead, *([brief.second] if brief.second else [])]
    statements = [
        Statement(guide, item, item.text)
        for guide in guides
        for section in _SECTIONS
        for item in guide.section(section)
    ]
    sources = shelf.sources([id for s in statements for id in s.item.sources])
    found = [(s, shelf.find_chunk(s.guide, s.quote)) for s in statements]
    held = [(statement, chunk) for statement, chunk in found if chunk is not None]
    return [cite(i, s, chunk, sources) for i, (s, chunk) in enumerate(held, start=1)]
