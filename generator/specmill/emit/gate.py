"""Imports the models in memory and builds a decoder for each: what msgspec cannot take never reaches a client."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any

from specmill.emit.runtime import runtime_folder

PACKAGE = "specmill_gate"
_numbers = itertools.count()


class Undecodable(Exception):
    """A model or a type of an operation for which there is no decoder."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


@contextmanager
def imported(source: bytes) -> Iterator[ModuleType]:
    """The models as a module that no other import finds, beside the runtime that they need."""
    package = runtime_package()
    module = ModuleType(f"{PACKAGE}.models_{next(_numbers)}")
    module.__package__ = package.__name__
    sys.modules[module.__name__] = module
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        _execute(source, module)
        yield module
    finally:
        sys.dont_write_bytecode = before
        del sys.modules[module.__name__]


def _execute(source: bytes, module: ModuleType) -> None:
    try:
        exec(compile(source, "models.py", "exec", dont_inherit=True), module.__dict__)
    except Exception as error:
        raise Undecodable("", f"{type(error).__name__}: {error}") from None


def runtime_package() -> ModuleType:
    if PACKAGE not in sys.modules:
        package = ModuleType(PACKAGE)
        package.__path__ = [str(runtime_folder())]
        sys.modules[PACKAGE] = package
    return sys.modules[PACKAGE]


def build_decoders(module: ModuleType, names: Mapping[str, set[str]], types: Mapping[str, str]) -> None:
    """``names`` are the models, each with those that it refers to. Raises Undecodable for the one at fault."""
    # Models may refer to each other in chains of thousands, and msgspec follows a chain all at once.
    import_module(f"{PACKAGE}._deep").on_deep_stack(lambda: _build(module, names, types))


def _build(module: ModuleType, names: Mapping[str, set[str]], types: Mapping[str, str]) -> None:
    failed = {name: error for name in names if (error := _failure(getattr(module, name)))}
    # Whatever refers to a model without a decoder has none either.
    for name, error in failed.items():
        if not names[name] & failed.keys() - {name}:
            raise Undecodable(name, error)
    for name, error in failed.items():
        raise Undecodable(name, error)
    space = _space(module)
    for text in dict.fromkeys(types.values()):
        if error := _failure(eval(text, space)):
            raise Undecodable("", f"{text}: {error}")


def _failure(type_: Any) -> str:
    from msgspec.json import Decoder

    hook = import_module(f"{PACKAGE}._strict").hook
    try:
        for alternative in getattr(type_, "alternatives", ()):
            Decoder(alternative, dec_hook=hook)
        Decoder(type_, dec_hook=hook)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


def _space(module: ModuleType) -> dict[str, Any]:
    """Where the source of a type means what it means in a client."""
    import datetime
    import typing
    import uuid

    import msgspec

    runtime = import_module(f"{PACKAGE}._json")
    names = {"Annotated": typing.Annotated, "Any": typing.Any, "Literal": typing.Literal, "Meta": msgspec.Meta}
    names |= {"datetime": datetime, "UUID": uuid.UUID}
    names |= {name: getattr(runtime, name) for name in ("DateTime", "Int32", "Int64")}
    return names | vars(module)
