"""Points of a good answer: the labelled pairs, the matcher over them, and what it scores."""

import json
import math
from collections import Counter
from pathlib import Path

import pytest

from assistant.conversation import Reply
from eval.agreement import cohen_kappa, equal_share_threshold, precision_recall
from eval.case import Case, Nugget
from eval.correction import correct, ratio_of
from eval.dataset import load_dataset
from eval.fit_nuggets import HELD, cross_validate, hold_to_judged, read_pairs
from eval.labelled_pair import load_pairs, load_quoted
from eval.metrics import Estimate
from eval.nugget_feature import FEATURES, PointInReply, clauses_of, terms_of
from eval.nugget_matcher import build_reader, load_matcher
from eval.nugget_score import ALL, VITAL, VITAL_HALF, score_nuggets
from eval.outcome import OURS, Outcome
from eval.vector_cache import VectorCache
from knowledge.encoder import HashEncoder
from knowledge.errors import DatasetError

REPLY = (
    "Ask your manager for ten minutes this week, in private. [1]\n\n"
    "1. **Bring two examples of your work.** Say what you did and what came of it. [2]\n"
    "2. **Ask for a date to look again.** If the answer is no, ask what is missing. [3]"
)
MADE = PointInReply("Ask for a private ten-minute talk with the manager", "vital", REPLY)
MISSING = PointInReply("Book a blood test and change the tyres before winter", "vital", REPLY)


@pytest.fixture(scope="module")
def matcher(onnx_encoder):
    return load_matcher(VectorCache(onnx_encoder))


def test_the_labelled_pairs_are_read_whole_and_are_of_the_fit_half():
    pairs = load_pairs()
    assert len(pairs) >= 5000 and len(load_quoted()) >= 400
    assert set(Counter(pair.label for pair in pairs)) == {"supported", "partly", "not"}
    fit = {case.id for case in load_dataset("questions", part="fit").cases}
    assert {pair.question for pair in pairs} <= fit


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"by": "Words that do not stand there."}, "does not stand in the reply"),
        ({"by": ""}, "names the words"),
        ({"label": "not"}, "names the words"),
        ({"label": "maybe"}, "label"),
        ({"more": 1}, "more"),
    ],
)
def test_a_bad_pair_is_named_with_its_line(tmp_path: Path, change, message):
    pair = {
        "id": "1", "question": "q", "point": "Ask", "importance": "vital", "system": "ours",
        "reply": "Ask. Wait.", "label": "supported", "by": "Ask.",
    }  # fmt: skip
    path = tmp_path / "nuggets.jsonl"
    path.write_text(json.dumps(pair) + "\n", encoding="utf-8")
    assert load_quoted(path)[0].by == "Ask."
    path.write_text(json.dumps(pair | change) + "\n", encoding="utf-8")
    with pytest.raises(DatasetError, match=message) as caught:
        load_quoted(path)
    assert f"{path}:1" in str(caught.value)


def test_kappa_is_what_is_beyond_chance():
    # Agreement on 3 of 4, chance 1/2·1/4 + 1/2·3/4 = 1/2: (3/4 - 1/2) / (1 - 1/2).
    assert cohen_kappa([1, 1, 0, 0], [1, 0, 0, 0]) == pytest.approx(1 / 2)
    assert cohen_kappa([1, 0], [1, 0]) == 1.0
    assert math.isnan(cohen_kappa([1, 1], [1, 1]))
    assert math.isnan(cohen_kappa([], []))
    assert precision_recall([True, True, False], [True, False, True]) == (1 / 2, 1 / 2)


def test_a_threshold_keeps_the_labelled_share():
    scores = [0.9, 0.8, 0.4, 0.3]
    for share, count in ((0.0, 0), (0.25, 1), (0.5, 2), (1.0, 4)):
        threshold = equal_share_threshold(scores, share)
        assert sum(score >= threshold for score in scores) == count


def test_a_point_is_read_by_its_clauses_and_its_words():
    assert clauses_of("Ask early; bring two examples and a date") == [
        "Ask early", "bring two examples", "a date",
    ]  # fmt: skip
    assert clauses_of("Apologise") == ["Apologise"]
    assert terms_of("Asking, asked") == terms_of("asks")


def test_a_point_that_is_made_stands_out_from_one_that_is_not(onnx_encoder):
    made, missing = build_reader(VectorCache(onnx_encoder)).read([MADE, MISSING])
    assert dict(zip(FEATURES, made, strict=True))["words anywhere"] > missing[3]
    assert made[0] > missing[0] + 1
    assert made[2] > missing[2]


def test_a_reply_without_words_makes_no_point(matcher):
    pair = PointInReply("Ask for a date", "vital", "…")
    assert matcher.match([pair])[0].label == "not"
    assert matcher.match([]) == []


def test_the_matcher_tells_a_point_that_is_made_from_one_that_is_not(matcher):
    (made,), (missing,) = matcher.match([MADE]), matcher.match([MISSING])
    assert made.label == "supported"
    assert missing.label == "not"
    assert made.supported > missing.supported


def test_the_shipped_matcher_is_unbiased_on_the_pairs_and_says_how_little_it_agrees(matcher):
    agreement = {row.pairs: row for row in matcher.file.agreement}
    for part in ("all", "vital", "okay"):
        row = agreement[part]
        assert row.by_matcher == pytest.approx(row.by_hand, abs=0.01)
        assert row.half_by_matcher == pytest.approx(row.half_by_hand, abs=0.02)
    assert 0.3 < agreement["all"].kappa < 0.6
    assert agreement["all"].n == len(load_pairs())


def test_a_question_is_judged_by_models_that_saw_none_of_its_pairs(onnx_encoder):
    pairs = load_quoted()
    rows = read_pairs(build_reader(VectorCache(onnx_encoder)), pairs)
    labels = cross_validate(pairs, rows, 7).labels
    found = cohen_kappa([p.label == "supported" for p in pairs], [x == "supported" for x in labels])
    assert 0.25 < found < 0.6


def test_the_shipped_agreement_with_held_out_labels_is_found_again(matcher):
    shipped = {row.pairs: row for row in matcher.file.agreement}
    for row in hold_to_judged(matcher):
        assert row.kappa == pytest.approx(shipped[row.pairs].kappa, abs=0.02)
        assert row.by_matcher == pytest.approx(shipped[row.pairs].by_matcher, abs=0.02)
    assert shipped[HELD].kappa > 0.3


def test_points_of_one_question_are_read_beside_each_other(onnx_encoder):
    reader = build_reader(VectorCache(onnx_encoder))
    (alone,) = reader.read([MADE])
    beside, other = reader.read([MADE, MISSING])
    at = FEATURES.index("others near")
    assert beside[at] < alone[at] == other[at]
    assert list(beside[:at]) == pytest.approx(list(alone[:at]))


def test_another_encoder_has_no_matcher():
    assert load_matcher(VectorCache(HashEncoder())) is None


def test_recall_is_counted_for_every_system_and_only_where_an_answer_is_due(matcher):
    needs = (Nugget(MADE.point, "vital"), Nugget(MISSING.point, "vital"))
    reply = Reply(id="1", thread="", kind="answer", text=REPLY)
    answers = {"naive": "Boil water and pour the tea."}
    asked = Case("q", "questions", "How?", needs=needs, expect="answer")
    declined = Case("d", "questions", "How?", needs=needs, expect="decline")
    bare = Case("b", "questions", "How?")
    scores = score_nuggets([Outcome(case, reply, answers=answers) for case in (asked, declined, bare)], matcher)  # fmt: skip
    found = {(score.case, score.measure, score.system): score.value for score in scores}
    assert {case for case, _, _ in found} == {"q"}
    assert found["q", VITAL, OURS] == found["q", ALL, OURS] == 1 / 2
    assert found["q", VITAL_HALF, OURS] >= 1 / 2
    assert found["q", VITAL, "naive"] == 0.0
    assert MISSING.point in scores[0].reason and MADE.point not in scores[0].reason


def test_the_known_gap_is_added_and_widens_the_interval(matcher):
    row = next(row for row in matcher.file.agreement if row.pairs == "naive, vital")
    found = correct([0.5] * 100, row, half=False)
    assert found.value == pytest.approx(0.5 + row.by_hand - row.by_matcher)
    assert found.high - found.low == pytest.approx(2 * 1.96 * row.gap_error, rel=1e-3)
    ratio = ratio_of(Estimate(0.6, 0.5, 0.7, 50), Estimate(0.3, 0.25, 0.35, 50))
    assert ratio.value == pytest.approx(2.0)
    assert ratio.low < 2.0 < ratio.high
    assert math.isnan(ratio_of(ratio, Estimate(0.0, 0.0, 0.0, 9)).value)
