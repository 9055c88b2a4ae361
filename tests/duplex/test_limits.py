"""Times and bounds of a stream, and the ways to its server."""

from __future__ import annotations

import re
import ssl
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import pytest

from kafka_rest import Timeouts
from kafka_rest.errors import (
    ClientError,
    ConfigurationError,
    ConnectionFailed,
    StreamBroken,
    StreamGarbled,
    StreamTimedOut,
    TimedOut,
)
from tests.duplex.certificates import identity
from tests.duplex.conversation import Conversation
from tests.duplex.either import Way, either, numbers, opened, record, records
from tests.duplex.expected import MUCH
from tests.duplex.faults_stall import answers_with_a_head_only, never_ends, stops_reading
from tests.duplex.honest import Honest
from tests.duplex.peer import Peer
from tests.duplex.places import PLACES, Place
from tests.duplex.proxies import Proxy, basic

PLAIN_AND_TLS = pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])


@either
async def test_a_line_end_says_now_and_then_that_somebody_is_there(way: Way) -> None:
    def patient(talk: Conversation) -> None:
        talk.read_head()
        talk.head()
        talk.flush()
        first = talk.record()
        while talk.heartbeats < 3:
            talk.record_within(0.01)
        talk.report(first)
        talk.end()
        talk.linger()

    with Peer(patient) as peer:
        async with opened(way, peer.url, heartbeat=0.05) as stream:
            await stream.send(record(0))
            assert [0] == numbers([pair async for pair in stream.follow()])


SLOW: dict[str, tuple[Any, dict[str, Any], str]] = {
    "no report": (answers_with_a_head_only, {"report_timeout": 0.1}, "no report has come for 0.1 s (a proxy that"),
    "nothing is taken": (stops_reading, {"write_timeout": 0.1}, "the server has taken nothing for 0.1 s"),
}


@pytest.mark.parametrize("what", SLOW)
@either
async def test_a_server_without_progress_is_left_after_a_while(what: str, way: Way) -> None:
    behaviour, limits, told = SLOW[what]
    large = [record("x" * (MUCH // 8)) for _ in range(8)]
    found: list[Any] = []
    with Peer(behaviour, receive_buffer=64 * 1024) as peer:
        with pytest.raises(StreamTimedOut) as caught:
            async with opened(way, peer.url, window_bytes=2 * MUCH, longest_record=MUCH, **limits) as stream:
                await stream.send_many(large)
                async for pair in stream:
                    found.append(pair)
        assert told in str(caught.value)
        rest = [*(one for one, _ in found), *caught.value.unknown, *caught.value.unsent]
        assert large[: len(rest)] == rest


@either
async def test_when_all_reports_are_there_the_end_is_not_waited_for_for_long(way: Way) -> None:
    with Peer(never_ends) as peer:
        async with opened(way, peer.url, close_timeout=0.1) as stream:
            await stream.send_many(records(3))
            assert [0, 1, 2] == numbers([pair async for pair in stream])


async def awaits(*about: Any) -> None:
    raise AssertionError("nobody awaits this")


class Awaits:
    async def __call__(self, *about: Any) -> None:
        raise AssertionError("nobody awaits this")

    async def yields(self, *about: Any) -> AsyncIterator[int]:
        yield 1


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"window_record": 3}, "a stream has no option window_record; it has window_records"),
        ({"window_records": 0}, "window_records of a stream is a whole number of 1 or more, not 0"),
        ({"window_records": "5"}, "window_records of a stream is a whole number of 1 or more, not '5'"),
        ({"window_bytes": None}, "window_bytes of a stream is a whole number of 1 or more, not None"),
        ({"longest_record": 1.5}, "longest_record of a stream is a whole number of 1 or more, not 1.5"),
        ({"heartbeat": -1.0}, "heartbeat of a stream is more than 0 seconds or None, not -1.0"),
        ({"report_timeout": "30"}, "report_timeout of a stream is more than 0 seconds or None, not '30'"),
        ({"write_timeout": float("nan")}, "write_timeout of a stream is more than 0 seconds or None, not nan"),
        ({"on_report": 5}, "on_report of a stream is a function, not 5"),
        ({"on_report": awaits}, "on_report of a stream is called and not awaited"),
        ({"on_report": partial(awaits, 1)}, "on_report of a stream is called and not awaited"),
        ({"on_report": Awaits()}, "on_report of a stream is called and not awaited"),
        ({"on_batch": Awaits().yields}, "on_batch of a stream is called and not awaited"),
        ({"on_report": print, "on_batch": print}, "on_report or on_batch, not both"),
    ],
)
@either
async def test_an_option_that_cannot_be_is_told(options: dict[str, Any], told: str, way: Way) -> None:
    with pytest.raises(ConfigurationError, match=told):
        async with opened(way, "http://127.0.0.1:1", **options):
            pass


@either
async def test_only_http_1_1_is_offered_and_no_compression(way: Way) -> None:
    agreed: list[str | None] = []

    def notes(talk: Conversation) -> None:
        connection = talk.channel.connection
        assert isinstance(connection, ssl.SSLSocket)
        agreed.append(connection.selected_alpn_protocol())  # the peer would choose HTTP/2 if it could
        Honest()(talk)

    with Peer(notes, tls=True) as peer:
        async with opened(way, peer.url, peer.certificate) as stream:
            await stream.send(record(0))
            assert [0] == numbers([pair async for pair in stream])
        talk = peer.conversations[0]
        assert ["http/1.1"] == agreed
        assert "identity" == talk.heads[0].headers["accept-encoding"]


@PLAIN_AND_TLS
@pytest.mark.parametrize("credentials", [None, ("user", "pa:ss")])
@either
async def test_a_stream_goes_through_a_proxy(credentials: tuple[str, str] | None, tls: bool, way: Way) -> None:
    with Peer(Honest(), tls) as peer, Peer(Proxy(credentials)) as proxy:
        place = proxy.url if credentials is None else proxy.url.replace("//", "//user:pa%3Ass@")
        async with opened(way, peer.url, peer.certificate or True, {"proxy": place}) as stream:
            await stream.send_many(records(700))
            assert list(range(700)) == numbers([pair async for pair in stream])
        asked = proxy.conversations[0].heads[0]
        assert ("CONNECT", f"127.0.0.1:{peer.port}") == (asked.method, asked.target)
        expected = basic(*credentials) if credentials else None
        assert expected == asked.headers.get("proxy-authorization")


@pytest.mark.parametrize(
    ("version", "told"),
    [
        (ssl.TLSVersion.TLSv1_3, "the server wants a client certificate: give certificate="),
        (ssl.TLSVersion.TLSv1_2, "the server may want a client certificate, which certificate= gives"),
    ],
)
@either
async def test_a_server_that_wants_a_certificate_is_told_of_and_nothing_is_unknown(
    version: ssl.TLSVersion, told: str, way: Way
) -> None:
    context = identity.__wrapped__(asks=True)  # one of its own
    context.minimum_version = context.maximum_version = version
    with Peer(Honest(), context) as peer, pytest.raises(ClientError) as caught:
        async with opened(way, peer.url, peer.certificate) as stream:
            await stream.send_many(records(3))
            await stream.flush()
    assert told in str(caught.value)
    assert () == caught.value.unknown


@pytest.mark.parametrize("coding", ["gzip", "br", "GZIP, deflate"])
@either
async def test_an_answer_that_is_compressed_is_named_as_such(coding: str, way: Way) -> None:
    def compresses(talk: Conversation) -> None:
        talk.read_head()
        talk.raw(f"HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        talk.raw(b"2\r\n\x1f\x8b\r\n")
        talk.flush()
        talk.linger()

    told = f"the answer is compressed ({coding}), which was not asked for"
    with Peer(compresses) as peer, pytest.raises(StreamGarbled, match=re.escape(told)):
        async with opened(way, peer.url) as stream:
            await stream.send(record(0))


@pytest.mark.parametrize("scheme", ["http", "https"])
@either
async def test_a_proxy_that_is_not_there_is_named(scheme: str, way: Way) -> None:
    for place, told in (
        ("127.0.0.1:1", f"no connection to the proxy {scheme}://127.0.0.1:1 "),
        ("nowhere.invalid", f"there is no address for the name in the proxy {scheme}://nowhere.invalid:"),
    ):
        with pytest.raises(ConnectionFailed, match=told):
            async with opened(way, "http://127.0.0.1:9", settings={"proxy": f"{scheme}://{place}"}):
                pass


def mumbles(talk: Conversation) -> None:
    talk.read_head()
    talk.raw(b"SSH-2.0\r\n\r\n")
    talk.half_close()
    talk.linger()


@pytest.mark.parametrize(
    ("proxy", "told"),
    [
        (Proxy(("user", "secret")), "the proxy refused the way to 127.0.0.1:9 with 407"),
        (Proxy(refuses=503), "the proxy refused the way to 127.0.0.1:9 with 503"),
        (mumbles, "no connection to http://127.0.0.1:9 .*SSH"),
        (Conversation.half_close, "the proxy closed the connection|reset"),
    ],
)
@either
async def test_a_proxy_that_says_no_is_named(proxy: Any, told: str, way: Way) -> None:
    with Peer(proxy) as other, pytest.raises(ConnectionFailed, match=told):
        async with opened(way, "http://127.0.0.1:9", settings={"proxy": other.url}) as stream:
            await stream.send(record(0))


ENDS: dict[str, Any] = {
    "unreachable": (ConnectionFailed, TimedOut),
    "broken": StreamBroken,
    "timed out": StreamTimedOut,
}


@pytest.mark.parametrize("place", PLACES, ids=[place.name for place in PLACES])
@either
async def test_a_place_that_is_none_is_told(place: Place, way: Way) -> None:
    with place.opened() as url, pytest.raises(ClientError) as caught:
        async with opened(
            way, url, place.certificate, {"timeout": Timeouts(connect=0.5)}, report_timeout=0.5
        ) as stream:
            await stream.send(record(0))
            await stream.flush()
    assert isinstance(caught.value, ENDS[place.ends]), caught.value
    assert str(caught.value).startswith("POST /kafka/v3/")
