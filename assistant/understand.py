"""What a message is in its conversation: a new question, a follow-up, or an act on the last answer.

What is searched for is a follow-up together with what the conversation is about; a change of subject
inherits nothing. `act.py` and `leaning.py` hold the words by which each is told, `shape.py` those for
the kind of answer that is asked for.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from assistant.act import Act, find_act
from assistant.leaning import SHORT, is_bare, is_follow_up, opens_new
from assistant.shape import Shape, find_shape
from knowledge.guide import split_sentences


@dataclass(frozen=True, slots=True)
class Subject:
    """What a conversation is about: its last question that stood alone, and the guide it led to."""

    text: str
    guide: str
    quotes: tuple[str, ...]
    """What has been quoted already, so that a follow-up says something else."""


@dataclass(frozen=True, slots=True)
class Understanding:
    """A message, what it does, and the text that is searched for."""

    act: Act
    shape: Shape
    text: str
    searched: str
    stands_alone: bool = False
    """Whether a follow-up would be a question by itself: then it is also decided by itself."""
    may_go_on: bool = False
    """Whether a question of its own could still be meant to go on with the subject."""
    about: str = ""
    """What a message goes on about, or may go on about, condensed; else empty."""
    is_bare: bool = False
    """Whether a follow-up has no matter of its own to be found by."""


CONTEXT_WORDS = 34
_MEDIUM = 18
"""A message of up to this many words goes on with the subject if it is about the same things."""
LIKENESS = 0.3
"""Cosine from which it is; set by `eval/datasets/conversations.jsonl`, fit half."""

_OWN_WORDS = 4
_ASKS = r"(?:how|what|when|where|which|who|why|should|can|could|would|do|does|did|is|are|am)\b"
# What only announces another subject; without a colon or the like it may be the subject itself
# ("Topic ideas for our first meeting", "One thing my mentor said").
_OPENER = re.compile(
    r"^(?:(?:ok(?:ay)?|right|so|well|now|and|but|also|anyway|unrelated|separately|by the way|btw|oh)\b[,.:; –-]*)*"
    r"(?:(?:something|one thing) (?:else|different|more)|(?:a |one |another |quick |different |other |unrelated |new |more )*(?:question|thing|topic|subject|matter)|"
    rf"changing (?:the )?subject|on (?:a |another )?(?:different |other )?(?:note|subject|topic)|next question)(?: ?[,.:;!–-]+ ?| (?=(?<=question ){_ASKS}))"
    r"|^(?:(?:(?:anyway|also|by the way|btw)\b|(?:unrelated|separately)\b(?= ?[,.:;–-]))[,.:; –-]*)+(?:i'?d (?:also )?like to know (?:if |whether )?)?",
    re.IGNORECASE,
)
# "Ok thanks. How do I train them?", "cheers, and what if she says no": the question counts.
_THANKS_FIRST = re.compile(
    r"^(?:(?:ok(?:ay)?|great|perfect|brilliant|lovely|super|cool|alright|right)[,.! ]+)?"
    r"(?:thanks?(?: you)?|thx|cheers)(?: (?:so|very) much| a lot| again| for (?:that|this))?[,.!;–-]+ *"
    rf"(?P<question>(?=.*\?|(?:(?:and|but|so) )?(?:if |{_ASKS})).*)$",
    re.IGNORECASE | re.DOTALL,
)


def understand(
    text: str, subject: Subject | None, likeness: Callable[[str, str], float]
) -> Understanding:
    """Say what a message does and what is to be searched for.

    ``likeness`` gives the cosine of two texts, in [-1, 1]. It is asked only where the words leave
    open whether a message goes on with the subject or opens another.
    """
    text = _without_thanks(text)
    act = _find_act(text, subject)
    if act == Act.NEW and subject is not None and _may_go_on(text):
        act = Act.FOLLOW if likeness(text, condense(subject.text)) >= LIKENESS else Act.NEW
    shape = Shape.SAY if act == Act.WORDING else find_shape(text)
    if act == Act.NEW or subject is None:
        may_go_on = act == Act.NEW and subject is not None and _may_go_on(text)
        about = condense(subject.text) if may_go_on and subject else ""
        return Understanding(
            act, shape, text, _without_opener(text), may_go_on=may_go_on, about=about
        )
    if act in {Act.SHORTER, Act.MORE, Act.WHY, Act.THANKS, Act.CORRECT}:
        return Understanding(act, shape, text, subject.text)
    return go_on(act, shape, text, subject)


def go_on(act: Act, shape: Shape, text: str, subject: Subject) -> Understanding:
    """Return a message understood as going on with a subject."""
    alone = act == Act.FOLLOW and _stands_alone(text)
    return Understanding(
        act,
        shape,
        text,
        join(text, subject.text),
        alone,
        about=condense(subject.text),
        is_bare=act == Act.FOLLOW and is_bare(text),
    )


def _without_opener(text: str) -> str:
    """Return a message without the words that only announce another subject."""
    rest = _OPENER.sub("", text, count=1)
    return rest[:1].upper() + rest[1:] if len(rest.split()) >= _OWN_WORDS else text


def _without_thanks(text: str) -> str:
    """Return the question behind thanks, where there is one."""
    thanks = _THANKS_FIRST.match(text)
    return thanks["question"] if thanks and len(thanks["question"].split()) > 2 else text


def _stands_alone(text: str) -> bool:
    return len(text.split()) > SHORT and not is_follow_up(text)


def join(follow: str, about: str) -> str:
    """Return a follow-up together with what it is about, as one text to search for."""
    follow = re.sub(r"^(?:and|but|so|ok(?:ay)?)[, ]+", "", follow, flags=re.IGNORECASE)
    return f"{follow[:1].upper()}{follow[1:]} (About: {condense(about)})"


def condense(text: str) -> str:
    """Return at most `CONTEXT_WORDS` words of a text: its question, and how it begins."""
    if len(text.split()) <= CONTEXT_WORDS:
        return text
    sentences = split_sentences(text)
    asked = [i for i, sentence in enumerate(sentences) if sentence.rstrip().endswith("?")]
    kept: set[int] = set()
    for i in dict.fromkeys([*asked[-1:], *range(len(sentences))]):
        words = sum(len(sentences[j].split()) for j in {*kept, i})
        if words <= CONTEXT_WORDS or not kept:
            kept.add(i)
    return " ".join(" ".join(sentences[i] for i in sorted(kept)).split()[: CONTEXT_WORDS + 10])


def _find_act(text: str, subject: Subject | None) -> Act:
    named = find_act(text, answered=subject is not None)
    if named is not None or subject is None:
        return named or Act.NEW
    return Act.FOLLOW if is_follow_up(text.strip().replace("’", "'")) else Act.NEW


def _may_go_on(text: str) -> bool:
    return len(text.split()) <= _MEDIUM and not opens_new(text)
