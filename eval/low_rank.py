"""The packaged encoder with a low-rank change in it, as it is trained; the weights stay as published."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.adapter import LowRank
from knowledge.weights import packaged_weights

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
_SCALE = 2.0
"""The usual alpha / rank: how loudly the change speaks for a given learning rate."""
_BUCKET = 16
"""Batches whose texts are sorted by length together: less padding, and still shuffled."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a change is trained."""

    rank: int
    epochs: int
    rate: float
    batch: int
    decay: float = 0.01
    seed: int = 7


class ChangingEncoder:
    """The packaged encoder as a torch module with a change beside every linear layer."""

    def __init__(self, rank: int, seed: int) -> None:
        """Load the published weights and put a change that changes nothing beside them."""
        import torch
        from transformers import AutoModel, AutoTokenizer
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()
        torch.manual_seed(seed)
        folder = str(packaged_weights())
        self._tokenizer = AutoTokenizer.from_pretrained(folder)
        self.model = AutoModel.from_pretrained(folder)
        for parameter in self.model.parameters():
            parameter.requires_grad = False
        self._changes = {name: self._adapt(name, rank) for name in _adapted_names()}

    @property
    def width(self) -> int:
        """Return the size of a token's state."""
        return int(self.model.config.hidden_size)

    @property
    def parameters(self) -> list[Any]:
        """Return what is trained."""
        return [part for change in self._changes.values() for part in (change.down, change.up)]

    def states(self, texts: Sequence[str]) -> tuple[Any, Any]:
        """Return the last states, shape (texts, tokens, width), and which tokens are real."""
        encoded = self._tokenizer(
            list(texts),
            padding=True,
            pad_to_multiple_of=8,  # few shapes: each is planned for once
            truncation=True,
            max_length=_MAX_TOKENS,
            return_tensors="pt",
        )
        mask = encoded["attention_mask"]
        found = self.model(input_ids=encoded["input_ids"], attention_mask=mask)
        return found.last_hidden_state, mask

    def change(self, share: float = 1.0) -> LowRank:
        """Return what was learned, or a share of it."""
        return LowRank(
            down={name: plain(change.down) for name, change in self._changes.items()},
            up={name: plain(change.up, _SCALE * share) for name, change in self._changes.items()},
        )

    def _adapt(self, name: str, rank: int) -> Any:
        """Put a low-rank change beside one layer; it starts as none."""
        import torch

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
        owner = self.model.get_submodule(path)
        changed = Changed(getattr(owner, last))
        setattr(owner, last, changed)
        return changed


def descend(
    recipe: Recipe, trained: Sequence[Any], texts: Sequence[str], loss_of: Callable[[Any], Any]
) -> Iterator[float]:
    """Train on shuffled batches and yield the mean loss of each epoch.

    AdamW under one cycle of the learning rate, gradients clipped to length 1; ``loss_of`` gives
    the loss of the texts at some places.
    """
    import torch

    random = np.random.default_rng(recipe.seed)
    steps = recipe.epochs * math.ceil(len(texts) / recipe.batch)
    optimizer = torch.optim.AdamW(trained, lr=recipe.rate, weight_decay=recipe.decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, recipe.rate, total_steps=steps + 1, pct_start=0.1
    )
    for _ in range(recipe.epochs):
        losses = []
        for places in shuffled_batches(texts, recipe.batch, random):
            loss = loss_of(places)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(trained, 1.0)
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
        yield float(np.mean(losses))


def plain(tensor: Any, scale: float = 1.0) -> NDArray[np.float32]:
    """Return a tensor's values, scaled."""
    return np.asarray(scale * tensor.detach().numpy(), dtype=np.float32)


def shuffled_batches(
    texts: Sequence[str], size: int, random: np.random.Generator
) -> Iterator[NDArray[np.int64]]:
    """Yield the places of batches of texts of like length, in random order."""
    order = random.permutation(len(texts))
    batches: list[NDArray[np.int64]] = []
    for start in range(0, len(order), size * _BUCKET):
        bucket = order[start : start + size * _BUCKET]
        bucket = bucket[np.argsort([len(texts[i]) for i in bucket], kind="stable")]
        batches += [bucket[at : at + size] for at in range(0, len(bucket), size)]
    for at in random.permutation(len(batches)):
        yield batches[at]


def _adapted_names() -> list[str]:
    return [f"encoder.layer.{layer}.{name}" for layer in range(_LAYERS) for name in _LINEAR]
