"""Whether a message leans on what was said before it: a follow-up, or a question of its own.

No model is needed: a follow-up shows itself by how it begins, by pronouns that point outside it,
and by being short.
"""

import re

from knowledge.full_text import telling_words

SHORT = 7
"""A message of up to this many words that opens no subject of its own leans on the last one."""
_LONGEST = 40
"""Words up to which a message that begins as a follow-up is one."""
_LONGEST_POINTING = 30
"""The same where only a pronoun points outside."""

_OPENS_NEW = re.compile(
    r"^(?:(?:ok(?:ay)?|right|so|well|now|oh|but)\b[,.: ]*)*(?:(?:and |one )?(?:a )?(?:different|another|new|separate|unrelated|other) (?:question|thing|topic|subject|matter)|unrelated|anyway|changing (?:the )?subject|on (?:a|another) (?:different|other)? ?(?:note|subject|topic)|something else|by the way|separate(?:ly)?(?=[,.: ])|meanwhile|next (?:question|thing|one|panic|problem|worry)|leaving that(?: aside)?|(?:there(?:'s| is) )?(?:one|another) more (?:thing|question)|now about|(?:and )?(?:a|one) (?:thing|question|matter) of my own)\b",
    re.IGNORECASE,
)
_LEANS = re.compile(
    r"^(?:and|but|or|so|then|not|i mean|as (?:her|his|their|the|a) \w+|what if|what about|how about|even if|or else|ok(?:ay)? (?:but|so|and)|yes,? but|what then|what now|now what|like what|such as|for example|which (?:one|of)|in that case|if (?:he|she|they|it|that|so|not))\b",
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
# Nouns that give a pronoun something to point at inside the message itself.
_ANTECEDENT = re.compile(
    r"\b(?:my|our|a|an|the|one of my|two|three|some|this|that) (?:\w+[- ]){0,2}?"
    r"(?:mentee|mentor|boss|manager|colleague|coworker|co-worker|report|employee|intern|junior|"
    r"director|supervisor|partner|wife|husband|friend|team|teams|graduate|client|lead|student|"
    r"programme|program|company|job|role|meeting|hire|protégé|protege|people|person|woman|man|"
    r"women|leader|leaders|managers|members?|staff|sponsor|developer|engineer|nurse|teacher)s?\b",
    re.IGNORECASE,
)
# Words that tell what somebody does about a matter, and never what the matter is.
_REACTION_TEXT = """
accept accepts again ago agree agreed agrees already always angry annoyed answer answered answers anybody
anyone anything anyway apologise apologises ask asks back bad become becomes cares change changes come comes
couldn cries cross cry crying day days defensive deny denies didn disagree disagrees doesn don else embarrassed
enough ever everybody everyone feel feels fine first furious get gets give gives go goes good happen happens
hate hates help helps hurt ignore ignores instead isn keep keeps know knows laugh laughs late later leave
leaves like listen listens ll long mad make makes maybe mean means mind minds much need needs never next nobody
nothing offended often okay one quiet quickly re react reacts really refuse refused refuses reply replies
respond responds sad said say says shrug shrugs silent somebody someone something soon stay stays still stop
stops sulk sulks sure take takes tell tells thing things think thinks time times try tries upset ve wait waits
walk walks want wants well won work works worse wouldn wrong yes
"""
_REACTIONS = frozenset(_REACTION_TEXT.split())


def opens_new(text: str) -> bool:
    """Tell whether a message announces another subject."""
    return bool(_OPENS_NEW.match(text))


def is_follow_up(text: str) -> bool:
    """Tell whether a message cannot be understood without what came before."""
    if opens_new(text):
        return False
    words = text.split()
    if _LEANS.match(text) or _CORRECTS.match(text):
        return len(words) <= _LONGEST
    own_noun = _ANTECEDENT.search(text)
    points = _POINTS_OUT.search(text)
    if points and (own_noun is None or points.start() < own_noun.start()):
        return len(words) <= _LONGEST_POINTING
    return len(words) <= SHORT and own_noun is None


def is_bare(text: str) -> bool:
    """Tell whether a follow-up has no matter of its own to be found by: "and what if she says no?"."""
    return all(word in _REACTIONS for word in telling_words(text))
