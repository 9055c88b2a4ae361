"""Members that a struct does not declare or msgspec does not take, into its fields and out; and those never sent."""

from __future__ import annotations

import functools
from typing import Any

from msgspec import UNSET, Struct
from msgspec.structs import replace

from ._shapes import REST, OpenStruct, Shape, members_of, odd_names_of, reaches, read_only_of, rest_of


@functools.cache
def is_open(type_: Any) -> bool:
    """Whether msgspec alone would miss members anywhere below a type."""
    return reaches(type_, lambda shape: shape.struct is not None and _is_open(shape.struct))


def _is_open(struct: type[Struct]) -> bool:
    return issubclass(struct, OpenStruct) or bool(odd_names_of(struct))


def folded(tree: Any, shape: Shape) -> Any:
    """The tree with all undeclared members in the field that takes them, as msgspec reads it."""
    if isinstance(tree, dict) and shape.struct is not None:
        return _folded_struct(tree, shape.struct)
    if isinstance(tree, dict) and shape.values is not None:
        values = shape.values
        return {key: folded(one, values) for key, one in tree.items()}
    if isinstance(tree, list) and shape.items is not None:
        items = shape.items
        return [folded(one, items) for one in tree]
    return tree


def _folded_struct(tree: dict[str, Any], struct: type[Struct]) -> dict[str, Any]:
    members, rest = members_of(struct), rest_of(struct)
    known = {members[key].encoded: folded(one, members[key].shape) for key, one in tree.items() if key in members}
    others = {key: one for key, one in tree.items() if key not in members}
    return known | ({rest.encoded: folded(others, rest.shape)} if rest else others)


def flattened(value: Any) -> Any:
    """The value with the undeclared members of its structs beside the declared ones, for msgspec to encode."""
    if isinstance(value, Struct):
        return _flattened_struct(value)
    if isinstance(value, dict):
        return {key: flattened(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [flattened(one) for one in value]
    return value


def _flattened_struct(value: Struct) -> dict[str, Any]:
    members = members_of(type(value))
    found = {
        member.wire: flattened(one)
        for member in members.values()
        if (one := getattr(value, member.python)) is not UNSET
    }
    if not isinstance(value, OpenStruct):
        return found
    rest: dict[str, Any] = flattened(getattr(value, REST))
    if twice := rest.keys() & members.keys():
        raise ValueError(f"{type(value).__name__}.{REST} has members with a field of their own: {sorted(twice)}")
    return found | rest


# --- members that only the server may write


@functools.cache
def has_read_only(type_: Any) -> bool:
    return reaches(type_, lambda shape: shape.struct is not None and bool(read_only_of(shape.struct)))


def writable(value: Any) -> Any:
    """The value without them, so that an answer can be changed and sent back as it is."""
    if isinstance(value, Struct):
        fields = {name: getattr(value, name) for name in value.__struct_fields__}
        left = {name: writable(one) for name, one in fields.items()} | dict.fromkeys(read_only_of(type(value)), UNSET)
        changed = {name: one for name, one in left.items() if one is not fields[name]}
        return replace(value, **changed) if changed else value
    if isinstance(value, dict):
        return {key: writable(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [writable(one) for one in value]
    return value
