"""Times and bounds of a stream, and the ways to its server."""

from __future__ import annotations

import ssl
from typing import Any

import pytest

from kafka_rest import Timeouts
from kafka_rest.errors import ClientError, ConfigurationError, ConnectionFailed, StreamBroken, StreamTimedOut, TimedOut
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


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"window_record": 3}, "a stream has no option window_record; it has window_records"),
        ({"window_records": 0}, "window_records of a stream is more than 0, not 0"),
        ({"heartbeat": -1.0}, "heartbeat of a stream is more than 0"),
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
