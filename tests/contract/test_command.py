"""``specmill contract URL``: 0 all held, 1 something did not, 2 nothing was proved; and everything it tells."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from specmill.cli import main
from specmill.contract.run import Run
from specmill.contract.security import Credentials
from specmill.contract.values import Finding
from tests.contract.faulty import TEMPERAMENTS, VARIANTS, known, running
from tests.contract.faulty.foreign import FOREIGN, HERE
from tests.support import REPOSITORY

BY_NAME = {variant.name: variant for variant in VARIANTS}
STRICT = next(one for one in TEMPERAMENTS if one.name == "strict-about-topics")
WHO = ["--user", f"{known.API_KEY}:{known.API_SECRET}", "--token", known.TOKEN]
WHERE = ["--param", f"cluster_id={known.CLUSTER}", "--param", f"topic_name={known.TOPICS[1]}"]
QUICKLY = ["--cases", "24", "--patience", "0.4", "--idle", "1.2"]
SECRETS = (known.API_SECRET, known.TOKEN)
LIBRARY = next(one for one in FOREIGN if one.name == "library")


@pytest.fixture(autouse=True)
def in_the_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whose configuration names the flagship's document, with one more overlay than it is built with."""
    monkeypatch.chdir(REPOSITORY)


def overlays() -> list[str]:
    files = [*sorted((REPOSITORY / "spec/overlays").glob("*.yaml")), HERE / "as_documented.yaml"]
    return [part for file in files for part in ("--overlay", str(file))]


def contract(url: str, *more: str) -> int:
    return main(["contract", url, *WHO, *WHERE, *QUICKLY, *overlays(), *more])


def test_an_honest_server_is_0(capsys: pytest.CaptureFixture[str]) -> None:
    with running(None, 1.2) as server:
        assert 0 == contract(server.url)
    told = capsys.readouterr()
    assert re.fullmatch(r"all held: \d+ cases in .* seed 0", told.out.splitlines()[-1])
    assert "seed 0\n" in told.err


def test_a_faulty_one_is_1_with_one_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    files = {name: tmp_path / f"told.{name}" for name in ("json", "junit", "html")}
    with running(BY_NAME["value-type-unknown"], 1.2) as server:
        told = [part for name, path in files.items() for part in (f"--{name}", str(path))]
        assert 1 == contract(server.url, "--brief", *told, "--coverage")
    out = capsys.readouterr().out
    failures = [line for line in out.splitlines() if line.startswith("produceRecord: ")]
    assert ["produceRecord: refuses: enum at /value/type"] == [line.partition(": sent")[0] for line in failures]
    assert "not reached: " in out
    (failure,) = json.loads(files["json"].read_text())["failures"]
    assert ("refuses", "/value/type", "enum") == (failure["check"], failure["place"], failure["keyword"])
    tests = {one.get("name"): one.find("failure") is not None for one in ElementTree.parse(files["junit"]).getroot()}
    assert [name for name, failed in tests.items() if failed] == ["refuses"] and len(tests) > 10
    assert "<h2>Coverage: " in files["html"].read_text()
    everything = out + "".join(path.read_text() for path in files.values())
    assert [] == [secret for secret in SECRETS if secret in everything]


def test_a_failure_has_a_page_whose_program_shows_it_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with running(BY_NAME["value-any"], 1.2) as server:
        assert 1 == contract(server.url, "--record", str(tmp_path))
        (page,) = tmp_path.glob("*.txt")
        text = page.read_text()
        assert "in the document: spec/kafka-rest-v3.yaml:" in text
        assert "on the wire:\n" in text and "\nor: curl " in text and "records:\n" in text
        program = "\n".join(
            line[2:] for line in text.partition("to see it again:\n")[2].splitlines() if line.startswith("  ")
        )
        credentials = Credentials(WHO[1], WHO[3]).secrets
        done = subprocess.run(
            [sys.executable, "-I", "-c", program],
            env=os.environ | credentials,
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert ("", 0) == (done.stderr, done.returncode)
    assert '{"error_code":200,' in done.stdout
    assert [] == [secret for secret in SECRETS if secret in text]
    capsys.readouterr()


def test_what_failed_before_is_tried_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with running(BY_NAME["any-method"], 1.2) as server:
        assert 1 == contract(server.url, "--brief", "--record", str(tmp_path))
    (stored,) = tmp_path.glob("*.json")
    assert [] == [secret for secret in SECRETS if secret in stored.read_text()]
    with running(BY_NAME["value-any"], 1.2) as server:
        assert 1 == contract(server.url, "--brief", "--record", str(tmp_path))
    (other,) = (path for path in tmp_path.glob("*.json") if path != stored)
    capsys.readouterr()
    with running(BY_NAME["value-any"], 1.2) as server:
        assert 1 == contract(server.url, "--brief", "--replay", str(other))
    assert "refuses: type at /value" in capsys.readouterr().out
    with running(None, 1.2) as server:
        assert 0 == contract(server.url, "--brief", "--replay", str(other))


def test_an_operation_of_another_document(capsys: pytest.CaptureFixture[str]) -> None:
    with LIBRARY.running() as listener:
        more = ["--document", str(LIBRARY.document), "--operation", "getBook"]
        assert 0 == main(["contract", listener.url, *more])
        assert 2 == main(["contract", listener.url, *more, "--operation", "nothing"])
    assert "the document has no operation 'nothing'" in capsys.readouterr().err


# --- what proves nothing is not a pass


def test_nobody_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert 2 == contract("http://127.0.0.1:1")
    assert "cannot be reached" in capsys.readouterr().err


def test_all_answers_are_401(capsys: pytest.CaptureFixture[str]) -> None:
    with running(None, 1.2) as server:
        assert 2 == main(["contract", server.url, "--user", "nobody:nothing", "--token", "none", *WHERE, *QUICKLY])
    assert "every call was answered by 401 or 403" in capsys.readouterr().err


def document(tmp_path: Path, schema: str, status: str = "200") -> str:
    path = tmp_path / "openapi.yaml"
    path.write_text(
        "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths:\n  /books:\n    get:\n      operationId: list\n"
        f"      responses:\n        '{status}':\n          description: D\n"
        f"          content: {{application/json: {{schema: {schema}}}}}\n"
    )
    return str(path)


def test_no_2xx_is_seen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with LIBRARY.running() as listener:
        assert 1 == main(["contract", listener.url, "--document", document(tmp_path, "{type: object}", "400")])
    assert "no call was answered by 2xx" in capsys.readouterr().err


def test_a_server_that_never_heard_of_the_topic_is_2_and_the_parameters_are_named(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with running(STRICT, 1.2) as server:
        assert 2 == main(["contract", server.url, *WHO, *QUICKLY, *overlays()])
    told = capsys.readouterr()
    assert "--param cluster_id=… --param topic_name=…" in told.err
    assert told.out.splitlines()[-1].startswith("nothing was proved: ")


def test_what_was_found_is_told_when_it_is_stopped(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = Run.findings

    def stopped(self: Run, *given: Any) -> Iterator[Finding]:
        yield next(found(self, *given))
        raise KeyboardInterrupt

    monkeypatch.setattr(Run, "findings", stopped)
    with running(BY_NAME["any-token"], 1.2) as server:
        assert 1 == contract(server.url, "--brief")
    told = capsys.readouterr()
    assert "produceRecord: authentication: security external-access-token" in told.out
    assert "it was stopped before its end" in told.err


def test_a_slow_server_is_left_when_time_is_up_and_that_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with running(None, 1.2) as server:
        assert 0 == main(["contract", server.url, *WHO, *WHERE, *overlays(), "--budget", "1s"])
    told = capsys.readouterr().err
    assert "left out for want of time" in told
    assert "property 15 of its stream" in told


def test_nothing_is_ever_refused_by_a_schema(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with LIBRARY.running() as listener:
        more = ["--header", "X-Branch: UP"]
        assert 2 == main(["contract", listener.url, "--document", document(tmp_path, "{}"), *more])
    assert "no schema of the document ever refused anything" in capsys.readouterr().err


def test_a_schema_that_does_not_compile(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    schema = "{type: string, pattern: '('}"
    with LIBRARY.running() as listener:
        assert 2 == main(["contract", listener.url, "--document", document(tmp_path, schema)])
    assert re.search(r"openapi.yaml:10:\d+ .*: this schema cannot be compiled", capsys.readouterr().err)


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("--budget", "soon", "this is no length of time"),
        ("--param", "alone", "this is not NAME=VALUE"),
        ("--header", "alone", "this is not 'Name: value'"),
        ("--replay", "/nowhere", "cannot be read"),
    ],
)
def test_an_option_that_means_nothing(option: str, value: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert 2 == main(["contract", "http://127.0.0.1:1", option, value])
    assert told in capsys.readouterr().err


def test_no_address(capsys: pytest.CaptureFixture[str]) -> None:
    assert 2 == main(["contract", "localhost:8082"])
    assert "this is no address of a server" in capsys.readouterr().err
