"""Which of the guides' own questions are kept back from training, to judge search by them.

One in eight, told by the question itself: a guide that is written tomorrow moves none of the others
from one side to the other. They stand in the index like all others, and are left out of their own
search when they are asked. Phrasings and stories are never kept back.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.retriever import Retriever
from knowledge.document import Document

ONE_IN = 8


@dataclass(frozen=True, slots=True)
class StoredQuestion:
    """A question that leads to a guide, and whether the guide itself names it."""

    id: str
    text: str
    guide: Document
    own: bool

    @property
    def is_kept_back(self) -> bool:
        """Tell whether it is never trained on: of the guide's own, titles excepted, one in eight."""
        return self.own and self.text != self.guide.title and is_chosen(self.text)


def is_chosen(question: str) -> bool:
    """Tell whether a question is the one in eight."""
    digest = hashlib.blake2b(question.strip().encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") % ONE_IN == 0


def iter_stored_questions(retriever: Retriever) -> Iterator[StoredQuestion]:
    """Yield every question of the library in the order in which its vectors are stored."""
    snapshot = retriever.snapshot
    own: dict[str, set[str]] = {}
    for place, (id, text) in enumerate(
        zip(snapshot.question_ids, snapshot.question_texts, strict=True)
    ):
        guide = snapshot.documents[snapshot.question_document[place]]
        if guide.id not in own:
            stored = retriever.catalogue.document(snapshot.collection, guide.id)
            own[guide.id] = {guide.title, *(stored.record["questions"] if stored else ())}
        yield StoredQuestion(id, text, guide, text in own[guide.id])
