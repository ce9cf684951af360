import pytest

from eval.dataset import load_dataset
from eval.judged import ratio
from eval.labelled_pair import JUDGED_FIT_FILE, JudgedReply, load_judged


def judged(labels, system="ours"):
    points = [f"point {i}" for i, _ in enumerate(labels)]
    return JudgedReply(
        id=f"q/{system}", question="q", system=system, reply="Ask.", points=points, labels=labels, grade="would sign"
    )  # fmt: skip


def test_a_point_made_partly_counts_half_or_not_at_all():
    reply = judged(["supported", "partly", "not", "not"])
    assert reply.share(half=False) == pytest.approx(0.25)
    assert reply.share(half=True) == pytest.approx(0.375)


def test_a_ratio_has_an_interval_around_it():
    value, low, high = ratio([0.5, 0.75, 1.0, 0.5], [0.25, 0.5, 0.5, 0.25])
    assert value == pytest.approx(2.75 / 1.5)
    assert low <= value <= high
    assert ratio([0.4, 0.4], [0.4, 0.4]) == pytest.approx((1.0, 1.0, 1.0))


def test_a_judged_reply_is_one_pair_for_each_point():
    pairs = judged(["supported", "not"]).pairs
    assert [(pair.point, pair.label) for pair in pairs] == [
        ("point 0", "supported"),
        ("point 1", "not"),
    ]
    assert {pair.importance for pair in pairs} == {"vital"}


def test_no_judged_reply_of_the_held_out_half_is_fitted_on():
    held = {case.id for case in load_dataset("questions", part="held").cases}
    assert {reply.question for reply in load_judged()} <= held
    assert not {reply.question for reply in load_judged(JUDGED_FIT_FILE)} & held


def test_every_judged_reply_has_a_label_for_each_point_and_a_rival():
    replies = load_judged()
    assert all(len(reply.points) == len(reply.labels) for reply in replies)
    by_system = {
        system: {r.question for r in replies if r.system == system} for system in ("ours", "naive")
    }
    assert by_system["ours"] == by_system["naive"]
    assert len(by_system["ours"]) >= 100
