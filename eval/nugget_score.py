"""Nugget recall: which points of a good answer a reply makes, ours beside rivals of one length.

Recall is the share of a question's points, then the mean over questions (Voorhees, 2003; Pradeep et
al., 2024). *Strict* counts a point that is made in full, *partly ½* counts a point made in part as a
half. Verdicts are the matcher's, so every figure stands beside the matcher's agreement.
"""

from collections.abc import Iterator, Sequence

from eval.case import Case, Nugget
from eval.labelled_pair import WORTH
from eval.nugget_feature import PointInReply
from eval.nugget_matcher import Match, NuggetMatcher
from eval.outcome import OURS, Outcome, Score

VITAL = "vital nugget recall"
VITAL_HALF = "vital nugget recall, partly ½"
ALL = "nugget recall"


def score_nuggets(outcomes: Sequence[Outcome], matcher: NuggetMatcher) -> list[Score]:
    """Score every reply, and what rivals handed over, for each answerable case with points."""
    asked = [
        (outcome.case, system, text)
        for outcome in outcomes
        if _is_scored(outcome)
        for system, text in _texts_of(outcome)
    ]
    pairs = [
        PointInReply(nugget.point, nugget.importance, text)
        for case, _, text in asked
        for nugget in case.needs
    ]
    matches = iter(matcher.match(pairs))
    scores: list[Score] = []
    for case, system, _ in asked:
        scores += _score_case(case, system, [(nugget, next(matches)) for nugget in case.needs])
    return scores


def _is_scored(outcome: Outcome) -> bool:
    case = outcome.case
    return bool(
        case.needs
        and outcome.reply is not None
        and not outcome.error
        and case.expect in {None, "answer"}
    )


def _texts_of(outcome: Outcome) -> Iterator[tuple[str, str]]:
    if outcome.reply is not None:
        yield OURS, outcome.reply.text
    yield from outcome.answers.items()


def _score_case(case: Case, system: str, found: list[tuple[Nugget, Match]]) -> Iterator[Score]:
    vital = [(nugget, match) for nugget, match in found if nugget.importance == "vital"]
    reason = "missing, by the matcher: " + "; ".join(
        f"{nugget.point}{' (partly there)' if match.label == 'partly' else ''}"
        for nugget, match in vital
        if match.label != "supported"
    )
    for measure, part, half in (
        (VITAL, vital, False),
        (VITAL_HALF, vital, True),
        (ALL, found, False),
    ):
        if part:
            worth = [WORTH[m.label] if half else float(m.label == "supported") for _, m in part]
            value = sum(worth) / len(worth)
            yield Score(measure, case.dataset, case.id, value, system, case.kind, reason)
