"""What is mere background in a message: names, ages, gender, origin, where somebody studied.

The same question must get the same advice whoever asks it, so these are taken out of what is
searched, unless the words make them the subject ("too old to change?", "the only woman"). What is
shown, kept and judged for danger is always the message as it was written.
"""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import yaml

BACKGROUND_FILE = Path(__file__).parent / "background.yaml"

_AGES = r"(?:1[6-9]|[2-7]\d|(?:twenty|thirty|forty|fifty|sixty)(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?)"
_NOT_A_COUNT = r"(?!\s*(?:%|per cent|percent|years? (?:of|in|into|at|as|ago|later|on)|years\b(?! old)|months?|weeks?|days?|hours?|minutes?|people|applications|staff|nurses|k\b|\.\d|,\d|/|:))"

# Words that make who somebody is the subject, by what they protect.
_SUBJECT = {
    "age": r"\btoo (?:old|young)\b|\b(?:older|younger) (?:than|people|colleagues?|workers?|boss|manager|mentor|mentee|report)|\b(?:my|his|her|their|this|that|your) age\b|\bage(?:d|is[mt]\w*)?\b(?! \d)|\bgenerations?\b|\bretir\w+|\bafter (?:forty|fifty|sixty|[4-6]0)\b|\bover (?:forty|fifty|sixty|[4-6]0)\b|\btwice (?:my|his|her|their) age\b|\bmid-?life\b",
    "gender": r"\b(?:only|first|being an?|because i(?:'m| am) an?|other|few|as an?) (?:\w+ )?(?:wom[ae]n|m[ae]n|female|male)\b|\b(?:wom[ae]n|m[ae]n|male|female)(?:'s)?[- ](?:dominated|only|leaders?|mentors?|network)|\b(?:all|mostly|room (?:full )?of|full of|team of) (?:the )?(?:\w+ )?(?:men|women|male|female)\b|\bgender\w*|\bsexis\w+|\bboys'? club|\bpregnan\w+|\b(?:mat|pat)ernity\b|\bmenopaus\w+|\b(?:cross|same)[- ](?:sex|gender)\b|\b(?:men and women|women and men)\b|\bwomen\b|\bmen\b|\btrans(?:gender)?\b",
    "origin": r"\b(?:accents?|cultur\w+|racis\w*|race\b|ethnic\w*|minorit\w+|divers\w+|inclusi\w+|stereotyp\w+|discriminat\w+|bias\w*|prejudice\w*|immigra\w+|migrants?|refugees?|asylum|abroad|overseas|expat\w*|visa|foreign\w*|nationalit\w+|(?:moved?|relocat\w+|emigrat\w+|came|come|new) (?:here|to (?:this|the|a new|another) (?:country|city))|only (?:black|asian|brown|white|muslim|latin\w+|person of)|first[- ]generation|religio\w*|pray\w*|faith|mosque|church|hijab|headscarf|fasting|people of colou?r|language)\b",
}
_RELATION = (
    r"(?:mentors?|mentees?|boss|manager|supervisor|colleague|coworker|co-worker|deputy|friend|report|apprentice|intern|"
    r"trainee|student|junior|senior|graduate|partner|husband|wife|son|daughter|brother|sister|director|lead|leader|teammate|"
    r"engineer|nurse|teacher|assistant|coach|sponsor|client|cousin|uncle|aunt|professor|advis[eo]r|hire|starter|buddy|head)"
)
_CAPITAL = r"[A-ZÀ-Þ][\w'’-]*[a-zà-ÿ][\w-]*"


def without_background(text: str, is_ordinary: Callable[[str], bool]) -> str:
    """Return a message as it is searched: who somebody is left out where it is not the subject.

    ``is_ordinary`` tells a word that stands uncapitalised in the library; other capitals inside a
    sentence are taken for names.
    """
    plain = text.replace("’", "'")
    lowered = plain.lower()
    about = {part for part, pattern in _SUBJECT.items() if re.search(pattern, lowered)}
    plain = _without_places(plain, is_subject="origin" in about)
    if "origin" not in about:
        plain = _without_peoples(plain)
    plain = _without_names(plain, is_ordinary)
    if "age" not in about:
        plain = _without_age(plain)
    if "gender" not in about:
        plain = _without_gender(plain)
    return _tidy(plain) if plain != text else text


def _without_places(text: str, *, is_subject: bool) -> str:
    """Leave out where somebody studied, and which country; that it is another one may matter."""
    names = _names()
    named = rf"(?:the )?(?:University of {_CAPITAL}(?: {_CAPITAL})*|(?:{_CAPITAL} )+(?:University|College)|(?:{names['universities']}))(?: [Uu]niversity| [Cc]ollege)?"
    some = rf"an? (?:\w+ ){{0,2}}(?:university|college|polytechnic)(?: (?:in|of|near) {_CAPITAL}(?: {_CAPITAL})*)?"
    text = re.sub(rf"\b(?:{named}|{some})(?!\w)", "university", text)
    text = re.sub(
        rf"\b({_STUDY}(?: \w+){{0,2}} (?:from|at|in|of)) {_CAPITAL}(?: (?:of |de )?{_CAPITAL})*",
        r"\1 university",
        text,
    )
    country = rf"(?:{names['countries']})"
    text = re.sub(rf"\b(from|to) {country}(?!\w)", r"\1 another country", text)
    inside = " in another country" if is_subject else ""
    return re.sub(rf",? (?:in|at|near|of|across|out of) {country}(?!\w)", inside, text)


_STUDY = (
    r"(?:graduated|studied|studying|graduating|degree|MBA|PhD|doctorate|diploma|student|intern|graduate|"
    r"master's|bachelor's)"
)


def _without_peoples(text: str) -> str:
    person = rf"(?:{_names()['peoples']}|{_names()['faiths']})(?!\w)"
    # "I'm Irish and the first" becomes "I'm the first", "a Polish carer" becomes "a carer".
    text = re.sub(
        rf"\b(I'm|I am|is|was|are|he's|she's|im)( an?)? {person}(?:[- ]?{person})?,? and (?=the |an? |in |on |I )",
        r"\1\2 ",
        text,
        flags=re.IGNORECASE,
    )
    return re.sub(
        rf"\b(an?|the|my|our|one|young|older|new|keen|is|'m|am|are|was|he's|she's|other) {person}(?:[- ]{person})?"
        r"(?! (?:market|office|team|language|law|company|client|course|exam|lessons?))",
        r"\1",
        text,
        flags=re.IGNORECASE,
    )


def _without_names(text: str, is_ordinary: Callable[[str], bool]) -> str:
    kept = _kept()
    name = rf"{_CAPITAL}(?: (?:{_CAPITAL}|[A-Z]\.))*"
    text = re.sub(r"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof)\.? (?=[A-Z])", "", text)
    text = re.sub(
        rf"(?i:\bmy name is|\bmy name's|\b(?:it's|this is)(?= {_CAPITAL} (?:here|and)\b)) {name}(?: here)?(?:,? and|[,.:;])?",
        "",
        text,
    )
    text = re.sub(
        rf"^(?:(?i:hi|hello|hey),? )?(?:(?i:its|it's|i'm|this is) )?(?!I\b){_CAPITAL} here[,.:;]?",
        "",
        text,
    )
    text = re.sub(rf"^((?i:hi|hello|hey),? )(?i:its|it's|i'm|this is) {name}[,.:;]", "", text)

    def is_name(run: str) -> bool:
        words = run.split()
        return any(
            word not in kept and not is_ordinary(re.sub(r"'s$", "", word).lower()) for word in words
        ) and not all(word in kept for word in words)

    def leave_out(found: re.Match[str]) -> str:
        return found.group(1) if is_name(found.group(2)) else found.group()

    def they(found: re.Match[str]) -> str:
        run = found.group()
        if not is_name(run):
            return run
        before = text_now[: found.start()].rstrip()
        starts = not before or before[-1] in '.!?:\n"('
        if starts and len(run.split()) == 1 and is_ordinary(run.lower()):
            return run
        return (
            ("Their" if starts else "their")
            if run.endswith("'s")
            else ("They" if starts else "them")
        )

    for pattern in (
        rf"(\b{_RELATION})(?:,| is called| called| named)? ({name})(?!'s)(?=[\s,.?!;:]),?",
        rf"(\b(?:called|named)) ({name})",
        rf"(\b(?:I'm|I am)) ({name})(?=[,.] | and\b| from\b)(?:,| and(?! I\b))?",
    ):
        text = re.sub(pattern, leave_out, text)
    text_now = text
    return re.sub(rf"\b(?!I\b){name}(?:'s)?", they, text)


def _without_age(text: str) -> str:
    age = rf"{_AGES}\b{_NOT_A_COUNT}(?:[- ](?:years?|yrs?)[- ]old|yo\b| y/o)?"
    rules = (
        (rf",? \(?aged? (?:of )?{age}\)?", ""),
        (rf", {age},", ","),
        (rf"\b({_RELATION})? ?\({age}\)", r"\1"),
        (
            rf"\b(an? |the |my |our |this |that )?(?:very )?{_AGES}[- ](?:years?|yrs?)[- ]old\b(?= \w)",
            r"\1",
        ),
        (rf"\b(?:I'm|I am|im|i'm|i am) {age}(?:,? and) (?=I\b|I'm)", ""),
        (
            rf"\b(?:I'm|I am|im|i'm|i am) {age},? and (?=\w+ing\b|an? |in |on |at |the |not |still |now |just \w+ed)",
            "I'm ",
        ),
        (rf"\b(?:I'm|I am|im|i'm|i am) {age},? and ", "I "),
        (rf"\b(?:I'm|I am|im|i'm|i am) {age}, (?=I\b|my\b|we\b|i\b)", ""),
        (rf"\b(?:I'm|I am|im|i'm|i am) {age}, ", "I'm "),
        (rf"\b(?:I'm|I am|im|i'm|i am) {age}(?=[.;:!?])[.;:!?]?", ""),
        (rf"\b(is|was|he's|she's|they're|are) {age},? and ", r"\1 "),
        (rf"\b(is|was|he's|she's|they're|are) {age}(?=[,.;!? ])", r"\1"),
        (rf"(^|[.!?] )At {age},? ", r"\1"),
        (rf",? \bat {age}(?=[ ,.?!])", ""),
        (r"\b(an? )(?= )", r"\1"),
    )
    for pattern, new in rules:
        text = re.sub(pattern, new, text)
    return text


def _without_gender(text: str) -> str:
    def as_written(found: re.Match[str]) -> str:
        word = next(new for pattern, new in _GENDER if pattern.fullmatch(found.group()))
        return word.capitalize() if found.group()[0].isupper() else word

    return _GENDERED.sub(as_written, text)


_GENDER = tuple(
    (re.compile(pattern, re.IGNORECASE), new)
    for pattern, new in (
        (r"(?:he|she)'s", "they're"),
        (r"(?:he|she)'(?:d|ll)", "they'd"),
        (r"he|she", "they"),
        (r"himself|herself", "themselves"),
        (r"him|his|hers|her", "their"),
        (r"man|woman|guy|lady|gentleman|lad|girl|boy|bloke|chap|gal", "person"),
        (r"(?:male|female) ", ""),
        (r"wife|husband|girlfriend|boyfriend", "partner"),
        (r"mother|father|mum|mom|dad", "parent"),
        (r"son|daughter", "child"),
        (r"brother|sister", "sibling"),
        (r"aunt|uncle", "relative"),
    )
)
_GENDERED = re.compile(
    r"\b(?:he|she)'(?:s|d|ll)\b|\b(?:fe)?male |\b(?:he|she|himself|herself|him|his|hers|her|man|woman|guy|lady|gentleman|"
    r"lad|girl|boy|bloke|chap|gal|wife|husband|girlfriend|boyfriend|mother|father|mum|mom|dad|son|daughter|brother|"
    r"sister|aunt|uncle)\b",
    re.IGNORECASE,
)


def _tidy(text: str) -> str:
    text = re.sub(r"\s+([,.;:?!])", r"\1", text)
    text = re.sub(r"([,;:]){2,}", r"\1", text)
    text = re.sub(r",(?=[.?!])", "", text)
    text = re.sub(
        r"\b([Aa])n (?=[^aeiouAEIOU\W])", r"\1 ", re.sub(r"\b([Aa]) (?=[aeioAEIO])", r"\1n ", text)
    )
    text = re.sub(r"\s{2,}", " ", text).strip(" ,;:")
    return text[:1].upper() + text[1:] if text else text


@cache
def _names() -> dict[str, str]:
    """Return an alternation of each list's entries, the longest first."""
    record = yaml.load(BACKGROUND_FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return {
        key: "|".join(
            sorted((re.escape(part.strip()) for part in text.split(",")), key=len, reverse=True)
        )
        for key, text in record.items()
    }


@cache
def _kept() -> frozenset[str]:
    return frozenset(_names()["kept"].split("|"))
