"""Models from answers that break promises, keeping all that these say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from msgspec import NODEFAULT, UNSET, Struct, ValidationError, convert

from ._shapes import REST, Member, OneOf, Shape, members_of, rest_of, shape_of
from ._strict import picked, tagged, tells


def lenient(tree: Any, shape: Shape) -> Any:
    """A model from a tree that breaks promises: each value that does not fit stays as it came, alone."""
    if tree is None or shape.any:
        return tree
    try:
        return _lenient(tree, shape)
    except RecursionError:  # deeper than Python goes: from here down it stays a tree
        return tree


def _lenient(tree: Any, shape: Shape) -> Any:
    if shape.union is not None:
        return _lenient_union(tree, shape.union)
    if isinstance(tree, dict):
        return _lenient_object(tree, shape)
    if isinstance(tree, list):
        items = shape.items
        return tree if items is None else [lenient(one, items) for one in tree]
    return tree if shape.leaf is None else _lenient_leaf(tree, shape.leaf)


def _lenient_object(tree: dict[str, Any], shape: Shape) -> Any:
    if shape.struct is not None:
        return _lenient_struct(tree, shape.struct)
    values = shape.values
    return tree if values is None else {key: lenient(one, values) for key, one in tree.items()}


def _lenient_struct(tree: dict[str, Any], struct: type[Struct]) -> Struct:
    members, rest = members_of(struct), rest_of(struct)
    fields = {member.python: _lenient_member(tree, member) for member in members.values()}
    if rest is not None:
        fields[REST] = lenient({key: one for key, one in tree.items() if key not in members}, rest.shape)
    return struct(**fields)


def _lenient_member(tree: dict[str, Any], member: Member) -> Any:
    if member.wire in tree:
        return lenient(tree[member.wire], member.shape)
    # A promised member that did not come is absent, like any other.
    return UNSET if member.default is NODEFAULT else member.default


def _lenient_leaf(tree: Any, type_: Any) -> Any:
    try:
        found = convert(tree, type_)
        # A moment without an offset is no moment: to guess one would be a quiet mistake of hours.
        return tree if isinstance(found, datetime) and found.tzinfo is None else found
    except ValidationError:
        whole = isinstance(tree, float) and tree.is_integer()  # JSON Schema calls 1.0 an integer
        return _lenient_leaf(int(tree), type_) if whole else tree


def _lenient_union(tree: Any, union: OneOf) -> Any:
    if tells(union, tree):
        try:
            meant = tagged(union, tree)
        except ValueError:  # a tag that the document does not list
            return tree
        return lenient(tree, shape_of(meant))
    try:
        return picked(union, tree)
    except (ValidationError, ValueError, RecursionError):
        shapes = [shape for one in union.alternatives if _takes(shape := shape_of(one), tree)]
        likeness = _likeness(tree)
        best = max(shapes, key=likeness, default=None)
        # An object that resembles none of them would lose its members as one of them.
        alien = best is None or (best.struct is not None and isinstance(tree, dict) and likeness(best) < 0)
        return tree if best is None or alien else lenient(tree, best)


def _takes(shape: Shape, tree: Any) -> bool:
    """Whether a tree of this kind could become anything else than itself."""
    if shape.union is not None:
        return any(_takes(shape_of(one), tree) for one in shape.union.alternatives)
    if isinstance(tree, dict):
        return shape.struct is not None or shape.values is not None
    if isinstance(tree, list):
        return shape.items is not None
    return shape.leaf is not None and _lenient_leaf(tree, shape.leaf) is not tree


def _likeness(tree: Any) -> Callable[[Shape], int]:
    def likeness(shape: Shape) -> int:
        if not isinstance(tree, dict) or shape.struct is None:
            return 0
        members = members_of(shape.struct)
        missing = sum(one.default is NODEFAULT and wire not in tree for wire, one in members.items())
        return len(tree.keys() & members.keys()) - 2 * missing

    return likeness
