"""Export the packaged weights to ONNX, once, and check the result against the reference.

The export is made in a folder beside its place and renamed when it has passed, so that a kill
leaves either a whole export or none. `receipt.json` says what it was made from and how near it is.
A change of the same weights becomes one more graph in that folder, in the same manner.
"""

import contextlib
import io
import json
import logging
import os
import shutil
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.adapter import Adapter, LowRank
from knowledge.encoder import (
    MINILM_SHA256,
    OnnxEncoder,
    SentenceTransformerEncoder,
    packaged_weights,
)
from knowledge.errors import EncoderError

RECEIPT = "receipt.json"
REJECTED = "rejected.json"
# Below these the export is not used: fp32 is the same arithmetic; int8 was measured at 0.994 mean.
MIN_COSINE_DOCUMENTS = 0.9999
MIN_COSINE_QUERIES = 0.985

MAX_CLASS_GAP = 0.1
"""How far a probability of an adapter's int8 graph may be from the reference on a probe."""

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


def _classifier(weights: Path, adapter: Adapter) -> Any:
    """Return a module from tokens to class logits."""
    focus, head, bias = (
        _tensor(part.astype(np.float32)) for part in (adapter.focus, adapter.head, adapter.bias)
    )
    return _module(
        _merged(weights, adapter),
        lambda states, mask: (pool(states, mask, focus) * head).sum(-1) + bias,
    )


def export_change(change: LowRank, target: Path, probes: Sequence[str]) -> None:
    """Write the packaged weights with a change merged in as a graph from tokens to a unit vector.

    It is int8 where that agrees with torch on every probe, else fp32. The target stands in the
    folder of the encoder's export.

    Raises:
        EncoderError: when the weights cannot be read or the disk is full.
    """
    _export_smallest(
        _module(_merged(packaged_weights(), change), unit_mean), "embedding", target, probes,
        lambda found, wanted: float(found @ wanted) >= MIN_COSINE_QUERIES,
    )  # fmt: skip


def _merged(weights: Path, change: LowRank) -> Any:
    """Return the encoder with a change in its weights."""
    model = _load_model(weights)
    for name, module in model.named_modules():
        if name in change.down:
            module.weight.data = _tensor(change.merge(name, module.weight.detach().numpy()))
    return model


def _tensor(array: Any) -> Any:
    import torch

    return torch.from_numpy(array)


def _export_smallest(
    model: Any, output: str, target: Path, probes: Sequence[str], agrees: Callable[[Any, Any], Any]
) -> None:
    """Write a module as int8 if that ``agrees`` with it on every probe, else as fp32."""
    partial = target.with_name(f"{target.stem}.partial-{os.getpid()}")
    raw, exact, small = (partial / name for name in ("raw.onnx", "exact.onnx", "small.onnx"))
    try:
        partial.mkdir(parents=True, exist_ok=True)
        with _quiet():
            _trace(model, output, raw)
            _fuse(raw, exact)
            _shrink(exact, small)
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


def pool(states: Any, mask: Any, focus: Any) -> Any:
    """Return, of states (texts, tokens, dimensions), a mean for each class: (texts, classes, dimensions)."""
    scores = states @ focus.T + (mask.unsqueeze(-1).to(states.dtype) - 1) * 1e4
    return scores.softmax(dim=1).transpose(1, 2) @ states


def _write_graphs(weights: Path, folder: Path) -> None:
    """Write `documents.onnx` (fused, fp32), `queries.onnx` (fused, dynamic int8) and the tokenizer."""
    raw = folder / "raw.onnx"
    with _quiet():
        _trace(_module(_load_model(weights), unit_mean), "embedding", raw)
        _fuse(raw, folder / "documents.onnx")
        _shrink(folder / "documents.onnx", folder / "queries.onnx")
    raw.unlink()
    shutil.copyfile(weights / "tokenizer.json", folder / "tokenizer.json")


def _fuse(raw: Path, target: Path) -> None:
    from onnxruntime.transformers import optimizer

    fused = optimizer.optimize_model(
        str(raw), model_type="bert", num_heads=12, hidden_size=384, opt_level=1
    )
    fused.save_model_to_file(str(target))


def _shrink(fused: Path, target: Path) -> None:
    """Write the dynamic int8 form of a fused graph."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(
        str(fused),
        str(target),
        weight_type=QuantType.QInt8,
        per_channel=True,
        op_types_to_quantize=["MatMul", "Attention"],
        extra_options={"DefaultTensorType": 1},
    )


def _load_model(weights: Path) -> Any:
    from transformers import AutoModel
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()
    return AutoModel.from_pretrained(str(weights), attn_implementation="eager").eval()


def unit_mean(states: Any, mask: Any) -> Any:
    """Return the mean of a text's states, of unit length."""
    import torch

    mask = mask.unsqueeze(-1).to(states.dtype)
    pooled = (states * mask).sum(1) / mask.sum(1).clamp(min=1e-9)
    return torch.nn.functional.normalize(pooled, p=2, dim=1)


def _module(model: Any, finish: Callable[[Any, Any], Any]) -> Any:
    """Return a module from tokens to what ``finish`` makes of the last states and the mask."""
    import torch

    class Finished(torch.nn.Module):  # type: ignore[misc]  # torch is not followed
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            found = self.model(input_ids=input_ids, attention_mask=attention_mask)
            return finish(found.last_hidden_state, attention_mask)

    return Finished().eval()


def _trace(module: Any, output: str, target: Path) -> None:
    """Trace a module from tokens and mask to one output."""
    import torch

    tokens = torch.randint(1000, 2000, (2, 16))
    mask = torch.ones_like(tokens)
    mask[1, 10:] = 0
    axes = {0: "batch", 1: "length"}
    with torch.no_grad():
        torch.onnx.export(
            module,
            (tokens, mask),
            str(target),
            input_names=["input_ids", "attention_mask"],
            output_names=[output],
            dynamic_axes={"input_ids": axes, "attention_mask": axes, output: {0: "batch"}},
            opset_version=17,
            dynamo=False,
        )


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


@contextlib.contextmanager
def _quiet() -> Any:
    """Silence the exporters, which print and warn about their own deprecations."""
    level = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(level)
