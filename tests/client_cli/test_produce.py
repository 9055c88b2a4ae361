"""``produce``: what goes up for a line, what is told of it, and how the process ends."""

from __future__ import annotations

import base64
import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.client_cli.running import COMMAND, PATIENCE, each, environment, ran, record, records, stored

LINES = {
    "whole records": ((), b'{"value": {"type": "JSON", "data": 7}}\n', None, 7),
    "no line end at the end": ((), b'{"value": {"type": "JSON", "data": 7}}', None, 7),
    "empty lines and CRLF": ((), b'\r\n{"value": {"type": "JSON", "data": 7}}\r\n\n', None, 7),
    "a mark of the byte order": ((), b'\xef\xbb\xbf{"value": {"type": "JSON", "data": 7}}\n', None, 7),
    "json": (("--value-format", "json"), b'{"id": 7}\n', None, {"id": 7}),
    "string": (("--value-format", "string"), "süß\r\n".encode(), None, "süß"),
    "binary": (("--value-format", "binary"), b"\xff\x00\n", None, b"\xff\x00"),
    "keys": (("--value-format", "string", "--key-separator", ":"), b"k:v:w\n", "k", "v:w"),
    "keys of JSON": (
        ("--value-format", "json", "--key-separator", "\t", "--key-format", "json"),
        b'{"k":1}\t[2]\n',
        {"k": 1},
        [2],
    ),
}


@pytest.mark.parametrize("name", LINES)
@pytest.mark.parametrize("piped", [True, False], ids=["stdin", "file"])
def test_a_line_becomes_a_record(name: str, piped: bool, specmill_server: Any, tmp_path: Path) -> None:
    options, text, key, value = LINES[name]
    (tmp_path / "lines").write_bytes(text)
    given = () if piped else ("lines",)
    code, out, err = ran(
        "produce", "orders", *given, *options, url=specmill_server.url, stdin=text if piped else b"", cwd=tmp_path
    )
    assert (0, "") == (code, out), err
    (one,) = specmill_server.records("orders")
    assert (key, value) == (meant(one.key), meant(one.value))


def meant(raw: bytes | None) -> Any:
    """What was stored as JSON, else as text, else as it is."""
    if raw is None:
        return None
    try:
        return json.loads(raw)
    except ValueError:
        pass
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw


def test_options_say_what_every_record_has(specmill_server: Any) -> None:
    line = b'{"at": "2026-01-02T03:04:05Z"}\n{"at": 1767323045000}\n'
    options = ("--value-format", "json", "--header", "h:v:w", "--partition", "3", "--timestamp-field", "at")
    code, _, err = ran("produce", "orders", *options, "--reports", "-", url=specmill_server.url, stdin=line)
    assert 0 == code, err
    found = specmill_server.records("orders")
    assert [(3, (("h", b"v:w"),))] * 2 == [(one.partition, tuple(one.headers)) for one in found]
    assert [1767323045000] * 2 == [one.timestamp for one in found]


REFUSED = {
    "no JSON": ((), b"nonsense\n", "JSON is malformed"),
    "no record": ((), b"[]\n", "Expected `object`, got `array`"),
    "a member that is none": ((), b'{"vlaue": 1}\n', "unknown field `vlaue`"),
    "nothing in it": ((), b"{}\n", "a record has a value or a key"),
    "a value without a type": ((), b'{"value": {"data": 1}}\n', "its value has no type"),
    "no separator": (("--value-format", "string", "--key-separator", ":"), b"v\n", "there is no ':' between"),
    "no text": (("--value-format", "string"), b"\xff\n", "string: 'utf-8' codec can't decode"),
    "no moment": (("--value-format", "json", "--timestamp-field", "at"), b'{"a": 1}\n', "its value has no member at"),
}


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("dry", [True, False], ids=["dry", "sent"])
def test_a_line_that_is_no_record_is_refused_with_its_reason_and_the_rest_goes_on(
    name: str, dry: bool, specmill_server: Any, tmp_path: Path
) -> None:
    options, line, reason = REFUSED[name]
    good = {"--timestamp-field": b'{"at": 1}', "--key-separator": b"k:v", "--value-format": b"v"}
    other = next((good[option] for option in good if option in options), json.dumps(record(1)).encode())
    options = (*options, *(("--dry-run",) if dry else ()), "--reports", "reports", "--dead-letter", "dead")
    text = other + b"\n" + line + other + b"\n"
    code, _, err = ran("produce", "orders", *options, url=specmill_server.url, stdin=text, cwd=tmp_path)
    assert 1 == code, err
    refused = [one for one in each(tmp_path / "reports") if one["outcome"] == "refused"]
    assert [2] == [one["line"] for one in refused]
    assert reason in refused[0]["reason"]
    assert [2] == [one["refused"]["line"] for one in each(tmp_path / "dead")]
    assert (0 if dry else 2) == (len(specmill_server.records("orders")) if not dry else 0)


def test_every_line_has_a_report_with_its_number(specmill_server: Any, tmp_path: Path) -> None:
    specmill_server.behave(message_size="200")
    text = records(3) + json.dumps(record("x" * 500)).encode() + b"\n" + records(1, 5)
    words = ("produce", "orders", "--reports", "reports", "--dead-letter", "dead")
    code, _, err = ran(*words, url=specmill_server.url, stdin=text, cwd=tmp_path)
    assert (1, True) == (code, "5 records: 4 accepted, 1 refused, 0 unknown" in err)
    reports = {one["line"]: one for one in each(tmp_path / "reports")}
    assert {1: "accepted", 2: "accepted", 3: "accepted", 4: "refused", 5: "accepted"} == {
        line: one["outcome"] for line, one in reports.items()
    }
    assert {200, 413} == {one["report"]["error_code"] for one in reports.values()}
    (dead,) = each(tmp_path / "dead")
    assert (record("x" * 500)["value"], 4) == (dead["value"], dead["refused"]["line"])


def test_what_was_refused_can_be_produced_again(specmill_server: Any, tmp_path: Path) -> None:
    specmill_server.behave(message_size="1")
    words = ("produce", "orders")
    assert 1 == ran(*words, "--dead-letter", "dead", url=specmill_server.url, stdin=records(20, 10), cwd=tmp_path)[0]
    specmill_server.behave(message_size="1000")
    code, _, err = ran(*words, "dead", url=specmill_server.url, cwd=tmp_path)
    assert (0, list(range(10, 30))) == (code, sorted(stored(specmill_server))), err


def test_a_dry_run_needs_no_server_and_sends_nothing() -> None:
    code, out, err = ran("produce", "orders", "--dry-run", stdin=records(1000))
    assert (0, "") == (code, out)
    assert "1,000 records: 1,000 could be sent, 0 could not; nothing was sent" in err


@pytest.mark.parametrize("reader", ["reports to stdout", "a reader that leaves"])
def test_reports_may_go_to_stdout(reader: str, specmill_server: Any) -> None:
    if reader == "reports to stdout":
        code, out, _ = ran("produce", "orders", "--reports", "-", url=specmill_server.url, stdin=records(100))
        assert (0, list(range(1, 101))) == (code, sorted(json.loads(line)["line"] for line in out.splitlines()))
        return
    with started("produce", "orders", "--reports", "-", url=specmill_server.url) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.close()
        process.stdin.write(records(5))
        process.stdin.close()
        assert 141 == process.wait(timeout=PATIENCE)


def test_it_stops_when_too_many_are_not_accepted(specmill_server: Any) -> None:
    specmill_server.behave(message_size="1")
    code, _, err = ran("produce", "orders", "--max-errors", "5", url=specmill_server.url, stdin=records(50_000, 10))
    assert 2 == code
    assert "more than 5 records were not accepted" in err


def test_a_rate_is_kept(specmill_server: Any) -> None:
    began = time.monotonic()
    assert 0 == ran("produce", "orders", "--rate", "100", url=specmill_server.url, stdin=records(150))[0]
    assert 1.3 < time.monotonic() - began
    assert 150 == len(stored(specmill_server))


def test_records_of_one_key_stay_in_order_over_several_connections(specmill_server: Any) -> None:
    text = b"".join(b"%d:%d\n" % (number % 7, number) for number in range(2000))
    options = ("--value-format", "string", "--key-separator", ":", "--connections", "3")
    assert 0 == ran("produce", "orders", *options, url=specmill_server.url, stdin=text)[0]
    found: dict[bytes, list[int]] = {}
    for one in sorted(specmill_server.records("orders"), key=lambda one: one.offset):
        found.setdefault(one.key, []).append(int(one.value))
    assert {b"%d" % key: list(range(key, 2000, 7)) for key in range(7)} == found


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--key-separator", ":"), "--key-separator stands in plain lines"),
        (("--value-format", "string", "--timestamp-field", "t"), "a member of a JSON value"),
        (("nothing.ndjson",), "No such file or directory: nothing.ndjson"),
        (("--reports", "one", "--dead-letter", "one"), "are one file"),
        (("--connections", "0"), "it is a whole number from 1, not '0'"),
        (("--header", "h"), "--header 'h' is no NAME:VALUE"),
        (("--cluster-id", "c", "--base-url", "ftp://x"), "base_url is an address such as"),
    ],
)
def test_what_cannot_be_done_is_told(
    options: Sequence[str], message: str, specmill_server: Any, tmp_path: Path
) -> None:
    code, _, err = ran("produce", "orders", *options, url=specmill_server.url, cwd=tmp_path)
    assert 2 == code
    assert message in err


def test_without_a_cluster_it_says_how_to_name_one() -> None:
    code, _, err = ran("produce", "orders", KAFKA_REST_ENDPOINT="http://127.0.0.1:1")
    assert (2, True) == (code, "give --cluster-id, or set KAFKA_CLUSTER_ID" in err)


# ---------------------------------------------------------------- while it runs


class started:
    """A process whose input goes on."""

    def __init__(self, *words: str, url: str, cwd: Path | None = None) -> None:
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            [*COMMAND, *words], stdin=pipe, stdout=pipe, stderr=pipe, env=environment(url), cwd=cwd
        )

    def __enter__(self) -> subprocess.Popen[bytes]:
        return self._process

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            with suppress(BrokenPipeError):
                assert pipe is not None
                pipe.close()


def test_a_report_comes_while_the_input_rests(specmill_server: Any) -> None:
    with started("produce", "orders", "--reports", "-", url=specmill_server.url) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for number in range(1, 4):
            process.stdin.write(records(1, number))
            process.stdin.flush()
            assert number == json.loads(process.stdout.readline())["line"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signal that only one process gets")
def test_ctrl_c_lets_what_is_in_flight_come_home_and_prints_the_command_that_goes_on(
    specmill_server: Any, tmp_path: Path
) -> None:
    specmill_server.behave(ack_delay="300ms")
    words = ("produce", "orders", "--reports", "reports", "--user", "k:s3cr3t")
    with started(*words, url=specmill_server.url, cwd=tmp_path) as process:
        assert process.stdin is not None
        process.stdin.write(records(7))
        process.stdin.flush()
        while len(stored(specmill_server)) < 7:
            os.sched_yield()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=PATIENCE)
    assert 130 == process.returncode, err
    assert 7 == len(each(tmp_path / "reports"))
    assert b"7 records: 7 accepted, 0 refused, 0 unknown" in err
    assert b"go on with:" in err
    assert b"produce orders --reports reports --user '***' --skip 7" in err


def test_skip_begins_behind_a_line(specmill_server: Any) -> None:
    assert 0 == ran("produce", "orders", "--skip", "7", url=specmill_server.url, stdin=records(10))[0]
    assert [8, 9, 10] == sorted(stored(specmill_server))


@pytest.mark.parametrize(("choice", "code"), [("raise", 2), ("report", 1), ("resend", 0)])
def test_what_nobody_knows_is_dealt_with_as_was_chosen(
    choice: str, code: int, specmill_server: Any, tmp_path: Path
) -> None:
    specmill_server.behave(broker="timeout-stored", broker_every="10")
    words = ("produce", "orders", "--on-unknown", choice, "--reports", "reports")
    found, _, err = ran(*words, url=specmill_server.url, stdin=records(25), cwd=tmp_path)
    outcomes = [one["outcome"] for one in each(tmp_path / "reports")]
    assert code == found, err
    assert ("unknown" in outcomes) is (choice == "report")
    if choice != "raise":
        assert 25 == len(outcomes)
        assert set(range(1, 26)) == set(stored(specmill_server))


def test_base64_of_a_header_is_what_was_given(specmill_server: Any) -> None:
    line = {**record(1), "headers": [{"name": "h", "value": base64.b64encode(b"\xff").decode()}]}
    assert 0 == ran("produce", "orders", url=specmill_server.url, stdin=json.dumps(line).encode())[0]
    (one,) = specmill_server.records("orders")
    assert [("h", b"\xff")] == [tuple(pair) for pair in one.headers]


@pytest.mark.skipif(os.name == "nt", reason="a pseudo terminal is one of POSIX")
def test_a_terminal_is_shown_how_far_it_is(specmill_server: Any, tmp_path: Path) -> None:
    import pty

    (tmp_path / "lines").write_bytes(records(400))
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*COMMAND, "produce", "orders", "lines", "--rate", "400"],
        env={**environment(specmill_server.url), "COLUMNS": "200"},
        cwd=tmp_path,
        stderr=theirs,
    ) as process:
        assert 0 == process.wait(timeout=PATIENCE)
    os.close(theirs)
    shown = os.read(ours, 100_000).decode()
    os.close(ours)
    line = r"[\d.]+ k?B of 16.3 kB  \d+/s  \d+ in flight  \d+ accepted  0 refused  0 unknown  0:00:0\d left"
    assert re.search(line, shown), shown
    assert "400 records: 400 accepted, 0 refused, 0 unknown" in shown.splitlines()[-1]
