"""The answer: which guides speak, which shape the act asks for, and the reply made of it."""

import re
import uuid
from dataclasses import replace

from assistant.act import Act
from assistant.compose import Brief, compose, compose_shorter, compose_why
from assistant.concern import find_second_guide, is_close_call
from assistant.conversation import Profile, Reply
from assistant.draft import Draft, render
from assistant.ranking import RankedDocument, Retrieved
from assistant.shelf import SERIOUS
from assistant.turn import Parts, State
from knowledge.guide import Guide
from knowledge.vocabulary import Audience

CLARIFY_GAP = 0.35
"""Two chairs' guides this close, in standard deviations, and the chair unknown: ask which."""
UNSURE_GAP = 0.6
"""Lead over the next guide, in standard deviations, below which others are named beside the answer:
there the first guide was the right one for a third of the labelled questions, above it for three of four."""
NEARBY = 3
"""Guides that are named then."""


def write(state: State, parts: Parts) -> tuple[Brief, Draft]:
    """Choose the guides and write the draft the act asks for."""
    understanding, subject, found = state["understanding"], state["subject"], state["found"]
    act = understanding.act
    on_last = act in {Act.SHORTER, Act.WHY, Act.MORE} and subject is not None and subject.guide
    slug = subject.guide if on_last and subject else found.documents[0].document.id
    lead = parts.shelf.guide(slug) or parts.shelf.guide(found.documents[0].document.id)
    assert lead is not None  # noqa: S101 - what was found stands on the shelf
    second_slug = None
    if act == Act.NEW:
        second_slug = find_second_guide(found, parts.retriever, state["profile"])
    second = parts.shelf.guide(second_slug) if second_slug else None
    if second and _alarms_beside(second, lead):
        second = None
    follows = act in {Act.FOLLOW, Act.WORDING, Act.MORE} and subject is not None
    # Somebody who asks for the words wants them, also those that were shown before.
    repeats = act == Act.WORDING
    said = frozenset(subject.quotes) if follows and subject and not repeats else frozenset()
    own = follows and act not in {Act.MORE, Act.WORDING}
    brief = Brief(
        query=parts.retriever.read(understanding.text, state["message"]) if own else found.query,
        shape=understanding.shape,
        profile=state["profile"],
        lead=lead,
        second=second,
        wants_words=act == Act.WORDING,
        is_close_call=is_close_call(found),
        vectors=parts.shelf.vectors(lead, *([second] if second else [])),
        said=said,
        follows=follows and subject is not None and subject.guide == lead.slug,
    )
    if act == Act.SHORTER:
        return brief, compose_shorter(brief, _count(understanding.text))
    if act == Act.WHY:
        return brief, compose_why(brief)
    draft = compose(brief)
    return (brief, draft) if draft.statements else _write_from_next(brief, found, parts)


def _write_from_next(brief: Brief, found: Retrieved, parts: Parts) -> tuple[Brief, Draft]:
    """Go on with the next guide where everything the first one holds has been said."""
    for document in found.documents:
        guide = parts.shelf.guide(document.document.id)
        if guide is None or not fits(brief.profile, guide):
            continue
        brief = replace(brief, lead=guide, vectors=parts.shelf.vectors(guide), follows=False)
        if (draft := compose(brief)).statements:
            return brief, draft
    return brief, Draft((), opening="I have said all that the library holds on that.")


def reply_from(state: State, parts: Parts, brief: Brief, draft: Draft) -> Reply:
    """Return the reply a draft makes, each statement cited."""
    rendered = render(draft, parts.shelf.find_chunk, parts.shelf.sources(source_ids(draft)))
    question = _clarifying_question(state)
    on_answer = state["understanding"].act == Act.SHORTER
    after = lines_after(state, parts, brief)
    text = f"{rendered.text}\n\n{after}" if after else rendered.text
    return Reply(
        id=state["question"].id or uuid.uuid4().hex,
        thread=state["question"].thread,
        kind="reply" if on_answer else "clarify" if question else "answer",
        text=text,
        citations=rendered.citations,
        searched=state["understanding"].searched,
        profile=state["profile"],
        confidence=round(state["decision"].confidence, 3),
    )


def lines_after(state: State, parts: Parts, brief: Brief) -> str:
    """Return our own lines after an answer: where to turn in case, and what else may be meant."""
    lines = (state.get("beside"), _clarifying_question(state) or _nearby(state, parts, brief))
    return "\n\n".join(line for line in lines if line)


def is_unsure(state: State) -> bool:
    """Tell whether the guide that answers a new question hardly leads the next one."""
    documents = state["found"].documents
    is_new = state["understanding"].act == Act.NEW
    return is_new and len(documents) > 1 and documents[0].score - documents[1].score < UNSURE_GAP


def _alarms_beside(guide: Guide, lead: Guide) -> bool:
    """Tell whether a guide on serious matters would stand beside an ordinary answer.

    A plan for a crisis is no afterthought, and where there is none it frightens.
    """
    return SERIOUS in guide.topics and SERIOUS not in lead.topics


def _nearby(state: State, parts: Parts, brief: Brief) -> str:
    """Return a line that names other guides, where the one that answers hardly leads them."""
    if not is_unsure(state):
        return ""
    spoken = {brief.lead.slug, brief.second.slug if brief.second else ""}
    named = []
    for other in state["found"].documents[: 2 * NEARBY]:
        guide = parts.shelf.guide(other.document.id)
        if guide is None or guide.slug in spoken or not fits(state["profile"], guide):
            continue
        if _alarms_beside(guide, brief.lead):
            continue
        named.append(f"*{guide.title}*")
    return f"Not quite it? Near to it are: {'; '.join(named[:NEARBY])}." if named else ""


def source_ids(draft: Draft) -> list[str]:
    """Return the works behind a draft, as often as they stand there."""
    return [id for statement in draft.statements for id in statement.item.sources]


def _clarifying_question(state: State) -> str:
    """Return one question back where the chair is unknown and the two chairs' guides are close."""
    profile, documents = state["profile"], state["found"].documents
    if profile.audience is not None or state["understanding"].act != Act.NEW:
        return ""
    first = documents[0]
    other = next((d for d in documents[1:4] if _opposite(first, d)), None)
    if other is None or first.score - other.score > CLARIFY_GAP:
        return ""
    return "Are you the mentee here, or the mentor? I have taken you to be the {}.".format(
        "mentor" if Audience.MENTOR in first.document.audience else "mentee"
    )


def _opposite(one: RankedDocument, other: RankedDocument) -> bool:
    chairs = {*one.document.audience, *other.document.audience}
    shared = set(one.document.audience) & set(other.document.audience)
    return {Audience.MENTEE, Audience.MENTOR} <= chairs and not shared


def fits(profile: Profile, guide: Guide) -> bool:
    """Tell whether a guide was written for this chair and stage, as far as they are known."""
    chair = profile.audience is None or profile.audience in guide.audience
    return chair and (profile.stage is None or profile.stage in guide.stages)


def _count(text: str) -> int:
    words = {"one": 1, "two": 2, "three": 3, "four": 4, "1": 1, "2": 2, "3": 3, "4": 4}
    return next((words[w] for w in re.findall(r"\w+", text.lower()) if w in words), 3)
