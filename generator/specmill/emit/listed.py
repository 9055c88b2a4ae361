"""Writes what a client says about its operations on its command line: names, places, texts and examples.

A sample of what comes out::

    OPERATIONS: tuple[Listed, ...] = (
        Listed(
            "pets",
            "find_pets",
            "FIND_PETS",
            "GET",
            "/pets/{owner}",
            arguments=(Argument("owner", "path", True, "Whose pets."), Argument("limit", "query")),
            about="Find pets.",
            answers={"200": "The pets."},
            example={"owner": "joe"},
        ),
    )
    MEMBERS: dict[str, dict[str, str]] = {"Pet": {"name": "What it is called."}}
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from specmill.document.pointers import MISSING, find, split
from specmill.emit.calls import Call
from specmill.emit.source import call, py
from specmill.values import Normal, Operation

LONGEST = 8_000  # letters of an example; one that is longer shows nobody anything on a command line
HEADER = '''"""What the command line lists, generated from the document: regenerate, do not edit."""

from __future__ import annotations

from ._listed import Argument, Listed
'''


def listed(calls: Iterable[tuple[str, Call]], normal: Normal) -> str:
    """The module; each call comes with its resource."""
    rows = [_row(resource, one, normal) for resource, one in calls]
    header = HEADER if any("Argument(" in row for row in rows) else HEADER.replace("Argument, ", "")
    members = literal(_members(normal.tree.get("components", {}).get("schemas", {})))
    return "\n".join(
        [
            header,
            f"OPERATIONS: tuple[Listed, ...] = ({''.join(f'{row}, ' for row in rows)})",
            f"MEMBERS: dict[str, dict[str, str]] = {members}",
            "",
        ]
    )


def _row(resource: str, one: Call, normal: Normal) -> str:
    operation = one.operation
    arguments = "".join(f"{_argument(*argument)}, " for argument in one.listed_arguments)
    answers = {answer.status: _line(answer.description) for answer in operation.responses}
    example = _example(operation, normal)
    return call(
        "Listed",
        py(resource),
        py(one.name),
        py(one.constant),
        py(operation.method),
        py(operation.path),
        arguments=f"({arguments})" if arguments else "",
        about=py(one.about),
        answers=py(answers) if answers else "",
        example=literal(example) if example else "",
        stream=py(operation.stream.python_name) if operation.stream else "",
        deprecated="True" if operation.deprecated else "",
    )


def _argument(name: str, place: str, required: bool, about: str) -> str:
    told = [py(required), *([py(about)] if about else [])] if required or about else []
    return call("Argument", py(name), py(place), *told)


def _line(text: str) -> str:
    return " ".join(text.split())


def _members(schemas: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """What the document says about the members of each model."""
    found = {name: dict(_told(schema.get("properties", {}))) for name, schema in schemas.items() if _is_object(schema)}
    return {name: members for name, members in found.items() if members}


def _told(properties: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, schema in properties.items():
        about = schema.get("description") if _is_object(schema) else None
        if isinstance(about, str) and about.strip():
            yield name, _line(about)


def _is_object(schema: Any) -> bool:
    return isinstance(schema, Mapping)


# ---------------------------------------------------------------- examples


def _example(operation: Operation, normal: Normal) -> dict[str, Any]:
    """What the document shows for the arguments, where it is a value at all."""
    found: dict[str, Any] = {}
    for parameter in operation.parameters:
        value = shown(holder_at(normal, parameter.pointer), parameter.schema)
        if value is not MISSING:
            found[parameter.python_name] = value
    body = operation.body
    if body is not None and body.contents:
        content = body.contents[0]
        value = shown(holder_at(normal, content.pointer), content.schema)
        if value is not MISSING:
            found[body.python_name] = value
    return {name: value for name, value in found.items() if _is_shown(value)}


def holder_at(normal: Normal, pointer: str) -> Mapping[str, Any]:
    found = find(normal.tree, split(pointer)) if pointer else MISSING
    return found if isinstance(found, Mapping) else {}


def shown(holder: Mapping[str, Any], schema: Any) -> Any:
    """The example of a parameter or a content, else that of its schema."""
    return next(all_shown(holder, schema), MISSING)


def all_shown(holder: Mapping[str, Any], schema: Any) -> Iterator[Any]:
    """Every example of a parameter or a content, then those of its schema."""
    if "example" in holder:
        yield holder["example"]
    yield from (value for _, value, _ in named_examples(holder))
    if isinstance(schema, Mapping):
        yield from [schema["example"]] if "example" in schema else []
        listed = schema.get("examples")
        yield from listed if isinstance(listed, list) else []


def named_examples(holder: Mapping[str, Any]) -> Iterator[tuple[str, Any, str]]:
    """Name, value and description of each entry of ``examples`` that holds its value."""
    named = holder.get("examples")
    for name, entry in named.items() if isinstance(named, Mapping) else ():
        key = next((one for one in ("dataValue", "value") if isinstance(entry, Mapping) and one in entry), None)
        if key is not None:
            about = entry.get("description") or entry.get("summary") or ""
            yield name, entry[key], about if isinstance(about, str) else ""


def _is_shown(value: Any) -> bool:
    try:
        return len(literal(value)) <= LONGEST
    except (TypeError, RecursionError):
        return False


def literal(value: Any) -> str:
    """JSON as Python."""
    if isinstance(value, list):
        return f"[{', '.join(map(literal, value))}]"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{py(str(key))}: {literal(one)}' for key, one in value.items())}}}"
    if isinstance(value, float) and not math.isfinite(value):
        raise TypeError("JSON has no such number")
    return py(value)
