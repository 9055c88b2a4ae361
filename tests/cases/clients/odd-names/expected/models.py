"""The models of the API, generated from its document: regenerate, do not edit."""

from __future__ import annotations

from typing import Any, TypeAlias

from msgspec import UNSET, Struct, UnsetType

Anything: TypeAlias = Any


class FooBar2(Struct, kw_only=True, gc=False):
    dash: str | UnsetType = UNSET


class FooBar3(Struct, kw_only=True, gc=False):
    dot: str | UnsetType = UNSET


class FooBar(Struct, kw_only=True, gc=False):
    plain: str | UnsetType = UNSET
