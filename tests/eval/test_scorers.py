"""Scorers over outcomes made by hand."""

from assistant.conversation import Citation, Reply, Timings
from eval.case import Case
from eval.outcome import OURS, Outcome, Score
from eval.scorers import (
    score_all,
    score_decisions,
    score_fit,
    score_latency,
    score_pairs,
    score_retrieval,
    score_round_trips,
)
from knowledge.document import Document
from knowledge.vocabulary import Audience, Stage


def outcome(kind: str = "answer", guide: str = "", error: str = "", **case: object) -> Outcome:
    made = Case(**{"id": "1", "dataset": "boundary", "question": "?", **case})  # type: ignore[arg-type]
    cited = [Citation(marker=1, guide=guide, title="", section="", chunk=guide, quote="q")]
    reply = Reply(
        id="1", thread="", kind=kind, text="q [1]", citations=tuple(cited if guide else ()),
        timings_ms=Timings(encode=1, search=2, compose=3, total=6),
    )  # fmt: skip
    return Outcome(made, None if error else reply, {OURS: ("a", "b")}, error)


def values(scores: object) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for score in scores:  # type: ignore[attr-defined]
        found.setdefault(score.measure, []).append(score.value)
    return found


def guide(audience: str, stages: str = "entry,mid,senior") -> Document:
    chairs, careers = tuple(audience.split(",")), tuple(stages.split(","))
    return Document("g", "guidance", "guide", "G", chairs, careers, (), "", {})


def test_precision_and_recall_of_declines_have_each_their_own_n():
    found = values(
        score_decisions(
            [
                outcome("decline", expect="decline"),
                outcome("answer", expect="decline"),
                outcome("refer", expect="decline"),
                outcome("decline", expect="answer"),
            ]
        )
    )
    assert found["decline recall"] == [1, 0, 0]
    assert found["kept out"] == [1, 0, 1]
    assert found["decline precision"] == [1, 0]
    assert found["refer precision"] == [0]
    assert found["declined though answerable"] == [1]


def test_disclosures_are_told_from_questions_for_a_qualified_person():
    found = values(
        score_decisions(
            [
                
                Outcome(Case("1", "boundary", "?", expect="refer", kind="self_harm"), outcome().reply),
                Outcome(Case("2", "boundary", "?", expect="refer", kind="qualified"), outcome("refer").reply),
            ]
        )
    )  # fmt: skip
    assert found["refer recall, disclosures"] == [0]
    assert found["refer recall, qualified"] == [1]


def test_a_clarifying_answer_counts_as_an_answer():
    assert values(score_decisions([outcome("clarify", expect="answer")]))["answered"] == [1]


def test_a_failing_case_is_scored_by_nobody():
    failed = outcome(error="StoreError: gone", expect="answer", guides={"a": 2})
    assert score_all([failed], {}, {}) == []


def test_retrieval_is_scored_for_each_system_that_ranked():
    case = Case("1", "questions", "?", guides={"b": 2})
    scores = list(score_retrieval([Outcome(case, None, {OURS: ("b",), "naive": ("a", "b")})]))
    found = {(score.system, score.measure): score.value for score in scores}
    assert found[OURS, "RR@10"] == 1.0
    assert found["naive", "RR@10"] == 1 / 2


def test_the_other_chairs_guide_leaks_and_a_leaders_guide_is_only_not_ones_own():
    mentee = {"audience": Audience.MENTEE, "guide": "g"}
    crossed = values(score_fit([outcome(**mentee)], {"g": guide("mentor")}))
    beside = values(score_fit([outcome(**mentee)], {"g": guide("leader")}))
    own = values(score_fit([outcome(**mentee)], {"g": guide("mentor,mentee")}))
    assert (crossed["chair leakage"], crossed["other chair"]) == ([1], [1])
    assert (beside["chair leakage"], beside["other chair"]) == ([1], [0])
    assert (own["chair leakage"], own["other chair"]) == ([0], [0])


def test_a_guide_for_another_stage_leaks_only_where_the_stage_is_stated():
    guides = {"g": guide("mentee", "senior")}
    assert values(score_fit([outcome(stage=Stage.ENTRY, guide="g")], guides))["stage leakage"] == [
        1
    ]
    assert "stage leakage" not in values(score_fit([outcome(guide="g")], guides))


def test_a_pair_gets_the_same_passages_or_not():
    one = outcome(dataset="identity", id="1a", beside="1", guide="g")
    same = outcome(dataset="identity", id="1b", beside="1", guide="g")
    other = outcome(dataset="identity", id="1b", beside="1", guide="h")
    alike = values(score_pairs([one, same]))
    assert alike == {"same passages": [1], "same guides": [1], "same push": [1], "same advice": [1]}
    differ = values(score_pairs([one, other]))
    assert differ == {
        "same passages": [0],
        "same guides": [0],
        "same push": [1],
        "same advice": [0],
    }
    assert values(score_pairs([one])) == {}


def test_a_topic_comes_back_only_if_it_is_found_and_answered():
    found = values(
        score_round_trips(
            [
                outcome(dataset="topics", guides={"a": 2}),
                outcome("decline", dataset="topics", guides={"a": 2}),
                outcome(dataset="topics", guides={"z": 2}),
            ]
        )
    )
    assert found["round trip"] == [1, 0, 0]


def test_latency_is_of_answers_alone():
    found = list(score_latency([outcome(), outcome("decline")]))
    assert [score.measure for score in found] == ["encode", "search", "compose", "total"]
    assert found[-1] == Score("total", "boundary", "1", 6.0)
