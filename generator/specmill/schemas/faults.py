"""What is wrong with a value, in one sentence: where, what was wanted, and the keyword that wants it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jsonschema_rs

from specmill.document.pointers import escaped

LONGEST = 300  # characters of what was wanted: an enum can be long
CHOICES = ("anyOf", "oneOf")
TAGS = ("const", "enum")


@dataclass(frozen=True, slots=True)
class Fault:
    where: str  # "the body", "the query parameter limit"
    pointer: str  # into the value; "" for all of it
    keyword: str
    wanted: str

    def __str__(self) -> str:
        place = f"{self.where} at {self.pointer}" if self.pointer else self.where
        return f"{place}: {self.wanted} ({self.keyword})"


def fault_of(error: jsonschema_rs.ValidationError, where: str) -> Fault:
    telling = _telling(error)
    pointer = "".join(f"/{escaped(str(step))}" for step in telling.instance_path)
    wanted = telling.message if len(telling.message) <= LONGEST else telling.message[:LONGEST] + "…"
    return Fault(where, pointer, telling.kind.name, wanted)


def _telling(error: jsonschema_rs.ValidationError) -> jsonschema_rs.ValidationError:
    """Of a choice in which nothing fits, what is wrong with the branch that was meant; else the error as it is."""
    branches = [branch for branch in getattr(error.kind, "context", ()) if branch] if _is_choice(error) else []
    meant = min(branches, key=lambda branch: _distance(branch, error), default=None)
    if meant is None or _is_of_another_type(meant, error):
        return error
    return _telling(meant[0])


def _is_choice(error: jsonschema_rs.ValidationError) -> bool:
    return error.kind.name in CHOICES


def _distance(branch: list[jsonschema_rs.ValidationError], error: jsonschema_rs.ValidationError) -> Any:
    """How far the value is from a branch: of another type, with another tag, or with so many faults."""
    depth = len(error.instance_path) + 1
    tagged = any(one.kind.name in TAGS and len(one.instance_path) <= depth for one in branch)
    return _is_of_another_type(branch, error), tagged, len(branch)


def _is_of_another_type(branch: list[jsonschema_rs.ValidationError], error: jsonschema_rs.ValidationError) -> bool:
    return any(one.kind.name == "type" and one.instance_path == error.instance_path for one in branch)
