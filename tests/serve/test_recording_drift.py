"""A recording that the document no longer allows is named: the file, the event, the place in it, and the line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import pytest

from specmill.cli import main
from specmill.config import Options, load
from specmill.errors import Problems, SpecmillError
from specmill.serve.drift import drift
from specmill.serve.recording import AnswerHead, Data, End, Event, Recording, RequestHead, written
from specmill.serve.replay import responder
from tests.serve.flagship import flagship
from tests.serve.recordings import JSON_FIELDS, TARGET, compact, record, recording, report, streamed
from tests.support import REPOSITORY

BAD = {"value": {"type": 7, "data": 1}}


def answered(
    status: int,
    body: bytes,
    media_type: str = "application/json",
    target: str = TARGET,
    sent: Sequence[Any] = (),
    how: Literal["end", "cut"] = "end",
) -> Recording:
    events: list[Event] = [
        RequestHead(0.0, "POST", target, JSON_FIELDS),
        *(Data(0.0, "client", compact(one)) for one in sent),
        AnswerHead(0.1, status, (("Content-Type", media_type),) if media_type else ()),
        *([Data(0.1, "server", body)] if body else []),
        End(0.1, "server", how),
    ]
    return recording(events)


FINE: dict[str, Recording] = {
    "records and their reports": streamed(),
    "a record that was refused may be anything": streamed([BAD, record(1)], [{"error_code": 400}, report(1)]),
    "a refusal of all": answered(401, b'{"error_code":40101,"message":"no"}', sent=[BAD]),
    "a status of a class": answered(503, b'{"error_code":50302,"message":"no"}'),
    "a page": answered(429, b"<html>", "text/html;charset=iso-8859-1"),
    "an answer without a body": answered(404, b"", ""),
    "a report that was cut": answered(200, b'{"error_code":200}\r\n{"err', how="cut"),
}
DRIFTED: dict[str, tuple[Recording, int, str]] = {
    "the operation": (replace(streamed(), operation="produce"), 2, "event 1: the document has no operation 'produce'"),
    "the path": (streamed(target="/v3/records"), 2, "event 1: POST /v3/records does not lead to produceRecord"),
    "the status": (answered(418, b"{}"), 3, "event 2: the document has no answer 418 of produceRecord"),
    "the media type": (
        answered(401, b"no", "text/plain"),
        3,
        "event 2: the document has no text/plain for the answer 401",
    ),
    "the answer": (answered(401, b'{"error_code":"x"}'), 4, "event 3: the answer at /error_code"),
    "a report": (
        streamed(reports=[report(0), {**report(1), "offset": "1"}, report(2)]),
        8,
        'event 7: report 2 at /offset: this is not of type "integer" (type)',
    ),
    "a report without its verdict": (streamed(reports=[report(0), {}]), 8, '"error_code" is a required property'),
    "a record that was accepted": (
        streamed([record(0), BAD], [report(0), report(1)]),
        7,
        "event 6: record 2 at /value",
    ),
    "no JSON": (answered(200, b"{} garbage {}"), 4, "event 3: report 1"),
}


@pytest.mark.parametrize("name", FINE)
def test_what_the_document_allows_is_fine(name: str) -> None:
    assert () == drift([FINE[name]], flagship())


@pytest.mark.parametrize("name", DRIFTED)
def test_drift_names_the_recording_the_event_the_place_and_the_line(name: str) -> None:
    one, line, message = DRIFTED[name]
    error = drift([replace(one, name="spec/recordings/one.jsonl")], flagship())[0]
    assert error.place is not None
    assert ("spec/recordings/one.jsonl", line) == (error.place.file, error.place.line)
    assert message in error.message
    assert "the document has changed since it was recorded; record it anew" in error.hint


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """This repository's client, with recordings of its own."""
    spec = REPOSITORY / "spec"
    (tmp_path / "recordings").mkdir()
    lines = ["[tool.specmill]", 'package = "api"', 'output = "."', 'recordings = "recordings"']
    lines += [f'document = "{spec / "kafka-rest-v3.yaml"}"', f'overlays = "{spec / "overlays"}"']
    (tmp_path / "pyproject.toml").write_text("\n".join(lines) + "\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_check_finds_drift(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == main(["regenerate"])
    (project / "recordings" / "fine.jsonl").write_bytes(written(streamed()))
    assert 0 == main(["check"])
    (project / "recordings" / "old.jsonl").write_bytes(written(DRIFTED["a report"][0]))
    capsys.readouterr()
    assert 1 == main(["check"])
    said = capsys.readouterr()
    assert "api: fresh" in said.out
    assert "recordings/old.jsonl:8:1: event 7: report 2 at /offset" in said.out
    assert 1 == said.err.count("record it anew")
    assert 1 == main(["check", "--json"])
    assert '"message": "event 7: report 2 at /offset' in capsys.readouterr().out


def test_what_has_drifted_is_not_served(project: Path) -> None:
    (project / "recordings" / "old.jsonl").write_bytes(written(DRIFTED["a report"][0]))
    [config] = load(Options())
    with pytest.raises(SpecmillError, match="report 2 at /offset"):
        responder(config)
    (project / "recordings" / "older.jsonl").write_bytes(written(DRIFTED["the path"][0]))
    with pytest.raises(Problems):
        responder(config)


def test_a_broken_file_is_a_finding_too(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == main(["regenerate"])
    (project / "recordings" / "half.jsonl").write_bytes(written(streamed())[:-9])
    assert 1 == main(["check"])
    assert "half.jsonl:14:1: the file ends inside a line" in capsys.readouterr().out
