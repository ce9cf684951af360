"""Whether a message is nearly a question that an ordinary guide was written for."""

from assistant.dense import Query
from assistant.shelf import SERIOUS
from assistant.turn import Parts

NEARLY_THE_SAME = 0.77
"""Cosine of a message and the nearest question the library knows, from which they ask the same. Of the fit
half none of 2,118 disclosures and none of 1,064 messages that the library must not answer come nearer than
0.74, the disclosures that a plain pattern finds left out; of 229 questions of the guides themselves that
the models would refuse, 183 come nearer than this, without looking at their words."""


def is_known_question(query: Query, parts: Parts) -> bool:
    """Tell whether the library has the question; then it has the answer, whatever a model makes of it.

    What is nearest to a guide on serious matters is left to the models.
    """
    snapshot = parts.retriever.snapshot
    if not snapshot.question_texts:
        return False
    nearest = snapshot.question_by_text.get(query.written.casefold())
    if nearest is None:
        cosines = snapshot.dense.cosines("question", query)
        nearest = int(cosines.argmax())
        if cosines[nearest] < NEARLY_THE_SAME:
            return False
    guide = parts.shelf.guide(snapshot.documents[snapshot.question_document[nearest]].id)
    return guide is not None and SERIOUS not in guide.topics
