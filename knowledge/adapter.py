"""Low-rank changes of the packaged encoder, as plain arrays.

Each changed layer's weight W becomes W + up·down (LoRA: Hu et al., 2022). Merged, a change costs
what the encoder costs, and it ships in a hundredth of the encoder's size.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

PREFIX = "adapter/"

Weights = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class LowRank:
    """The change of each layer by its name: ``down`` (rank, inputs), ``up`` (outputs, rank)."""

    down: Mapping[str, Weights]
    up: Mapping[str, Weights]

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Weights]) -> Self:
        """Take the arrays of `to_arrays` out of a larger file."""
        layers = _layers(arrays)
        return cls(layers["down"], layers["up"])

    def to_arrays(self) -> dict[str, NDArray[np.float16]]:
        """Return everything in half precision under names of its own."""
        named = {f"{PREFIX}{name}/down": array for name, array in self.down.items()}
        named |= {f"{PREFIX}{name}/up": array for name, array in self.up.items()}
        return {name: np.asarray(array, dtype=np.float16) for name, array in named.items()}

    def merge(self, name: str, weight: Weights) -> NDArray[np.float32]:
        """Return a layer's weight with the change in it; unchanged where there is none."""
        if name not in self.down:
            return np.asarray(weight, dtype=np.float32)
        change = self.up[name].astype(np.float32) @ self.down[name].astype(np.float32)
        return np.asarray(weight, dtype=np.float32) + change


@dataclass(frozen=True)
class Adapter(LowRank):
    """A change that ends in classes; the parts of its head have a row for each class.

    The head reads a mean of the last states for each class, over the tokens that speak for that
    class: a serious sentence in a long message of ordinary ones is not averaged away.
    """

    focus: Weights
    """What a class looks for in a token; softmax over tokens gives their shares in its mean."""
    head: Weights
    """What a class makes of its mean."""
    bias: Weights

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Weights]) -> Self:
        """Take the arrays of `to_arrays` out of a larger file."""
        layers = _layers(arrays)
        focus, head, bias = (arrays[PREFIX + name] for name in ("focus", "head", "bias"))
        return cls(layers["down"], layers["up"], focus, head, bias)

    def to_arrays(self) -> dict[str, NDArray[np.float16]]:
        """Return everything in half precision under names of its own."""
        head = {"focus": self.focus, "head": self.head, "bias": self.bias}
        named = {PREFIX + name: np.asarray(part, dtype=np.float16) for name, part in head.items()}
        return super().to_arrays() | named


def _layers(arrays: Mapping[str, Weights]) -> dict[str, dict[str, Weights]]:
    """Return the two halves of every layer's change by the layer's name."""
    layers: dict[str, dict[str, Weights]] = {"down": {}, "up": {}}
    for name, array in arrays.items():
        layer, _, half = name.removeprefix(PREFIX).rpartition("/")
        if name.startswith(PREFIX) and half in layers:
            layers[half][layer] = array
    return layers
