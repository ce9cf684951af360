"""A torch module becomes an ONNX graph: traced, fused, and shrunk to int8."""

import contextlib
import io
import logging
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any


def load_model(weights: Path) -> Any:
    """Load weights as a torch module that only reads."""
    from transformers import AutoModel
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()
    return AutoModel.from_pretrained(str(weights), attn_implementation="eager").eval()


def module(model: Any, finish: Callable[[Any, Any], Any]) -> Any:
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


def unit_mean(states: Any, mask: Any) -> Any:
    """Return the mean of a text's states, of unit length."""
    import torch

    mask = mask.unsqueeze(-1).to(states.dtype)
    pooled = (states * mask).sum(1) / mask.sum(1).clamp(min=1e-9)
    return torch.nn.functional.normalize(pooled, p=2, dim=1)


def pool(states: Any, mask: Any, focus: Any) -> Any:
    """Return, of states (texts, tokens, dimensions), a mean for each class: (texts, classes, dimensions)."""
    scores = states @ focus.T + (mask.unsqueeze(-1).to(states.dtype) - 1) * 1e4
    return scores.softmax(dim=1).transpose(1, 2) @ states


def trace(module: Any, output: str, target: Path) -> None:
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


def fuse(raw: Path, target: Path) -> None:
    """Write a traced graph with its attention layers as one operator each."""
    from onnxruntime.transformers import optimizer

    fused = optimizer.optimize_model(
        str(raw), model_type="bert", num_heads=12, hidden_size=384, opt_level=1
    )
    fused.save_model_to_file(str(target))


def shrink(fused: Path, target: Path) -> None:
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


@contextlib.contextmanager
def quiet() -> Any:
    """Silence the exporters, which print and warn about their own deprecations."""
    level = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(level)
