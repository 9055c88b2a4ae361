"""What is still the same thing under another name, in the Python API of two clients.

A thing is renamed where all that stood for it on the wire is one thing on the other side as well, and neither name is
known there. Everything else is something removed and something added.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from specmill.diff.plan import Plan
from specmill.diff.sides import Side
from specmill.diff.views import plain
from specmill.values import Operation

Names = dict[str, str]


@dataclass(frozen=True, slots=True)
class Renames:
    """Old name -> new name, of what has another one."""

    resources: Names
    calls: Names
    models: Names
    schemes: Names


def renames_of(
    old: tuple[Side, Plan],
    new: tuple[Side, Plan],
    operations: Iterable[tuple[Operation, Operation]],
    components: Iterable[tuple[str, str]],
) -> Renames:
    (old_side, before), (new_side, after) = old, new
    operations = tuple(operations)
    models = (*components, *_alike(_unpaired(before.models, after.models), old_side, new_side))
    schemes = (
        (one, other) for one, told in before.schemes.items() for other, what in after.schemes.items() if told == what
    )
    return Renames(
        _distinct(((one.resource, other.resource) for one, other in operations), before.resources, after.resources),
        dict(_calls(operations)),
        _distinct(models, before.models, after.models),
        _distinct(schemes, before.schemes, after.schemes),
    )


def _calls(operations: Iterable[tuple[Operation, Operation]]) -> Iterable[tuple[str, str]]:
    """Operations are known by what they are on the wire."""
    for one, other in operations:
        yield f"{one.resource}.{one.python_name}", f"{other.resource}.{other.python_name}"
        if one.stream and other.stream:
            yield f"{one.resource}.{one.stream.python_name}", f"{other.resource}.{other.stream.python_name}"


def _distinct(pairs: Iterable[tuple[str, str]], old: Iterable[str], new: Iterable[str]) -> Names:
    """The pairs in which each name has but one partner, and is not known on the other side."""
    old, new = set(old), set(new)
    ahead: dict[str, set[str]] = {}
    back: dict[str, set[str]] = {}
    for one, other in pairs:
        ahead.setdefault(one, set()).add(other)
        back.setdefault(other, set()).add(one)
    found = {one: next(iter(others)) for one, others in ahead.items() if len(others) == 1}
    return {
        one: other
        for one, other in found.items()
        if one != other and len(back[other]) == 1 and one not in new and other not in old
    }


def _unpaired(old: Mapping[str, object], new: Mapping[str, object]) -> tuple[list[str], list[str]]:
    return [name for name in old if name not in new], [name for name in new if name not in old]


def _alike(names: tuple[list[str], list[str]], old: Side, new: Side) -> Iterable[tuple[str, str]]:
    """Models that no operation uses have nothing but what they say."""
    by_text: dict[str, list[str]] = {}
    for name in names[1]:
        by_text.setdefault(plain(new.schemas.get(name)), []).append(name)
    for name in names[0]:
        yield from ((name, other) for other in by_text.get(plain(old.schemas.get(name)), ()))
