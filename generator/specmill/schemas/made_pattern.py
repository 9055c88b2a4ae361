"""Texts that match a pattern, put together of the parts in which Python's own compiler reads it."""

from __future__ import annotations

import importlib
import re
import string
from collections.abc import Callable, Iterator
from functools import lru_cache
from random import Random
from typing import Any

from specmill.emit.patterns import python_pattern

VISIBLE = string.ascii_lowercase + string.ascii_uppercase + string.digits + "-_ !#$%&'()*+,./:;<=>?@[]^`{|}~\"\\\n\t"
LONGEST = 100_000
MORE = (0, 1, 2, 5, 10, 20, 50, 100)  # how often what may repeat is tried beyond its least
WAYS = 3  # to choose where there is a choice
Part = Callable[[int, int, Random | None], str]  # of how much more, the way to choose, and chance


def matching(pattern: str, least: int, most: int, random: Random | None) -> Iterator[str]:
    known = _read(pattern)
    if known is None:
        return
    test, part = known
    for way in range(WAYS):
        for more in MORE:
            text = part(more, way, random)
            beside = "x" * (least - len(text))
            for whole in (text, text + beside, beside + text):
                if least <= len(whole) <= most and test.search(whole):
                    yield whole


@lru_cache(maxsize=1024)
def _read(pattern: str) -> tuple[re.Pattern[str], Part] | None:
    translated = python_pattern(pattern)
    if translated is None:
        return None
    parser: Any = importlib.import_module("re._parser")
    return re.compile(translated), _all(parser.parse(translated))


def _all(tree: Any) -> Part:
    parts = [_part(str(operation), argument) for operation, argument in tree]
    return lambda more, way, random: "".join(part(more, way, random) for part in parts)


def _part(operation: str, argument: Any) -> Part:
    if operation == "LITERAL":
        return lambda more, way, random: chr(argument)
    if operation in ("IN", "ANY", "NOT_LITERAL"):
        return _one_of(_fitting(operation, argument))
    if operation in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        return _repeated(argument[0], min(int(argument[1]), LONGEST), _all(argument[2]))
    if operation == "SUBPATTERN":
        return _all(argument[3])
    if operation == "ATOMIC_GROUP":
        return _all(argument)
    if operation == "BRANCH":
        return _either([_all(branch) for branch in argument[1]])
    return lambda more, way, random: ""  # what looks, and takes no character


def _repeated(least: int, most: int, part: Part) -> Part:
    def made(more: int, way: int, random: Random | None) -> str:
        count = min(least + more, most)
        if random is None:
            return part(more, way, None) * count
        return "".join(part(more, way, random) for _ in range(count))

    return made


def _either(branches: list[Part]) -> Part:
    def made(more: int, way: int, random: Random | None) -> str:
        chosen = random.choice(branches) if random else branches[way % len(branches)]
        return chosen(more, way, random)

    return made


def _one_of(fitting: str) -> Part:
    return lambda more, way, random: random.choice(fitting) if random else fitting[way % len(fitting)]


def _fitting(operation: str, argument: Any) -> str:
    if operation == "ANY":
        return string.ascii_lowercase
    if operation == "NOT_LITERAL":
        return "".join(one for one in VISIBLE if ord(one) != argument)
    return "".join(one for one in VISIBLE if _is_in(argument, ord(one))) or _first(argument)


def _is_in(members: Any, code: int) -> bool:
    inside = any(_holds(str(operation), argument, code) for operation, argument in members)
    return inside != (str(members[0][0]) == "NEGATE")


def _holds(operation: str, argument: Any, code: int) -> bool:
    if operation == "LITERAL":
        return bool(code == argument)
    if operation == "RANGE":
        return bool(argument[0] <= code <= argument[1])
    return operation == "CATEGORY" and _in_category(str(argument), chr(code))


def _in_category(name: str, one: str) -> bool:
    kind = name.removeprefix("CATEGORY_").removeprefix("NOT_")
    tests = {"DIGIT": one.isdigit(), "SPACE": one.isspace(), "WORD": one.isalnum() or one == "_"}
    return tests.get(kind, False) != ("_NOT_" in name)


def _first(members: Any) -> str:
    """A character of a set in which none of the usual ones is."""
    for operation, argument in members:
        if str(operation) == "LITERAL":
            return chr(argument)
        if str(operation) == "RANGE":
            return chr(argument[0])
    return "é"
