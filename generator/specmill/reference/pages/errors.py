"""The page of exceptions, told from the source of the runtime's own."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from specmill.emit.runtime import runtime_folder
from specmill.naming import words
from specmill.reference.literals import Unspeakable
from specmill.reference.markdown import block, code, link, paragraphs, plain, table
from specmill.reference.world import World

ANY_CALL = ("InvalidArgument", "ConfigurationError", "ConnectionFailed", "TimedOut", "InvalidAnswer")
TOKENS = "TokenRefused"
REPORTS = ("InvalidRecord", "RecordRefused", "WindowFull", "UnreadRefusals", "NotFlushed")
BASE, OF_STATUS, STREAM = "ClientError", "ApiError", "StreamError"
OTHERS = {"UndocumentedStatus": "any that is not listed", "InvalidAnswer": "2XX"}


@dataclass(frozen=True, slots=True)
class Raised:
    """One exception of the runtime, as its source has it: a docstring is gone where Python runs without them."""

    name: str
    bases: tuple[str, ...]
    told: str
    statuses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tree:
    """All of them, in the order of the module."""

    raised: Mapping[str, Raised]

    def is_a(self, name: str, base: str) -> bool:
        return name == base or any(self.is_a(one, base) for one in self._bases(name))

    def those_that_are(self, base: str) -> tuple[str, ...]:
        return tuple(name for name in self.raised if self.is_a(name, base))

    def _bases(self, name: str) -> tuple[str, ...]:
        return self.raised[name].bases if name in self.raised else ()


@cache
def exceptions() -> Tree:
    tree = ast.parse((runtime_folder() / "errors.py").read_text("utf-8"))
    tables = {
        node.target.id: node.value
        for node in tree.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and isinstance(node.value, ast.Dict)
    }
    exact = [(str(number), name) for number, name in _pairs(tables["CLASSES"])]
    ranges = [(f"{number}XX", name) for number, name in _pairs(tables["RANGES"])]
    statuses: dict[str, tuple[str, ...]] = {}
    for status, name in (*exact, *ranges):
        statuses[name] = (*statuses.get(name, ()), status)
    classes = (node for node in tree.body if isinstance(node, ast.ClassDef))
    found = (
        Raised(
            node.name, tuple(map(ast.unparse, node.bases)), ast.get_docstring(node) or "", statuses.get(node.name, ())
        )
        for node in classes
    )
    return Tree({one.name: one for one in found})


def _pairs(table: ast.Dict) -> Iterator[tuple[int, str]]:
    for key, value in zip(table.keys, table.values, strict=True):
        if isinstance(key, ast.Constant) and isinstance(key.value, int) and isinstance(value, ast.Name):
            yield key.value, value.id


def without_status(schemes: Mapping[str, Any]) -> tuple[str, ...]:
    """What any call may raise without an answer that has a status of its own."""
    gets_tokens = any((scheme.get("flows") or {}).get("clientCredentials") for scheme in schemes.values())
    return (*ANY_CALL, TOKENS) if gets_tokens else ANY_CALL


def in_streams() -> tuple[str, ...]:
    """What a stream may raise besides."""
    return (*(name for name in exceptions().those_that_are(STREAM) if name != STREAM), *REPORTS)


def page(world: World) -> str:
    tree = exceptions()
    of_status = [tree.raised[name] for name in tree.those_that_are(OF_STATUS)]
    others = [
        one for one in tree.raised.values() if one not in of_status and one.name != BASE and _concerns(world, one)
    ]
    return paragraphs(
        "# Exceptions",
        f"{link('Reference', 'README.md')} of {code(world.package)}. {code(f'from {world.package} import errors')}",
        f"Everything that a call raises on purpose is a {code(BASE)}. No message holds credentials, and "
        f"{code('attempts')} says how often the call was tried.",
        *_sample(world),
        "## The server answered",
        "Each is an `ApiError` and holds `status`, `body`, `headers`, `raw`, `request` and `documented`: whether the "
        "document lists that status.",
        table(("Status", "Exception", "Meaning"), (_status(one) for one in of_status)),
        "## Without such an answer",
        table(("Exception", "Is also", "Meaning"), (_other(one) for one in others)),
        "## Each of them",
        *(part for one in (*of_status, *others) for part in _each(one)),
        world.note("errors", 1),
    )


def _concerns(world: World, one: Raised) -> bool:
    """A client without streams has no exceptions of them."""
    streams = any(operation.stream for operation in world.build.operations)
    return streams or not (exceptions().is_a(one.name, STREAM) or one.name in REPORTS)


def _sample(world: World) -> Iterator[str]:
    for operation in world.build.operations:
        try:
            text = world.samples.handled(operation)
        except Unspeakable:
            continue
        yield block("python", text)
        return


def _status(one: Raised) -> tuple[str, str, str]:
    return ", ".join(one.statuses) or OTHERS.get(one.name, "any other"), _linked(one.name), _first(one)


def _other(one: Raised) -> tuple[str, str, str]:
    own = exceptions().raised
    shown = (_linked(base) if base in own else code(base) for base in one.bases if base != BASE)
    return _linked(one.name), ", ".join(shown), _first(one)


def _linked(name: str) -> str:
    return link(code(name), f"#{name.lower()}")


def _first(one: Raised) -> str:
    """What its docstring begins with, without the status that it may begin with; else what its name says.

    The phrases of Python's own ``HTTPStatus`` are others in each version.
    """
    told = one.told.partition("\n\n")[0]
    for status in one.statuses:
        told = told.removeprefix(f"{status}: ").removeprefix(status)
    told = told or f"{' '.join(words(one.name)).lower()}."
    return _as_markdown(told[:1].upper() + told[1:])


def _each(one: Raised) -> Iterator[str]:
    yield f"### {one.name}"
    begin = f"Status {' or '.join(one.statuses)}. " if one.statuses else ""
    yield f"{begin}{_first(one)}"
    yield from (_as_markdown(part) for part in one.told.split("\n\n")[1:])


def _as_markdown(text: str) -> str:
    """A docstring: what stands in two backticks there stands in one here."""
    kept = re.split(r"(``.+?``)", " ".join(text.split()))
    return "".join(code(part.strip("`")) if part.startswith("``") else _words(part) for part in kept)


def _words(text: str) -> str:
    """Text with the blanks at its ends, which part it from the code beside it."""
    bare = text.strip()
    begin, _, end = text.partition(bare) if bare else (text, "", "")
    return f"{begin}{plain(bare)}{end}"
