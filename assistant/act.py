"""What a message does in its conversation, as its words tell."""

import re
from enum import StrEnum


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


_ACTS: tuple[tuple[Act, str], ...] = (
    (Act.THANKS, r"^(?:ok(?:ay)?|great|perfect|brilliant|lovely|super|cool|alright|right|wow)?[,.! ]*(?:thanks?|thank you|thx|ty|cheers|merci|danke|gracias|much appreciated|(?:i'm |much )?obliged|(?:that|this)(?:'s| is| was)? (?:really |very |so )?(?:helpful|great|useful|perfect)|that helps?(?: a lot)?)\b[^?]{0,40}$|^[^?]{0,70}\b(?:thanks|thank you|thx|cheers|merci)(?: (?:so|very) much| a lot| again)?[!. ]*$"),
    (Act.GREETING, r"^(?:hi|hello|hey|good (?:morning|afternoon|evening)|hiya|yo)(?: there| all)?[!. ]*$"),
    (Act.SHORTER, r"\b(?:shorter|too long|tl;?dr|summari[sz]e|sum (?:it|that|this) up|in one (?:line|sentence)|(?:briefer|more briefly|more concise)|cut (?:it|that|this) down|in one breath|(?:the )?short version|in a nutshell|(?:a )?bit briefer|less text|simpler(?:,? please)?[.! ]*$|half (?:as long|the (?:length|words))|too (?:much|many words)(?:,? (?:to read|please))?[.! ]*$|boil (?:it|that) down|^(?:\w+,? ){0,2}just (?:the )?(?:(?:main|first|key|top) )?(?:points|steps|bullets?|three|two|one)(?:,? \w+){0,2}[.! ]*$|(?:only|shorter, just) (?:two|three|one)[.! ]*$)"),
    (Act.WHY, r"^(?:hm+,? |ok,? |but )?why (?:is|does|would|should|not)(?:n't)? (?:that|it|this|talking|asking|waiting|saying|just|simply)\b.{0,60}$|^(?:but )?why(?: (?:is that|that|so|would (?:that|it) (?:work|help)|does (?:that|it|this) (?:work|help|matter)|should i|do you say (?:that|so)))?[?!. ]*$|^(?:says who|how do you know(?: that)?|what(?:'s| is) the (?:evidence|research|proof)(?: for (?:that|this|it))?|is (?:that|this) (?:really )?(?:true|proven)|(?:(?:and|but|so|what about) )?(?:is there )?(?:(?:any|some|good|real|actual|the) ){0,2}(?:evidence|research|proof)(?: (?:for|behind|on) (?:that|this|it))?)[?!. ]*$"),
    (Act.MORE, r"^(?:(?:tell me|say|can you say) more|more(?: detail| please)?|go on|what else|anything else|and then(?=[?!. ]*$)|continue|keep going|other (?:ideas|options)|give me more)\b.{0,30}$"),
    (Act.CORRECT, r"^(?:no[,. ]+|sorry[,. ]+|actually[,. ]+|i mean(?:t)?[,. ]+|wait[,. ]+)+(?:i'?m|i am|i meant(?: as)?) (?:actually )?(?:the|a|an|her|his|their) (?:\w+ )?(?:mentor|mentee|manager|leader|boss|sponsor|professional|graduate|intern)\b(?!'s).{0,40}$|^(?:i'?m|i am|i meant(?: as)?) (?:actually )?(?:the|a|an|her|his|their) (?:\w+ )?(?:mentor|mentee|manager|leader|boss|sponsor|professional|graduate|intern)\b(?!'s)(?:[,. ]+(?:here|there|actually|though|sorry|by the way|not|now|in (?:this|that|it))\b.{0,40})?[.! ]*$|\b(?:wrong|not (?:the|her|his|a|my)|sorry|actually|wait)\b.*\b(?:i'?m|i am) (?:actually |only )?(?:the|a|an|her|his|their|one of the) (?:\w+ )?(?:mentors?|mentee|manager|leader|boss|sponsor|professional|graduate|intern)\b(?!'s)|\b(?:i'?m|i am) (?:actually |only )?(?:the|a|an|her|his|their|one of the) (?:\w+ )?(?:mentors?|mentee|manager|leader|boss)\b(?!'s).{0,20}\b(?:not (?:the|a|an|her|his)|other way)\b"),
    (Act.WORDING, r"\b(?:write|draft|compose|word|phrase|script)\b.{0,30}\b(?:message|email|e-mail|note|text|words|it|that|this|line|reply|invitation|invite|dm)\b|\bword for word\b|\b(?:draft|write|word) what (?:i|to)\b|^what (?:could|should|would) i (?:tell|say to|write to) (?:him|her|them|my \w+)\b.{0,20}$|\bgive me (?:\w+ ){0,3}(?:sentences?|lines?|words|wording|script|message|example)s?\b|^(?:so |and |ok )?what (?:exactly |actually )?(?:do|should|would|could|can) i (?:actually |exactly |even )?(?:say|write)(?: (?:to (?:him|her|them)|then))*[?!. ]*(?:then)?[?!. ]*$|^how (?:do|should|would|could) i (?:say|put|phrase|word) (?:that|it|this)\b.{0,20}$"),
)  # fmt: skip

_FIGURE = r"(?:\d+|\w+teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty(?:[- ]\w+)?)"
# A figure put right and nothing else: whoever adds a word may be telling something.
_CORRECTED_FIGURE = re.compile(
    r"(?:(?:no|sorry|actually|wait|oops|correction|i meant?)[,. ]+)+"
    r"(?:(?:i'?m|i am|(?:she|he|it|that)(?:'s| is| was)|they(?:'re| are)) )?(?:actually )?"
    rf"{_FIGURE}(?: years old)?(?:[,. ]+(?:and )?not {_FIGURE})?[.! ]*"
)

_MOST_WORDS = 16
"""A longer message tells something, whatever words stand in it."""


def find_act(text: str, *, answered: bool) -> Act | None:
    """Return what a message does by its words, or None where they name no act.

    Without an answer to act on (``answered``) it can only greet or thank.
    """
    plain = _plain(text)
    if answered and is_corrected_figure(text):
        return Act.CORRECT
    for act, pattern in _ACTS:
        needs_answer = act not in {Act.THANKS, Act.GREETING}
        if needs_answer and (not answered or len(plain.split()) > _MOST_WORDS):
            continue
        if re.search(pattern, plain):
            return act
    return None


def is_corrected_figure(text: str) -> bool:
    """Tell whether a message does no more than put a figure right: "no, I'm 57, not 47"."""
    return bool(_CORRECTED_FIGURE.fullmatch(_plain(text)))


def _plain(text: str) -> str:
    return text.strip().replace("’", "'").lower()
