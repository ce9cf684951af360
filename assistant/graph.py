"""One turn, from question to reply, as one `StateGraph`.

    understand → boundary → retrieve → gate → compose | model | refer | decline | small talk → suggest

Every face runs this graph: the screen, the command line, the API and the evaluation. No node
needs a model; the writer is chosen by an edge. Events go out through the stream writer.
"""

import re
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, TypedDict

import numpy as np
from langgraph.config import get_stream_writer
from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime

from assistant.boundary import Signpost, build_signpost, find_disclosure, qualified_kind
from assistant.compose import Brief, compose, compose_shorter, compose_why
from assistant.concern import find_second_guide
from assistant.conversation import (
    Profile,
    Question,
    Reply,
    Timings,
    Token,
    TopicCard,
    Understood,
)
from assistant.dense import Query
from assistant.draft import Block, Draft, Statement, render
from assistant.gate import Decision, decide, explain_decline
from assistant.memory import Turn
from assistant.model_writer import write_with_model
from assistant.profile import build_profile, correct_profile
from assistant.retriever import RankedDocument, Retrieved, Retriever, build_query
from assistant.shelf import Shelf
from assistant.snapshot import Snapshot
from assistant.triage import triage_for
from assistant.understand import Act, Subject, Understanding, understand
from knowledge.guide import Guide
from knowledge.vocabulary import Audience, Section

CLARIFY_GAP = 0.35
"""Two chairs' guides this close, in standard deviations, and the chair unknown: ask which."""
FOLLOW_UPS = 3
_SHORT_QUESTION = 16


@dataclass(frozen=True, slots=True)
class Parts:
    """What a turn is made with; passed in, not looked up."""

    retriever: Retriever
    shelf: Shelf
    contacts: Path | None = None
    model: Any = None
    engine: str = "extractive"


@dataclass
class Clock:
    """Milliseconds by stage of one turn."""

    started: float = field(default_factory=time.perf_counter)
    marks: dict[str, float] = field(default_factory=dict)

    def add(self, stage: str, since: float) -> None:
        """Add the time since a moment to a stage."""
        self.marks[stage] = self.marks.get(stage, 0.0) + (time.perf_counter() - since) * 1e3

    def timings(self) -> Timings:
        """Return the times so far."""
        total = (time.perf_counter() - self.started) * 1e3
        return Timings(**{k: round(v, 2) for k, v in self.marks.items()}, total=round(total, 2))


class State(TypedDict, total=False):
    """What the nodes hand on."""

    question: Question
    turns: Sequence[Turn]
    clock: Clock
    understanding: Understanding
    subject: Subject | None
    message: Query
    profile: Profile
    signpost: Signpost | None
    found: Retrieved
    decision: Decision
    lead: Guide | None
    reply: Reply
    turn: Turn


def build_graph() -> Any:
    """Return the compiled graph of a turn."""
    graph = StateGraph(State, context_schema=Parts)
    for name, node in _NODES.items():
        graph.add_node(name, node)
    graph.add_edge(START, "understand")
    graph.add_edge("understand", "boundary")
    graph.add_conditional_edges("boundary", _after_boundary)
    graph.add_edge("retrieve", "gate")
    graph.add_conditional_edges("gate", _after_gate)
    for name in ("compose", "model", "refer", "decline", "small_talk"):
        graph.add_edge(name, "suggest")
    graph.add_edge("suggest", END)
    return graph.compile()


# -- the nodes, in the order a question meets them


async def _understand(state: State, runtime: Runtime[Parts]) -> State:
    parts, clock, question = runtime.context, state["clock"], state["question"]
    since = time.perf_counter()
    turns = state["turns"]
    subject = _subject_of(turns)

    def likeness(one: str, other: str) -> float:
        encoder = parts.retriever.encoder
        return float(encoder.embed_query(one) @ encoder.embed_query(other))

    understanding = understand(question.text, subject, likeness)
    earlier = turns[-1].reply.profile if turns and understanding.act != Act.NEW else None
    profile = build_profile(question, understanding.searched, earlier)
    if understanding.act == Act.CORRECT:
        profile = correct_profile(profile, question.text)
    message = build_query(question.text, parts.retriever.encoder)
    clock.add("encode", since)
    get_stream_writer()(Understood(searched=understanding.searched, profile=profile))
    return {
        "understanding": understanding,
        "subject": subject,
        "profile": profile,
        "message": message,
    }


async def _boundary(state: State, runtime: Runtime[Parts]) -> State:
    parts, text = runtime.context, state["question"].text
    triage = triage_for(parts.retriever.encoder)
    found = find_disclosure(text, state["message"], triage, follows=bool(state["turns"]))
    if found is None or (not found.is_sure and _is_known_worry(state, parts)):
        return {"signpost": None}
    audience = state["profile"].audience
    return {"signpost": build_signpost(found.kind, text, parts.contacts, audience)}


def _is_known_worry(state: State, parts: Parts) -> bool:
    """Tell whether a message is nearly a question that an ordinary guide was written for."""
    documents = parts.retriever.search(state["message"], state["profile"]).documents
    best = max(documents, key=lambda document: document.question_cosine)
    guide = parts.shelf.guide(best.document.id)
    known = best.question_cosine >= _KNOWN_COSINE
    return known and guide is not None and _SERIOUS not in guide.topics


_KNOWN_COSINE = 0.6
_SERIOUS = "serious-matters"


def _after_boundary(state: State) -> Literal["refer", "small_talk", "retrieve"]:
    if state["signpost"]:
        return "refer"
    act = state["understanding"].act
    return "small_talk" if act in {Act.THANKS, Act.GREETING} else "retrieve"


async def _retrieve(state: State, runtime: Runtime[Parts]) -> State:
    parts, clock, understanding = runtime.context, state["clock"], state["understanding"]
    since = time.perf_counter()
    query = state["message"]
    if understanding.searched != state["question"].text:
        query = build_query(understanding.searched, parts.retriever.encoder)
        clock.add("encode", since)
    since = time.perf_counter()
    subject = state["subject"]
    favour = [subject.guide] if subject and understanding.act != Act.NEW and subject.guide else []
    found = parts.retriever.search(query, state["profile"], favour=favour)
    clock.add("search", since)
    return {"found": found}


async def _gate(state: State, runtime: Runtime[Parts]) -> State:
    parts, found = runtime.context, state["found"]
    since = time.perf_counter()
    triage = triage_for(parts.retriever.encoder)
    decision = decide(found.query, found, triage)
    if decision.kind == "answer" and state["understanding"].stands_alone:
        # "What salary should I ask for in Leeds?" is no more in the library for being asked in the
        # middle of a conversation that is.
        alone = parts.retriever.search(state["message"], state["profile"])
        decision = decide(state["message"], alone, triage)
    acts_on_answer = state["understanding"].act in {Act.SHORTER, Act.MORE, Act.WHY, Act.CORRECT}
    if acts_on_answer and state["subject"] and state["subject"].guide:
        decision = Decision("answer", max(decision.confidence, 0.5))
    state["clock"].add("search", since)
    if decision.kind != "qualified":
        return {"decision": decision}
    kind = qualified_kind(found.query.text)
    return {
        "decision": decision,
        "signpost": build_signpost(kind, state["question"].text, parts.contacts),
    }


def _after_gate(
    state: State, runtime: Runtime[Parts]
) -> Literal["compose", "model", "refer", "decline"]:
    if state["signpost"]:
        return "refer"
    if state["decision"].kind == "decline":
        return "decline"
    return "model" if runtime.context.model is not None else "compose"


async def _compose(state: State, runtime: Runtime[Parts]) -> State:
    since = time.perf_counter()
    brief, draft = _write(state, runtime.context)
    reply = _reply_from(state, runtime.context, brief, draft)
    state["clock"].add("compose", since)
    for part in reply.text.split("\n\n"):
        get_stream_writer()(Token(text=f"{part}\n\n"))
    return {"reply": reply, "lead": brief.lead}


async def _model(state: State, runtime: Runtime[Parts]) -> State:
    """Let the model word the answer; on any failure the composed one stands in, and says so."""
    since = time.perf_counter()
    parts = runtime.context
    brief, draft = _write(state, parts)
    composed = _reply_from(state, parts, brief, draft)
    reply = await write_with_model(
        parts.model, parts.engine, composed, brief, parts.shelf, parts.retriever.encoder,
        on_token=lambda text: get_stream_writer()(Token(text=text)),
    )  # fmt: skip
    state["clock"].add("compose", since)
    return {"reply": reply, "lead": brief.lead}


async def _refer(state: State, runtime: Runtime[Parts]) -> State:
    since = time.perf_counter()
    signpost = state["signpost"]
    assert signpost is not None  # noqa: S101 - the edge leads here only with one
    parts = runtime.context
    draft = _beside_signpost(state, parts, signpost)
    rendered = render(draft, parts.shelf.find_chunk, parts.shelf.sources(_source_ids(draft)))
    reply = Reply(
        id=state["question"].id or uuid.uuid4().hex,
        thread=state["question"].thread,
        kind="refer",
        text=rendered.text,
        citations=rendered.citations,
        searched=state["understanding"].searched,
        profile=state["profile"],
        contacts=signpost.contacts,
        confidence=round(state["decision"].confidence, 3) if "decision" in state else 0.0,
    )
    state["clock"].add("compose", since)
    get_stream_writer()(Token(text=reply.text))
    return {"reply": reply, "lead": None}


async def _decline(state: State, runtime: Runtime[Parts]) -> State:
    since = time.perf_counter()
    nearest = [document.document.title for document in state["found"].documents[:3]]
    reply = Reply(
        id=state["question"].id or uuid.uuid4().hex,
        thread=state["question"].thread,
        kind="decline",
        text=explain_decline(state["question"].text),
        searched=state["understanding"].searched,
        profile=state["profile"],
        nearest=tuple(nearest),
        confidence=round(state["decision"].confidence, 3),
    )
    state["clock"].add("compose", since)
    get_stream_writer()(Token(text=reply.text))
    return {"reply": reply, "lead": None}


async def _small_talk(state: State, runtime: Runtime[Parts]) -> State:
    text = (
        "You are welcome. Come back after the conversation and tell me how it went."
        if state["understanding"].act == Act.THANKS
        else "Hello. Tell me what is going on at work or in your mentoring, in your own words, and what you would like to know."
    )
    reply = Reply(
        id=state["question"].id or uuid.uuid4().hex,
        thread=state["question"].thread,
        kind="reply",
        text=text,
        searched=state["understanding"].searched,
        profile=state["profile"],
        confidence=1.0,
    )
    get_stream_writer()(Token(text=text))
    return {"reply": reply, "lead": None}


async def _suggest(state: State, runtime: Runtime[Parts]) -> State:
    """Add what to ask and what to talk about next, and close the turn."""
    reply, lead, parts = state["reply"], state.get("lead"), runtime.context
    if lead is not None and reply.kind in {"answer", "clarify"}:
        reply = reply.model_copy(
            update={
                "follow_ups": tuple(_follow_ups(state, parts, lead)),
                "topics": tuple(
                    TopicCard(title=item.lead, question=item.body, guide=lead.slug)
                    for item in lead.section(Section.TOPICS)[:3]
                ),
            }
        )
    reply = reply.model_copy(update={"timings_ms": state["clock"].timings()})
    return {"reply": reply, "turn": _close(state, reply, lead)}


_NODES = {
    "understand": _understand,
    "boundary": _boundary,
    "retrieve": _retrieve,
    "gate": _gate,
    "compose": _compose,
    "model": _model,
    "refer": _refer,
    "decline": _decline,
    "small_talk": _small_talk,
    "suggest": _suggest,
}


# -- what the nodes are made of


def _subject_of(turns: Sequence[Turn]) -> Subject | None:
    """Return what a conversation is about: kept from turn to turn until another subject opens."""
    for turn in reversed(turns):
        if turn.subject:
            said = [c.quote for earlier in turns for c in earlier.reply.citations]
            return Subject(turn.subject, turn.guide, tuple(said))
    return None


def _close(state: State, reply: Reply, lead: Guide | None) -> Turn:
    """Return the turn as it is kept.

    Thanks do not change the subject, and a disclosure does not become one: what follows it is
    read by itself. A question that was declined is a subject, so that "and in London?" is too.
    """
    question, subject = state["question"], state["subject"]
    signpost = state.get("signpost")
    if reply.kind == "decline" or (signpost is not None and signpost.is_qualified):
        about = (
            question.text
            if state["understanding"].act == Act.NEW
            else state["understanding"].searched
        )
        return Turn(question, reply, about, "")
    if reply.kind in {"answer", "clarify"} and lead is not None:
        opens = state["understanding"].act == Act.NEW or subject is None
        about = question.text if opens or subject is None else subject.text
        return Turn(question, reply, about, lead.slug)
    return Turn(question, reply, subject.text if subject else "", subject.guide if subject else "")


def _write(state: State, parts: Parts) -> tuple[Brief, Draft]:
    """Choose the guides and write the draft the act asks for."""
    understanding, subject, found = state["understanding"], state["subject"], state["found"]
    act = understanding.act
    on_last = act in {Act.SHORTER, Act.WHY, Act.MORE} and subject is not None and subject.guide
    slug = subject.guide if on_last and subject else found.documents[0].document.id
    lead = parts.shelf.guide(slug) or parts.shelf.guide(found.documents[0].document.id)
    assert lead is not None  # noqa: S101 - what was found stands on the shelf
    second_slug = None
    if act == Act.NEW:
        second_slug = find_second_guide(found.query, found.snapshot, state["profile"], lead.slug)
    second = parts.shelf.guide(second_slug) if second_slug else None
    follows = act in {Act.FOLLOW, Act.WORDING, Act.MORE} and subject is not None
    # Somebody who asks for the words wants them, also those that were shown before.
    repeats = act == Act.WORDING
    said = frozenset(subject.quotes) if follows and subject and not repeats else frozenset()
    brief = Brief(
        query=state["message"] if follows and act != Act.MORE else found.query,
        shape=understanding.shape,
        profile=state["profile"],
        lead=lead,
        second=second,
        vectors=parts.shelf.vectors(lead),
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
        if guide is None or not _fits(brief.profile, guide):
            continue
        brief = replace(brief, lead=guide, vectors=parts.shelf.vectors(guide), follows=False)
        if (draft := compose(brief)).statements:
            return brief, draft
    return brief, Draft((), opening="I have said all that the library holds on that.")


def _reply_from(state: State, parts: Parts, brief: Brief, draft: Draft) -> Reply:
    rendered = render(draft, parts.shelf.find_chunk, parts.shelf.sources(_source_ids(draft)))
    question = _clarifying_question(state)
    on_answer = state["understanding"].act == Act.SHORTER
    text = f"{rendered.text}\n\n{question}" if question else rendered.text
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


def _source_ids(draft: Draft) -> list[str]:
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


def _count(text: str) -> int:
    words = {"one": 1, "two": 2, "three": 3, "four": 4, "1": 1, "2": 2, "3": 3, "4": 4}
    return next((words[w] for w in re.findall(r"\w+", text.lower()) if w in words), 3)


def _beside_signpost(state: State, parts: Parts, signpost: Signpost) -> Draft:
    """Return what stands beside a signpost.

    After a disclosure nothing but how to respond, and that only to somebody who was told; beside
    a question for a qualified person, what the library does hold on the rest of it.
    """
    opening = signpost.text
    if signpost.about_other:
        return replace(_response_to_disclosure(parts, signpost), opening=opening)
    if not signpost.is_qualified or "found" not in state:
        return Draft((), opening=opening)
    first = state["found"].documents[0]
    if first.text_cosine < _BESIDE_COSINE and first.question_cosine < _BESIDE_COSINE:
        return Draft((), opening=opening)
    guide = parts.shelf.guide(first.document.id)
    if guide is None:
        return Draft((), opening=opening)
    items = [*guide.section(Section.IN_SHORT)[:1], *guide.section(Section.STEPS)[:3]]
    point, *steps = (Statement(guide, item, item.text) for item in items)
    heading = "What I can help with is the working side of it:"
    blocks = (Block("paragraph", heading, (point,)), Block("steps", "", tuple(steps)))
    return Draft(blocks, opening=opening)


_BESIDE_COSINE = 0.5
_RESPONSES = {
    "harassment_assault": "when-a-mentee-tells-you-about-harassment",
    "discrimination": "when-a-mentee-tells-you-about-harassment",
    "self_harm": "a-mental-health-crisis",
    "health_crisis": "a-mental-health-crisis",
}


def _response_to_disclosure(parts: Parts, signpost: Signpost) -> Draft:
    """Return how to respond to a disclosure, from the guide on just that."""
    guide = parts.shelf.guide(_RESPONSES.get(signpost.kind, ""))
    if guide is None:
        return Draft(())
    steps = tuple(Statement(guide, item, item.text) for item in guide.section(Section.STEPS)[:3])
    return Draft((Block("steps", "How to respond:", steps),))


def _follow_ups(state: State, parts: Parts, lead: Guide) -> list[str]:
    """Return short questions of neighbouring guides that fit; the library can answer each.

    Neighbours are the guides the lead names as related, then the next ones found.
    """
    snapshot, profile = state["found"].snapshot, state["profile"]
    found = [document.document.id for document in state["found"].documents[1:6]]
    chosen: list[str] = []
    for slug in dict.fromkeys([*lead.related, *found]):
        guide = parts.shelf.guide(slug)
        if guide is None or slug == lead.slug or not _fits(profile, guide):
            continue
        question = _nearest_question(guide, state["found"].query, snapshot)
        if question and question not in chosen:
            chosen.append(question)
        if len(chosen) == FOLLOW_UPS:
            break
    return chosen


def _fits(profile: Profile, guide: Guide) -> bool:
    chair = profile.audience is None or profile.audience in guide.audience
    return chair and (profile.stage is None or profile.stage in guide.stages)


def _nearest_question(guide: Guide, query: Query, snapshot: Snapshot) -> str | None:
    """Return the guide's short question that lies nearest to what was asked."""
    mine = np.flatnonzero(snapshot.question_document == snapshot.document_place.get(guide.slug, -1))
    short = [
        i
        for i in mine
        if (text := snapshot.question_texts[i]) in guide.questions
        and len(text.split()) <= _SHORT_QUESTION
    ]
    if not short:
        return None
    scores = snapshot.question_rows[short] @ query.vector
    return snapshot.question_texts[short[int(scores.argmax())]]
