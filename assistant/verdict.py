"""Refer, answer or decline: what the models make of a message, and whether the library knows it."""

from assistant.act import Act, is_corrected_figure
from assistant.boundary import (
    Suspicion,
    find_disclosure,
    line_beside,
    line_on_qualified,
    qualified_kind,
)
from assistant.dense import Query
from assistant.gate import Decision, decide, must_decline
from assistant.ranking import Retrieved
from assistant.reading import search_for
from assistant.shelf import SERIOUS
from assistant.snapshot import fold
from assistant.triage import triage_for
from assistant.turn import Parts, State
from assistant.understand import go_on

_MAY_GO_ON = 0.1
"""Probability of an answer from which a question nobody could place is read as going on."""
_SURELY_ANSWERED = 0.5
"""Least confidence of an answer that is given whatever the models make of the message."""


def suspect(text: str, message: Query, parts: Parts, *, follows: bool = False) -> Suspicion | None:
    """Return the serious matter a message discloses, or None; the library's own questions do not.

    An age put right in the middle of a conversation reads to the models like age discrimination.
    """
    if follows and is_corrected_figure(text):
        return None
    found = find_disclosure(text, message, triage_for(parts.retriever.encoder), follows=follows)
    if found is None or (not found.is_plain and is_known_question(message, parts)):
        return None
    return found


def line_in_case(text: str, message: Query, parts: Parts, *, follows: bool = False) -> str:
    """Return the line on where to turn beside an answer that may have more behind it, or none."""
    if follows and is_corrected_figure(text):
        return ""
    return line_beside(message, triage_for(parts.retriever.encoder))


def decide_alone(query: Query, found: Retrieved, parts: Parts) -> Decision:
    """Return the decision on one reading of a message; a question the library knows is answered."""
    decision = decide(query, found, triage_for(parts.retriever.encoder))
    refused = decision.kind != "answer" and not must_decline(query.text)
    if refused and is_known_question(query, parts):
        return Decision("answer", max(decision.confidence, _SURELY_ANSWERED))
    return decision


def decide_turn(state: State, parts: Parts) -> State:
    """Return the decision, with another reading of the message where that one is answered."""
    found, understanding, subject = state["found"], state["understanding"], state["subject"]
    decision = decide_alone(found.query, found, parts)
    if decision.kind == "answer" and understanding.stands_alone:
        # "What salary should I ask for in Leeds?" is no more in the library for being asked in the
        # middle of a conversation that is.
        own = parts.retriever.read(understanding.text, state["message"])
        decision = decide_alone(own, parts.retriever.search(own, state["profile"]), parts)
    acts_on_answer = understanding.act in {Act.SHORTER, Act.MORE, Act.WHY, Act.CORRECT}
    if acts_on_answer and subject and subject.guide:
        return {"decision": Decision("answer", max(decision.confidence, _SURELY_ANSWERED))}
    unplaced = decision.kind == "decline" and decision.confidence >= _MAY_GO_ON
    if unplaced and understanding.may_go_on and subject is not None:
        reading = go_on(Act.FOLLOW, understanding.shape, understanding.text, subject)
        together = search_for(parts.retriever, reading, state["message"], state["profile"], subject)
        if (second := decide_alone(together.query, together, parts)).kind == "answer":
            return {"decision": second, "found": together, "understanding": reading}
    return {"decision": decision}


def line_instead_of_referral(state: State, parts: Parts) -> str:
    """Return a line to stand beside the answer to a question that is only in part for the qualified.

    Such is one that is likelier than not to be answered, and one that goes on after a referral and is
    not itself for them: nobody is helped by the same referral twice. Empty where it is to be referred.
    """
    decision, turns = state["decision"], state["turns"]
    line = line_on_qualified(qualified_kind(state["found"].query.text))
    if not line or decision.confidence >= _SURELY_ANSWERED:
        return line
    if not turns or turns[-1].reply.kind != "refer" or state["understanding"].stands_alone:
        return ""
    own = state["message"]
    alone = decide_alone(own, parts.retriever.search(own, state["profile"]), parts)
    return line if alone.kind == "answer" else ""


def is_known_question(query: Query, parts: Parts) -> bool:
    """Tell whether an ordinary guide was written for just this question; then it has the answer.

    A question that is only much like one is left to the models, and so is one of a guide on serious
    matters. "What is the dress code at Deloitte in Amsterdam?" is nearer to a question of the library
    (cosine 0.80) than 353 of the 354 that the models refuse in error are to any but themselves.
    """
    snapshot = parts.retriever.snapshot
    place = snapshot.question_by_text.get(fold(query.written))
    if place is None:
        return False
    guide = parts.shelf.guide(snapshot.documents[snapshot.question_document[place]].id)
    return guide is not None and SERIOUS not in guide.topics
