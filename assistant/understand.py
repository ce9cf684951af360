"""What a message is in its conversation: a new question, a follow-up, or an act on the last answer.

No model is needed: a follow-up shows itself by how it begins, by pronouns that point outside it,
and by being short. What is searched for is the follow-up together with what the conversation is
about; a change of subject inherits nothing.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from knowledge.full_text import telling_words
from knowledge.guide import split_sentences


class Act(StrEnum):
    """What a message does."""

    NEW = "new"
    FOLLOW = "follow"
    SHORTER = "shorter"
    MORE = "more"
    WORDING = "wording"
    WHY = "why"
    THANKS = "thanks"
    GREETING = "greeting"
    CORRECT = "correct"


class Shape(StrEnum):
    """What kind of answer a question asks for."""

    STEPS = "steps"
    SAY = "say"
    DECIDE = "decide"
    NORMAL = "normal"
    ASK = "ask"


class Lean(StrEnum):
    """How a follow-up stands to what it goes on about."""

    SOME = "some"
    """It has words of its own: "and how do I tell my team?"."""
    WHOLLY = "wholly"
    """It has none: "and what if she says no?"."""
    CORRECTS = "corrects"
    """It mends what was said before: "sorry, it was three times"."""


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
    leans: Lean = Lean.SOME
    """How much of a follow-up's meaning is in what it goes on about."""


CONTEXT_WORDS = 34
_SHORT = 7
"""A message of up to this many words that opens no subject of its own leans on the last one."""

_MEDIUM = 18
"""A message of up to this many words goes on with the subject if it is about the same things."""
LIKENESS = 0.3
"""Cosine from which it is; set by `eval/datasets/conversations.jsonl`, fit half."""

_ACTS: tuple[tuple[Act, str], ...] = (
    (Act.THANKS, r"^(?:ok(?:ay)?|great|perfect|brilliant|lovely|super|cool|alright|right|wow)?[,.! ]*(?:thanks?|thank you|thx|ty|cheers|merci|danke|gracias|much appreciated|(?:i'm |much )?obliged|(?:that|this)(?:'s| is| was)? (?:really |very |so )?(?:helpful|great|useful|perfect)|that helps?(?: a lot)?)\b[^?]{0,40}$|^[^?]{0,70}\b(?:thanks|thank you|thx|cheers|merci)(?: (?:so|very) much| a lot| again)?[!. ]*$"),
    (Act.GREETING, r"^(?:hi|hello|hey|good (?:morning|afternoon|evening)|hiya|yo)(?: there| all)?[!. ]*$"),
    (Act.SHORTER, r"\b(?:shorter|too long|tl;?dr|summari[sz]e|sum (?:it|that|this) up|in one (?:line|sentence)|(?:briefer|more briefly|more concise)|cut (?:it|that|this) down|in one breath|(?:the )?short version|in a nutshell|(?:a )?bit briefer|less text|simpler(?:,? please)?[.! ]*$|half (?:as long|the (?:length|words))|too (?:much|many words)(?:,? (?:to read|please))?[.! ]*$|boil (?:it|that) down|^(?:\w+,? ){0,2}just (?:the )?(?:(?:main|first|key|top) )?(?:points|steps|bullets?|three|two|one)(?:,? \w+){0,2}[.! ]*$|(?:only|shorter, just) (?:two|three|one)[.! ]*$)"),
    (Act.WHY, r"^(?:hm+,? |ok,? |but )?why (?:is|does|would|should|not)(?:n't)? (?:that|it|this|talking|asking|waiting|saying|just|simply)\b.{0,60}$|^(?:but )?why(?: (?:is that|that|so|would (?:that|it) (?:work|help)|does (?:that|it|this) (?:work|help|matter)|should i|do you say (?:that|so)))?[?!. ]*$|^(?:says who|how do you know(?: that)?|what(?:'s| is) the (?:evidence|research|proof)(?: for (?:that|this|it))?|is (?:that|this|there) (?:really true|true|proven|evidence|research)(?: for (?:that|this))?|any (?:evidence|research)(?: for (?:that|this))?)[?!. ]*$"),
    (Act.MORE, r"^(?:(?:tell me|say|can you say) more|more(?: detail| please)?|go on|what else|anything else|and then(?=[?!. ]*$)|continue|keep going|other (?:ideas|options)|give me more)\b.{0,30}$"),
    (Act.CORRECT, r"^(?:no[,. ]+|sorry[,. ]+|actually[,. ]+|i mean(?:t)?[,. ]+|wait[,. ]+)+(?:i'?m|i am|i meant(?: as)?) (?:actually )?(?:the|a|an|her|his|their) (?:\w+ )?(?:mentor|mentee|manager|leader|boss|sponsor|professional|graduate|intern)\b(?!'s).{0,40}$|^(?:i'?m|i am|i meant(?: as)?) (?:actually )?(?:the|a|an|her|his|their) (?:\w+ )?(?:mentor|mentee|manager|leader|boss|sponsor|professional|graduate|intern)\b(?!'s)(?:[,. ]+(?:here|there|actually|though|sorry|by the way|not|now|in (?:this|that|it))\b.{0,40})?[.! ]*$|\b(?:wrong|not (?:the|her|his|a|my)|sorry|actually|wait)\b.*\b(?:i'?m|i am) (?:actually |only )?(?:the|a|an|her|his|their|one of the) (?:\w+ )?(?:mentors?|mentee|manager|leader|boss|sponsor|professional|graduate|intern)\b(?!'s)|\b(?:i'?m|i am) (?:actually |only )?(?:the|a|an|her|his|their|one of the) (?:\w+ )?(?:mentors?|mentee|manager|leader|boss)\b(?!'s).{0,20}\b(?:not (?:the|a|an|her|his)|other way)\b"),
    (Act.WORDING, r"\b(?:write|draft|compose|word|phrase|script)\b.{0,30}\b(?:message|email|e-mail|note|text|words|it|that|this|line|reply|invitation|invite|dm)\b|\bword for word\b|\b(?:draft|write|word) what (?:i|to)\b|^what (?:could|should|would) i (?:tell|say to|write to) (?:him|her|them|my \w+)\b.{0,20}$|\bgive me (?:\w+ ){0,3}(?:sentences?|lines?|words|wording|script|message|example)s?\b|^(?:so |and |ok )?what (?:exactly |actually )?(?:do|should|would|could|can) i (?:actually |exactly |even )?(?:say|write)(?: (?:to (?:him|her|them)|then))*[?!. ]*(?:then)?[?!. ]*$|^how (?:do|should|would|could) i (?:say|put|phrase|word) (?:that|it|this)\b.{0,20}$"),
)  # fmt: skip

_OPENS_NEW = re.compile(
    r"^(?:(?:ok(?:ay)?|right|so|well|now|oh|but)\b[,.: ]*)*(?:(?:and |one )?(?:a )?(?:different|another|new|separate|unrelated|other) (?:question|thing|topic|subject|matter)|unrelated|anyway|changing (?:the )?subject|on (?:a|another) (?:different|other)? ?(?:note|subject|topic)|something else|by the way|separate(?:ly)?(?=[,.: ])|meanwhile|next (?:question|thing|one|panic|problem|worry)|leaving that(?: aside)?|(?:there(?:'s| is) )?(?:one|another) more (?:thing|question)|now about|(?:and )?(?:a|one) (?:thing|question|matter) of my own)\b",
    re.IGNORECASE,
)
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
_LEANS = re.compile(
    r"^(?:and|but|or|so|then|not|no,|i mean|as (?:her|his|their|the|a) \w+|what if|what about|how about|even if|or else|ok(?:ay)? (?:but|so|and)|yes,? but|what then|what now|now what|like what|such as|for example|which (?:one|of)|in that case|if (?:he|she|they|it|that|so|not))\b",
    re.IGNORECASE,
)
# "Is it normal to …", "there is …" and "a number that proves …" point to nothing.
_POINTS_OUT = re.compile(
    r"\b(?:he|him|his|she|her|hers|they|them|their|its|this|those|these|ones|"
    r"it(?! (?:normal|ok(?:ay)?|worth|possible|wise|fair|true|usual|common|weird|bad|wrong|rude|too late|time) (?:to|if|that|when)\b)|"
    r"(?:do|say|about|is) that|that(?='s|[,.?!]|$| (?:is|was|would|will|way|one|sort|kind|bad|much)\b)|"
    r"there(?!'s| (?:is|are|was|were|has|have)\b)|(?<!no )one(?! of\b))\b",
    re.IGNORECASE,
)
# "Sorry, it was three times", "no, I meant her numbers", "actually she did apologise".
_CORRECTS = re.compile(
    r"^(?:no[,.]+ |not (?:\w+ )?, |(?:sorry|wait|oops|correction|actually)(?!.*\?)[,.:]* (?:no,? )?(?=(?:i|it|its|it's|she|he|they|we|the|that|there|my)\b)"
    r"|i meant\b|to be clear\b)(?!.{0,40}\b(?:another|different|new) (?:question|thing|topic))",
    re.IGNORECASE,
)
# Thanks, and then a question: the question counts.
_THANKS_FIRST = re.compile(
    r"^(?:(?:ok(?:ay)?|great|perfect|brilliant|lovely|super|cool|alright|right)[,.! ]+)?"
    r"(?:thanks?(?: you)?|thx|cheers)(?: (?:so|very) much| a lot| again| for (?:that|this))?[,.!;–-]+ *"
    r"(?P<rest>(?=.*\?|(?:and|but|so|what|how|why|when|who|which|should|can|could|is|do|does|one more)\b).*)$",
    re.IGNORECASE | re.DOTALL,
)
# Words that tell what somebody does about a matter and never what the matter is.
_REACTIONS = frozenset(
    [
        "accept",
        "accepts",
        "again",
        "ago",
        "agree",
        "agreed",
        "agrees",
        "already",
        "always",
        "angry",
        "annoyed",
        "answer",
        "answered",
        "answers",
        "anybody",
        "anyone",
        "anything",
        "anyway",
        "apologise",
        "apologises",
        "ask",
        "asks",
        "back",
        "bad",
        "become",
        "becomes",
        "cares",
        "change",
        "changes",
        "come",
        "comes",
        "couldn",
        "cries",
        "cross",
        "cry",
        "crying",
        "day",
        "days",
        "defensive",
        "deny",
        "denies",
        "didn",
        "disagree",
        "disagrees",
        "doesn",
        "don",
        "else",
        "embarrassed",
        "enough",
        "ever",
        "everybody",
        "everyone",
        "feel",
        "feels",
        "fine",
        "first",
        "furious",
        "get",
        "gets",
        "give",
        "gives",
        "go",
        "goes",
        "good",
        "happen",
        "happens",
        "hate",
        "hates",
        "help",
        "helps",
        "hurt",
        "ignore",
        "ignores",
        "instead",
        "isn",
        "keep",
        "keeps",
        "know",
        "knows",
        "laugh",
        "laughs",
        "late",
        "later",
        "leave",
        "leaves",
        "like",
        "listen",
        "listens",
        "ll",
        "long",
        "mad",
        "make",
        "makes",
        "maybe",
        "mean",
        "means",
        "mind",
        "minds",
        "much",
        "need",
        "needs",
        "never",
        "next",
        "nobody",
        "nothing",
        "offended",
        "often",
        "okay",
        "one",
        "quiet",
        "quickly",
        "re",
        "react",
        "reacts",
        "really",
        "refuse",
        "refused",
        "refuses",
        "reply",
        "replies",
        "respond",
        "responds",
        "sad",
        "said",
        "say",
        "says",
        "shrug",
        "shrugs",
        "silent",
        "somebody",
        "someone",
        "something",
        "soon",
        "stay",
        "stays",
        "still",
        "stop",
        "stops",
        "sulk",
        "sulks",
        "sure",
        "take",
        "takes",
        "tell",
        "tells",
        "thing",
        "things",
        "think",
        "thinks",
        "time",
        "times",
        "try",
        "tries",
        "upset",
        "ve",
        "wait",
        "waits",
        "walk",
        "walks",
        "want",
        "wants",
        "well",
        "won",
        "work",
        "works",
        "worse",
        "wouldn",
        "wrong",
        "yes",
    ]
)
# Nouns that give a pronoun something to point at inside the message itself.
_ANTECEDENT = re.compile(
    r"\b(?:my|our|a|an|the|one of my|two|three|some|this|that) (?:\w+[- ]){0,2}?"
    r"(?:mentee|mentor|boss|manager|colleague|coworker|co-worker|report|employee|intern|junior|"
    r"director|supervisor|partner|wife|husband|friend|team|teams|graduate|client|lead|student|"
    r"programme|program|company|job|role|meeting|hire|protégé|protege|people|person|woman|man|"
    r"women|leader|leaders|managers|members?|staff|sponsor|developer|engineer|nurse|teacher)s?\b",
    re.IGNORECASE,
)

_SHAPES: tuple[tuple[Shape, str], ...] = (
    (Shape.ASK, r"\bwhat (?:questions|topics)\b|\b(?:questions|topics|things) (?:to|should i|can i|could i|do i|i should|i could)\b.{0,20}\b(?:ask|raise|discuss|bring|talk)|\bwhat (?:should|can|could|do|to) (?:i|we|you) (?:ask|talk about|discuss|bring|cover|raise)\b|\bagenda\b|\bice ?breakers?\b|\bwhat to (?:ask|talk about|discuss)\b|\b(?:five|three|some) (?:topics|questions)\b|\bneed to cover\b"),
    (Shape.SAY, r"\bwhat (?:do|should|would|could|can) (?:i|we) (?:\w+ )?(?:say|tell|reply|answer|write)\b|\bhow (?:do|should|would|can|could) (?:i|we) (?:\w+ )?(?:tell|say|word|phrase|put|answer|reply|explain|bring (?:it|this|that|up)|raise|break|ask|respond)\b|\bwhat to say\b|\bhow to (?:tell|say|ask|bring|raise|answer|explain)\b|\b(?:sentences?|wording|script|words) (?:i|to)\b"),
    (Shape.NORMAL, r"\bis (?:it|this|that) (?:normal|ok(?:ay)?|usual|just me|a bad thing|bad|wrong|weird|common)\b|\bam i (?:the (?:only one|problem)|being|paranoid|overreacting|tripping|crazy|wrong|too)\b|\bis it (?:just )?me\b|\bdoes (?:anyone|everyone|everybody|anybody)\b|\bnormal (?:practice|to feel)\b"),
    (Shape.DECIDE, r"\bshould i\b|\bis it (?:worth|too late|time|mad|ok(?:ay)? to|fair|wise)\b|\bwould (?:it|quitting|leaving|i) be\b|\bdo i (?:need|have) to\b|\bcan i (?:in good conscience|still|really)\b|\bgood (?:enough )?reason\b|\bor (?:should|wait|stay|quit|take|leave)\b|\bworth it\b|\bcan'?t decide\b|\btoo late\b|\bwhether (?:to|i)\b"),
)  # fmt: skip


def understand(
    text: str, subject: Subject | None, likeness: Callable[[str, str], float]
) -> Understanding:
    """Say what a message does and what is to be searched for.

    ``likeness`` gives the cosine of two texts, in [-1, 1]. It is asked only where the words leave
    open whether a message goes on with the subject or opens another.
    """
    if thanks := _THANKS_FIRST.match(text):
        rest = thanks["rest"]
        text = rest if len(rest.split()) >= _OWN_WORDS - 1 else text
    act = _act(text, subject)
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
        leans=find_lean(text) if act == Act.FOLLOW else Lean.SOME,
    )


def find_lean(text: str) -> Lean:
    """Return how a follow-up stands to what it goes on about."""
    if _CORRECTS.match(text):
        return Lean.CORRECTS
    own = [word for word in telling_words(text) if word not in _REACTIONS]
    return Lean.SOME if own else Lean.WHOLLY


def _without_opener(text: str) -> str:
    """Return a message without the words that only announce another subject."""
    rest = _OPENER.sub("", text, count=1)
    return rest[:1].upper() + rest[1:] if len(rest.split()) >= _OWN_WORDS else text


def _stands_alone(text: str) -> bool:
    return len(text.split()) > _SHORT and not _is_follow_up(text)


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


def find_shape(text: str) -> Shape:
    """Return the kind of answer a question asks for; its last sentences weigh most."""
    ending = " ".join(split_sentences(text)[-3:]).lower().replace("’", "'")
    for part in (ending, text.lower().replace("’", "'")):
        for shape, pattern in _SHAPES:
            if re.search(pattern, part):
                return shape
    return Shape.STEPS


def _act(text: str, subject: Subject | None) -> Act:
    plain = text.strip().replace("’", "'")
    lowered = plain.lower()
    for act, pattern in _ACTS:
        needs_answer = act not in {Act.THANKS, Act.GREETING}
        if needs_answer and (subject is None or len(plain.split()) > 16):
            continue
        if re.search(pattern, lowered):
            return act
    if subject is None:
        return Act.NEW
    return Act.FOLLOW if _is_follow_up(plain) else Act.NEW


def _may_go_on(text: str) -> bool:
    return len(text.split()) <= _MEDIUM and not _OPENS_NEW.match(text)


def _is_follow_up(text: str) -> bool:
    """Tell whether a message cannot be understood without what came before."""
    if _OPENS_NEW.match(text):
        return False
    words = text.split()
    if _LEANS.match(text) or _CORRECTS.match(text):
        return len(words) <= 40
    own_noun = _ANTECEDENT.search(text)
    points = _POINTS_OUT.search(text)
    if points and (own_noun is None or points.start() < own_noun.start()):
        return len(words) <= 30
    return len(words) <= _SHORT and own_noun is None
