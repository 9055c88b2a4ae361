"""A success whose report says otherwise is told apart from one."""

from __future__ import annotations

import pickle
from typing import Any, ClassVar

import msgspec
import pytest
from msgspec import UNSET, UnsetType

from runtime import errors
from runtime._json import decode
from runtime._report import ReportStruct
from runtime._shapes import OpenStruct


class Stored(ReportStruct, kw_only=True):
    __verdict__: ClassVar[str] = "code"
    __accepted__: ClassVar[tuple[Any, ...]] = (200, 201)
    code: int | UnsetType = UNSET
    message: str | UnsetType = UNSET


class Open(ReportStruct, OpenStruct, kw_only=True):
    __verdict__: ClassVar[str] = "state"
    __accepted__: ClassVar[tuple[Any, ...]] = ("stored",)
    state: str
    additional_properties: dict[str, Any] = msgspec.field(name="*", default_factory=dict)


@pytest.mark.parametrize(
    ("report", "ok"),
    [
        (Stored(code=200), True),
        (Stored(code=201), True),
        (Stored(code=202), False),
        (Stored(), False),
        (decode(b'{"code":"200"}', Stored), False),
        (decode(b'{"code":[200]}', Stored), False),
        (decode(b'{"code":null,"new":1}', Stored), False),
        (decode(b'{"code":200,"new":1}', Stored), True),
        (decode(b'{"state":"stored","new":1}', Open), True),
        (decode(b'{"state":"lost"}', Open), False),
    ],
    ids=repr,
)
def test_the_verdict_decides(report: Any, ok: bool) -> None:
    assert ok is report.ok
    if ok:
        assert report.raise_for_error() is None
    else:
        with pytest.raises(errors.RecordRefused) as raised:
            report.raise_for_error()
        assert report is raised.value.report
        assert report == pickle.loads(pickle.dumps(raised.value)).report


def test_the_error_says_what_the_report_says() -> None:
    with pytest.raises(errors.RecordRefused) as raised:
        Stored(code=400, message="Null\ndata").raise_for_error()
    assert "the record was not accepted: code 400: Null data" == str(raised.value)


def test_a_report_is_sent_and_compared_like_any_other_struct() -> None:
    assert b'{"code":200}' == msgspec.json.encode(Stored(code=200))
    assert ("code", "message") == Stored.__struct_fields__
    assert Stored(code=200) == Stored(code=200)
