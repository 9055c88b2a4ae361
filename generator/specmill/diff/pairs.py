"""Which operations of two documents are the same one: by address, else by operationId, else by nothing."""

from __future__ import annotations

from dataclasses import dataclass

from specmill.diff.sides import Side, address_of
from specmill.values import Operation


@dataclass(frozen=True, slots=True)
class Pairs:
    both: tuple[tuple[Operation, Operation], ...]
    removed: tuple[Operation, ...]
    added: tuple[Operation, ...]


def pairs_of(old: Side, new: Side) -> Pairs:
    same = [(one, new.operations[at]) for at, one in old.operations.items() if at in new.operations]
    gone = [one for at, one in old.operations.items() if at not in new.operations]
    come = {one.id: one for at, one in new.operations.items() if at not in old.operations}
    moved = [(one, come[one.id]) for one in gone if one.id in come]
    known = {one.id for one, _ in moved}
    both = (*same, *moved)
    return Pairs(
        both,
        tuple(one for one in gone if one.id not in known),
        tuple(one for identity, one in come.items() if identity not in known),
    )


def has_moved(old: Operation, new: Operation) -> bool:
    return address_of(old) != address_of(new)
