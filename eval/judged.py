"""Held-out replies judged by hand, point by point and as a whole: what the matcher cannot say.

    python -m eval.judged

`datasets/judged.jsonl` holds, for each held-out question and two systems, the reply as it was read
(at the same number of words), a label for each vital point, and what an experienced mentor would do
with it. The order of the two was random; their looks give them away, so this is not blind.
"""

import sys
from collections import Counter
from collections.abc import Sequence

import numpy as np

from eval.graded import GRADES
from eval.labelled_pair import JudgedReply, load_judged
from eval.metrics import RESAMPLES, SEED


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> tuple[float, float, float]:
    """Return the ratio of two paired means with its 95% interval, bootstrapped over questions."""
    pairs = np.array([ours, theirs])
    rng = np.random.default_rng(SEED)
    drawn = pairs[:, rng.integers(0, pairs.shape[1], (RESAMPLES, pairs.shape[1]))].mean(axis=2)
    low, high = np.percentile(drawn[0] / np.maximum(drawn[1], 1e-9), [2.5, 97.5])
    return float(np.mean(ours) / max(float(np.mean(theirs)), 1e-9)), float(low), float(high)


def main() -> None:
    """Print vital nugget recall and grades of each system, and ours against the rival's."""
    replies = load_judged()
    systems: dict[str, dict[str, JudgedReply]] = {}
    for reply in replies:
        systems.setdefault(reply.system, {})[reply.question] = reply
    write = sys.stdout.write
    for system, judged in systems.items():
        grades = Counter(reply.grade for reply in judged.values())
        told = ", ".join(f"{grade} {grades[grade]}" for grade in GRADES)
        write(f"{system} (n={len(judged)}): {told}\n")
    both = sorted(set.intersection(*(set(judged) for judged in systems.values())))
    ours, rival = systems["ours"], systems["naive"]
    for name, half in (("supported only", False), ("partly counts half", True)):
        mine = [ours[question].share(half=half) for question in both]
        theirs = [rival[question].share(half=half) for question in both]
        value, low, high = ratio(mine, theirs)
        write(
            f"vital nugget recall, {name} (n={len(both)}): ours {np.mean(mine):.3f}, "
            f"naive {np.mean(theirs):.3f}, ratio {value:.2f} ({low:.2f} to {high:.2f})\n"
        )


if __name__ == "__main__":
    main()
