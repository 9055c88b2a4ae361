"""Hypothesis strategies for tests of your own: what a document allows, and what it does not, with the reason.

Each draws one row of bytes and makes a value of it, which is quick and shrinks to the plainest value there is::

    from specmill.contract import records, requests

    @given(records("openapi.yaml", "produceRecord"))
    def test_a_record_is_taken(record): ...

    @given(requests("openapi.yaml", "listBooks", valid=False))
    def test_a_bad_call_is_refused(broken):
        print(broken.reason, broken.request)
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from specmill.config import Options as BuildOptions
from specmill.config import load
from specmill.contract.broken import breakers
from specmill.contract.cases import Cases, Settings
from specmill.contract.choices import Choices
from specmill.contract.directions import directed
from specmill.contract.judge import Judge
from specmill.contract.marks import marks_of
from specmill.contract.places import encoded
from specmill.contract.schemas import Schemas
from specmill.contract.streams import AIMED, SINGLE_BYTES, WHOLE
from specmill.contract.valid import Makers
from specmill.contract.validator import told_by
from specmill.contract.values import Call, Case
from specmill.document.api import Api, api_of
from specmill.errors import Place, SpecmillError
from specmill.values import JSON, Content, Operation

LONGEST = 96  # bytes of decisions
PLANS = (WHOLE, SINGLE_BYTES, *AIMED)


@dataclass(frozen=True, slots=True)
class Broken:
    """A value that the document refuses, and why: ``enum at /value/type: 'json' is none of its members``."""

    value: JSON
    reason: str
    pointer: str
    keyword: str


@dataclass(frozen=True, slots=True)
class BrokenRequest:
    request: Call
    reason: str


@dataclass(frozen=True, slots=True)
class StreamPlan:
    """Records, and the chunks to send them in."""

    records: tuple[JSON, ...]
    chunks: tuple[bytes, ...]
    plan: str


def records(document: str | Path | Api, operation: str = "", *, valid: bool = True) -> st.SearchStrategy[Any]:
    """Values of the body of an operation; with ``valid=False`` ``Broken`` ones, each with one fault."""
    known = _known(document, operation)
    schema = _body(known)
    validator = known.judge.validator(schema, "")
    if valid:
        make = known.makers.of(schema)
        return st.binary(max_size=LONGEST).map(lambda data: make(Choices(data), 0)).filter(validator.allows)
    ways = breakers(schema, known.schemas)

    def broken(data: bytes) -> Broken | None:
        choices = Choices(data)
        way = choices.among(ways)
        value = way.value(known.makers, choices)
        error = told_by(validator.errors(value))
        if error is None or (error.pointer, error.keyword) != (way.fault.pointer, way.fault.keyword):
            return None
        return Broken(value, str(way.fault), error.pointer, error.keyword)

    return st.binary(max_size=LONGEST).map(broken).filter(lambda one: one is not None)


def stream_plans(document: str | Path | Api, operation: str = "") -> st.SearchStrategy[StreamPlan]:
    """Some valid records, and where their bytes are cut."""

    def planned(some: list[JSON], which: int) -> StreamPlan:
        plan = PLANS[which]
        data = b"".join(encoded(one) + b"\n" for one in some)
        return StreamPlan(tuple(some), tuple(plan.pieces(data)), plan.name)

    return st.builds(planned, st.lists(records(document, operation), max_size=8), st.integers(0, len(PLANS) - 1))


def requests(
    document: str | Path | Api, operation: str = "", *, valid: bool = True, base: str = "http://localhost"
) -> st.SearchStrategy[Any]:
    """Whole calls: method, target, fields and body; with ``valid=False`` ``BrokenRequest`` ones."""
    known = _known(document, operation)
    cases = Cases(known.api, known.operation, known.judge, Settings(base, {}), known.makers, known.schemas)
    if valid:
        return st.binary(max_size=LONGEST).map(lambda data: cases.drawn(data).call)
    broken: list[Case] = [*cases.broken_bodies(bytes(8)), *cases.broken_parameters()]
    if not broken:
        raise SpecmillError(f"nothing about {known.operation.id} can be broken", place=Place("requests(valid=False)"))
    return st.sampled_from([BrokenRequest(one.call, one.about) for one in broken])


@dataclass(frozen=True, slots=True)
class _Known:
    api: Api
    operation: Operation
    judge: Judge
    schemas: Schemas
    makers: Makers


def _known(document: str | Path | Api, operation: str) -> _Known:
    api = directed(document if isinstance(document, Api) else _api(str(document)))
    found = next((one for one in api.operations if operation in ("", one.id)), None)
    if found is None:
        names = ", ".join(one.id for one in api.operations)
        raise SpecmillError(f"the document has no operation {operation!r}", hint=f"it has {names}")
    schemas = Schemas(api.normal.tree)
    makers = Makers(schemas)
    for schema in [*(one.schema for one in found.parameters), *(one.schema for one in _contents(found))]:
        makers.of(schema)
    marks = {found.id: marks_of(api.normal.document.tree, found)}
    return _Known(api, found, Judge(api, marks), schemas, makers)


@cache
def _api(document: str) -> Api:
    (config,) = load(BuildOptions(document=document, package="client", output="."))
    return api_of(config)


def _contents(operation: Operation) -> tuple[Content, ...]:
    return operation.body.contents if operation.body is not None else ()


def _body(known: _Known) -> Any:
    body = known.operation.body
    if body is None:
        raise SpecmillError(f"{known.operation.id} has no body", place=Place("records()"))
    return body.contents[0].schema
