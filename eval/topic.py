"""Suggested topics as a dataset: each opening is asked back with the profile it was made for."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.build import Assistant
from assistant.profile import stated_profile
from eval.case import ANSWERS, Case, Dataset
from eval.dataset import DATASETS_FOLDER, iter_records
from eval.line import AnyAudience, AnyStage
from eval.outcome import Score
from knowledge.errors import DatasetError
from knowledge.vocabulary import Phase

TOPICS_FILE = DATASETS_FOLDER / "topic_profiles.jsonl"
ASKED_FOR = 6


class TopicProfile(BaseModel):
    """Somebody who wants topics: who they are, what they want, and what was covered."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    audience: AnyAudience = None
    stage: AnyStage = None
    phase: Phase | None = None
    goal: str = ""
    covered: tuple[str, ...] = Field(default=())


@dataclass(frozen=True, slots=True)
class SuggestedTopics:
    """The suggestions of all profiles as cases, and how many each profile got."""

    dataset: Dataset
    scores: tuple[Score, ...]


def load_topic_profiles(path: Path = TOPICS_FILE) -> list[TopicProfile]:
    """Read the profiles.

    Raises:
        DatasetError: naming the first line that is not as it should be.
    """
    profiles = []
    for number, record in iter_records(path):
        try:
            profiles.append(TopicProfile.model_validate(record))
        except ValidationError as error:
            raise DatasetError(f"{path}:{number}: {error.errors()[0]['msg']}") from error
    return profiles


def suggest_topics(assistant: Assistant, profiles: list[TopicProfile]) -> SuggestedTopics:
    """Ask for topics for each profile and turn every suggestion into a case."""
    cases: list[Case] = []
    scores: list[Score] = []
    for profile in profiles:
        found = list(_iter_cases(assistant, profile))
        cases += found
        scores.append(Score("topics suggested", "topics", profile.id, float(len(found))))
    return SuggestedTopics(Dataset("topics", tuple(cases), "all"), tuple(scores))


def _iter_cases(assistant: Assistant, profile: TopicProfile) -> Iterator[Case]:
    who = stated_profile(profile.audience, profile.stage, profile.phase)
    suggestions = assistant.suggest(who, profile.goal, profile.covered, ASKED_FOR)
    for number, suggestion in enumerate(suggestions, start=1):
        yield Case(
            id=f"{profile.id}/{number}",
            dataset="topics",
            question=suggestion.opening,
            audience=profile.audience,
            stage=profile.stage,
            phase=profile.phase,
            guides={suggestion.guide: ANSWERS},
            kind=profile.audience.value if profile.audience else "",
        )
