"""The date of the last review."""

from datetime import date

from knowledge.guide import Guide
from knowledge.library import Library
from knowledge.lint.check import GuideFindings

MAX_AGE = 24
"""Months after which a guide is read again: job markets, tools and duties have moved by then."""


def check_review(guide: Guide, library: Library, today: date) -> GuideFindings:
    """Find a review in the future or too long ago; a month of the wrong form is the parser's."""
    year, _, month = guide.reviewed.partition("-")
    if not (year.isdigit() and month.isdigit()):
        return
    age = (today.year - int(year)) * 12 + today.month - int(month)
    if age < 0:
        yield "reviewed", f"reviewed in {guide.reviewed}, which is still to come"
    elif age > MAX_AGE:
        message = (
            f"last reviewed in {guide.reviewed}, more than {MAX_AGE} months ago; read it again"
        )
        yield "reviewed", message
