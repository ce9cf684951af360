"""All guides and sources together."""

from dataclasses import dataclass
from pathlib import Path

import yaml

from knowledge.errors import GuidanceError
from knowledge.guide import Guide, parse_guide
from knowledge.problem import Problem
from knowledge.source import SOURCES_FILE, Source, load_sources

GUIDANCE_FOLDER = Path(__file__).parent / "guidance"
TOPICS_FILE = "topics.yaml"
_NOT_GUIDES = frozenset({"README.md"})


@dataclass(frozen=True, slots=True)
class Topic:
    """One situation people come with: a folder of guides and a door for browsing."""

    id: str
    label: str
    about: str


@dataclass(frozen=True, slots=True)
class Library:
    """Every guide by slug, every source by id, and the topics in their order."""

    guides: dict[str, Guide]
    sources: dict[str, Source]
    topics: dict[str, Topic]
    paths: dict[str, Path]


def load_topics(folder: Path = GUIDANCE_FOLDER) -> dict[str, Topic]:
    """Read the closed list of topics.

    Raises:
        GuidanceError: when the file is missing or not what it should be.
    """
    path = folder / TOPICS_FILE
    try:
        records = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        return {record["id"]: Topic(**record) for record in records}
    except (OSError, UnicodeDecodeError, yaml.YAMLError, TypeError, KeyError) as error:
        raise GuidanceError(f"{path}:1: the topics cannot be read: {error}") from error


def iter_guide_paths(folder: Path = GUIDANCE_FOLDER) -> list[Path]:
    """Return the files of all guides, sorted."""
    return sorted(path for path in folder.glob("**/*.md") if path.name not in _NOT_GUIDES)


def read_guides(
    folder: Path = GUIDANCE_FOLDER,
) -> tuple[dict[str, Guide], dict[str, Path], list[Problem]]:
    """Read every guide that can be read, and every problem of form of those that cannot.

    The paths are those of all files by slug, also of those that cannot be read.
    """
    guides: dict[str, Guide] = {}
    paths: dict[str, Path] = {}
    problems: list[Problem] = []
    for path in iter_guide_paths(folder):
        first = paths.setdefault(path.stem, path)
        if first != path:
            problems.append(Problem(path, 1, f"slug stands twice, also in {first}"))
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            problems.append(Problem(path, 1, f"cannot be read as UTF-8 text: {error}"))
            continue
        guide, found = parse_guide(path, text)
        problems += found
        if guide is not None and first == path:
            guides[guide.slug] = guide
    return guides, paths, problems


def load_library(folder: Path = GUIDANCE_FOLDER, sources: Path = SOURCES_FILE) -> Library:
    """Read the whole library.

    Raises:
        GuidanceError: listing every problem of form of every file.
    """
    guides, paths, problems = read_guides(folder)
    if problems:
        raise GuidanceError("\n".join(str(problem) for problem in problems))
    return Library(guides, load_sources(sources), load_topics(folder), paths)
