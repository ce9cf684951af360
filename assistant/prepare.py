"""What is made before the first question, so that none waits for it."""

from collections.abc import Callable
from pathlib import Path

from assistant import question_encoder, triage
from knowledge.export import RECEIPT
from knowledge.settings import DEFAULT_EMBEDDING_MODEL, LibrarySettings

GRAPHS = (question_encoder.GRAPH, triage.GRAPH)


def are_prepared(folder: Path) -> bool:
    """Tell whether everything that reads messages stands in a folder."""
    return (folder / RECEIPT).is_file() and all(graph.path(folder).is_file() for graph in GRAPHS)


def prepare_graphs(settings: LibrarySettings, on_progress: Callable[[str], None]) -> None:
    """Make the graphs that read messages now; none where another encoder is used.

    Raises:
        EncoderError: when the weights cannot be read or the disk is full.
    """
    exported = (settings.encoder_path / RECEIPT).is_file()
    if settings.embedding_model != DEFAULT_EMBEDDING_MODEL or not exported:
        return
    for graph in GRAPHS:
        graph.make_if_missing(settings.encoder_path, on_progress)
