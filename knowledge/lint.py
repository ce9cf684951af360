"""The lint: every problem of every guide at once, as ``path:line: message``.

Each check is a pure function from a guide to problems; `lint_library` runs them all.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from knowledge.guide import (
    OPTIONAL_SECTIONS,
    Guide,
    Item,
    Problem,
    split_sentences,
)
from knowledge.library import GUIDANCE_FOLDER, Topic, load_topics, read_guides
from knowledge.phrasing import load_phrasings
from knowledge.source import SOURCES_FILE, Source, load_sources
from knowledge.vocabulary import Audience, Phase, Section, Stage

MIN_WORDS, MAX_WORDS = 400, 700
MIN_SHORT, MAX_SHORT = 40, 100
MIN_STEPS, MAX_STEPS = 4, 7
MIN_QUESTIONS, MAX_QUESTIONS = 7, 10
LONG_QUESTION = 25
MIN_CELL = 3

BANNED = {
    "it is important": "says nothing; say why, or go straight to the act",
    "remember that": "lectures; say the thing itself",
    "keep in mind": "lectures; say the thing itself",
    "crucial": "weighs instead of showing",
    "leverage": "jargon; use 'use'",
    "delve": "nobody says it aloud",
    "empower": "jargon; say what the person can then do",
    "navigate": "worn metaphor; name the act",
    "game-chang": "worn metaphor",
    "at the end of the day": "filler",
    "utilis": "use 'use'",
    "utiliz": "use 'use'",
    "—": "long dash; use a full stop or a comma",
}
# Promises nobody may make, and verdicts nobody may give about a person.
FORBIDDEN = {
    r"\byou will (definitely |surely )?(get|win|land) (the|a) (job|promotion|raise)\b": "promises a result",
    r"\bguarantee[sd]? (you|a|the) (job|promotion|raise|pay)\b": "promises a result",
    r"(?<!not )(?<!n't )(?<!never )\bpromise (total|full|complete) (secrecy|confidentiality)\b(?=[^.]*\byour\b)": "promises secrecy",
    r"\b\d+ ?mg\b": "names a dose",
}

_NUMBER = re.compile(
    r"\d+(?:\.\d+)? ?(?:%|per cent)|\b(?:one|two|three|four|nine) in (?:three|four|five|ten)\b"
)
_RESEARCH = re.compile(
    r"\b(?:research|studies|a study)\b[^.]*\bfinds?\b|\bresearch shows\b", re.IGNORECASE
)

Check = Callable[[Guide], Iterator[tuple[int, str]]]


def lint_library(folder: Path = GUIDANCE_FOLDER, sources: Path = SOURCES_FILE) -> list[Problem]:
    """Return every problem of the library, in the order of the files.

    Raises:
        GuidanceError: when bibliography or topics cannot be read at all.
    """
    bibliography, topics = load_sources(sources), load_topics(folder)
    guides, paths, problems = read_guides(folder)
    for slug, guide in guides.items():
        for check in _checks(bibliography, topics, guides, paths):
            problems += [Problem(paths[slug], line, message) for line, message in check(guide)]
    problems += _lint_together(guides, paths, bibliography, sources, folder)
    return sorted(problems, key=lambda problem: (str(problem.path), problem.line, problem.message))


def _checks(
    bibliography: dict[str, Source],
    topics: dict[str, Topic],
    guides: dict[str, Guide],
    paths: dict[str, Path],
) -> list[Check]:
    return [
        _check_sections,
        _check_length,
        _check_steps,
        _check_scripts,
        _check_topics_to_raise,
        _check_mistakes,
        _check_questions,
        _check_banned,
        lambda guide: _check_links(guide, guides),
        lambda guide: _check_folder(guide, topics, paths[guide.slug]),
        lambda guide: _check_citations(guide, bibliography),
        lambda guide: _check_wording(guide, bibliography),
    ]


def _check_sections(guide: Guide) -> Iterator[tuple[int, str]]:
    seen = list(dict.fromkeys(item.section for item in guide.items))
    for section in Section:
        if section not in seen and section not in OPTIONAL_SECTIONS:
            yield 1, f"section {section.value!r} is missing or empty"
    if seen != [section for section in Section if section in seen]:
        yield 1, "sections are not in their order"


def _check_length(guide: Guide) -> Iterator[tuple[int, str]]:
    words = count_words(guide)
    if not MIN_WORDS <= words <= MAX_WORDS:
        yield 1, f"{words} words; {MIN_WORDS} to {MAX_WORDS} are wanted"
    short = sum(len(item.text.split()) for item in guide.section(Section.IN_SHORT))
    if not MIN_SHORT <= short <= MAX_SHORT:
        yield 1, f"'In short' has {short} words; {MIN_SHORT} to {MAX_SHORT} are wanted"


def _check_steps(guide: Guide) -> Iterator[tuple[int, str]]:
    steps = guide.section(Section.STEPS)
    if not MIN_STEPS <= len(steps) <= MAX_STEPS:
        yield 1, f"{len(steps)} steps; {MIN_STEPS} to {MAX_STEPS} are wanted"
    for step in steps:
        if not step.lead:
            yield step.line, "the step has no bold lead"
        elif not step.body:
            yield step.line, "the step has a lead and nothing behind it"


def _check_scripts(guide: Guide) -> Iterator[tuple[int, str]]:
    for script in guide.section(Section.SCRIPTS):
        if not script.label:
            yield script.line, "not of the form 'To open: \"…\"'"


def _check_topics_to_raise(guide: Guide) -> Iterator[tuple[int, str]]:
    for topic in guide.section(Section.TOPICS):
        if not topic.lead or not topic.body.endswith("?"):
            yield topic.line, "not of the form '**Name** – an open question?'"


def _check_mistakes(guide: Guide) -> Iterator[tuple[int, str]]:
    for mistake in guide.section(Section.WATCH_OUT):
        if not mistake.lead:
            yield mistake.line, "the mistake has no bold name"


def _check_questions(guide: Guide) -> Iterator[tuple[int, str]]:
    count = len(guide.questions)
    if not MIN_QUESTIONS <= count <= MAX_QUESTIONS:
        yield 1, f"{count} questions; {MIN_QUESTIONS} to {MAX_QUESTIONS} are wanted"
    if sum(len(question.split()) >= LONG_QUESTION for question in guide.questions) < 2:
        yield 1, f"fewer than two questions of {LONG_QUESTION} words or more"
    if len({question.lower() for question in guide.questions}) < count:
        yield 1, "a question stands twice"


def _check_banned(guide: Guide) -> Iterator[tuple[int, str]]:
    for item in guide.items:
        text = item.text.lower()
        for phrase, reason in BANNED.items():
            if phrase in text:
                yield item.line, f"{phrase!r}: {reason}"
        for pattern, reason in FORBIDDEN.items():
            if found := re.search(pattern, text):
                yield item.line, f"{found.group()!r}: {reason}"


def _check_links(guide: Guide, guides: dict[str, Guide]) -> Iterator[tuple[int, str]]:
    for slug in (*guide.related, *((guide.pair,) if guide.pair else ())):
        if slug == guide.slug:
            yield 1, "links to itself"
        elif slug not in guides:
            yield 1, f"links to {slug!r}, which is no guide"
    if (
        guide.pair
        and guide.pair in guides
        and set(guides[guide.pair].audience) & set(guide.audience)
    ):
        yield 1, f"pair {guide.pair!r} is written for the same chair"


def _check_folder(guide: Guide, topics: dict[str, Topic], path: Path) -> Iterator[tuple[int, str]]:
    for topic in guide.topics:
        if topic not in topics:
            yield 1, f"unknown topic {topic!r}"
    if guide.topics and guide.topics[0] != path.parent.name:
        yield 1, f"first topic {guide.topics[0]!r} is not the folder {path.parent.name!r}"


def _check_citations(guide: Guide, bibliography: dict[str, Source]) -> Iterator[tuple[int, str]]:
    cited: set[str] = set()
    for item in guide.items:
        cited |= set(item.sources)
        for source in item.sources:
            if source not in bibliography:
                yield item.line, f"cites {source!r}, which is not in the bibliography"
    for source in sorted(cited - set(guide.sources)):
        yield 1, f"cites {source!r}, which 'sources' does not list"
    for source in sorted(set(guide.sources) - cited):
        yield 1, f"lists {source!r}, which nothing cites"


def _check_wording(guide: Guide, bibliography: dict[str, Source]) -> Iterator[tuple[int, str]]:
    for item in guide.items:
        works = [bibliography[id] for id in item.sources if id in bibliography]
        if _RESEARCH.search(item.text) and not any(work.kind.is_research for work in works):
            yield item.line, "'research finds' without a meta-analysis, review or study behind it"
        if re.search(r"\bmany guides\b", item.text, re.IGNORECASE) and not works:
            yield item.line, "'many guides' without a citation"
        if _NUMBER.search(item.text) and not works and item.section == Section.WHY:
            yield item.line, "a figure without a citation"


def _lint_together(
    guides: dict[str, Guide],
    paths: dict[str, Path],
    bibliography: dict[str, Source],
    sources: Path,
    folder: Path,
) -> Iterator[Problem]:
    """Find what only shows between guides: repeated sentences, unused works, empty cells."""
    first: dict[str, str] = {}
    for slug, guide in guides.items():
        for item in guide.items:
            for sentence in split_sentences(item.text):
                key = re.sub(r"\W+", " ", sentence.lower()).strip()
                owner = first.setdefault(key, slug)
                if owner != slug and len(key.split()) >= 9:
                    yield Problem(
                        paths[slug],
                        item.line,
                        f"repeats a sentence of {owner!r}: {sentence[:60]!r}",
                    )
    for slug in sorted(load_phrasings(sources.with_name("phrasings.yaml")).keys() - guides.keys()):
        yield Problem(
            sources.with_name("phrasings.yaml"), 1, f"phrasings of {slug!r}, which is no guide"
        )
    used = {source for guide in guides.values() for source in guide.sources}
    for source in sorted(bibliography.keys() - used):
        yield Problem(sources, 1, f"{source!r} is cited by no guide; drop it")
    for cell, count in coverage(guides).items():
        if count < MIN_CELL:
            yield Problem(
                folder, 1, f"{' × '.join(cell)} has {count} guides; {MIN_CELL} are wanted"
            )


def coverage(guides: dict[str, Guide]) -> dict[tuple[str, str, str], int]:
    """Return how many guides serve each audience × stage × phase."""
    return {
        (audience.value, stage.value, phase.value): sum(
            audience in guide.audience and stage in guide.stages and phase in guide.phases
            for guide in guides.values()
        )
        for audience in Audience
        for stage in Stage
        for phase in Phase
    }


def count_words(guide: Guide) -> int:
    """Return the words of the body, headings and citations left out."""
    return sum(len(_plain(item).split()) for item in guide.items)


def _plain(item: Item) -> str:
    return item.text
