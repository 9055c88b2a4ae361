"""Where the reports of a run say that its records are stored: no two have one place, whatever stream they came in.

This holds also where others write to the same partitions. That nothing is left out does not, so it is not asked here.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from specmill.contract.marks import Sequence
from specmill.document.pointers import find, split
from specmill.values import JSON

Last = dict[Hashable, int]  # by partition: the last number in one stream


class Places:
    """Of the records of one operation. ``wrong`` is the first that cannot be."""

    def __init__(self) -> None:
        self.wrong: tuple[str, str] | None = None  # what was expected, and what came
        self.stream: Any = None  # that shows it
        self._taken: set[tuple[str, Hashable, int]] = set()

    def note(self, sequence: Sequence, target: str, last: Last, report: JSON) -> bool:
        """Of a record that was accepted, in the order of its stream. Whether it can be."""
        number, group = find(report, split(sequence.value)), find(report, split(sequence.per))
        if not isinstance(number, int) or isinstance(group, (dict, list)):
            return True
        name = sequence.value.lstrip("/")
        before, place = last.get(group), (target, group, number)
        if before is not None and number <= before:
            self.wrong = f"{name} above {before}, that of the record before it in {group}", str(number)
        elif place in self._taken:
            self.wrong = f"{name} of its own in {group}", f"{number}, which another record has"
        last[group] = number
        self._taken.add(place)
        return self.wrong is None
