"""How far the lead of the first guide tells that it is the right one, on labelled questions.

    MENTOR_HOME=… python benchmarks/lead.py [held | fit]

For bands of the lead, in standard deviations, the share of questions that the first and the second
guide answer (grade 2). The fit half was trained on: only the held-out one says what to expect.
"""

import sys
from itertools import pairwise

import numpy as np

from assistant.build import build_assistant
from assistant.profile import stated_profile
from assistant.settings import AssistantSettings
from eval.case import ANSWERS
from eval.dataset import check_half, load_dataset

BANDS = (0.0, 0.2, 0.4, 0.6, 1.0, np.inf)


def main() -> None:
    """Print a line for each band."""
    half = check_half(sys.argv[1] if len(sys.argv) > 1 else "held")
    retriever = build_assistant(AssistantSettings.load()).retriever()
    rows = []
    for case in load_dataset("questions", part=half).cases:
        if ANSWERS not in case.guides.values():
            continue
        profile = stated_profile(case.audience, case.stage, case.phase)
        first, second = retriever.search(retriever.read(case.question), profile).documents[:2]
        right = [case.guides.get(found.document.id) == ANSWERS for found in (first, second)]
        rows.append((first.score - second.score, *right))
    table = np.array(rows, dtype=float)
    for low, high in pairwise(BANDS):
        part = table[(table[:, 0] >= low) & (table[:, 0] < high)]
        told = f"first {part[:, 1].mean():.2f}, second {part[:, 2].mean():.2f}" if len(part) else ""
        print(f"lead {low:.1f} to {high:.1f} (n={len(part)}): {told}")


if __name__ == "__main__":
    main()
