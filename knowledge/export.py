"""Export the packaged weights to ONNX, once, and check the result against the reference.

The export is made in a folder beside its place and renamed when it has passed, so that a kill
leaves either a whole export or none. `receipt.json` says what it was made from and how near it is.
A change of the same weights becomes one more graph in that folder (`changed_graph.py`).
"""

import json
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.errors import EncoderError
from knowledge.onnx_encoder import OnnxEncoder
from knowledge.onnx_graph import fuse, load_model, module, quiet, shrink, trace, unit_mean
from knowledge.reference_encoder import SentenceTransformerEncoder
from knowledge.weights import MINILM_SHA256, packaged_weights

RECEIPT = "receipt.json"
REJECTED = "rejected.json"
# Below these the export is not used: fp32 is the same arithmetic; int8 was measured at 0.994 mean.
MIN_COSINE_DOCUMENTS = 0.9999
MIN_COSINE_QUERIES = 0.985

_PROBES = (
    "How do I ask for a promotion in my annual review?",
    "My mentor keeps cancelling and I do not know whether to say something or let it go.",
    "I lost my job of twenty years last week. I am fifty and I have no idea where to begin.",
    "What should I cover in a first meeting with an intern?",
    "Ask which kind of help your mentee wants, ask three questions before any opinion, then choose.",
    "Write down the moment, what could be seen or heard, and the effect on the work.",
    "how do i tell my boss no",
    "Mentoring programmes fail when nobody owns them after the launch.",
)


def export_if_missing(folder: Path, on_progress: Callable[[str], None] | None = None) -> bool:
    """Make the export unless it is there; return whether it may be used.

    Raises:
        EncoderError: when the weights cannot be read or the disk is full.
    """
    if (folder / RECEIPT).is_file():
        return True
    if (folder / REJECTED).is_file():
        return False
    if on_progress:
        on_progress("preparing the encoder (once, about fifteen seconds)")
    weights = packaged_weights()
    _sweep(folder)
    partial = folder.with_name(f"{folder.name}.partial-{os.getpid()}")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        partial.mkdir(parents=True)
        _write_graphs(weights, partial)
        receipt = _compare(weights, partial)
        name = RECEIPT if receipt["passed"] else REJECTED
        (partial / name).write_text(json.dumps(receipt, indent=1) + "\n", encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        partial.rename(folder)
    except OSError as error:
        raise EncoderError(
            f"The encoder could not be written to {folder}: {error}. Free some space (about 200 MB), or set MENTOR_HOME to another folder."
        ) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return bool(receipt["passed"])


def _sweep(folder: Path) -> None:
    """Remove what exports that were killed more than an hour ago have left behind."""
    for partial in folder.parent.glob(f"{folder.name}.partial-*"):
        if partial.stat().st_mtime < time.time() - 3600:
            shutil.rmtree(partial, ignore_errors=True)


def _write_graphs(weights: Path, folder: Path) -> None:
    """Write `documents.onnx` (fused, fp32), `queries.onnx` (fused, dynamic int8) and the tokenizer."""
    raw = folder / "raw.onnx"
    with quiet():
        trace(module(load_model(weights), unit_mean), "embedding", raw)
        fuse(raw, folder / "documents.onnx")
        shrink(folder / "documents.onnx", folder / "queries.onnx")
    raw.unlink()
    shutil.copyfile(weights / "tokenizer.json", folder / "tokenizer.json")


def _compare(weights: Path, folder: Path) -> dict[str, Any]:
    """Return the lowest cosines to the reference over the probes, and whether they are enough."""
    reference = SentenceTransformerEncoder(weights)
    export = OnnxEncoder(folder)
    documents = np.sum(
        reference.embed_documents(_PROBES) * export.embed_documents(_PROBES), axis=1
    ).min()
    queries = min(
        float(reference.embed_query(probe) @ export.embed_query(probe)) for probe in _PROBES
    )
    return {
        "weights_sha256": MINILM_SHA256,
        "min_cosine_documents": round(float(documents), 6),
        "min_cosine_queries": round(queries, 6),
        "passed": bool(documents >= MIN_COSINE_DOCUMENTS and queries >= MIN_COSINE_QUERIES),
    }
