"""Which second guide speaks: one as likely as the first, or one that serves a concern of its own."""

import numpy as np

from assistant.conversation import Profile
from assistant.ranking import RankedDocument, Retrieved
from assistant.retriever import Retriever
from assistant.snapshot import Snapshot
from knowledge.encoder import Vectors
from knowledge.guide import split_sentences

CLOSE_GAP = 0.4
"""Lead over the next guide, in standard deviations, below which either may be what is meant: of 183
questions there, by authors search was not trained on, the first guide answers 0.25 and the second
0.18; of 122 questions with a lead above 0.6 they answer 0.78 and 0.11."""
LONG_QUESTION = 40
"""Words from which a question may hold two concerns."""
MAX_SENTENCES = 2
"""Sentences that are looked at: what is asked, then what is said at length."""
CANDIDATES = 4
"""Guides behind the first that are looked at; of those further down readers found most strays."""
MIN_GAP = 0.1
"""How much nearer, as a cosine, another guide must be to a sentence than the leading one."""
MIN_NEAR = 0.45
"""Cosine from which the other guide is taken to be about the sentence. Of 75 long labelled questions
16 then have a second guide, and 7 of those guides are labelled as answering or helping."""
MIN_FIT = -0.7


def is_close_call(found: Retrieved) -> bool:
    """Tell whether the second guide is as likely to be meant as the first."""
    documents = found.documents
    return len(documents) > 1 and documents[0].score - documents[1].score < CLOSE_GAP


def find_second_guide(found: Retrieved, retriever: Retriever, profile: Profile) -> str | None:
    """Return the guide that may be meant instead, or serves a sentence the first does not."""
    fits = found.snapshot.fits(profile)
    place = found.snapshot.document_place
    lead, *others = found.documents[: 1 + CANDIDATES]
    others = [other for other in others if fits[place[other.document.id]] >= MIN_FIT]
    if not others:
        return None
    if is_close_call(found):
        return others[0].document.id
    sentences = telling_sentences(found.query.text)
    if not sentences:
        return None
    rows = retriever.question_encoder.embed_queries(sentences)
    own = _nearness(rows, lead, found.snapshot)
    near = np.stack([_nearness(rows, other, found.snapshot) for other in others])
    gaps = np.where(near >= MIN_NEAR, near - own, -1.0).max(axis=1)
    best = int(gaps.argmax())
    return others[best].document.id if gaps[best] >= MIN_GAP else None


def telling_sentences(text: str) -> list[str]:
    """Return the sentences of a long question that may hold a concern of their own."""
    sentences = [part for part in split_sentences(text) if len(part.split()) >= 4]
    if len(text.split()) < LONG_QUESTION or len(sentences) < 2:
        return []
    best = sorted(sentences, key=lambda part: (not part.rstrip().endswith("?"), -len(part)))
    return [part for part in sentences if part in best[:MAX_SENTENCES]]


def _nearness(rows: Vectors, ranked: RankedDocument, snapshot: Snapshot) -> Vectors:
    """Return the best cosine of each sentence to a guide's questions and chunks."""
    place = snapshot.document_place[ranked.document.id]
    mine = np.concatenate(
        [
            snapshot.question_rows[snapshot.question_document == place],
            snapshot.chunk_rows[snapshot.chunk_document == place],
        ]
    )
    return np.asarray((rows @ mine.T).max(axis=1))
