"""Vectors by text, kept from run to run: most sentences of a reply stood in the last one too."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from knowledge.encoder import Encoder, Vectors

_BATCH = 64
MAX_KEPT = 60_000
"""Above this many, texts that were not asked for in this run are forgotten."""


class VectorCache:
    """An encoder that embeds each text once, in a file of its own if it is given one."""

    def __init__(
        self,
        encoder: Encoder,
        path: Path | None = None,
        on_progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> None:
        """Take the encoder, the file, and who is told how many of how many are embedded."""
        self.encoder = encoder
        self._path = path
        self._on_progress = on_progress
        self._kept = _read(path)
        self._asked: set[str] = set()

    def rows(self, texts: Sequence[str]) -> Vectors:
        """Return one unit row per text."""
        if not texts:
            return np.zeros((0, self.encoder.dimensions), dtype=np.float32)
        keys = [self._key(text) for text in texts]
        self._asked.update(keys)
        missing = {
            key: text for key, text in zip(keys, texts, strict=True) if key not in self._kept
        }
        if missing:
            self._embed(missing)
        rows: Vectors = np.stack([self._kept[key] for key in keys])
        return rows

    def _embed(self, missing: dict[str, str]) -> None:
        keys = sorted(missing, key=lambda key: len(missing[key]))
        for start in range(0, len(keys), _BATCH):
            self._on_progress(start, len(keys))
            part = keys[start : start + _BATCH]
            rows = self.encoder.embed_documents([missing[key] for key in part])
            self._kept.update(zip(part, rows, strict=True))
        self._on_progress(len(keys), len(keys))
        self._save()

    def _save(self) -> None:
        if self._path is None:
            return
        if len(self._kept) > MAX_KEPT:
            self._kept = {key: row for key, row in self._kept.items() if key in self._asked}
        self._path.parent.mkdir(parents=True, exist_ok=True)
        rows = np.stack(list(self._kept.values()))
        np.savez(self._path, keys=np.array(list(self._kept)), rows=rows)

    def _key(self, text: str) -> str:
        content = f"{self.encoder.name}\0{text}".encode()
        return hashlib.blake2b(content, digest_size=16).hexdigest()


def _read(path: Path | None) -> dict[str, Vectors]:
    if path is None or not path.is_file():
        return {}
    try:
        with np.load(path) as file:
            return dict(zip(file["keys"].tolist(), file["rows"], strict=True))
    except (OSError, ValueError, KeyError):
        return {}  # a cache that cannot be read is made again
