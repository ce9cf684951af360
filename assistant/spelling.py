"""Typing errors, mended before a message is searched: "metnor" is read as "mentor".

A word is suspected if neither the library, nor English, nor the encoder's own vocabulary has it, and
is read as the library's nearest word: the fewest slips (Damerau, 1964: a letter too many, too few,
wrong, or two swapped), then the one the library uses most. Left alone is whatever may be meant so:
names, short forms, addresses, what stands in quotation marks, and every other language. People see
their own words again with the slips mended.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from symspellpy import SymSpell, Verbosity  # type: ignore[import-untyped]

from assistant.language import COMMON_WORDS, is_english

WORDS_FILE = Path(__file__).parent / "spelling.yaml"

COMMON = 40
"""Uses in the library from which a word may be what a strange one at the start of a sentence is meant
for; below it that is rather a name: "Margit" is no margin, and "Haddad" not "had dad"."""
LONG_WORD = 8
"""Letters from which two slips are forgiven; below it one."""
MIN_LETTERS, MAX_LETTERS = 3, 30
"""Letters of a word that is looked at; what is longer is no word."""
MIN_USES = 2
"""Uses in the library that a word needs to stand in for another: a slip of its own is no target."""
ORDINARY = 2
SPLIT_USES = 30
"""Uses that both words need to be read where the space between them is missing."""
SLIP_COST = 10.0
"""How many times more often a word must be used to be preferred over one a slip nearer."""

_OPENERS = frozenset(
    ["what", "which", "when", "where", "how", "why", "should", "could", "would", "does", "have"]
)
_MAY_BE_A_NAME = 5
"""Letters up to which a capital at the start of a sentence is a name rather than a slip."""

_LIBRARY_WORD = re.compile(r"(?<![\w'’])[A-Za-z]+(?:['’-][A-Za-z]+)*")
_ADDRESS = r"[@#]\w\S*|\b[\w.+-]{1,64}@\S+|\b\w{2,10}://\S+|\bwww\.\S+|\b\w+\.[a-z]{2,4}(?=[/\s,;:!?)]|\.?$)\S*"
_QUOTED = r"\"[^\"\n]+\"|“[^”\n]+”"
_WORD = r"(?<!\w)[A-Za-z]+(?:['’][A-Za-z]+)?(?!\w)"
_PIECE = re.compile(rf"(?P<left>{_ADDRESS}|{_QUOTED})|{_WORD}")


class Speller:
    """Mends words against one library's vocabulary."""

    def __init__(self, texts: Callable[[], Iterable[str]], is_known: Callable[[str], bool]) -> None:
        """Take a way to the library's texts, and what tells further words that are left alone.

        The texts are read when a word is first not known otherwise.
        """
        self._texts = texts
        self._is_known = is_known
        self._mend = lru_cache(maxsize=4096)(self._mend_word)

    @cached_property
    def _written(self) -> Counter[str]:
        """How often the library writes each word, as it is written."""
        return Counter(word for text in self._texts() for word in _LIBRARY_WORD.findall(text))

    @cached_property
    def _uses(self) -> Counter[str]:
        """How often the library uses each word that it also writes small; names are no words.

        Questions open with "What" and "How": a capital at the start counts as well.
        """
        uses: Counter[str] = Counter()
        for word, times in self._written.items():
            if word.lower() in self._written:
                uses[word.lower()] += times
        return uses

    @cached_property
    def _nearest(self) -> SymSpell:
        nearest = SymSpell(max_dictionary_edit_distance=2, prefix_length=7)
        for word, uses in self._uses.items():
            if uses >= MIN_USES and len(word) >= MIN_LETTERS and word.isalpha():
                nearest.create_dictionary_entry(word, uses)
        return nearest

    def is_ordinary(self, word: str) -> bool:
        """Tell whether the library writes a word small often enough for it to be no name.

        "Measuring" is ordinary where "measure" is.
        """
        if word in COMMON_WORDS:
            return True
        return any(self._written[form] >= ORDINARY for form in _forms(word))

    def mend(self, text: str) -> str:
        """Return the text with its typing errors mended; a text without any comes back as it is."""
        if not is_english(text):
            return text
        # A capital inside a sentence is a name, unless the whole message is in capitals.
        shouts = sum(c.isupper() for c in text) > 0.6 * sum(c.isalpha() for c in text)

        def replace(found: re.Match[str]) -> str:
            word = found.group()
            if found["left"]:
                return word
            stem, ending = (word[:-2], word[-2:]) if word.endswith(("'s", "’s")) else (word, "")
            if word.islower():
                return f"{self._mend(stem) or stem}{ending}"
            mended = self._mend(word.lower())
            if shouts:
                return mended.upper() if mended else word
            is_opener = word[1:].islower() and _opens_sentence(text, found.start())
            if not mended or not is_opener or not _may_open(word, mended):
                return word
            is_common = mended in _OPENERS or self._uses[mended] >= COMMON
            return mended.capitalize() if is_common else word

        return _PIECE.sub(replace, text)

    def _mend_word(self, word: str) -> str | None:
        if word in _record()["read_as"]:
            return str(_record()["read_as"][word])
        if (
            not MIN_LETTERS <= len(word) <= MAX_LETTERS
            or not word.isalpha()
            or self._is_right(word)
        ):
            return None
        if _STRETCHED.search(word):
            shorter = (_STRETCHED.sub(letters, word) for letters in (r"\1\1", r"\1"))
            return next((form for form in shorter if form in self._uses), None)
        slips = 2 if len(word) >= LONG_WORD else 1
        found = self._nearest.lookup(word, Verbosity.ALL, max_edit_distance=slips)
        near = [entry for entry in found if _may_be(word, entry.term)]
        if near:
            return str(max(near, key=lambda entry: entry.count * SLIP_COST**-entry.distance).term)
        return self._split(word)

    def _is_right(self, word: str) -> bool:
        # What is cheap to ask comes first: counting the library's words takes a tenth of a second.
        return (
            self._is_known(word)
            or word in _left_alone()
            or self._is_word(word)
            or any(self._is_word(rest) for rest in _built_on(word))
        )

    def _is_word(self, word: str) -> bool:
        return word in english_words() or word in self._uses

    def _split(self, word: str) -> str | None:
        """Return two words of the library that lack the space between them, or None."""
        splits = [
            (min(self._uses[word[:at]], self._uses[word[at:]]), f"{word[:at]} {word[at:]}")
            for at in range(1, len(word))
        ]
        uses, best = max(splits)
        return best if uses >= SPLIT_USES else None


_STRETCHED = re.compile(r"(.)\1\1+")
"""A letter three times over is no slip but a way of speaking: "sooo"."""
_PREFIX = re.compile(r"(?:under|over|non|mis|out|pre|re|un)(?=\w{5})")
_SUFFIX = re.compile(r"(?<=\w{4})s$|(?<=\w{6})(?:ed|ing)$")
_BRITISH = re.compile(r"is(?=(?:e[drs]?|ers|ing|ations?)$)")


def _built_on(word: str) -> list[str]:
    """Return what a word may be built on: "rematched" on "matched", "deputised" on "deputized"."""
    changes = ((_PREFIX, ""), (_SUFFIX, ""), (_BRITISH, "iz"))
    forms = [form for pattern, new in changes if (form := pattern.sub(new, word)) != word]
    return [*forms, *(further for form in forms for further in _built_on(form))]


def _forms(word: str) -> list[str]:
    """Return a lower-case word and what it may be a form of."""
    plain = re.sub(r"n't$|'(?:s|d|ll|re|ve|m)$", "", word)
    forms = [word, plain]
    for ending, others in (("s", ("",)), ("ed", ("", "e")), ("ing", ("", "e"))):
        if plain.endswith(ending) and len(plain) >= len(ending) + 3:
            forms += [plain[: -len(ending)] + other for other in others]
    return forms


def _may_be(word: str, target: str) -> bool:
    """Tell whether a slip is one that fingers make: the first letter is seldom wrong."""
    return word[0] == target[0] or sorted(word) == sorted(target)


def _opens_sentence(text: str, at: int) -> bool:
    before = text[max(0, at - 8) : at].rstrip(" \t\"'“‘(*-–•")
    return not before or before[-1] in ".!?\n"


def _may_open(word: str, mended: str) -> bool:
    """Tell whether a capital that opens a sentence is a slip: "Hwo do I …", and not "Saeed left"."""
    swapped = sorted(word.lower()) == sorted(mended)
    return len(word) > _MAY_BE_A_NAME or swapped or mended in _OPENERS


@cache
def _record() -> dict[str, Any]:
    return dict(yaml.load(WORDS_FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))


@cache
def _left_alone() -> frozenset[str]:
    return frozenset(_record()["left_alone"].replace(",", " ").split())


@cache
def english_words() -> frozenset[str]:
    """Return the common English words that come with symspellpy, 82,000 of them."""
    text = (files("symspellpy") / "frequency_dictionary_en_82_765.txt").read_text("utf-8-sig")
    return frozenset(line.split(" ", 1)[0] for line in text.splitlines())
