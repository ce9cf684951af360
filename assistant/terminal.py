"""What the commands share: how they print, show progress, and open an assistant."""

import asyncio
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from knowledge.errors import QuestionError

if TYPE_CHECKING:
    from assistant.build import Assistant
    from assistant.conversation import Reply

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]


def say(message: str) -> None:
    """Print for people, on standard error."""
    typer.echo(message, err=True)


def print_json(value: Any) -> None:
    """Print JSON: on one line into a pipe, spread out on a terminal."""
    piped = not sys.stdout.isatty()
    typer.echo(json.dumps(value, ensure_ascii=False, indent=None if piped else 1))


@contextmanager
def open_assistant() -> Iterator["Assistant"]:
    """Open an assistant for one command; build the index first where there is none."""
    from assistant.build import build_assistant
    from assistant.settings import AssistantSettings

    settings = AssistantSettings.load()
    if not _has_index(settings.library.catalogue_path):
        say("There is no index yet; building it once (about a minute).")
        ingest_with_progress(settings.library)
    assistant = build_assistant(settings)
    try:
        yield assistant
    finally:
        asyncio.run(assistant.aclose())


def _has_index(path: Path) -> bool:
    from knowledge.catalogue import Catalogue

    return path.is_file() and bool(Catalogue(path, read_only=True).counts()["document"])


def ingest_with_progress(settings: Any, **options: Any) -> Any:
    """Bring the index in step with the guides; the options are those of `ingest_guidance`."""
    from assistant.prepare import prepare_graphs
    from ingest.pipeline import Progress, ingest_guidance

    with show_progress() as note:
        report = ingest_guidance(settings, on_progress=note, **options)
        if not options.get("dry_run"):
            prepare_graphs(settings, lambda step: note(Progress(step)))
        return report


@contextmanager
def show_progress() -> Iterator[Any]:
    """Show a progress bar on standard error; plain lines where that is no terminal."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task("starting", total=None)
        last = ""

        def note(progress: Any) -> None:
            nonlocal last
            bar.update(
                task,
                description=progress.step,
                completed=progress.done,
                total=progress.total or None,
            )
            if progress.step != last and not console.is_terminal:
                say(progress.step)
            last = progress.step

        yield note


def reply_json(reply: "Reply") -> dict[str, Any]:
    """Return a reply under the keys of the interface."""
    return reply.model_dump(mode="json", by_alias=True)


def read_stdin() -> str:
    """Return what is piped in.

    Raises:
        QuestionError: when it is not text.
    """
    try:
        return sys.stdin.read()
    except UnicodeDecodeError as error:
        raise QuestionError(
            "That is not text I can read. Pass the question as plain words."
        ) from error
