"""Figures that are not the mean of one score: ratios and differences of means over the same cases.

Intervals are paired bootstraps over cases. A follow-up is any message after the first one of a
conversation that has labelled guides, a change of subject included.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from eval.metrics import Estimate, paired_difference, paired_ratio
from eval.naive import NAIVE
from eval.nugget_score import VITAL, VITAL_HALF
from eval.outcome import OURS, RAW_WORDS, STANDALONE, Outcome, Score
from eval.report import Figure

_Key = tuple[str, str]
_Keep = Callable[[_Key], bool]
RANKING = "nDCG@10"


def build_derived(outcomes: Sequence[Outcome], scores: Sequence[Score]) -> Iterator[Figure]:
    """Yield retention and gain of follow-ups, retention under slips, and nuggets over naive."""
    cases = {(outcome.case.dataset, outcome.case.id): outcome.case for outcome in outcomes}
    tables = _tables(scores)
    for dataset in dict.fromkeys(dataset for dataset, _ in cases):

        def later(key: _Key, dataset: str = dataset) -> bool:
            return key[0] == dataset and key in cases and cases[key].turn > 1

        def there(key: _Key, dataset: str = dataset) -> bool:
            return key[0] == dataset and not cases[key].thread if key in cases else False

        yield from _compare(tables, "follow-up retention", dataset, STANDALONE, later)
        yield from _compare(tables, "follow-up gain", dataset, RAW_WORDS, later)
        if dataset == "perturbed":
            yield from _compare(tables, "retention under slips", dataset, STANDALONE, there)
            for kind in sorted({cases[key].kind for key in cases if key[0] == dataset}):

                def alike(key: _Key, kind: str = kind, dataset: str = dataset) -> bool:
                    return key[0] == dataset and key in cases and cases[key].kind == kind

                yield from _compare(
                    tables, "retention under slips", dataset, STANDALONE, alike, kind
                )
        for measure in (VITAL, VITAL_HALF):
            yield from _compare(tables, f"{measure} over naive", dataset, NAIVE, there, of=measure)


def _tables(scores: Sequence[Score]) -> dict[_Key, dict[_Key, float]]:
    """Return measure and system to case to value."""
    tables: dict[_Key, dict[_Key, float]] = {}
    for score in scores:
        table = tables.setdefault((score.measure, score.system), {})
        table[score.dataset, score.case] = score.value
    return tables


def _compare(
    tables: Mapping[_Key, Mapping[_Key, float]],
    measure: str,
    dataset: str,
    against: str,
    keep: _Keep,
    group: str = "",
    of: str = RANKING,
) -> Iterator[Figure]:
    ours, theirs = tables.get((of, OURS), {}), tables.get((of, against), {})
    shared = [key for key in ours if key in theirs and keep(key)]
    if not shared:
        return
    pair = [ours[key] for key in shared], [theirs[key] for key in shared]
    found: Estimate = (
        paired_difference(*pair) if measure == "follow-up gain" else paired_ratio(*pair)
    )
    yield Figure(
        dataset=dataset,
        measure=measure,
        group=group,
        value=found.value,
        low=found.low,
        high=found.high,
        n=found.n,
    )
