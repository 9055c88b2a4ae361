"""Whether a run has proved anything: of all of it, so that shards are asked only when they are joined."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from specmill.contract.values import Finding
from specmill.values import Operation

DENIED = "every call was answered by 401 or 403: give credentials with --user or --token"
NEVER_REFUSED = "no schema of the document ever refused anything, so nothing was proved"


@dataclass(slots=True)
class Tally:
    """What a run counts as it goes."""

    cases: int = 0
    accepted: int = 0
    succeeded: int = 0  # by their status, whatever the report says
    denied: int = 0
    refused: bool = False  # whether a schema of the document ever refused anything
    by_operation: dict[str, int] = field(default_factory=dict)  # how many were accepted

    @property
    def is_all_denied(self) -> bool:
        return 0 < self.denied == self.cases


def nothing_proved(tally: Tally, unnamed: Iterable[str]) -> str:
    """Why, or nothing. ``unnamed`` are parameters of paths that were left to chance: what they name may be missing."""
    if tally.is_all_denied:
        return DENIED
    if not tally.accepted:
        what = "no report says that a record was accepted" if tally.succeeded else "no call was answered by 2xx"
        options = " ".join(f"--param {name}=…" for name in unnamed)
        hint = f"; name what is there, with {options}" if options else ""
        return f"{what}, so nothing was proved{hint}"
    return "" if tally.refused else NEVER_REFUSED


def never_accepted(operation: str, pointer: str) -> Finding:
    expected, got = "to be accepted at least once", "never"
    sent = "all that its schemas allow"
    return Finding("accepts", operation, "", "any call", sent, expected, got, pointer, kind="observation")


def joined(some: Iterable[Tally]) -> Tally:
    whole = Tally()
    for one in some:
        whole.cases += one.cases
        whole.accepted += one.accepted
        whole.succeeded += one.succeeded
        whole.denied += one.denied
        whole.refused = whole.refused or one.refused
        for name, count in one.by_operation.items():
            whole.by_operation[name] = whole.by_operation.get(name, 0) + count
    return whole


def unnamed_of(operations: Iterable[Operation], given: Iterable[str]) -> tuple[str, ...]:
    known = (parameter for one in operations for parameter in one.parameters if parameter.location == "path")
    return tuple(dict.fromkeys(one.name for one in known if one.name not in set(given)))


def tally_as_json(tally: Tally) -> dict[str, Any]:
    names = ("cases", "accepted", "succeeded", "denied", "refused", "by_operation")
    return {name: getattr(tally, name) for name in names}
