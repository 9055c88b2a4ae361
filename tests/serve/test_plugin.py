"""The plugin for pytest, in suites of its own."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import CASES, REPOSITORY

HEAD = """
import json, threading, urllib.request
import pytest

def produce(server, topic="orders", data=1, cluster="c"):
    body = json.dumps({"value": {"type": "JSON", "data": data}}).encode()
    request = urllib.request.Request(f"{server.url}/kafka/v3/clusters/{cluster}/topics/{topic}/records", body)
    request.add_header("Content-Type", "application/json")
    request.add_header("Authorization", "Basic c2VjcmV0")
    with urllib.request.urlopen(request) as answer:
        return json.loads(answer.read())
"""


def run(
    folder: Path, suite: str, *arguments: str, document: Path | None = None, recordings: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """A suite in a process of its own, as others write it."""
    (folder / "test_it.py").write_text(HEAD + suite, encoding="utf-8")
    spec = REPOSITORY / "spec"
    settings = (
        {"document": document} if document else {"document": spec / "kafka-rest-v3.yaml", "overlays": spec / "overlays"}
    )
    settings |= {"recordings": recordings} if recordings else {}
    lines = ["[tool.specmill]", 'package = "api"', 'output = "."']
    lines += [f"{name} = {json.dumps(str(value))}" for name, value in settings.items()]
    (folder / "pyproject.toml").write_text("\n".join([*lines, "[tool.pytest.ini_options]", ""]), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def passes(folder: Path, suite: str, *arguments: str, document: Path | None = None) -> None:
    done = run(folder, suite, *arguments, document=document)
    assert 0 == done.returncode, done.stdout + done.stderr


def test_each_test_has_a_server_of_its_own_that_behaves_as_it_says(tmp_path: Path) -> None:
    suite = """
ports = set()

@pytest.mark.parametrize("n", range(4))
def test_it(specmill_server, n):
    assert 200 == produce(specmill_server)["error_code"]
    assert [1] == [one.json for one in specmill_server.records("orders")]
    specmill_server.behave(message_size="1")
    assert 413 == produce(specmill_server)["error_code"]
    assert b"error_code" in specmill_server.transcript.of(0, "server")
    ports.add(specmill_server.url)

def test_nothing_is_left():
    assert ["MainThread"] == [one.name for one in threading.enumerate() if not one.daemon]
    assert not any(one.name.startswith("specmill") for one in threading.enumerate())
    for url in ports:
        with pytest.raises(OSError):
            urllib.request.urlopen(url)
"""
    passes(tmp_path, suite)


def test_servers_are_as_many_as_workers(tmp_path: Path) -> None:
    suite = """
@pytest.mark.parametrize("n", range(12))
def test_it(specmill_server, n):
    assert 0 == produce(specmill_server)["offset"]
"""
    passes(tmp_path, suite, "-n", "3")


def test_a_failing_test_shows_what_was_said_without_credentials(tmp_path: Path) -> None:
    done = run(tmp_path, "def test_it(specmill_server):\n    assert produce(specmill_server) is None\n")
    assert 1 == done.returncode
    assert "specmill transcript of http://127.0.0.1:" in done.stdout
    assert "> POST /kafka/v3/clusters/c/topics/orders/records HTTP/1.1" in done.stdout
    assert "< HTTP/1.1 200 OK" in done.stdout
    assert "> Authorization: ***" in done.stdout


def test_a_passing_test_shows_nothing(tmp_path: Path) -> None:
    assert "transcript" not in run(tmp_path, "def test_it(specmill_server): produce(specmill_server)", "-rA").stdout


def test_what_the_responder_fails_at_fails_the_test(tmp_path: Path) -> None:
    suite = """
def test_it(specmill_server):
    specmill_server.responder.begin = lambda exchange: 1 // 0
    with pytest.raises(urllib.error.HTTPError):
        produce(specmill_server)
"""
    done = run(tmp_path, suite)
    assert (1, True) == (done.returncode, "ZeroDivisionError" in done.stdout), done.stdout


def test_a_document_that_no_emulator_knows_is_served_from_its_examples(tmp_path: Path) -> None:
    suite = """
def test_it(specmill_server):
    with urllib.request.urlopen(specmill_server.url + "/answers") as answer:
        assert 200 == answer.status
    with pytest.raises(TypeError, match="cannot behave: no emulator knows this document"):
        specmill_server.behave(head="first-byte")
"""
    passes(tmp_path, suite, document=CASES / "clients" / "answers" / "openapi.yaml")


def test_nothing_of_an_earlier_test_is_kept(tmp_path: Path) -> None:
    suite = """
import gc, socket, weakref
earlier = {}

def test_one(specmill_kafka):
    earlier["peer"] = specmill_kafka.responder.peer
    earlier["server"] = weakref.ref(specmill_kafka)

def test_another():
    host, _, port = earlier["peer"].partition(":")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, int(port)), 30)
    gc.collect()
    assert earlier["server"]() is None
"""
    passes(tmp_path, suite)


def test_what_is_produced_before_a_mock_cluster_is_read_back(tmp_path: Path) -> None:
    suite = """
def test_it(specmill_kafka):
    assert 200 == produce(specmill_kafka)["error_code"]
    assert [1] == [one.json for one in specmill_kafka.records("orders")]
    assert specmill_kafka.responder.peer.startswith("127.0.0.1:")
"""
    passes(tmp_path, suite)


def test_a_suite_that_does_not_ask_pays_nothing(tmp_path: Path) -> None:
    suite = """
import sys

def test_it():
    heavy = ("yaml", "msgspec", "specmill.config", "specmill.serve.server", "specmill_kafka.behaviour")
    assert [] == [one for one in heavy if one in sys.modules]
"""
    passes(tmp_path, suite)


@pytest.mark.parametrize("name", ["nothing.yaml"])
def test_a_document_that_is_not_there_is_an_error_of_the_test(tmp_path: Path, name: str) -> None:
    done = run(tmp_path, "def test_it(specmill_server): pass", document=tmp_path / name)
    assert (1, True) == (done.returncode, name in done.stdout)


def test_the_sample_of_the_readme_passes(tmp_path: Path) -> None:
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    (sample,) = re.findall(r"```python\n(def test_.*?)```", text, re.DOTALL)
    program = """
def my_program(url):
    class At:
        pass

    At.url = url
    produce(At, data={"id": 7})

"""
    passes(tmp_path, program + sample)


def test_a_recording_is_replayed_by_its_name(tmp_path: Path) -> None:
    suite = """
def test_it(specmill_replay):
    server = specmill_replay("a-single-record-is-accepted")
    report = produce(server, data={"id": 1}, cluster="cluster-1")
    assert (200, 0) == (report["error_code"], report["offset"])
    assert 1 == len({said.connection for said in server.transcript})
"""
    recordings = REPOSITORY / "spec" / "recordings"
    done = run(tmp_path, suite, recordings=recordings)
    assert "1 passed" in done.stdout, done.stdout
