from types import SimpleNamespace

import numpy as np
import pytest

from eval.search_adapter import Asked, SearchRecipe, _Board, train_change

QUESTIONS = (
    "How do I find a mentor?",
    "Where can I meet somebody to mentor me?",
    "Who would mentor me?",
    "Whom could I ask to be my mentor?",
    "Is there a mentor for somebody like me?",
    "I would like to have a mentor.",
    "How do I ask for a raise?",
    "May I ask for more pay?",
    "What do I say about my salary?",
    "Am I paid too little?",
    "When is the time to ask for more money?",
    "My wages have stood still for years.",
)
CHUNKS = ("Ask people you admire to mentor you.", "Bring two facts when you ask for more pay.")


@pytest.fixture(scope="module")
def snapshot(onnx_encoder):
    return SimpleNamespace(
        documents=("mentor", "raise"),
        question_texts=QUESTIONS,
        question_rows=onnx_encoder.embed_documents(QUESTIONS),
        question_document=np.repeat([0, 1], 6),
        chunk_rows=onnx_encoder.embed_documents(CHUNKS),
        chunk_document=np.array([0, 1]),
    )


def test_a_guide_is_worth_its_five_nearest_questions_and_its_nearest_chunk(snapshot):
    import torch

    vectors = snapshot.question_rows[:1]
    (scores,) = _Board(snapshot).scores(torch.from_numpy(vectors), [0]).numpy()
    questions = (snapshot.question_rows[1:6] @ vectors[0]).mean()
    assert scores[0] == pytest.approx(
        (questions + snapshot.chunk_rows[0] @ vectors[0]) / 2, abs=1e-5
    )
    (all_in,) = _Board(snapshot).scores(torch.from_numpy(vectors), [-1]).numpy()
    assert all_in[0] > scores[0] and all_in[1] == pytest.approx(scores[1])


def test_several_answers_share_the_target(snapshot):
    targets = _Board(snapshot).targets([(0, 1), (1,)]).numpy()
    assert targets.tolist() == [[0.5, 0.5], [0.0, 1.0]]


def own_questions(snapshot):
    """Return the stored questions as they are trained on."""
    pairs = zip(snapshot.question_texts, snapshot.question_document.tolist(), strict=True)
    return [Asked(text, (owner,), place) for place, (text, owner) in enumerate(pairs)]


def test_training_brings_a_story_to_its_guide(snapshot, onnx_encoder):
    told = "I looked at what the others in the depot get and I felt sick."
    asked = [*own_questions(snapshot), *[Asked(told, (1,))] * 6]
    lines: list[str] = []
    recipe = SearchRecipe(rank=2, epochs=4, batch=4, rate=1e-3, share=1.0)
    change = train_change(asked, snapshot, recipe, lines.append)
    losses = [float(line.rsplit(" ", 1)[1]) for line in lines]
    assert len(losses) == 4 and min(losses[1:]) < losses[0]
    half = train_change(
        asked, snapshot, SearchRecipe(rank=2, epochs=1, batch=4, share=0.5), lines.append
    )
    whole = train_change(
        asked, snapshot, SearchRecipe(rank=2, epochs=1, batch=4, share=1.0), lines.append
    )
    name = "encoder.layer.5.output.dense"
    assert np.allclose(2 * half.up[name], whole.up[name], atol=1e-6)
    assert np.abs(change.up[name]).max() > 0
