"""Concatenated JSON is cut into its values, whatever stands between them and wherever it is cut."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET, Struct, UnsetType

from runtime._duplex.reports import Reports
from runtime._json import DateTime
from tests.duplex.doors import cut, doors
from tests.work import calls_of

TRICKY = st.sampled_from(
    ["}{", '"', "\\", "\\\\", '\\"', "{[", "]}", "\n", "\r\n", "\u2028", "é", "\U0001d4b3", "\x7f", ""]
)
TEXT = st.lists(TRICKY | st.text(max_size=3), max_size=4).map("".join)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.dictionaries(TEXT, VALUES, max_size=4)
SEPARATORS = st.sampled_from(["", "\n", "\r\n", " ", "\t\r\n\n "])
SPELLINGS = st.fixed_dictionaries({"indent": st.sampled_from([None, 0, 2]), "ensure_ascii": st.booleans()})


class Report(Struct, kw_only=True):
    code: int
    at: DateTime | UnsetType = UNSET


def through(pieces: list[bytes], type_: Any = Any) -> tuple[list[Any], Reports[Any]]:
    reports: Reports[Any] = Reports(type_)
    found = [report for piece in pieces for report in reports.feed(piece)]
    return found + reports.finish(), reports


@given(st.data(), st.lists(OBJECTS, max_size=6), SEPARATORS, SPELLINGS)
def test_objects_come_out_whatever_separates_them(
    data: st.DataObject, values: list[Any], separator: str, spelling: dict[str, Any]
) -> None:
    text = "".join(json.dumps(value, **spelling) + separator for value in values).encode("utf-8", "surrogatepass")
    found, reports = through(data.draw(cut(text)))
    assert (values, None) == (found, reports.fault)


@given(st.data(), st.lists(VALUES, max_size=6), SEPARATORS.filter(bool))
def test_values_of_any_kind_come_out_between_separators(data: st.DataObject, values: list[Any], separator: str) -> None:
    text = "".join(json.dumps(value) + separator for value in values).encode()
    found, reports = through(data.draw(cut(text)))
    assert (values, None) == (found, reports.fault)


@pytest.mark.parametrize(
    "text",
    [
        b'{"code":1}{"code":2}',
        b'{"code":1}\r\n{"code":2}\r\n',
        b'\n\n{"code":1}\n\n\n{"code":2}',
        b'{\n  "code": 1\n}\n{\n  "code": 2\n}\n',
        b'{"code":1,"x":"}{"}{"code":2,"y":"\\"}{\\\\"}',
        b'{"code":1}\n{"code":2,\n"x":[\n{\n}\n]}\n',
    ],
)
def test_every_example_goes_through_every_door(text: bytes) -> None:
    for pieces in doors(text):
        found, reports = through(pieces, Report)
        assert ([1, 2], None) == ([report.code for report in found], reports.fault), pieces


def test_a_report_is_there_with_its_last_byte() -> None:
    reports: Reports[Report] = Reports(Report)
    assert [[], [], [Report(code=1)], []] == [reports.feed(piece) for piece in (b'{"co', b'de":1', b"}", b"\r\n")]


@pytest.mark.parametrize("separator", [b"\r\n", b"", b"\n\n"])
def test_a_report_that_breaks_a_promise_is_kept_and_so_are_those_around_it(separator: bytes) -> None:
    odd = [
        b'{"code":1}',
        b'{"code":2,"at":"+53069-10-02T21:02:03Z","new":[1]}',
        b'{"code":"3"}',
        b"{}",
        b'{"code":5,"at":NaN}',
        b'{"code":6,"new":"\xff\xfe"}',
        b'{"code":7}',
    ]
    found, reports = through([separator.join([*odd, b""])], Report)
    assert ([1, 2, "3", UNSET, 5, 6, 7], None) == ([report.code for report in found], reports.fault)
    assert "+53069-10-02T21:02:03Z" == found[1].at


@pytest.mark.parametrize(
    "garbage", [b"garbage", b"}", b"]", b'{"code":1,,}', b"{]", b"<html>", b'{"code":nul}', b",", b"[1]", b"null"]
)
@pytest.mark.parametrize("separator", [b"\r\n", b""])
def test_the_reports_before_garbage_are_not_lost(garbage: bytes, separator: bytes) -> None:
    text = b'{"code":1}' + separator + b'{"code":2}' + separator + garbage + separator
    for pieces in doors(text):
        found, reports = through(pieces, Report)
        assert ([1, 2], True) == ([report.code for report in found], reports.fault is not None), pieces


@pytest.mark.parametrize("half", [b"{", b'{"code":', b'{"code":2', b'"', b'{"a":"}'])
def test_half_a_report_at_the_end_is_a_fault(half: bytes) -> None:
    found, reports = through([b'{"code":1}\n' + half], Report)
    assert (1, True) == (len(found), reports.fault is not None)


@pytest.mark.parametrize(
    "text",
    [
        b'{"a":"' + b"x" * 100_000 + b'"}',
        b'{"a":"' + b"}{" * 50_000 + b'"}',
        b'{"a":"' + b'\\"' * 50_000 + b'"}',
        b'{"a":[' + b"[]," * 30_000 + b"1]}",
        b"{" + b"\n" * 100_000 + b"}",
    ],
)
def test_a_long_report_in_small_pieces_is_looked_at_a_bounded_number_of_times(text: bytes) -> None:
    def work(pieces: int) -> int:
        size = len(text) // pieces
        return calls_of(lambda: through([text[at : at + size] for at in range(0, len(text), size)]))

    few, many = work(50), work(500)
    assert many < 15 * max(few, 50)
