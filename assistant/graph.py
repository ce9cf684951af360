"""One turn, from question to reply, as one `StateGraph`.

    understand → boundary → retrieve → gate → compose | model | refer | decline | small talk → suggest

Every face runs this graph: the screen, the command line, the API and the evaluation. No node
needs a model; the writer is chosen by an edge. Events go out through the stream writer.
"""

import time
import uuid
from dataclasses import replace
from typing import Any, Literal

from langgraph.config import get_stream_writer
from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime

from assistant.act import Act
from assistant.answer import lines_after, reply_from, source_ids, write
from assistant.boundary import build_signpost, qualified_kind
from assistant.conversation import Found, Reply, Token, TopicCard, Understood
from assistant.draft import render
from assistant.follow_up import find_follow_ups
from assistant.gate import explain_decline
from assistant.model_writer import write_with_model
from assistant.profile import build_profile, correct_profile
from assistant.reading import search_for
from assistant.signposting import write_beside
from assistant.thread import close_turn, subject_of
from assistant.triage import triage_for
from assistant.turn import Parts, State
from assistant.understand import understand
from assistant.verdict import decide_turn, line_in_case, line_instead_of_referral, suspect
from knowledge.vocabulary import Section


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
    subject = subject_of(turns)
    mended = parts.retriever.mend(question.text)
    if triage := triage_for(parts.retriever.encoder):
        triage.start(mended)

    def likeness(one: str, other: str) -> float:
        encoder = parts.retriever.encoder
        return float(encoder.embed_query(one) @ encoder.embed_query(other))

    understanding = understand(mended, subject, likeness)
    earlier = turns[-1].reply.profile if turns and understanding.act != Act.NEW else None
    profile = build_profile(question, parts.retriever.words_of(understanding.searched), earlier)
    if understanding.act == Act.CORRECT:
        profile = correct_profile(profile, mended)
    message = parts.retriever.read(mended)
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
    found = suspect(text, state["message"], parts, follows=bool(state["turns"]))
    if found is None:
        beside = line_in_case(text, state["message"], parts, follows=bool(state["turns"]))
        return {"signpost": None, "beside": beside}
    audience = state["profile"].audience
    signpost = build_signpost(found.kind, text, parts.contacts, audience)
    return {"signpost": signpost, "suspicion": found}


def _after_boundary(state: State) -> Literal["refer", "small_talk", "retrieve"]:
    if state["signpost"]:
        return "refer"
    act = state["understanding"].act
    return "small_talk" if act in {Act.THANKS, Act.GREETING} else "retrieve"


async def _retrieve(state: State, runtime: Runtime[Parts]) -> State:
    since = time.perf_counter()
    found = search_for(
        runtime.context.retriever,
        state["understanding"],
        state["message"],
        state["profile"],
        state["subject"],
    )
    state["clock"].add("search", since)
    guides = tuple(document.document.id for document in found.documents[:10])
    get_stream_writer()(Found(guides=guides))
    return {"found": found}


async def _gate(state: State, runtime: Runtime[Parts]) -> State:
    parts = runtime.context
    since = time.perf_counter()
    state = {**state, **decide_turn(state, parts)}
    state["clock"].add("search", since)
    changed: State = {
        "decision": state["decision"],
        "found": state["found"],
        "understanding": state["understanding"],
    }
    if state["decision"].kind != "qualified":
        return changed
    if line := line_instead_of_referral(state, parts):
        changed["decision"] = replace(state["decision"], kind="answer")
        changed["beside"] = line
    else:
        kind = qualified_kind(state["found"].query.text)
        changed["signpost"] = build_signpost(kind, state["question"].text, parts.contacts)
    return changed


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
    brief, draft = write(state, runtime.context)
    reply = reply_from(state, runtime.context, brief, draft)
    state["clock"].add("compose", since)
    for part in reply.text.split("\n\n"):
        get_stream_writer()(Token(text=f"{part}\n\n"))
    return {"reply": reply, "lead": brief.lead}


async def _model(state: State, runtime: Runtime[Parts]) -> State:
    """Let the model word the answer; on any failure the composed one stands in, and says so."""
    since = time.perf_counter()
    parts = runtime.context
    brief, draft = write(state, parts)
    composed = reply_from(state, parts, brief, draft)
    reply = await write_with_model(
        parts.model, parts.engine, composed, brief, parts.shelf, parts.retriever.encoder,
        on_token=lambda text: get_stream_writer()(Token(text=text)),
        after=lines_after(state, parts, brief),
    )  # fmt: skip
    state["clock"].add("compose", since)
    return {"reply": reply, "lead": brief.lead}


async def _refer(state: State, runtime: Runtime[Parts]) -> State:
    since = time.perf_counter()
    signpost = state["signpost"]
    assert signpost is not None  # noqa: S101 - the edge leads here only with one
    parts = runtime.context
    draft = write_beside(state, parts, signpost)
    rendered = render(draft, parts.shelf.find_chunk, parts.shelf.sources(source_ids(draft)))
    reply = Reply(
        id=state["question"].id or uuid.uuid4().hex,
        thread=state["question"].thread,
        kind="refer",
        text=rendered.text,
        citations=rendered.citations,
        searched=state["understanding"].searched,
        profile=state["profile"],
        contacts=signpost.contacts,
        confidence=round(_confidence_beside(state), 3),
    )
    state["clock"].add("compose", since)
    get_stream_writer()(Token(text=reply.text))
    return {"reply": reply, "lead": None}


def _confidence_beside(state: State) -> float:
    """Return how likely a message that is referred should have been answered instead."""
    if "decision" in state:
        return state["decision"].confidence
    return 1.0 - state["suspicion"].probability  # nothing was searched: at most this


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
    turns = state["turns"]
    if state["understanding"].act == Act.GREETING:
        text = "Hello. Tell me what is going on at work or in your mentoring, in your own words, and what you would like to know."
    elif turns and turns[-1].reply.kind == "refer":
        text = "You are welcome. Please do speak to one of them; you need not do this alone."
    else:
        text = "You are welcome. Come back after the conversation and tell me how it went."
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
                "follow_ups": tuple(find_follow_ups(state, parts, lead)),
                "topics": tuple(
                    TopicCard(title=item.lead, question=item.body, guide=lead.slug)
                    for item in lead.section(Section.TOPICS)[:3]
                ),
            }
        )
    reply = reply.model_copy(update={"timings_ms": state["clock"].timings()})
    return {"reply": reply, "turn": close_turn(state, reply, lead)}


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
