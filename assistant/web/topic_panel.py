"""The topics panel: suggestions for the next conversation, and the agenda made of them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.conversation import Profile
from assistant.web.markdown import render
from assistant.web.readiness_view import progress_words
from assistant.web.template import Markup, render_template
from knowledge.errors import MentorError

if TYPE_CHECKING:
    from assistant.build import Assistant
    from assistant.topics import Suggestion

SHOWN = 6
MINUTES = (15, 30, 45, 60)


def suggest(
    assistant: "Assistant", profile: Profile, goal: str, chosen: Sequence["Suggestion"]
) -> tuple[list["Suggestion"], str]:
    """Return suggestions, and a message where there are none yet."""
    if assistant.readiness.state == "building":
        return [], progress_words(assistant.readiness)
    covered = [suggestion.title for suggestion in chosen]
    try:
        found = list(assistant.suggest(profile, goal=goal.strip(), covered=covered, n=SHOWN))
    except MentorError as error:
        return [], str(error)
    return found, "" if found else "Nothing fits that yet. Try other words, or another stage."


def render_topics(
    topics: Sequence["Suggestion"], chosen: Sequence["Suggestion"], message: str = ""
) -> str:
    """Return the cards."""
    picked = {suggestion.opening for suggestion in chosen}
    return render_template("topics.html", topics=topics, chosen=picked, message=message)


def toggle(
    topics: Sequence["Suggestion"], chosen: Sequence["Suggestion"], number: int
) -> list["Suggestion"]:
    """Put a suggestion on the agenda, or take it off again."""
    if not 0 <= number < len(topics):
        return list(chosen)
    picked = topics[number]
    rest = [suggestion for suggestion in chosen if suggestion.opening != picked.opening]
    return rest if len(rest) < len(chosen) else [*chosen, picked]


def render_agenda(chosen: Sequence["Suggestion"], minutes: int) -> str:
    """Return the agenda with its buttons; empty while nothing is on it."""
    if not chosen:
        return ""
    from assistant.topics import agenda_markdown

    markdown = agenda_markdown(chosen, minutes)
    return render_template("agenda.html", prose=Markup(render(markdown)), markdown=markdown)
