"""The file of a recording: what is written is read back, and whatever is no recording is an error with its line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from specmill.errors import SpecmillError
from specmill.serve.recording import Recording, written
from specmill.serve.recording_read import parsed, read, read_all
from tests.serve.recordings import compact, recordings, streamed

Lines = list[dict[str, Any]]


@given(recordings())
def test_what_is_written_is_read_back_exactly(one: Recording) -> None:
    back = parsed(written(one))
    assert one.events == back.events
    assert (one.document, one.operation, one.date, one.redacted) == (
        back.document,
        back.operation,
        back.date,
        back.redacted,
    )
    assert written(one) == written(back)


def changed(change: Callable[[Lines], Any]) -> bytes:
    """The lines: 1 what it is, 2 head, 3 head, 4 data of the client, 5 and 6 of the server, 7 and 8 the ends."""
    lines = [json.loads(line) for line in written(streamed([{}], [{"error_code": 200}])).splitlines()]
    change(lines)
    return b"".join(compact(line) + b"\n" for line in lines)


def member(line: int, name: str, value: Any) -> bytes:
    return changed(lambda lines: lines[line - 1].update({name: value}))


def without(line: int, name: str) -> bytes:
    return changed(lambda lines: lines[line - 1].pop(name))


WHOLE = changed(lambda lines: None)

BROKEN = {
    "an empty file": (b"", 1, "the file is empty"),
    "cut inside a line": (WHOLE[:-4], 8, "the file ends inside a line"),
    "cut behind a line": (changed(lambda lines: lines.pop()), 7, "the exchange has no end"),
    "nothing but the first line": (changed(lambda lines: lines.__delitem__(slice(1, None))), 1, "there is no event"),
    "a blank line": (WHOLE.replace(b"\n", b"\n\n", 1), 2, "not JSON"),
    "not UTF-8": (WHOLE.replace(b"peer", b"\xff"), 2, "not UTF-8"),
    "not JSON": (WHOLE.replace(b'{"at":0.0,"from":"server"', b'{"at":,', 1), 3, "not JSON"),
    "NaN": (WHOLE.replace(b'{"at":0.0,"from":"server"', b'{"at":NaN,"from":"server"', 1), 3, "NaN is no JSON"),
    "a member twice": (WHOLE.replace(b'"is":"end"', b'"is":"end","is":"end"', 1), 7, "a member stands twice"),
    "a list": (WHOLE.replace(b"\n", b"\n[]\n", 1), 2, "has to be a JSON object"),
    "another file": (member(1, "specmill", "manifest"), 1, "this is no recording"),
    "of tomorrow": (member(1, "version", 2), 1, "version 2; this specmill reads version 1"),
    "of a version that is true": (member(1, "version", True), 1, "version True"),
    "without a date": (without(1, "date"), 1, "`date` is missing"),
    "a date that is a number": (member(1, "date", 7), 1, "`date` has to be text"),
    "rules that are text": (member(1, "redacted", "all"), 1, "`redacted` has to list text"),
    "an unknown member": (member(5, "note", "!"), 5, "there is no member `note` here"),
    "a side that there is not": (member(4, "from", "proxy"), 4, "`from` has to be client or server"),
    "a kind that there is not": (member(4, "is", "ping"), 4, "`is` has to be one of head, data, end, cut, reset"),
    "a time that is text": (member(4, "at", "0"), 4, "`at` has to be seconds"),
    "a time before the start": (member(2, "at", -1), 2, "`at` has to be seconds"),
    "back in time": (member(3, "at", 9), 4, "before the one above it"),
    "a status of text": (member(3, "status", "200"), 3, "`status` has to be a number"),
    "a head in between": (member(3, "status", 100), 3, "`status` has to be a number"),
    "a method that is none": (member(2, "method", "PO ST"), 2, "this is no `method`"),
    "a target that is none": (member(2, "target", "/a b"), 2, "this is no `target`"),
    "fields that are no pairs": (member(2, "fields", [["Host"]]), 2, "`fields` has to list [name, value]"),
    "a field of two lines": (member(2, "fields", [["Host", "a\r\nb: c"]]), 2, "`fields` has to list"),
    "data of nothing": (member(4, "text", ""), 4, "data has to have content"),
    "data both ways": (member(4, "base64", "YQ=="), 4, "there is no member `base64` here"),
    "half a character": (WHOLE.replace(b'"text":"{}\\n"', b'"text":"\\ud800"'), 4, "half a character"),
    "no base64": (WHOLE.replace(b'"text":"{}\\n"', b'"base64":"=a"'), 4, "not base64"),
    "more that is false": (member(4, "more", False), 4, "`more` has to be true"),
    "content ahead of the head": (changed(lambda lines: lines.insert(2, lines.pop(4))), 3, "content ahead of its head"),
    "the answer first": (changed(lambda lines: lines.insert(1, lines.pop(2))), 2, "has to be the client's head"),
    "two heads": (changed(lambda lines: lines.insert(2, lines[1])), 3, "the client has a second head"),
    "content behind the end": (changed(lambda lines: lines.insert(7, lines[3])), 8, "says something behind its end"),
    "two ends": (changed(lambda lines: lines.insert(7, lines[6])), 8, "ends a second time"),
    "more behind the end of all": (changed(lambda lines: lines.append(lines[7])), 9, "behind the end of the exchange"),
    "complete without a head": (changed(lambda lines: (lines.pop(2), lines.pop(3), lines.pop(3))), 5, "without a head"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_an_error_with_its_line_and_the_next_command(name: str) -> None:
    data, line, message = BROKEN[name]
    with pytest.raises(SpecmillError) as caught:
        parsed(data, "spec/recordings/one.jsonl")
    assert caught.value.place is not None
    assert ("spec/recordings/one.jsonl", line) == (caught.value.place.file, caught.value.place.line)
    assert message in caught.value.message
    assert "specmill record" in caught.value.hint


def test_every_beginning_of_a_file_is_refused() -> None:
    for end in range(len(WHOLE)):
        with pytest.raises(SpecmillError):
            parsed(WHOLE[:end])


def test_a_folder_is_read_by_name(tmp_path: Path) -> None:
    for name in ("b.jsonl", "a.jsonl"):
        (tmp_path / name).write_bytes(WHOLE)
    (tmp_path / "README.md").write_text("not a recording")
    assert ["there/a.jsonl", "there/b.jsonl"] == [one.name for one in read_all(tmp_path, "there")]
    assert ["a.jsonl"] == [one.name for one in read_all(tmp_path / "a.jsonl", "a.jsonl")]


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SpecmillError, match="there are no recordings here"):
        read_all(tmp_path / "none")
    with pytest.raises(SpecmillError, match="cannot read it"):
        read(tmp_path / "none.jsonl")
