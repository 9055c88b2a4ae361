"""What is found while two documents are compared, before the table and a witness say how bad it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from specmill.diff.clashes import Clash
from specmill.diff.values import Witness

Proof = Callable[[], Witness | None]
BINDING_NOBODY = ("wording", "example", "deprecated", "order")
LONGEST = 60
MEMBERS = {"property": "an optional member", "required-property": "a required member"}
LIMITS = ("minimum", "maximum")
REQUIRED = {"set": "it is required now", "unset": "it is not required any more"}
LEFT_OUT = {"wording": "another title or description", "example": "another example", "order": "another order"}
FLAGS = ("deprecated", "readOnly", "writeOnly", "uniqueItems")


@dataclass(frozen=True, slots=True)
class Found:
    position: str
    keyword: str
    change: str
    where: str
    what: str
    old: str  # pointers into the normal forms
    new: str
    prove: Proof | None = field(default=None, compare=False)


def found_by(clash: Clash, prove: Proof) -> Found:
    position = "schema" if clash.keyword in BINDING_NOBODY else clash.at.position
    return Found(position, clash.keyword, clash.change, clash.at.where, told(clash), clash.at.old, clash.at.new, prove)


def told(clash: Clash) -> str:
    keyword, change = clash.keyword, clash.change
    if keyword in LEFT_OUT:
        return LEFT_OUT[keyword]
    if keyword in MEMBERS:
        return f"{MEMBERS[keyword]} {change}"
    if keyword in ("required", "body-required", "header-required"):
        return REQUIRED[change]
    if keyword == "null":
        return f"null {change}"
    if keyword == "exclusive":
        return "but one alternative may fit now" if change == "set" else "several alternatives may fit now"
    if keyword in ("patternProperties", "prefixItems"):
        return f"{_of_described(clash.before)} → {_of_described(clash.after)}"
    if keyword == "additionalProperties":
        return f"further members: {_of_further(clash.before)} → {_of_further(clash.after)}"
    if keyword in FLAGS:
        return f"{keyword} {change}"
    return f"{keyword} {_of_change(clash)}"


def _of_change(clash: Clash) -> str:
    before, after = (_limit(clash.keyword, one) for one in (clash.before, clash.after))
    if clash.change in ("added", "set"):
        return f"{after} {clash.change}"
    if clash.change in ("removed", "unset"):
        return f"{before} {clash.change}"
    return f"{before} → {after} ({clash.change})"


def _limit(keyword: str, value: Any) -> str:
    if keyword in LIMITS and value is not None:
        number, further = value
        return f"{'>' if further > 0 else '<' if further < 0 else ''}{shown(number)}"
    if keyword == "type" and isinstance(value, list):
        return " or ".join(value)
    return shown(value)


def _of_further(value: Any) -> str:
    return "any" if value in (True, {}) else "none" if value is False else "such as a schema allows"


def _of_described(value: Any) -> str:
    return "not described" if value is None else shown(value)


def shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
