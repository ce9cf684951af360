"""What is mere background in a message: names, ages, gender, origin, where somebody studied.

The same question must get the same advice whoever asks it, so these are taken out of what is
searched, unless the words make them the subject ("too old to change?", "the only woman"). What is
shown and judged for danger is always the message as it was written, its slips mended.

    place of study, country   always: "university", "another country"
    origin and faith          unless the message is about them
    names                     always: left out, else "they", "them", "their"
    age, gender               unless the message is about them

Which words these are, and which make a subject, stands in `background.yaml`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

BACKGROUND_FILE = Path(__file__).parent / "background.yaml"


def without_background(text: str, is_ordinary: Callable[[str], bool]) -> str:
    """Return a message as it is searched: who somebody is left out where it is not the subject.

    ``is_ordinary`` tells a word that stands uncapitalised in the library; other capitals inside a
    sentence are taken for names.
    """
    plain = text.replace("’", "'")
    about = find_subjects(plain)
    origins = _words("people", "faith", "country") if "origin" in about else frozenset[str]()
    names = _Names(is_ordinary, origins)

    left = _leave_out("places", plain, names)
    if "origin" in about:
        left = _leave_out("country_as_subject", left, names)
    else:
        left = _leave_out("country", left, names)
        left = _leave_out("peoples", left, names)
    left = _leave_out("introductions", left, names)
    left = _stand_in_for_names(left, names)
    if "age" not in about:
        left = _leave_out("ages", left, names)
    if "gender" not in about:
        left = _leave_out("genders", left, names)

    left = _tidy(left) if left != plain else text
    return left if re.search(r"\w", left) else text


def find_subjects(text: str) -> frozenset[str]:
    """Return what a message is about of "age", "gender" and "origin"."""
    plain = text.replace("’", "'")
    return frozenset(
        part
        for part, lines in _record()["subjects"].items()
        if any(_pattern(line, re.IGNORECASE).search(plain) for line in lines.splitlines())
    )


# -- rules


@dataclass(frozen=True, slots=True)
class _Rule:
    pattern: re.Pattern[str]
    instead: str
    keeps_capital: bool


def _leave_out(what: str, text: str, names: "_Names") -> str:
    """Return a text after the rules of one kind, the first one first."""
    for rule in _rules(what):

        def write(found: re.Match[str], rule: _Rule = rule) -> str:
            return _write(rule, found, names)

        text = rule.pattern.sub(write, text)
    return text


def _write(rule: _Rule, found: re.Match[str], names: "_Names") -> str:
    named = found.groupdict()
    if named.get("name") and not names.is_name(named["name"]):
        return found.group()
    if named.get("thing", "").lower() in _words("things"):
        return found.group()
    new = found.expand(rule.instead)
    if rule.keeps_capital and found.group()[0].isupper():
        new = new[:1].upper() + new[1:]
    return re.sub(r"\b([Aa])n?$", rf"\1{_ARTICLE}", new)


_ARTICLE = "\0"
"""Stands behind an article whose next word was left out: "an Irish nurse" is "a nurse" now."""


# -- names


@dataclass(frozen=True, slots=True)
class _Names:
    """Tells names from other capitals; ``subject`` holds words that the message is about."""

    is_ordinary: Callable[[str], bool]
    subject: frozenset[str] = frozenset()

    def is_name(self, run: str) -> bool:
        """Tell whether a name is among capitalised words."""
        words = run.split()
        return any(self._begins(words[at:]) for at in range(len(words)))

    def count_openers(self, run: str, rest: str) -> int:
        """Return how many words only open a sentence: "Should Priya go", "Brutal comments"."""
        words = run.split()
        count = next((at for at in range(len(words)) if self._begins(words[at:])), len(words))
        further = [word for word in words[1:] if not self._is_kept(word)]
        if count == 0 and not further and not _goes_on_from_name(words[0], rest):
            return len(words)
        return count

    def _begins(self, words: list[str]) -> bool:
        """Tell whether a name begins with the first of some words."""
        first = words[0].lower()
        if first.rstrip(".") in _words("title"):
            return len(words) > 1
        if self._is_kept(first):
            return False
        parts = first.split("-")
        is_word = all(self.is_ordinary(part) or part in self.subject for part in parts)
        return not is_word or _stem(first) in _words("names")

    def _is_kept(self, word: str) -> bool:
        stem = _stem(word.lower())
        return stem in _words("kept") or stem.removesuffix("s") in _words("kept")


def _stand_in_for_names(text: str, names: _Names) -> str:
    """Return a text with "they", "them" or "their" for each name."""

    def stand_in(found: re.Match[str]) -> str:
        run, before = found.group(), text[: found.start()].rstrip()
        starts = not before or before[-1] in '.!?:\n"('
        openers = names.count_openers(run, text[found.end() :]) if starts else 0
        kept, name = run.split()[:openers], " ".join(run.split()[openers:])
        if not names.is_name(name):
            return run
        they = "their" if name.endswith("'s") else "they" if starts and not kept else "them"
        return " ".join([*kept, they if kept or not starts else they.capitalize()])

    return _pattern(r"\b<full_name>").sub(stand_in, text)


def _goes_on_from_name(word: str, rest: str) -> bool:
    return word.endswith("'s") or bool(_pattern("<name_goes_on>").match(rest))


def _stem(word: str) -> str:
    """Return a word without what an apostrophe ties to it."""
    return re.sub(r"'\w+$", "", word)


# -- the text that is left


def _tidy(text: str) -> str:
    text = re.sub(rf"{_ARTICLE}(?= +[aeioAEIO])", "n", text).replace(_ARTICLE, "")
    text = re.sub(r"\s+([,.;:?!])", r"\1", text)
    text = re.sub(r"([,;:]){2,}", r"\1", text)
    text = re.sub(r",(?=[.?!])", "", text)
    text = re.sub(r"\s{2,}", " ", text).strip(" ,;:")
    return text[:1].upper() + text[1:]


# -- the file


@cache
def _record() -> dict[str, Any]:
    return dict(yaml.load(BACKGROUND_FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))


@cache
def _rules(what: str) -> tuple[_Rule, ...]:
    lines = [line.partition("→") for line in _record()["rules"][what].splitlines()]
    capitals = what == "genders"
    flags = re.IGNORECASE if capitals else re.NOFLAG
    return tuple(
        _Rule(_pattern(pattern.rstrip(), flags), instead.strip(), capitals)
        for pattern, _, instead in lines
    )


@cache
def _pattern(line: str, flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
    """Return a line as a pattern."""
    return re.compile(_fill(line), flags)


def _fill(line: str) -> str:
    """Return a line with what its angle brackets stand for; ``(?P<name>…)`` is left alone."""
    return re.sub(r"(?<!\?P)<(\w+)>", lambda found: _piece(found[1]), line)


@cache
def _piece(name: str) -> str:
    record = _record()
    if name in record["pieces"]:
        return _fill(record["pieces"][name].replace("\n", ""))
    # The longest first: "New Zealand" before "New".
    entries = sorted(map(re.escape, _entries(name)), key=len, reverse=True)
    return f"(?:{'|'.join(entries)})"


def _entries(name: str) -> list[str]:
    return [entry.strip() for entry in _record()["lists"][name].split(",")]


@cache
def _words(*lists: str) -> frozenset[str]:
    """Return the words of lists, small."""
    return frozenset(word for name in lists for word in " ".join(_entries(name)).lower().split())
