"""A type in words, with links to the models in it: *list of ProduceRequestHeader*, *int or None*."""

from __future__ import annotations

import ast
from collections.abc import Container, Iterator

from specmill.reference.markdown import code, link

WORDS = {
    "Int32": "int",
    "Int64": "int",
    "DateTime": "datetime",
    "datetime.datetime": "datetime",
    "datetime.date": "date",
    "datetime_module.datetime": "datetime",
    "datetime_module.date": "date",
    "NoneType": "None",
}
CONTAINERS = {
    "Iterable": "iterable of",
    "list": "list of",
    "dict": "dict of",
    "Mapping": "mapping of",
}
FEW = 12  # values that are listed in a table; their model's own page has them all


class Types:
    """Says types, for pages from which the models are at ``folder``."""

    def __init__(self, models: Container[str], folder: str = "../models/") -> None:
        self._models = models
        self._folder = folder

    def told(self, type_: ast.expr) -> str:
        parts = list(dict.fromkeys(part for one in alternatives(type_) for part in self._part(one)))
        return _or(parts)

    def model(self, name: str) -> str:
        return link(code(name), f"{self._folder}{name}.md")

    def _part(self, node: ast.expr) -> Iterator[str]:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield self.told(ast.parse(node.value, mode="eval").body)
        elif isinstance(node, ast.Subscript):
            yield from self._subscript(ast.unparse(node.value), node.slice)
        else:
            name = ast.unparse(node)
            if name != "UnsetType":
                yield self.model(name) if name in self._models else code(WORDS.get(name, name))

    def _subscript(self, name: str, inside: ast.expr) -> Iterator[str]:
        parts = inside.elts if isinstance(inside, ast.Tuple) else [inside]
        if name == "Annotated":
            yield self.told(parts[0])
        elif name == "Literal":
            values = [code(constant(part)) for part in parts[:FEW]]
            yield from (values if len(parts) <= FEW else [*values, f"{len(parts) - FEW} more values"])
        elif name == "IO":
            yield "open binary file"
        elif name in CONTAINERS:
            yield f"{CONTAINERS[name]} {self._inner(parts[-1])}"
        else:
            inner = ", ".join(map(self.told, parts))
            yield f"{code(name)} of {inner}"

    def _inner(self, node: ast.expr) -> str:
        several = len([one for one in alternatives(node) if ast.unparse(one) != "UnsetType"]) > 1
        return f"({self.told(node)})" if several else self.told(node)


def alternatives(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        yield from alternatives(node.left)
        yield from alternatives(node.right)
    else:
        yield node


def constant(node: ast.expr) -> str:
    """A value of a ``Literal``, in the quotes that formatters give it."""
    return quoted(node.value) if isinstance(node, ast.Constant) and isinstance(node.value, str) else ast.unparse(node)


def quoted(value: str | bytes) -> str:
    """The literal of a text or of bytes, in double quotes unless it holds some; what does not print is escaped."""
    shown = repr(value)
    begin = shown.index("'") if "'" in shown else 0
    if shown.endswith("'") and '"' not in shown:
        return f'{shown[:begin]}"{shown[begin + 1 : -1]}"'
    return shown


def names_in(node: ast.expr) -> Iterator[str]:
    """All names of a type, those in quotes included."""
    for one in ast.walk(node):
        if isinstance(one, ast.Name):
            yield one.id
        elif isinstance(one, ast.Constant) and isinstance(one.value, str) and one.value.isidentifier():
            yield one.value


def _or(parts: list[str]) -> str:
    return f"{', '.join(parts[:-1])} or {parts[-1]}" if len(parts) > 1 else "".join(parts)
