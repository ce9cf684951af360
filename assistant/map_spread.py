"""Marks on a map pushed apart, until none hides another or a name."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.map_label import Label
from knowledge.projection import Plane

GAP = 3.0
"""Paper between two marks, so that each can be told and hit, in units of the map."""
MARGIN = 8.0
"""Paper along the edge of the map."""
_STEPS = 600
_HASTE = 0.5
"""The part of a push that is taken at once; with all of it, crowded marks would never settle."""


def spread(
    places: Plane,
    radii: NDArray[np.float64],
    size: tuple[float, float],
    labels: Sequence[Label] = (),
) -> Plane:
    """Return the places with marks clear of each other and of the labels, all within ``size``."""
    reach = radii[:, None] + GAP / 2
    wanted = reach + reach.T
    np.fill_diagonal(wanted, 0.0)
    low = radii[:, None] + MARGIN
    high = np.array([size]) - low
    for _ in range(_STEPS):
        apart = places[:, None] - places[None, :]
        distance = np.hypot(apart[:, :, 0], apart[:, :, 1])
        one, other = np.nonzero(distance < wanted)  # few marks touch; only these push
        length = distance[one, other][:, None]
        # Two marks in one place are parted by their order, so that it is the same every time.
        together = length < 1e-9
        sides = np.sign(one - other)[:, None] * np.array([[0.8, 0.6]])
        way = np.where(together, sides, apart[one, other]) / np.where(together, 1.0, length)
        push = np.zeros_like(places)
        np.add.at(push, one, way * (wanted[one, other][:, None] - length) / 2)
        for label in labels:
            push += _leave(label, places, reach)
        moved = np.clip(places + push * _HASTE, low, high)
        if float(np.abs(moved - places).max(initial=0.0)) < 0.01:
            break
        places = moved
    return np.asarray(np.clip(places, low, high))


def _leave(label: Label, places: Plane, reach: NDArray[np.float64]) -> Plane:
    """Return the shortest way out of a label for the marks that touch it."""
    middle = np.array([[label.x, label.y]])
    room = np.array([[label.width, label.height]]) / 2 + reach
    offset = places - middle
    depth = room - np.abs(offset)
    inside = (depth > 0).all(axis=1)
    nearest = depth.argmin(axis=1)
    way = np.zeros_like(places)
    rows = np.arange(len(places))[inside]
    axis = nearest[inside]
    side = np.where(offset[rows, axis] < 0, -1.0, 1.0)
    way[rows, axis] = side * depth[rows, axis]
    return way
