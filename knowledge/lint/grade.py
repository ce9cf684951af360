"""The reading grade: how many years of school a guide asks for, after Flesch and Kincaid."""

import re
from statistics import median

import syllapy

from knowledge.guide import Guide, split_sentences
from knowledge.library import Library
from knowledge.lint.check import GuideFindings, LibraryFindings

MAX_GRADE = 11.0
"""Of one guide: an unhappy person reads below their schooling."""
MAX_MEDIAN_GRADE = 9.0
"""Of the library: what the authors' contract promises."""

_WORD = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*")


def grade_text(sentences: list[str]) -> float:
    """Return the Flesch–Kincaid grade of sentences, in years of school; 0 where there are no words.

    Figures such as "40%" are no words here: how many syllables they have nobody can say.
    """
    words = [found for sentence in sentences if (found := _WORD.findall(sentence))]
    count = sum(map(len, words))
    if not count:
        return 0.0
    syllables = sum(_count_syllables(word) for sentence in words for word in sentence)
    return 0.39 * count / len(words) + 11.8 * syllables / count - 15.59


def grade_guide(guide: Guide) -> float:
    """Return the grade of everything below the front matter, headings left out."""
    return grade_text([part for item in guide.items for part in split_sentences(item.text)])


def _count_syllables(word: str) -> int:
    return max(1, int(syllapy.count(word.replace("’", "'"))))


def check_grade(guide: Guide, library: Library) -> GuideFindings:
    """Find a guide that is too hard to read."""
    grade = grade_guide(guide)
    if grade > MAX_GRADE:
        yield 1, f"reading grade {grade:.1f}; at most {MAX_GRADE:.0f} is wanted: shorten sentences"


def check_median_grade(library: Library) -> LibraryFindings:
    """Find that the library as a whole is too hard to read."""
    if not library.guides:
        return
    middle = median(grade_guide(guide) for guide in library.guides.values())
    if middle > MAX_MEDIAN_GRADE:
        yield "", 1, f"median reading grade {middle:.1f}; at most {MAX_MEDIAN_GRADE:.0f} is wanted"
