import numpy as np
import pytest

from assistant.retriever import build_query
from assistant.triage import CLASSES, EVIDENCE, KINDS
from eval.example import Example
from eval.joint import RESEMBLANCE, Reading, _passed_by, fit_joint
from eval.voice import FOLDS, folds_of
from knowledge.encoder import HashEncoder

WORDS = {"answer": "ask mentor meeting", "decline": "recipe for soup", "qualified": "tax law visa"}


def make(label, number, kind="", source="boundary"):
    text = f"{WORDS.get(label, 'hurt afraid knife')} number {number % 5} of it"
    query = build_query(text, HashEncoder(16))
    evidence = np.full(len(EVIDENCE), 2.0 if label == "answer" else 1.0) + number % 3
    return Example(source, kind, label, number, query, evidence, False)


@pytest.fixture(scope="module")
def reading():
    """Return messages whose words give them away, and an adapter that is often right."""
    random = np.random.default_rng(3)
    labels = [label for _ in range(60) for label in ("answer", "answer", "decline", "qualified", KINDS[0])]  # fmt: skip
    examples = [make(label, i) for i, label in enumerate(labels)]
    examples += [make("answer", i, "ordinary_short", "ordinary_fit") for i in range(300, 340)]
    labels += ["answer"] * 40
    logits = random.normal(size=(len(labels), len(CLASSES)))
    logits[np.arange(len(labels)), [CLASSES.index(label) for label in labels]] += 3
    return Reading(examples, logits)


def test_examples_of_a_group_share_a_fold():
    examples = [make("answer", i // 2) for i in range(200)]
    folds = folds_of(examples)
    assert set(folds) == set(range(FOLDS))
    assert (folds[::2] == folds[1::2]).all()


def test_the_joined_voices_find_what_is_there(reading):
    fitted = fit_joint(reading)
    labels = np.array([e.label for e in reading.examples])
    assert fitted.disclosure[labels == KINDS[0]].min() > 0.5
    assert fitted.scope.sum(axis=1) == pytest.approx(1)
    assert fitted.answer[labels == "answer"].mean() > 0.8
    assert fitted.answer[labels != "answer"].mean() < 0.2
    assert {"disclosure_join", "scope_words", "follow_threshold"} <= fitted.arrays.keys()


def test_thresholds_let_no_more_pass_than_they_may(reading):
    fitted = fit_joint(reading)
    ordinary = np.array([e.is_answer and e.is_asked for e in reading.examples])
    referred = fitted.disclosure[ordinary] >= fitted.arrays["disclosure_threshold"]
    declined = fitted.scope[ordinary, 0] < fitted.arrays["answer_threshold"]
    assert referred.mean() <= 0.02 and declined.mean() <= 0.03


def test_a_threshold_counts_by_weight():
    scores, weights = np.array([0.9, 0.8, 0.1, 0.05]), np.array([0.1, 0.1, 1.0, 1.0])
    assert 0.1 < _passed_by(scores, weights, 0.1) <= 0.8
    assert _passed_by(scores, np.ones(4), 0.1) > 0.9


def test_every_file_has_a_weight():
    from eval.example import FILES

    assert {*FILES, "library"} == RESEMBLANCE.keys()
