"""Training of the adapter that reads a message's class straight from its words in order.

Low-rank changes (LoRA) of every linear layer of the packaged encoder and a head that chooses for
each class the tokens it looks at, fitted together; the published weights stay as they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.low_rank import ChangingEncoder, Recipe, descend, plain
from knowledge.adapter import Adapter
from knowledge.onnx_graph import pool

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class AdapterRecipe(Recipe):
    """How the adapter is trained; chosen by cross-validation."""

    rank: int = 8
    epochs: int = 3
    rate: float = 2e-3
    batch: int = 32
    dropout: float = 0.1
    smoothing: float = 0.1
    balance: float = 0.0
    """Classes weigh as their frequency to the power of minus this."""


RECIPE = AdapterRecipe()


class Trainee:
    """A changing encoder with a classifying head."""

    def __init__(self, recipe: AdapterRecipe, classes: int) -> None:
        """Load the published weights and put an adapter that changes nothing beside them."""
        import torch

        self.recipe = recipe
        self._encoder = ChangingEncoder(recipe.rank, recipe.seed)
        self._head = torch.nn.Linear(self._encoder.width, classes)
        # A plain mean to begin with.
        self._focus = torch.nn.Parameter(torch.zeros(classes, self._encoder.width))
        self._dropout = torch.nn.Dropout(recipe.dropout)

    def fit(self, texts: Sequence[str], labels: Sequence[int]) -> None:
        """Train the adapter and the head."""
        import torch

        recipe = self.recipe
        counts = np.bincount(labels, minlength=self._head.out_features)
        weights = (counts.sum() / len(counts) / np.maximum(counts, 1)) ** recipe.balance
        cross_entropy = torch.nn.CrossEntropyLoss(
            weight=torch.tensor(weights, dtype=torch.float32), label_smoothing=recipe.smoothing
        )

        def loss_of(places: NDArray[np.int64]) -> Any:
            # Half precision inside: a third less time for the same figures.
            with torch.autocast("cpu", dtype=torch.bfloat16):
                logits = self._forward([texts[i] for i in places])
            return cross_entropy(logits.float(), torch.tensor([labels[i] for i in places]))

        self._encoder.model.train()
        self._dropout.train()
        trained = [self._focus, *self._head.parameters(), *self._encoder.parameters]
        for _ in descend(recipe, trained, texts, loss_of):
            pass

    def logits(self, texts: Sequence[str]) -> Matrix:
        """Return a row of logits for each text."""
        import torch

        self._encoder.model.eval()
        self._dropout.eval()
        rows = np.zeros((len(texts), self._head.out_features))
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        with torch.no_grad():
            for start in range(0, len(order), 64):
                places = order[start : start + 64]
                rows[places] = self._forward([texts[i] for i in places]).numpy()
        return rows

    def adapter(self) -> Adapter:
        """Return what was learned."""
        change = self._encoder.change()
        focus, head, bias = (
            plain(part) for part in (self._focus, self._head.weight, self._head.bias)
        )
        return Adapter(change.down, change.up, focus, head, bias)

    def _forward(self, texts: list[str]) -> Any:
        states, mask = self._encoder.states(texts)
        pooled = pool(states, mask, self._focus)
        return (self._dropout(pooled) * self._head.weight).sum(-1) + self._head.bias
