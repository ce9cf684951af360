"""The `mentor` command. The only place, with `serve`, where errors become plain messages.

Commands of other rooms are added through the entry points of group `mentor.commands`, so that no
import turns against the arrows. Nothing heavy is imported before a command needs it.
"""

import asyncio
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from knowledge.errors import MentorError, QuestionError, SettingsError
from knowledge.vocabulary import Audience, Phase, Stage

if TYPE_CHECKING:
    from assistant.build import Assistant
    from assistant.conversation import Profile, Question, Reply

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Sounding Board: mentoring guidance that cites every statement, on your own machine.",
)

AudienceOption = Annotated[Audience | None, typer.Option(help="Whose chair you sit in.")]
StageOption = Annotated[
    Stage | None, typer.Option(help="Career stage of the person being mentored.")
]
PhaseOption = Annotated[Phase | None, typer.Option(help="Phase of the mentoring relationship.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]


def main() -> None:
    """Run the command line: exit 0 for success, 1 for a failed check, 2 for a wrong call."""
    debug = "--debug" in sys.argv
    arguments = [argument for argument in sys.argv[1:] if argument != "--debug"]
    _keep_quiet()
    _add_commands_of_other_rooms(arguments)
    try:
        app(args=arguments, prog_name="mentor")
    except MentorError as error:
        if debug:
            raise
        _say(str(error))
        raise SystemExit(2) from error
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except BrokenPipeError:
        # The reader of our output went away (`mentor library list | head`): not an error.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None


def _keep_quiet() -> None:
    """Turn off what libraries would send or fetch by themselves."""
    os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("LANGSMITH_TRACING", "false")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")


def _add_commands_of_other_rooms(arguments: list[str]) -> None:
    """Mount the other rooms' groups; one is loaded only when it is called, or for help."""
    for entry in entry_points(group="mentor.commands"):
        if arguments[:1] == [entry.name]:
            app.add_typer(entry.load(), name=entry.name)
        else:
            app.command(entry.name, help=f"More commands: mentor {entry.name} --help")(lambda: None)


def _say(message: str) -> None:
    typer.echo(message, err=True)


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=None if _piped() else 1))


def _piped() -> bool:
    return not sys.stdout.isatty()


@contextmanager
def _assistant() -> Iterator["Assistant"]:
    """Open an assistant for one command; build the index first where there is none."""
    from assistant.build import build_assistant
    from assistant.settings import AssistantSettings

    settings = AssistantSettings.load()
    if not _has_index(settings.library.catalogue_path):
        _say("There is no index yet; building it once (about two minutes).")
        _ingest_with_progress(settings.library)
    assistant = build_assistant(settings)
    try:
        yield assistant
    finally:
        asyncio.run(assistant.aclose())


def _has_index(path: Path) -> bool:
    from knowledge.catalogue import Catalogue

    return path.is_file() and bool(Catalogue(path, read_only=True).counts()["document"])


# -- ask and chat


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="Your situation, in your own words.")] = "",
    audience: AudienceOption = None,
    stage: StageOption = None,
    phase: PhaseOption = None,
    thread: Annotated[str, typer.Option(help="Go on with a conversation of this name.")] = "",
    batch: Annotated[Path | None, typer.Option(help="A JSON-lines file of questions.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Ask a question and read a cited answer."""
    from assistant.conversation import Question

    if batch is not None:
        questions = list(_read_batch(batch))
        with _assistant() as assistant:
            asyncio.run(_answer_batch(assistant, questions))
        return
    if not question.strip() and not sys.stdin.isatty():
        question = _read_stdin()
    asked = Question(text=question, audience=audience, stage=stage, phase=phase, thread=thread)
    with _assistant() as assistant:
        reply = asyncio.run(assistant.answer(asked))
    if as_json:
        _print_json(reply_json(reply))
    else:
        _print_reply(reply)


def reply_json(reply: "Reply") -> dict[str, Any]:
    """Return a reply under the keys of the interface."""
    return reply.model_dump(mode="json", by_alias=True)


def _read_stdin() -> str:
    try:
        return sys.stdin.read()
    except UnicodeDecodeError as error:
        raise QuestionError(
            "That is not text I can read. Pass the question as plain words."
        ) from error


def _read_batch(path: Path) -> Iterator["Question"]:
    from pydantic import ValidationError

    from assistant.conversation import Question

    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"--batch {path}: cannot be read as UTF-8 text: {error}") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            if not isinstance(record, dict):
                raise ValueError("it is no object in braces")
            known = {
                k: record[k] for k in ("audience", "stage", "phase", "thread") if record.get(k)
            }
            yield Question(id=str(record["id"]), text=record["question"], **known)
        except (ValueError, KeyError, TypeError, ValidationError) as error:
            reason = str(error).splitlines()[0]
            raise SettingsError(
                f'{path}:{number}: not a question: {reason}. A line is {{"id": …, "question": …}}, '
                "with audience, stage, phase and thread if known."
            ) from error


async def _answer_batch(assistant: "Assistant", questions: list["Question"]) -> None:
    """Answer in order; a question that cannot be asked becomes a reply that says so."""
    from assistant.conversation import Reply

    for question in questions:
        try:
            reply = await assistant.answer(question)
        except QuestionError as error:
            reply = Reply(id=question.id, thread=question.thread, kind="decline", text=str(error))
        typer.echo(json.dumps(reply_json(reply), ensure_ascii=False))


def _print_reply(reply: "Reply") -> None:
    from rich.console import Console
    from rich.markdown import Markdown

    console = Console(width=min(Console().width, 88))
    _print_assumed(console, reply.profile)
    # A marker such as [1] is plain text here, not a link.
    console.print(Markdown(reply.text.replace("[", r"\[")))
    for contact in reply.contacts:
        console.print(f"\n[bold]{contact.name}[/bold]: {contact.how} [dim]{contact.when}[/dim]")
    if reply.nearest:
        console.print("\n[dim]What it does hold, nearest first:[/dim]")
        for title in reply.nearest:
            console.print(f"  · {title}")
    if reply.citations:
        console.print()
    for title in dict.fromkeys(citation.title for citation in reply.citations):
        mine = [citation for citation in reply.citations if citation.title == title]
        console.print(
            f"[bold]{title}[/bold] [dim]{', '.join(f'{c.marker}' for c in mine)}[/dim]",
            highlight=False,
        )
        works = dict.fromkeys(f"{s.label} · {s.badge}" for c in mine for s in c.sources)
        for work in works:
            console.print(f"  [dim]{work}[/dim]", highlight=False)
    if reply.follow_ups:
        console.print("\n[dim]You could ask next:[/dim]")
        for text in reply.follow_ups:
            console.print(f"  · {text}", highlight=False)
    if reply.notice:
        console.print(f"\n[dim]{reply.notice}[/dim]")


def _print_assumed(console: Any, profile: "Profile") -> None:
    parts = [
        f"{value.label.lower()}"
        for value, origin in (
            (profile.audience, profile.origin.audience),
            (profile.stage, profile.origin.stage),
        )
        if value is not None and origin == "inferred"
    ]
    if parts:
        console.print(
            f"[dim]Taken from your words: {', '.join(parts)}. Change it with --audience and --stage.[/dim]\n"
        )


@app.command()
def chat(
    audience: AudienceOption = None,
    stage: StageOption = None,
    thread: Annotated[str, typer.Option(help="Go on with a conversation of this name.")] = "",
) -> None:
    """Talk in the terminal; an empty line or Ctrl+D ends it."""
    import uuid

    thread = thread or uuid.uuid4().hex[:8]
    _say(f"Thread {thread}. Go on with it later: mentor chat --thread {thread}")
    with _assistant() as assistant:
        while text := _prompt():
            try:
                asyncio.run(_chat_turn(assistant, text, audience, stage, thread))
            except QuestionError as error:
                _say(str(error))


def _prompt() -> str:
    try:
        return str(typer.prompt("\nyou", prompt_suffix="> ", default="", show_default=False))
    except (EOFError, typer.Abort):
        return ""


async def _chat_turn(
    assistant: "Assistant", text: str, audience: Audience | None, stage: Stage | None, thread: str
) -> None:
    from assistant.conversation import Finished, Question, Token, Understood

    asked = Question(text=text, audience=audience, stage=stage, thread=thread)
    async for event in assistant.stream(asked):
        if isinstance(event, Understood) and event.searched != text:
            typer.secho(f"(searched for: {event.searched})", dim=True)
        elif isinstance(event, Token):
            typer.echo(event.text, nl=False)
        elif isinstance(event, Finished):
            reply = event.reply
            for contact in reply.contacts:
                typer.echo(f"\n{contact.name}: {contact.how} {contact.when}", nl=False)
            titles = list(dict.fromkeys(citation.title for citation in reply.citations))
            typer.secho(f"\nFrom: {'; '.join(titles) or 'nothing in the library'}", dim=True)


# -- topics and search


@app.command()
def topics(
    audience: AudienceOption = None,
    stage: StageOption = None,
    phase: PhaseOption = None,
    goal: Annotated[str, typer.Option(help="What it is for, in your own words.")] = "",
    covered: Annotated[
        list[str] | None, typer.Option(help="What was talked about already.")
    ] = None,
    n: Annotated[int, typer.Option("-n", min=1, max=12, help="How many.")] = 6,
    minutes: Annotated[int, typer.Option(min=10, max=240, help="For the agenda.")] = 45,
    as_json: JsonOption = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print a short agenda.")] = False,
) -> None:
    """Suggest topics to talk about, each with where it comes from."""
    from assistant.build import stated_profile
    from assistant.topics import agenda_markdown

    profile = stated_profile(audience, stage, phase)
    with _assistant() as assistant:
        found = assistant.suggest(profile, goal, covered or (), n)
    if as_json:
        chosen = profile.model_dump(mode="json", by_alias=True)
        _print_json({"profile": chosen, "topics": [topic.to_json() for topic in found]})
    elif markdown:
        typer.echo(agenda_markdown(found, minutes))
    else:
        for topic in found:
            typer.secho(f"\n{topic.title}", bold=True)
            typer.echo(f"  {topic.opening}")
            for text in topic.follow_ups:
                typer.echo(f"  – {text}")
            typer.secho(f"  {topic.why} ({topic.guide_title})", dim=True)


@app.command()
def search(
    query: Annotated[str, typer.Argument(help="What to look for.")] = "",
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="How many.")] = 10,
    audience: AudienceOption = None,
    stage: StageOption = None,
    collection: Annotated[str, typer.Option(help="Which collection.")] = "guidance",
    queries: Annotated[Path | None, typer.Option(help="JSON lines of {_id, text}.")] = None,
    run: Annotated[Path | None, typer.Option(help="Where to write a TREC run.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Search the library, or write a TREC run for a file of queries."""
    from assistant.trec import write_run

    with _assistant() as assistant:
        if queries is not None:
            if run is None:
                raise SettingsError("--queries needs --run FILE, the file to write.")
            count = write_run(assistant.retriever(collection), queries, run, k)
            _say(f"{count} queries written to {run}")
            return
        hits = assistant.search(query, k, audience, stage, collection)
    if as_json:
        _print_json([hit.to_json() for hit in hits])
        return
    for hit in hits:
        typer.secho(f"{hit.hit.rank:>2}  {hit.document.title} · {hit.hit.chunk.section}", bold=True)
        typer.secho(f"    {hit.hit.score:.2f}  {hit.hit.chunk.text[:160]}…", dim=True)


# -- the library


@app.command()
def ingest(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files or folders; none: the guides.")
    ] = None,
    collection: Annotated[str, typer.Option(help="Where files go.")] = "own",
    sync: Annotated[
        bool, typer.Option("--sync", help="Remove what is not there any more.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be done.")
    ] = False,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Make everything again.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Bring the index in step with the guides, or with your own files."""
    from assistant.settings import AssistantSettings
    from ingest.pipeline import ingest_paths

    settings = AssistantSettings.load().library
    if not paths:
        report = _ingest_with_progress(settings, dry_run=dry_run, rebuild=rebuild)
    else:
        missing = [path for path in paths if not path.exists()]
        if missing:
            raise SettingsError(f"There is no file or folder {str(missing[0])!r}.")
        if collection == "guidance":
            raise SettingsError(
                "--collection guidance holds the shipped guides; choose another name."
            )
        with _progress() as note:
            report = ingest_paths(
                settings, paths, collection, keep_in_step=sync, dry_run=dry_run, rebuild=rebuild, on_progress=note,
            )  # fmt: skip
    if as_json:
        _print_json(report.to_json())
        return
    done = "would be" if dry_run else "were"
    typer.echo(
        f"{report.added} added, {report.updated} updated, {report.removed} removed {done}; "
        f"{report.unchanged} unchanged; {report.chunks} chunks, {report.embedded} texts embedded "
        f"in {report.seconds:.1f} s"
    )
    for refused in [*report.failed, *report.quarantined]:
        _say(f"{refused.file}: {refused.reason}")


def _ingest_with_progress(settings: Any, **options: Any) -> Any:
    from assistant.triage import prepare_triage
    from ingest.pipeline import Progress, ingest_guidance

    with _progress() as note:
        report = ingest_guidance(settings, on_progress=note, **options)
        if not options.get("dry_run"):
            prepare_triage(settings, lambda step: note(Progress(step)))
        return report


@contextmanager
def _progress() -> Iterator[Any]:
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
                _say(progress.step)
            last = progress.step

        yield note


library = typer.Typer(no_args_is_help=True, help="The guides: list, show, lint, stats.")
app.add_typer(library, name="library")


@library.command("list")
def library_list(as_json: JsonOption = False) -> None:
    """List every guide."""
    from knowledge.library import read_guides

    guides, _, _ = read_guides()
    rows = [
        {"guide": g.slug, "title": g.title, "audience": list(g.audience), "stages": list(g.stages)}
        for g in guides.values()
    ]
    if as_json:
        _print_json(rows)
        return
    for row in rows:
        typer.echo(f"{row['guide']}: {row['title']} ({', '.join(row['audience'])})")


@library.command("show")
def library_show(id: Annotated[str, typer.Argument(help="A guide's name.")]) -> None:
    """Print one guide."""
    import difflib

    from knowledge.library import iter_guide_paths

    paths = {path.stem: path for path in iter_guide_paths()}
    if id not in paths:
        near = difflib.get_close_matches(id, paths, n=1, cutoff=0.3)
        hint = (
            f" Did you mean: mentor library show {near[0]}" if near else " See: mentor library list"
        )
        raise SettingsError(f"There is no guide {id!r}.{hint}")
    typer.echo(paths[id].read_text(encoding="utf-8"))


@library.command("lint")
def library_lint(as_json: JsonOption = False) -> None:
    """Report every problem of every guide; exit 1 if there is one."""
    from knowledge.lint import lint_library

    problems = lint_library()
    if as_json:
        _print_json([{"path": str(p.path), "line": p.line, "message": p.message} for p in problems])
    else:
        for problem in problems:
            typer.echo(str(problem))
        _say(f"{len(problems)} problems" if problems else "The library is clean.")
    raise typer.Exit(1 if problems else 0)


@library.command("stats")
def library_stats(as_json: JsonOption = False) -> None:
    """Count what the library holds."""
    from knowledge.stats import count_library

    stats = {**count_library(), "chunks": _count_chunks()}
    if as_json:
        _print_json(stats)
        return
    for key, value in stats.items():
        typer.echo(f"{key}: {value}")


def _count_chunks() -> int | None:
    """Return the chunks of the guidance in the index, or None while there is no index."""
    from assistant.settings import AssistantSettings
    from knowledge.catalogue import GUIDANCE, Catalogue

    path = AssistantSettings.load().library.catalogue_path
    if not path.is_file():
        return None
    return len(Catalogue(path, read_only=True).chunks(GUIDANCE))


# -- running it


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 7860,
) -> None:
    """Open the app in a browser; the index builds behind the open page."""
    from assistant.settings import AssistantSettings
    from assistant.web.app import run

    run(AssistantSettings.load(), host, port)


@app.command()
def doctor(as_json: JsonOption = False) -> None:
    """Say what is configured, what works, and what to do about what does not."""
    from assistant.doctor import examine

    checks = examine()
    if as_json:
        _print_json([check.to_json() for check in checks])
    else:
        for check in checks:
            mark = typer.style("ok ", fg="green") if check.ok else typer.style("-- ", fg="red")
            typer.echo(f"{mark} {check.name}: {check.found}")
            if check.todo:
                typer.echo(f"      {check.todo}")
    raise typer.Exit(0 if all(check.ok for check in checks) else 1)


if __name__ == "__main__":
    main()
