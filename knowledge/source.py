"""The bibliography: what may be cited, and how strong it is."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import yaml

from knowledge.errors import GuidanceError
from knowledge.vocabulary import SourceKind

SOURCES_FILE = Path(__file__).parent / "sources.yaml"

Strength = Literal["strong", "moderate", "practice"]
Checked = Literal["primary", "secondary"]


@dataclass(frozen=True, slots=True)
class Source:
    """One work of the bibliography.

    ``checked`` is ``primary`` where the work's own abstract, text or page was read, and
    ``secondary`` where a third party's account of it was. ``refereed`` is false for reviews that
    appeared where no scholar judges them: in a magazine, on an event's page, from a consultancy.
    """

    id: str
    authors: str
    year: int | None
    title: str
    venue: str
    kind: SourceKind
    url: str
    checked: Checked
    findings: tuple[str, ...]
    refereed: bool = True

    @property
    def strength(self) -> Strength:
        """Return how much weight the work can bear.

        Pooled evidence read at its source is strong: a meta-analysis, or a review that calls itself
        systematic. Single studies, other reviews of scholars, and pooled evidence known only from an
        account of it are moderate; everything else is the experience of practice, and so is a review
        that nobody refereed.
        """
        systematic = self.kind == SourceKind.REVIEW and "systematic" in self.title.lower()
        pooled = systematic or self.kind == SourceKind.META_ANALYSIS
        if pooled and self.refereed and self.checked == "primary":
            return "strong"
        return "moderate" if self.kind.is_research and self.refereed else "practice"

    @property
    def label(self) -> str:
        """Return the short form, such as ``Allen et al. (2004)``."""
        whole = re.sub(r"\(?\band (?:colleagues|others)\)?", "", self.authors)
        names = [name.strip().split(",")[0] for name in whole.split(";") if name.strip()]
        short = " and ".join(names[:2])
        short = f"{names[0]} et al." if len(names) > 2 or whole != self.authors else short
        return f"{short} ({self.year or 'n.d.'})"

    @property
    def badge(self) -> str:
        """Return kind, strength and how it was checked, for people."""
        seen = "" if self.checked == "primary" else ", seen in summary"
        return f"{self.kind.label} · {self.strength}{seen}"


def parse_source(record: dict[str, Any]) -> Source:
    """Turn one record of ``sources.yaml`` into a `Source`.

    Raises:
        KeyError: for a missing field.
        ValueError: for an unknown ``kind`` or ``checked``, or a ``refereed`` that is no boolean.
    """
    if record["checked"] not in get_args(Checked):
        raise ValueError(f"{record['checked']!r} is not one of {', '.join(get_args(Checked))}")
    refereed = record.get("refereed", True)
    if not isinstance(refereed, bool):
        raise ValueError(f"refereed is {refereed!r}, and must be true or false")
    url = record.get("url") or (f"https://doi.org/{record['doi']}" if record.get("doi") else "")
    return Source(
        id=record["id"],
        authors=str(record["authors"]),
        year=record.get("year"),
        title=record["title"],
        venue=record.get("venue") or "",
        kind=SourceKind(record["kind"]),
        url=url,
        checked=record["checked"],
        findings=tuple(record.get("findings", ())),
        refereed=refereed,
    )


def load_sources(path: Path = SOURCES_FILE) -> dict[str, Source]:
    """Read the bibliography.

    Raises:
        GuidanceError: naming every record that cannot be read.
    """
    try:
        records = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise GuidanceError(f"{path}:1: the bibliography cannot be read: {error}") from error
    if not isinstance(records, list):
        raise GuidanceError(f"{path}:1: the bibliography is not a list of works")
    sources: dict[str, Source] = {}
    problems = []
    for record in records:
        try:
            source = parse_source(record)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            problems.append(f"{path}:1: source {record!r:.60}: {error!r}")
            continue
        if source.id in sources:
            problems.append(f"{path}:1: source {source.id!r} stands twice")
        sources[source.id] = source
    if problems:
        raise GuidanceError("\n".join(problems))
    return sources
