"""One turn of the conversation as HTML: the question, the answer, its sources beside it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from assistant.conversation import Citation, Profile, Reply
from assistant.web.markdown import render, settled
from assistant.web.template import Markup, render_template

EXTRACTIVE = "extractive"
_NOTHING = {
    "live": False,
    "kind": "answer",
    "prose": "",
    "waiting": "",
    "notice": "",
    "citations": (),
    "groups": (),
    "contacts": (),
    "nearest": (),
    "follow_ups": (),
    "searched": "",
    "assumed": (),
    "ask_audience": False,
    "ask_stage": False,
    "audience": None,
    "stage": None,
    "engine": "",
}


@dataclass(frozen=True, slots=True)
class _Group:
    """Citations of the same guide or document that follow each other."""

    guide: str | None
    title: str
    origin: str
    citations: tuple[Citation, ...]


def render_turn(question: str, reply: Reply) -> str:
    """Return a turn that is complete."""
    anchor = clean_anchor(reply.id)
    profile = reply.profile
    return render_template(
        "turn.html",
        **_NOTHING
        | {
            "anchor_id": anchor,
            "question": question,
            "kind": reply.kind,
            "prose": Markup(_prose(reply, anchor)),
            "notice": reply.notice,
            "citations": reply.citations,
            "groups": _group(reply.citations),
            "contacts": reply.contacts,
            "nearest": reply.nearest,
            "follow_ups": reply.follow_ups,
            "searched": reply.searched,
            "assumed": assumptions(profile),
            "ask_audience": profile.origin.audience == "inferred",
            "ask_stage": profile.origin.stage == "inferred",
            "audience": profile.audience,
            "stage": profile.stage,
            "engine": "" if reply.engine == EXTRACTIVE else reply.engine,
        },
    )


def render_unfinished(
    question: str, id: str, *, text: str = "", waiting: str = "", notice: str = ""
) -> str:
    """Return a turn that is waited for, being written, or broken off with a notice."""
    return render_template(
        "turn.html",
        **_NOTHING
        | {
            "anchor_id": clean_anchor(id),
            "question": question,
            "live": not notice,
            "prose": Markup(render(settled(text))) if text else "",
            "waiting": waiting,
            "notice": notice,
        },
    )


def render_log(turns: Iterable[tuple[str, Reply]]) -> str:
    """Return turns one below the other."""
    return "\n".join(render_turn(question, reply) for question, reply in turns)


def assumptions(profile: Profile) -> list[str]:
    """Return what was read from the words about who asks, in the words shown to people."""
    found = []
    if profile.origin.audience == "inferred" and profile.audience:
        found.append(profile.audience.label.lower())
    if profile.origin.stage == "inferred" and profile.stage:
        found.append(profile.stage.label.lower())
    return found


def clean_anchor(id: str) -> str:
    """Return an id that can stand in HTML and in an address."""
    return re.sub(r"[^\w-]", "", id, flags=re.ASCII)[:64] or "turn"


def _prose(reply: Reply, anchor: str) -> str:
    return render(
        reply.text,
        anchor=anchor,
        markers={citation.marker for citation in reply.citations},
        sources={source.url for citation in reply.citations for source in citation.sources},
    )


def _group(citations: Sequence[Citation]) -> list[_Group]:
    in_order = sorted(citations, key=lambda citation: citation.marker)
    return [
        _Group(guide, title, origin, tuple(found))
        for (guide, title, origin), found in groupby(
            in_order, key=lambda citation: (citation.guide, citation.title, citation.origin)
        )
    ]
