"""What the library holds, counted from its files."""

from typing import Any

from knowledge.library import GUIDANCE_FOLDER, read_guides
from knowledge.vocabulary import Audience, Stage


def count_library() -> dict[str, Any]:
    """Return the counts under the keys of the interface, chunks left to the index."""
    guides = read_guides(GUIDANCE_FOLDER)[0].values()
    return {
        "guides": len(guides),
        "by_audience": {a.value: sum(a in guide.audience for guide in guides) for a in Audience},
        "by_stage": {s.value: sum(s in guide.stages for guide in guides) for s in Stage},
        "sources": len({source for guide in guides for source in guide.sources}),
        "questions": sum(len(guide.questions) for guide in guides),
        "words": sum(guide.words for guide in guides),
    }
