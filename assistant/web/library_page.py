"""The page of the whole library: guides by topic, with filters by chair and stage."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from assistant.web.template import render_template
from knowledge.library import Topic
from knowledge.vocabulary import Audience, Stage


@dataclass(frozen=True, slots=True)
class Shelf:
    """One guide as it stands on the page."""

    slug: str
    title: str
    summary: str
    topic: str
    audience: tuple[str, ...]
    stages: tuple[str, ...]


def choose(guides: Iterable[Shelf], audience: Audience | None, stage: Stage | None) -> list[Shelf]:
    """Return the guides for a chair and a stage, by title; None lets all through."""
    return sorted(
        (
            guide
            for guide in guides
            if (audience is None or audience in guide.audience)
            and (stage is None or stage in guide.stages)
        ),
        key=lambda guide: guide.title.lower(),
    )


def render_library(
    guides: Sequence[Shelf],
    topics: Mapping[str, Topic],
    audience: Audience | None = None,
    stage: Stage | None = None,
) -> str:
    """Return the HTML page; topics without a guide that fits are left out."""
    fitting = choose(guides, audience, stage)
    other = Topic("other", "Everything else", "")
    shelves = [
        (topic, [guide for guide in fitting if guide.topic == topic.id])
        for topic in topics.values()
    ]
    shelves.append((other, [guide for guide in fitting if guide.topic not in topics]))
    return render_template(
        "library.html",
        shelves=[(topic, found) for topic, found in shelves if found],
        count=len(fitting),
        total=len(guides),
        audience=audience,
        stage=stage,
    )
