"""Warm latency of a reply by stage, in process, over the real questions: p50 and p95.

    MENTOR_HOME=… python benchmarks/latency.py [rounds]

Each round asks every answerable question once, in a scratch memory. Beside it stands the time of
one short query's vector, so that a busy machine shows itself: on two quiet cores it is 1 to 2 ms.
"""

import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path

from assistant.build import build_assistant
from assistant.conversation import Question, Timings
from assistant.memory import Memory
from assistant.settings import AssistantSettings
from eval.dataset import load_dataset
from eval.measure import STAGES
from eval.metrics import percentile

SHORT = "How do I ask somebody to mentor me?"


async def measure(rounds: int) -> tuple[list[Timings], list[float], list[float]]:
    """Return timings of each answer, their wall-clock times, and times of a short query's vector."""
    assistant = build_assistant(AssistantSettings.load())
    assistant.retriever().warm()  # as a server does by itself after its start
    cases = [case for case in load_dataset("questions").cases if case.expect == "answer"]
    timings, walls, probes = [], [], []
    with tempfile.TemporaryDirectory() as scratch:
        assistant.memory = Memory(Path(scratch) / "memory.sqlite")
        for _ in range(3):
            await assistant.answer(Question(text=SHORT))
        for case in cases * rounds:
            since = time.perf_counter()
            assistant.encoder.embed_query(SHORT)
            probes.append((time.perf_counter() - since) * 1e3)
            question = Question(text=case.question, audience=case.audience, stage=case.stage)
            since = time.perf_counter()
            reply = await assistant.answer(question)
            if reply.kind in {"answer", "clarify"}:
                walls.append((time.perf_counter() - since) * 1e3)
                timings.append(reply.timings_ms)
        await assistant.aclose()
    return timings, walls, probes


def main() -> None:
    """Measure and print."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 2
    timings, walls, probes = asyncio.run(measure(rounds))
    print(
        f"{len(timings)} answers; load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    print(f"{'stage':<22}{'p50 ms':>8}{'p95 ms':>8}")
    for stage in STAGES:
        _print_row(stage, [getattr(timing, stage) for timing in timings])
    _print_row("with memory, outside", walls)
    _print_row("one short vector", probes)


def _print_row(name: str, values: list[float]) -> None:
    print(f"{name:<22}{percentile(values, 50):>8.1f}{percentile(values, 95):>8.1f}")


if __name__ == "__main__":
    main()
