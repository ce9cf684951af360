"""What is to be in a collection: read from the guides, from files and folders, or from a corpus."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.entry import (
    TEXT_SUFFIXES,
    build_guide_entry,
    build_text_entry,
    content_hash,
    guide_hash,
    iter_corpus,
    read_text,
)
from knowledge.catalogue import Catalogue
from knowledge.document import GUIDANCE, Entry
from knowledge.encoder import Encoder
from knowledge.errors import ConversionError
from knowledge.library import read_guides
from knowledge.phrasing import load_phrasings


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that was not taken in, and why."""

    file: str
    reason: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What is to be in a collection: content hashes by id, and how to make each entry."""

    collection: str
    wanted: dict[str, str]
    build: Callable[[str], Entry]
    failed: list[Refused]
    remove: bool
    """Whether stored documents that are not wanted any more go."""


def read_guidance(folder: Path, sources: Path, encoder: Encoder, catalogue: Catalogue) -> Reading:
    """Read the guides and what leads to them; one that is broken stays as it was last stored."""
    guides, paths, problems = read_guides(folder)
    phrasings = load_phrasings(sources.with_name("phrasings.yaml"))
    broken = {problem.path for problem in problems}
    wanted = {
        slug: guide_hash(guide, phrasings.get(slug, ()))
        for slug, guide in guides.items()
        if paths[slug] not in broken
    }
    stored = catalogue.hashes(GUIDANCE)
    for problem in problems:
        slug = problem.path.stem
        if slug not in wanted and slug in stored:
            wanted[slug] = stored[slug]  # the last good version stays
    return Reading(
        collection=GUIDANCE,
        wanted=wanted,
        build=lambda id: build_guide_entry(guides[id], encoder.count_tokens, phrasings.get(id, ())),
        failed=[
            Refused(str(problem.path), f"line {problem.line}: {problem.message}")
            for problem in problems
        ],
        remove=True,
    )


def read_paths(
    paths: list[Path],
    collection: str,
    encoder: Encoder,
    catalogue: Catalogue,
    *,
    keep_in_step: bool,
) -> Reading:
    """Read files, folders and corpora; what cannot be read is told and stays as it is."""
    texts: dict[str, tuple[str, str]] = {}
    failed: list[Refused] = []
    unknown: list[Refused] = []
    for path in paths:
        if not path.exists():
            unknown.append(Refused(str(path), "there is no such file or folder"))
        elif path.suffix == ".jsonl":
            texts |= _read_corpus(path, unknown)
        else:
            _read_files(path, texts, failed)
    wanted = {id: content_hash(title, text) for id, (title, text) in texts.items()}
    stored = catalogue.hashes(collection)
    kept = {refused.file for refused in failed} & stored.keys() - wanted.keys()
    return Reading(
        collection=collection,
        wanted=wanted | {id: stored[id] for id in kept},
        build=lambda id: build_text_entry(id, *texts[id], collection, encoder.count_tokens),
        failed=failed + unknown,
        remove=keep_in_step and not unknown,
    )


def _read_files(path: Path, texts: dict[str, tuple[str, str]], failed: list[Refused]) -> None:
    for file, id in _iter_files(path):
        try:
            if id in texts:
                raise ConversionError(f"another file is called {id!r}; give the folder above both")
            texts[id] = (_title(file), read_text(file))
        except ConversionError as error:
            failed.append(Refused(id, str(error)))


def _read_corpus(path: Path, failed: list[Refused]) -> dict[str, tuple[str, str]]:
    def note(number: int, reason: str) -> None:
        failed.append(Refused(f"{path.name}:{number}", reason))

    try:
        return {
            record["_id"]: (record["title"], record["text"]) for record in iter_corpus(path, note)
        }
    except OSError as error:
        failed.append(Refused(str(path), str(error)))
        return {}


def _iter_files(path: Path) -> Iterator[tuple[Path, str]]:
    """Yield each file and its id: the path below the folder that was given."""
    if path.is_dir():
        for file in sorted(path.rglob("*")):
            if file.is_file() and file.suffix.lower() in TEXT_SUFFIXES:
                yield file, file.relative_to(path).as_posix()
    else:
        yield path, path.name


def _title(path: Path) -> str:
    return path.stem.replace("-", " ").replace("_", " ")
