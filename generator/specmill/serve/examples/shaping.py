"""Errors in the document's own shape: only what is required, with what was wrong in the member that is for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from specmill.document.tree import COMPONENTS, LIMIT_OF_REFERENCES, key_of
from specmill.schemas.validate import Judge
from specmill.values import Stream

MESSAGES = (
    *("message", "detail", "error_message", "errormessage", "description", "error_description"),
    *("reason", "error", "title", "text", "msg"),
)
CODES = ("error_code", "errorcode", "code", "status", "statuscode", "status_code")


def shaped(made: Any, judge: Judge, schemas: Mapping[str, Any], schema: Any, told: str, codes: Iterable[Any]) -> Any:
    """A value of an error's schema that says what was wrong: only what is required, with message and code set."""
    members = properties(schema, schemas)
    required = _required(schema, schemas)
    if not isinstance(made, dict):
        return told if judge.valid(schema, told) else made
    least = {name: value for name, value in made.items() if name in required}
    value = least if judge.valid(schema, least) else made
    value = _with(value, _named(members, MESSAGES), [told], schema, judge)
    return _with(value, _named(members, CODES), codes, schema, judge)


def _named(members: Iterable[str], names: tuple[str, ...]) -> list[str]:
    there = {name.lower(): name for name in members}
    return [there[one] for one in names if one in there]


def _with(value: dict[str, Any], names: list[str], given: Iterable[Any], schema: Any, judge: Judge) -> dict[str, Any]:
    """With the first of these members that may be what is given."""
    for name in names:
        for one in given:
            changed = {**value, name: one}
            if judge.valid(schema, changed):
                return changed
    return value


def refusing(made: Any, judge: Judge, schemas: Mapping[str, Any], stream: Stream, told: str, code: int) -> Any:
    """A report that says its record was refused; None where no report of this stream could."""
    schema = stream.report
    value = shaped(made, judge, schemas, schema, told, [code])
    if not isinstance(value, dict) or not stream.verdict:
        return None
    for verdict in _verdicts(stream, schema, schemas, code):
        refused = {**value, stream.verdict: verdict}
        if judge.valid(schema, refused):
            return refused
    return None


def _verdicts(stream: Stream, schema: Any, schemas: Mapping[str, Any], code: int) -> list[Any]:
    """What the verdict may be when a record was refused, the plainest first."""
    told = direct(properties(schema, schemas).get(stream.verdict, {}), schemas)
    tried = (code, False, *told.get("enum", ()), "refused", None)
    return [one for one in tried if not any(one is good or one == good for good in stream.accepted)]


def properties(schema: Any, schemas: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = direct(schema, schemas).get("properties", {})
    return found


def _required(schema: Any, schemas: Mapping[str, Any]) -> list[str]:
    return list(direct(schema, schemas).get("required", ()))


def direct(schema: Any, schemas: Mapping[str, Any]) -> Any:
    for _ in range(LIMIT_OF_REFERENCES):
        if not isinstance(schema, dict) or not str(schema.get("$ref", "")).startswith(COMPONENTS):
            break
        schema = schemas.get(key_of(schema["$ref"]), {})
    return schema if isinstance(schema, dict) else {}
