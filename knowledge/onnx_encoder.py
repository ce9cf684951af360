"""The packaged encoder on onnxruntime."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.encoder import Vectors
from knowledge.errors import EncoderError
from knowledge.settings import DEFAULT_EMBEDDING_MODEL
from knowledge.weights import MINILM_MAX_TOKENS

_BATCH = 32
_DOCUMENTS = "documents.onnx"
_QUERIES = "queries.onnx"


class OnnxEncoder:
    """The packaged all-MiniLM-L6-v2 on onnxruntime alone: no torch where questions are answered.

    Documents run through the fused fp32 graph (the reference's vectors to five digits); questions,
    stored or asked, through its int8 form, some fifteen times faster than the reference at a cosine
    of 0.99.
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
        return np.asarray(self._run(_QUERIES, [self.tokens(text)])[0])

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one unit row per text, each read by itself, as many at a time as there are cores.

        The int8 graph scales a batch by its largest values: read alone, a question has the same
        vector whenever it is stored and whatever is stored with it. It takes no longer.
        """
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        self._session(_QUERIES)  # opened once, by one thread
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            rows = pool.map(
                lambda e: self._run(_QUERIES, [self._cut(e.ids)])[0], self._encode(texts)
            )
            return np.stack(list(rows))

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
