"""Models from JSON trees, where msgspec alone cannot; and whether what is sent holds to all that the document says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import UNSET, Struct, ValidationError, convert, to_builtins

from ._open import folded, is_open
from ._schemas import DEFINITIONS, Schema, keyword_holds
from ._shapes import REST, OneOf, Shape, keywords_for, keywords_of, members_of, rest_of, shape_of


def strict(tree: Any, type_: Any) -> Any:
    """A model from a tree, or ValidationError."""
    if is_open(type_):
        tree = folded(tree, shape_of(type_))
    return convert(tree, type_, dec_hook=hook)


def hook(type_: Any, tree: Any) -> Any:
    """What msgspec asks for the types that it does not know."""
    if isinstance(type_, OneOf):
        return picked(type_, tree)
    raise TypeError(f"{type_!r} is no type of a model")


def picked(union: OneOf, tree: Any) -> Any:
    if tells(union, tree):
        return strict(tree, tagged(union, tree))
    read = _read(union, tree)
    if not read:
        raise ValueError(f"Expected `{union.__name__}`: none of its {len(union.alternatives)} alternatives fits")
    if len(read) == 1:
        return read[0][0]
    # What msgspec cannot check may decide; the first of the best.
    whole = [found for found, shape in read if not any(broken(found, shape))]
    return max(whole or [found for found, _ in read], key=lambda found: _worth(found, tree))


def _read(union: OneOf, tree: Any) -> list[tuple[Any, Shape]]:
    """What each alternative makes of a tree, if it makes anything."""
    tried = ((_try(tree, one), shape_of(one)) for one in union.alternatives)
    return [(found, shape) for found, shape in tried if found is not UNSET]


def tells(union: OneOf, tree: Any) -> bool:
    """Whether a tag, or that there is none, says which alternative is meant."""
    return bool(union.tag) and isinstance(tree, dict) and (union.tag in tree or bool(union.otherwise))


def tagged(union: OneOf, tree: dict[str, Any]) -> Any:
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


# --- keywords that no decoder knows


def broken(value: Any, shape: Shape, path: str = "$") -> Iterator[tuple[str, str]]:
    """Each place in a decoded value that breaks a keyword, and what it breaks."""
    if value is UNSET or (value is None and shape.null):
        return
    for keywords in keywords_for(shape, value):
        yield from _broken_by(keywords, value, path)
    if shape.union is not None:
        yield from _in_union(value, shape.union, path)
    elif isinstance(value, Struct):
        yield from _in_struct(value, path)
    elif isinstance(value, list) and shape.items is not None:
        for index, one in enumerate(value):
            yield from broken(one, shape.items, f"{path}[{index}]")
    elif isinstance(value, dict) and shape.values is not None:
        for key, one in value.items():
            yield from broken(one, shape.values, f"{path}[{key!r}]")


def _in_struct(value: Struct, path: str) -> Iterator[tuple[str, str]]:
    if keywords := keywords_of(type(value)):
        yield from _broken_by(keywords, value, path)
    for member in members_of(type(value)).values():
        yield from broken(getattr(value, member.python), member.shape, f"{path}.{member.wire}")
    if (rest := rest_of(type(value))) is not None:
        yield from broken(getattr(value, REST), rest.shape, path)


def _in_union(value: Any, union: OneOf, path: str) -> Iterator[tuple[str, str]]:
    """One alternative without a complaint is enough, and in an exclusive union more than one is too many."""
    said = union.exclusive or any(shape_of(one).keywords for one in union.alternatives)
    if isinstance(value, Struct) and (union.tag or not said):
        # It was decoded as the best of them, so nothing better is found by trying all again.
        yield from _in_struct(value, path)
        return
    read = _read(union, to_wire(value))
    complaints = [list(broken(found, shape, path)) for found, shape in read]
    fitting = complaints.count([])
    if fitting > 1 and union.exclusive:
        yield path, f"fits {fitting} alternatives of {union.__name__}, of which only one may fit"
    elif not fitting:
        yield from complaints[0] if complaints else [(path, f"is no alternative of {union.__name__}")]


def _broken_by(keywords: Schema, value: Any, path: str) -> Iterator[tuple[str, str]]:
    wire, known = to_wire(value), keywords.get(DEFINITIONS, {})
    for keyword, limit in keywords.items():
        if not keyword_holds(keyword, keywords, wire, known):
            yield path, f"does not hold to {keyword}: {limit!r}"


def to_wire(value: Any) -> Any:
    """A decoded value as the JSON it stands for."""
    if isinstance(value, Struct):
        pairs = ((member.wire, getattr(value, member.python)) for member in members_of(type(value)).values())
        found = {wire: to_wire(one) for wire, one in pairs if one is not UNSET}
        if isinstance(rest := getattr(value, REST, None), dict) and rest_of(type(value)) is not None:
            found = {key: to_wire(one) for key, one in rest.items()} | found
        return found
    if isinstance(value, dict):
        return {key: to_wire(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_wire(one) for one in value]
    return value if isinstance(value, str) else to_builtins(value)
