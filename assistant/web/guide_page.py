"""The page of one guide: all of its sections, with the evidence behind each line."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assistant.web.template import render_template
from knowledge.cited_source import STRENGTHS
from knowledge.guide import Guide, Item
from knowledge.source import Source
from knowledge.vocabulary import Section

ORDERED_SECTIONS = frozenset({Section.STEPS})


@dataclass(frozen=True, slots=True)
class _Block:
    section: Section
    items: tuple[Item, ...]
    ordered: bool


def render_guide(guide: Guide, sources: Mapping[str, Source], titles: Mapping[str, str]) -> str:
    """Return the HTML page of a guide; ``titles`` names the guides it may point to."""
    cited = [id for id in cited_sources(guide) if id in sources]
    numbers = {id: number for number, id in enumerate(cited, start=1)}
    return render_template(
        "guide.html",
        guide=guide,
        blocks=_blocks(guide),
        sources=sources,
        numbers=numbers,
        related=[(slug, titles[slug]) for slug in guide.related if slug in titles],
        pair=(guide.pair, titles[guide.pair]) if guide.pair and guide.pair in titles else None,
        about_strength=STRENGTHS,
    )


def render_missing_guide(slug: str) -> str:
    """Return the page shown where there is no such guide."""
    return render_template("missing.html", slug=slug)


def cited_sources(guide: Guide) -> Iterable[str]:
    """Return the ids of every work the guide cites, in the order they are met on the page."""
    in_order = (id for section in Section for item in guide.section(section) for id in item.sources)
    return dict.fromkeys((*in_order, *guide.sources))


def _blocks(guide: Guide) -> list[_Block]:
    found = ((section, guide.section(section)) for section in Section)
    return [
        _Block(section, items, section in ORDERED_SECTIONS) for section, items in found if items
    ]
