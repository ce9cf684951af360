"""From a guide, a text file or a line of a corpus to an `Entry` of the catalogue."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from ingest.split import Block, CountTokens, split_blocks, split_guide
from knowledge.document import GUIDANCE, Document, Entry, Question
from knowledge.errors import ConversionError
from knowledge.guide import Guide, guide_to_record

# Raised whenever chunks or questions are made differently: everything is then written again.
RECIPE = "1"

TEXT_SUFFIXES = frozenset({".md", ".markdown", ".txt"})
_HEADING = re.compile(r"^(#{1,6})\s+(.*\S)\s*$")


def content_hash(*parts: str) -> str:
    """Return the content address of a document: 32 hexadecimal digits."""
    return hashlib.blake2b("\0".join((RECIPE, *parts)).encode(), digest_size=16).hexdigest()


def guide_hash(guide: Guide, phrasings: Sequence[str] = ()) -> str:
    """Return the content address of a guide with its phrasings."""
    return content_hash(json.dumps(guide_to_record(guide), sort_keys=True), *phrasings)


def build_guide_entry(
    guide: Guide, count_tokens: CountTokens, phrasings: Sequence[str] = ()
) -> Entry:
    """Turn a guide into its chunks and its questions; title and phrasings count as questions."""
    document = Document(
        id=guide.slug,
        collection=GUIDANCE,
        kind="guide",
        title=guide.title,
        audience=guide.audience,
        stages=guide.stages,
        phases=guide.phases,
        content_hash=guide_hash(guide, phrasings),
        record=guide_to_record(guide),
    )
    texts = (guide.title, *guide.questions, *phrasings)
    return Entry(
        document,
        tuple(split_guide(guide, count_tokens)),
        _questions(guide.slug, texts),
        tuple(item.text for item in guide.items),
    )


def build_text_entry(
    id: str, title: str, text: str, collection: str, count_tokens: CountTokens
) -> Entry:
    """Turn plain or Markdown text into chunks along its headings."""
    document = Document(
        id=id,
        collection=collection,
        kind="document",
        title=title,
        audience=(),
        stages=(),
        phases=(),
        content_hash=content_hash(title, text),
        record={},
    )
    chunks = split_blocks(id, title, iter_blocks(text), count_tokens)
    return Entry(document, tuple(chunks), _questions(id, (title,)) if title else ())


def iter_blocks(text: str) -> Iterator[Block]:
    """Yield the paragraphs of Markdown or plain text under their heading path."""
    path: list[str] = []
    for paragraph in re.split(r"\n\s*\n", text):
        lines: list[str] = []
        for line in paragraph.splitlines():
            heading = _HEADING.match(line)
            if not heading:
                lines.append(line.strip())
                continue
            if lines:
                yield Block(" > ".join(path), " ".join(lines))
                lines = []
            path = [*path[: len(heading.group(1)) - 1], heading.group(2)]
        if any(lines):
            yield Block(" > ".join(path), " ".join(line for line in lines if line))


def read_text(path: Path) -> str:
    """Read a text file.

    Raises:
        ConversionError: when it is not UTF-8 text, or a kind of file that is not read yet.
    """
    if path.suffix.lower() not in TEXT_SUFFIXES:
        raise ConversionError(
            f"{path.suffix or 'no suffix'}: only {', '.join(sorted(TEXT_SUFFIXES))} are read"
        )
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConversionError(f"not UTF-8 text: {error!s:.60}") from error
    if not text.strip():
        raise ConversionError("empty")
    return text


def iter_corpus(path: Path, on_bad_line: Callable[[int, str], None]) -> Iterator[dict[str, str]]:
    """Yield the records of a BEIR `corpus.jsonl`; lines that are none are told to ``on_bad_line``."""
    # Bytes that are no UTF-8 become lone surrogates, which `_parse_record` refuses line by line.
    with path.open(encoding="utf-8", errors="surrogateescape") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                record = _parse_record(line)
            except (ValueError, KeyError, TypeError) as error:
                on_bad_line(number, f"{error!r:.120}")
                continue
            yield record


def _parse_record(line: str) -> dict[str, str]:
    record = json.loads(line)
    if not isinstance(record, dict):
        raise TypeError("not an object")
    id, title, text = str(record["_id"]), record.get("title") or "", record["text"]
    if not isinstance(title, str) or not isinstance(text, str):
        raise TypeError("title and text must be text")
    (id + title + text).encode()  # lone surrogates cannot be stored
    return {"_id": id, "title": title, "text": text}


def _questions(document: str, texts: tuple[str, ...]) -> tuple[Question, ...]:
    return tuple(
        Question(content_hash(document, text)[:16], document, ordinal, text)
        for ordinal, text in enumerate(dict.fromkeys(texts))
    )
