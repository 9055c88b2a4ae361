"""A run in shards: its units of work dealt out, so that each is in one shard, and all of them are in some.

A unit is what is judged together: which of many failures is to blame shows only where all the cases that may have its
cause are seen. So the shards of a run find what the whole finds. The units and their order follow from the document
and what is asked for, never from a server or a clock; whoever deals them out anew gets the same.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from specmill.contract.properties import PROPERTIES
from specmill.errors import Place, SpecmillError
from specmill.values import Operation

FORM = re.compile(r"([0-9]{1,6})/([0-9]{1,6})")
CREDENTIALS, ACCEPTED, REFUSED = "credentials", "accepted", "refused"
BELOW, WRITTEN, MANNERS = "below", "written", "manners"
CALLS, RECORDS, TEXTS, NAMES = "calls", "records", "texts", "names"
CONVERSATIONS, PROPERTY = "conversations", "property"
OF_STREAM = frozenset((ACCEPTED, REFUSED, RECORDS, TEXTS, NAMES, CONVERSATIONS, PROPERTY))
BLOCK = {CALLS: 250, RECORDS: 2_400, CONVERSATIONS: 25}  # of what is drawn, as many belong together
# Milliseconds against a server that answers at once, roughly: they but balance the shards.
COST = {CREDENTIALS: 60, ACCEPTED: 200, REFUSED: 180, BELOW: 100, WRITTEN: 40, MANNERS: 130, TEXTS: 100, NAMES: 30}
COST_OF_ONE = {CALLS: 2.0, RECORDS: 0.6, CONVERSATIONS: 22.0}
COST_OF_PROPERTY, COST_OF_WAITING = 40, 1_500


@dataclass(frozen=True, slots=True)
class Shard:
    """One of so many; by itself it is the whole."""

    number: int = 1
    of: int = 1

    @property
    def is_whole(self) -> bool:
        return self.of == 1

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"


WHOLE = Shard()


class Unit(NamedTuple):
    operation: str
    what: str
    number: int = 0  # of its kind: a turn, a block of what is drawn, a property


@dataclass(frozen=True, slots=True)
class Amounts:
    """How much is tried of what there may be more or less of."""

    calls: int
    calls_of_stream: int
    records: int
    conversations: int
    turns: int


def shard_of(text: str) -> Shard:
    found = FORM.fullmatch(text)
    shard = Shard(int(found[1]), int(found[2])) if found is not None else Shard(0)
    if not 1 <= shard.number <= shard.of:
        hint = "like 3/8: the third of eight; the first is 1/8"
        raise SpecmillError(f"this is no shard: {text!r}", place=Place("--shard"), hint=hint)
    return shard


def blocks_of(what: str, count: int) -> tuple[int, ...]:
    """How many cases each block has."""
    number = max(1, -(-count // BLOCK[what]))
    return tuple(count // number + (one < count % number) for one in range(number))


def units_of(operation: Operation, amounts: Amounts) -> Iterator[Unit]:
    name, streams = operation.id, operation.stream is not None
    yield from (Unit(name, what) for what in (CREDENTIALS, ACCEPTED, BELOW, WRITTEN, MANNERS))
    yield from (Unit(name, REFUSED, turn) for turn in range(amounts.turns))
    yield from _drawn(name, CALLS, amounts.calls_of_stream if streams else amounts.calls)
    if streams:
        yield from (Unit(name, what) for what in (TEXTS, NAMES))
        yield from _drawn(name, RECORDS, amounts.records)
        yield from _drawn(name, CONVERSATIONS, amounts.conversations)
        yield from (Unit(name, PROPERTY, one.number) for one in PROPERTIES)


def _drawn(operation: str, what: str, count: int) -> Iterator[Unit]:
    return (Unit(operation, what, number) for number in range(len(blocks_of(what, count))))


def cost_of(unit: Unit, amounts: Amounts) -> float:
    if unit.what == PROPERTY:
        waits = any(one.waits for one in PROPERTIES if one.number == unit.number)
        return COST_OF_WAITING if waits else COST_OF_PROPERTY
    if unit.what not in BLOCK:
        return COST[unit.what]
    counts = {CALLS: amounts.calls, RECORDS: amounts.records, CONVERSATIONS: amounts.conversations}
    return COST_OF_ONE[unit.what] * blocks_of(unit.what, counts[unit.what])[0]


def dealt(units: tuple[Unit, ...], amounts: Amounts, of: int) -> tuple[frozenset[Unit], ...]:
    """The dearest first, each to who has least to do so far; of two with as little the first."""
    hands: list[set[Unit]] = [set() for _ in range(of)]
    least = [(0.0, number) for number in range(of)]
    for cost, unit in sorted((-cost_of(unit, amounts), unit) for unit in units):
        load, number = heapq.heappop(least)
        hands[number].add(unit)
        heapq.heappush(least, (load - cost, number))
    return tuple(map(frozenset, hands))


class Share:
    """What of a run falls to its shard."""

    def __init__(self, operations: tuple[Operation, ...], amounts: Amounts, shard: Shard) -> None:
        self.units = tuple(unit for one in operations for unit in units_of(one, amounts))
        mine = frozenset(self.units) if shard.is_whole else dealt(self.units, amounts, shard.of)[shard.number - 1]
        self._mine = mine
        self._by_operation: dict[str, set[str]] = {}
        for unit in mine:
            self._by_operation.setdefault(unit.operation, set()).add(unit.what)

    def __len__(self) -> int:
        return len(self._mine)

    def has(self, operation: str, what: str, number: int = 0) -> bool:
        return Unit(operation, what, number) in self._mine

    def kinds(self, operation: str) -> frozenset[str]:
        return frozenset(self._by_operation.get(operation, ()))
