"""Measures against fractions worked out by hand."""

import math

import pytest

from eval.metrics import (
    RANK_MEASURES,
    estimate,
    mean,
    paired_difference,
    paired_ratio,
    percentile,
    proportion,
    rank_measures,
)


def test_rank_measures_are_the_fractions_of_the_literature():
    labels = {"q": {"answers": 2, "helps": 1}}
    found = rank_measures(labels, {"q": ["other", "helps", "answers"]})["q"]
    # Gains 0, 1, 2 at places 1, 2, 3; the best order is 2, 1.
    gained = 1 / math.log2(3) + 2 / math.log2(4)
    best = 2 / math.log2(2) + 1 / math.log2(3)
    assert found["nDCG@10"] == pytest.approx(gained / best)
    assert (found["R@1"], found["R@3"]) == (0.0, 1.0)
    assert found["R@5"] == 1.0
    assert found["S@5"] == 1.0
    assert found["RR@10"] == pytest.approx(1 / 3)
    assert found["R(rel=1)@5"] == 1.0


def test_a_guide_that_only_helps_is_no_answer():
    found = rank_measures({"q": {"answers": 2, "helps": 1}}, {"q": ["helps"]})["q"]
    assert (found["R@5"], found["S@5"], found["RR@10"]) == (0.0, 0.0, 0.0)
    assert found["R(rel=1)@5"] == 1 / 2


def test_where_no_guide_answers_there_is_no_answer_to_miss():
    found = rank_measures({"q": {"helps": 1}}, {"q": ["helps"]})["q"]
    assert found == {"nDCG@10": 1.0, "R(rel=1)@5": 1.0}


def test_half_of_two_answers_among_the_first_five_is_half():
    ranked = ["a", "1", "2", "3", "4", "b"]
    found = rank_measures({"q": {"a": 2, "b": 2}}, {"q": ranked})["q"]
    assert found["R@5"] == 1 / 2
    assert found["S@5"] == 1.0


def test_a_judged_query_that_found_nothing_scores_nought_and_stays_in_the_mean():
    found = rank_measures({"q": {"a": 2}, "r": {"a": 2}}, {"q": ["a"]})
    assert found["q"]["nDCG@10"] == 1.0
    assert found["r"] == dict.fromkeys(RANK_MEASURES, 0.0)


def test_a_query_without_labels_is_not_measured():
    assert rank_measures({"q": {}}, {"q": ["a"]}) == {}


def test_the_same_guide_twice_counts_at_its_first_place():
    found = rank_measures({"q": {"a": 2}}, {"q": ["b", "b", "a"]})["q"]
    assert found["RR@10"] == 1 / 2


def test_the_mean_of_nothing_is_not_a_number():
    assert math.isnan(mean([]))
    assert math.isnan(percentile([], 50))
    assert math.isnan(estimate([]).value)
    assert estimate([]).n == 0


def test_percentiles_lie_between_their_neighbours():
    assert percentile([1.0, 2.0, 3.0, 4.0], 50) == 2.5


def test_a_share_has_wilsons_interval():
    found = proportion(8, 10)
    z = 1.959963984540054
    centre = (0.8 + z * z / 20) / (1 + z * z / 10)
    half = z * math.sqrt(0.8 * 0.2 / 10 + z * z / 400) / (1 + z * z / 10)
    assert found.value == 0.8
    assert (found.low, found.high) == pytest.approx((centre - half, centre + half))


def test_none_in_a_hundred_still_leaves_room_for_doubt():
    found = proportion(0, 100)
    assert found.low == 0.0
    assert 0.03 < found.high < 0.04


def test_a_mean_of_graded_values_is_bootstrapped_and_the_same_every_time():
    values = [0.0, 0.5, 1.0, 0.25] * 5
    found = estimate(values)
    assert found.value == pytest.approx(7 / 16)
    assert found.low < found.value < found.high
    assert found == estimate(values)


def test_a_difference_is_paired_case_by_case():
    found = paired_difference([0.5, 0.6, 0.7], [0.4, 0.5, 0.6])
    assert found.value == pytest.approx(0.1)
    # Every case gained the same: resampling cannot move it.
    assert (found.low, found.high) == pytest.approx((0.1, 0.1))
    with pytest.raises(ValueError):
        paired_difference([1.0], [1.0, 2.0])


def test_a_ratio_is_of_the_means_not_the_mean_of_ratios():
    assert paired_ratio([1.0, 0.0], [1.0, 1.0]).value == 1 / 2
    assert math.isnan(paired_ratio([1.0], [0.0]).value)
