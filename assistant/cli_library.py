"""The `mentor library` commands: what the library holds, how sound it is, and its map."""

from pathlib import Path
from typing import Annotated

import typer

from assistant.terminal import JsonOption, open_assistant, print_json, say
from knowledge.errors import SettingsError

library = typer.Typer(
    no_args_is_help=True, help="The guides: list, show, lint, stats, sources, map."
)


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
        print_json(rows)
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
        print_json([{"path": str(p.path), "line": p.line, "message": p.message} for p in problems])
    else:
        for problem in problems:
            typer.echo(str(problem))
        say(f"{len(problems)} problems" if problems else "The library is clean.")
    raise typer.Exit(1 if problems else 0)


@library.command("stats")
def library_stats(as_json: JsonOption = False) -> None:
    """Count what the library holds."""
    from knowledge.stats import count_library

    stats = {**count_library(), "chunks": _count_chunks()}
    if as_json:
        print_json(stats)
        return
    for key, value in stats.items():
        typer.echo(f"{key}: {value}")


def _count_chunks() -> int | None:
    """Return the chunks of the guidance in the index, or None while there is no index."""
    from assistant.settings import AssistantSettings
    from knowledge.catalogue import Catalogue
    from knowledge.document import GUIDANCE

    path = AssistantSettings.load().library.catalogue_path
    if not path.is_file():
        return None
    return len(Catalogue(path, read_only=True).chunks(GUIDANCE))


@library.command("sources")
def library_sources(as_json: JsonOption = False) -> None:
    """List every work the guides cite, the strongest and most used first."""
    from knowledge.cited_source import rank_sources
    from knowledge.library import load_library

    held = load_library()
    ranked = rank_sources(held.sources, held.guides.values())
    if as_json:
        print_json([cited.to_json() for cited in ranked])
        return
    for cited in ranked:
        work = cited.source
        typer.echo(f"{work.label}: {work.title}")
        typer.secho(f"  {work.badge} · cited by {count_guides(len(cited.guides))}", dim=True)


def count_guides(count: int) -> str:
    """Return a number of guides in words, such as ``1 guide``."""
    return f"{count} guide{'' if count == 1 else 's'}"


@library.command("map")
def library_map(
    out: Annotated[Path, typer.Option(help="Where to write the page.")] = Path("library-map.html"),
) -> None:
    """Draw every guide on one page, by meaning; it opens in any browser without a network."""
    from assistant.library_map import draw_library
    from assistant.web.map_page import render_map

    with open_assistant() as assistant:
        page = render_map(draw_library(assistant), served=False)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(page, encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"--out {out}: cannot be written: {error.strerror}") from error
    say(f"The map is in {out}")
