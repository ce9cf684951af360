"""The library's map as one page that needs nothing else: a picture, a reader, and a grid.

Style and script are fixed files that stand inside the page, so their digests allow them and nothing
besides: the page is as safe served as it is opened from a disk.
"""

import base64
import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from assistant.library_map import HEIGHT, WIDTH, LibraryMap, Mark
from assistant.web.template import STATIC, Markup, render_template
from knowledge.cited_source import STRENGTHS
from knowledge.guide import Guide, Item
from knowledge.lint.coverage import count_coverage
from knowledge.source import Source
from knowledge.vocabulary import Audience, Phase, Section, Stage

MAP_PATH = "/library/map"
SHADES = 4
"""Steps of the grid's ground, from few guides to many."""


@dataclass(frozen=True, slots=True)
class _Dot:
    """A mark as it is drawn: its outline, its fill and its words."""

    mark: Mark
    shape: str
    outline: str
    fill: str
    evidence: str
    sections: tuple[tuple[Section, tuple[Item, ...]], ...]
    labels: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Cell:
    phase: Phase
    count: int
    shade: int


@dataclass(frozen=True, slots=True)
class _Row:
    audience: Audience
    stage: Stage
    cells: tuple[_Cell, ...]


def render_map(drawn: LibraryMap, *, served: bool) -> str:
    """Return the page; ``served`` says that the app's other pages are there to link to."""
    guides = [mark.guide for mark in drawn.marks]
    return render_template(
        "map.html",
        drawn=drawn,
        dots=[_dot(mark) for mark in drawn.marks],
        titles={guide.slug: guide.title for guide in guides},
        rows=_grid(guides),
        phases=list(Phase),
        samples=[(shape, glyph(shape, 8)) for shape in SHAPES],
        shapes=SHAPES,
        sizes=[(works, glyph("mentee", radius)) for works, radius in LEGEND_SIZES],
        strengths=STRENGTHS,
        width=WIDTH,
        height=HEIGHT,
        side=max(WIDTH, HEIGHT),
        style=Markup(_style()),
        script=Markup(_script()),
        policy=map_policy(),
        served=served,
    )


@cache
def map_policy() -> str:
    """Return the content security policy: this style, this script, and nothing from anywhere."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src '{_digest(_script())}'",
            f"style-src '{_digest(_style())}'",
            "img-src 'self' data:",
            "form-action 'none'",
            "base-uri 'none'",
        )
    )


SHAPES = {
    "mentee": "Mentee",
    "mentor": "Mentor",
    "leader": "Leader",
    "several": "More than one chair",
}
LEGEND_SIZES = (("one practice guide", 5.1), ("three studies", 8.9), ("five reviews", 12.6))


def glyph(shape: str, radius: float) -> str:
    """Return the outline of a mark around the origin; all shapes of a radius cover like areas."""
    r = radius
    match shape:
        case "mentor":
            side = round(r * 0.89, 1)
            return f"M{-side} {-side}H{side}V{side}H{-side}Z"
        case "leader":
            high, low, half = round(-r * 1.25, 1), round(r * 0.85, 1), round(r * 1.25, 1)
            return f"M0 {high}L{half} {low}H{-half}Z"
        case "several":
            tip = round(r * 1.25, 1)
            return f"M0 {-tip}L{tip} 0L0 {tip}L{-tip} 0Z"
        case _:
            r = round(r, 1)
            return f"M{-r} 0a{r} {r} 0 1 0 {2 * r:g} 0a{r} {r} 0 1 0 {-2 * r:g} 0Z"


def _dot(mark: Mark) -> _Dot:
    guide = mark.guide
    shape = guide.audience[0].value if len(guide.audience) == 1 else "several"
    stages = [stage.value for stage in Stage if stage in guide.stages]
    return _Dot(
        mark=mark,
        shape=shape,
        outline=glyph(shape, mark.radius),
        fill="all" if len(stages) == len(Stage) else "-".join(stages),
        evidence=_evidence(mark.works),
        sections=tuple((part, guide.section(part)) for part in Section if guide.section(part)),
        labels={work.id: work.label for work in mark.works},
    )


def _evidence(works: Sequence[Source]) -> str:
    """Return number and strength of the works in words, such as ``3 works: 1 strong, 2 moderate``."""
    if not works:
        return "no work cited"
    counts = {strength: sum(work.strength == strength for work in works) for strength in STRENGTHS}
    parts = ", ".join(f"{count} {strength}" for strength, count in counts.items() if count)
    return f"{len(works)} work{'s' * (len(works) > 1)}: {parts}"


def _grid(guides: Sequence[Guide]) -> list[_Row]:
    counts = count_coverage({guide.slug: guide for guide in guides})
    most = max(counts.values(), default=0) or 1
    return [
        _Row(
            audience,
            stage,
            tuple(
                _Cell(phase, count, math.ceil(SHADES * math.sqrt(count / most)))
                for phase in Phase
                for count in (counts[audience, stage, phase],)
            ),
        )
        for audience in Audience
        for stage in Stage
    ]


@cache
def _style() -> str:
    return "".join((STATIC / name).read_text(encoding="utf-8") for name in ("style.css", "map.css"))


@cache
def _script() -> str:
    return (STATIC / "map.js").read_text(encoding="utf-8")


def _digest(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
