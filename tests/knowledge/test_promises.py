"""What no guide may do: promise a result or secrecy, prescribe, plead law, or tell feelings.

The authors' contract says so under "Never". Each pattern has its reason, words that it must catch
and words that it must let pass; then every sentence of every guide is held against all of them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from knowledge.guide import Guide, split_sentences
from knowledge.library import load_library
from knowledge.vocabulary import Section

GOOD = r"(?:jobs?|offers?|promotions?|raises?|pay|salary|rises?|grades?|posts?|interviews?)"
# A sentence that denies is the opposite of a promise: "Nobody can promise you a raise."
DENIED = re.compile(
    r"\b(?:no|not|never|nobody|none|nothing|cannot|without|anyone who)\b|n['’]t\b", re.IGNORECASE
)
# A sentence that says when, whether or what does not tell anyone that they feel it.
OPEN = re.compile(
    r"\b(?:if|as soon as|when|whenever|even|whether|how|what|who|whom|where|which|would|do|did|say|makes?)\b",
    re.IGNORECASE,
)
EXCEPTION = re.compile(
    r"\b(?:unless|except|exceptions?|danger|harm|hurt|have to act|serious wrong\w*)\b",
    re.IGNORECASE,
)
QUOTED = re.compile(r"[\"“][^\"”]*[\"”]")
EMOTIONS = (
    "angry|afraid|sad|hurt|ashamed|lonely|anxious|upset|frightened|scared|worried|exhausted|jealous|"
    "envious|nervous|depressed|stressed|hopeless|guilty|torn|proud|insecure|overwhelmed|bitter"
)


@dataclass(frozen=True)
class Rule:
    """A pattern nobody may match, the reason, and what takes a match back.

    ``before`` is looked for in the sentence ahead of the match, ``around`` in the whole item;
    ``scripts`` says whether words inside quotation marks are read as well.
    """

    reason: str
    pattern: str
    caught: tuple[str, ...]
    passed: tuple[str, ...]
    before: re.Pattern[str] | None = None
    around: re.Pattern[str] | None = None
    scripts: bool = True
    cased: bool = False

    def find(self, item: str) -> Iterator[str]:
        """Yield the sentences of an item that break the rule."""
        text = item if self.scripts else QUOTED.sub("“…”", item)
        if self.around and self.around.search(text):
            return
        for sentence in split_sentences(text):
            for found in re.finditer(self.pattern, sentence, 0 if self.cased else re.IGNORECASE):
                ahead = sentence[: found.start()]
                if not (self.before and self.before.search(ahead)):
                    yield sentence


RULES = (
    Rule(
        reason="promises a job, pay or promotion; nobody can keep that",
        pattern=rf"\b(?:you|she|he|they|it|this|that|which)(?:['’]ll| will)\b(?: \w+){{0,3}} "
        rf"(?:get|gets|win|land|earn|bring|mean|lead to|secure)\b(?: \w+){{0,4}} {GOOD}\b"
        r"|\b(?:will|['’]ll) be (?:promoted|hired|offered the|given the (?:job|post|role))\b",
        caught=(
            "Do this and you will get the job.",
            "It will surely bring you a raise.",
            "You'll be promoted.",
        ),
        passed=(
            "I can't tell you it will get you promoted, or that it will bring a raise.",
            "You will know more about the job.",
            "If you ask, you may get a raise.",
        ),
        before=DENIED,
    ),
    Rule(
        reason="guarantees a result",
        pattern=rf"\bguarante\w+|\b(?:certain|sure|bound) to (?:get|win|land|earn)\b(?: \w+){{0,3}} {GOOD}\b",
        caught=("A sponsor guarantees promotion.", "You are sure to get an offer."),
        passed=(
            "A sponsor is a help and no guarantee.",
            "Do not sign or guarantee anything.",
            "Whom are you bound to tell?",
        ),
        before=DENIED,
    ),
    Rule(
        reason="tells somebody to promise a job, pay, promotion or secrecy",
        pattern=r"\bpromis(?:e|es|ing|ed)(?: (?:you|them|him|her|people|your \w+|a|an|the|any|my|full|total|"
        rf"complete|absolute|more|better)){{0,3}} (?:{GOOD}|secrecy|silence|confidentiality)\b",
        caught=("Promise your mentee total secrecy.", "Promise them a raise in spring."),
        passed=(
            "Nobody can promise you pay or promotion.",
            "Do not promise a job, a grade or a raise.",
            "Promise care and discretion, never total secrecy.",
            "They may doubt the promise of promotion.",
        ),
        before=DENIED,
    ),
    Rule(
        reason="promises secrecy without the exception for harm",
        pattern=r"\b(?:what you \w+(?: me)?|this|that|it|everything) stays (?:between (?:us|the two of us)|"
        r"with me|in (?:this|the) room)\b"
        r"|\bnothing (?:you (?:say|tell me) )?(?:ever )?leaves (?:this|the) room\b"
        r"|\b(?:won['’]t|will (?:not|never)) (?:tell|repeat (?:it|this) to) (?:anyone|anybody|a soul)\b"
        r"|\b(?:offer|give|assure|swear|agree|expect|ask)\b(?: \w+){0,4} (?:total|complete|full|absolute|"
        r"strict) (?:secrecy|confidentiality)\b",
        caught=(
            'To open: "What you tell me stays with me."',
            "Nothing leaves the room.",
            "Assure your mentee of total secrecy.",
        ),
        passed=(
            'To open: "What you tell me stays with me. If somebody could get hurt, I have to act."',
            "Nobody can promise full secrecy.",
            "Nothing leaves the room unless somebody is in danger.",
            "My prices and suppliers stay with me.",
            "A study finds that complete confidentiality made it work.",
        ),
        before=DENIED,
        around=EXCEPTION,
    ),
    Rule(
        reason="names a drug: what to take is between a person and a doctor",
        pattern=r"\b(?:antidepress\w+|ssris?|sertraline|fluoxetine|prozac|citalopram|diazepam|valium|xanax|"
        r"benzodiazepine\w*|beta.?blockers?|propranolol|ritalin|methylphenidate|adderall|modafinil|"
        r"melatonin|ibuprofen|paracetamol|acetaminophen|aspirin|lithium|tranquilli[sz]ers?|sedatives?)\b"
        r"|\b(?:take|try|use) (?:a |an |some |your |two |half a )?(?:sleeping )?(?:pills?|tablets?|painkillers?|"
        r"medicine|medication)\b",
        caught=("Beta blockers help before a talk.", "Try a sleeping pill for two nights."),
        passed=(
            "Pills to get through a shift are a sign to tell the doctor about.",
            "Never use a machine, medicine or system you have not been shown.",
        ),
    ),
    Rule(
        reason="names a dose",
        pattern=r"\b\d+(?:\.\d+)? ?(?:mg|mcg|µg|ml|milligrams?|micrograms?|units?)\b",
        caught=("Take 20 mg first.", "5ml is enough."),
        passed=("Block 20 minutes.", "Rank them from 1 to 5."),
    ),
    Rule(
        reason="names a statute as advice: rights differ by country, and a lawyer reads them",
        pattern=r"\b(?:[A-Z][a-z]+ )+Act\b(?! \w+ing)|\bAct (?:of )?\d{4}\b|\bTitle [IVX]+\b"
        r"|\b[Ss]ection \d+|\b[Aa]rticle \d+|§|\b(?:FMLA|HIPAA|GDPR|EEOC|USERRA|ERISA|TUPE)\b|\bADA\b"
        r"|\b(?:EU |the )?(?:Directive|Regulation) \d+",
        caught=(
            "The Equality Act protects you.",
            "Ask for leave under FMLA.",
            "See section 12.",
            "Title VII forbids it.",
        ),
        passed=(
            "Act on the first of them.",
            "In Great Britain adjustments are a legal duty; elsewhere ask locally.",
            "Read the second section of the report.",
        ),
        cased=True,
    ),
    Rule(
        reason="tells the reader what they feel; ask, or say when it fits",
        pattern=rf"\byou(?:['’]re| are)? (?:feel(?:ing)?|{EMOTIONS})\b(?! (?:about|of)\b)"
        r"|\byou (?:must|will) (?:feel|be feeling)\b|\byou['’]ll feel\b",
        caught=(
            "You feel ashamed of it.",
            "Right now you are angry.",
            "You must feel hurt.",
            "By then you'll feel proud.",
        ),
        passed=(
            "If you feel low for two weeks, see a doctor.",
            "What did you feel of real use last month?",
            "When you are afraid of the answer, write first.",
            'To open: "Some of you feel awkward, and so do I."',
            "Say one thing you are proud of.",
        ),
        before=OPEN,
        scripts=False,
    ),
    Rule(
        reason="tells somebody what another person feels; only what was seen can be told",
        pattern=rf"\b(?:your|the) (?:mentee|mentor|manager|boss|junior|colleague)s? (?:feels?|(?:is|are) (?:{EMOTIONS}))\b",
        caught=("Your mentee feels ashamed.", "The boss is afraid of losing you."),
        passed=("If your mentee feels watched, meet elsewhere.", "Your manager may feel failed."),
        before=OPEN,
        scripts=False,
    ),
)


def _iter_texts(guide: Guide) -> Iterator[tuple[str, str]]:
    """Yield the place and text of all a guide says; its questions are other people's words."""
    yield "title", guide.title
    yield "summary", guide.summary
    for item in guide.items:
        # The bold name of a mistake names what one does wrong: "Promising secrecy."
        is_mistake = item.section == Section.WATCH_OUT
        yield f"line {item.line}", item.body if is_mistake else item.text


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.reason)
def test_the_pattern_catches_what_it_is_for_and_lets_the_rest_pass(rule):
    assert [text for text in rule.caught if not list(rule.find(text))] == []
    assert [text for text in rule.passed if list(rule.find(text))] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.reason)
def test_no_guide_does_it(rule):
    found = [
        f"{guide.slug}, {place}: {sentence}"
        for guide in load_library().guides.values()
        for place, text in _iter_texts(guide)
        for sentence in rule.find(text)
    ]
    assert found == []
