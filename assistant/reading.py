"""From a message that is understood to what is searched for it.

A follow-up is read three ways, as one text with its subject, by its own words, and by its subject,
because each alone loses something: own words forget, and one text lets the longer half drown the
other.
"""

from assistant.act import Act
from assistant.conversation import Profile
from assistant.dense import Query
from assistant.ranking import Retrieved
from assistant.retriever import Retriever
from assistant.understand import Subject, Understanding

BESIDE = {Act.FOLLOW: (0.4, 0.2)}
"""What a follow-up's own words and its subject have of the score, beside both as one text. Chosen on
the conversations of `eval/datasets/` that were there before the held-out ones: 0.744 nDCG@10, one
text alone 0.712, the question in full 0.768 (n 61)."""
_BESIDE_OTHER = (0.0, 0.5)
"""The same of an act, and of a follow-up without a matter of its own: they have no words to be found by. "And
what if she says no?" must not end with how to say no to a mentee."""
_BESIDE_MAYBE = 0.2
"""What the subject has of the score where a message reads as new but could still go on with it."""


def search_for(
    retriever: Retriever,
    understanding: Understanding,
    message: Query,
    profile: Profile,
    subject: Subject | None,
) -> Retrieved:
    """Return what is found for a message; ``message`` is its own vector, used where it can be."""
    query = retriever.read(understanding.searched, message)
    beside = [(share, retriever.read(text, message)) for share, text in _beside(understanding)]
    goes_on = subject is not None and understanding.act != Act.NEW
    favour = [subject.guide] if goes_on and subject and subject.guide else []
    return retriever.search(query, profile, beside=beside, favour=favour)


def _beside(understanding: Understanding) -> list[tuple[float, str]]:
    """Return the further readings of a follow-up: its own words, and what it goes on about."""
    if not understanding.about:
        return []
    if understanding.act == Act.NEW:
        return [(_BESIDE_MAYBE, understanding.about)]
    has_own = understanding.act in BESIDE and not understanding.is_bare
    alone, subject = BESIDE[understanding.act] if has_own else _BESIDE_OTHER
    readings = [(alone, understanding.text), (subject, understanding.about)]
    return [(share, text) for share, text in readings if share]
