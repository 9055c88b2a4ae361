"""``specmill record`` and ``specmill serve --responder recordings`` as processes."""

from __future__ import annotations

import json
import os
import signal
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import trustme

from specmill.serve.recording_read import read_all
from specmill.serve.server import Server
from specmill_kafka import emulator
from tests.serve.recordings import TARGET, compact, record
from tests.serve.spoken import EXCHANGES, speak
from tests.serve.talking import LAST, Answer, ask, chunk, head
from tests.support import REPOSITORY

ROUTE = os.pathsep.join(str(REPOSITORY / one) for one in ("generator", "generator/kafka"))
ENVIRONMENT = {**os.environ, "PYTHONPATH": ROUTE}


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "specmill", *words]


@contextmanager
def running(*words: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process and its URL; it is ended as a supervisor ends it."""
    with subprocess.Popen(
        command(*words, "--port", "0", "--json"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
        env=ENVIRONMENT,
    ) as process:
        try:
            assert process.stdout is not None
            yield process, json.loads(process.stdout.readline())["url"]
            process.send_signal(signal.SIGTERM)
            assert 0 == process.wait(60)
        finally:
            process.kill()


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*words), cwd=REPOSITORY, env=ENVIRONMENT, capture_output=True, text=True, timeout=60)


def asked(url: str, *numbers: int) -> Answer:
    first = head("POST", TARGET, "Content-Type: application/json", "Transfer-Encoding: chunked", "Connection: close")
    return ask(url, [first, *(chunk(compact(record(number))) for number in numbers), LAST])


def test_recorded_verified_and_replayed(tmp_path: Path) -> None:
    to = str(tmp_path / "recordings")
    with Server(emulator({})) as live:
        with running("record", "--upstream", live.url, "--to", to) as (process, url):
            assert 200 == asked(url, 1, 2).status
            assert process.stderr is not None
            assert "recorded" in process.stderr.readline()
        same = run("record", "--upstream", live.url, "--to", to, "--verify")
    with Server(emulator({"broker": "invalid"})) as live:
        other = run("record", "--upstream", live.url, "--to", to, "--verify", "--json")
    gone = run("record", "--upstream", live.url, "--to", to, "--verify")
    assert (0, 1, 2) == (same.returncode, other.returncode, gone.returncode)
    assert same.stdout.endswith("produce-record-200-1.jsonl: the same\n")
    assert "answer 1 at /error_code was 200 and is 40002" == json.loads(other.stdout)[0]["differs"]
    assert "the server could not be asked" in gone.stderr
    with running("record", "--to", to, "--mode", "none") as (_, url):
        assert read_all(Path(to))[0].content("server") == asked(url, 1, 2).body
        assert b"no recording matches" in asked(url, 3).body


def test_a_client_may_speak_tls_to_the_recorder(tmp_path: Path) -> None:
    authority = trustme.CA()
    chain = tmp_path / "chain.pem"
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(chain))
    context = ssl.create_default_context()
    authority.configure_trust(context)
    options = ("--to", str(tmp_path / "r"), "--certificate", str(chain))
    with Server(emulator({})) as live, running("record", "--upstream", live.url, *options) as (_, url):
        request = urllib.request.Request(url + TARGET, compact(record(1)), {"Content-Type": "application/json"})
        assert url.startswith("https://")
        with urllib.request.urlopen(request, context=context) as answer:
            assert 200 == json.loads(answer.read())["error_code"]
    assert 1 == len(read_all(tmp_path / "r"))


def test_the_recordings_of_the_project_are_served() -> None:
    name = "a-stream-of-three-records-is-accepted"
    with running("serve", "--responder", "recordings") as (_, url):
        assert 3 == speak(url, EXCHANGES[name]).count(b'"error_code":200')
    file = f"spec/recordings/{name}.jsonl"
    with running("serve", "--responder", "recordings", "--recordings", file, "--replay", "exact") as (_, url):
        assert 3 == speak(url, EXCHANGES[name]).count(b'"error_code":200')


WRONG: dict[str, tuple[tuple[str, ...], str]] = {
    "no server": (("record", "--to", "nowhere"), "there is no server to ask"),
    "no URL": (("record", "--upstream", "kafka:80", "--to", "nowhere"), "this is no URL of a server"),
    "nothing to replay": (("record", "--mode", "none", "--to", "nowhere"), "there are no recordings here"),
    "nothing to verify": (
        ("record", "--verify", "--upstream", "http://localhost:1", "--to", "nowhere"),
        "there are no recordings here",
    ),
    "no header": (
        ("record", "--verify", "--upstream", "http://localhost:1", "--to", "spec/recordings", "--header", "x"),
        "this is no header",
    ),
    "a secret that is not given": (
        ("record", "--verify", "--upstream", "http://localhost:1", "--to", "spec/recordings"),
        "--header 'Authorization: …'",
    ),
    "no certificates": (
        ("record", "--upstream", "https://localhost:1", "--cacert", "README.md", "--to", "nowhere"),
        "this holds no certificates",
    ),
    "new in a file": (
        ("record", "--upstream", "http://localhost:1", "--mode", "new", "--to", "a.jsonl"),
        "one exchange",
    ),
    "nothing to serve": (("serve", "--responder", "recordings", "--recordings", "nowhere"), "no recordings here"),
    "a switch of an emulator": (
        ("serve", "--responder", "recordings", "--behaviour", "head=immediate"),
        "that is for an emulator, and recordings answer here",
    ),
    "recordings for an emulator": (("serve", "--recordings", "spec/recordings"), "that is for recordings"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_done_is_2_and_says_why(name: str) -> None:
    words, message = WRONG[name]
    done = run(*words)
    assert 2 == done.returncode
    assert message in done.stderr
    assert "Traceback" not in done.stderr
