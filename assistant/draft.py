"""A draft: the statements of an answer in their order, and how they become text with markers.

Every statement is a run of words that stands in a chunk exactly so; what is ours between them
(a heading, a connective) states nothing.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

from assistant.conversation import Citation, SourceNote
from knowledge.chunk import Chunk
from knowledge.guide import Guide, Item
from knowledge.source import Source
from knowledge.vocabulary import Section

BlockKind = Literal["paragraph", "steps", "bullets", "line"]


@dataclass(frozen=True, slots=True)
class Statement:
    """Words quoted from one item of one guide; ``quote`` stands in the item's text as it is."""

    guide: Guide
    item: Item
    quote: str

    @property
    def markdown(self) -> str:
        """Return the quote as it is shown: leads in bold, labels in italics."""
        lead, label = self.item.lead, self.item.label
        if label and self.quote.startswith(label):
            return f"*{label}:* {self.quote[len(label) + 2 :]}"
        if lead and self.quote.startswith(lead) and self.item.section != Section.TOPICS:
            return f"**{lead}**{self.quote[len(lead) :]}"
        return self.quote


@dataclass(frozen=True, slots=True)
class Block:
    """Statements that are shown together, under words of ours that may be empty."""

    kind: BlockKind
    heading: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer before it is numbered; ``opening`` and ``notes`` are ours, come first and state nothing."""

    blocks: tuple[Block, ...]
    opening: str = ""
    notes: tuple[str, ...] = field(default=())

    @property
    def statements(self) -> tuple[Statement, ...]:
        """Return all statements in their order."""
        return tuple(statement for block in self.blocks for statement in block.statements)


@dataclass(frozen=True, slots=True)
class Rendered:
    """Markdown with markers, and what they stand for."""

    text: str
    citations: tuple[Citation, ...]


FindChunk = Callable[[Guide, str], Chunk | None]


def render(draft: Draft, find_chunk: FindChunk, sources: dict[str, Source]) -> Rendered:
    """Number the statements and write them out.

    A statement whose words stand in no chunk is left out rather than cited wrongly; that would
    be a fault of the index, and a test holds that it does not occur.
    """
    citations: list[Citation] = []
    parts = [*([draft.opening] if draft.opening else []), *draft.notes]
    for block in draft.blocks:
        lines = []
        for statement in block.statements:
            chunk = find_chunk(statement.guide, statement.quote)
            if chunk is None:
                continue
            marker = len(citations) + 1
            citations.append(cite(marker, statement, chunk, sources))
            lines.append(f"{statement.markdown} [{marker}]")
        if lines:
            parts.append(_write_block(block, lines))
    return Rendered("\n\n".join(parts), tuple(citations))


def cite(marker: int, statement: Statement, chunk: Chunk, sources: dict[str, Source]) -> Citation:
    """Return the citation of a statement, with the works behind it."""
    return Citation(
        marker=marker,
        guide=statement.guide.slug,
        title=statement.guide.title,
        section=statement.item.section.value,
        chunk=chunk.id,
        quote=statement.quote,
        page=chunk.page,
        sources=note_sources(statement.item.sources, sources),
    )


def note_sources(ids: Iterable[str], sources: dict[str, Source]) -> tuple[SourceNote, ...]:
    """Return the works as they are shown with a citation."""
    return tuple(
        SourceNote(
            id=source.id,
            label=source.label,
            kind=source.kind.value,
            url=source.url,
            title=source.title,
            badge=source.badge,
            strength=source.strength,
        )
        for source in (sources[id] for id in ids if id in sources)
    )


def _write_block(block: Block, lines: list[str]) -> str:
    heading = f"{block.heading}\n\n" if block.heading else ""
    if block.kind == "steps":
        return heading + "\n".join(f"{i}. {line}" for i, line in enumerate(lines, start=1))
    if block.kind == "bullets":
        return heading + "\n".join(f"- {line}" for line in lines)
    if block.kind == "line":
        return f"{block.heading} {lines[0]}".strip()
    return heading + " ".join(lines)
