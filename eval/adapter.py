"""Training of the adapter that reads a message's class straight from its words in order.

Low-rank changes (LoRA) of every linear layer of the packaged encoder and a head that chooses for
each class the tokens it looks at, fitted together; the published weights stay as they are.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.adapter import Adapter
from knowledge.encoder import packaged_weights
from knowledge.export import pool

Matrix = NDArray[np.float64]

_LINEAR = (
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
)
_LAYERS = 6
_MAX_TOKENS = 256
_BUCKET = 16
"""Batches whose texts are sorted by length together: less padding, and still shuffled."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the adapter is trained; chosen by cross-validation."""

    rank: int = 8
    epochs: int = 3
    rate: float = 2e-3
    batch: int = 32
    dropout: float = 0.1
    smoothing: float = 0.1
    decay: float = 0.01
    balance: float = 0.0
    """Classes weigh as their frequency to the power of minus this."""
    seed: int = 7


RECIPE = Recipe()


class Trainee:
    """The packaged encoder with an adapter in it, as a torch module and its tokenizer."""

    def __init__(self, recipe: Recipe, classes: int) -> None:
        """Load the published weights and put an adapter that changes nothing beside them."""
        import torch
        from transformers import AutoModel, AutoTokenizer
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()
        torch.manual_seed(recipe.seed)
        folder = str(packaged_weights())
        self.recipe = recipe
        self._tokenizer = AutoTokenizer.from_pretrained(folder)
        self._model = AutoModel.from_pretrained(folder)
        for parameter in self._model.parameters():
            parameter.requires_grad = False
        self._changes = {name: self._adapt(name) for name in _adapted_names()}
        width = self._model.config.hidden_size
        self._head = torch.nn.Linear(width, classes)
        self._focus = torch.nn.Parameter(torch.zeros(classes, width))  # a plain mean to begin with
        self._dropout = torch.nn.Dropout(recipe.dropout)

    def _adapt(self, name: str) -> Any:
        """Put a low-rank change beside one layer; it starts as none."""
        import torch

        rank = self.recipe.rank

        class Changed(torch.nn.Module):  # type: ignore[misc]  # torch is not followed
            def __init__(self, base: Any) -> None:
                super().__init__()
                self.base = base
                spread = 1 / math.sqrt(base.in_features)
                self.down = torch.nn.Parameter(torch.randn(rank, base.in_features) * spread)
                self.up = torch.nn.Parameter(torch.zeros(base.out_features, rank))

            def forward(self, states: Any) -> Any:
                return self.base(states) + _SCALE * (states @ self.down.T @ self.up.T)

        path, _, last = name.rpartition(".")
        owner = self._model.get_submodule(path)
        changed = Changed(getattr(owner, last))
        setattr(owner, last, changed)
        return changed

    def fit(self, texts: Sequence[str], labels: Sequence[int]) -> None:
        """Train the adapter and the head."""
        import torch

        recipe = self.recipe
        random = np.random.default_rng(recipe.seed)
        trained = [self._focus, *self._head.parameters()]
        for change in self._changes.values():
            trained += [change.down, change.up]
        steps = recipe.epochs * math.ceil(len(texts) / recipe.batch)
        optimizer = torch.optim.AdamW(trained, lr=recipe.rate, weight_decay=recipe.decay)
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimizer, recipe.rate, total_steps=steps + 1, pct_start=0.1
        )
        counts = np.bincount(labels, minlength=self._head.out_features)
        weights = (counts.sum() / len(counts) / np.maximum(counts, 1)) ** recipe.balance
        loss_of = torch.nn.CrossEntropyLoss(
            weight=torch.tensor(weights, dtype=torch.float32), label_smoothing=recipe.smoothing
        )
        self._model.train()
        self._dropout.train()
        for _ in range(recipe.epochs):
            for places in _shuffled_batches(texts, recipe.batch, random):
                target = torch.tensor([labels[i] for i in places])
                # Half precision inside: a third less time for the same figures.
                with torch.autocast("cpu", dtype=torch.bfloat16):
                    logits = self._forward([texts[i] for i in places])
                loss = loss_of(logits.float(), target)
                optimizer.zero_grad()
                loss.backward()
                torch.nn.utils.clip_grad_norm_(trained, 1.0)
                optimizer.step()
                schedule.step()

    def logits(self, texts: Sequence[str]) -> Matrix:
        """Return a row of logits for each text."""
        import torch

        self._model.eval()
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

        def plain(tensor: Any, scale: float = 1.0) -> NDArray[np.float32]:
            return np.asarray(scale * tensor.detach().numpy(), dtype=np.float32)

        return Adapter(
            down={name: plain(change.down) for name, change in self._changes.items()},
            up={name: plain(change.up, _SCALE) for name, change in self._changes.items()},
            focus=plain(self._focus),
            head=plain(self._head.weight),
            bias=plain(self._head.bias),
        )

    def _forward(self, texts: list[str]) -> Any:
        encoded = self._tokenizer(
            texts,
            padding=True,
            pad_to_multiple_of=8,  # few shapes: each is planned for once
            truncation=True,
            max_length=_MAX_TOKENS,
            return_tensors="pt",
        )
        mask = encoded["attention_mask"]
        states = self._model(input_ids=encoded["input_ids"], attention_mask=mask).last_hidden_state
        pooled = pool(states, mask, self._focus)
        return (self._dropout(pooled) * self._head.weight).sum(-1) + self._head.bias


_SCALE = 2.0
"""The usual alpha / rank: how loudly the change speaks for a given learning rate."""


def _adapted_names() -> list[str]:
    return [f"encoder.layer.{layer}.{name}" for layer in range(_LAYERS) for name in _LINEAR]


def _shuffled_batches(
    texts: Sequence[str], size: int, random: np.random.Generator
) -> Iterator[NDArray[np.int64]]:
    """Yield batches of texts of like length, in random order."""
    order = random.permutation(len(texts))
    batches: list[NDArray[np.int64]] = []
    for start in range(0, len(order), size * _BUCKET):
        bucket = order[start : start + size * _BUCKET]
        bucket = bucket[np.argsort([len(texts[i]) for i in bucket], kind="stable")]
        batches += [bucket[at : at + size] for at in range(0, len(bucket), size)]
    for at in random.permutation(len(batches)):
        yield batches[at]
