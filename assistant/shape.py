"""What kind of answer a question asks for."""

import re
from enum import StrEnum

from knowledge.guide import split_sentences


class Shape(StrEnum):
    """What kind of answer a question asks for."""

    STEPS = "steps"
    SAY = "say"
    DECIDE = "decide"
    NORMAL = "normal"
    ASK = "ask"


_SHAPES: tuple[tuple[Shape, str], ...] = (
    (Shape.ASK, r"\bwhat (?:questions|topics)\b|\b(?:questions|topics|things) (?:to|should i|can i|could i|do i|i should|i could)\b.{0,20}\b(?:ask|raise|discuss|bring|talk)|\bwhat (?:should|can|could|do|to) (?:i|we|you) (?:ask|talk about|discuss|bring|cover|raise)\b|\bagenda\b|\bice ?breakers?\b|\bwhat to (?:ask|talk about|discuss)\b|\b(?:five|three|some) (?:topics|questions)\b|\bneed to cover\b"),
    (Shape.SAY, r"\bwhat (?:do|should|would|could|can) (?:i|we) (?:\w+ )?(?:say|tell|reply|answer|write)\b|\bhow (?:do|should|would|can|could) (?:i|we) (?:\w+ )?(?:tell|say|word|phrase|put|answer|reply|explain|bring (?:it|this|that|up)|raise|break|ask|respond)\b|\bwhat to say\b|\bhow to (?:tell|say|ask|bring|raise|answer|explain)\b|\b(?:sentences?|wording|script|words) (?:i|to)\b"),
    (Shape.NORMAL, r"\bis (?:it|this|that) (?:normal|ok(?:ay)?|usual|just me|a bad thing|bad|wrong|weird|common)\b|\bam i (?:the (?:only one|problem)|being|paranoid|overreacting|tripping|crazy|wrong|too)\b|\bis it (?:just )?me\b|\bdoes (?:anyone|everyone|everybody|anybody)\b|\bnormal (?:practice|to feel)\b"),
    (Shape.DECIDE, r"\bshould i\b|\bis it (?:worth|too late|time|mad|ok(?:ay)? to|fair|wise)\b|\bwould (?:it|quitting|leaving|i) be\b|\bdo i (?:need|have) to\b|\bcan i (?:in good conscience|still|really)\b|\bgood (?:enough )?reason\b|\bor (?:should|wait|stay|quit|take|leave)\b|\bworth it\b|\bcan'?t decide\b|\btoo late\b|\bwhether (?:to|i)\b"),
)  # fmt: skip


def find_shape(text: str) -> Shape:
    """Return the kind of answer a question asks for; its last sentences weigh most."""
    ending = " ".join(split_sentences(text)[-3:]).lower().replace("’", "'")
    for part in (ending, text.lower().replace("’", "'")):
        for shape, pattern in _SHAPES:
            if re.search(pattern, part):
                return shape
    return Shape.STEPS
