"""Typing errors, mended before a message is searched: "metnor" is read as "mentor".

A word is suspected if neither the library nor the encoder's own vocabulary has it, and read as the
library's nearest word: the fewest slips (Damerau, 1964: a letter too many, too few, wrong, or two
swapped), then the one the library uses most. What people see again is always their own spelling.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache, cached_property, lru_cache
from importlib.resources import files

from symspellpy import SymSpell, Verbosity  # type: ignore[import-untyped]

LONG_WORD = 8
"""Letters from which two slips are forgiven; below it one."""
MIN_LETTERS = 3
MIN_USES = 3
"""Uses in the library that a word needs to stand in for another: slips of its own are no target."""
ORDINARY = 2
SLIP_COST = 4.0
"""How many times more often a word must be used to be preferred over one a slip nearer."""

# Written this way on purpose, whatever a dictionary says.
_SHORT_FORMS = frozenset(
    [
        "pls",
        "plz",
        "lol",
        "omg",
        "btw",
        "fyi",
        "imo",
        "tbh",
        "idk",
        "yrs",
        "mins",
        "hrs",
        "wks",
        "mth",
        "mths",
        "grad",
        "grads",
        "uni",
        "comp",
        "appt",
        "dept",
        "asap",
        "cos",
        "cuz",
        "bc",
        "tho",
        "thru",
        "gonna",
        "wanna",
        "gotta",
        "kinda",
        "dunno",
        "yeah",
        "yep",
        "nope",
        "nah",
        "wfh",
        "pto",
        "hr",
        "cv",
        "cvs",
        "ngo",
        "shes",
        "hes",
        "theyre",
        "weve",
        "youve",
        "youre",
        "wasnt",
        "isnt",
        "arent",
        "werent",
        "doesnt",
        "didnt",
        "dont",
        "cant",
        "wont",
        "wouldnt",
        "couldnt",
        "shouldnt",
        "havent",
        "hasnt",
        "hadnt",
        "thats",
        "whats",
        "hows",
        "ive",
        "im",
        "id",
        "ill",
        "lets",
    ]
)
_UNCAPITALISED = re.compile(r"(?<![\w'’])[a-z]+(?:['’-][a-z]+)*")
_TOKEN = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?")


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
    def _uses(self) -> Counter[str]:
        """How often the library uses each word uncapitalised; names in it are no words."""
        return Counter(word for text in self._texts() for word in _UNCAPITALISED.findall(text))

    @cached_property
    def _nearest(self) -> SymSpell:
        nearest = SymSpell(max_dictionary_edit_distance=2, prefix_length=7)
        for word, uses in self._uses.items():
            if uses >= MIN_USES and len(word) >= MIN_LETTERS and word.isalpha():
                nearest.create_dictionary_entry(word, uses)
        return nearest

    def is_ordinary(self, word: str) -> bool:
        """Tell whether the library uses a lower-case word often enough to be no name."""
        return self._uses[word] >= ORDINARY

    def mend(self, text: str) -> str:
        """Return the text with its typing errors mended; a text without any comes back as it is."""
        # A capital inside a sentence is a name, unless the whole message is in capitals.
        shouting = sum(c.isupper() for c in text) > 0.6 * sum(c.isalpha() for c in text)

        def replace(found: re.Match[str]) -> str:
            word = found.group()
            inside = found.start() > 0 and text[: found.start()].rstrip()[-1:] not in {
                "",
                ".",
                "!",
                "?",
            }
            if word[0].isupper() and inside and not shouting:
                return word
            return self._mend(word.lower().replace("’", "'")) or word

        return _TOKEN.sub(replace, text)

    def _mend_word(self, word: str) -> str | None:
        if len(word) < MIN_LETTERS or "'" in word or self._is_right(word):
            return None
        slips = 2 if len(word) >= LONG_WORD else 1
        found = self._nearest.lookup(word, Verbosity.ALL, max_edit_distance=slips)
        near = [entry for entry in found if _may_be(word, entry.term)]
        if near:
            return str(max(near, key=lambda entry: entry.count * SLIP_COST**-entry.distance).term)
        return self._split(word)

    def _is_right(self, word: str) -> bool:
        return (
            word in _SHORT_FORMS
            or self._is_known(word)
            or word in self._uses
            or word in english_words()
        )

    def _split(self, word: str) -> str | None:
        """Return two words of the library that lack the space between them, or None."""
        splits = [
            (min(self._uses[word[:at]], self._uses[word[at:]]), f"{word[:at]} {word[at:]}")
            for at in range(1, len(word))
            if min(self._uses[word[:at]], self._uses[word[at:]]) >= 10 * MIN_USES
        ]
        return max(splits)[1] if splits else None


def _may_be(word: str, target: str) -> bool:
    """Tell whether a slip is one that fingers make: the first letter is seldom wrong."""
    return word[0] == target[0] or sorted(word) == sorted(target)


@cache
def english_words() -> frozenset[str]:
    """Return the common English words that come with symspellpy, 82,000 of them."""
    text = (files("symspellpy") / "frequency_dictionary_en_82_765.txt").read_text("utf-8-sig")
    return frozenset(line.split(" ", 1)[0] for line in text.splitlines())
