"""Ways to read the library's questions once: how long each takes, and what it does to their vectors.

    MENTOR_HOME=… python benchmarks/stored_questions.py [questions]

Compared in one run, each twice, the better time told: the fp32 graph in batches, as passages are
read, and the int8 graph one question at a time on all cores, as questions are. The cosine is
between the two vectors of each question.
"""

import random
import sys
import time
from collections.abc import Callable

from assistant.settings import AssistantSettings
from knowledge.encoder import Vectors, load_encoder
from knowledge.library import GUIDANCE_FOLDER
from knowledge.phrasing import load_phrasings

ROUNDS = 2


def measure(embed: Callable[[list[str]], Vectors], texts: list[str]) -> tuple[Vectors, float]:
    """Return the vectors of the texts and the seconds of the faster round."""
    times = []
    for _ in range(ROUNDS):
        since = time.perf_counter()
        rows = embed(texts)
        times.append(time.perf_counter() - since)
    return rows, min(times)


def main() -> None:
    """Print both times, their ratio, and the cosines."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    phrasings = load_phrasings(GUIDANCE_FOLDER.with_name("phrasings.yaml"))
    every = sorted(text for texts in phrasings.values() for text in texts)
    texts = random.Random(7).sample(every, count)  # noqa: S311 - a sample, no secret
    encoder = load_encoder(AssistantSettings.load().library)
    encoder.embed_documents(texts[:32])
    encoder.embed_queries(texts[:32])
    exact, slow = measure(encoder.embed_documents, texts)
    small, fast = measure(encoder.embed_queries, texts)
    cosines = (exact * small).sum(axis=1)
    print(f"{count} questions: fp32 in batches {slow:.2f} s, int8 one by one {fast:.2f} s")
    print(f"ratio {fast / slow:.2f}; cosine mean {cosines.mean():.4f}, lowest {cosines.min():.4f}")


if __name__ == "__main__":
    main()
