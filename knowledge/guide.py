"""A guide: one Markdown file in, one typed value out.

The body becomes *items*: a paragraph, a step, a script, a topic or a bullet. An item is the
smallest thing that is quoted, so its text is plain: no marks of emphasis, no citations.
"""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from knowledge.front_matter import NoFrontMatterError, read_front_matter
from knowledge.problem import Problem
from knowledge.vocabulary import Audience, Phase, Section, Stage

OPTIONAL_SECTIONS = frozenset({Section.DIFFER})

_CITATION = re.compile(r"\s*\[@([^\]]*)\]")
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_LIST_ITEM = re.compile(r"^(?:\d+\.|-) +")
_SCRIPT = re.compile(r"^(?P<label>[^\"]+?): (?P<line>\".+\")$", re.DOTALL)
# A sentence ends at . ! ? (and a closing quote or bracket) before a space and a capital or quote;
# "e.g." and the like do not occur in guides, and the lint keeps it so.
_SENTENCE_END = re.compile(r"(?:(?<=[.!?])|(?<=[.!?][\"')\]]))\s+(?=[\"'(A-Z0-9])")


@dataclass(frozen=True, slots=True)
class Item:
    """The smallest quotable part of a guide.

    ``lead`` is the bold opening of a step, topic or mistake, ``label`` says when to use a script;
    both stand in ``text`` as well, which is what a chunk holds word for word.
    """

    section: Section
    ordinal: int
    text: str
    lead: str
    label: str
    sources: tuple[str, ...]
    line: int

    @property
    def body(self) -> str:
        """Return the text behind the lead or the label."""
        if self.label:
            return self.text[len(self.label) + 2 :]
        return self.text[len(self.lead) :].removeprefix(" –").strip()


_SHORT = 16
"""Most words of a question that is offered to others."""


@dataclass(frozen=True, slots=True)
class Guide:
    """One curated guide for one chair at the table."""

    slug: str
    title: str
    summary: str
    audience: tuple[Audience, ...]
    stages: tuple[Stage, ...]
    phases: tuple[Phase, ...]
    topics: tuple[str, ...]
    questions: tuple[str, ...]
    pair: str | None
    related: tuple[str, ...]
    sources: tuple[str, ...]
    reviewed: str
    items: tuple[Item, ...]

    @property
    def short_questions(self) -> tuple[str, ...]:
        """Return the questions that can be offered to others: short, and written as a sentence.

        The rest are messages as people type them, which a guide is found by and which nobody else
        would put that way.
        """
        return tuple(
            question
            for question in self.questions
            if len(question.split()) <= _SHORT and question[0].isupper() and question[-1] == "?"
        )

    def section(self, section: Section) -> tuple[Item, ...]:
        """Return the items of one section, in order."""
        return tuple(item for item in self.items if item.section == section)

    @property
    def words(self) -> int:
        """Return the words of the body, headings and citations left out."""
        return sum(len(item.text.split()) for item in self.items)


def split_sentences(text: str) -> list[str]:
    """Split plain text into sentences; joined by one space they give the text again."""
    return [part for part in _SENTENCE_END.split(text) if part]


def guide_to_record(guide: Guide) -> dict[str, Any]:
    """Return the guide as plain JSON values."""
    return asdict(guide)


def guide_from_record(record: dict[str, Any]) -> Guide:
    """Rebuild a guide from `guide_to_record`'s value."""
    items = tuple(
        Item(**{**item, "section": Section(item["section"]), "sources": tuple(item["sources"])})
        for item in record["items"]
    )
    return Guide(
        slug=record["slug"],
        title=record["title"],
        summary=record["summary"],
        audience=tuple(Audience(value) for value in record["audience"]),
        stages=tuple(Stage(value) for value in record["stages"]),
        phases=tuple(Phase(value) for value in record["phases"]),
        topics=tuple(record["topics"]),
        questions=tuple(record["questions"]),
        pair=record["pair"],
        related=tuple(record["related"]),
        sources=tuple(record["sources"]),
        reviewed=record["reviewed"],
        items=items,
    )


def parse_guide(path: Path, text: str) -> tuple[Guide | None, list[Problem]]:
    """Read one guide; every problem of its form is returned, none raised.

    The guide is None where values of its front matter are missing or of the wrong kind.
    """
    try:
        front = read_front_matter(text)
    except NoFrontMatterError as error:
        return None, [Problem(path, error.line, str(error))]
    problems = [Problem(path, line, message) for line, message in (*front.gaps, *front.slips)]
    items = tuple(_iter_items(path, front.body, front.body_line, problems))
    if front.gaps:
        return None, problems
    return _build_guide(path.stem, front.values, items), problems


def _build_guide(slug: str, front: dict[str, Any], items: tuple[Item, ...]) -> Guide:
    return Guide(
        slug=slug,
        title=str(front["title"]),
        summary=str(front["summary"]),
        audience=tuple(Audience(value) for value in front["audience"]),
        stages=tuple(Stage(value) for value in front["stages"]),
        phases=tuple(Phase(value) for value in front["phase"]),
        topics=tuple(front["topics"]),
        questions=tuple(front["questions"]),
        pair=str(front["pair"]) if front.get("pair") else None,
        related=tuple(front["related"]),
        sources=tuple(front["sources"]),
        reviewed=str(front["reviewed"]),
        items=items,
    )


def _iter_items(path: Path, body: str, first_line: int, problems: list[Problem]) -> Iterator[Item]:
    """Walk the body line by line; a continuation line belongs to the item above it."""
    section: Section | None = None
    counts: dict[Section, int] = {}
    block: list[str] = []
    block_line = first_line

    def close() -> Iterator[Item]:
        if block and section is not None:
            counts[section] = counts.get(section, 0) + 1
            yield _parse_item(section, counts[section], " ".join(block), block_line)
        block.clear()

    for number, line in enumerate(body.splitlines(), start=first_line):
        if line.startswith("## "):
            yield from close()
            section = _parse_section(path, line[3:].strip(), number, problems)
            continue
        if not line.strip():
            yield from close()
            continue
        if section is None:
            problems.append(Problem(path, number, f"text outside a section: {line[:40]!r}"))
            continue
        if _LIST_ITEM.match(line):
            yield from close()
        if not block:
            block_line = number
        block.append(line.strip())
    yield from close()


def _parse_section(path: Path, name: str, line: int, problems: list[Problem]) -> Section | None:
    try:
        return Section(name)
    except ValueError:
        problems.append(Problem(path, line, f"unknown section {name!r}"))
        return None


def _parse_item(section: Section, ordinal: int, markdown: str, line: int) -> Item:
    cited = [
        source.strip().removeprefix("@")
        for group in _CITATION.findall(markdown)
        for source in group.split(";")
    ]
    plain = _LIST_ITEM.sub("", _CITATION.sub("", markdown))
    bold = _BOLD.match(plain)
    lead = bold.group(1) if bold else ""
    text = _BOLD.sub(r"\1", plain).strip()
    script = _SCRIPT.match(text) if section == Section.SCRIPTS else None
    return Item(
        section=section,
        ordinal=ordinal,
        text=text,
        lead=lead,
        label=script.group("label") if script else "",
        sources=tuple(dict.fromkeys(cited)),
        line=line,
    )
