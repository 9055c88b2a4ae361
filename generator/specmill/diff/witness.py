"""Finds what worked before and does not now, and tries it on both sides before it says so.

A request is given by the old side and taken by the new one, an answer is given by the new side and taken by the old
one. So one search does for both: a value that the giver allows and the taker refuses, for the very reason that is
looked for, put into a whole call or answer that is otherwise fine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from specmill.diff.clashes import DIRECTIONS, Clash
from specmill.diff.judges import Together
from specmill.diff.messages import (
    plain_answer,
    plain_call,
    refusal,
    surprise,
)
from specmill.diff.refute import focused, path_of, refuted, way_to
from specmill.diff.sides import Side
from specmill.diff.values import Answer, Call, Witness
from specmill.schemas.made import Impossible, Maker
from specmill.schemas.validate import HOME, Judge
from specmill.values import Content, Operation, Response

SEEDS = 12  # values that are made at random where no guess was right
MEMBERS = ("required", "required-property")
CLOSING = ("additionalProperties", "unevaluatedProperties", "propertyNames", "maxProperties", "falseSchema")
CONDITIONS = ("dependentRequired", "dependentSchemas", "if", "allOf", "alternative", "exclusive")
CHOICES = ("anyOf", "oneOf", "not")


@dataclass(frozen=True, slots=True)
class Part:
    """Where in a message a schema stands."""

    kind: Literal["parameter", "body", "header", "answer"]
    old: Operation
    new: Operation
    before: Any  # the schema
    after: Any
    name: tuple[str, str] = ("", "")  # location and name of a parameter; "" and the name of a header
    label: str = ""  # how the new document calls it
    media_type: str = ""
    responses: tuple[Response, Response] | None = None
    content: Content | None = None  # of an answer of the new side

    @property
    def told(self) -> str:
        if self.kind == "parameter":
            return f"the {self.name[0]} parameter {self.label}"
        return f"the header {self.name[1]}" if self.kind == "header" else "the body"


class Search:
    def __init__(self, old: Side, new: Side) -> None:
        self._old, self._new = old, new

    # --- whole messages

    def call(
        self, old: Operation, new: Operation | None, change: Callable[[Call], Call] = lambda call: call
    ) -> Witness | None:
        """A plain call of the old side, changed by something that matters to what is looked for."""
        try:
            return self.tried_call(old, new, change(plain_call(self._old, old)))
        except Impossible:
            return None

    def tried_call(self, old: Operation, new: Operation | None, call: Call, why: str = "") -> Witness | None:
        if refusal(self._old, old, call) is not None:
            return None
        refused = refusal(self._new, new, call)
        return None if refused is None else Witness(call, why or refused)

    def answer(
        self,
        old: Operation,
        new: Operation,
        response: Response,
        content: Content | None = None,
    ) -> Witness | None:
        """A plain answer of the new side."""
        try:
            return self.tried_answer(old, new, plain_answer(self._new, new, response, content))
        except Impossible:
            return None

    def tried_answer(self, old: Operation, new: Operation, answer: Answer, why: str = "") -> Witness | None:
        if surprise(self._new, new, answer) is not None:
            return None
        refused = surprise(self._old, old, answer)
        return None if refused is None else Witness(answer, why or refused)

    # --- one keyword of one schema

    def value(self, part: Part, clash: Clash) -> Witness | None:
        for value, why in self._values(part, clash):
            found = self._in_message(part, value, why)
            if found is not None:
                return found
        return None

    def _in_message(self, part: Part, value: Any, why: str) -> Witness | None:
        if part.kind == "parameter":
            return self._of_call(part, lambda call: replace(call, parameters=_with(call, part.name, value)), why)
        if part.kind == "body":
            return self._of_call(part, lambda call: replace(call, media_type=part.media_type, body=value), why)
        assert part.responses is not None
        if part.kind == "header":
            change = _with_header(part.name[1], value)
            return self._of_answer(part, change, why)
        return self._of_answer(part, lambda answer: replace(answer, body=value), why)

    def _of_call(self, part: Part, change: Callable[[Call], Call], why: str) -> Witness | None:
        try:
            call = change(plain_call(self._old, part.old))
        except Impossible:
            return None
        return self.tried_call(part.old, part.new, call, why)

    def _of_answer(self, part: Part, change: Callable[[Answer], Answer], why: str) -> Witness | None:
        assert part.responses is not None
        try:
            answer = change(plain_answer(self._new, part.new, part.responses[1], part.content))
        except Impossible:
            return None
        return self.tried_answer(part.old, part.new, answer, why)

    def _values(self, part: Part, clash: Clash) -> Iterator[tuple[Any, str]]:
        """Values that the giver allows and the taker refuses, with what the taker says."""
        direction = DIRECTIONS[clash.at.position]
        sides = (self._old, self._new) if direction == "request" else (self._new, self._old)
        schemas = (part.before, part.after) if direction == "request" else (part.after, part.before)
        limits = (clash.before, clash.after) if direction == "request" else (clash.after, clash.before)
        giver, taker = (side.judges[direction] for side in sides)
        reason = Reason(taker, schemas[1], clash, part.told)
        for guess in refuted(clash, *limits):
            for value in made(sides[0], giver, schemas[0], focused(way_to(clash), guess), seeds=0 if guess else SEEDS):
                why = reason.of(value)
                if why is not None:
                    yield value, why


def made(side: Side, judge: Judge, schema: Any, guess: Any, seeds: int) -> Iterator[Any]:
    both = {"allOf": [schema, guess]}
    maker = Maker(side.schemas, _Both(judge, both))
    for seed in (None, *range(seeds)):
        try:
            yield maker.value(both, seed)
        except Impossible:
            continue


class _Both(Judge):
    """Judges two schemas that both have to hold, one by one: together they would be compiled for each guess."""

    def __init__(self, judge: Judge, both: Any) -> None:
        self.other = judge.other
        self._judge, self._both = judge, both

    def valid(self, schema: Any, value: Any) -> bool:
        parts = schema["allOf"] if schema is self._both else [schema]
        return all(self._judge.valid(part, value) for part in parts)


class Reason:
    """Whether a value is refused because of what is looked for, and not for something else that changed as well."""

    def __init__(self, judge: Together, schema: Any, clash: Clash, told: str) -> None:
        self._judge, self._schema, self._told = judge, schema, told
        self._keyword = clash.keyword
        self._path = path_of(way_to(clash))
        self._name = clash.name

    def of(self, value: Any) -> str | None:
        fault = self._judge.fault(self._schema, value, self._told)
        if fault is None:
            return None
        errors = self._judge.errors(self._schema, value)
        return str(fault).replace(HOME, "") if any(self._is_meant(kind, path) for kind, path in errors) else None

    def _is_meant(self, kind: Any, path: tuple[str | int, ...]) -> bool:
        if kind.name in CHOICES:
            return path == self._path[: len(path)]
        if kind.name == "required" and self._keyword not in CONDITIONS:
            return self._keyword in MEMBERS and path == self._path and kind.property == self._name
        if self._keyword in ("property", *MEMBERS):
            return kind.name in CLOSING and path in (self._path, (*self._path, self._name)) and self._is_closed(kind)
        if kind.name in CLOSING and self._keyword == "patternProperties":
            return path == self._path[:-1]
        return path[: len(self._path)] == self._path

    def _is_closed(self, kind: Any) -> bool:
        return self._name in getattr(kind, "unexpected", (self._name,))


def _with(call: Call, key: tuple[str, str], value: Any) -> tuple[tuple[str, str, Any], ...]:
    others = tuple(one for one in call.parameters if one[:2] != key)
    return (*others, (*key, value))


def _with_header(name: str, value: Any) -> Callable[[Answer], Answer]:
    key = name.lower()
    return lambda answer: replace(answer, headers=(*(one for one in answer.headers if one[0] != key), (key, value)))
