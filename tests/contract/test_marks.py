"""What an overlay says of a stream is read, and what it says wrongly is told with its place."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from specmill.contract.marks import Marks, Sequence, Size, Source, marks_of
from specmill.errors import SpecmillError
from tests.contract.grounds import api, marks

POINTER = "/paths/~1a/post"


def read(given: Any) -> Marks:
    operation = replace(api().operations[0], pointer=POINTER)
    return marks_of({"paths": {"/a": {"post": {"x-contract": given}}}}, operation)


def test_the_flagship_says_what_its_reports_promise() -> None:
    found = marks()
    assert Source(parameter="cluster_id") == found.echo["/cluster_id"]
    assert Source(pointer="/partition_id") == found.echo["/partition_id"]
    assert Sequence("/offset", "/partition_id") == found.sequence
    assert (30.0, b"\n") == (found.idle, found.keepalive)
    ways = {"BINARY": "base64", "STRING": "text"}
    wanted = {f"/{side}/size": Size(f"/{side}/data", f"/{side}/type", ways) for side in ("key", "value")}
    assert wanted == found.sizes


@pytest.mark.parametrize(
    ("code", "status"), [(200, 200), (400, 400), (40101, 401), (42206, 422), (50302, 503), (7, None), (True, None)]
)
def test_codes_go_with_a_status(code: int, status: int | None) -> None:
    assert ([status] if status else []) == [one for one in range(100, 600) if marks().fits_status(code, one)]


def test_an_operation_without_marks_promises_nothing() -> None:
    found = marks_of({"paths": {"/a": {"post": {}}}}, replace(api().operations[0], pointer=POINTER))
    assert Marks(pointer=POINTER) == found
    assert found.fits_status(40101, 200)


@pytest.mark.parametrize(
    ("given", "place", "message"),
    [
        ([], "", "an object has to stand here"),
        ({"echos": {}}, "/echos", "'echos' is no mark"),
        ({"accepts": {"type": "objet"}}, "/accepts", "this schema cannot be compiled"),
        ({"echo": {"offset": "path.a"}}, "/echo", "this is no JSON pointer: 'offset'"),
        ({"echo": {"/a": "query.b"}}, "/echo/~1a", "nothing can be echoed from 'query.b'"),
        ({"echo": {"/a": "path#/b"}}, "/echo/~1a", "nothing can be echoed from 'path#/b'"),
        ({"echo": {"/a": "path.nowhere"}}, "/echo/~1a", "the path has no parameter 'nowhere'"),
        ({"sequence": {"value": "/a"}}, "/sequence", "a sequence has a value and a per"),
        ({"codes": ["twice"]}, "/codes", "codes go with the status in no such way"),
        ({"idle": "30s"}, "/idle", "this is no number of seconds: '30s'"),
        ({"idle": True}, "/idle", "this is no number of seconds: True"),
        ({"keepalive": "ping"}, "/keepalive", "what keeps a stream open is white space"),
        ({"sizes": {"/a": 1}}, "/sizes/~1a", "this is no JSON pointer: 1"),
    ],
)
def test_a_wrong_mark_is_told_with_its_place(given: Any, place: str, message: str) -> None:
    with pytest.raises(SpecmillError) as caught:
        read(given)
    assert caught.value.message.startswith(message)
    assert caught.value.place is not None
    assert f"{POINTER}/x-contract{place}" == caught.value.place.pointer
