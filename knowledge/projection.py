"""Vectors laid out on a plane, so that what is near in meaning is near on paper.

The method is t-SNE (van der Maaten and Hinton, 2008) in its exact form, started from the two
principal components instead of chance: the same vectors give the same picture, and neighbours stay
together, which the components alone do not achieve for texts. For a few thousand rows at most: every
pair is looked at in each step.
"""

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float64]

PERPLEXITY = 12.0
"""How many neighbours a row cares for; a topic of the library holds about that many guides."""
STEPS = 600
EXAGGERATED_STEPS = 120
EXAGGERATION = 12.0
"""In the first steps attraction is enlarged, so that groups form before they settle."""
_SEARCH_STEPS = 50


def project(rows: NDArray[np.float32], perplexity: float = PERPLEXITY) -> Plane:
    """Return a place for each row, both coordinates between 0 and 1, the longer axis first."""
    count = len(rows)
    if count < 3:
        return np.asarray(np.column_stack((np.linspace(0.25, 0.75, count), np.full(count, 0.5))))
    wide = rows.astype(np.float64)
    near = _neighbourhood(wide, min(perplexity, (count - 1) / 3))
    return _fit_to_unit(_settle(_principal(wide) * 1e-2, near))


def _principal(rows: Plane) -> Plane:
    """Return the first two principal components, scaled to a spread of 1, signs made definite."""
    centred = rows - rows.mean(axis=0)
    left, size, _ = np.linalg.svd(centred, full_matrices=False)
    plane = left[:, :2] * size[:2]
    plane *= np.sign(plane[np.abs(plane).argmax(axis=0), [0, 1]] + 1e-12)
    return np.asarray(plane / max(float(plane[:, 0].std()), 1e-12))


def _squared_distances(rows: Plane) -> Plane:
    square = (rows * rows).sum(axis=1)
    return np.asarray(np.maximum(square[:, None] + square[None, :] - 2 * rows @ rows.T, 0.0))


def _neighbourhood(rows: Plane, perplexity: float) -> Plane:
    """Return how much each two rows are neighbours, symmetric, summing to 1.

    The width of each row's view is searched by halving until it sees ``perplexity`` neighbours.
    """
    distances = _squared_distances(rows)
    np.fill_diagonal(distances, np.inf)
    low, high = np.zeros(len(rows)), np.full(len(rows), np.inf)
    sharpness = np.ones(len(rows)) / max(float(np.median(distances)), 1e-12)
    wanted = np.log(perplexity)
    nearest = distances.min(axis=1, keepdims=True)
    for _ in range(_SEARCH_STEPS):
        seen = np.exp(-(distances - nearest) * sharpness[:, None])
        seen /= seen.sum(axis=1, keepdims=True)
        entropy = -(seen * np.log(np.maximum(seen, 1e-300))).sum(axis=1)
        too_wide = entropy > wanted
        low, high = np.where(too_wide, sharpness, low), np.where(too_wide, high, sharpness)
        sharpness = np.where(np.isinf(high), sharpness * 2, (low + np.minimum(high, 1e300)) / 2)
    both = seen + seen.T
    return np.asarray(np.maximum(both / both.sum(), 1e-12))


def _settle(plane: Plane, near: Plane) -> Plane:
    """Move the rows down the gradient, with momentum and a gain for each coordinate."""
    rate = max(len(plane) / EXAGGERATION, 50.0)
    speed, gain = np.zeros_like(plane), np.ones_like(plane)
    for step in range(STEPS):
        early = step < EXAGGERATED_STEPS
        closeness = 1 / (1 + _squared_distances(plane))
        np.fill_diagonal(closeness, 0.0)
        pull = (near * (EXAGGERATION if early else 1.0) - closeness / closeness.sum()) * closeness
        slope = 4 * (pull.sum(axis=1)[:, None] * plane - pull @ plane)
        turned = np.sign(slope) != np.sign(speed)
        gain = np.maximum(np.where(turned, gain + 0.2, gain * 0.8), 0.01)
        speed = (0.5 if early else 0.8) * speed - rate * gain * slope
        plane = plane + speed
        plane = plane - plane.mean(axis=0)
    return plane


def _fit_to_unit(plane: Plane) -> Plane:
    """Turn the longest axis level, and fill the unit square.

    Half of a coordinate is the place and half its rank: a few outliers would else leave most of
    the square empty and crowd the rest.
    """
    _, _, axes = np.linalg.svd(plane, full_matrices=False)
    axes *= np.sign(axes[[0, 1], np.abs(axes).argmax(axis=1)])[:, None]
    turned = plane @ axes.T
    low, high = turned.min(axis=0), turned.max(axis=0)
    place = (turned - low) / np.maximum(high - low, 1e-12)
    rank = turned.argsort(axis=0).argsort(axis=0) / (len(turned) - 1)
    return np.asarray((place + rank) / 2)
