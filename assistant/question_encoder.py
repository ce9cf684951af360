"""How questions to the guides are read: the packaged encoder, changed so that they find their guide.

The published model puts a hundred-word story near whatever it mentions. A low-rank change, trained
by `eval/fit_search.py` on the library's questions, phrasings and stories, puts it near what its
guide says and is asked. Only questions are read so; everything that is stored keeps the published
model's vectors, and other collections are searched with it alone.
"""

import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from knowledge.adapter import LowRank
from knowledge.encoder import Encoder, Vectors
from knowledge.onnx_encoder import OnnxEncoder
from knowledge.shipped import Arrays, ShippedGraph

QUESTIONS_FILE = Path(__file__).parent / "question_encoder.npz"

_PROBES = (
    "How do I ask for a promotion in my annual review?",
    "My mentor keeps cancelling and I do not know whether to say something or let it go.",
    "I lost my job of twenty years last week. I am fifty and I have no idea where to begin.",
    "She says everything is fine, then asks the others. What would you do?",
    "What should I cover in a first meeting with an intern?",
    "how do i tell my boss no",
)
"""What the small graph is compared with the module on."""


class QuestionEncoder:
    """An encoder of questions whose vectors stand in the space of the encoder it changes."""

    def __init__(self, encoder: OnnxEncoder, graph: Path) -> None:
        """Take the encoder and the graph of its change."""
        self._encoder = encoder
        self._graph = graph
        self.name = encoder.name
        self.dimensions = encoder.dimensions
        self.max_tokens = encoder.max_tokens

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Return one unit row per text, as everything stored is read."""
        return self._encoder.embed_documents(texts)

    def embed_query(self, text: str) -> Vectors:
        """Return one unit vector."""
        return np.asarray(self.embed_queries([text])[0])

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one unit row per text."""
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        return self._encoder.read_with(self._graph, texts)

    def count_tokens(self, text: str) -> int:
        """Return the length of the text in the model's tokens."""
        return self._encoder.count_tokens(text)

    def is_word(self, word: str) -> bool:
        """Tell whether the tokenizer has a lower-case word as one token."""
        return self._encoder.is_word(word)


def question_encoder_for(encoder: Encoder) -> Encoder:
    """Return what questions to the guides are read with: for other encoders, they themselves."""
    if not isinstance(encoder, OnnxEncoder) or not QUESTIONS_FILE.is_file():
        return encoder
    return _load(encoder)


@cache
def _load(encoder: OnnxEncoder) -> QuestionEncoder:
    graph = GRAPH.make_if_missing(encoder.folder, lambda step: print(step, file=sys.stderr))  # noqa: T201
    return QuestionEncoder(encoder, graph)


def _export(arrays: Arrays, target: Path) -> None:
    from knowledge.changed_graph import export_change

    export_change(LowRank.from_arrays(arrays), target, _PROBES)


GRAPH = ShippedGraph(QUESTIONS_FILE, _export, "read questions")
