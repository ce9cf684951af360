"""All checks over a library, and where in which file each finding is."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from knowledge.front_matter import find_key_lines
from knowledge.library import (
    GUIDANCE_FOLDER,
    TOPICS_FILE,
    Library,
    load_topics,
    read_guides,
)
from knowledge.lint.check import GuideCheck, LibraryCheck, Place
from knowledge.lint.citation import check_citations
from knowledge.lint.coverage import check_coverage
from knowledge.lint.form import FORM_CHECKS
from knowledge.lint.grade import check_grade, check_median_grade
from knowledge.lint.likeness import (
    check_guides_alike,
    check_sentences_alike,
    check_sentences_repeated,
)
from knowledge.lint.link import LINK_CHECKS, check_connected, check_orphans, check_pair_count
from knowledge.lint.review import check_review
from knowledge.lint.topic import check_topics
from knowledge.lint.wording import check_phrases, check_strength
from knowledge.phrasing import load_phrasings
from knowledge.problem import Problem
from knowledge.source import SOURCES_FILE, load_sources

MAX_TOPICS = 25
"""More doors than this nobody reads before choosing one."""

LIBRARY_CHECKS: tuple[LibraryCheck, ...] = (
    check_sentences_repeated,
    check_sentences_alike,
    check_guides_alike,
    check_median_grade,
    check_pair_count,
    check_orphans,
    check_connected,
    check_coverage,
)


def lint_library(
    folder: Path = GUIDANCE_FOLDER, sources: Path = SOURCES_FILE, today: date | None = None
) -> list[Problem]:
    """Return every problem of the library, in the order of the files.

    ``today`` is what review dates are measured against; None takes the day it is.

    Raises:
        GuidanceError: when bibliography or topics cannot be read at all.
    """
    topics, bibliography = load_topics(folder), load_sources(sources)
    guides, paths, problems = read_guides(folder)
    library = Library(guides, bibliography, topics, paths)
    for slug, guide in guides.items():
        for check in _guide_checks(today or datetime.now(UTC).date()):
            problems += [
                _locate(paths[slug], place, message) for place, message in check(guide, library)
            ]
    for library_check in LIBRARY_CHECKS:
        problems += [
            _locate(paths.get(slug, folder), place, message)
            for slug, place, message in library_check(library)
        ]
    problems += _lint_beside(library, folder, sources)
    return sorted(problems, key=lambda problem: (str(problem.path), problem.line, problem.message))


def _guide_checks(today: date) -> tuple[GuideCheck, ...]:
    return (
        *FORM_CHECKS,
        *LINK_CHECKS,
        check_citations,
        check_grade,
        check_phrases,
        check_strength,
        check_topics,
        partial(check_review, today=today),
    )


def _lint_beside(library: Library, folder: Path, sources: Path) -> Iterator[Problem]:
    """Find what is wrong with the files beside the guides: topics, bibliography, phrasings."""
    if len(library.topics) > MAX_TOPICS:
        message = f"{len(library.topics)} topics; at most {MAX_TOPICS} are wanted"
        yield Problem(folder / TOPICS_FILE, 1, message)
    used = {source for guide in library.guides.values() for source in guide.sources}
    for source in sorted(library.sources.keys() - used):
        yield Problem(sources, 1, f"{source!r} is cited by no guide; drop it")
    phrasings = sources.with_name("phrasings.yaml")
    for slug in sorted(load_phrasings(phrasings).keys() - library.paths.keys()):
        yield Problem(phrasings, 1, f"phrasings of {slug!r}, which is no guide")


def _locate(path: Path, place: Place, message: str) -> Problem:
    if isinstance(place, str):
        lines = find_key_lines(path.read_text(encoding="utf-8")) if path.is_file() else {}
        place = lines.get(place, 1)
    return Problem(path, place, message)
