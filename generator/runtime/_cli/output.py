"""An answer as JSON, as a table, or one field of it."""

from __future__ import annotations

import difflib
import json
from typing import Any

import msgspec

from .._facts import Answer
from .._open import flattened
from .._parameters import is_json
from .console import answer, answer_bytes
from .table import table, width
from .trouble import CommandError


def show(found: Answer[Any], form: str, select: str | None) -> None:
    """Writes the answer to stdout; one without content writes nothing."""
    if isinstance(found.value, bytes):
        answer_bytes(found.value)
        return
    value = tree_of(found)
    if select is not None:
        for one in selected(value, select):
            answer(plain(one))
    elif form == "table":
        answer(as_table(value))
    elif isinstance(value, str):
        answer(value)
    elif value is not None:
        answer(as_json(value))


def tree_of(found: Answer[Any]) -> Any:
    """JSON as it came, so that nothing of it is lost; anything else as the client read it."""
    if found.value is not None and is_json(found.headers.get("content-type", "").partition(";")[0]):
        try:
            return json.loads(found.raw)
        except ValueError:
            pass  # such as a sequence of values
    return msgspec.to_builtins(flattened(found.value))


def as_json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def plain(value: Any) -> str:
    """Text as it is, anything else as JSON on one line."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def as_table(value: Any) -> str:
    """Objects of a list are rows, members of one object are rows."""
    limit = width()
    if isinstance(value, dict):
        return table([(name, plain(one)) for name, one in value.items()], limit=limit)
    rows = value if isinstance(value, list) else [value]
    names = list(dict.fromkeys(name for row in rows if isinstance(row, dict) for name in row))
    if not names:
        return "\n".join(map(plain, rows))
    cells = [[plain(row[name]) if isinstance(row, dict) and name in row else "" for name in names] for row in rows]
    return table(cells, names, limit)


def selected(value: Any, path: str) -> list[Any]:
    """``value.size``, ``items.0.name``. Members of objects in a list are taken from each of them."""
    found = [value]
    for name in path.split("."):
        found = [below for one in found for below in _below(one, name, path)]
    return found


def _below(value: Any, name: str, path: str) -> list[Any]:
    if isinstance(value, dict) and name in value:
        return [value[name]]
    if isinstance(value, list):
        if name.isdigit():
            return value[int(name) : int(name) + 1] or _missing(name, [], path)
        return [below for one in value for below in _below(one, name, path)]
    return _missing(name, list(value) if isinstance(value, dict) else [], path)


def _missing(name: str, names: list[str], path: str) -> list[Any]:
    near = difflib.get_close_matches(name, names, n=1)
    known = f"did you mean {near[0]}?" if near else f"there are {', '.join(names)}" if names else ""
    raise CommandError(f"--select {path}: the answer has no {name}", known)
