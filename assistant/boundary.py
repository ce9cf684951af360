"""People first: what is said when somebody discloses something serious, and whom to turn to.

A disclosure is found by plain patterns that anyone can read, and by the fitted model of
`triage.py` for the many ways of saying it that no pattern foresees.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from assistant.conversation import Contact
from assistant.dense import Query
from assistant.triage import Triage
from knowledge.errors import SettingsError
from knowledge.vocabulary import Audience

SIGNPOSTS_FILE = Path(__file__).parent / "signposts.yaml"

# High precision, in order of urgency; figures of speech must not match ("dying to leave").
_PATTERNS: tuple[tuple[str, str], ...] = (
    ("self_harm", r"\b(?:(?<!career )(?<!political )(?<!professional )(?<!social )(?<!commercial )suicid\w*(?!,? career)|kill(?:ing)? (?:my|him|her|them)sel(?:f|ves)|end(?:ing)? (?:my|his|her|their) (?:own )?li(?:fe|ves)|(?:end|ending) it all|self[- ]?harm\w*|cut(?:ting)? (?:my|him|her)self(?! (?:some slack|short|off|loose|out))|hurt(?:ing)? myself|take my own life|overdos\w+)\b"),
    ("self_harm", r"\b(?:want(?:s|ed)? to|wish(?:es|ed)? (?:i|he|she|they) (?:was|were)|rather be|better off) (?:die|dead|be dead|not (?:be )?(?:here|alive|wake up))\b|\bbetter off (?:if i (?:was|were)n'?t|without me)\b"),
    ("self_harm", r"\b(?:no|don'?t see (?:the|any|a)|can'?t see (?:the|any|a)|what(?:'s| is) the) (?:point|reason) (?:in|of|to) (?:living|life|being (?:here|alive)|going on|carry(?:ing)? on|waking up|wake up|keep waking up)\b|\bdon'?t want to (?:be here|live|wake up|exist|go on living)\b|\bdo(?:es)?n'?t want to be (?:here|alive) any ?more\b"),
    ("self_harm", r"\bi don'?t see (?:the|any) point (?:any ?more|in anything)\b|\bmy (?:existence|life) (?:is|feels) (?:meaningless|pointless|worthless|not worth)\b|\bnothing to live for\b|\blife (?:is|isn'?t) (?:not )?worth (?:living|it)\b"),
    ("harassment_assault", r"\brap(?:ed|ist|ing)\b|\bsexual(?:ly)? (?:assault\w*|harass\w*|abus\w*|touch\w*|comments?|remarks?|jokes?|favou?rs?|messages?|advances?)\b|\bgrop(?:ed?|es|ing)\b|\bunwanted (?:touch\w*|advances?|contact)\b|\b(?:touch(?:ed|es|ing)|grabb(?:ed|ing)|kiss(?:ed|es|ing)|rubb(?:ed|ing|s)|strok(?:ed|es|ing)) (?:me|her|my (?:\w+ )?(?:leg|thigh|knee|waist|bum|breasts?|backside|bottom|hair|neck)|her (?:\w+ )?(?:leg|thigh|knee|waist|bum|breasts?|backside|bottom|hair|neck))\b|\b(?:nudes?|dick pics?|explicit (?:photos?|pictures?|messages?))\b"),
    ("harassment_assault", r"\b(?:was|been|being|is|am|are|got|keeps?) (?:sexually )?(?:harass(?:ed|ing)|assault(?:ed|ing)|molest(?:ed|ing)|bullied|hazed)\b(?! by (?:deadlines|e-?mails?|work|my (?:inbox|calendar|diary)))|\bsleep with (?:him|her|my|the) ?(?:boss|manager|supervisor|professor)?\b|\bdisclosed (?:harassment|an assault|abuse)\b|\bharassment (?:at|from|by|complaint)\b"),
    ("danger_abuse", r"\b(?:he|she|they|husband|wife|partner|boyfriend|girlfriend|ex|dad|father|mum|mom|mother|brother|boss|manager|chef|foreman)\b[^.?!]{0,40}\b(?:hits?|hit|beats?|beat(?:en)?|punch(?:ed|es)?|slap(?:ped|s)?|chok(?:ed|es)|strangl(?:ed|es)|kick(?:ed|s)?|shov(?:ed|es)) (?:me|her|him|them)\b(?! up| down| with (?:work|questions|e-?mails?)| (?:\w+ )?(?:targets?|goals?|numbers?|deadlines?|stride)\b| to (?:it|that|(?:the|a) (?:\w+ )?(?:job|post|role|promotion|punch))\b)|\bdomestic (?:abuse|violence)\b|\babusive (?:partner|husband|wife|relationship|boyfriend|girlfriend|father|mother|home)\b|\bstalk(?:s|ed|er|ing) (?:me|her|him)\b|\bstalker\b|\b(?:threaten(?:s|ed|ing)?|(?:he|she|they)(?:'s|'re| is| are| was| were) going) to (?:kill|hurt|stab|shoot|burn) (?:me|her|him|them|us)\b|\b(?:scared|afraid|frightened) to go home\b"),
    ("discrimination", r"\b(?:racist|racial|homophobic|transphobic|antisemitic|islamophobic|sexist) (?:slurs?|abuse|comments?|remarks?|jokes?|insults?|bullying|harassment)\b|\bdiscriminat(?:ed|ing) against\b|\b(?:because|since|when|after) (?:i|she|he|they)(?:'?m| am| was|'?s| is| are| got| told \w+ (?:i|she)(?:'m| was|'s)?) (?:\w+ )?(?:pregnant|black|gay|trans|muslim|jewish|disabled|a woman|a lesbian|too old)\b"),
    ("health_crisis", r"\bchest pains?\b|\bpanic attacks? (?:every|daily|all|at|before|each|most)\b|\bhear(?:ing|s)? voices\b|\bdrink(?:ing)? (?:every|all) (?:day|night|morning)\b|\b(?:drinking|vodka|wine|drunk) (?:before|at|during|to get through) (?:work|my shift|the shift|a shift)\b|\bnervous breakdown\b|\bcan(?:'?t|not) get out of bed\b[^.?!]{0,60}\b(?:weeks?|months?|days?)\b|\b(?:losing myself to|diagnosed with|deep in|severe|drowning in) depression\b|\b(?:i'?ve|i have|been) (?:been )?depressed for\b|\beating disorder\b|\b(?:haven'?t|hasn'?t) (?:eaten|slept) (?:in|for) (?:\w+ )?days\b"),
    ("self_harm", r"\b(?:if|when) i (?:was|were|am) dead\b|\bstop(?:ping)? (?:existing|living)\b|\b(?:no longer|don'?t|do not) (?:wish|want) to (?:live|continue living|go on living|be alive|exist)\b|\bwanting to die\b|\b(?:a )?world without me\b|\bdisappear for ?ever\b|\b(?:no|less and less) reason (?:not to|to (?:live|stay alive|be here))\b|\btired of (?:living|being alive|life)\b|\b(?:no loss|better off) with (?:the )?(?:payout|insurance)\b|\b(?:goodbye|suicide) (?:note|letter)\b|\b(?:end(?:ing)?|finish(?:ing)?) things (?:on|tonight|tomorrow|this|for good)\b|\b(?:her|his|my|their) own (?:death|funeral)\b"),
    ("danger_abuse", r"\b(?:pull(?:s|ed)|wav(?:es|ed)|h(?:olds|eld)|point(?:s|ed)|sl(?:ides|id)|threaten(?:s|ed)? (?:me|her|him|us) with) (?:a|the|his|her) (?:knife|gun|pistol|weapon)\b|\b(?:he|she|they)(?:'s|'ve| has| have) (?:got )?a (?:knife|gun)\b|\b(?:took|takes|has|have|holds?|keeps?|kept) (?:my|her|his|our|their) passports?\b|\block(?:s|ed)? (?:me|us|her|him) in\b|\bpulls? my hair\b|\b(?:he|she) (?:hurts?|beats?|hits?) me\b"),
    ("harassment_assault", r"\bslut\b|\bwhore\b|\bup my (?:skirt|dress)\b|\bnaked (?:photos?|pictures?)\b|\b(?:grinds?|rubs?|press(?:es|ed)) (?:himself |herself )?(?:up )?against (?:me|her|him|every|us)\b|\bmy drink (?:was|got) spiked\b|\bspiked by\b|\bfollow(?:s|ed) me into the (?:toilet|shower|changing)\b|\b(?:favou?rs?|sex|a kiss) (?:for|in (?:return|exchange) for) (?:the|a|my) (?:job|promotion|shift|grade|reference)\b"),
    ("discrimination", r"\b(?:gyppo|paki|nigg\w+|n[- ]word|fagg?ot|tranny|retard)\b|\bposts? monkeys\b|\bmonkey (?:noises|sounds)\b|\b(?:no|don'?t (?:want|hire|take)) (?:blacks|gyps(?:y|ies)|muslims|jews|gays|foreigners|women|mothers)\b|\b(?:until|since|after|when) i (?:disclosed|told (?:them|him|her|hr|my (?:boss|manager))) (?:about |that i have )?(?:my )?(?:bipolar|epilepsy|disability|pregnan\w+|autism|hiv|cancer)\b.{0,80}\b(?:since|now|then|plan|demoted|removed|dropped|cut|fired|let go)\b"),
    ("health_crisis", r"\bhaving a stroke\b|\bchest (?:is|feels) (?:so )?tight\b|\b(?:record|read|steal|control)ing (?:his|her|my|their) thoughts\b|\bmessages from (?:her|his|my|their) dead\b|\b(?:cocaine|heroin|crystal meth)\b|\b(?:haven'?t|hasn'?t|not) needed (?:to )?sleep\b"),
)  # fmt: skip

_MONEY = re.compile(r"\b(?:tax\w*|invest\w*|stocks?|shares?|crypto|bitcoin|pensions?|401k|funds?|options?|mortgage|debts?|loans?|bankrupt\w*|savings|etf|isa|equity|vest\w*|insurance)\b", re.I)  # fmt: skip
_VISA = re.compile(r"\b(?:visas?|immigration|work permit|residence permit|green card|h-?1b|asylum|refugee|settled status|sponsor(?:ship|ed)? (?:licen[cs]e|visa)|citizenship|permanent residen\w+|deport\w*|blue card|leave to remain|skilled worker|permit)\b", re.I)  # fmt: skip
_MEDICAL = re.compile(r"\b(?:rash|pain|dose|dosage|mg|tablets?|pills?|medication|antidepressants?|symptoms?|diagnos\w+|doctor|injur\w+|tendon|bleeding|headaches?|migraines?|fever|infection|blood|swollen|cream|treatments?|treat me|medicine|sleeping|side effects?|therap(?:y|ist|ists)|counsellor|psychologist|trauma|flashbacks|ocd|emdr|adhd|wrist|knee|back|lump|dizzy|heart|numb)\b", re.I)  # fmt: skip

_SELF = re.compile(
    r"\b(?:hit|hits|beat|beats|groped|raped|assaulted|touch\w*|harass\w*|threaten\w*|follow\w*|stalk\w*|kiss\w*|grab\w*|push\w*|insult\w*|call\w*|sen[dt]\w*|bull(?:y|ies|ied)) me\b|\btold me (?:that )?(?:i|i'm|i'd|my|to)\b|\bi (?:was|am|'m|have been|'ve been) (?:being )?(?:raped|assaulted|harassed|bullied|abused|stalked|depressed)\b",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"\b(?:my|our|a|an|the|one of (?:my|the|our)|this) (?:\w+ ){0,2}(?:mentees?|prot[eé]g[eé]e?s?|interns?|juniors?|colleagues?|co-?workers?|reports?|employees?|students?|apprentices?|trainees?|flatmates?|friends?|supervisees?|team ?mates?|team members?|volunteers?|graduates?|lad|girl|deputy|assistant|nurses?|staff|neighbou?r|daughter|son|brother|sister)\b|\b(?:she|he|they)(?:'s| has| have)? (?:just )?(?:told|said|says|disclosed|confided|texted|wrote|admitted)\b|\bmentee (?:told|said|says|disclosed)\b|\bi mentor\b|\bshe wants to die\b|\bhe wants to die\b",
    re.IGNORECASE,
)


_THIRD = re.compile(r"\b(?:he|she|him|her|they|them)\b", re.IGNORECASE)
_SHORT = 14
"""Words up to which a follow-up is read with more caution."""


@dataclass(frozen=True, slots=True)
class Signpost:
    """What is said first, and whom to turn to, in order."""

    kind: str
    text: str
    contacts: tuple[Contact, ...]
    about_other: bool = False

    @property
    def is_qualified(self) -> bool:
        """Tell whether it sends to a qualified person rather than to help."""
        return self.kind.startswith("qualified")


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A serious matter a message may disclose, and how sure that is, in [0, 1]."""

    kind: str
    probability: float

    @property
    def is_plain(self) -> bool:
        """Tell whether plain words say it; then it holds whatever else the message resembles."""
        return self.probability >= 1.0


def find_disclosure(
    text: str, query: Query, triage: Triage | None, *, follows: bool = False
) -> Suspicion | None:
    """Return the serious matter a message discloses, or None.

    A short message that follows another leans on it and tells little alone; there the model must
    be surer. A plain pattern is as sure as can be.
    """
    if kind := find_pattern(text):
        return Suspicion(kind, 1.0)
    if triage is None:
        return None
    found = triage.disclosure(query)
    short = follows and len(text.split()) <= _SHORT
    threshold = triage.follow_threshold if short else triage.disclosure_threshold
    return Suspicion(found.kind, found.probability) if found.probability >= threshold else None


MENTION = 0.2
"""Probability from which an answer carries a line on where to turn, in case there is more behind it. By
cross-validation it stands beside the answer to three of 100 disclosures and two of 100 ordinary messages."""
PERHAPS = (
    "If more is behind this than work, such as illness, fear or harm to you or to somebody else, that "
    "comes first: talk to a doctor, a helpline or somebody you trust, and in danger ring your local "
    "emergency number."
)


def line_beside(query: Query, triage: Triage | None) -> str:
    """Return a line to stand beside an answer to a message that may disclose something, or nothing."""
    return PERHAPS if triage and triage.disclosure(query).probability >= MENTION else ""


def find_pattern(text: str) -> str | None:
    """Return the kind whose plain pattern a message matches, or None."""
    plain = text.lower().replace("’", "'")
    return next((kind for kind, pattern in _PATTERNS if re.search(pattern, plain)), None)


def qualified_kind(text: str) -> str:
    """Return which qualified person a question belongs to; legal where no word says otherwise."""
    counts = {
        "qualified_visa": 2 * len(_VISA.findall(text)),
        "qualified_money": len(_MONEY.findall(text)),
        "qualified_medical": len(_MEDICAL.findall(text)),
    }
    best = max(counts, key=lambda kind: counts[kind])
    return best if counts[best] else "qualified_legal"


def is_about_other(text: str, audience: Audience | None = None) -> bool:
    """Tell whether a disclosure is about somebody else than the person who writes.

    A mentor or leader who writes "she" or "he" and never "me" means somebody they look after.
    """
    if _SELF.search(text):
        return False
    looks_after = audience in {Audience.MENTOR, Audience.LEADER}
    return bool(_OTHER.search(text)) or (looks_after and bool(_THIRD.search(text)))


def build_signpost(
    kind: str, text: str, contacts_file: Path | None, audience: Audience | None = None
) -> Signpost:
    """Return what to say first about a kind of serious matter; own contacts come first.

    Raises:
        SettingsError: when the organisation's contacts cannot be read.
    """
    record = load_signposts()[kind]
    about_other = "other" in record and is_about_other(text, audience)
    own = load_contacts(contacts_file).get(kind, [])
    return Signpost(
        kind=kind,
        text=" ".join(record["other" if about_other else "self"].split()),
        contacts=tuple(Contact(**contact) for contact in [*own, *record["contacts"]]),
        about_other=about_other,
    )


def line_on_qualified(kind: str) -> str:
    """Return the line that leaves a part of an answered question to somebody qualified, or none.

    Symptoms and permits have none: there a half answer is no help.
    """
    return " ".join(load_signposts()[kind].get("beside", "").split())


@cache
def load_signposts() -> dict[str, Any]:
    """Read the signposts that ship."""
    return dict(yaml.load(SIGNPOSTS_FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))


def load_contacts(path: Path | None) -> dict[str, list[dict[str, str]]]:
    """Read an organisation's contacts: kinds, each with a list of name, how and when.

    Raises:
        SettingsError: when the file is missing, not YAML, or names an unknown kind.
    """
    if path is None:
        return {}
    try:
        record = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or {}
        contacts = {
            kind: [Contact(**c).model_dump() for c in entries] for kind, entries in record.items()
        }
    except (
        OSError,
        UnicodeDecodeError,
        yaml.YAMLError,
        ValueError,
        TypeError,
        AttributeError,
    ) as error:
        raise SettingsError(
            f"MENTOR_CONTACTS={str(path)!r} cannot be used: {_reason(error)}. "
            "It holds kinds, each with a list of {name, how, when}; see README.md."
        ) from error
    unknown = sorted(set(contacts) - set(load_signposts()))
    if unknown:
        raise SettingsError(
            f"MENTOR_CONTACTS={str(path)!r} names {unknown[0]!r}; the kinds are: {', '.join(load_signposts())}."
        )
    return contacts


def _reason(error: Exception) -> str:
    """Return why a file cannot be used, in one line."""
    if isinstance(error, ValidationError):
        return "; ".join(f"{part['loc'][0]}: {part['msg']}" for part in error.errors())
    return " ".join(f"{error!s:.160}".split())
