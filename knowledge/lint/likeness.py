"""Sentences and guides that are nearly the same as another's.

Likeness is Jaccard's: what two sides share, of all that either has. A sentence is taken as the
neighbouring pairs of its content words, so that the order of the telling counts and not its
grammar. All pairs above a threshold are found exactly, by an index of each side's rarest pairs.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from knowledge.guide import Guide, split_sentences
from knowledge.library import Library
from knowledge.lint.check import LibraryFindings, Place
from knowledge.vocabulary import Section

ALIKE = 0.5
"""Of two sentences. Above it a reader who meets both notices; below it they share a turn of phrase
and say different things."""
ALIKE_OF_ONE_WORK = 0.65
"""Of two sentences that cite the same work: its finding has few true wordings, and the numbers and
caveats have to be the same, so they are given more room."""
MIN_CONTENT_WORDS = 7
"""Shorter ones, such as "Within two days, send three lines", are alike by chance."""
MIN_REPEATED_WORDS = 9
"""From here on a sentence that stands twice word for word was copied, whatever its words are."""
ALIKE_OPENINGS = 0.35
"""Of the words of title, summary and "In short": the nearest two shipped guides have 0.30, a copy
with every third word changed 0.5."""
ALIKE_GUIDES = 0.15
"""Of the neighbouring words of whole guides: the nearest two shipped have 0.09, a guide of which
every third sentence was copied 0.2."""

# Crisis and health are met with the same plain words everywhere: there, likeness is what we want.
_CRISIS = re.compile(r"emergency number|crisis line|call for help now|see a doctor", re.IGNORECASE)
_WORD = re.compile(r"[a-z0-9]+(?:['’][a-z]+)?")
_GRAMMAR = frozenset(
    """
    a an the and or but if of to in on at by for with from as is are was were be been being it its
    this that these those you your yours they them their he she him her his hers we our us i me my
    not no do does did so than then there what which who whom how when where why can could may
    might will would should has have had one about into over out up down off again more most some
    any each other same
    """.split()  # noqa: SIM905 - a list of strings this long is not read
)


@dataclass(frozen=True, slots=True)
class _Sentence:
    slug: str
    place: Place
    text: str
    works: frozenset[str]


def content_words(text: str) -> list[str]:
    """Return the words of a text in order, grammar left out."""
    return [word for word in _WORD.findall(text.lower()) if word not in _GRAMMAR]


def find_alike(
    sets: Sequence[frozenset[Hashable]], threshold: float
) -> Iterator[tuple[int, int, float]]:
    """Yield the places of every two sets whose likeness reaches a threshold, the earlier one first.

    Two sets that are that alike share one of their rarest members: only these are looked up.
    """
    spread = Counter(member for one in sets for member in one)
    holders: defaultdict[Hashable, list[int]] = defaultdict(list)
    for later, one in enumerate(sets):
        rarest = sorted(one, key=lambda member: (spread[member], str(member)))
        met: set[int] = set()
        for member in rarest[: len(rarest) - math.ceil(threshold * len(rarest)) + 1]:
            met.update(holders[member])
            holders[member].append(later)
        for earlier in sorted(met):
            likeness = jaccard(one, sets[earlier])
            if likeness >= threshold:
                yield earlier, later, likeness


def jaccard(one: frozenset[Hashable], other: frozenset[Hashable]) -> float:
    """Return what two sets share, of all that either has; 0 for two empty ones."""
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared) if shared else 0.0


def check_sentences_repeated(library: Library) -> LibraryFindings:
    """Find long sentences, and questions, that another guide has word for word."""
    first: dict[str, _Sentence] = {}
    for sentence in _iter_library(library):
        key = _plain(sentence.text)
        owner = first.setdefault(key, sentence)
        if owner.slug != sentence.slug and key.count(" ") >= MIN_REPEATED_WORDS - 1:
            message = f"repeats a sentence of {owner.slug!r}: {sentence.text[:60]!r}"
            yield sentence.slug, sentence.place, message


def check_sentences_alike(library: Library) -> LibraryFindings:
    """Find sentences, and questions, that another guide has nearly word for word.

    A sentence is reported once, with the most alike one of those that come before it.
    """
    sentences = [s for s in _iter_library(library) if not _CRISIS.search(s.text)]
    nearest: dict[int, tuple[float, int]] = {}
    for earlier, later, likeness in find_alike([_shingles(s.text) for s in sentences], ALIKE):
        one, other = sentences[earlier], sentences[later]
        wanted = ALIKE_OF_ONE_WORK if one.works & other.works else ALIKE
        same = _plain(one.text) == _plain(other.text)
        if one.slug != other.slug and likeness >= wanted and not same:
            nearest[later] = max(nearest.get(later, (0.0, 0)), (likeness, earlier))
    for later, (_, earlier) in sorted(nearest.items()):
        one, other = sentences[earlier], sentences[later]
        message = f"nearly repeats a sentence of {one.slug!r}: {one.text[:60]!r}"
        yield other.slug, other.place, message


def check_guides_alike(library: Library) -> LibraryFindings:
    """Find guides that open, or run, nearly like another."""
    guides = list(library.guides.values())
    openings: list[frozenset[Hashable]] = [frozenset(content_words(_opening(g))) for g in guides]
    for earlier, later, likeness in find_alike(openings, ALIKE_OPENINGS):
        message = f"opens like {guides[earlier].slug!r}: {likeness:.0%} of the words are the same"
        yield guides[later].slug, "title", message
    texts: list[frozenset[Hashable]] = [_neighbours(_text(guide)) for guide in guides]
    for earlier, later, likeness in find_alike(texts, ALIKE_GUIDES):
        message = f"runs like {guides[earlier].slug!r}: {likeness:.0%} of the text is the same"
        yield guides[later].slug, "title", message


def _iter_library(library: Library) -> Iterator[_Sentence]:
    for guide in library.guides.values():
        for question in guide.questions:
            yield _Sentence(guide.slug, "questions", question, frozenset())
        for item in guide.items:
            for text in split_sentences(item.text):
                yield _Sentence(guide.slug, item.line, text, frozenset(item.sources))


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text.lower()).strip()


def _shingles(text: str) -> frozenset[Hashable]:
    words = content_words(text)
    return frozenset(pairwise(words)) if len(words) >= MIN_CONTENT_WORDS else frozenset()


def _neighbours(text: str) -> frozenset[Hashable]:
    return frozenset(pairwise(content_words(text)))


def _opening(guide: Guide) -> str:
    short = (item.text for item in guide.section(Section.IN_SHORT))
    return " ".join((guide.title, guide.summary, *short))


def _text(guide: Guide) -> str:
    return " ".join(item.text for item in guide.items)
