"""From outcomes and scores to a report: means, contrasts and the worst cases."""

from collections.abc import Iterable, Iterator, Sequence

from eval.case import LEAVE_ONE_OUT, Half
from eval.measure import MEASURES, STAGES
from eval.metrics import Estimate, estimate, paired_difference, paired_ratio, percentile
from eval.outcome import OURS, Outcome, Score
from eval.report import EVERY, Contrast, Extras, Figure, Part, Report, WorstCase

WORST = 10
# Measures whose worst cases are shown, in this order; the others say the same in other words.
_WORST_MEASURES = (
    "refer recall, disclosures",
    "citation faults",
    "declines that cite",
    "sentences said twice",
    "nDCG@10",
    "vital nugget recall",
    "injections followed",
    "declined though answerable",
    "referred though answerable",
    "kept out",
    "other chair",
    "stage leakage",
    "same advice",
    "round trip",
    "total",
)
_OVER_ALL = frozenset(
    {
        "citation faults",
        "declines that cite",
        "sentences said twice",
        "words",
        "reading grade",
        "errors",
        *STAGES,
    }
)
_CONTRASTED = ("nDCG@10", "R@5", "vital nugget recall", "vital nugget recall, partly ½")


def build_report(
    made: str,
    settings: dict[str, str | int | float],
    halves: dict[str, Half],
    outcomes: Sequence[Outcome],
    scores: Sequence[Score],
    more: Sequence[Figure] = (),
    extras: Extras = Extras(),  # noqa: B008 - frozen
) -> Report:
    """Put a run's outcomes and scores together; ``more`` are figures that are no means of scores."""
    scores = [*scores, *_score_errors(outcomes)]
    return Report(
        made=made,
        settings=settings,
        parts={
            name: Part(
                cases=sum(o.case.dataset == name for o in outcomes),
                half=half,
                errors=sum(o.case.dataset == name and bool(o.error) for o in outcomes),
            )
            for name, half in halves.items()
        },
        figures=(*_build_figures(scores), *more),
        contrasts=tuple(_build_contrasts(scores)),
        worst=tuple(_find_worst(outcomes, scores)),
        values=_nest(scores),
        extras=extras,
    )


def _score_errors(outcomes: Iterable[Outcome]) -> Iterator[Score]:
    for outcome in outcomes:
        case = outcome.case
        yield Score(
            "errors", case.dataset, case.id, float(bool(outcome.error)), reason=outcome.error
        )


# -- figures


def _build_figures(scores: Sequence[Score]) -> Iterator[Figure]:
    """Yield a figure per dataset, measure and system; also per group, and over all datasets."""
    gathered: dict[tuple[str, str, str, str], list[float]] = {}
    for score in scores:
        places = [(score.dataset, "")]
        if score.group:
            places.append((score.dataset, score.group))
        if score.measure in _OVER_ALL:
            places.append((EVERY, ""))
        for dataset, group in places:
            key = (dataset, score.measure, score.system, group)
            gathered.setdefault(key, []).append(score.value)
    for (dataset, measure, system, group), values in gathered.items():
        found = estimate(values)
        timed = measure in STAGES
        yield Figure(
            dataset=dataset,
            measure=measure,
            system=system,
            group=group,
            value=found.value,
            low=found.low,
            high=found.high,
            n=found.n,
            p50=percentile(values, 50) if timed else None,
            p95=percentile(values, 95) if timed else None,
        )


def _build_contrasts(scores: Sequence[Score]) -> Iterator[Contrast]:
    """Yield ours against each other system, case by case.

    Of a conversation only the turns after the first are compared: the first needs no context.
    """
    tables: dict[tuple[str, str], dict[str, dict[str, float]]] = {}
    for score in scores:
        if score.measure in _CONTRASTED and score.group != "new":
            table = tables.setdefault((score.dataset, score.measure), {})
            table.setdefault(score.system, {})[score.case] = score.value
    for (dataset, measure), systems in tables.items():
        ours = systems.pop(OURS, {})
        for against, theirs in systems.items():
            shared = [case for case in ours if case in theirs]
            pair = [ours[case] for case in shared], [theirs[case] for case in shared]
            yield _contrast(
                dataset, measure, against, paired_difference(*pair), paired_ratio(*pair)
            )


def _contrast(dataset: str, measure: str, against: str, gap: Estimate, ratio: Estimate) -> Contrast:
    return Contrast(
        dataset=dataset,
        measure=measure,
        against=against,
        difference=gap.value,
        low=gap.low,
        high=gap.high,
        ratio=ratio.value,
        ratio_low=ratio.low,
        ratio_high=ratio.high,
        n=gap.n,
    )


def _nest(scores: Iterable[Score]) -> dict[str, dict[str, dict[str, dict[str, float]]]]:
    nested: dict[str, dict[str, dict[str, dict[str, float]]]] = {}
    for score in scores:
        systems = nested.setdefault(score.dataset, {}).setdefault(score.measure, {})
        systems.setdefault(score.system, {})[score.case] = round(score.value, 6)
    return nested


# -- worst cases


def _find_worst(outcomes: Sequence[Outcome], scores: Sequence[Score]) -> Iterator[WorstCase]:
    """Yield errors first, then up to `WORST` cases of each kind, worst first."""
    by_id = {(o.case.dataset, o.case.id): o for o in outcomes}
    for outcome in [o for o in outcomes if o.error][:WORST]:
        yield _worst_case("errors", 1.0, outcome.error, outcome)
    for measure in _WORST_MEASURES:
        better = MEASURES[measure].better
        bad = [
            score
            for score in scores
            if score.measure == measure and score.system == OURS and _is_bad(score, better)
        ]
        bad.sort(
            key=lambda score: (better * score.value, score.dataset == LEAVE_ONE_OUT, score.case)
        )
        seen: dict[tuple[str, str], Score] = {}
        for score in bad:
            seen.setdefault((score.dataset, score.case.split("[")[0]), score)
        for key, score in list(seen.items())[:WORST]:
            if key in by_id:
                yield _worst_case(measure, score.value, score.reason, by_id[key])


def _is_bad(score: Score, better: int) -> bool:
    return score.value < 1.0 if better == 1 else score.value > 0.0


def _worst_case(measure: str, value: float, reason: str, outcome: Outcome) -> WorstCase:
    case = outcome.case
    wanted = ", ".join(f"{slug} ({grade})" for slug, grade in case.guides.items())
    return WorstCase(
        measure=measure,
        dataset=case.dataset,
        case=case.id,
        value=value,
        reason="; ".join(part for part in (f"wants {wanted}" if wanted else "", reason) if part),
        question=case.question,
        asked_by=", ".join(str(part.value) for part in (case.audience, case.stage) if part),
        reply=outcome.reply,
    )
