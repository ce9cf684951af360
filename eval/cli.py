"""`mentor eval`: run, compare, report, beir. Nothing heavy is imported before a command needs it."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Measure how good it is, offline and in the open.")

OutOption = Annotated[Path, typer.Option("--out", help="Folder the report is written to.")]


@app.command()
def run(
    dataset: Annotated[
        list[str] | None, typer.Option("--dataset", help="Run only this one; may be repeated.")
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="A sample without rivals; under two minutes.")
    ] = False,
    half: Annotated[
        str, typer.Option(help="Of datasets with halves: held (the default), fit, or all.")
    ] = "held",
    gate: Annotated[
        bool, typer.Option("--gate", help="Exit 1 where a threshold is missed.")
    ] = False,
    rivals: Annotated[
        bool | None,
        typer.Option(
            help="Run what people would otherwise build too; as a rule, unless --quick.",
            show_default=False,
        ),
    ] = None,
    judge: Annotated[
        bool, typer.Option("--judge", help="Let the configured chat model judge replies too.")
    ] = False,
    out: OutOption = Path("reports"),
) -> None:
    """Run the datasets; print tables, write report.json, replies.jsonl and report.html."""
    from rich.console import Console

    from eval.dataset import check_half
    from eval.evaluation import Plan, evaluate
    from eval.page import write_page
    from eval.report import write_report
    from eval.table import print_report
    from eval.threshold import hold, load_thresholds

    thresholds = load_thresholds()
    # Their own vectors take minutes the first time, which is longer than a sample may take.
    with_rivals = not quick if rivals is None else rivals
    plan = Plan(
        tuple(dataset or ()), quick=quick, half=check_half(half), rivals=with_rivals, judge=judge
    )
    found = asyncio.run(evaluate(plan))
    path = write_report(found.report, found.outcomes, out)
    verdicts = hold(found.report, thresholds)
    page = write_page(found.report, verdicts, out)
    print_report(found.report, verdicts, Console())
    typer.echo(f"Wrote {path} and {page}", err=True)
    if gate and any(verdict.passed is False for verdict in verdicts):
        raise typer.Exit(1)


@app.command()
def compare(
    before: Annotated[Path, typer.Argument(help="The baseline: a report.json or its folder.")],
    after: Annotated[Path, typer.Argument(help="The report to hold against it.")],
) -> None:
    """Show what changed between two reports, case by case, and what is more than chance."""
    from rich.console import Console

    from eval.compare import compare as compare_reports
    from eval.report import load_report
    from eval.table import print_changes

    print_changes(compare_reports(load_report(before), load_report(after)), Console())


@app.command()
def report(
    file: Annotated[Path, typer.Argument(help="A report.json or its folder.")] = Path("reports"),
    out: Annotated[Path | None, typer.Option("--out", help="Folder of the page.")] = None,
) -> None:
    """Print a stored report again and write its page anew."""
    from rich.console import Console

    from eval.page import write_page
    from eval.report import load_report
    from eval.table import print_report
    from eval.threshold import hold, load_thresholds

    stored = load_report(file)
    verdicts = hold(stored, load_thresholds())
    page = write_page(stored, verdicts, out or (file if file.is_dir() else file.parent))
    print_report(stored, verdicts, Console())
    typer.echo(f"Wrote {page}", err=True)


@app.command()
def beir(
    folder: Annotated[Path, typer.Argument(help="Holds corpus.jsonl, queries.jsonl, qrels/.")],
    split: Annotated[str, typer.Option(help="Which qrels: test, dev or train.")] = "test",
    run_file: Annotated[Path | None, typer.Option("--run", help="Write the TREC run here.")] = None,
    home: Annotated[
        Path | None, typer.Option(help="Keep the index in this folder; default a temporary one.")
    ] = None,
    limit: Annotated[int | None, typer.Option(help="Ask only the first so many queries.")] = None,
) -> None:
    """Measure any BEIR-format set through the retriever that answers people."""
    from rich.console import Console

    from eval.beir import evaluate_beir, print_beir

    print_beir(
        evaluate_beir(folder, split=split, run_file=run_file, home=home, limit=limit), Console()
    )
