"""The HTML templates of this folder, with every value escaped."""

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from knowledge.vocabulary import Audience, Section, Stage

FOLDER = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(audiences=list(Audience), stages=list(Stage), anchor=section_anchor)
    environment.filters["audience"] = lambda value: Audience(value).label
    environment.filters["stage"] = lambda value: Stage(value).label
    return environment


def render_template(name: str, /, **values: Any) -> str:
    """Return a template filled in; only `Markup` values are taken as HTML."""
    return _environment().get_template(name).render(**values)


def section_anchor(section: str) -> str:
    """Return the anchor of a section on a guide's page, such as ``what-to-do``.

    A section that is a heading path counts by its first part.
    """
    first = section.split(" > ")[0].strip()
    known = {item.value.lower(): item.value for item in Section}
    return known.get(first.lower(), first).lower().replace(" ", "-")


__all__ = ["FOLDER", "STATIC", "Markup", "render_template", "section_anchor"]
