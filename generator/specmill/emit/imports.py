"""The names that one generated module uses: where each comes from, and what it is called there.

A model may be called like something that the module needs for itself (``Query``), and a method like a type that
stands in an annotation (``list``). Neither is renamed for its users; the module takes the other one under a name of
its own.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache

from specmill.naming import BUILTINS

# What a module needs for itself; a model of the same name is imported as ``...Model``.
FACTS: Mapping[str, tuple[str, ...]] = {
    ".._duplex": ("AsyncRecordStream", "RecordStream", "StreamOptions"),
    ".._facts": ("Body", "Cookie", "Field", "Form", "Header", "Operation", "Path", "Query", "QueryString", "Stream"),
    ".._http": ("AsyncResource", "Resource"),
}
# What stands in annotations; no model has one of these names.
TYPES: Mapping[str, tuple[str, ...]] = {
    "collections.abc": ("Iterable", "Mapping"),
    "decimal": ("Decimal",),
    "msgspec": ("UNSET", "Meta", "UnsetType"),
    "typing": ("IO", "Annotated", "Any", "Literal", "Unpack"),
    "uuid": ("UUID",),
    ".._json": ("DateTime", "Int32", "Int64"),
}
FACT_HOMES = {name: module for module, names in FACTS.items() for name in names}
TYPE_HOMES = {name: module for module, names in TYPES.items() for name in names}
MODULES = frozenset({"datetime", "decimal", "msgspec", "uuid"})
BARE = {"Int32": "int", "Int64": "int", "DateTime": "datetime.datetime"}  # what a reader of a signature wants to see


class Imports:
    """Collects what a module uses while it is rendered, and says how to import it."""

    def __init__(self, shadowed: Collection[str]) -> None:
        self._shadowed = frozenset(shadowed)  # names that mean a method inside the classes of the module
        self._used: dict[str, set[str]] = {}
        self._cache: dict[tuple[str, bool, bool], str] = {}

    def use(self, *names: str) -> None:
        """Names of the runtime and the standard library that the module spells as they are."""
        for name in names:
            self._used.setdefault(FACT_HOMES.get(name) or TYPE_HOMES[name], set()).add(name)

    def value(self, annotation: str) -> str:
        """An annotation as a fact of what is sent: with all its constraints."""
        return self._rewritten(annotation, bare=False, inside=False)

    def answer(self, annotation: str) -> str:
        """An annotation as a fact of what comes, which is not held to constraints."""
        return self._rewritten(annotation, bare=True, inside=False)

    def hint(self, annotation: str) -> str:
        """An annotation as it stands in a signature: the type without its constraints."""
        return self._rewritten(annotation, bare=True, inside=True)

    def lines(self) -> Iterator[str]:
        """The import statements; the formatter sorts them."""
        for module, names in sorted(self._used.items()):
            if module:
                yield f"from {module} import {', '.join(sorted(names))}"
            else:
                yield from (f"import {name}" for name in sorted(names))

    def _rewritten(self, annotation: str, *, bare: bool, inside: bool) -> str:
        key = (annotation, bare, inside)
        if key not in self._cache:
            tree = ast.parse(annotation, mode="eval")
            self._cache[key] = ast.unparse(_Renamed(self, bare, inside).visit(tree))
        return self._cache[key]

    def name_of(self, name: str, inside: bool) -> str:
        """What a name of an annotation is called in this module."""
        hidden = inside and name in self._shadowed
        if name in BUILTINS:
            return self._member("builtins", name) if hidden else name
        if name in MODULES:
            return self._renamed("", name, f"{name}_module") if hidden else self._plain("", name)
        if name in TYPE_HOMES:
            return self._plain(TYPE_HOMES[name], name)
        if name in FACT_HOMES:
            return self._renamed("..models", name, f"{name}Model")
        return self._plain("..models", name)

    def _member(self, module: str, name: str) -> str:
        self._used.setdefault("", set()).add(module)
        return f"{module}.{name}"

    def _plain(self, module: str, name: str) -> str:
        self._used.setdefault(module, set()).add(name)
        return name

    def _renamed(self, module: str, name: str, here: str) -> str:
        self._used.setdefault(module, set()).add(f"{name} as {here}")
        return here


class _Renamed(ast.NodeTransformer):
    """An annotation with the names of the module it stands in."""

    def __init__(self, imports: Imports, bare: bool, inside: bool) -> None:
        self._imports = imports
        self._bare = bare
        self._inside = inside

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        if self._bare and isinstance(node.value, ast.Name) and node.value.id == "Annotated":
            assert isinstance(node.slice, ast.Tuple)
            return self.visit(node.slice.elts[0])  # type: ignore[no-any-return]
        return self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        name = BARE.get(node.id, node.id) if self._bare else node.id
        root, dot, rest = name.partition(".")
        return ast.Name(self._imports.name_of(root, self._inside) + dot + rest)


def union(annotations: Iterable[str]) -> str:
    """One annotation for any of these, without doubles."""
    found = dict.fromkeys(part for one in annotations for part in _parts(one))
    if "Any" in found:
        return "Any"
    ordered = [*(part for part in found if part != "None"), *(["None"] if "None" in found else [])]
    return " | ".join(ordered)


@cache
def _parts(annotation: str) -> tuple[str, ...]:
    return tuple(map(ast.unparse, _alternatives(ast.parse(annotation, mode="eval").body)))


def _alternatives(tree: ast.expr) -> Iterator[ast.expr]:
    if isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.BitOr):
        yield from _alternatives(tree.left)
        yield from _alternatives(tree.right)
    else:
        yield tree
