"""A low-rank change of the packaged encoder with a classifying head, as plain arrays.

Each adapted layer's weight W becomes W + up·down (LoRA: Hu et al., 2022). The head reads a mean of
the last states for each class, over the tokens that speak for that class: a serious sentence in a
long message of ordinary ones is not averaged away. Merged, it costs what the encoder costs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

PREFIX = "adapter/"

Weights = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class Adapter:
    """The change of each layer by its name, and the head; its parts have a row for each class."""

    down: Mapping[str, Weights]
    up: Mapping[str, Weights]
    focus: Weights
    """What a class looks for in a token; softmax over tokens gives their shares in its mean."""
    head: Weights
    """What a class makes of its mean."""
    bias: Weights

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Weights]) -> Self:
        """Take the arrays of `to_arrays` out of a larger file."""
        names = [
            name.removeprefix(PREFIX).removesuffix("/down")
            for name in arrays
            if name.startswith(PREFIX) and name.endswith("/down")
        ]
        return cls(
            down={name: arrays[f"{PREFIX}{name}/down"] for name in names},
            up={name: arrays[f"{PREFIX}{name}/up"] for name in names},
            focus=arrays[f"{PREFIX}focus"],
            head=arrays[f"{PREFIX}head"],
            bias=arrays[f"{PREFIX}bias"],
        )

    def to_arrays(self) -> dict[str, NDArray[np.float16]]:
        """Return everything in half precision under names of its own."""
        arrays = {
            f"{PREFIX}focus": self.focus,
            f"{PREFIX}head": self.head,
            f"{PREFIX}bias": self.bias,
        }
        for name in self.down:
            arrays[f"{PREFIX}{name}/down"] = self.down[name]
            arrays[f"{PREFIX}{name}/up"] = self.up[name]
        return {name: np.asarray(array, dtype=np.float16) for name, array in arrays.items()}

    def merge(self, name: str, weight: Weights) -> NDArray[np.float32]:
        """Return a layer's weight with the change in it; unchanged where there is none."""
        if name not in self.down:
            return np.asarray(weight, dtype=np.float32)
        change = self.up[name].astype(np.float32) @ self.down[name].astype(np.float32)
        return np.asarray(weight, dtype=np.float32) + change
