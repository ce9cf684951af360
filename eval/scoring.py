"""From the outcomes of a run to everything a report holds: scores, derived figures, agreement."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from assistant.build import Assistant
from eval.calibration import Calibration, calibrate
from eval.correction import build_corrected
from eval.derived import build_derived
from eval.graded import count_graded, load_graded
from eval.judge import Judge
from eval.judge_note import JudgeNote
from eval.judge_score import hold_to_hand, note_of, score_with_judge
from eval.labelled_pair import load_quoted
from eval.nugget_matcher import Agreement, NuggetMatcher, load_matcher
from eval.nugget_score import score_nuggets
from eval.outcome import Outcome, Score
from eval.report import EVERY, Extras, Figure
from eval.run import Bench, OnCase
from eval.scorers import score_all
from eval.vector_cache import VectorCache
from knowledge.errors import ChatModelConfigError

SENTENCES = "sentences.npz"


@dataclass(frozen=True, slots=True)
class Scored:
    """What was made of a run's outcomes."""

    scores: list[Score]
    figures: list[Figure]
    extras: Extras


async def score_run(
    bench: Bench,
    outcomes: Sequence[Outcome],
    tell: OnCase,
    judge: Judge | None = None,
    judged: int | None = None,
) -> Scored:
    """Score a run; a judge is first held to the hand labels, then grades ``judged`` replies."""
    snapshot = bench.retriever.snapshot
    scores = score_all(
        outcomes,
        {chunk.id: chunk for chunk in snapshot.chunks},
        {document.id: document for document in snapshot.documents},
    )
    matcher = _open_matcher(bench.assistant, outcomes, tell)
    agreement: tuple[Agreement, ...] = ()
    if matcher is not None:
        scores += score_nuggets(outcomes, matcher)
        agreement = matcher.file.agreement
    note: JudgeNote | None = None
    if judge is not None:
        note = await hold_to_hand(judge, load_quoted())
        scores += await score_with_judge(judge, outcomes, judged)
        note = note_of(judge, note.n, note.kappa, note.precision, note.recall)
    calibration = calibrate(outcomes)
    figures = [
        *build_derived(outcomes, scores),
        *build_corrected(scores, agreement),
        *(_calibration_figures(calibration) if calibration else ()),
    ]
    extras = Extras(
        matcher=agreement,
        calibration=calibration,
        graded=count_graded(load_graded(), outcomes),
        judge=note,
    )
    return Scored(scores, figures, extras)


def find_judge(assistant: Assistant) -> Judge:
    """Return the configured chat model as a judge.

    Raises:
        ChatModelConfigError: when none is configured.
    """
    if assistant.parts.model is None:
        raise ChatModelConfigError(
            "--judge needs a chat model and none is configured. Set MENTOR_CHAT_MODEL, for example "
            "openai:gpt-4o-mini or ollama:llama3.2"
        )
    return Judge(assistant.parts.model, assistant.parts.engine)


def _open_matcher(
    assistant: Assistant, outcomes: Sequence[Outcome], tell: OnCase
) -> NuggetMatcher | None:
    """Return the matcher where there is anything for it to judge."""
    if not any(outcome.case.needs for outcome in outcomes):
        return None
    path = assistant.settings.home / "eval" / SENTENCES
    told = partial(tell, "embedding, sentences of replies")
    return load_matcher(VectorCache(assistant.encoder, path, told))


def _calibration_figures(found: Calibration) -> list[Figure]:
    return [
        Figure(
            dataset=EVERY,
            measure="expected calibration error",
            value=found.error,
            low=found.error_low,
            high=found.error_high,
            n=found.n,
        ),
        Figure(
            dataset=EVERY,
            measure="AUROC, answerable",
            value=found.area,
            low=found.area_low,
            high=found.area_high,
            n=found.n,
        ),
    ]
