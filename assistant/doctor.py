"""What is configured, what works, and what to do about what does not."""

import shutil
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from assistant.boundary import load_contacts
from assistant.prepare import are_prepared
from assistant.settings import AssistantSettings
from knowledge.catalogue import Catalogue
from knowledge.errors import MentorError
from knowledge.settings import DEFAULT_EMBEDDING_MODEL, LibrarySettings
from knowledge.weights import packaged_weights

MIN_FREE_BYTES = 500_000_000


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: whether it is well, what was found, and what to do if it is not."""

    name: str
    ok: bool
    found: str
    todo: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the check as plain values."""
        return asdict(self)


def examine() -> list[Check]:
    """Look at everything; nothing is changed and nothing heavy is loaded."""
    try:
        settings = AssistantSettings.load()
    except MentorError as error:
        return [Check("settings", False, str(error), "Mend or unset it, then: mentor doctor")]
    return [
        Check("settings", True, f"home is {settings.home}"),
        *_check_machine(settings.library),
        _check_weights(settings.library),
        _check_export(settings.library),
        _check_index(settings.library),
        _check_model(settings),
        _check_contacts(settings),
    ]


def _check_machine(settings: LibrarySettings) -> Iterator[Check]:
    yield Check("python", True, ".".join(map(str, sys.version_info[:3])))
    options = [row[0] for row in sqlite3.connect(":memory:").execute("PRAGMA compile_options")]
    fts5 = "ENABLE_FTS5" in options
    yield Check(
        "sqlite", fts5, f"{sqlite3.sqlite_version}, full text {'yes' if fts5 else 'missing'}",
        "" if fts5 else "Use a Python whose SQLite has FTS5 (python.org's and Debian's do).",
    )  # fmt: skip
    folder = settings.home
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    enough = free > MIN_FREE_BYTES
    yield Check(
        "disk", enough, f"{free / 1e9:.1f} GB free at {folder}",
        "" if enough else "Free some space, or set MENTOR_HOME to another folder.",
    )  # fmt: skip


def _check_weights(settings: LibrarySettings) -> Check:
    if settings.embedding_model != DEFAULT_EMBEDDING_MODEL:
        return Check("encoder", True, f"{settings.embedding_model} (your own choice)")
    try:
        packaged_weights()
    except MentorError as error:
        return Check("encoder", False, str(error), "Install it as the line above says.")
    return Check("encoder", True, f"{DEFAULT_EMBEDDING_MODEL}, weights as published")


def _check_export(settings: LibrarySettings) -> Check:
    folder = settings.encoder_path
    made = are_prepared(folder)
    if settings.embedding_model != DEFAULT_EMBEDDING_MODEL:
        return Check("fast encoder", True, "not used with another encoder")
    found = "ready" if made else "not made yet"
    return Check("fast encoder", made, found, "" if made else "Make it: mentor ingest")


def _check_index(settings: LibrarySettings) -> Check:
    if not settings.catalogue_path.is_file():
        return Check("index", False, "not built yet", "Build it: mentor ingest")
    try:
        catalogue = Catalogue(settings.catalogue_path, read_only=True)
        counts = catalogue.counts()
        dirty = catalogue.get("dirty") != "0"
    except MentorError as error:
        return Check("index", False, str(error), "Build it again: mentor ingest --rebuild")
    found = (
        f"{counts['document']} documents, {counts['chunk']} chunks, {counts['question']} questions"
    )
    if dirty:
        return Check(
            "index", False, f"{found}; the last build was cut short", "Finish it: mentor ingest"
        )
    return Check("index", True, found)


def _check_model(settings: AssistantSettings) -> Check:
    if not settings.chat_model:
        return Check("chat model", True, "none: answers are composed from the guides' own words")
    from assistant.chat_model import load_chat_model

    try:
        load_chat_model(settings.chat_model)
    except MentorError as error:
        return Check(
            "chat model", False, str(error), "Answers work without it: unset MENTOR_CHAT_MODEL"
        )
    return Check("chat model", True, f"{settings.chat_model} (not called here)")


def _check_contacts(settings: AssistantSettings) -> Check:
    try:
        own = load_contacts(settings.contacts)
    except MentorError as error:
        return Check("contacts", False, str(error), "Mend the file, or: unset MENTOR_CONTACTS")
    if not own:
        return Check("contacts", True, "none of your own: general signposts are shown")
    return Check("contacts", True, f"your own for {', '.join(sorted(own))}")
