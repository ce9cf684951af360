"""Names on a map, placed so that they hide neither each other nor more marks than they must."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_LETTER = 0.61
"""Width of a letter of the bold sans type, in its size, on average."""
_LINE = 1.25
_EDGE = 8.0
"""Paper left and right of a name at the edge of the map: some fonts are wider."""
_REACH = 6
"""How far from its place a name may stand, in lines; further off it would name something else."""
_FAR = 0.35
"""What a line of distance costs, where hiding a whole mark costs 1."""


@dataclass(frozen=True, slots=True)
class Label:
    """A name with the middle of its line and its extent, in units of the map."""

    text: str
    x: float
    y: float
    width: float
    height: float


def place_labels(
    names: Mapping[str, tuple[float, float]],
    marks: NDArray[np.float64],
    size: tuple[float, float],
    type_size: float,
    most_hidden: float = math.inf,
    gap: float = 0.0,
) -> Iterator[Label]:
    """Yield each name near its place, the earlier ones first; one without room is left out.

    Rows of ``marks`` are x, y and radius; ``most_hidden`` is how many of them a name may cover,
    ``gap`` the room left between two names.
    """
    taken: list[Label] = []
    height = type_size * _LINE
    for text, (x, y) in names.items():
        width = len(text) * type_size * _LETTER
        places = [
            Label(text, round(x + right * height, 1), round(y + down * height, 1), width, height)
            for right, down in _offsets()
        ]
        free = [
            label
            for label in places
            if _is_on_map(label, size) and not any(_meet(label, other, gap) for other in taken)
        ]
        hidden = {label: _count_hidden(label, marks) for label in free}
        free = [label for label in free if hidden[label] <= most_hidden]
        if free:
            far = _FAR / height
            best = min(free, key=lambda one: hidden[one] + far * math.hypot(one.x - x, one.y - y))
            taken.append(best)
            yield best


def _offsets() -> Iterator[tuple[float, float]]:
    steps = [step / 2 for step in range(-2 * _REACH, 2 * _REACH + 1)]
    yield from ((right, down) for down in steps for right in steps)


def _is_on_map(label: Label, size: tuple[float, float]) -> bool:
    return (
        label.width / 2 + _EDGE <= label.x <= size[0] - label.width / 2 - _EDGE
        and label.height / 2 <= label.y <= size[1] - label.height / 2
    )


def _meet(one: Label, other: Label, gap: float) -> bool:
    return (
        abs(one.x - other.x) < (one.width + other.width) / 2 + gap
        and abs(one.y - other.y) < (one.height + other.height) / 2 + gap
    )


def _count_hidden(label: Label, marks: NDArray[np.float64]) -> float:
    """Return how many marks a label covers, in parts."""
    x, y, radius = marks.T
    wide = np.minimum(label.x + label.width / 2, x + radius) - np.maximum(
        label.x - label.width / 2, x - radius
    )
    high = np.minimum(label.y + label.height / 2, y + radius) - np.maximum(
        label.y - label.height / 2, y - radius
    )
    return float((np.maximum(wide, 0) * np.maximum(high, 0) / (2 * radius) ** 2).sum())
