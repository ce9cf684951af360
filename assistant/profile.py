"""Who is asking, at which stage, in which phase: what they chose, else what their words say.

Cues are weighed and added up; a part is inferred only where one reading clearly leads. The stage
is always that of the person being mentored: a mentor's words tell the mentee's stage.
"""

import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

from assistant.conversation import Origin, Profile, ProfileOrigin, Question
from knowledge.vocabulary import Audience, Phase, Stage

Cue = tuple[str, float]
T = TypeVar("T", Audience, Stage, Phase)

_AUDIENCE_CUES: dict[Audience, Sequence[Cue]] = {
    Audience.MENTOR: (
        (r"\bmy (?:new |first |former |own )?(?:mentee|prot[eé]g[eé]e?|apprentice|trainee)s?\b", 3),
        (r"\b(?:as|being|become|becoming|am|i'm) an? (?:\w+ )?mentor\b(?! like)", 2.5),
        (r"\bi(?:'m| am|'ve been| have been|'ve begun| have begun)? (?:now )?mentor(?:ing)?\b", 3),
        (
            r"\b(?:agreed|asked|picked|chosen|assigned|wants? me|asks? me) to (?:be an? )?(?:\w+ )?mentor\b",
            3,
        ),
        (r"\bwants? me to (?:formally )?mentor\b", 3),
        (
            r"\bmentor(?:ing)? (?:her|him|them|others|someone|somebody|people|an? |juniors?|two|three)",
            2,
        ),
        (r"\bmy (?:\w+ )?intern\b(?!ship)", 2),
        (
            r"\b(?:the|a|our|this) (?:new |unpaid |summer )?(?:intern|mentee|apprentice|trainee)\b(?!ship)",
            1.5,
        ),
        (
            r"\b(?:junior|graduate|new hire|supervisee|student) (?:i|who|that|on my|in my|works)\b",
            1.5,
        ),
        (r"\bmy (?:junior|supervisee|student)s?\b", 2),
        (r"\bi(?:'ve| have)? (?:been )?coach(?:ed|ing)?\b", 1.5),
    ),
    Audience.LEADER: (
        (r"\bmy (?:\w+ )?(?:direct reports?|reports|employees?|staff|team of|managers)\b", 2),
        (r"\b(?:i|we) (?:manage|lead|run|supervise|oversee|head|hired?|employ)\b", 1.5),
        (
            r"\bi(?:'m| am) (?:an? |the )?(?:\w+ ){0,2}(?:vp|ceo|coo|cfo|cto|director|executive|founder|head of|vice president|principal|partner|headteacher)\b",
            2.5,
        ),
        (
            r"\b(?:our|a|the|start|run|launch)(?:ing)? (?:\w+ )?mentor(?:ing|ship) (?:program(?:me)?|scheme)\b.*\b(?:start|launch|structure|design|run|measure|match|set up|managers)\b",
            2,
        ),
        (r"\b(?:leadership|executive|management) team\b", 1),
        (r"\bmy (?:own )?deputy\b|\bi(?:'m| am| was| sat) on the panel\b", 1.5),
        (r"\bsponsor(?:ing)? (?:\w+ )?(?:someone|somebody|her|him|them|two|women|people)\b", 2),
        (
            r"\b(?:made|promoted to|became|new|as) (?:an? )?(?:vp|ceo|coo|cfo|director|partner|vice president)\b",
            2,
        ),
        (r"\bsuccess(?:or|ion)\b", 1),
        (r"\bmy (?:people|team|department|division|company|organi[sz]ation)\b", 0.8),
    ),
    Audience.MENTEE: (
        (
            r"\bmy (?:new |assigned |old |former |current |research )?(?:mentor|supervisor|advis[eo]r)s?\b",
            3,
        ),
        (
            r"\b(?:find|get|need|want|seek|look for|looking for|have) (?:an? )?(?:\w+ )?mentor\b",
            2.5,
        ),
        (
            r"\bmy (?:\w+ )?(?:boss|manager|line manager|coo|ceo|employer|job|career|cv|résumé|resume)\b",
            1.2,
        ),
        (
            r"\bas an? mentee\b|\bi(?:'m| am) an? (?:\w+ )?(?:mentee|intern|apprentice|trainee|student|graduate)\b",
            3,
        ),
        (
            r"\bi (?:graduated?|dropped out|applied|was fired|was laid off|got laid off|lost my job|quit|resigned)\b",
            1.5,
        ),
        (r"\b(?:my first|new) job\b|\bjob (?:search|hunt|interviews?|offer)\b|\binterviews?\b", 1),
        (
            r"\bpromot(?:ed|ion)\b|\braise\b|\bcareer change\b|\bchange careers?\b|\bshould i (?:quit|stay|leave|go)\b",
            0.8,
        ),
    ),
}

_STAGE_CUES: dict[Stage, Sequence[Cue]] = {
    Stage.ENTRY: (
        (
            r"\binterns?(?:hip)?s?\b|\bgraduates?\b|\bgraduated\b|\bgraduating\b|\bapprentices?\b|\bnew grads?\b",
            2,
        ),
        (
            r"\bfirst (?:full[- ]time )?job\b|\bout of (?:school|college|university|uni)\b|\bentry[- ]level\b|\bstudents?\b|\bphd\b",
            2,
        ),
        (
            r"\bjuniors?\b|\btrainees?\b|\bstarting out\b|\bnewly qualified\b|\bjust started (?:work|my)\b",
            1.2,
        ),
        (r"\b(?:i'm|i am|she's|he's|they're|aged?) (?:only )?(?:1[6-9]|2[0-5])\b", 2),
    ),
    Stage.MID: (
        (r"\bmid[- ]career\b|\bmid(?:dle)?[- ](?:aged?|level)\b|\bmid-life\b", 2.5),
        (r"\b(?:i'm|i am|she's|he's|aged?|at) (?:2[89]|3\d|4\d|50)\b", 1.8),
        (
            r"\b(?:[5-9]|1\d|2\d|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty) years\b",
            1.5,
        ),
        (
            r"\bfirst[- ]time manager\b|\bnew manager\b|\b(?:just )?(?:started|became|become) (?:managing|a manager|a team lead)\b|\bteam lead\b",
            1.5,
        ),
        (
            r"\bchange (?:of )?careers?\b|\bplateau\b|\bmy kids\b|\bmortgage\b|\breturn(?:ing|er)\b.*\bleave\b|\bparental leave\b|\bmaternity\b",
            1,
        ),
    ),
    Stage.SENIOR: (
        (r"\b(?:vp|ceo|coo|cfo|cto|chief|vice president|executives?|c-suite|board)\b", 2.5),
        (
            r"\b(?:i'm|i am|as|became|new|to) (?:an? |the )?(?:\w+ )?director\b|\bhead of\b|\bsenior (?:leader|manager|executive|partner)\b",
            2,
        ),
        (r"\b(?:retire|retiring|retirement)\b", 2),
    ),
}

_PHASE_CUES: dict[Phase, Sequence[Cue]] = {
    Phase.INITIATION: (
        (
            r"\bfirst (?:\w+ )?(?:meeting|session|conversation|chat|lunch|call)\b|\bnew (?:mentor|mentee)\b|\bjust (?:been )?(?:matched|paired|assigned)\b",
            2,
        ),
        (
            r"\b(?:find|ask|choose|approach)(?:ing)? (?:\w+ ){0,3}mentor\b|\b(?:start|begin)(?:ning|ing)? (?:\w+ ){0,3}mentor",
            2,
        ),
    ),
    Phase.SEPARATION: (
        (
            r"\b(?:end|ending|stop|stopping|finish|close|wrap(?:ping)? up|tail off)\b.{0,40}\b(?:mentor|relationship|programme|program|meetings)\b",
            2,
        ),
        (
            r"\b(?:mentor|mentee|prot[eé]g[eé]).{0,60}\b(?:doesn't want|wants? to stop|leave|quit)\b",
            2,
        ),
    ),
    Phase.REDEFINITION: (
        (
            r"\b(?:former|ex-|old) (?:mentor|mentee)\b|\bstay(?:ing)? in touch with my (?:mentor|mentee)\b|\bbecome (?:peers|friends|colleagues)\b",
            2,
        ),
    ),
}

_LEAD = 1.0
"""How far the first reading must be ahead of the second before it is taken."""


def stated_profile(audience: Audience | None, stage: Stage | None, phase: Phase | None) -> Profile:
    """Return the profile of what somebody chose."""
    return Profile(
        audience=audience,
        stage=stage,
        phase=phase,
        origin=ProfileOrigin(
            audience="stated" if audience else "default",
            stage="stated" if stage else "default",
            phase="stated" if phase else "default",
        ),
    )


def build_profile(question: Question, text: str, earlier: Profile | None = None) -> Profile:
    """Return the profile for a turn: stated, else read from ``text``, else carried over.

    ``text`` is the question with what the conversation adds to it. What was stated or inferred
    in an ``earlier`` turn holds until the words clearly say otherwise.
    """
    audience, audience_from = _decide(
        question.audience, _read(_AUDIENCE_CUES, text), earlier.audience if earlier else None
    )
    stage, stage_from = _decide(
        question.stage, _read(_STAGE_CUES, text), earlier.stage if earlier else None
    )
    phase, phase_from = _decide(
        question.phase, _read(_PHASE_CUES, text), earlier.phase if earlier else None
    )
    return Profile(
        audience=audience,
        stage=stage,
        phase=phase,
        origin=ProfileOrigin(audience=audience_from, stage=stage_from, phase=phase_from),
    )


def correct_profile(profile: Profile, text: str) -> Profile:
    """Return the profile after a person has said who they are ("I'm the mentor here")."""
    # "I'm the mentee, not the mentor": what somebody is not is left aside, whichever comes first.
    lowered = re.sub(r"\bnot (?:the|an?|her|his|their) \w+", "", text.lower())
    audience = _first_said(_CHAIR_WORDS, lowered)
    stage = _first_said(_STAGE_WORDS, lowered)
    origin = profile.origin.model_copy(
        update={
            "audience": "stated" if audience else profile.origin.audience,
            "stage": "stated" if stage else profile.origin.stage,
        }
    )
    return profile.model_copy(
        update={
            "audience": audience or profile.audience,
            "stage": stage or profile.stage,
            "origin": origin,
        }
    )


_CHAIR_WORDS = {
    "the mentor": Audience.MENTOR,
    "a mentor": Audience.MENTOR,
    "her mentor": Audience.MENTOR,
    "his mentor": Audience.MENTOR,
    "their mentor": Audience.MENTOR,
    "mentee": Audience.MENTEE,
    "leader": Audience.LEADER,
    "manager": Audience.LEADER,
    "boss": Audience.LEADER,
    "sponsor": Audience.LEADER,
}
_STAGE_WORDS = {
    "new professional": Stage.ENTRY,
    "graduate": Stage.ENTRY,
    "intern": Stage.ENTRY,
    "mid-career": Stage.MID,
    "senior": Stage.SENIOR,
}


def _first_said(words: Mapping[str, T], lowered: str) -> T | None:
    said = [(lowered.find(word), value) for word, value in words.items() if word in lowered]
    return min(said, key=lambda pair: pair[0])[1] if said else None


def _decide(stated: T | None, read: T | None, earlier: T | None) -> tuple[T | None, Origin]:
    if stated is not None:
        return stated, "stated"
    if read is not None:
        return read, "inferred"
    return (earlier, "inferred") if earlier is not None else (None, "default")


def _read(cues: Mapping[T, Sequence[Cue]], text: str) -> T | None:
    lowered = text.lower().replace("’", "'")
    weights = {
        value: sum(weight for pattern, weight in patterns if re.search(pattern, lowered))
        for value, patterns in cues.items()
    }
    first, second, *_ = sorted(weights, key=lambda value: -weights[value])
    return first if weights[first] - weights[second] >= _LEAD else None
