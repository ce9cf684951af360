"""The `mentor` command. The only place, with `serve`, where errors become plain messages.

Commands of other rooms are added through the entry points of group `mentor.commands`, so that no
import turns against the arrows. Nothing heavy is imported before a command needs it.
"""

import asyncio
import os
import sys
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated

import typer

from assistant.batch import answer_batch, read_batch
from assistant.cli_library import library
from assistant.printed import print_reply, print_turn
from assistant.terminal import (
    JsonOption,
    ingest_with_progress,
    open_assistant,
    print_json,
    read_stdin,
    reply_json,
    say,
    show_progress,
)
from knowledge.errors import MentorError, QuestionError, SettingsError
from knowledge.vocabulary import Audience, Phase, Stage

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
        say(str(error))
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
        questions = list(read_batch(batch))
        with open_assistant() as assistant:
            asyncio.run(answer_batch(assistant, questions))
        return
    if not question.strip() and not sys.stdin.isatty():
        question = read_stdin()
    asked = Question(text=question, audience=audience, stage=stage, phase=phase, thread=thread)
    with open_assistant() as assistant:
        reply = asyncio.run(assistant.answer(asked))
    if as_json:
        print_json(reply_json(reply))
    else:
        print_reply(reply)


@app.command()
def chat(
    audience: AudienceOption = None,
    stage: StageOption = None,
    thread: Annotated[str, typer.Option(help="Go on with a conversation of this name.")] = "",
) -> None:
    """Talk in the terminal; an empty line or Ctrl+D ends it."""
    import uuid

    from assistant.conversation import Question

    thread = thread or uuid.uuid4().hex[:8]
    say(f"Thread {thread}. Go on with it later: mentor chat --thread {thread}")
    with open_assistant() as assistant:
        while text := _prompt():
            try:
                asked = Question(text=text, audience=audience, stage=stage, thread=thread)
                asyncio.run(print_turn(assistant, asked))
            except QuestionError as error:
                say(str(error))


def _prompt() -> str:
    try:
        return str(typer.prompt("\nyou", prompt_suffix="> ", default="", show_default=False))
    except (EOFError, typer.Abort):
        return ""


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
    from assistant.profile import stated_profile
    from assistant.topics import agenda_markdown

    profile = stated_profile(audience, stage, phase)
    with open_assistant() as assistant:
        found = assistant.suggest(profile, goal, covered or (), n)
    if as_json:
        chosen = profile.model_dump(mode="json", by_alias=True)
        print_json({"profile": chosen, "topics": [topic.to_json() for topic in found]})
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

    with open_assistant() as assistant:
        if queries is not None:
            if run is None:
                raise SettingsError("--queries needs --run FILE, the file to write.")
            count = write_run(assistant.retriever(collection), queries, run, k)
            say(f"{count} queries written to {run}")
            return
        hits = assistant.search(query, k, audience, stage, collection)
    if as_json:
        print_json([hit.to_json() for hit in hits])
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
        report = ingest_with_progress(settings, dry_run=dry_run, rebuild=rebuild)
    else:
        missing = [path for path in paths if not path.exists()]
        if missing:
            raise SettingsError(f"There is no file or folder {str(missing[0])!r}.")
        if collection == "guidance":
            raise SettingsError(
                "--collection guidance holds the shipped guides; choose another name."
            )
        with show_progress() as note:
            report = ingest_paths(
                settings, paths, collection, keep_in_step=sync, dry_run=dry_run, rebuild=rebuild, on_progress=note,
            )  # fmt: skip
    if as_json:
        print_json(report.to_json())
        return
    typer.echo(
        f"{'It would be: ' if dry_run else ''}"
        f"{report.added} added, {report.updated} updated, {report.removed} removed; "
        f"{report.unchanged} unchanged; {report.chunks} chunks, {report.embedded} texts embedded "
        f"in {report.seconds:.1f} s"
    )
    for refused in [*report.failed, *report.quarantined]:
        say(f"{refused.file}: {refused.reason}")


app.add_typer(library, name="library")


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
        print_json([check.to_json() for check in checks])
    else:
        for check in checks:
            mark = typer.style("ok ", fg="green") if check.ok else typer.style("-- ", fg="red")
            typer.echo(f"{mark} {check.name}: {check.found}")
            if check.todo:
                typer.echo(f"      {check.todo}")
    raise typer.Exit(0 if all(check.ok for check in checks) else 1)


if __name__ == "__main__":
    main()
