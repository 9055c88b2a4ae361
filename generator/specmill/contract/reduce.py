"""Less and less of a value, for as long as what is left shows the same fault."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

from specmill.values import JSON

MOST = 60  # values that are tried
SIMPLE: tuple[JSON, ...] = ("", "x", 0, [], {})


def reduced(value: JSON, fails: Callable[[JSON], bool]) -> JSON:
    """The same with members and items taken away, and with simpler ones in their place."""
    left = MOST
    while True:
        for smaller in _smaller(value):
            if left <= 0:
                return value
            left -= 1
            if fails(smaller):
                value = smaller
                break
        else:
            return value


def _smaller(value: JSON) -> Iterator[JSON]:
    for path in _paths(value):
        less = copy.deepcopy(value)
        del _at(less, path[:-1])[path[-1]]
        yield less
    for path in _paths(value):
        there = _at(value, path)
        for simple in SIMPLE:
            if type(simple) is type(there) and len(repr(simple)) < len(repr(there)):
                simpler = copy.deepcopy(value)
                _at(simpler, path[:-1])[path[-1]] = copy.copy(simple)
                yield simpler


def _paths(value: JSON, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Of everything in it, the largest parts first."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    children = [((*path, key), one) for key, one in items]
    yield from (place for place, _ in children)
    for place, one in children:
        yield from _paths(one, place)


def _at(value: JSON, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


def telling_place(value: JSON) -> str:
    """Where it is that something is left to refuse: down to where the value branches or ends."""
    place = ""
    while True:
        if isinstance(value, dict) and len(value) == 1:
            ((name, value),) = value.items()
            place += "/" + name.replace("~", "~0").replace("/", "~1")
        elif isinstance(value, list) and len(value) == 1:
            (value,) = value
            place += "/0"
        else:
            return place
