"""Two reports side by side: what changed, case by case, and whether it is more than chance."""

from collections.abc import Iterator
from dataclasses import dataclass

from eval.measure import MEASURES
from eval.metrics import Estimate, paired_difference
from eval.outcome import OURS
from eval.report import Report

CHANGED = 10


@dataclass(frozen=True, slots=True)
class CaseChange:
    """One case whose value moved."""

    case: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Change:
    """A measure in two runs, over the cases both ran; ``difference`` is after minus before."""

    dataset: str
    measure: str
    before: float
    after: float
    difference: Estimate
    moved: tuple[CaseChange, ...]

    @property
    def is_certain(self) -> bool:
        """Tell whether the 95% interval of the difference leaves out 0."""
        return self.difference.low > 0 or self.difference.high < 0

    @property
    def direction(self) -> int:
        """Return 1 for better, -1 for worse, 0 for neither."""
        signed = self.difference.value * MEASURES[self.measure].better
        return 0 if signed == 0 else 1 if signed > 0 else -1


def compare(before: Report, after: Report) -> list[Change]:
    """Return every measure of ours that both reports hold, in the order of the second."""
    return list(_iter_changes(before, after))


def _iter_changes(before: Report, after: Report) -> Iterator[Change]:
    for dataset, measures in after.values.items():
        for measure, systems in measures.items():
            old = before.values.get(dataset, {}).get(measure, {}).get(OURS, {})
            new = systems.get(OURS, {})
            shared = [case for case in new if case in old]
            if shared and measure in MEASURES:
                yield _change(dataset, measure, shared, old, new)


def _change(
    dataset: str, measure: str, shared: list[str], old: dict[str, float], new: dict[str, float]
) -> Change:
    moved = [CaseChange(case, old[case], new[case]) for case in shared if old[case] != new[case]]
    moved.sort(key=lambda change: (-abs(change.after - change.before), change.case))
    one, other = [old[case] for case in shared], [new[case] for case in shared]
    return Change(
        dataset=dataset,
        measure=measure,
        before=sum(one) / len(shared),
        after=sum(other) / len(shared),
        difference=paired_difference(other, one),
        moved=tuple(moved[:CHANGED]),
    )
