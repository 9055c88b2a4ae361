"""The client says any bytes, reads while it sends, and tells how an answer ended."""

from __future__ import annotations

import socket

import pytest

from specmill.contract.talker import Talker
from specmill.contract.values import Call
from specmill.contract.wire import Dialogue, address_of, request_of
from specmill.errors import SpecmillError
from tests.contract.scripted import Script, heard, resets, says, scripted, waits
from tests.duplex import certificates

REQUEST = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
WHOLE = HEAD + b"Content-Length: 5\r\n\r\nhello"
MUCH = 4_000_000


@pytest.mark.parametrize(
    ("script", "how", "content"),
    [
        (says(WHOLE), "complete", b"hello"),
        (waits(WHOLE), "complete", b"hello"),
        (says(HEAD + b"\r\nhello"), "closed", b"hello"),
        (says(), "closed", b""),
        (says(HEAD + b"Content-Length: 9\r\n\r\nhello"), "cut", b"hello"),
        (resets(WHOLE[:20]), "reset", b""),
        (waits(HEAD + b"Content-Length: 9\r\n\r\nhello"), "silent", b"hello"),
        (waits(), "silent", b""),
    ],
    ids=["complete", "left open", "closed", "nothing", "cut", "reset", "silent inside", "silent"],
)
def test_a_dialogue_tells_how_its_answer_ended(script: Script, how: str, content: bytes) -> None:
    with scripted(script) as url, Dialogue(address_of(url)) as dialogue:
        dialogue.say(REQUEST)
        dialogue.until(lambda: dialogue.answer.complete or bool(dialogue.ended), 0.3 if how == "silent" else 10)
        assert (how, content) == (dialogue.how(), b"".join(dialogue.content))


def test_it_reads_while_it_sends() -> None:
    """Both sides say more than lies on the way before either has said all."""

    def script(sock: socket.socket) -> None:
        heard(sock, b"\r\n\r\n")
        sock.sendall(HEAD + b"Content-Length: %d\r\n\r\n" % MUCH + b"y" * MUCH)
        heard(sock, b"end")

    with scripted(script) as url, Dialogue(address_of(url)) as dialogue:
        dialogue.say(REQUEST + b"x" * MUCH + b"end")
        assert dialogue.until(lambda: dialogue.answer.complete and not dialogue.unsent, 20)
        assert MUCH == dialogue.answer.size


def test_both_directions_are_logged_on_one_clock() -> None:
    with scripted(says(WHOLE)) as url, Dialogue(address_of(url)) as dialogue:
        dialogue.say(REQUEST)
        dialogue.until(lambda: bool(dialogue.ended), 10)
        told = [(event.side, event.what) for event in dialogue.events]
        assert ("client", "opened") == told[0]
        assert ("server", "end") == told[-1]
        assert sorted(event.at for event in dialogue.events) == [event.at for event in dialogue.events]
        for side, data in (("client", REQUEST), ("server", WHOLE)):
            assert data == b"".join(event.data for event in dialogue.events if event.side == side)


def test_a_reset_is_one_for_the_server() -> None:
    seen: list[str] = []

    def script(sock: socket.socket) -> None:
        heard(sock, b"\r\n\r\n")
        try:
            seen.append(repr(sock.recv(10)))
        except ConnectionResetError:
            seen.append("reset")

    with scripted(script) as url:
        dialogue = Dialogue(address_of(url))
        dialogue.say(REQUEST)
        dialogue.reset()
    assert ["reset"] == seen


def test_who_hangs_up_still_listens() -> None:
    def script(sock: socket.socket) -> None:
        assert heard(sock, b"\0 never \0") == REQUEST
        sock.sendall(WHOLE)

    with scripted(script) as url, Dialogue(address_of(url)) as dialogue:
        dialogue.say(REQUEST)
        dialogue.hang_up()
        assert dialogue.until(lambda: dialogue.answer.complete, 10)


def test_a_server_is_trusted_by_its_authority_or_not_at_all() -> None:
    call = Call("GET", "/")
    with scripted(says(WHOLE), says(WHOLE), tls=certificates.identity()) as url:
        for address in (address_of(url, certificates.authority_file()), address_of(url, verify=False)):
            talker = Talker(address)
            assert b"hello" == talker(call).body
            talker.close()
    with scripted(says(WHOLE), tls=certificates.identity()) as url, pytest.raises(SpecmillError, match="be reached"):
        Dialogue(address_of(url))


def test_calls_go_down_one_connection_as_long_as_it_stands() -> None:
    def twice(sock: socket.socket) -> None:
        says(WHOLE)(sock)
        says(WHOLE)(sock)

    with scripted(twice, says(HEAD + b"Connection: close\r\nContent-Length: 0\r\n\r\n"), says(WHOLE)) as url:
        talker = Talker(address_of(url))
        answers = [talker(Call("GET", "/")) for _ in range(4)]
        talker.close()
    assert [b"hello", b"hello", b"", b"hello"] == [answer.body for answer in answers]
    assert [()] * 4 == [answer.faults for answer in answers]


def answers(*statuses: int) -> Script:
    """One call after another, each whole."""

    def script(sock: socket.socket) -> None:
        for status in statuses:
            says(b"HTTP/1.1 %d A\r\nContent-Length: 0\r\n\r\n" % status, after=b"the end")(sock)

    return script


@pytest.mark.parametrize(
    ("scripts", "is_accused"),
    [
        ([answers(404, 400), answers(400)], False),  # it is wrong by itself
        ([answers(404, 400), answers(200), answers(404, 400)], True),
        ([answers(404, 400), answers(200), answers(404, 200)], False),  # not again
        ([answers(404, 400), answers(429), answers(429), answers(200), answers(404, 400)], True),
    ],
)
def test_a_server_is_held_to_a_call_by_itself_before_it_is_said_to_leave_a_body_unread(
    scripts: list[Script], is_accused: bool
) -> None:
    call = Call("POST", "/", (), b"the end")
    with scripted(*scripts) as url:
        talker = Talker(address_of(url))
        talker(call)
        answer = talker(call)
        talker.close()
    assert is_accused == any("as if the body of the call before had been left unread" in one for one in answer.faults)


def test_a_call_that_was_one_too_many_holds_nobody_to_account() -> None:
    """It is wrong by itself, and on the connection of its own it first meets the limit."""

    def honest(sock: socket.socket) -> None:
        while request := heard(sock, b"the end"):
            status = 404 if b" /first " in request else 400
            sock.sendall(b"HTTP/1.1 %d A\r\nContent-Length: 0\r\n\r\n" % status)

    with scripted(honest, answers(429), honest) as url:
        talker = Talker(address_of(url))
        talker(Call("POST", "/first", (), b"the end"))
        answer = talker(Call("POST", "/second", (), b"the end"))
        talker.close()
    assert (400, ()) == (answer.status, answer.faults)


def test_what_does_not_come_is_a_fault_of_the_answer() -> None:
    with scripted(waits(WHOLE[:-1])) as url:
        talker = Talker(address_of(url), patience=0.2)
        answer = talker(Call("GET", "/"))
        talker.close()
    assert ("nothing more came within 0.2 seconds, in place of a body of known length",) == answer.faults


def test_a_request_has_what_every_request_has_unless_it_says_otherwise() -> None:
    address = address_of("http://a.example:8082")
    assert (
        b"POST /x HTTP/1.1\r\nHost: a.example:8082\r\nAccept: */*\r\nAccept-Encoding: identity\r\n"
        b"Content-Length: 2\r\n\r\n{}"
    ) == request_of(address, Call("POST", "/x", (), b"{}"))
    assert b"\r\nhost: other\r\n" in request_of(address, Call("GET", "/", (("host", "other"),)))


@pytest.mark.parametrize("url", ["127.0.0.1:8082", "ftp://a", "http://", "http://a:b", "http://[::1"])
def test_what_is_no_address_is_told(url: str) -> None:
    with pytest.raises(SpecmillError, match="this is no address of a server"):
        address_of(url)


def test_where_nobody_listens_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    with pytest.raises(SpecmillError, match="cannot be reached"):
        Dialogue(address_of(f"http://127.0.0.1:{port}"))
