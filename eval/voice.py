"""The adapter's voice on every example: logits of an adapter that has not seen the example.

Made by cross-validation and kept in `adapter_logits.npz`, so that what joins the voices can be
fitted again, when the library has grown, without training again.
"""

import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.triage import CLASSES, GRAPH
from eval.adapter import RECIPE, Trainee
from eval.example import SEED, Example
from knowledge.adapter import Adapter
from knowledge.onnx_encoder import OnnxEncoder

LOGITS_FILE = Path(__file__).parent / "adapter_logits.npz"
FOLDS = 3

Matrix = NDArray[np.float64]


def folds_of(examples: Sequence[Example]) -> NDArray[np.int64]:
    """Return the fold of each example; a group is never parted."""
    groups = np.array([example.group for example in examples])
    by_group = np.random.default_rng(SEED).integers(0, FOLDS, groups.max() + 1)
    return np.asarray(by_group[groups])


def train_adapter(examples: Sequence[Example]) -> Adapter:
    """Train on everything; train without each fold as well, and keep the logits on that fold."""
    folds = folds_of(examples)
    # One thread each: on a busy machine the threads of one training wait for one another.
    with ProcessPoolExecutor(min(2, os.cpu_count() or 1), get_context("spawn")) as pool:
        whole = pool.submit(_train_one, list(examples), [])
        outside = []
        for fold in range(FOLDS):
            seen = [e for e, f in zip(examples, folds, strict=True) if f != fold]
            unseen = [e for e, f in zip(examples, folds, strict=True) if f == fold]
            texts = sorted({e.query.written for e in unseen})
            outside.append((texts, pool.submit(_train_one, seen, texts)))
        keys = [_key(text) for texts, _ in outside for text in texts]
        logits = np.concatenate([job.result()[1] for _, job in outside])
        np.savez_compressed(
            LOGITS_FILE, texts=np.array(keys, dtype=np.uint64), logits=logits.astype(np.float16)
        )
        return whole.result()[0]


def _train_one(seen: Sequence[Example], unseen: Sequence[str]) -> tuple[Adapter, Matrix]:
    """Train on some examples and read other texts."""
    import torch

    torch.set_num_threads(1)
    trainee = Trainee(RECIPE, len(CLASSES))
    trainee.fit([e.query.written for e in seen], [CLASSES.index(e.label) for e in seen])
    return trainee.adapter(), trainee.logits(unseen)


def read_logits(examples: Sequence[Example], encoder: OnnxEncoder) -> Matrix:
    """Return the kept logits of each example; the adapter that ships reads what no training has met."""
    with np.load(LOGITS_FILE) as file:
        kept = dict(zip(file["texts"].tolist(), file["logits"].astype(float), strict=True))
    rows = []
    for example in examples:
        row = kept.get(_key(example.query.written))
        if row is None:
            graph = GRAPH.make_if_missing(encoder.folder, lambda step: None)
            row = np.asarray(encoder.read_with(graph, [example.query.written])[0], dtype=float)
        rows.append(row)
    return np.stack(rows)


def _key(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")
