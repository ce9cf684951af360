"""What the tests of the lint share."""

from collections.abc import Callable

import pytest

from knowledge.lint import lint_library
from tests.conftest import Guidance


@pytest.fixture
def problems_of(guidance: Guidance) -> Callable[[str], dict[str, int]]:
    """Return how to lint the small library: the line of each problem of a guide by its message."""

    def lint(slug: str) -> dict[str, int]:
        found = lint_library(guidance.folder, guidance.sources)
        return {p.message: p.line for p in found if p.path == guidance.path(slug)}

    return lint


@pytest.fixture
def line_of(guidance: Guidance) -> Callable[[str, str], int]:
    """Return how to find the line of a guide in which some words stand."""

    def find(slug: str, words: str) -> int:
        text = guidance.path(slug).read_text(encoding="utf-8")
        return next(n for n, line in enumerate(text.splitlines(), 1) if words in line)

    return find
