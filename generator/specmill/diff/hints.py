"""What the type of a schema is called in the client, told without the engine that writes it.

A test holds these to what the models really say, for every client of the golden cases.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from functools import cache

from specmill.emit.imports import BARE
from specmill.emit.refine import scalar_types
from specmill.emit.uses import Use, fits_literal

KINDS = {bool: "bool", int: "int", float: "float", str: "str"}
NAME = re.compile(r"[A-Za-z_]\w*")
STRING = re.compile(r"('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")")


def hint_of(use: Use) -> str:
    text = _inner(use)
    return f"{text} | None" if use.nullable and text not in ("Any", "None") else text


def _inner(use: Use) -> str:
    if use.kind == "scalar":
        ours = scalar_types(use)[1]
        return BARE.get(ours, ours)
    if use.kind == "literal":
        return _literal(use)
    if use.kind == "ref":
        return use.name
    if use.kind == "union":
        return " | ".join(dict.fromkeys(map(hint_of, use.parts)))
    if use.kind == "array":
        return f"list[{hint_of(use.parts[0])}]"
    if use.kind == "map":
        return f"dict[str, {hint_of(use.parts[0])}]"
    return "None" if use.kind == "null" else "Any"


def _literal(use: Use) -> str:
    if all(map(fits_literal, use.values)):
        return f"Literal[{', '.join(map(repr, use.values))}]"
    kinds = dict.fromkeys(KINDS.get(type(value), "Any") for value in use.values)
    return "Any" if "Any" in kinds else " | ".join(kinds)


def atoms_of(hint: str) -> tuple[str, ...]:
    """The alternatives of a type, each listed value by itself."""
    return tuple(dict.fromkeys(_atoms(hint)))


@cache
def _atoms(hint: str) -> tuple[str, ...]:
    return tuple(_split(ast.parse(hint, mode="eval").body))


def _split(node: ast.expr) -> Iterable[str]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return (*_split(node.left), *_split(node.right))
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
        if node.value.id == "Annotated" and isinstance(node.slice, ast.Tuple):
            return _split(node.slice.elts[0])
        if node.value.id == "Literal":
            values = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
            return [f"Literal[{ast.unparse(value)}]" for value in values]
    return [ast.unparse(node)]


def told(atoms: Iterable[str]) -> str:
    """Alternatives as they are written: what is listed stands in one list."""
    found = list(atoms)
    listed = [one[8:-1] for one in found if one.startswith("Literal[")]
    others = [one for one in found if not one.startswith("Literal[")]
    return " | ".join([*([f"Literal[{', '.join(listed)}]"] if listed else []), *others]) or "nothing"


def covers(types: Iterable[str], atom: str) -> bool:
    """Whether a value of this alternative is one of these types, as type checkers see it."""
    known = {*types}
    return atom in known or "Any" in known or bool(known & {_base(atom), _loosely(atom)})


def _loosely(atom: str) -> str:
    """Whoever takes a list of anything takes every list."""
    return "list[Any]" if atom.startswith("list[") else "dict[str, Any]" if atom.startswith("dict[") else atom


def _base(atom: str) -> str:
    if atom == "int":
        return "float"
    if not atom.startswith("Literal["):
        return atom
    return "str" if atom[8] in "'\"" else "bool" if atom[8] in "TF" else "int"


def renamed(hint: str, names: dict[str, str]) -> str:
    """The type with other names for models; what stands in quotes is a value and no name."""
    if not names:
        return hint
    parts = STRING.split(hint)
    parts[::2] = [NAME.sub(lambda found: names.get(found[0], found[0]), part) for part in parts[::2]]
    return "".join(parts)
