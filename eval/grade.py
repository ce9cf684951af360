"""The reading grade of a reply: how many years of school it asks for, after Flesch and Kincaid.

0.39 · words / sentences + 11.8 · syllables / words - 15.59 (Kincaid et al., 1975), with syllables
from syllapy, as the lint counts them for the guides.
"""

import re

import syllapy

from eval.prose import sentences_of

_WORD = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*")


def grade_reply(text: str) -> float:
    """Return the grade of a reply in years of school; 0 where there are no words."""
    sentences = [words for part in sentences_of(text) if (words := _WORD.findall(part))]
    count = sum(map(len, sentences))
    if not count:
        return 0.0
    syllables = sum(_count_syllables(word) for words in sentences for word in words)
    return 0.39 * count / len(sentences) + 11.8 * syllables / count - 15.59


def _count_syllables(word: str) -> int:
    return max(1, int(syllapy.count(word.replace("’", "'"))))
