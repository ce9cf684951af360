"""Vectors of the shipped guides' texts, so that a first index is made in seconds and not in minutes.

They are what the packaged encoder gives, rounded to a byte a dimension. `python -m ingest.pack` writes
them. A text that is not among them, because a guide was written or changed since, is embedded as any
other: the file saves time and nothing rests on it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from knowledge.chunk import text_hash
from knowledge.encoder import Vectors

VECTORS_FILE = Path(__file__).parent / "guidance_vectors.npz"
_LARGEST = 127


@dataclass(frozen=True)
class ShippedVectors:
    """Rounded unit vectors of one encoder, found by the text they stand for.

    ``keys`` are the first 64 bits of each `text_hash`, in ascending order, shape (n,); ``rows`` has
    shape (n, dimensions), and its largest part in each row is 127.
    """

    encoder: str
    keys: NDArray[np.uint64]
    rows: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.keys)

    def find(self, texts: Iterable[str], encoder: str) -> dict[str, Vectors]:
        """Return the unit vectors of those texts that are among them and were made by this encoder."""
        if encoder != self.encoder or not len(self):
            return {}
        listed = list(texts)
        wanted = _keys(listed)
        places = np.minimum(np.searchsorted(self.keys, wanted), len(self) - 1)
        found = np.flatnonzero(self.keys[places] == wanted)
        rows = self.rows[places[found]].astype(np.float32)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return {listed[i]: row for i, row in zip(found, rows, strict=True)}


def round_vectors(vectors: Mapping[str, Vectors], encoder: str) -> ShippedVectors:
    """Return the vectors of some texts as they are shipped."""
    keys = _keys(list(vectors))
    order = np.argsort(keys)
    rows = np.stack(list(vectors.values()))
    rounded = np.rint(rows / np.abs(rows).max(axis=1, keepdims=True) * _LARGEST)
    return ShippedVectors(encoder, keys[order], rounded.astype(np.int8)[order])


def load_shipped_vectors(path: Path = VECTORS_FILE) -> ShippedVectors:
    """Return what ships; nothing where there is no such file or it cannot be read."""
    try:
        with np.load(path) as file:
            return ShippedVectors(str(file["encoder"]), file["keys"], file["rows"])
    except (OSError, EOFError, ValueError, KeyError, BadZipFile):
        return ShippedVectors("", np.zeros(0, np.uint64), np.zeros((0, 0), np.int8))


def save_shipped_vectors(shipped: ShippedVectors, path: Path = VECTORS_FILE) -> None:
    """Write the file that ships."""
    np.savez_compressed(path, encoder=shipped.encoder, keys=shipped.keys, rows=shipped.rows)


def _keys(texts: list[str]) -> NDArray[np.uint64]:
    return np.array([int(text_hash(text)[:16], 16) for text in texts], dtype=np.uint64)
