"""What rests on what: each work of the bibliography with the guides that cite it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from knowledge.guide import Guide
from knowledge.source import Source, Strength

STRENGTHS: dict[Strength, str] = {
    "strong": "pooled evidence, read at its source",
    "moderate": "a study, a narrative review, or pooled evidence known from a summary",
    "practice": "the experience of people who do this",
}
"""What each strength means to people, the strongest first."""
_RANK = {strength: rank for rank, strength in enumerate(STRENGTHS)}


@dataclass(frozen=True, slots=True)
class CitedSource:
    """One work, and slug and title of each guide that cites it, by title."""

    source: Source
    guides: tuple[tuple[str, str], ...]

    def to_json(self) -> dict[str, Any]:
        """Return the keys of the interface."""
        work = self.source
        return {
            "id": work.id,
            "title": work.title,
            "authors": work.authors,
            "year": work.year,
            "venue": work.venue,
            "kind": work.kind,
            "strength": work.strength,
            "checked": work.checked,
            "badge": work.badge,
            "url": work.url,
            "guides": [slug for slug, _ in self.guides],
        }


def rank_sources(sources: Mapping[str, Source], guides: Iterable[Guide]) -> list[CitedSource]:
    """Return every work that is cited: the strongest first, then the most used, then by label."""
    citing: dict[str, list[tuple[str, str]]] = {}
    for guide in guides:
        for id in dict.fromkeys(guide.sources):
            citing.setdefault(id, []).append((guide.slug, guide.title))
    cited = [
        CitedSource(sources[id], tuple(sorted(found, key=lambda guide: guide[1].lower())))
        for id, found in citing.items()
        if id in sources
    ]
    return sorted(
        cited,
        key=lambda one: (
            _RANK[one.source.strength],
            -len(one.guides),
            one.source.label,
            one.source.id,
        ),
    )
