import numpy as np
import pytest

from knowledge.catalogue import Catalogue
from knowledge.document import GUIDANCE
from knowledge.encoder import HashEncoder
from knowledge.shipped_vectors import (
    load_shipped_vectors,
    round_vectors,
    save_shipped_vectors,
)

TEXTS = ["How do I find a mentor?", "My boss never listens.", "Ask one question and wait."]


@pytest.fixture
def vectors():
    return dict(zip(TEXTS, HashEncoder().embed_documents(TEXTS), strict=True))


def test_vectors_are_found_again_by_their_text(vectors, tmp_path):
    save_shipped_vectors(round_vectors(vectors, "hash-512"), tmp_path / "vectors.npz")
    shipped = load_shipped_vectors(tmp_path / "vectors.npz")
    found = shipped.find([TEXTS[2], "something else", TEXTS[0]], "hash-512")
    assert list(found) == [TEXTS[2], TEXTS[0]]
    for text, row in found.items():
        assert np.linalg.norm(row) == pytest.approx(1.0, abs=1e-5)
        assert row @ vectors[text] > 0.9999


def test_rounding_twice_changes_nothing(vectors):
    once = round_vectors(vectors, "hash-512")
    twice = round_vectors(once.find(TEXTS, "hash-512"), "hash-512")
    assert np.array_equal(once.rows, twice.rows)


def test_another_encoder_has_none(vectors):
    assert round_vectors(vectors, "hash-512").find(TEXTS, "hash-256") == {}


def test_without_the_file_everything_is_embedded(tmp_path):
    shipped = load_shipped_vectors(tmp_path / "none.npz")
    assert len(shipped) == 0 and shipped.find(TEXTS, "hash-512") == {}


@pytest.mark.parametrize("content", [b"", b"no archive"])
def test_a_broken_file_is_as_good_as_none(content, tmp_path):
    (tmp_path / "vectors.npz").write_bytes(content)
    assert len(load_shipped_vectors(tmp_path / "vectors.npz")) == 0


def test_what_ships_is_what_the_encoder_gives(library_home, onnx_encoder):
    catalogue = Catalogue(library_home / "catalogue.sqlite", read_only=True)
    asked = [question.text for question in catalogue.questions(GUIDANCE)]
    said = [chunk.embedded_text for chunk in catalogue.chunks(GUIDANCE)]
    said += catalogue.item_texts(GUIDANCE)
    catalogue.close()
    shipped = load_shipped_vectors()
    found = shipped.find([*asked, *said], onnx_encoder.name)
    # Who edits a guide need not write the file anew; who adds many guides had better.
    assert len(found) > 0.9 * len({*asked, *said}), "python -m ingest.pack"
    for texts, embed in ((asked, onnx_encoder.embed_queries), (said, onnx_encoder.embed_documents)):
        some = [text for text in texts if text in found][::500]
        cosines = (embed(some) * np.stack([found[text] for text in some])).sum(axis=1)
        # A text among both was embedded as a document; the int8 graph differs a little by processor.
        assert np.quantile(cosines, 0.05) > 0.98 and cosines.mean() > 0.995
