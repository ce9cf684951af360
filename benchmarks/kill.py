"""Kill an ingest with SIGKILL at many moments, then see that one more run makes all good.

    python benchmarks/kill.py [KILLS]          # 100 unless told; prints a summary, exit 1 if not

Each run is a process of its own over a copy of forty guides that changes before every run: some
are rewritten, one goes, one comes back, and now and then the encoder changes. Kills are spread
evenly over the steps (reading, embedding, writing, indexing) and at random within each.
"""

import itertools
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from ingest.pipeline import ingest_guidance  # noqa: E402
from knowledge.catalogue import Catalogue  # noqa: E402
from knowledge.document import GUIDANCE  # noqa: E402
from knowledge.encoder import HashEncoder  # noqa: E402
from knowledge.index import DenseIndex  # noqa: E402
from knowledge.library import GUIDANCE_FOLDER, TOPICS_FILE, iter_guide_paths  # noqa: E402
from knowledge.settings import LibrarySettings  # noqa: E402
from knowledge.source import SOURCES_FILE  # noqa: E402
from knowledge.sync import index_rows  # noqa: E402

GUIDES = 40
STEPS = ("reading", "embedding", "writing", "indexing")
_WORKER = """
import sys
from pathlib import Path
from ingest.pipeline import ingest_guidance
from knowledge.encoder import HashEncoder
from knowledge.settings import LibrarySettings
home, folder, sources, dimensions = sys.argv[1:]
ingest_guidance(
    LibrarySettings(home=Path(home)), folder=Path(folder), sources=Path(sources),
    encoder=HashEncoder(int(dimensions)),
    on_progress=lambda progress: print(progress.step, flush=True),
)
print("done", flush=True)
"""


class Bench:
    """A copy of some guides, an index of them, and what has been done to both."""

    def __init__(self, work: Path, seed: int) -> None:
        """Copy every n-th shipped guide into ``work``."""
        self.random = random.Random(seed)  # noqa: S311 - no secret
        self.home, self.folder = work / "home", work / "guidance"
        shelf = iter_guide_paths()
        self.guides = [self._copy(path) for path in shelf[:: max(1, len(shelf) // GUIDES)]]
        shutil.copy(GUIDANCE_FOLDER / TOPICS_FILE, self.folder)
        self.texts = {path: path.read_text(encoding="utf-8") for path in self.guides}
        self.away: Path | None = None

    def _copy(self, path: Path) -> Path:
        copy = self.folder / path.relative_to(GUIDANCE_FOLDER)
        copy.parent.mkdir(parents=True, exist_ok=True)
        return Path(shutil.copy(path, copy))

    def change(self, run: int) -> None:
        """Rewrite some guides, take one away and bring the last one back."""
        if self.away:
            self.away.write_text(self.texts[self.away], encoding="utf-8")
        changed = self.random.sample(self.guides, 9)
        for path in changed[1:]:
            text = self.texts[path].replace("## What to do", f"Word {run} is new.\n\n## What to do")
            path.write_text(text, encoding="utf-8")
        self.away = changed[0]
        self.away.unlink()

    def start(self, dimensions: int) -> "subprocess.Popen[str]":
        """Start an ingest in a process of its own that tells its steps."""
        arguments = [self.home, self.folder, SOURCES_FILE, dimensions]
        command = [sys.executable, "-c", _WORKER, *map(str, arguments)]
        return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)

    def finish(self, dimensions: int) -> dict[str, float]:
        """Let an ingest run to its end and return how many seconds each step took."""
        process = self.start(dimensions)
        assert process.stdout
        told = [(line.strip(), time.perf_counter()) for line in process.stdout]
        if process.wait() != 0 or told[-1][0] != "done":
            raise SystemExit(f"FAILED: a run that nobody killed ended with {process.returncode}")
        first = {step: min(at for s, at in told if s == step) for step, _ in told}
        order = [*first]
        return {a: first[b] - first[a] for a, b in itertools.pairwise(order)}

    def kill(self, dimensions: int, step: str, seconds: float) -> str:
        """Kill an ingest some seconds into a step; return the step it was in, or "done"."""
        process = self.start(dimensions)
        assert process.stdout
        last = ""
        for line in process.stdout:
            last = line.strip()
            if last in (step, "done"):
                break
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        rest = [line.strip() for line in process.stdout]
        process.wait()
        return [last, *rest][-1]


def check(bench: Bench, dimensions: int) -> dict[str, int]:
    """Return what is there once catalogue, full text and Chroma agree; an `AssertionError` if not."""
    settings, encoder = LibrarySettings(home=bench.home), HashEncoder(dimensions)
    fresh = LibrarySettings(home=bench.home.with_name("fresh"))
    ingest_guidance(fresh, folder=bench.folder, encoder=encoder)
    with (
        closing(Catalogue(settings.catalogue_path)) as catalogue,
        closing(Catalogue(fresh.catalogue_path)) as wanted,
        closing(DenseIndex(settings, GUIDANCE)) as index,
    ):
        assert catalogue._db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        catalogue._db.execute("INSERT INTO full_text (full_text) VALUES ('integrity-check')")
        assert catalogue.get("dirty") == "0", "the dense index has not followed"
        assert catalogue.hashes(GUIDANCE) == wanted.hashes(GUIDANCE)
        assert catalogue.chunks(GUIDANCE) == wanted.chunks(GUIDANCE)
        assert catalogue.questions(GUIDANCE) == wanted.questions(GUIDANCE)
        assert set(catalogue.full_text.rows(GUIDANCE).values()) == set(
            wanted.full_text.rows(GUIDANCE).values()
        )
        counts = catalogue.counts()
        ids, rows = index_rows(catalogue, GUIDANCE, encoder.name)
        assert len(ids) == counts["chunk"] + counts["question"] == index.count()
        assert index.ids() == set(ids)
        lost = index.find_lost(ids, rows)
        assert not lost, f"{len(lost)} vectors do not find themselves, such as {lost[0]}"
        return counts | {"vectors": index.count()}


def run(kills: int, seed: int = 7) -> None:
    """Kill, finish, check and print."""
    started = time.perf_counter()
    killed: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="kill-") as work:
        bench = Bench(Path(work), seed)
        durations: dict[str, float] = {}
        for n in range(kills):
            bench.change(n)
            dimensions = 256 if n % 10 >= 8 else 512
            step = STEPS[n % len(STEPS)]
            if n % 25 == 0:  # from time to time a whole run, to know how long each step takes
                durations = bench.finish(dimensions)
                bench.change(-n)
            killed[bench.kill(dimensions, step, bench.random.uniform(0, durations[step]))] += 1
        durations = bench.finish(512)
        counts = check(bench, 512)
    by_step = ", ".join(f"{killed[step]} while {step}" for step in STEPS if killed[step])
    print(f"{kills} kills: {by_step}, {killed['done']} came too late")
    print(f"then one run of {sum(durations.values()):.2f} s, and all is whole: {counts}")
    print(f"integrity ok, the same as a fresh ingest; {time.perf_counter() - started:.0f} s in all")


if __name__ == "__main__":
    run(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
