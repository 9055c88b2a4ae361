"""``specmill serve`` as a process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from specmill.cli.arguments import parser
from specmill.serve.emulators import emulations
from specmill.serve.server import Server
from tests.serve.speaking import Echo
from tests.support import CASES, REPOSITORY

OTHER = str(CASES / "clients" / "answers" / "openapi.yaml")
ROUTE = os.pathsep.join(str(REPOSITORY / one) for one in ("generator", "generator/kafka"))


def command(*options: str) -> list[str]:
    return [sys.executable, "-m", "specmill", "serve", *options]


@contextmanager
def served(*options: str, port: str = "0") -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process, and the first line it says."""
    with subprocess.Popen(
        command("--port", port, *options),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": ROUTE},
    ) as process:
        try:
            assert process.stdout is not None
            yield process, process.stdout.readline().rstrip()
        finally:
            process.kill()


def refused(*options: str) -> tuple[int, str]:
    environment = {**os.environ, "PYTHONPATH": ROUTE}
    done = subprocess.run(
        command(*options), cwd=REPOSITORY, env=environment, capture_output=True, text=True, timeout=60
    )
    return done.returncode, done.stderr


def produced(url: str, authorization: str = "") -> int:
    body = b'{"value":{"type":"JSON","data":1}}'
    request = urllib.request.Request(f"{url}/kafka/v3/clusters/c/topics/t/records", body)
    request.add_header("Content-Type", "application/json")
    if authorization:
        request.add_header("Authorization", authorization)
    try:
        with urllib.request.urlopen(request) as answer:
            return int(json.loads(answer.read())["error_code"])
    except urllib.error.HTTPError as error:
        with error:
            return error.code


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
def test_it_serves_until_it_is_ended_and_says_nothing_more(number: signal.Signals, code: int) -> None:
    with served() as (process, line):
        assert line.startswith("http://127.0.0.1:")
        assert 200 == produced(line)
        assert process.stderr is not None
        assert "Ctrl-C ends it\n" == process.stderr.readline()
        process.send_signal(number)
        assert ("", "") == process.communicate(timeout=60)
    assert code == process.returncode


def test_json_is_one_line() -> None:
    with served("--json") as (_, line):
        assert 200 == produced(json.loads(line)["url"])


def test_it_says_loudly_that_others_can_reach_it() -> None:
    with served("--host", "0.0.0.0") as (process, line):
        assert 200 == produced(line)
        process.terminate()
        assert "WARNING: whoever can reach this machine can use it" in process.communicate()[1]


def test_only_users_that_it_knows_are_let_in() -> None:
    with served("--user", "key:secret", "--user", "other:word") as (_, line):
        assert 401 == produced(line)
        assert 200 == produced(line, "Basic a2V5OnNlY3JldA==")


def test_a_switch_is_set() -> None:
    with served("--behaviour", "message-size=10") as (_, line):
        assert 413 == produced(line)


def test_it_stands_before_a_mock_cluster() -> None:
    with served("--json", "--kafka") as (_, line):
        told = json.loads(line)
        assert 200 == produced(told["url"])
        assert told["peer"].startswith("127.0.0.1:")


REFUSED = {
    "a switch that is not there": (["--behaviour", "nothing=1"], "there is no behaviour 'nothing=1'"),
    "a switch that cannot be that": (["--behaviour", "idle=soon"], "idle cannot be 'soon'"),
    "a user without a secret": (["--user", "key"], "this is no KEY:SECRET"),
    "a key without its certificate": (["--key", "x.pem"], "a key needs its certificate"),
    "no certificate": (["--certificate", "pyproject.toml"], "this is no certificate with its key"),
    "a certificate that is not there": (["--certificate", "none.pem"], "No such file"),
    "a port that is none": (["--port", "70000"], "a port is a number from 0 to 65535"),
    "a host that is none": (["--host", "no.such.host.invalid"], "cannot listen there"),
    "switches of examples": (["--responder", "examples", "--behaviour", "head=immediate"], "examples answer here"),
    "users of examples": (["--document", OTHER, "--user", "a:b"], "examples answer here"),
    "a cluster for examples": (["--document", OTHER, "--kafka"], "examples answer here"),
    "an emulator of what none knows": (["--document", OTHER, "--responder", "emulator"], "no emulator knows"),
}


@pytest.mark.parametrize(("options", "told"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_is_told_without_a_traceback(options: list[str], told: str) -> None:
    code, said = refused("--port", "0", *options)
    assert (2, True, False) == (code, told in said, "Traceback" in said), said


def test_a_port_that_is_taken_is_told_with_what_to_do() -> None:
    with Server(Echo()) as server:
        code, said = refused("--port", str(server.port))
    assert 2 == code
    assert said.startswith(f"127.0.0.1:{server.port}: cannot listen there: ")
    assert said.endswith("hint: --port 0 takes any free port\n")


def test_the_help_and_the_page_tell_of_every_switch(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args(["serve", "--help"])
    told = capsys.readouterr().out
    page = (REPOSITORY / "generator" / "kafka" / "README.md").read_text(encoding="utf-8")
    for emulation in emulations():
        for one in emulation.SWITCHES:
            assert f"  {one.name}={one.default}\n      {one.about}: {one.values}\n" in told + "\n"
            escaped = one.values.replace("|", "\\|")
            assert f"| `{one.name}` | `{one.default}` | {escaped} | {one.about} |\n" in page
    assert "--bootstrap-servers" in told
    assert page.count("\n| `") == sum(len(emulation.SWITCHES) for emulation in emulations())


def test_without_serve_no_emulator_is_looked_for() -> None:
    code = (
        "import sys; from specmill.cli.arguments import parser; parser(whole=False);"
        "print('specmill_kafka' in sys.modules)"
    )
    environment = {**os.environ, "PYTHONPATH": ROUTE}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert "False\n" == done.stdout


def test_a_certificate_serves_tls(tmp_path: Path) -> None:
    import ssl

    import trustme

    authority = trustme.CA()
    chain = tmp_path / "chain.pem"
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(chain))
    context = ssl.create_default_context()
    authority.configure_trust(context)
    with served("--certificate", str(chain)) as (_, line):
        assert line.startswith("https://127.0.0.1:")
        with pytest.raises(urllib.error.HTTPError) as told:
            urllib.request.urlopen(f"{line}/nothing", context=context)
        assert 404 == told.value.code
        told.value.close()
