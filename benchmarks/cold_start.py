"""Ask one question of a cold process, ours and the one people would otherwise write.

    python benchmarks/cold_start.py [QUESTION]      # the index of MENTOR_HOME; made if it is not there

Ours is `mentor ask QUESTION --json`: a whole cited answer. The other one imports
sentence-transformers, loads the same packaged weights, opens a Chroma folder that holds the same
chunks and finds the nearest four. Each is started five times, by turns; medians are printed, with
where ours spends its time.
"""

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from knowledge.catalogue import Catalogue  # noqa: E402
from knowledge.document import GUIDANCE  # noqa: E402
from knowledge.settings import LibrarySettings  # noqa: E402
from knowledge.weights import packaged_weights  # noqa: E402

RUNS = 5
QUESTION = "I have my annual review in six weeks. How do I ask for a promotion?"
_ASK = "import sys; sys.argv[0] = 'mentor'; from assistant.cli import main; main()"
_USUAL = """
import json, sys
weights, folder, question = sys.argv[1:]
from sentence_transformers import SentenceTransformer
model = SentenceTransformer(weights, device="cpu", local_files_only=True)
import chromadb
collection = chromadb.PersistentClient(folder).get_collection("chunks", embedding_function=None)
vector = model.encode(question, normalize_embeddings=True, show_progress_bar=False)
found = collection.query(query_embeddings=[vector], n_results=4, include=["documents"])
print(json.dumps(found["documents"][0]))
"""
_QUIET = {"HF_HUB_OFFLINE": "1", "ANONYMIZED_TELEMETRY": "False", "LANGSMITH_TRACING": "false"}


def _run(command: list[str]) -> tuple[float, "subprocess.CompletedProcess[str]"]:
    """Return seconds from start to end, and what was printed."""
    environ = os.environ | _QUIET
    started = time.perf_counter()
    done = subprocess.run(
        command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - started
    if done.returncode != 0:
        raise SystemExit(f"{command[:3]} failed:\n{done.stderr}")
    return seconds, done


def _fill_chroma(folder: Path, settings: LibrarySettings) -> int:
    """Put the chunks and the vectors we have made of them into a Chroma folder; return how many."""
    import chromadb

    with closing(Catalogue(settings.catalogue_path, read_only=True)) as catalogue:
        texts = {chunk.id: chunk.text for chunk in catalogue.chunks(GUIDANCE)}
        found = catalogue.vectors.load("chunk", GUIDANCE, catalogue.get("encoder") or "")
    client = chromadb.PersistentClient(str(folder))
    collection = client.create_collection(
        "chunks", embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
    )
    for start in range(0, len(found.ids), 1000):
        ids = list(found.ids[start : start + 1000])
        rows = found.rows[start : start + 1000]
        collection.add(ids=ids, embeddings=rows, documents=[texts[id] for id in ids])
    count = int(collection.count())
    client.close()
    return count


def _import_times(report: str) -> Counter[str]:
    """Sum the milliseconds of `-X importtime` by top package; each module's own time only."""
    totals: Counter[str] = Counter()
    for line in report.splitlines():
        found = re.match(r"import time:\s+(\d+) \|\s+\d+ \|\s+([\w.]+)", line)
        if found:
            totals[found.group(2).split(".")[0]] += int(found.group(1)) / 1000  # type: ignore[assignment]
    return totals


def main() -> None:
    """Measure both and print."""
    question = " ".join(sys.argv[1:]) or QUESTION
    settings = LibrarySettings.load()
    ours = [sys.executable, "-c", _ASK, "ask", question, "--json"]
    if not settings.catalogue_path.is_file():
        print(f"no index in {settings.home}: making it once (some minutes)", file=sys.stderr)
        _run([sys.executable, "-c", _ASK, "ingest"])
    with tempfile.TemporaryDirectory(prefix="cold-") as folder:
        count = _fill_chroma(Path(folder), settings)
        usual = [sys.executable, "-c", _USUAL, str(packaged_weights()), folder, question]
        _run(ours), _run(usual)  # once each unmeasured, so that both find their files in memory
        times = [(_run(ours), _run(usual)) for _ in range(RUNS)]
    our, their = (statistics.median(pair[i][0] for pair in times) for i in (0, 1))
    reply = json.loads(times[-1][0][1].stdout)
    print(f"{question!r}, {count} chunks, {RUNS} runs each, {os.cpu_count()} cores")
    print(
        f"mentor ask --json           {our:6.2f} s   a {reply['kind']} with {len(reply['citations'])} citations"
    )
    print(f"sentence-transformers+Chroma {their:5.2f} s   the nearest 4 chunks")
    print(
        f"ratio                       {our / their:6.2f}   (under 0.33 and under 2.2 s are wanted)"
    )
    _say_where(ours, our, reply["timings_ms"])
    raise SystemExit(our > 2.2 or our / their > 1 / 3)


def _say_where(command: list[str], seconds: float, timings: dict[str, float]) -> None:
    bare = statistics.median(_run([sys.executable, "-c", "pass"])[0] for _ in range(RUNS))
    spent = _import_times(_run([command[0], "-X", "importtime", *command[1:]])[1].stderr)
    imports = sum(spent.values())
    answering = timings["total"]
    print("where ours goes (ms; imports as timed by -X importtime, which slows them a little):")
    print(f"  {bare * 1000:6.0f}  the interpreter itself")
    print(f"  {imports:6.0f}  imports, of which")
    for name, milliseconds in spent.most_common(10):
        print(f"  {milliseconds:12.0f}  {name}")
    print(
        f"  {answering:6.0f}  the turn: "
        + ", ".join(f"{name} {value:.0f}" for name, value in timings.items() if name != "total")
    )
    rest = seconds * 1000 - bare * 1000 - imports - answering
    print(f"  {max(0, rest):6.0f}  the rest: opening the catalogue, the encoder and the memory")


if __name__ == "__main__":
    main()
