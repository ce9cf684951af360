"""The map: places, sizes and names."""

import numpy as np
import pytest

from assistant.library_map import HEIGHT, SIZE, WIDTH, draw_map
from assistant.map_label import place_labels
from assistant.map_spread import GAP, spread
from knowledge.library import load_library


@pytest.fixture(scope="module")
def drawn():
    """Return the map of the shipped guides by vectors that only know their first topic."""
    library = load_library()
    guides = list(library.guides.values())
    order = list(library.topics)
    rng = np.random.default_rng(5)
    vectors = np.eye(len(order))[[order.index(guide.topics[0]) for guide in guides]]
    vectors = vectors + rng.normal(scale=0.1, size=vectors.shape)
    return draw_map(guides, vectors.astype(np.float32), library.sources, library.topics)


def _crowd(count=60):
    rng = np.random.default_rng(1)
    return rng.uniform(0.4, 0.6, size=(count, 2)) * SIZE, rng.uniform(6, 14, size=count)


def _overlaps(places, radii):
    distance = np.sqrt(((places[:, None] - places[None]) ** 2).sum(axis=2))
    room = radii[:, None] + radii[None]
    np.fill_diagonal(distance, np.inf)
    return int((distance < room).sum() // 2)


def test_crowded_marks_are_pushed_apart_and_stay_on_the_map():
    places, radii = _crowd()
    assert _overlaps(places, radii) > 50
    moved = spread(places, radii, SIZE)
    assert _overlaps(moved, radii + GAP / 2 - 0.5) == 0
    assert ((moved >= radii[:, None]) & (moved <= np.array(SIZE) - radii[:, None])).all()


def test_marks_in_one_place_are_parted_the_same_way_each_time():
    places, radii = np.full((5, 2), 300.0), np.full(5, 10.0)
    moved = spread(places, radii, SIZE)
    assert _overlaps(moved, radii) == 0
    assert np.array_equal(moved, spread(places, radii, SIZE))


def test_marks_make_way_for_a_name():
    places, radii = _crowd(20)
    marks = np.column_stack((places, radii))
    (label,) = place_labels({"Managing people": (500.0, 320.0)}, marks, SIZE, 15)
    moved = spread(places, radii, SIZE, [label])
    clear_x = np.abs(moved[:, 0] - label.x) > label.width / 2 + radii - 1
    clear_y = np.abs(moved[:, 1] - label.y) > label.height / 2 + radii - 1
    assert (clear_x | clear_y).all()


def test_names_stand_clear_of_each_other_and_on_the_map():
    names = {f"Topic number {i}": (500.0 + i, 320.0) for i in range(8)}
    labels = list(place_labels(names, np.empty((0, 3)), SIZE, 15, gap=4))
    assert len(labels) >= 5
    for i, one in enumerate(labels):
        assert one.width / 2 <= one.x <= WIDTH - one.width / 2
        for other in labels[:i]:
            apart_x = abs(one.x - other.x) >= (one.width + other.width) / 2 + 4
            assert apart_x or abs(one.y - other.y) >= (one.height + other.height) / 2 + 4


def test_a_name_that_would_hide_too_much_is_left_out():
    marks = np.array([[x, y, 12.0] for x in range(0, 1000, 20) for y in range(0, 640, 20)])
    names = {"Managing people": (500.0, 320.0)}
    assert list(place_labels(names, marks, SIZE, 15, most_hidden=0.5)) == []
    assert len(list(place_labels(names, marks, SIZE, 15))) == 1


def test_every_guide_has_a_place_of_its_own(drawn):
    places = np.array([(mark.x, mark.y) for mark in drawn.marks])
    radii = np.array([mark.radius for mark in drawn.marks])
    assert len(drawn.marks) == len(load_library().guides)
    assert ((places > 0) & (places < (WIDTH, HEIGHT))).all()
    assert _overlaps(places, radii - 1.5) <= 2


def test_better_evidence_makes_a_larger_mark(drawn):
    weight = {"strong": 3, "moderate": 2, "practice": 1}
    sums = [sum(weight[work.strength] for work in mark.works) for mark in drawn.marks]
    radii = [mark.radius for mark in drawn.marks]
    least, most = int(np.argmin(sums)), int(np.argmax(sums))
    assert radii[least] == min(radii) < max(radii) == radii[most]


def test_topics_are_named_where_their_guides_are(drawn):
    assert len(drawn.wide) >= 18
    assert 8 <= len(drawn.tall) <= 25
    labels = {topic.label: topic.id for topic in drawn.topics}
    near = 0
    for label in drawn.wide:
        distance = [np.hypot(mark.x - label.x, mark.y - label.y) for mark in drawn.marks]
        nearest = np.argsort(distance)[:6]
        near += any(labels[label.text] in drawn.marks[i].guide.topics for i in nearest)
    assert near >= 0.8 * len(drawn.wide)
