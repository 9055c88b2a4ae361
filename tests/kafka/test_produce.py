"""What the producer promises, against a real socket."""

from __future__ import annotations

import asyncio
import threading
import traceback
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from kafka_rest import AsyncClient, Client, ProduceRequest, ProduceRequestData, ProduceRequestHeader
from kafka_rest._producer.rules import AHEAD, BATCH, VANGUARD
from kafka_rest.errors import NotFound
from kafka_rest.outcomes import MEANINGS, DeliveryUnknown, Unconfirmed
from tests.duplex.certificates import identity
from tests.duplex.conversation import Conversation
from tests.duplex.expected import PATIENT
from tests.duplex.faults_stall import buffers
from tests.duplex.faults_status import JSON, Answer, Refusal, told
from tests.duplex.honest import Honest
from tests.duplex.peer import Peer, in_turn
from tests.duplex.reports import CLUSTER, TOPIC, refused
from tests.kafka.producers import LIMITS, PRODUCERS, Produce, blocking, consumed, number_of, record, records

BOTH = pytest.mark.parametrize("produce", PRODUCERS.values(), ids=PRODUCERS)
COUNT = 50
MANY = 3000  # more than any driver takes ahead


def weighty(count: int) -> list[ProduceRequest]:
    """Records of a kilobyte."""
    return [record(n, headers=[ProduceRequestHeader(name="x" * 1000)]) for n in range(count)]


def answering(code: int, at: int, times: int = 1) -> Any:
    """Honest but for one record, which gets another code the first times."""
    seen: list[int] = []

    def behave(talk: Conversation) -> None:
        talk.read_head()
        talk.head()
        while (one := talk.record()) is not None:
            if number_of(one) == at and len(seen) < times:
                seen.append(at)
                talk.report(refused(code, "no"))
            else:
                talk.report(one)
        talk.end()
        talk.linger()

    return behave


@BOTH
def test_all_records_come_back_in_order(produce: Produce) -> None:
    with Peer(Honest()) as peer:
        result = produce(peer, records(COUNT))
        assert (list(range(COUNT)), None) == (result.numbers(), result.error)
        assert list(range(COUNT)) == list(map(number_of, peer.stored))


@BOTH
@pytest.mark.parametrize("code", sorted(MEANINGS))
def test_each_code_has_its_outcome_and_harms_no_other_record(produce: Produce, code: int) -> None:
    with Peer(answering(code, 7)) as peer:
        result = produce(peer, records(COUNT), on_unknown="report")
    expected = "accepted" if MEANINGS[code] == "again" else MEANINGS[code]
    assert {n: expected if n == 7 else "accepted" for n in range(COUNT)} == result.outcomes
    assert result.error is None


@BOTH
def test_what_is_thrown_away_comes_behind_what_was_in_flight_and_ahead_of_all_else(produce: Produce) -> None:
    with Peer(answering(429, 3, times=2)) as peer:
        result = produce(peer, records(COUNT), window_records=10)
    assert set(range(COUNT)) == set(result.numbers())
    assert result.numbers().index(3) <= 12
    assert [n for n in range(COUNT) if n != 3] == [n for n in result.numbers() if n != 3]


@BOTH
def test_a_record_that_is_always_thrown_away_is_refused_in_the_end(produce: Produce) -> None:
    with Peer(answering(429, 3, times=1000)) as peer:
        result = produce(peer, records(COUNT))
    assert [3] == result.numbers("refused")
    assert set(range(COUNT)) - {3} == set(result.numbers())
    assert result.error is None


@BOTH
@pytest.mark.parametrize("where", [{0}, {5}, {7, 8, 9}, {1, 2, 600, 604}, {999}], ids=str)
def test_bad_records_are_refused_and_harm_no_other(produce: Produce, where: set[int]) -> None:
    count = 1000
    bad = ProduceRequestData(type="JSON", data=float("nan"))
    given = [record(n, key=bad) if n in where else record(n) for n in range(count)]
    good = sorted(set(range(count)) - where)
    with Peer(Honest()) as peer:
        result = produce(peer, given)
        assert good == list(map(number_of, peer.stored))
    assert (good, sorted(where), None) == (result.numbers(), result.numbers("refused"), result.error)
    assert all(isinstance(dict(result.pairs)[n], Unconfirmed) for n in where)


@BOTH
@pytest.mark.parametrize("ordered", [False, True])
def test_a_key_stays_on_one_connection(produce: Produce, ordered: bool) -> None:
    given = [record(n, key=ProduceRequestData(type="STRING", data=f"k{n % 7}")) for n in range(COUNT)]
    with Peer(Honest()) as peer:
        result = produce(peer, given, connections=3, ordered=ordered)
        stored = list(map(number_of, peer.stored))
        assert 3 == len(peer.conversations)
    assert set(range(COUNT)) == set(result.numbers())
    if ordered:
        assert list(range(COUNT)) == result.numbers()
    for key in range(7):
        assert list(range(key, COUNT, 7)) == [n for n in stored if n % 7 == key]


@BOTH
def test_a_stream_is_replaced_before_it_is_too_old(produce: Produce) -> None:
    def slowly() -> Iterator[ProduceRequest]:
        for n in range(COUNT):
            threading.Event().wait(0.01)
            yield record(n)

    with Peer(Honest()) as peer:
        result = produce(peer, slowly(), age_limit=0.1)
        assert 3 <= len(peer.conversations)
    assert list(range(COUNT)) == result.numbers()


@BOTH
def test_batches_are_requests_of_their_own(produce: Produce) -> None:
    with Peer(buffers) as peer:
        result = produce(peer, records(1100), mode="batches")
        assert 50 < max(talk.received for talk in peer.conversations) <= 500  # how full they are, the time decides
    assert list(range(1100)) == result.numbers()


@BOTH
def test_a_request_of_a_batch_has_no_more_than_the_window(produce: Produce) -> None:
    """No report makes room in it before its end, so one that waited for that would never end.

    An iterable that is awaited gives a record in each turn of the loop: how full one is by then, the time decides.
    """
    given = weighty(300)
    with Peer(buffers) as peer:
        result = produce(peer, given, mode="batches", window_bytes=100_000)
        fullest = max(talk.received for talk in peer.conversations)
    assert (1 if produce is PRODUCERS["async iterable"] else 90) <= fullest <= 100
    assert (list(range(300)), None) == (result.numbers(), result.error)


@BOTH
@pytest.mark.parametrize("connections", [1, 4])
def test_all_connections_share_one_window_of_bytes(produce: Produce, connections: int) -> None:
    given = weighty(2000)
    with Peer(reports_on_the_first) as peer:
        limits = {"report_timeout": 0.3, "close_timeout": 0.3}  # no answer ends, on which of them records are or not
        produce(peer, given, connections=connections, window_bytes=400_000, **limits)
        most = max(talk.received for talk in peer.conversations)
    assert 0.8 * 400 / connections <= most <= 1.1 * 400 / connections


@BOTH
def test_no_more_is_taken_than_can_be_sent_soon(produce: Produce) -> None:
    """What records weigh is not known before they are sent, so there may not be a window full of them."""
    taken: list[int] = []

    def watched() -> Iterator[ProduceRequest]:
        for n in range(10 * AHEAD):
            taken.append(n)
            yield record(n)

    with Peer(buffers_for_ever) as peer:
        result = produce(peer, watched(), report_timeout=0.2)
    assert len(result.outcomes) <= AHEAD + VANGUARD
    assert isinstance(result.error, DeliveryUnknown)
    assert len(taken) <= AHEAD + BATCH + VANGUARD


@BOTH
def test_auto_finds_out_about_a_proxy_that_buffers_and_loses_nothing(produce: Produce) -> None:
    def endless() -> Iterator[ProduceRequest]:
        yield from records(COUNT)

    with Peer(buffers) as peer:
        result = produce(peer, endless(), mode="auto", window_records=20, report_timeout=1.0)
        assert 2 <= len(peer.conversations)
    assert (list(range(COUNT)), None) == (result.numbers(), result.error)


@BOTH
def test_auto_finds_out_though_the_first_records_outweigh_the_window(produce: Produce) -> None:
    with Peer(buffers) as peer:
        result = produce(peer, weighty(COUNT), mode="auto", window_bytes=4000, report_timeout=2.0)
        assert 2 <= len(peer.conversations)
    assert (list(range(COUNT)), None) == (result.numbers(), result.error)


@BOTH
def test_a_connection_with_a_full_window_lets_the_others_go_on(produce: Produce) -> None:
    gone_on = threading.Event()

    def one_of_two(talk: Conversation) -> None:
        talk.read_head()
        talk.head()
        talk.report(talk.records(1)[0])
        if talk.number:
            for _ in range(199):
                talk.report(talk.records(1)[0])
            gone_on.set()
        talk.flush()
        assert gone_on.wait(PATIENT)
        while (one := talk.record()) is not None:
            talk.report(one)
        talk.end()
        talk.linger()

    with Peer(one_of_two) as peer:
        result = produce(peer, weighty(400), connections=2, window_bytes=40_000, ordered=True)
    assert (list(range(400)), None) == (result.numbers(), result.error)


@BOTH
@pytest.mark.parametrize("bad", [{7}, set(range(0, 300, 3)), set(range(300))], ids=["one", "many", "all"])
def test_bad_records_are_refused_where_they_stand_though_the_window_is_full(produce: Produce, bad: set[int]) -> None:
    given = records(300)
    for n in bad:
        given[n].headers = [ProduceRequestHeader(name=float("nan"))]  # type: ignore[arg-type]
    with Peer(Honest()) as peer:
        result = produce(peer, given, window_bytes=2000)
    assert [(n, "refused" if n in bad else "accepted") for n in range(300)] == list(result.outcomes.items())


@BOTH
def test_an_input_that_raises_does_so_once_its_records_have_their_outcome(produce: Produce) -> None:
    def broken() -> Iterator[ProduceRequest]:
        yield from records(COUNT)
        raise ZeroDivisionError

    with Peer(Honest()) as peer:
        result = produce(peer, broken())
    assert list(range(COUNT)) == result.numbers()
    assert isinstance(result.error, ZeroDivisionError)


@BOTH
def test_what_the_iterable_raises_is_seen_beside_what_the_stream_ends_with(produce: Produce) -> None:
    def broken() -> Iterator[ProduceRequest]:
        yield from records(3)
        raise ZeroDivisionError

    def breaks(talk: Conversation) -> None:
        talk.read_head()
        talk.head()
        talk.records(3)
        talk.reset()

    with Peer(breaks) as peer:
        result = produce(peer, broken())
    assert isinstance(result.error, DeliveryUnknown)
    assert {0: "unknown", 1: "unknown", 2: "unknown"} == result.outcomes
    assert "ZeroDivisionError" in "".join(traceback.format_exception(result.error))


@BOTH
def test_a_useless_answer_is_raised_with_all_that_was_taken(produce: Produce) -> None:
    with Peer(Refusal(Answer(404, told(404, "no"), {"Content-Type": JSON}), 1, "lingers")) as peer:
        result = produce(peer, records(COUNT))
    assert isinstance(result.error, NotFound)
    assert result.error.unsent
    assert {"unsent"} == set(result.outcomes.values())


def test_what_an_async_iterable_gave_ahead_is_told_and_the_rest_is_still_in_it() -> None:
    async def one_by_one() -> AsyncIterator[ProduceRequest]:
        for n in range(MANY):
            await asyncio.sleep(0)
            yield record(n)

    async def run(peer: Peer, window: int) -> tuple[list[int], list[int]]:
        given = one_by_one()
        result = await consumed(peer, given, {"window_records": window})
        assert isinstance(result.error, NotFound)
        return sorted(result.outcomes), [number_of(one) async for one in given]

    for window in (1, 10, 1000):
        with Peer(Refusal(Answer(404, told(404, "no"), {"Content-Type": JSON}), 1, "lingers")) as peer:
            outcomes, left = asyncio.run(run(peer, window))
        assert list(range(MANY)) == outcomes + left
        assert len(outcomes) <= 2 * window


@BOTH
def test_a_401_is_answered_with_a_new_token_once(produce: Produce) -> None:
    never = Refusal(Answer(401, told(40101, "no"), {"Content-Type": JSON}), 1, "lingers")
    with Peer(in_turn(never, Honest())) as peer:
        result = produce(peer, records(COUNT))
    assert (list(range(COUNT)), None) == (result.numbers(), result.error)
    with Peer(never) as peer:
        assert 401 == getattr(produce(peer, records(COUNT)).error, "status", None)
        assert 2 == len(peer.conversations)


@BOTH
def test_an_unknown_record_is_raised_with_what_is_left(produce: Produce) -> None:
    with Peer(answering(50003, 7)) as peer:
        result = produce(peer, records(COUNT))
    assert isinstance(result.error, DeliveryUnknown)
    assert [7] == list(map(number_of, result.error.unknown))


def test_a_caller_who_stops_in_the_middle_leaves_no_thread() -> None:
    before = set(threading.enumerate())
    with Peer(Honest()) as peer, Client(peer.url) as kafka:
        running = kafka.produce(CLUSTER, TOPIC, iter(records(1000)), **LIMITS)
        next(running)
        with pytest.warns(ResourceWarning, match="nobody looked at"):
            running.close()  # type: ignore[attr-defined]
    left = [one for one in set(threading.enumerate()) - before if one.is_alive()]
    assert [] == left


def test_a_caller_who_fails_is_told_what_was_left() -> None:
    with Peer(Honest()) as peer, Client(peer.url) as kafka:
        running: Any = kafka.produce(CLUSTER, TOPIC, iter(records(1000)), **LIMITS)
        next(running)
        with pytest.raises(KeyboardInterrupt) as raised:
            running.throw(KeyboardInterrupt())
    assert "nobody looked at" in raised.value.__notes__[0]


def test_a_cancelled_production_ends_at_once() -> None:
    async def run(url: str) -> None:
        async def consume() -> None:
            async with AsyncClient(url) as kafka:
                async for _ in kafka.produce(CLUSTER, TOPIC, records(COUNT)):
                    raise AssertionError("nothing comes")

        task = asyncio.create_task(consume())
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(task, 3)

    with Peer(buffers_for_ever) as peer:
        asyncio.run(run(peer.url))


def reports_on_the_first(talk: Conversation) -> None:
    talk.read_head()
    talk.head()
    talk.report(talk.records(1)[0])
    while talk.record() is not None:
        pass
    talk.linger()


def buffers_for_ever(talk: Conversation) -> None:
    talk.read_head()
    talk.linger()


@BOTH
def test_a_server_that_wants_a_certificate_is_not_asked_again_and_again(produce: Produce) -> None:
    with Peer(Honest(), identity(asks=True)) as peer:
        result = produce(peer, records(3))
        assert "the server wants a client certificate" in str(result.error)
        assert {0: "unsent", 1: "unsent", 2: "unsent"} == result.outcomes
        assert 1 == len(peer.refusals)


def test_no_records_need_no_connection() -> None:
    with Peer(Honest()) as peer:
        assert [] == blocking(peer, []).pairs
        assert [] == peer.conversations
