"""Does every keyword of a schema have the form that it needs?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from specmill.document import repairs
from specmill.document.checks.findings import Findings, Repair
from specmill.document.faults import shown
from specmill.document.pointers import Path, Token, tokens_of
from specmill.values import JSON


def _is_number(value: JSON) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_count(value: JSON) -> bool:
    return _is_number(value) and value >= 0 and value == int(value)


def _is_text(value: JSON) -> bool:
    return isinstance(value, str)


def _is_text_or_null(value: JSON) -> bool:
    return value is None or isinstance(value, str)


def _is_bool(value: JSON) -> bool:
    return isinstance(value, bool)


def _is_limit(value: JSON) -> bool:
    return isinstance(value, bool | int | float)  # true and false are of OpenAPI 3.0


def _is_names(value: JSON) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


# Keyword -> whether its value has the form it needs, and what that is.
FORMS: dict[str, tuple[Callable[[JSON], bool], str]] = {
    **dict.fromkeys(("title", "description"), (_is_text_or_null, "text")),
    **dict.fromkeys(("format", "pattern", "contentEncoding", "contentMediaType"), (_is_text, "text")),
    **dict.fromkeys(("$id", "$anchor", "$dynamicAnchor"), (_is_text, "text")),
    **dict.fromkeys(("minimum", "maximum"), (_is_number, "a number")),
    **dict.fromkeys(("exclusiveMinimum", "exclusiveMaximum"), (_is_limit, "a number (in OpenAPI 3.0 true or false)")),
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems"), (_is_count, "a whole number from 0 on")),
    **dict.fromkeys(("minProperties", "maxProperties"), (_is_count, "a whole number from 0 on")),
    **dict.fromkeys(("minContains", "maxContains"), (_is_count, "a whole number from 0 on")),
    **dict.fromkeys(("nullable", "readOnly", "writeOnly", "deprecated", "uniqueItems"), (_is_bool, "true or false")),
    "multipleOf": (lambda value: _is_number(value) and value > 0, "a number above 0"),
    "enum": (lambda value: isinstance(value, list) and bool(value), "a list with one value at least"),
    "required": (_is_names, "a list of the names of properties"),
}


def check_schema_list(schemas: list[Any], path: Path, findings: Findings) -> None:
    if not schemas:
        findings.add(path, f"{tokens_of(path)[-1]} has to be a list with one schema at least")


def check_schema(schema: JSON, path: Path, findings: Findings) -> None:
    if isinstance(schema, bool):
        return
    for keyword, value in schema.items():
        form = FORMS.get(keyword)
        if form and not form[0](value):
            _misformed(keyword, value, form[1], (path, keyword), findings)
        elif keyword in SPECIAL:
            SPECIAL[keyword](value, (path, keyword), findings)


def _misformed(keyword: str, value: JSON, form: str, path: Path, findings: Findings) -> None:
    there = "null" if value is None else shown(value if isinstance(value, str | int | float) else type(value).__name__)
    there = {"dict": "a mapping", "list": "an empty list" if value == [] else "a list"}.get(there, there)
    repair: Repair | None = _required_repair if keyword == "required" and isinstance(value, bool) else None
    findings.add(path, f"`{keyword}` has to be {form}, not {there}", "" if repair else "mend it, or remove it", repair)


def _required_repair(tokens: list[Token]) -> str:
    """``required: true`` at a property: its name belongs into the list of the object around it."""
    why = "What is required is listed at the object, not told by the property"
    actions = repairs.removal(tokens, why)
    if len(tokens) > 2 and tokens[-3] == "properties":
        actions += "\n" + repairs.update(tokens[:-3], {"required": [tokens[-2]]}, why)
    return actions


def _check_type(value: JSON, path: Path, findings: Findings) -> None:
    if isinstance(value, list):
        if not value or not all(isinstance(name, str) and name in repairs.TYPES for name in value):
            findings.add(path, f"a list of types has {', '.join(repairs.TYPES)}", "mend the list, or remove it")
    elif not isinstance(value, str) or value not in repairs.TYPES:
        name = value if isinstance(value, str) else repr(value)
        hint = f"the types are {', '.join(repairs.TYPES)}"
        repair = (lambda tokens: repairs.of_type(tokens[:-1], name)) if isinstance(value, str) else None
        findings.add(path, f"{shown(name)} is no type", hint, repair)


def _check_discriminator(value: JSON, path: Path, findings: Findings) -> None:
    if isinstance(value, str):
        findings.add(path, "a discriminator is a mapping with a propertyName", "", _discriminator_repair(value))
    elif not isinstance(value, dict) or not isinstance(value.get("propertyName"), str):
        findings.add(path, "a discriminator is a mapping with a propertyName", "propertyName: …")
    else:
        mapping = value.get("mapping", {})
        if not isinstance(mapping, dict) or not all(isinstance(name, str) for name in mapping.values()):
            findings.add((path, "mapping"), "the mapping of a discriminator has names or references of schemas")
        if not isinstance(value.get("defaultMapping", ""), str):
            findings.add((path, "defaultMapping"), "the defaultMapping of a discriminator is the name of a schema")


def _discriminator_repair(name: str) -> Repair:
    why = "A discriminator is a mapping"
    mapping = {"discriminator": {"propertyName": name}}
    return lambda tokens: repairs.removal(tokens, why) + "\n" + repairs.update(tokens[:-1], mapping, why)


def _refuse_dynamic(value: JSON, path: Path, findings: Findings) -> None:
    findings.add(path, "what this dynamic reference means depends on who refers to it", "write a $ref")


SPECIAL: dict[str, Callable[[JSON, Path, Findings], None]] = {
    "type": _check_type,
    "discriminator": _check_discriminator,
    "$dynamicRef": _refuse_dynamic,
    "$recursiveRef": _refuse_dynamic,
}
