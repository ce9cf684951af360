"""A reply as it is printed on a terminal, whole or as it comes."""

from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from assistant.build import Assistant
    from assistant.conversation import Contact, Profile, Question, Reply


def print_reply(reply: "Reply") -> None:
    """Print a reply for people, with what it rests on."""
    from rich.markup import escape

    console = _console()
    _print_assumed(console, reply.profile)
    _print_markdown(console, reply.text)
    for contact in reply.contacts:
        console.print(f"\n[bold]{escape(contact.name)}[/bold]: {escape(_how_and_when(contact))}")
    if reply.nearest:
        console.print("\n[dim]What it does hold, nearest first:[/dim]")
        for title in reply.nearest:
            console.print(f"  · {escape(title)}")
    if reply.citations:
        console.print()
    for title in dict.fromkeys(citation.title for citation in reply.citations):
        mine = [citation for citation in reply.citations if citation.title == title]
        markers = ", ".join(f"{citation.marker}" for citation in mine)
        console.print(f"[bold]{escape(title)}[/bold] [dim]{markers}[/dim]")
        works = dict.fromkeys(f"{s.label} · {s.badge}" for c in mine for s in c.sources)
        for work in works:
            console.print(f"  [dim]{escape(work)}[/dim]")
    if reply.follow_ups:
        console.print("\n[dim]You could ask next:[/dim]")
        for text in reply.follow_ups:
            console.print(f"  · {escape(text)}")
    if reply.notice:
        console.print(f"\n[dim]{escape(reply.notice)}[/dim]")


async def print_turn(assistant: "Assistant", asked: "Question") -> None:
    """Print a turn of a conversation while it is made."""
    from assistant.conversation import Finished, Found, Token, Understood

    console = _console()
    waiting = searched = ""
    async for event in assistant.stream(asked):
        if isinstance(event, Understood):
            searched = event.searched
        elif isinstance(event, Found) and searched != asked.text:
            typer.secho(f"(searched for: {searched})\n", dim=True)
        elif isinstance(event, Token):
            # A paragraph is shown when it is whole: its Markdown is not read before.
            *whole, waiting = (waiting + event.text).split("\n\n")
            for paragraph in whole:
                _print_markdown(console, paragraph)
                typer.echo()
        elif isinstance(event, Finished):
            reply = event.reply
            _print_markdown(console, waiting)
            if reply.contacts:
                typer.echo()
            for contact in reply.contacts:
                typer.echo(f"{contact.name}: {_how_and_when(contact)}")
            titles = list(dict.fromkeys(citation.title for citation in reply.citations))
            if titles:
                typer.secho(f"From: {'; '.join(titles)}", dim=True)


def _how_and_when(contact: "Contact") -> str:
    return f"{contact.how} ({contact.when})" if contact.when else contact.how


def _console() -> Any:
    """Return a terminal no wider than a text is read with ease."""
    from rich.console import Console

    return Console(width=min(Console().width, 88), highlight=False)


def _print_markdown(console: Any, text: str) -> None:
    from rich.markdown import Markdown

    if text.strip():
        # A marker such as [1] is plain text here, not a link; so are brackets in anybody's own words.
        with console.capture() as printed:
            console.print(Markdown(text.replace("[", r"\[")))
        typer.echo(printed.get().strip("\n"))  # a list would begin with an empty line


def _print_assumed(console: Any, profile: "Profile") -> None:
    parts = [
        value.label.lower()
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
