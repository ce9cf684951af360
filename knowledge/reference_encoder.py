"""Any model through sentence-transformers: the reference the export is held to."""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from knowledge.encoder import Vectors
from knowledge.errors import EncoderError
from knowledge.weights import MINILM_MAX_TOKENS

_BATCH = 32


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
