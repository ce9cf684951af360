"""One evaluation from end to end: the only file of this room that builds parts."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from assistant.build import Assistant, build_assistant
from assistant.conversation import Question
from assistant.memory import Memory
from assistant.settings import AssistantSettings
from eval.case import LEAVE_ONE_OUT, Case, Dataset, Half
from eval.dataset import load_dataset
from eval.figure import build_report
from eval.line import LINES
from eval.naive import NAIVE, WHOLE_FILES, Naive, read_bodies
from eval.outcome import Outcome, Score
from eval.report import Report
from eval.rival import Rival, build_dense_alone, build_words_alone
from eval.run import (
    TOPICS,
    Bench,
    OnCase,
    find_phrasings,
    leave_one_out_dataset,
    run_dataset,
)
from eval.scoring import find_judge, score_run
from eval.topic import load_topic_profiles, suggest_topics
from knowledge.document import GUIDANCE
from knowledge.errors import DatasetError
from knowledge.library import GUIDANCE_FOLDER

NAMES = (*LINES, TOPICS, LEAVE_ONE_OUT)
LEFT_OUT_SAMPLE = 600
QUICK = 60
"""Cases of each dataset in a quick run; `questions` is run whole, because thresholds rest on it."""
QUICK_PROFILES = 10


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run; no ``names`` means everything."""

    names: tuple[str, ...] = ()
    quick: bool = False
    half: Half = "held"
    rivals: bool = True
    judge: bool = False


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A report, and the outcomes it rests on."""

    report: Report
    outcomes: tuple[Outcome, ...]


async def evaluate(
    plan: Plan,
    settings: AssistantSettings | None = None,
    *,
    assistant: Assistant | None = None,
    guidance: Path = GUIDANCE_FOLDER,
) -> Evaluation:
    """Run a plan with the settings of this machine; ``assistant`` and ``guidance`` are for tests.

    Raises:
        DatasetError: for an unknown dataset or one that cannot be read.
        StoreError: when there is no index.
        ChatModelConfigError: when a judge is wanted and no chat model is configured.
    """
    names = _check_names(plan.names)
    assistant = assistant or build_assistant(settings or AssistantSettings.load())
    assistant.retriever().warm()  # as a server is; a missing index is told before anything is run
    judge = find_judge(assistant) if plan.judge else None
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        assistant.memory = Memory(scratch / "memory.sqlite")
        tell = stack.enter_context(_progress())
        rivals = _build_rivals(assistant, plan, scratch, guidance, stack, tell)
        bench = Bench(assistant, rivals, find_phrasings(assistant.retriever()))
        await assistant.answer(Question(text="How do I start with a new mentor?"))  # warm up
        outcomes, extra, halves = await _run_all(bench, names, plan, tell)
        scored = await score_run(bench, outcomes, tell, judge, QUICK // 2 if plan.quick else None)
        report = build_report(
            datetime.now(UTC).isoformat(timespec="seconds"),
            _settings_of(assistant, plan),
            halves,
            outcomes,
            [*scored.scores, *extra],
            scored.figures,
            scored.extras,
        )
        await assistant.aclose()
    return Evaluation(report, tuple(outcomes))


def _check_names(names: tuple[str, ...]) -> tuple[str, ...]:
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        raise DatasetError(f"There is no dataset {unknown[0]!r}. Choose from: {', '.join(NAMES)}")
    return tuple(name for name in NAMES if name in names) if names else NAMES


async def _run_all(
    bench: Bench, names: tuple[str, ...], plan: Plan, tell: OnCase
) -> tuple[list[Outcome], list[Score], dict[str, Half]]:
    outcomes: list[Outcome] = []
    extra: list[Score] = []
    halves: dict[str, Half] = {}
    for name in names:
        dataset, scores = _open_dataset(bench, name, plan)
        outcomes += await run_dataset(bench, dataset, tell)
        extra += scores
        halves[name] = dataset.part
    return outcomes, extra, halves


def _open_dataset(bench: Bench, name: str, plan: Plan) -> tuple[Dataset, tuple[Score, ...]]:
    if name == LEAVE_ONE_OUT:
        limit = None if plan.half == "all" else 2 * QUICK if plan.quick else LEFT_OUT_SAMPLE
        return leave_one_out_dataset(bench.retriever, limit), ()
    if name == TOPICS:
        profiles = load_topic_profiles()
        found = suggest_topics(bench.assistant, profiles[: QUICK_PROFILES if plan.quick else None])
        return found.dataset, found.scores
    dataset = load_dataset(name, part=plan.half)
    if plan.quick and name != "questions":
        dataset = replace(dataset, cases=_first_threads(dataset, QUICK))
    return dataset, ()


def _first_threads(dataset: Dataset, limit: int) -> tuple[Case, ...]:
    """Return an even sample of cases; conversations and pairs stay whole."""
    keys = list(dict.fromkeys(case.thread or case.beside or case.id for case in dataset.cases))
    size = len(dataset.cases) / len(keys)
    step = max(1, round(len(keys) * size / limit))
    kept = set(keys[::step])
    return tuple(c for c in dataset.cases if (c.thread or c.beside or c.id) in kept)


def _build_rivals(
    assistant: Assistant, plan: Plan, scratch: Path, guidance: Path, stack: ExitStack, tell: OnCase
) -> dict[str, Rival]:
    if not plan.rivals:
        return {}
    retriever = assistant.retriever()
    rivals: dict[str, Rival] = {
        "dense alone": build_dense_alone(retriever),
        "BM25 alone": build_words_alone(retriever),
    }
    held = set(retriever.catalogue.hashes(GUIDANCE))
    for name, front_matter in ((NAIVE, False), (WHOLE_FILES, True)):
        texts = read_bodies(guidance, front_matter=front_matter)
        naive = Naive(
            {slug: text for slug, text in texts.items() if slug in held},
            assistant.encoder,
            scratch / f"naive-{front_matter:d}",
            cache=assistant.settings.home / "eval" / f"naive-{front_matter:d}.npz",
            on_progress=partial(tell, f"embedding, {name}"),
        )
        built = stack.enter_context(naive).rival
        # Whole files are a rival in ranking; nobody would answer with front matter.
        rivals[name] = replace(built, answer=None) if front_matter else built
    return rivals


def _settings_of(assistant: Assistant, plan: Plan) -> dict[str, str | int | float]:
    snapshot = assistant.retriever().snapshot
    return {
        "engine": assistant.parts.engine,
        "encoder": assistant.encoder.name,
        "guides": len(snapshot.documents),
        "chunks": len(snapshot.chunks),
        "questions": len(snapshot.question_ids) - len(find_phrasings(assistant.retriever())),
        "phrasings": len(find_phrasings(assistant.retriever())),
        "half": plan.half,
        "cores": os.cpu_count() or 0,
        "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else "unknown",
        "quick": str(plan.quick).lower(),
    }


@contextmanager
def _progress() -> Iterator[OnCase]:
    """Show one line a dataset on standard error."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        tasks: dict[str, TaskID] = {}

        def tell(name: str, done: int, total: int) -> None:
            if name not in tasks:
                tasks[name] = progress.add_task(name, total=total)
            progress.update(tasks[name], completed=done, total=total)

        yield tell
