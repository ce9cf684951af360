"""Any BEIR-format set through the retriever that answers people.

The corpus is ingested into a home of its own; `nDCG@10` and `R@100` are trec_eval's, from
`qrels/<split>.tsv`. The run can be kept as a TREC file.
"""

import csv
import tempfile
import time
from contextlib import closing, nullcontext
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import Progress as ProgressBar
from rich.table import Table

from assistant.retriever import Retriever
from assistant.settings import AssistantSettings
from assistant.trec import TAG, iter_queries, rank_documents
from eval.metrics import Estimate, estimate, percentile, rank_measures
from ingest.pipeline import Progress, ingest_paths
from knowledge.catalogue import Catalogue
from knowledge.encoder import Encoder, load_encoder
from knowledge.errors import DatasetError
from knowledge.settings import LibrarySettings

COLLECTION = "beir"
DEPTH = 100
MEASURES = {"nDCG@10": "nDCG@10", "R@100": "R@100"}


@dataclass(frozen=True, slots=True)
class BeirResult:
    """Figures of one set; times are per query, encoding included."""

    name: str
    figures: dict[str, Estimate]
    documents: int
    failed: int
    ingest_s: float
    p50_ms: float
    p95_ms: float


def evaluate_beir(
    folder: Path,
    *,
    split: str = "test",
    run_file: Path | None = None,
    home: Path | None = None,
    limit: int | None = None,
    encoder: Encoder | None = None,
) -> BeirResult:
    """Ingest a set, run its judged queries, and measure.

    Raises:
        DatasetError: when the folder does not hold a BEIR set.
    """
    labels = load_qrels(folder / "qrels" / f"{split}.tsv")
    queries = _judged_queries(folder / "queries.jsonl", labels)[:limit]
    encoder = encoder or load_encoder(AssistantSettings.load().library)
    with nullcontext(home) if home else tempfile.TemporaryDirectory() as place:
        settings = LibrarySettings(home=Path(str(place)))
        documents, failed, seconds = _ingest(settings, folder / "corpus.jsonl", encoder)
        retriever = Retriever(
            lambda: Catalogue(settings.catalogue_path, read_only=True), encoder, COLLECTION
        )
        with closing(retriever):
            ranked, times = _run(retriever, queries)
    if run_file is not None:
        write_trec(ranked, run_file)
    found = rank_measures(
        {id: labels[id] for id, _ in queries},
        {id: [document for document, _ in hits] for id, hits in ranked.items()},
        MEASURES,
    )
    return BeirResult(
        name=folder.name,
        figures={name: estimate([values[name] for values in found.values()]) for name in MEASURES},
        documents=documents,
        failed=failed,
        ingest_s=seconds,
        p50_ms=percentile(times, 50),
        p95_ms=percentile(times, 95),
    )


def load_qrels(path: Path) -> dict[str, dict[str, int]]:
    """Read judgements: query id, document id, grade, separated by tabs, under one heading line.

    Raises:
        DatasetError: naming the first line that is not so.
    """
    labels: dict[str, dict[str, int]] = {}
    try:
        with path.open(encoding="utf-8", newline="") as file:
            for number, row in enumerate(csv.reader(file, delimiter="\t"), start=1):
                if number == 1 or not row:
                    continue
                query, document, grade = row
                labels.setdefault(query, {})[document.replace(" ", "_")] = int(grade)
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"{path}: cannot be read: {error}") from error
    except ValueError as error:
        raise DatasetError(f"{path}:{number}: not query, document, grade: {error}") from error
    return labels


def _judged_queries(path: Path, labels: dict[str, dict[str, int]]) -> list[tuple[str, str]]:
    if not path.is_file():
        raise DatasetError(f"{path}: there is no such file; a BEIR set has one.")
    return [(id, text) for id, text in iter_queries(path) if any(labels.get(id, {}).values())]


def _ingest(settings: LibrarySettings, corpus: Path, encoder: Encoder) -> tuple[int, int, float]:
    if not corpus.is_file():
        raise DatasetError(f"{corpus}: there is no such file; a BEIR set has one.")
    with ProgressBar(console=Console(stderr=True)) as bar:
        task = bar.add_task("ingesting", total=None)

        def show(progress: Progress) -> None:
            bar.update(
                task,
                description=progress.step,
                completed=progress.done,
                total=progress.total or None,
            )

        report = ingest_paths(settings, [corpus], COLLECTION, encoder=encoder, on_progress=show)
    documents = report.added + report.updated + report.unchanged
    return documents, len(report.failed), report.seconds


def _run(
    retriever: Retriever, queries: list[tuple[str, str]]
) -> tuple[dict[str, list[tuple[str, float]]], list[float]]:
    ranked: dict[str, list[tuple[str, float]]] = {}
    times = []
    rank_documents(retriever, "warm up", DEPTH)
    for id, text in queries:
        since = time.perf_counter()
        ranked[id] = rank_documents(retriever, text, DEPTH)
        times.append((time.perf_counter() - since) * 1e3)
    return ranked, times


def write_trec(ranked: dict[str, list[tuple[str, float]]], path: Path) -> None:
    """Write ``qid Q0 document rank score tag`` lines."""
    lines = [
        f"{id} Q0 {document} {rank} {score:.6f} {TAG}"
        for id, hits in ranked.items()
        for rank, (document, score) in enumerate(hits, start=1)
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def print_beir(result: BeirResult, console: Console) -> None:
    """Print the figures."""
    table = Table("measure", "value", "95%", "n", title=result.name, title_justify="left")
    for name, figure in result.figures.items():
        interval = f"{figure.low:.4f} to {figure.high:.4f}"
        table.add_row(name, f"{figure.value:.4f}", interval, str(figure.n))
    console.print(table)
    console.print(
        f"{result.documents} documents ({result.failed} lines refused), ingested in "
        f"{result.ingest_s:.0f} s; a query takes {result.p50_ms:.1f} ms (p95 {result.p95_ms:.1f} ms)"
    )
