"""What the members of a struct are called in Python, and how msgspec finds them on the wire."""

from __future__ import annotations

import keyword
import re
from collections.abc import Container, Iterable, Mapping

from specmill.naming import snake, unique

REST = "additional_properties"
# A field hides a name of the module from all annotations and calls below it in the same class.
HIDING = frozenset(("str", "int", "float", "bool", "bytes", "list", "dict", "datetime", "field"))
PLAIN = re.compile(r"[a-z][a-z0-9_]*")
HUMPED = re.compile(r"[a-z][a-z0-9]*(_[a-z][a-z0-9]*)*")


def field_names(wires: Iterable[str], taken: Iterable[str] = ()) -> dict[str, str]:
    """Name on the wire -> name in Python. What is a good name already is never changed for another's sake."""
    wires = list(wires)
    done = {wire: wire for wire in wires if PLAIN.fullmatch(wire) and is_free(wire) and wire not in (*taken,)}
    used = {*done.values(), *taken}
    for wire in wires:
        if wire not in done:
            done[wire] = unique(_candidates(wire), used)
            used.add(done[wire])
    return {wire: done[wire] for wire in wires}


def is_free(name: str) -> bool:
    return not keyword.iskeyword(name) and name not in HIDING


def _candidates(wire: str) -> tuple[str, ...]:
    name = snake(wire, "field")
    first = name if is_free(name) else f"{name}_"
    return (first, f"{first.rstrip('_')}_")


def camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(one.capitalize() for one in others)


def pascal(name: str) -> str:
    return "".join(one.capitalize() for one in name.split("_"))


def kebab(name: str) -> str:
    return name.replace("_", "-")


RENAMES = {"camel": camel, "pascal": pascal, "kebab": kebab}


def encodable(wire: str) -> bool:
    """Whether msgspec takes this name; the runtime sees to the others."""
    return not any(one in '\\"' or one < " " or "\ud800" <= one <= "\udfff" for one in wire)


def renaming(names: Mapping[str, str], odd: Container[str]) -> tuple[str, dict[str, str]]:
    """The rule of msgspec that spares most ``name=``, and for each field the name that the rule leaves it.

    ``odd`` are fields that msgspec must not rename.
    """
    best, rest = "", {python: wire for wire, python in names.items() if python != wire and python not in odd}
    if len(rest) < 3 or any(python in odd for python in names.values()):
        return best, rest
    for rule, rename in RENAMES.items():
        left = {
            python: wire for wire, python in names.items() if not HUMPED.fullmatch(python) or rename(python) != wire
        }
        if len(left) + 2 < len(rest):
            best, rest = rule, left
    return best, rest
