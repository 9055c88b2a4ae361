"""From JSON trees to models and back, where msgspec alone cannot: strictly, or keeping all that an answer says."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import datetime
from typing import Any

from msgspec import NODEFAULT, UNSET, Struct, ValidationError, convert

from ._keywords import broken
from ._shapes import REST, Member, OneOf, OpenStruct, Shape, members_of, odd_names_of, reaches, rest_of, shape_of

# --- strictly


def strict(tree: Any, type_: Any) -> Any:
    """A model from a tree, or ValidationError."""
    if is_open(type_):
        tree = folded(tree, shape_of(type_))
    return convert(tree, type_, dec_hook=hook)


def hook(type_: Any, tree: Any) -> Any:
    """What msgspec asks for the types that it does not know."""
    if isinstance(type_, OneOf):
        return _picked(type_, tree)
    raise TypeError(f"{type_!r} is no type of a model")


def _picked(union: OneOf, tree: Any) -> Any:
    if _tells(union, tree):
        return strict(tree, _tagged(union, tree))
    fitting = [(found, one) for one in union.alternatives if (found := _try(tree, one)) is not UNSET]
    if not fitting:
        raise ValueError(f"Expected `{union.__name__}`: none of its {len(union.alternatives)} alternatives fits")
    # What msgspec cannot check may decide; the first of the best.
    whole = [found for found, one in fitting if not any(broken(found, shape_of(one)))]
    return max(whole or [found for found, _ in fitting], key=lambda found: _worth(found, tree))


def _tells(union: OneOf, tree: Any) -> bool:
    """Whether a tag, or that there is none, says which alternative is meant."""
    return bool(union.tag) and isinstance(tree, dict) and (union.tag in tree or bool(union.otherwise))


def _tagged(union: OneOf, tree: dict[str, Any]) -> Any:
    value = tree.get(union.tag)
    listed = isinstance(value, (str, int)) and value in union.by_tag
    if not listed and not union.otherwise:
        raise ValueError(f"Expected `{union.__name__}`: its member {union.tag!r} must be one of {list(union.by_tag)}")
    return union.by_tag[value if listed else union.otherwise]


def _try(tree: Any, type_: Any) -> Any:
    try:
        return strict(tree, type_)
    except ValidationError:
        return UNSET


def _worth(found: Any, tree: Any) -> int:
    """How much of the tree an alternative understands; what is not a bare string, number or map says more."""
    if isinstance(found, Struct):
        return len(tree.keys() & members_of(type(found)).keys())
    return 0 if type(found) in (str, float, dict) else 1


# --- members that a struct does not declare, and those whose name msgspec does not take


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


# --- keeping all that an answer says


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
    if _tells(union, tree):
        try:
            meant = _tagged(union, tree)
        except ValueError:  # a tag that the document does not list
            return tree
        return lenient(tree, shape_of(meant))
    try:
        return _picked(union, tree)
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
