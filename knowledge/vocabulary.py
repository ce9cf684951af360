"""The closed sets: who asks, at which stage, in which phase, and what kind of work a source is."""

from enum import StrEnum


class Audience(StrEnum):
    """Whose chair a guide is written for, and whose question is asked."""

    MENTEE = "mentee"
    MENTOR = "mentor"
    LEADER = "leader"

    @property
    def label(self) -> str:
        """Return the words shown to people."""
        return {"mentee": "Mentee", "mentor": "Mentor", "leader": "Leader"}[self.value]


class Stage(StrEnum):
    """The career stage of the person being mentored."""

    ENTRY = "entry"
    MID = "mid"
    SENIOR = "senior"

    @property
    def label(self) -> str:
        """Return the words shown to people."""
        return {"entry": "New professional", "mid": "Mid-career", "senior": "Senior leader"}[
            self.value
        ]


class Phase(StrEnum):
    """The phase of a mentoring relationship (Kram, 1983)."""

    INITIATION = "initiation"
    CULTIVATION = "cultivation"
    SEPARATION = "separation"
    REDEFINITION = "redefinition"

    @property
    def label(self) -> str:
        """Return the words shown to people."""
        return {
            "initiation": "Getting started",
            "cultivation": "Under way",
            "separation": "Coming to an end",
            "redefinition": "Afterwards",
        }[self.value]


class SourceKind(StrEnum):
    """What kind of work a source is; it decides the wording allowed for its findings."""

    META_ANALYSIS = "meta-analysis"
    REVIEW = "review"
    STUDY = "study"
    FRAMEWORK = "framework"
    PROFESSIONAL_BODY = "professional-body"
    UNIVERSITY_GUIDE = "university-guide"
    GOVERNMENT_GUIDE = "government-guide"
    BOOK = "book"

    @property
    def is_research(self) -> bool:
        """Tell whether "research finds" may be said of it."""
        return self in {SourceKind.META_ANALYSIS, SourceKind.REVIEW, SourceKind.STUDY}

    @property
    def label(self) -> str:
        """Return the words shown to people."""
        return self.value.replace("-", " ").capitalize()


class Section(StrEnum):
    """The sections of a guide, in their order on the page."""

    IN_SHORT = "In short"
    WHY = "Why it works"
    STEPS = "What to do"
    SCRIPTS = "What to say"
    TOPICS = "Topics to raise"
    DIFFER = "Where guides differ"
    WATCH_OUT = "Watch out for"
    SOMEONE_ELSE = "Bring in someone else"
