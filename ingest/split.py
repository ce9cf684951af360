"""Split a document into chunks along its headings: pure, and never inside a sentence.

The encoder reads 256 tokens and drops the rest without a word, so a chunk has at most 220 with
its context. Small sections share a chunk until it has 100 (`measurements.md`: sentence-aware
chunks of 100 to 200 tokens find best).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from knowledge.chunk import Chunk, chunk_id
from knowledge.guide import Guide, split_sentences

MIN_TOKENS = 100
MAX_TOKENS = 220

CountTokens = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class Block:
    """A run of text that should stay together, under its heading; ``page`` is 1-based."""

    section: str
    text: str
    page: int | None = None


def split_guide(guide: Guide, count_tokens: CountTokens) -> list[Chunk]:
    """Return the chunks of a guide in reading order; every item stands whole in one of them."""
    blocks = [Block(item.section.value, item.text) for item in guide.items]
    return split_blocks(guide.slug, guide.title, blocks, count_tokens)


def split_blocks(
    document: str, title: str, blocks: Iterable[Block], count_tokens: CountTokens
) -> list[Chunk]:
    """Pack blocks into chunks of at most `MAX_TOKENS`, their context included.

    A chunk ends where the section does, unless it has fewer than `MIN_TOKENS`. A block that is
    too long by itself is split between sentences, and a sentence that is too long between words.
    """
    chunks: list[Chunk] = []
    seen: Counter[tuple[str, str]] = Counter()
    for group in _pack(title, blocks, count_tokens):
        section = _section(group)
        text = "\n".join(block.text for block in group)
        context = _context(title, section)
        occurrence = seen[(section, text)]
        seen[(section, text)] += 1
        chunks.append(
            Chunk(
                id=chunk_id(document, context, section, text, occurrence),
                document=document,
                ordinal=len(chunks),
                section=section,
                text=text,
                context=context,
                page=group[0].page,
            )
        )
    return chunks


def _section(group: Iterable[Block]) -> str:
    return " / ".join(dict.fromkeys(block.section for block in group if block.section))


def _context(title: str, section: str) -> str:
    return f"{title}. {section}".strip(". ") if section else title


def _pack(title: str, blocks: Iterable[Block], count_tokens: CountTokens) -> Iterator[list[Block]]:
    group: list[Block] = []
    size = 0
    for block in blocks:
        # A title that leaves hardly any room is not read to its end: text goes before it.
        room = max(MIN_TOKENS, MAX_TOKENS - count_tokens(_context(title, block.section)))
        for part in _fit(block, room, count_tokens):
            tokens = count_tokens(part.text)
            full = size + tokens > room - _widening(title, [*group, part], count_tokens)
            turned = group and part.section != group[-1].section and size >= MIN_TOKENS
            paged = group and part.page != group[0].page
            if group and (full or turned or paged):
                yield group
                group, size = [], 0
            group.append(part)
            size += tokens
    if group:
        yield group


def _widening(title: str, group: list[Block], count_tokens: CountTokens) -> int:
    """Return by how much the context grows when a chunk holds several sections."""
    last, whole = group[-1].section, _section(group)
    if last == whole:
        return 0
    return count_tokens(_context(title, whole)) - count_tokens(_context(title, last))


def _fit(block: Block, room: int, count_tokens: CountTokens) -> Iterator[Block]:
    """Yield the block whole if it fits, else in runs of sentences that do."""
    if count_tokens(block.text) <= room:
        yield block
        return
    run: list[str] = []
    for piece in _pieces(block.text, room, count_tokens):
        if run and count_tokens(" ".join([*run, piece])) > room:
            yield Block(block.section, " ".join(run), block.page)
            run = []
        run.append(piece)
    yield Block(block.section, " ".join(run), block.page)


def _pieces(text: str, room: int, count_tokens: CountTokens) -> Iterator[str]:
    for sentence in split_sentences(text):
        if count_tokens(sentence) <= room:
            yield sentence
            continue
        run: list[str] = []
        for word in sentence.split():
            if run and count_tokens(" ".join([*run, word])) > room:
                yield " ".join(run)
                run = []
            run.append(word)
        yield " ".join(run)
