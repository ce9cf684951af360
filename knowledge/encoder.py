"""Text to vectors: the `Encoder` protocol, the one without weights, and which one the settings name.

All vectors are unit length, so that a dot product is the cosine. Heavy imports live inside the
constructors: importing this module loads none of torch, transformers or onnxruntime.
"""

import hashlib
import re
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.settings import DEFAULT_EMBEDDING_MODEL, LibrarySettings
from knowledge.weights import MINILM_MAX_TOKENS, packaged_weights

Vectors = NDArray[np.float32]


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


def load_encoder(
    settings: LibrarySettings, on_progress: Callable[[str], None] | None = None
) -> Encoder:
    """Return the encoder the settings name; the packaged one is exported to ONNX on first use.

    Raises:
        EncoderError: when its weights are missing, changed or unreadable.
    """
    if settings.embedding_model == "hash":
        return HashEncoder()
    from knowledge.export import export_if_missing
    from knowledge.onnx_encoder import OnnxEncoder
    from knowledge.reference_encoder import SentenceTransformerEncoder

    if settings.embedding_model != DEFAULT_EMBEDDING_MODEL:
        return SentenceTransformerEncoder(settings.embedding_model)
    if export_if_missing(settings.encoder_path, on_progress):
        return OnnxEncoder(settings.encoder_path)
    return SentenceTransformerEncoder(packaged_weights())
