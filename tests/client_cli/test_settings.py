"""Options win over the environment, and that over a profile."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.client_cli.running import environment
from tests.emit.clients import document, written

SECRET = "s3cr3t-of-nobody"
NAMES = {"option": "--base-url", "environment": "KAFKA_REST_ENDPOINT", "profile": "KAFKA_REST_ENDPOINT"}
CALL = ("exec", "produce_record", "--topic-name", "t", "--json", '{"value": null}', "--retries", "0", "--debug")


def profile(folder: Path, text: str, mode: int = 0o600) -> dict[str, str]:
    path = folder / "profiles.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return {"KAFKA_REST_CONFIG": str(path)}


def debugged(*words: str, **variables: str) -> str:
    """What --debug says; no server is there, so it ends with an error."""
    return subprocess.run(
        [sys.executable, "-m", "kafka_rest", *words],
        env=environment(KAFKA_CLUSTER_ID="c", **variables),
        capture_output=True,
        text=True,
        check=False,
    ).stderr


@pytest.mark.parametrize(
    ("given", "port"),
    [
        (("option", "environment", "profile"), 1),
        (("environment", "profile"), 2),
        (("option", "profile"), 1),
        (("profile",), 3),
    ],
)
def test_the_nearest_setting_wins(given: tuple[str, ...], port: int, tmp_path: Path) -> None:
    words = ("--base-url", "http://127.0.0.1:1") if "option" in given else ()
    variables = {"KAFKA_REST_ENDPOINT": "http://127.0.0.1:2"} if "environment" in given else {}
    if "profile" in given:
        variables |= profile(tmp_path, '[default]\nKAFKA_REST_ENDPOINT = "http://127.0.0.1:3"\n')
    assert f"> POST http://127.0.0.1:{port}/" in debugged(*CALL, *words, **variables)


@pytest.mark.parametrize(
    ("variables", "start"),
    [
        ({"CONFLUENT_REST_URL": "http://127.0.0.1:1"}, "http://127.0.0.1:1/v3/"),
        ({"CONFLUENT_REST_URL": "http://127.0.0.1:1/kafka"}, "http://127.0.0.1:1/kafka/v3/"),
        ({"KAFKA_REST_BASE_URL": "http://127.0.0.1:1"}, "http://127.0.0.1:1/kafka/v3/"),
        ({"KAFKA_REST_PROFILE": "mine"}, "http://127.0.0.1:4/kafka/v3/"),
        ({}, "http://127.0.0.1:3/kafka/v3/"),
        ({"KAFKA_REST_ENDPOINT": " "}, "http://127.0.0.1:3/kafka/v3/"),
    ],
)
def test_an_address_is_found_under_any_of_its_names(variables: Mapping[str, str], start: str, tmp_path: Path) -> None:
    text = '[default]\nKAFKA_CLUSTER_ID = "p"\nKAFKA_REST_ENDPOINT = "http://127.0.0.1:3"\n'
    text += '[mine]\nKAFKA_REST_ENDPOINT = "http://127.0.0.1:4"\n'
    assert f"> POST {start}clusters/c/topics/t/records" in debugged(*CALL, **profile(tmp_path, text), **variables)


WRONG: list[tuple[str, dict[str, str], str]] = [
    ("[default]\n", {"KAFKA_REST_PROFILE": "mine"}, "has no profile mine: it has default"),
    ("[default\n", {}, "Expected ']'"),
    ("[default]\nKAFKA_REST_ENDPOINT = 7\n", {}, "KAFKA_REST_ENDPOINT of the profile default is text, not 7"),
    ("", {}, "where to send records? Set KAFKA_REST_ENDPOINT"),
    (
        "",
        {"KAFKA_REST_ENDPOINT": "http://x", "KAFKA_API_KEY": "k"},
        "KAFKA_API_KEY is set, but KAFKA_API_SECRET is not",
    ),
    ("", {"KAFKA_REST_ENDPOINT": "pkc-1.eu.example.com:9092"}, "is the bootstrap address"),
    ("", {"KAFKA_REST_USER": "k:s", "KAFKA_REST_TOKEN": "t"}, "both a user and a token"),
]


@pytest.mark.parametrize(("text", "variables", "message"), WRONG)
def test_what_is_wrong_with_a_setting_is_told(
    text: str, variables: dict[str, str], message: str, tmp_path: Path
) -> None:
    err = debugged(*CALL, **profile(tmp_path, text), **variables)
    assert message in err.splitlines()[-1] or message in err.splitlines()[-2], err


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights of files")
def test_a_profile_that_others_may_read_is_told_of(tmp_path: Path) -> None:
    text = '[default]\nKAFKA_REST_ENDPOINT = "http://127.0.0.1:1"\n'
    assert "may be read by others: chmod 600" in debugged(*CALL, **profile(tmp_path, text, 0o644))
    assert "may be read by others" not in debugged(*CALL, **profile(tmp_path, text))


GIVEN: list[tuple[tuple[str, ...], dict[str, str]]] = [
    (("--user", f"k:{SECRET}"), {}),
    (("--user", "@secret"), {}),
    (("--token", SECRET), {}),
    ((), {"KAFKA_API_KEY": "k", "KAFKA_API_SECRET": SECRET}),
    ((), {"KAFKA_REST_TOKEN": SECRET}),
    ((), {"KAFKA_REST_USER": f"k:{SECRET}"}),
    (("--http-header", f"X-Key: {SECRET}"), {}),
    (("--proxy", f"http://u:{SECRET}@127.0.0.1:9"), {}),
]


@pytest.mark.parametrize(("words", "variables"), GIVEN)
@pytest.mark.parametrize("verb", ["exec", "produce"])
@pytest.mark.parametrize("behaviour", ["answers", "refuses"])
def test_no_secret_is_ever_shown(
    words: tuple[str, ...], variables: dict[str, str], verb: str, behaviour: str, specmill_server: Any, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text(f"k:{SECRET}\n")
    if behaviour == "refuses":
        specmill_server.behave(users="other:user")
    call = CALL if verb == "exec" else ("produce", "t", "--retries", "0", "--debug")
    done = subprocess.run(
        [sys.executable, "-m", "kafka_rest", *call, *words],
        env=environment(specmill_server.url, **variables),
        input='{"value": {"type": "JSON", "data": 1}}\n',
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert SECRET not in done.stdout + done.stderr
    assert "> POST" in done.stderr


def test_a_client_of_another_document_has_variables_of_its_own(tmp_path: Path) -> None:
    written(document({"/x": {"get": {"operationId": "look"}}}), tmp_path)
    for variables, words in (({"API_BASE_URL": "http://127.0.0.1:1"}, ()), ({}, ("--base-url", "http://127.0.0.1:1"))):
        done = subprocess.run(
            [sys.executable, "-m", "api", "exec", "look", "--retries", "0", "--debug", *words],
            cwd=tmp_path,
            env={**environment(**variables), "PYTHONPATH": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (2, True) == (done.returncode, "> GET http://127.0.0.1:1/x" in done.stderr), done.stderr
