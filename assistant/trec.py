"""A TREC run from a file of queries, through the retriever that answers people."""

import json
from collections.abc import Iterator
from pathlib import Path

from assistant.retriever import Retriever
from knowledge.errors import SettingsError

TAG = "sounding-board"


def write_run(retriever: Retriever, queries: Path, run: Path, k: int) -> int:
    """Write ``qid Q0 document rank score tag`` for each query; return how many queries.

    Raises:
        SettingsError: when a line of the queries is not `{"_id": …, "text": …}`.
    """
    count = 0
    with run.open("w", encoding="utf-8") as file:
        for id, text in iter_queries(queries):
            for rank, (document, score) in enumerate(rank_documents(retriever, text, k), start=1):
                file.write(f"{id} Q0 {document} {rank} {score:.6f} {TAG}\n")
            count += 1
    return count


def rank_documents(retriever: Retriever, text: str, k: int) -> list[tuple[str, float]]:
    """Return the best documents of a collection with their scores, best first."""
    found = retriever.search(retriever.read(text), k=1, running=k)
    return [(ranked.document.id.replace(" ", "_"), ranked.score) for ranked in found.documents]


def iter_queries(path: Path) -> Iterator[tuple[str, str]]:
    """Yield id and text of each line."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"--queries {path}: cannot be read: {error}") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            yield str(record["_id"]), str(record["text"])
        except (ValueError, KeyError, TypeError) as error:
            raise SettingsError(
                f'{path}:{number}: not a query: a line is {{"_id": …, "text": …}}'
            ) from error
