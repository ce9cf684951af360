"""Graphs that are made once on this machine, of arrays that ship and the packaged weights."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

Arrays = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ShippedGraph:
    """A graph beside the encoder's own: called by the hash of what it is made from.

    Other arrays make another graph, and the old one goes.
    """

    arrays: Path
    """The file that ships."""
    export: Callable[[Arrays, Path], None]
    """Writes the graph of these arrays to a path."""
    purpose: str
    """What it is for, as it is told to somebody who waits for it."""

    def path(self, folder: Path) -> Path:
        """Return where the graph stands in the folder of the encoder's export."""
        key = hashlib.sha256(self.arrays.read_bytes()).hexdigest()[:12]
        return folder / f"{self.arrays.stem}-{key}.onnx"

    def make_if_missing(self, folder: Path, on_progress: Callable[[str], None]) -> Path:
        """Return the graph's path; make the graph if it is not there.

        Raises:
            EncoderError: when the weights cannot be read or the disk is full.
        """
        graph = self.path(folder)
        if not graph.is_file():
            on_progress(f"preparing to {self.purpose} (once, about ten seconds)")
            with np.load(self.arrays) as file:
                self.export({name: file[name] for name in file.files}, graph)
            for old in folder.glob(f"{self.arrays.stem}-*.onnx"):
                if old != graph:
                    old.unlink(missing_ok=True)
        return graph
