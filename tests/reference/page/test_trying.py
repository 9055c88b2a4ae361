"""*Try it*, on a real socket: a call, an error, a stream, no server at all; and secrets, which stay nowhere."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from specmill.reference.page import page_of
from specmill.reference.page.assembled import ASSETS
from specmill.serve.examples import examples
from specmill.serve.exchange import Exchange, Listener
from specmill.serve.server import Server
from specmill_kafka import emulator
from tests.reference.page.pages import OPERATION, Reader, case, flagship_page, kept
from tests.serve.speaking import Heard

pytestmark = pytest.mark.xdist_group("chromium")
GOOD = '{"value":{"type":"JSON","data":%d}}'
BAD = '{"value":{"type":"BINARY","data":"!"}}'


@contextmanager
def serving(**behaviour: str) -> Iterator[tuple[Server, Any]]:
    kafka: Any = emulator({name.replace("_", "-"): value for name, value in behaviour.items()})
    with Server(kafka, origins=["null"]) as server:
        yield server, kafka


def trying(page: Page, server: Server | str) -> Locator:
    form = page.get_by_role("region", name="Try it")
    form.get_by_label("Server").fill(server if isinstance(server, str) else server.url)
    return form


def send(form: Locator, records: str | None = None) -> None:
    if records is not None:
        form.get_by_label("Records").fill(records)
    form.get_by_role("button", name="Send").click()


def test_one_record_is_sent_and_its_report_is_shown(reader: Reader) -> None:
    with serving() as (server, kafka):
        form = trying(reader.opens(flagship_page(), OPERATION), server)
        form.get_by_label("topic_name").fill("orders/new")
        send(form, GOOD % 7)
        expect(form.locator(".counted")).to_have_text("1 report: 1 accepted, 0 refused")
        expect(form.locator(".status")).to_contain_text("200 OK")
        assert [7] == [one.json for one in server.do(lambda: kafka.records("orders/new"))]


def test_reports_are_shown_one_by_one_as_they_come(reader: Reader) -> None:
    """The head and each report only go out when the page has shown what came before."""
    said: list[Exchange] = []

    class Slow:
        def begin(self, exchange: Exchange) -> Listener:
            return Heard(exchange, lambda heard: begun(heard.exchange))

    def begun(exchange: Exchange) -> None:
        exchange.head(200, {"Content-Type": "application/json"})
        said.append(exchange)

    with Server(Slow(), origins=["null"]) as server:
        form = trying(reader.opens(flagship_page(), OPERATION), server)
        send(form)
        expect(form.locator(".counted")).to_have_text("0 reports: 0 accepted, 0 refused")
        for number, piece in enumerate(
            [b'{"error_code":200,"off', b'set":1}\r\n{"error_code":40', b'0,"message":"}"}\r\n']
        ):
            server.do(partial(said[0].send, piece))
            expect(form.locator(".reports > li")).to_have_count(number)
        kept(form.page, "stream")
        expect(form.get_by_role("button", name="Stop")).to_be_visible()
        server.do(said[0].end)
        expect(form.get_by_role("button", name="Stop")).to_be_hidden()
    assert ["accepted", "refused"] == form.locator(".verdict").all_inner_texts()
    expect(form.locator(".counted")).to_have_text("2 reports: 1 accepted, 1 refused")


def test_several_records_go_up_as_one_body_and_each_is_reported(reader: Reader) -> None:
    with serving() as (server, kafka):
        form = trying(reader.opens(flagship_page(), OPERATION), server)
        send(form, "\n".join([GOOD % 1, BAD, GOOD % 2]))
        expect(form.locator(".counted")).to_have_text("3 reports: 2 accepted, 1 refused")
        assert [1, 2] == [one.json for one in server.do(lambda: kafka.records("topic-1"))]


def test_the_records_that_are_there_at_first_are_taken(reader: Reader) -> None:
    with serving() as (server, _):
        form = trying(reader.opens(flagship_page(), OPERATION), server)
        send(form)
        expect(form.locator(".counted")).to_have_text("3 reports: 3 accepted, 0 refused")
        form.get_by_label("Fill in an example").select_option("string")
        expect(form.get_by_label("Records")).to_have_value(re.compile("My message"))
        send(form)
        expect(form.locator(".counted")).to_have_text("3 reports: 3 accepted, 0 refused")


def test_a_refusal_is_shown_as_it_came(reader: Reader) -> None:
    with serving(users="key:secret") as (server, _):
        form = trying(reader.opens(flagship_page(), OPERATION), server)
        send(form)
        expect(form.locator(".status")).to_contain_text("401 Unauthorized")
        expect(form.get_by_role("region", name="the answer")).to_contain_text("40101")
        kept(form.page, "refused")
        form.get_by_text("Credentials").click()
        form.get_by_label("User resource-api-key").fill("key")
        form.get_by_label("Password resource-api-key").fill("secret")
        send(form)
        expect(form.locator(".status")).to_contain_text("200 OK")
    refusals = [one for one in reader.complaints if "401" in one]
    assert refusals == reader.complaints  # which browsers tell of by themselves
    reader.complaints.clear()


def test_without_a_server_both_reasons_and_the_command_are_told(reader: Reader) -> None:
    with serving() as (server, _):
        url = server.url
    form = trying(reader.opens(flagship_page(), OPERATION), url)
    send(form)
    told = form.locator(".notice")
    expect(told).to_contain_text(f"nothing listens at {url}")
    expect(told).to_contain_text("specmill serve --cors null")
    expect(form.get_by_role("button", name="Send")).to_be_enabled()
    reader.complaints.clear()


def test_a_server_that_lets_no_page_ask_it_is_told_the_same(reader: Reader) -> None:
    kafka: Any = emulator({})
    with Server(kafka) as server:
        form = trying(reader.opens(flagship_page(), OPERATION), server)
        send(form)
        expect(form.locator(".notice")).to_contain_text("does not let this page ask it")
        assert () == server.do(lambda: kafka.records("topic-1"))
    assert any("CORS" in one for one in reader.complaints)
    reader.complaints.clear()


def test_an_exchange_can_be_stopped(reader: Reader) -> None:
    with serving(ack_delay="24h", gzip="off") as (server, _):
        form = trying(reader.opens(flagship_page(), OPERATION), server)
        send(form)
        form.get_by_role("button", name="Stop").click()
        expect(form.locator(".notice")).to_have_text("Stopped.")
    reader.complaints.clear()


def test_the_scheme_of_a_server_may_be_left_out(reader: Reader) -> None:
    with serving() as (server, _):
        form = trying(reader.opens(flagship_page(), OPERATION), server.url.removeprefix("http://"))
        send(form)
        expect(form.locator(".counted")).to_have_text("3 reports: 3 accepted, 0 refused")


def test_what_is_no_address_is_told(reader: Reader) -> None:
    form = trying(reader.opens(flagship_page(), OPERATION), "http://[")
    send(form)
    expect(form.locator(".notice")).to_contain_text("nothing listens at http://[")


def test_all_reports_are_counted_and_so_many_shown_as_a_page_can_hold(reader: Reader) -> None:
    with serving() as (server, _):
        form = trying(reader.opens(flagship_page(), OPERATION), server)
        send(form, "".join(GOOD % n for n in range(1500)))
        expect(form.locator(".counted")).to_have_text("1500 reports: 1500 accepted, 0 refused")
        expect(form.locator(".reports > li")).to_have_count(1000)


def test_what_is_missing_is_told_and_nothing_is_sent(reader: Reader) -> None:
    form = trying(reader.opens(flagship_page(), OPERATION), "http://127.0.0.1:9")
    form.get_by_label("topic_name").fill("")
    send(form)
    expect(form.locator(".notice")).to_have_text("Not sent: topic_name is missing.")


def test_secrets_are_sent_and_kept_nowhere(reader: Reader) -> None:
    page = reader.opens(flagship_page(), OPERATION)
    with serving(users="key:very-secret") as (server, _):
        form = trying(page, server)
        form.get_by_text("Credentials").click()
        form.get_by_label("User resource-api-key").fill("key")
        form.get_by_label("Password resource-api-key").fill("very-secret")
        send(form)
        expect(form.locator(".status")).to_contain_text("200 OK")
    calls = page.get_by_role("region", name="How to call it")
    calls.get_by_role("tab", name="curl").click()
    expect(calls).to_contain_text("-u key:secret")
    everywhere = (
        "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, location.href, history.state])"
    )
    assert "very-secret" not in page.evaluate(everywhere)
    assert "very-secret" not in page.evaluate("document.documentElement.outerHTML")
    page.reload()
    page.get_by_text("Credentials", exact=True).click()
    expect(page.get_by_label("Password resource-api-key")).to_have_value("")


def test_the_command_for_curl_does_what_the_form_does(reader: Reader) -> None:
    page = reader.opens(flagship_page(), OPERATION)
    with serving(users="key:secret") as (server, kafka):
        form = trying(page, server)
        form.get_by_label("topic_name").fill("it's new")
        form.get_by_label("Records").fill('{"value":{"type":"STRING","data":"it\'s $HOME"}}')
        calls = page.get_by_role("region", name="How to call it")
        calls.get_by_role("tab", name="curl").click()
        command = calls.get_by_role("region", name="curl").inner_text()
        environment = {**os.environ, "no_proxy": "127.0.0.1"}
        done = subprocess.run(["bash", "-euc", command], env=environment, capture_output=True, text=True, timeout=60)
        assert (0, "") == (done.returncode, done.stderr)
        assert 200 == json.loads(done.stdout)["error_code"]
        assert [b"it's $HOME"] == [one.value for one in server.do(lambda: kafka.records("it's new"))]


@pytest.mark.parametrize("name", ["answers", "bodies", "multipart", "odd-names", "parameters", "version-3-1"])
def test_every_call_of_another_document_is_taken_as_it_is_filled_in(reader: Reader, name: str) -> None:
    api = case(name)
    page = reader.opens(page_of(api, "api"))
    answered = {}
    with Server(examples(api), origins=["null"]) as server:
        for operation in api.operations:
            page.evaluate(f"location.hash = '#/{operation.resource}.{operation.python_name}'")
            expect(page.get_by_role("heading", level=1)).to_be_focused()
            form = trying(page, server)
            send(form)
            expect(form.locator(".status, .notice")).to_have_count(1)
            answered[operation.id] = form.locator(".status, .notice").inner_text()
    others = {id_: told for id_, told in answered.items() if not re.match("20[0-9] ", told)}
    only_by_clients = {
        "sendRelated": "multipart/related",
        "sendMixed": "multipart/mixed",
        "sendPackage": "multipart/mixed",
    }
    expected = {id_: f"Not sent: only the client sends {media}." for id_, media in only_by_clients.items()}
    assert (expected if name == "multipart" else {}) == others


ROOTS = ['{"a":"}\\"\\\\"}', '{"b":[{},"]"]}', "[1,[2]]", '"one \\" two"', "12", "true", "{}"]


@pytest.mark.parametrize("between", ["\r\n", "\n", " ", "\x1e"])
def test_reports_are_told_apart_wherever_the_network_cuts_them(browser: Browser, between: str) -> None:
    text = between.join(ROOTS) + between
    page = browser.new_page()
    cut = """(parts) => parts.map((pieces) => {
      const roots = new Roots();
      const found = pieces.flatMap((piece) => roots.push(piece));
      return [...found, roots.rest()];
    })"""
    halves = [[text[:at], text[at:]] for at in range(len(text) + 1)]
    page.evaluate(f"{(ASSETS / 'reports.js').read_text('utf-8')}; window.Roots = Roots; undefined")
    found = page.evaluate(cut, [*halves, list(text)])
    page.close()
    assert [[*ROOTS, ""]] * (len(text) + 2) == found


def test_reports_need_nothing_between_them(browser: Browser) -> None:
    page = browser.new_page()
    page.evaluate(f"{(ASSETS / 'reports.js').read_text('utf-8')}; window.Roots = Roots; undefined")
    assert ['{"a":1}', '{"b":2}', "[3]"] == page.evaluate('new Roots().push(\'{"a":1}{"b":2}[3] {"c"\')')
    page.close()
