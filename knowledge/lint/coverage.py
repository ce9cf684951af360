"""How many guides serve each audience at each stage in each phase."""

from collections.abc import Mapping

from knowledge.guide import Guide
from knowledge.library import Library
from knowledge.lint.check import LibraryFindings
from knowledge.vocabulary import Audience, Phase, Stage

MIN_CELL = 3


def count_coverage(guides: Mapping[str, Guide]) -> dict[tuple[Audience, Stage, Phase], int]:
    """Return how many guides serve each audience × stage × phase."""
    return {
        (audience, stage, phase): sum(
            audience in guide.audience and stage in guide.stages and phase in guide.phases
            for guide in guides.values()
        )
        for audience in Audience
        for stage in Stage
        for phase in Phase
    }


def check_coverage(library: Library) -> LibraryFindings:
    """Find cells with too few guides."""
    for cell, count in count_coverage(library.guides).items():
        if count < MIN_CELL:
            yield "", 1, f"{' × '.join(cell)} has {count} guides; {MIN_CELL} are wanted"
