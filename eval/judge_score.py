"""Scores by a judge, and how far that judge agrees with the hand labels; see `eval/judge.py`."""

import asyncio
from collections.abc import Iterator, Sequence

import numpy as np

from assistant.conversation import Reply
from eval.agreement import cohen_kappa, precision_recall
from eval.case import Case
from eval.dataset import load_dataset
from eval.judge import PROMPTS, Judge, ReplyVerdict, hash_prompt
from eval.judge_note import JudgeNote
from eval.labelled_pair import WORTH, Label, LabelledPair
from eval.metrics import SEED
from eval.outcome import OURS, Outcome, Score
from eval.scorers import is_answered, replied

SAMPLE = 40
"""Replies of the labelled pairs the judge is held to, about a hundred pairs."""


async def hold_to_hand(
    judge: Judge, pairs: Sequence[LabelledPair], sample: int = SAMPLE
) -> JudgeNote:
    """Let the judge label a fixed sample of the labelled pairs, and compare."""
    by_reply: dict[tuple[str, str], list[LabelledPair]] = {}
    for pair in pairs:
        by_reply.setdefault((pair.question, pair.system), []).append(pair)
    groups = list(by_reply.values())
    order = np.random.default_rng(SEED).permutation(len(groups))[:sample]
    chosen = [groups[int(place)] for place in sorted(order)]
    asked = {case.id: case.question for case in load_dataset("questions", part="all").cases}
    found = await asyncio.gather(
        *(
            judge.judge_points(
                asked.get(group[0].question, ""), group[0].reply, [pair.point for pair in group]
            )
            for group in chosen
        )
    )
    both = [
        (pair.label == "supported", label == "supported")
        for group, labels in zip(chosen, found, strict=True)
        for pair, label in zip(group, labels or (), strict=False)
    ]
    truth, verdicts = [one for one, _ in both], [other for _, other in both]
    precision, recall = precision_recall(truth, verdicts)
    return note_of(judge, len(both), cohen_kappa(truth, verdicts), precision, recall)


def note_of(judge: Judge, n: int, kappa: float, precision: float, recall: float) -> JudgeNote:
    """Return the note with what the judge has left unscored so far."""
    return JudgeNote(
        model=judge.name,
        prompts={name: hash_prompt(name) for name in PROMPTS},
        n=n,
        kappa=kappa,
        precision=precision,
        recall=recall,
        asked=judge.asked,
        unscored=judge.unscored,
        problem=judge.problem,
    )


async def score_with_judge(
    judge: Judge, outcomes: Sequence[Outcome], limit: int | None = None
) -> list[Score]:
    """Score the answers to single questions with points, the first ``limit`` of them."""
    rows = [(c, r) for c, r in replied(outcomes) if c.needs and not c.thread and is_answered(r)]
    found = await asyncio.gather(*(_score_one(judge, *row) for row in rows[:limit]))
    return [score for scores in found for score in scores]


async def _score_one(judge: Judge, case: Case, reply: Reply) -> list[Score]:
    vital = [nugget.point for nugget in case.needs if nugget.importance == "vital"]
    labels = await judge.judge_points(case.question, reply.text, vital) if vital else None
    verdict = await judge.judge_reply(case.question, reply.text)
    return [*_point_scores(case, labels), *_reply_scores(case, verdict)]


def _point_scores(case: Case, labels: Sequence[Label] | None) -> Iterator[Score]:
    if labels:
        full = sum(label == "supported" for label in labels) / len(labels)
        half = sum(WORTH[label] for label in labels) / len(labels)
        yield _score("judged vital recall", case, full)
        yield _score("judged vital recall, partly ½", case, half)


def _reply_scores(case: Case, verdict: ReplyVerdict | None) -> Iterator[Score]:
    if verdict is None:
        return
    shown = verdict.manner
    missing = ", ".join(name.replace("_", " ") for name, there in shown.items() if not there)
    yield _score("judged helpfulness", case, verdict.helpfulness)
    share = sum(shown.values()) / len(shown)
    yield _score("judged manner", case, share, f"missing: {missing}" if missing else "")
    for name, there in shown.items():
        yield _score(f"manner: {name.replace('_', ' ')}", case, there)


def _score(measure: str, case: Case, value: float, reason: str = "") -> Score:
    return Score(measure, case.dataset, case.id, float(value), OURS, case.kind, reason)
