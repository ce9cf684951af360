import numpy as np
import pytest

from assistant.question_encoder import QUESTIONS_FILE, question_encoder_for
from assistant.retriever import Retriever, build_query
from eval.dataset import load_dataset
from knowledge.encoder import HashEncoder

STORY = (
    "Tuesday was the third time. I sat in the library cafe with my list and my good pen, and at ten "
    "past she wrote that something had come up, so sorry, next month for sure. Am I being silly?"
)


def test_only_the_packaged_encoder_is_changed(onnx_encoder, reference_encoder):
    hashed = HashEncoder()
    assert question_encoder_for(hashed) is hashed
    assert question_encoder_for(reference_encoder) is reference_encoder
    assert question_encoder_for(onnx_encoder) is question_encoder_for(onnx_encoder)
    assert question_encoder_for(onnx_encoder) is not onnx_encoder


def test_what_is_stored_keeps_the_published_vectors(onnx_encoder):
    reader = question_encoder_for(onnx_encoder)
    assert (reader.name, reader.dimensions) == (onnx_encoder.name, onnx_encoder.dimensions)
    texts = ["Ask which kind of help your mentee wants.", STORY]
    assert np.array_equal(reader.embed_documents(texts), onnx_encoder.embed_documents(texts))


def test_questions_have_unit_vectors_in_the_same_space(onnx_encoder):
    reader = question_encoder_for(onnx_encoder)
    rows = reader.embed_queries([STORY, "How do I find a mentor?"])
    assert rows.shape == (2, 384)
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-4)
    assert rows[1] @ onnx_encoder.embed_documents(["How can I find a mentor?"])[0] > 0.5
    assert reader.embed_queries([]).shape == (0, 384)


def test_more_questions_find_their_guide_first_than_with_the_published_model(board):
    retriever = board.retriever()
    right = [0, 0]
    for case in load_dataset("questions", part="fit").cases[:60]:
        text = retriever.words_of(case.question)
        for i, encoder in enumerate((retriever.question_encoder, board.encoder)):
            first = retriever.search(build_query(text, encoder)).documents[0].document.id
            right[i] += case.guides.get(first) == 2
    assert right[0] > right[1]


def test_own_documents_are_searched_with_the_published_model(onnx_encoder):
    def closed():
        raise AssertionError("the catalogue was opened")

    assert Retriever(closed, onnx_encoder, "own").question_encoder is onnx_encoder
    assert Retriever(closed, onnx_encoder).question_encoder is question_encoder_for(onnx_encoder)


def test_what_ships_is_small():
    assert QUESTIONS_FILE.stat().st_size < 2_000_000
