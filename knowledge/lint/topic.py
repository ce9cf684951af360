"""The topics of a guide: known ones, and the first is the folder it stands in."""

from knowledge.guide import Guide
from knowledge.library import Library
from knowledge.lint.check import GuideFindings

MAX_TOPICS_OF_A_GUIDE = 3


def check_topics(guide: Guide, library: Library) -> GuideFindings:
    """Find unknown topics, too many of them, and a guide in another folder than its first."""
    for topic in guide.topics:
        if topic not in library.topics:
            yield "topics", f"unknown topic {topic!r}"
    if len(guide.topics) > MAX_TOPICS_OF_A_GUIDE:
        yield "topics", f"{len(guide.topics)} topics; one to {MAX_TOPICS_OF_A_GUIDE} are wanted"
    folder = library.paths[guide.slug].parent.name
    if guide.topics[0] != folder:
        yield "topics", f"first topic {guide.topics[0]!r} is not the folder {folder!r}"
