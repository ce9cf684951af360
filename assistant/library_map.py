"""The library as a map: each guide at a place of its own, near guides near in meaning."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.map_label import Label, place_labels
from assistant.map_spread import spread
from assistant.snapshot import Snapshot
from knowledge.guide import Guide
from knowledge.library import Topic, load_topics
from knowledge.projection import Plane, project
from knowledge.source import Source, Strength

if TYPE_CHECKING:
    from assistant.build import Assistant

SIZE = WIDTH, HEIGHT = 1000, 640
WEIGHT: dict[Strength, int] = {"strong": 3, "moderate": 2, "practice": 1}
"""What a work adds to the size of its guide: the better the evidence, the larger the mark."""
LABEL_SIZE, TALL_LABEL_SIZE = 15.0, 22.0
"""Of topic names, in units of the map; on a phone a unit is half as large."""
CLOSE_BY = 60.0
"""How far guides may stand from each other and still be met under one name."""
PASSAGE = 24.0
"""Room between two names for a mark that has to make way."""
ROOMY = 300
"""Guides up to which marks have their full size. With 684 marks of it nothing came to rest in 600 steps, the
map took half a minute and hardly a name had room on the upright one."""
MOST_HIDDEN = 1.5
"""Marks that a name may hide on the upright map, where marks cannot make room for it."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One guide on the map; ``x``, ``y`` and ``radius`` in units of the map."""

    guide: Guide
    works: tuple[Source, ...]
    x: float
    y: float
    radius: float


@dataclass(frozen=True, slots=True)
class LibraryMap:
    """All guides, the topics in their order, and their names as they stand on the map.

    ``tall`` are the names for the upright map of a narrow screen, on which x and y are exchanged.
    """

    marks: tuple[Mark, ...]
    topics: tuple[Topic, ...]
    wide: tuple[Label, ...]
    tall: tuple[Label, ...]


def draw_library(assistant: "Assistant") -> LibraryMap:
    """Return the map of the guides an assistant answers from.

    Raises:
        StoreError: when the index cannot be used.
    """
    snapshot = assistant.retriever().snapshot
    guides = [assistant.guide(document.id) for document in snapshot.documents]
    held = [i for i, guide in enumerate(guides) if guide is not None]
    found = [guide for guide in guides if guide is not None]
    works = assistant.sources(id for guide in found for id in guide.sources)
    return draw_map(found, mean_vectors(snapshot)[held], works, load_topics())


def mean_vectors(snapshot: Snapshot) -> NDArray[np.float32]:
    """Return one direction for each document: half what it says, half what is asked of it."""
    count = len(snapshot.documents)
    said = _mean(snapshot.chunk_rows, snapshot.chunk_document, count)
    asked = _mean(snapshot.question_rows, snapshot.question_document, count)
    return _unit(said + asked)


def draw_map(
    guides: Sequence[Guide],
    vectors: NDArray[np.float32],
    sources: Mapping[str, Source],
    topics: Mapping[str, Topic],
) -> LibraryMap:
    """Return the map; ``vectors[i]`` is the direction of ``guides[i]``."""
    works = [tuple(sources[id] for id in guide.sources if id in sources) for guide in guides]
    scale = min(1.0, float(np.sqrt(ROOMY / max(1, len(guides)))))
    radii = np.array([scale * _radius(cited) for cited in works])
    held = [topic for topic in topics.values() if any(topic.id in g.topics for g in guides)]
    held.sort(key=lambda topic: -sum(topic.id == guide.topics[0] for guide in guides))
    places = spread(project(vectors) * SIZE, radii, SIZE)
    names = {topic.label: _middle(topic.id, guides, places) for topic in held}
    wide = tuple(
        place_labels(names, np.column_stack((places, radii)), SIZE, LABEL_SIZE, gap=PASSAGE)
    )
    places = spread(places, radii, SIZE, wide)
    turned = {name: (y, x) for name, (x, y) in names.items()}
    upright = np.column_stack((places[:, ::-1], radii))
    tall = place_labels(turned, upright, SIZE[::-1], TALL_LABEL_SIZE, most_hidden=MOST_HIDDEN)
    marks = tuple(
        Mark(guide, cited, round(float(x), 1), round(float(y), 1), round(float(radius), 1))
        for guide, cited, (x, y), radius in zip(guides, works, places, radii, strict=True)
    )
    return LibraryMap(
        marks, tuple(topics[id] for id in topics if topics[id] in held), wide, tuple(tall)
    )


def _radius(works: Sequence[Source]) -> float:
    """Return a size whose area grows with number and strength of the works."""
    return 2.5 + 2.6 * float(np.sqrt(sum(WEIGHT[work.strength] for work in works)))


def _middle(topic: str, guides: Sequence[Guide], places: Plane) -> tuple[float, float]:
    """Return the place of the guide that has most of its topic close by."""
    own = [i for i, guide in enumerate(guides) if guide.topics[0] == topic]
    of_topic = places[own or [i for i, guide in enumerate(guides) if topic in guide.topics]]
    distance = ((of_topic[:, None] - of_topic[None, :]) ** 2).sum(axis=2)
    x, y = of_topic[int(np.exp(-distance / (2 * CLOSE_BY**2)).sum(axis=1).argmax())]
    return float(x), float(y)


def _mean(rows: NDArray[np.float32], of: NDArray[np.int64], count: int) -> NDArray[np.float32]:
    total = np.zeros((count, rows.shape[1]), dtype=np.float32)
    np.add.at(total, of, rows)
    return _unit(total)


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(length, 1e-12), dtype=np.float32)
