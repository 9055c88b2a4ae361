"""What is told of a run holds no credential, whatever that looks like, and can be done again with it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from html import escape
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specmill.contract.coverage import Coverage
from specmill.contract.options import Options
from specmill.contract.report.machines import as_json, as_junit
from specmill.contract.report.page import page as html
from specmill.contract.report.reproduce import curl, program
from specmill.contract.report.text import line, page
from specmill.contract.schemas import Schemas
from specmill.contract.security import Credentials, basic_of
from specmill.contract.store import read, stored, write
from specmill.contract.values import Answer, Call, Case, Event, Finding, Result
from tests.contract.grounds import api

BASE = "http://127.0.0.1:1"
PLAIN = Finding("refuses", "produceRecord", "/value", "enum", "sent", "that", "this", pointer="/paths")
WORDS = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters=":"), min_size=5, max_size=12)


def cleaned(finding: Finding, credentials: Credentials, **headers: str) -> Finding:
    return Options(BASE, credentials, fields=tuple(headers.items())).cleaner.of(finding)


def with_call(*fields: tuple[str, str], target: str = "/a", body: bytes | None = None) -> Finding:
    return replace(PLAIN, case=Case("produceRecord", "", Call("POST", target, fields, body), "refused"))


def everything(finding: Finding) -> str:
    document = api().normal.document
    result, coverage = Result((finding,)), Coverage(api().operations, Schemas(api().normal.tree))
    reports = [as_json(result, coverage, BASE, document), html(result, coverage, BASE, document)]
    return "\n".join([line(finding), *page(finding, BASE, document, 0), *reports, as_junit(result, ("refuses",))])


@settings(deadline=None)  # the machine may be busy
@given(WORDS, WORDS, WORDS)
def test_no_report_holds_a_secret_in_any_form(key: str, secret: str, token: str) -> None:
    user = f"{key}:{secret}"
    told = json.dumps({"you said": [user, secret, token]})
    data = f"Authorization: Basic {basic_of(user)}\r\nX: {token}\r\n\r\n{told}".encode()
    finding = replace(
        with_call(("Authorization", f"Basic {basic_of(user)}"), ("X-Key", token), body=data),
        got=told,
        records=(data,),
        chunks=(data, data),
        events=(Event(0.0, "client", "data", data), Event(0.1, "server", "data", b"x" * 236 + token.encode())),
        answer=Answer(401, (("X", token),), data),
    )
    text = everything(cleaned(finding, Credentials(user, token)))
    fixed = everything(cleaned(with_call(), Credentials()))  # which may hold any word by chance
    forms = [secret, token, basic_of(user), json.dumps(secret)[1:-1]]
    assert [] == [form for form in forms if form in text and form not in fixed]


ODD = ("plain-secret", 'a"b\\c', "<&>'", "p w/d?=", "gehe\N{LATIN SMALL LETTER I WITH DIAERESIS}m")
SPELLINGS: tuple[Callable[[str], str], ...] = (
    str,
    escape,
    lambda secret: quote(secret, safe=""),
    lambda secret: json.dumps(secret)[1:-1],
    lambda secret: json.dumps(secret, ensure_ascii=False)[1:-1],
    lambda secret: repr(secret.encode())[2:-1],
)


@pytest.mark.parametrize("secret", ODD)
def test_no_report_holds_one_that_is_escaped_somewhere(secret: str) -> None:
    body = json.dumps({"message": f"who is {secret}?"})
    fields = (("Authorization", f"Bearer {secret}"), ("X-Key", secret))
    called = with_call(*fields, target=f"/a?key={quote(secret, safe='')}&b=1", body=secret.encode())
    event = Event(0.0, "client", "data", f"X-Key: {secret}\r\n\r\n".encode())
    told = replace(
        called, got=body, also=(secret,), events=(event,), answer=Answer(200, (("X", secret),), body.encode())
    )
    text = everything(cleaned(told, Credentials(token=secret)))
    assert [] == [spelling(secret) for spelling in SPELLINGS if spelling(secret) in text]
    assert "((TOKEN))" in text


@pytest.mark.parametrize("secret", ["secret", "refuses", "enum", "connection", "a", "failures", "socket", "0"])
def test_a_secret_that_is_a_common_word_spoils_nothing(secret: str) -> None:
    finding = with_call(("Authorization", f"Basic {basic_of(f'key:{secret}')}"))
    clean = cleaned(replace(finding, got=f"you are {secret}!"), Credentials(f"key:{secret}"))
    text = program(clean, BASE)
    assert text is not None
    compile(text, "program", "exec")
    assert 'os.environ["BASIC"]' in text and "((SECRET))!" in clean.got
    coverage = Coverage(api().operations, Schemas(api().normal.tree))
    told = json.loads(as_json(Result((clean,)), coverage, BASE, api().normal.document))
    assert clean.got == told["failures"][0]["got"]


def test_the_shell_takes_a_secret_from_its_variable() -> None:
    finding = with_call(("Authorization", f"Basic {basic_of('k:it$')}"), ("X", "it's"), target="/a?key=tok", body=b"{}")
    text = curl(cleaned(finding, Credentials("k:it$", "tok")), BASE)
    assert text is not None
    words = "for word in " + text.removeprefix("curl ") + '; do printf "%s\\n" "$word"; done'
    done = subprocess.run(["sh", "-c", words], env={"BASIC": "b c", "TOKEN": "t"}, capture_output=True, text=True)
    assert ["Authorization: Basic b c", "X: it's", f"{BASE}/a?key=t"] == [
        word for word in done.stdout.splitlines() if word[0] in "AXh"
    ]
    assert "k:it$" not in text


def test_what_is_stored_has_no_credentials_and_gets_those_of_the_day(tmp_path: Path) -> None:
    fields = (("X-Key", "mine"), ("Content-Type", "text/plain"))
    finding = with_call(*fields, target="/a?b=1&key=mine", body=b"x")
    path = write(tmp_path, cleaned(finding, Credentials(keys={"app-key": "mine"})), 3)
    again = read(path)
    assert again.case is not None
    assert ((("Content-Type", "text/plain"),), "/a?b=1") == (again.case.call.fields, again.case.call.target)
    assert again.name == stored(finding, 3).name
    assert "mine" not in path.read_text()


@pytest.mark.parametrize("steps", [1, 2])
def test_a_program_says_what_was_said(steps: int) -> None:
    import socket
    from threading import Thread

    said = b"POST / HTTP/1.1\r\nAuthorization: Bearer tok-1\r\n\r\n" + b"a" * 300 + b"\x00\xff'\"\\"
    cut = len(said) // steps
    events = [Event(0.05 * n, "client", "data", said[n * cut : (n + 1) * cut]) for n in range(steps)]
    rest = said[steps * cut :]
    with socket.create_server(("127.0.0.1", 0)) as listener:
        heard: list[bytes] = []

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.settimeout(20)
                data = b""
                while len(data) < len(said):
                    data += connection.recv(65536)
                heard.append(data)
                connection.sendall(b"thanks")

        thread = Thread(target=serve)
        thread.start()
        base = f"http://127.0.0.1:{listener.getsockname()[1]}"
        finding = replace(PLAIN, events=(*events, Event(0.2, "client", "data", rest)) if rest else tuple(events))
        text = program(cleaned(finding, Credentials(token="tok-1")), base)
        assert text is not None and "tok-1" not in text
        done = subprocess.run(
            [sys.executable, "-I", "-c", text],
            env=os.environ | {"TOKEN": "tok-1"},
            capture_output=True,
            text=True,
            timeout=60,
        )
        thread.join()
    assert ([said], "", True) == (heard, done.stderr, "thanks" in done.stdout)
