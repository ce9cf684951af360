"""A conversation, as it is read and kept: its subject, and a turn when it is closed."""

from collections.abc import Sequence

from assistant.act import Act
from assistant.conversation import Reply
from assistant.memory import Turn
from assistant.turn import State
from assistant.understand import Subject
from knowledge.guide import Guide


def subject_of(turns: Sequence[Turn]) -> Subject | None:
    """Return what a conversation is about: kept from turn to turn until another subject opens."""
    for turn in reversed(turns):
        if turn.subject:
            said = [c.quote for earlier in turns for c in earlier.reply.citations]
            return Subject(turn.subject, turn.guide, tuple(said))
    return None


def close_turn(state: State, reply: Reply, lead: Guide | None) -> Turn:
    """Return the turn as it is kept.

    Thanks do not change the subject, and a disclosure does not become one: what follows it is
    read by itself. A question that was declined is a subject, so that "and in London?" is too.
    """
    question, subject = state["question"], state["subject"]
    signpost = state.get("signpost")
    if reply.kind == "decline" or (signpost is not None and signpost.is_qualified):
        if state["understanding"].act == Act.NEW or subject is None:
            return Turn(question, reply, state["understanding"].searched, "")
        return Turn(question, reply, subject.text, subject.guide)
    if reply.kind in {"answer", "clarify"} and lead is not None:
        opens = state["understanding"].act == Act.NEW or subject is None
        searched = state["understanding"].searched
        about = searched if opens or subject is None else subject.text
        return Turn(question, reply, about, lead.slug)
    return Turn(question, reply, subject.text if subject else "", subject.guide if subject else "")
