"""What an ingest has to do: a pure set difference over content addresses."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """Documents by id: what to add, replace, remove and leave alone; each sorted."""

    added: tuple[str, ...]
    updated: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to do."""
        return not (self.added or self.updated or self.removed)


def plan(stored: Mapping[str, str], wanted: Mapping[str, str], *, remove: bool) -> Plan:
    """Compare content hashes by document id.

    ``remove`` says whether a stored document that is not wanted any more is to go: true for the
    guidance and for a folder kept in step, false when single files are added.
    """
    both = stored.keys() & wanted.keys()
    return Plan(
        added=tuple(sorted(wanted.keys() - stored.keys())),
        updated=tuple(sorted(id for id in both if stored[id] != wanted[id])),
        removed=tuple(sorted(stored.keys() - wanted.keys())) if remove else (),
        unchanged=tuple(sorted(id for id in both if stored[id] == wanted[id])),
    )
