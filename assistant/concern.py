"""Whether a question holds a second concern that the leading guide does not serve."""

import numpy as np

from assistant.conversation import Profile
from assistant.dense import Query, Scores
from assistant.snapshot import Snapshot
from knowledge.encoder import Vectors

MIN_GAP = 0.17
"""How much nearer, as a cosine, another guide must be to a sentence than the leading one."""
MIN_NEAR = 0.6
"""Cosine from which the other guide is taken to be about the sentence; at 0.5 readers found most strays."""
MIN_FIT = -0.7


def find_second_guide(query: Query, snapshot: Snapshot, profile: Profile, lead: str) -> str | None:
    """Return the guide that serves a sentence of the question which the leading one does not.

    Only a long question is searched sentence by sentence, so only there can one be found.
    """
    if not len(query.sentence_rows) or lead not in snapshot.document_place:
        return None
    near = np.stack([_nearness(row, snapshot) for row in query.sentence_rows])
    fits = snapshot.fits(profile)
    own = near[:, snapshot.document_place[lead]].copy()
    near[:, fits < MIN_FIT] = -1.0
    best = near.argmax(axis=1)
    gaps = near[np.arange(len(best)), best] - own
    sentence = int(gaps.argmax())
    if gaps[sentence] < MIN_GAP or near[sentence, best[sentence]] < MIN_NEAR:
        return None
    return snapshot.documents[int(best[sentence])].id


def _nearness(row: Vectors, snapshot: Snapshot) -> Scores:
    best = snapshot.best_question(snapshot.question_rows @ row)
    np.maximum.at(best, snapshot.chunk_document, snapshot.chunk_rows @ row)
    return best
