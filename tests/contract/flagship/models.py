"""Strategies for models, from the annotations that users see: whatever a type checker lets pass, and nothing else."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st
from msgspec import UNSET, Meta, Struct, UnsetType

WIDEST = 24 * 60 - 1  # minutes by which a zone may be away from UTC
TEXTS = st.text(max_size=20)
NUMBERS = st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
ZONES = st.integers(-WIDEST, WIDEST).map(lambda minutes: timezone(timedelta(minutes=minutes)))
PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    Any: JSON,
    NoneType: st.none(),
    UnsetType: st.just(UNSET),
    bool: st.booleans(),
    str: TEXTS,
    bytes: st.binary(max_size=20),
    datetime: st.datetimes(timezones=ZONES),
}


@cache
def of(type_: Any) -> st.SearchStrategy[Any]:
    if type_ in PLAIN:
        return PLAIN[type_]
    if isinstance(type_, type) and issubclass(type_, Struct):
        hints = get_type_hints(type_, include_extras=True)
        return st.builds(type_, **{name: of(hints[name]) for name in type_.__struct_fields__})
    origin, parts = get_origin(type_), get_args(type_)
    if origin is Annotated:
        return _bounded(parts[0], next(part for part in parts if isinstance(part, Meta)))
    if origin in (Union, UnionType):
        return st.one_of([of(part) for part in parts])
    if origin is Literal:
        return st.sampled_from(parts)
    if origin is list:
        return st.lists(of(parts[0]), max_size=3)
    raise TypeError(f"no strategy for {type_}")


def _bounded(type_: Any, meta: Meta) -> st.SearchStrategy[Any]:
    if type_ is not int:
        return of(type_)
    assert meta.ge is not None and meta.le is not None
    return st.integers(int(meta.ge), int(meta.le))
