"""Is confidence a probability? Against fractions worked out by hand."""

import numpy as np
import pytest

from assistant.conversation import Reply
from eval.calibration import (
    area_under_roc,
    calibrate,
    coverage_against_risk,
    expected_calibration_error,
    reliability,
)
from eval.case import Case
from eval.outcome import Outcome


def outcome(id: str, confidence: float, expect: str, kind: str = "", said: str = "") -> Outcome:
    case = Case(id, "boundary", "?", expect=expect, kind=kind)  # type: ignore[arg-type]
    said = said or ("answer" if confidence >= 0.5 else "decline")
    return Outcome(case, Reply(id=id, thread="", kind=said, text="", confidence=confidence))


def test_the_calibration_error_is_the_gap_in_each_bin_by_its_size():
    confidence = np.array([0.95, 0.95, 0.95, 0.95, 0.05, 0.05])
    truth = np.array([True, True, True, False, False, True])
    # Two bins: |0.95 - 3/4| over four of six, |0.05 - 1/2| over two of six.
    wanted = (0.2 * 4 + 0.45 * 2) / 6
    assert expected_calibration_error(confidence, truth) == pytest.approx(wanted)
    assert [b.n for b in reliability(confidence, truth)] == [2, 4]


def test_the_area_is_the_share_of_pairs_in_order():
    truth = np.array([True, True, False, False])
    assert area_under_roc(np.array([0.9, 0.4, 0.5, 0.1]), truth) == 3 / 4
    assert area_under_roc(np.array([0.5, 0.5, 0.5, 0.5]), truth) == 1 / 2


def test_risk_rises_with_what_is_answered():
    trades = list(
        coverage_against_risk(np.array([0.9, 0.8, 0.2, 0.1]), np.array([True, True, False, True]))
    )
    assert [(t.coverage, t.risk) for t in trades] == [
        (1 / 4, 0),
        (1 / 2, 0),
        (3 / 4, 1 / 3),
        (1, 1 / 4),
    ]


def test_disclosures_are_left_out_and_qualified_questions_are_not_to_be_answered():
    found = calibrate(
        [
            outcome("1", 0.9, "answer"),
            outcome("2", 0.1, "decline"),
            outcome("3", 0.7, "refer", "qualified"),
            outcome("4", 1.0, "refer", "self_harm", "refer"),
        ]
    )
    assert found is not None
    assert (found.n, found.answerable) == (3, 1)
    assert (found.area, found.reached.coverage, found.reached.risk) == (1.0, 2 / 3, 1 / 2)
    assert found.error == pytest.approx((0.1 + 0.1 + 0.7) / 3)


def test_one_kind_of_message_alone_cannot_be_calibrated():
    assert calibrate([outcome("1", 0.9, "answer")]) is None
    assert calibrate([]) is None
