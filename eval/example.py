"""Labelled questions with everything the models of `assistant/triage.py` read of them.

Fitted on: `boundary_fit`, the `ordinary` files, `contrast_fit`, `scope_fit`, `story_fit` and
`asked_fit`, the fit half of `boundary.jsonl`, the answerable questions of the fit half of `questions.jsonl`, and a
sample of the library's own questions and stories, each left out of its own search.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from assistant.boundary import find_pattern
from assistant.dense import Query
from assistant.retriever import Retriever
from assistant.shelf import SERIOUS, Shelf
from assistant.triage import CLASSES, evidence_of
from eval.dataset import DATASETS_FOLDER

FILES = (
    "boundary",
    "boundary_fit",
    "ordinary_fit",
    "ordinary_plain_fit",
    "contrast_fit",
    "scope_fit",
    "story_fit",
    "questions",
    "asked_fit",
)
PAIRED = ("contrast_fit", "scope_fit", "story_fit")
"""Files where an answerable line after another is its twin, a few words apart."""
LIBRARY_SAMPLE = 1000
STORY_SAMPLE = 2000
"""Stories among the library's phrasings that are fitted on besides: long, told in scenes, and nothing to refer."""
STORY_WORDS = 28
SEED = 7


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled question with what the models read."""

    source: str
    """The file it is from, or `library`."""
    kind: str
    label: str
    """Its class, one of `CLASSES`."""
    group: int
    """Examples of one group are never parted between fitting and judging."""
    query: Query
    """As it was written, which is read for disclosures, and as it is searched, for scope."""
    evidence: NDArray[np.float64]
    has_pattern: bool
    """Whether a plain pattern finds a disclosure in it before any model is asked."""

    @property
    def is_disclosure(self) -> bool:
        """Tell whether it must be answered with a signpost."""
        return self.label in CLASSES[3:]

    @property
    def is_answer(self) -> bool:
        """Tell whether the library should answer it."""
        return self.label == "answer"

    @property
    def is_asked(self) -> bool:
        """Tell whether somebody might open a conversation with it.

        Tales told for their own sake, short messages in mid conversation and pairs made to mislead
        are fitted on, but are no measure of how many worries are taken for something else.
        """
        made = self.source in {"library", "ordinary_fit", "contrast_fit"}
        return not made and self.kind != "tale"


def load_examples(retriever: Retriever, split: Literal["fit", "held"]) -> list[Example]:
    """Read the written questions of one half."""
    examples: list[Example] = []
    group = 0
    for source in FILES:
        if split == "held" and source != "boundary":
            continue
        for record in _records(source):
            if record["split"] != split:
                continue
            kind = record.get("kind") or "real"
            label = kind if record["expect"] == "refer" else record["expect"]
            after_another = bool(examples) and examples[-1].label != "answer"
            group += not (source in PAIRED and label == "answer" and after_another)
            examples.append(_read(retriever, source, kind, label, group, record["question"]))
    return examples


def library_examples(retriever: Retriever, first_group: int) -> list[Example]:
    """Return a fixed sample of the library's questions and stories, each left out of its search.

    What is asked of the guides on serious matters is left out: some of it should be referred.
    """
    snapshot = retriever.snapshot
    is_story = np.array([len(text.split()) >= STORY_WORDS for text in snapshot.question_texts])
    shelf = Shelf(retriever)
    guides = [shelf.guide(document.id) for document in snapshot.documents]
    plain = np.array([guide is not None and SERIOUS not in guide.topics for guide in guides])
    order = np.random.default_rng(SEED).permutation(len(snapshot.question_ids))
    order = order[plain[snapshot.question_document[order]]]
    chosen = [*order[~is_story[order]][:LIBRARY_SAMPLE], *order[is_story[order]][:STORY_SAMPLE]]
    return [
        _read(
            retriever, "library", "library", "answer", first_group + i,
            snapshot.question_texts[place], without=[snapshot.question_ids[place]],
        )
        for i, place in enumerate(sorted(int(place) for place in chosen))
    ]  # fmt: skip


def _records(source: str) -> Iterator[dict[str, Any]]:
    text = (DATASETS_FOLDER / f"{source}.jsonl").read_text(encoding="utf-8")
    for line in text.splitlines():
        record = json.loads(line)
        # What a real question that is not answered should get instead is told in prose.
        if source != "questions" or record["expect"] == "answer":
            yield record


def _read(
    retriever: Retriever,
    source: str,
    kind: str,
    label: str,
    group: int,
    text: str,
    without: Sequence[str] = (),
) -> Example:
    query = retriever.read(text)
    evidence = evidence_of(query, retriever.search(query, without_questions=without))
    return Example(source, kind, label, group, query, evidence, bool(find_pattern(text)))
