"""Training of the change with which questions to the guides are read.

Each question is asked of the library with itself taken out, and every guide is scored as the
retriever scores it: the mean of its five nearest questions and its nearest chunk. The softmax over
all guides is trained towards the one that answers. Stored vectors stay as they are, so that every
guide is a rival at every step for the price of one matrix product.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.retriever import BEST_QUESTIONS
from assistant.snapshot import Snapshot
from eval.low_rank import ChangingEncoder, Recipe, descend
from knowledge.adapter import LowRank
from knowledge.onnx_graph import unit_mean


@dataclass(frozen=True, slots=True)
class SearchRecipe(Recipe):
    """How the change is trained; chosen on the labelled questions of the fit half."""

    rank: int = 16
    epochs: int = 3
    rate: float = 1e-3
    batch: int = 64
    temperature: float = 0.03
    """Cosines are divided by it before the softmax."""
    smoothing: float = 0.1
    share: float = 0.8
    """How much of what was learned is kept: weights between the published and the trained ones do
    better on other people's questions than either end (Wortsman et al., 2022, on robust fine-tuning)."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the guides that answer it, and its own place in the library, or -1."""

    text: str
    answers: tuple[int, ...]
    own: int = -1


def train_change(
    asked: Sequence[Asked], snapshot: Snapshot, recipe: SearchRecipe, log: Any = print
) -> LowRank:
    """Train on questions with their answers and return the share of the change that is kept."""
    import torch

    encoder = ChangingEncoder(recipe.rank, recipe.seed)
    board = _Board(snapshot)

    def loss_of(places: NDArray[np.int64]) -> Any:
        batch = [asked[i] for i in places]
        with torch.autocast("cpu", dtype=torch.bfloat16):
            states, mask = encoder.states([question.text for question in batch])
        scores = board.scores(unit_mean(states.float(), mask), [q.own for q in batch])
        return torch.nn.functional.cross_entropy(
            scores / recipe.temperature,
            board.targets([question.answers for question in batch]),
            label_smoothing=recipe.smoothing,
        )

    encoder.model.train()
    texts = [question.text for question in asked]
    for epoch, loss in enumerate(descend(recipe, encoder.parameters, texts, loss_of), start=1):
        log(f"epoch {epoch} of {recipe.epochs}: loss {loss:.3f}")
    return encoder.change(recipe.share)


class _Board:
    """The stored vectors, grouped by guide."""

    def __init__(self, snapshot: Snapshot) -> None:
        import torch

        self._count = len(snapshot.documents)
        self._questions = torch.from_numpy(np.array(snapshot.question_rows))
        self._chunks = torch.from_numpy(np.array(snapshot.chunk_rows))
        self._question_places = self._group(snapshot.question_document)
        self._chunk_places = self._group(snapshot.chunk_document)

    def scores(self, vectors: Any, own: Sequence[int]) -> Any:
        """Return one score per text and guide, shape (texts, guides), each text's own question out."""
        import torch

        asked = vectors @ self._questions.T
        out = torch.zeros_like(asked)
        for row, place in enumerate(own):
            if place >= 0:
                out[row, place] = -2.0
        best = self._grouped(asked + out, self._question_places).topk(BEST_QUESTIONS, dim=-1).values
        best_chunk = self._grouped(vectors @ self._chunks.T, self._chunk_places).amax(-1)
        return (best.mean(-1) + best_chunk) / 2

    def targets(self, answers: Sequence[tuple[int, ...]]) -> Any:
        """Return a distribution over guides for each text: evenly over those that answer."""
        import torch

        wanted = torch.zeros(len(answers), self._count)
        for row, guides in zip(wanted, answers, strict=True):
            row[list(guides)] = 1 / len(guides)
        return wanted

    def _group(self, owner: NDArray[np.int64]) -> Any:
        """Return the places of each guide's vectors, shape (guides, most), padded with -1."""
        import torch

        grouped = [np.flatnonzero(owner == guide) for guide in range(self._count)]
        most = max(BEST_QUESTIONS, *(len(places) for places in grouped))
        padded = np.full((self._count, most), -1)
        for row, places in zip(padded, grouped, strict=True):
            row[: len(places)] = places
        return torch.from_numpy(padded)

    @staticmethod
    def _grouped(cosines: Any, places: Any) -> Any:
        """Return cosines by guide, shape (texts, guides, most); -1 where there is none."""
        return cosines[:, places.clamp(min=0)].masked_fill(places < 0, -1.0)
