"""The packaged weights with a change merged in, as a graph of their own beside the export.

It is int8 where that agrees with torch on every probe, else fp32.
"""

import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.adapter import Adapter, LowRank
from knowledge.errors import EncoderError
from knowledge.export import MIN_COSINE_QUERIES
from knowledge.onnx_encoder import OnnxEncoder
from knowledge.onnx_graph import fuse, load_model, module, pool, quiet, shrink, trace, unit_mean
from knowledge.weights import packaged_weights

MAX_CLASS_GAP = 0.1
"""How far a probability of an adapter's int8 graph may be from the reference on a probe."""


def export_adapter(adapter: Adapter, target: Path, probes: Sequence[str]) -> None:
    """Write the packaged weights with an adapter merged in as a graph from tokens to class logits.

    It is int8 where that agrees with torch on every probe, else fp32. The target stands in the
    folder of the encoder's export.

    Raises:
        EncoderError: when the weights cannot be read or the disk is full.
    """
    _export_smallest(
        _classifier(packaged_weights(), adapter), "logits", target, probes,
        lambda found, wanted: np.abs(_shares(found) - _shares(wanted)).max() <= MAX_CLASS_GAP,
    )  # fmt: skip


def export_change(change: LowRank, target: Path, probes: Sequence[str]) -> None:
    """Write the packaged weights with a change merged in as a graph from tokens to a unit vector.

    It is int8 where that agrees with torch on every probe, else fp32. The target stands in the
    folder of the encoder's export.

    Raises:
        EncoderError: when the weights cannot be read or the disk is full.
    """
    _export_smallest(
        module(_merged(packaged_weights(), change), unit_mean), "embedding", target, probes,
        lambda found, wanted: float(found @ wanted) >= MIN_COSINE_QUERIES,
    )  # fmt: skip


def _classifier(weights: Path, adapter: Adapter) -> Any:
    """Return a module from tokens to class logits."""
    focus, head, bias = (
        _tensor(part.astype(np.float32)) for part in (adapter.focus, adapter.head, adapter.bias)
    )
    return module(
        _merged(weights, adapter),
        lambda states, mask: (pool(states, mask, focus) * head).sum(-1) + bias,
    )


def _merged(weights: Path, change: LowRank) -> Any:
    """Return the encoder with a change in its weights."""
    model = load_model(weights)
    for name, layer in model.named_modules():
        if name in change.down:
            layer.weight.data = _tensor(change.merge(name, layer.weight.detach().numpy()))
    return model


def _export_smallest(
    model: Any, output: str, target: Path, probes: Sequence[str], agrees: Callable[[Any, Any], Any]
) -> None:
    """Write a module as int8 if that ``agrees`` with it on every probe, else as fp32."""
    partial = target.with_name(f"{target.stem}.partial-{os.getpid()}")
    raw, exact, small = (partial / name for name in ("raw.onnx", "exact.onnx", "small.onnx"))
    try:
        partial.mkdir(parents=True, exist_ok=True)
        with quiet():
            trace(model, output, raw)
            fuse(raw, exact)
            shrink(exact, small)
        reader = OnnxEncoder(target.parent)
        is_same = all(
            agrees(reader.read_with(small, [probe])[0], _run(model, reader.tokens(probe)))
            for probe in probes
        )
        (small if is_same else exact).replace(target)
    except OSError as error:
        raise EncoderError(
            f"A graph could not be written to {target}: {error}. Free some space (about 200 MB), or set MENTOR_HOME to another folder."
        ) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _run(model: Any, tokens: Sequence[int]) -> Any:
    """Return what a module gives for one text."""
    import torch

    row = torch.tensor([list(tokens)])
    with torch.no_grad():
        return model(row, torch.ones_like(row))[0].numpy()


def _shares(logits: Any) -> Any:
    odds = np.exp(logits - logits.max())
    return odds / odds.sum()


def _tensor(array: Any) -> Any:
    import torch

    return torch.from_numpy(array)
