"""A reply as it is printed on a terminal."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.conversation import Profile, Reply


def print_reply(reply: "Reply") -> None:
    """Print a reply for people, with what it rests on."""
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
