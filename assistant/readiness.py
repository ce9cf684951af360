"""Whether the index is there, and its building in the background while the page is open."""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from assistant.prepare import prepare_graphs
from ingest.pipeline import Progress, ingest_guidance
from knowledge.errors import MentorError
from knowledge.settings import LibrarySettings


@dataclass(slots=True)
class Readiness:
    """How far the index is; read by the page while a thread writes it."""

    state: Literal["building", "ready", "failed"] = "building"
    step: str = "starting"
    done: int = 0
    total: int = 0
    message: str = ""

    def note(self, progress: Progress) -> None:
        """Take over how far an ingest is."""
        self.step, self.done, self.total = progress.step, progress.done, progress.total


def build_in_background(
    settings: LibrarySettings, readiness: Readiness, warm: Callable[[], None]
) -> threading.Thread:
    """Build or refresh the index in a thread; ``readiness`` says how it goes.

    ``warm`` is called at the end, when questions are answered already.
    """

    def run() -> None:
        try:
            report = ingest_guidance(settings, on_progress=readiness.note)
            prepare_graphs(settings, lambda step: readiness.note(Progress(step)))
            readiness.message = "; ".join(f"{f.file}: {f.reason}" for f in report.failed)
            readiness.state = "ready"
        except MentorError as error:
            readiness.message = str(error)
            readiness.state = "failed"
        except Exception as error:  # a thread's traceback would reach nobody
            readiness.message = f"The index could not be built: {error!r}. See: mentor doctor"
            readiness.state = "failed"
        if readiness.state == "ready":
            # It saves time and no more; whoever asks is told what is wrong.
            with suppress(MentorError):
                warm()

    thread = threading.Thread(target=run, name="ingest", daemon=True)
    thread.start()
    return thread
