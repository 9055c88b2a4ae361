"""From the bytes of one record to its value, or why not."""

from __future__ import annotations

import json
import re

from tests.contract.faulty.framing import Broken
from tests.contract.faulty.known import DEEPEST

STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
BRACKETS = re.compile(rb"[{}\[\]]")
LONGEST_INTEGER = 4000  # digits; Python refuses to read much longer ones


class Refused(Exception):
    """One record is refused, with this code; those after it are not concerned."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def value_of(raw: bytes) -> object:
    """JSON as RFC 8259 has it, in UTF-8. What is no JSON ends the stream, the rest costs one record."""
    if depth_of(raw) > DEEPEST:
        raise Refused(400, f"Nested deeper than {DEEPEST}")
    try:
        value = json.loads(raw.decode("utf-8"), object_pairs_hook=unique, parse_constant=no_json, parse_int=integer)
    except UnicodeDecodeError as problem:
        raise Broken("Invalid UTF-8") from problem
    except json.JSONDecodeError as problem:
        raise Broken(problem.msg) from problem
    if b"\\u" in raw and has_lone_surrogate(value):
        raise Refused(400, "Half of a surrogate pair")
    return value


def depth_of(raw: bytes) -> int:
    deepest = depth = 0
    if raw.count(b"{") + raw.count(b"[") <= DEEPEST:
        return 0  # it cannot be too deep
    for bracket in BRACKETS.findall(STRING.sub(b"", raw)):
        depth += 1 if bracket in (b"{", b"[") else -1
        deepest = max(deepest, depth)
    return deepest


def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise Refused(400, "The same name twice in one object")
    return members


def no_json(word: str) -> object:
    raise Broken(f"Non-standard token {word!r}")


def integer(digits: str) -> int | float:
    return int(digits) if len(digits) < LONGEST_INTEGER else float(digits)


def has_lone_surrogate(value: object) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False
