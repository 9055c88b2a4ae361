"""``exec`` calls any operation, and says in words what went wrong."""

from __future__ import annotations

import json
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.client_cli.running import ran, record, stored

CALL = ("exec", "records_v3.produce_record")
PLACE = ("--cluster-id", "lkc-1", "--topic-name", "orders")
SECRET = "s3cr3t-of-nobody"


@pytest.mark.parametrize(
    "words",
    [
        (*PLACE, "--json", json.dumps(record(7))),
        (*PLACE, "--json", "@record.json"),
        (*PLACE, "--json", "@-"),
        (*PLACE, "--body", "@record.json"),
        ("@cluster_id=lkc-1", "@topic_name=orders", "@@json=@record.json"),
        ("@cluster_id=lkc-1,", "@topic_name=orders,", f"@@json={json.dumps(record(7))}"),
        ("--topic-name", "orders", "@@json=@-"),
    ],
    ids=["json", "file", "stdin", "body", "statement", "statement with commas", "cluster of the settings"],
)
def test_an_operation_is_called_in_any_of_these_ways(
    words: Sequence[str], specmill_server: Any, tmp_path: Path
) -> None:
    text = json.dumps(record(7)).encode()
    (tmp_path / "record.json").write_bytes(text)
    code, out, err = ran(*CALL, *words, url=specmill_server.url, stdin=text, cwd=tmp_path)
    assert (0, "", 200) == (code, err, json.loads(out)["error_code"])
    assert [7] == stored(specmill_server)


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        (("--select", "offset"), "0\n"),
        (("--select", "topic_name"), "orders\n"),
        (("--select", "value.size"), "1\n"),
        (("--select", "value"), '{"type": "JSON", "size": 1}\n'),
    ],
)
def test_one_field_is_shown_as_it_is(options: Sequence[str], shown: str, specmill_server: Any) -> None:
    assert (0, shown, "") == ran(*CALL, *PLACE, "--json", json.dumps(record(7)), *options, url=specmill_server.url)


def test_an_answer_is_a_table_where_that_is_asked_for(specmill_server: Any) -> None:
    _, out, _ = ran(*CALL, *PLACE, "--json", json.dumps(record(7)), "--output", "table", url=specmill_server.url)
    assert ["error_code    200", "cluster_id    lkc-1", "topic_name    orders"] == out.splitlines()[:3]


@pytest.mark.parametrize(
    ("words", "message", "hint"),
    [
        (("exec", "produce_recrd"), "there is no operation produce_recrd", "methods"),
        ((*CALL, "--topic-name", "t"), "needs --json", "describe records_v3.produce_record"),
        ((*CALL, *PLACE, "--json", "{"), "--json: this is not JSON", "single quotes"),
        ((*CALL, *PLACE, "--json", '{"partition_id": "x"}'), "Expected `int | null`, got `str`", "describe"),
        ((*CALL, *PLACE, "@@json={}", "@colour=red"), "has no argument colour", "describe"),
        ((*CALL, *PLACE, "--json", "@nothing.json"), "No such file or directory: nothing.json", ""),
        ((*CALL, *PLACE, "--json", "{}", "--body", "{}"), "two bodies", ""),
        ((*CALL, *PLACE, "--json", "{}", "--user", "nobody"), "--user is NAME:PASSWORD", ""),
    ],
    ids=lambda one: one if isinstance(one, str) else "-",
)
def test_what_cannot_be_done_is_told_with_the_next_command(
    words: Sequence[str], message: str, hint: str, specmill_server: Any
) -> None:
    code, out, err = ran(*words, url=specmill_server.url)
    assert (2, "") == (code, out)
    assert message in err
    assert hint in err


def test_a_field_that_the_answer_does_not_have_is_told_with_the_one_that_was_meant(specmill_server: Any) -> None:
    words = (*CALL, *PLACE, "--json", json.dumps(record(7)), "--select", "ofset")
    code, out, err = ran(*words, url=specmill_server.url)
    assert (2, "") == (code, out)
    assert "the answer has no ofset" in err
    assert "did you mean offset?" in err


@pytest.mark.parametrize(
    ("switches", "told"),
    [
        ({"fails": "503"}, ("503 Service Unavailable", "hint: the server failed, not the command")),
        ({"users": "k:other"}, ("401 Unauthorized", "hint: the credentials are missing or wrong")),
        ({"denied_topics": "orders"}, ("403 Forbidden (error_code 40301)", "hint: the server knows these credentials")),
        ({"dos": "refuse"}, ("429 Too Many Requests", "hint: too many requests")),
    ],
    ids=lambda one: next(iter(one)) if isinstance(one, dict) else "",
)
def test_an_error_shows_status_code_message_and_what_to_do(
    switches: dict[str, str], told: Sequence[str], specmill_server: Any
) -> None:
    specmill_server.behave(**switches)
    words = (*CALL, *PLACE, "--json", json.dumps(record(7)), "--retries", "0", "--user", f"k:{SECRET}", "--debug")
    code, out, err = ran_in_debug(*words, url=specmill_server.url)
    assert (1, "") == (code, out)
    assert [one for one in told if one not in err] == []
    assert SECRET not in err


def ran_in_debug(*words: str, url: str) -> tuple[int, str, str]:
    """With the traceback that --debug shows."""
    import subprocess

    from tests.client_cli.running import COMMAND, PATIENCE, environment

    done = subprocess.run(
        [*COMMAND, *words], capture_output=True, text=True, env=environment(url), timeout=PATIENCE, check=False
    )
    return done.returncode, done.stdout, done.stderr


def test_a_record_that_is_not_accepted_is_shown_and_is_no_success(specmill_server: Any) -> None:
    specmill_server.behave(message_size="1")
    code, out, err = ran(
        *CALL, *PLACE, "--json", json.dumps(record(7)), "--select", "error_code", url=specmill_server.url
    )
    assert (1, "413\n") == (code, out)
    assert "the record was not accepted" in err


def test_debug_shows_both_directions_and_no_secret(specmill_server: Any) -> None:
    given = ("--user", f"key:{SECRET}", "--http-header", f"X-Token: {SECRET}2", "--debug")
    code, _, err = ran(*CALL, *PLACE, "--json", json.dumps(record(7)), *given, url=specmill_server.url)
    assert 0 == code
    assert f"> POST {specmill_server.url}/kafka/v3/clusters/lkc-1/topics/orders/records" in err
    assert "> X-Token: ***" in err
    assert '> {"value":{"type":"JSON","data":7}}' in err.replace(": ", ":")
    assert "< 200" in err
    assert SECRET not in err


def test_a_server_that_is_not_there_is_told_with_its_address_and_without_the_secret() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    given = ("--retries", "0", "--user", f"k:{SECRET}")
    code, _, err = ran(*CALL, *PLACE, "--json", "{}", *given, url=f"http://127.0.0.1:{port}")
    assert 2 == code
    assert "hint: is a server there?" in err
    assert SECRET not in err
