"""How follow-ups find their guide under other shares than those of `assistant/reading.py`.

    MENTOR_HOME=… python benchmarks/follow_ups.py

Each of `eval/datasets/follow_ups.jsonl` is asked behind the question it goes on about. Printed are
nDCG@10 of those that stay with their guide and of those that move to another, for shares of the
score that a follow-up's own words and its subject have beside both as one text; last, the question
written out in full.
"""

import math
from collections.abc import Mapping

import numpy as np

import assistant.reading
from assistant.act import Act
from assistant.build import build_assistant
from assistant.profile import stated_profile
from assistant.ranking import Retrieved
from assistant.reading import search_for
from assistant.retriever import Retriever
from assistant.settings import AssistantSettings
from assistant.shape import find_shape
from assistant.understand import Subject, go_on
from eval.dataset import load_follow_ups
from eval.line import FollowUp

SHARES = ((0.4, 0.2), (0.2, 0.2), (0.3, 0.3), (0.5, 0.0), (0.6, 0.1), (0.8, 0.1))
KINDS = ("stays", "moves")


def main() -> None:
    """Print a line for each pair of shares."""
    retriever = build_assistant(AssistantSettings.load()).retriever()
    lines = load_follow_ups()
    shipped: Mapping[Act, tuple[float, float]] = assistant.reading.BESIDE
    for shares in SHARES:
        assistant.reading.BESIDE = {Act.FOLLOW: shares}
        told = _told(lines, [_of_follow_up(retriever, line) for line in lines])
        mark = "  as shipped" if shares == shipped[Act.FOLLOW] else ""
        print(f"own words {shares[0]:.1f}, subject {shares[1]:.1f}: {told}{mark}", flush=True)
    print(f"written out in full: {_told(lines, [_of_whole(retriever, line) for line in lines])}")


def _told(lines: tuple[FollowUp, ...], values: list[float]) -> str:
    """Return the mean of each kind."""
    table = {
        kind: [v for v, line in zip(values, lines, strict=True) if line.kind == kind]
        for kind in KINDS
    }
    return ", ".join(f"{kind} {np.mean(part):.3f} (n={len(part)})" for kind, part in table.items())


def _of_follow_up(retriever: Retriever, line: FollowUp) -> float:
    profile = stated_profile(line.audience, None, None)
    about = retriever.mend(line.about)
    lead = retriever.search(retriever.read(about), profile).documents[0].document.id
    subject = Subject(about, lead, ())
    text = retriever.mend(line.follow)
    follow = go_on(Act.FOLLOW, find_shape(text), text, subject)
    found = search_for(retriever, follow, retriever.read(text), profile, subject)
    return _gain(found, line.guide)


def _of_whole(retriever: Retriever, line: FollowUp) -> float:
    profile = stated_profile(line.audience, None, None)
    found = retriever.search(retriever.read(line.standalone), profile)
    return _gain(found, line.guide)


def _gain(found: Retrieved, guide: str) -> float:
    """Return nDCG@10 where one guide is right: 1 / log2(1 + its rank)."""
    first = [ranked.document.id for ranked in found.documents[:10]]
    return 1 / math.log2(2 + first.index(guide)) if guide in first else 0.0


if __name__ == "__main__":
    main()
