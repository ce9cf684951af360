"""How guides point at each other: pairs across the table, related guides, and the whole graph."""

from collections.abc import Iterable, Iterator

from knowledge.guide import Guide
from knowledge.library import Library
from knowledge.lint.check import GuideCheck, GuideFindings, LibraryFindings

MIN_RELATED, MAX_RELATED = 2, 4
MIN_PAIRS = 40
"""Situations both chairs can read about. Raise it with the library; never lower it to pass."""


def _check_targets(guide: Guide, library: Library) -> GuideFindings:
    for key, slugs in (("related", guide.related), ("pair", _pair(guide))):
        for slug in slugs:
            if slug == guide.slug:
                yield key, "links to itself"
            elif slug not in library.paths:
                yield key, f"links to {slug!r}, which is no guide"
    if len(set(guide.related)) < len(guide.related):
        yield "related", "a related guide stands twice"
    if guide.pair in guide.related:
        yield "related", f"{guide.pair!r} is the pair already; name another guide"


def _check_related_count(guide: Guide, library: Library) -> GuideFindings:
    count = len(guide.related)
    if not MIN_RELATED <= count <= MAX_RELATED:
        yield "related", f"{count} related guides; {MIN_RELATED} to {MAX_RELATED} are wanted"


def _check_pair(guide: Guide, library: Library) -> GuideFindings:
    other = library.guides.get(guide.pair or "")
    if other is None or other is guide:
        return
    if other.pair != guide.slug:
        points = f"points to {other.pair!r}" if other.pair else "has no pair"
        yield "pair", f"pair {other.slug!r} {points}; a pair names each other"
    if set(other.audience) & set(guide.audience):
        yield "pair", f"pair {other.slug!r} is written for the same chair"
    if not set(other.topics) & set(guide.topics):
        yield "pair", f"pair {other.slug!r} shares no topic with this guide"
    if not set(other.stages) & set(guide.stages):
        yield "pair", f"pair {other.slug!r} is for other stages than this guide"


LINK_CHECKS: tuple[GuideCheck, ...] = (_check_targets, _check_related_count, _check_pair)


def check_pair_count(library: Library) -> LibraryFindings:
    """Find that too few situations are told from both chairs."""
    guides = library.guides
    count = sum(
        guide.slug < guide.pair and guide.pair in guides and guides[guide.pair].pair == guide.slug
        for guide in guides.values()
        if guide.pair
    )
    if count < MIN_PAIRS:
        yield "", 1, f"{count} pairs of guides; {MIN_PAIRS} are wanted"


def check_orphans(library: Library) -> LibraryFindings:
    """Find guides no other guide leads to: who reads on never meets them."""
    met = {
        slug for guide in library.guides.values() for slug in _targets(guide) if slug != guide.slug
    }
    for slug in sorted(library.guides.keys() - met):
        yield slug, "related", "no other guide links here; name it where it is read next"


def check_connected(library: Library) -> LibraryFindings:
    """Find islands: guides that no path of links, walked either way, joins to the mainland."""
    _, *islands = sorted(find_components(library), key=len, reverse=True) or [set()]
    for island in islands:
        first, *rest = sorted(island)
        with_it = f" with {', '.join(map(repr, rest))}" if rest else ""
        yield first, "related", f"cut off from the other guides{with_it}; link it to one of them"


def find_components(library: Library) -> Iterator[set[str]]:
    """Yield the connected parts of the graph of `related` and `pair`, direction left aside."""
    neighbours: dict[str, set[str]] = {slug: set() for slug in library.guides}
    for slug, guide in library.guides.items():
        for target in _targets(guide):
            if target in neighbours:
                neighbours[slug].add(target)
                neighbours[target].add(slug)
    unseen = dict.fromkeys(neighbours)
    while unseen:
        component: set[str] = set()
        edge = [next(iter(unseen))]
        while edge:
            slug = edge.pop()
            if slug not in component:
                component.add(slug)
                edge += neighbours[slug]
        for slug in component:
            del unseen[slug]
        yield component


def _targets(guide: Guide) -> Iterable[str]:
    return (*guide.related, *_pair(guide))


def _pair(guide: Guide) -> tuple[str, ...]:
    return (guide.pair,) if guide.pair else ()
