import numpy as np
import pytest

from knowledge.projection import project


def _clusters(count: int = 4, each: int = 15) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    middles = rng.normal(size=(count, 40))
    rows = np.repeat(middles, each, axis=0) + rng.normal(scale=0.25, size=(count * each, 40))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows.astype(np.float32), np.repeat(np.arange(count), each)


def test_what_is_near_in_meaning_is_near_on_paper():
    rows, group = _clusters()
    places = project(rows)
    distance = ((places[:, None] - places[None]) ** 2).sum(axis=2)
    np.fill_diagonal(distance, np.inf)
    nearest = distance.argsort(axis=1)[:, :5]
    assert (group[nearest] == group[:, None]).mean() > 0.95


def test_the_same_vectors_give_the_same_picture():
    rows, _ = _clusters()
    assert np.array_equal(project(rows), project(rows.copy()))


def test_places_fill_the_unit_square():
    places = project(_clusters()[0])
    assert places.min() == pytest.approx(0) and places.max() == pytest.approx(1)
    assert np.histogram2d(*places.T, bins=2)[0].min() > 0


@pytest.mark.parametrize("count", [0, 1, 2, 3, 5])
def test_a_handful_of_rows_has_places_too(count):
    rows = np.eye(max(count, 1), 8, dtype=np.float32)[:count]
    places = project(rows)
    assert places.shape == (count, 2)
    assert np.isfinite(places).all()
    assert ((places >= 0) & (places <= 1)).all()


def test_rows_that_are_all_the_same_are_no_trouble():
    places = project(np.ones((6, 8), dtype=np.float32))
    assert np.isfinite(places).all()
