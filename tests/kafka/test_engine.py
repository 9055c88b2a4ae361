"""``engine="kafka"``: what becomes of records when brokers refuse, are slow or are not there."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from kafka_rest import AsyncClient, Client, ProduceRequest
from kafka_rest._producer import kafka
from kafka_rest._producer.codes import CODES
from kafka_rest._retries import Retries
from kafka_rest.errors import ClientError, ConfigurationError, ConnectionFailed
from kafka_rest.outcomes import DeliveryUnknown, Unconfirmed, outcome_of
from specmill_kafka import peer
from tests.descriptors import descriptors
from tests.duplex.honest import Honest
from tests.duplex.peer import Peer
from tests.kafka.cluster import Cluster, cluster, values
from tests.kafka.producers import number_of, record, records
from tests.support import REPOSITORY

MANY = 3000
QUICKLY = Retries(times=2, first=0.002, most=0.02, longest=5.0)
NEVER = 10**7  # milliseconds that an answer takes
NOT_THERE = "http://nowhere.invalid"  # no request goes up over REST
Ran = tuple[list[tuple[int, Any]], BaseException | None]


@pytest.fixture
def kafka_cluster() -> Iterator[Cluster]:
    with cluster() as made:
        yield made


def blocking(servers: str, given: Any, options: dict[str, Any]) -> Ran:
    pairs: list[tuple[int, Any]] = []
    with Client(NOT_THERE) as client:
        try:
            for one, report in client.produce("c", "t", given, engine="kafka", bootstrap_servers=servers, **options):
                pairs.append((number_of(one), report))
        except ClientError as error:
            return pairs, error
    return pairs, None


def awaiting(servers: str, given: Any, options: dict[str, Any]) -> Ran:
    async def run() -> Ran:
        pairs: list[tuple[int, Any]] = []
        async with AsyncClient(NOT_THERE) as client:
            where: dict[str, Any] = {"engine": "kafka", "bootstrap_servers": servers}
            try:
                async for one, report in client.produce("c", "t", given, **where, **options):
                    pairs.append((number_of(one), report))
            except ClientError as error:
                return pairs, error
        return pairs, None

    return asyncio.run(run())


def awaiting_both(servers: str, given: Any, options: dict[str, Any]) -> Ran:
    async def one_by_one() -> Any:
        for one in given:
            await asyncio.sleep(0)
            yield one

    return awaiting(servers, one_by_one(), options)


WAYS = {"blocking": blocking, "awaiting": awaiting, "async iterable": awaiting_both}
EACH_WAY = pytest.mark.parametrize("produce", WAYS.values(), ids=WAYS)


@EACH_WAY
def test_every_record_comes_back_in_order_and_is_there_once(produce: Any, kafka_cluster: Cluster) -> None:
    threads, before = set(threading.enumerate()), pipes()
    pairs, error = produce(kafka_cluster.servers, records(MANY), {})
    assert (None, list(range(MANY))) == (error, [number for number, _ in pairs])
    assert {"accepted"} == {outcome_of(report) for _, report in pairs}
    assert sorted(b'{"n":%d}' % n for n in range(MANY)) == sorted(values(kafka_cluster.read("t")))  # type: ignore[type-var]
    left = {one for one in threading.enumerate() if one.name == "kafka-deliveries"} - threads
    for one in left:
        one.join(10)  # it hears within a moment that there is no more to hear
    assert not any(one.is_alive() for one in left)
    assert set() == pipes() - before, "nor a thread of librdkafka, each of which has one"


def pipes() -> set[str]:
    return {one for one in descriptors() if one.startswith("pipe")}


@EACH_WAY
def test_what_the_broker_refuses_has_the_code_of_the_api(produce: Any, kafka_cluster: Cluster) -> None:
    kafka_cluster.refuse(29)
    given = [record(n, partition_id=0) for n in range(5)]
    pairs, error = produce(kafka_cluster.servers, given, {})
    assert error is None
    told = [(outcome_of(report), report.error_code) for _, report in pairs]
    assert ("refused", 40301) == told[0]
    assert {("refused", 40301), ("accepted", 200)} >= set(told)


def test_the_codes_are_those_of_the_server_that_stands_before_a_cluster() -> None:
    assert CODES == peer.CODES


@EACH_WAY
@pytest.mark.parametrize("policy", ["report", "raise"])
def test_what_no_broker_confirms_in_time_is_unknown(policy: str, produce: Any, kafka_cluster: Cluster) -> None:
    kafka_cluster.refuse(*([7] * 1000))  # it timed out, and may be stored; librdkafka tries again until its time is up
    options: dict[str, Any] = {"on_unknown": policy, "report_timeout": 0.5}
    pairs, error = produce(kafka_cluster.servers, records(5), options)
    if policy == "report":
        assert (None, [("unknown", 50003)] * 5) == (error, [(one.outcome, one.report.error_code) for _, one in pairs])
        assert all(isinstance(one, Unconfirmed) for _, one in pairs)
    else:
        assert isinstance(error, DeliveryUnknown)
        assert list(range(5)) == sorted(map(number_of, (*error.unknown, *error.unsent)))


@EACH_WAY
def test_what_is_unknown_is_sent_again_where_that_is_asked_for(produce: Any, kafka_cluster: Cluster) -> None:
    kafka_cluster.refuse(7)
    options = {"on_unknown": "resend", "retries": QUICKLY, "kafka_settings": {"retries": 0}}
    pairs, error = produce(kafka_cluster.servers, [record(n, partition_id=0) for n in range(5)], options)
    assert error is None
    assert {"accepted"} == {outcome_of(report) for _, report in pairs}
    assert set(range(5)) == {number for number, _ in pairs}


@EACH_WAY
def test_where_no_broker_is_nothing_is_sent_and_all_of_it_is_told(produce: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(kafka, "SLICE", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        nowhere = f"127.0.0.1:{listener.getsockname()[1]}"
    before = descriptors()
    pairs, error = produce(nowhere, records(3), {"retries": QUICKLY})
    assert set() == descriptors() - before
    assert isinstance(error, ConnectionFailed)
    assert ([], [0, 1, 2]) == (pairs, list(map(number_of, error.unsent)))
    assert (f"no Kafka answers at {nowhere}" in str(error), ()) == (True, error.unknown)


def test_no_more_is_taken_than_the_window_holds(kafka_cluster: Cluster) -> None:
    taken: list[int] = []

    def counted() -> Iterator[ProduceRequest]:
        for one in records(MANY):
            taken.append(number_of(one))
            yield one

    options: dict[str, Any] = {"window_records": 50, "engine": "kafka", "bootstrap_servers": kafka_cluster.servers}
    with Client(NOT_THERE) as client:
        for given, _ in enumerate(client.produce("c", "t", counted(), **options), 1):
            assert len(taken) - given <= 50
    assert len(taken) == MANY


def test_a_window_of_bytes_holds_too(kafka_cluster: Cluster) -> None:
    given = [record(n, headers=[]) for n in range(200)]
    pairs, error = blocking(kafka_cluster.servers, given, {"window_bytes": 40})
    assert (None, 200) == (error, len(pairs))


def test_a_queue_of_librdkafka_that_is_shorter_than_the_window_is_waited_for(kafka_cluster: Cluster) -> None:
    settings = {"queue.buffering.max.messages": 5}
    pairs, error = blocking(kafka_cluster.servers, records(200), {"kafka_settings": settings})
    assert (None, list(range(200))) == (error, [number for number, report in pairs if report.ok])


def test_a_record_that_is_none_does_not_hold_up_the_others(kafka_cluster: Cluster) -> None:
    given = records(10)
    given[4].value.data = {"n": 4, "x": float("nan")}  # type: ignore[union-attr]
    pairs, error = blocking(kafka_cluster.servers, given, {})
    assert (None, {4}) == (error, {number for number, report in pairs if not report.ok})
    assert 9 == len(kafka_cluster.read("t"))


def test_whoever_leaves_is_told_of_what_was_on_its_way(kafka_cluster: Cluster, monkeypatch: Any) -> None:
    from kafka_rest._producer import sync

    monkeypatch.setattr(sync, "FAREWELL", 0.1)
    options: dict[str, Any] = {"engine": "kafka", "bootstrap_servers": kafka_cluster.servers}

    def unwilling() -> Iterator[ProduceRequest]:
        yield record(0)
        assert running is not None
        kafka_cluster.delay(NEVER)
        yield record(1)
        raise KeyboardInterrupt

    with Client(NOT_THERE) as client:
        running = client.produce("c", "t", unwilling(), **options)
        with pytest.raises(KeyboardInterrupt) as left:
            for _ in running:
                pass
    kafka_cluster.delay(0)
    (note,) = left.value.__notes__
    assert "a production was left: " in note


@EACH_WAY
def test_what_it_raises_of_its_input_comes_behind_all_reports(produce: Any, kafka_cluster: Cluster) -> None:
    def failing() -> Iterator[ProduceRequest]:
        yield from records(20)
        raise ConfigurationError("the input")

    pairs, error = produce(kafka_cluster.servers, failing(), {})
    assert (list(range(20)), "the input") == ([number for number, _ in pairs], str(error))


# --- options

SERVER: dict[str, Any] = {"bootstrap_servers": "127.0.0.1:1"}
REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "an engine that is none": ({"engine": "pulsar"}, "engine is one of rest, kafka"),
    "no address": ({"engine": "kafka"}, "bootstrap_servers"),
    "an empty address": ({"engine": "kafka", "bootstrap_servers": ""}, "bootstrap_servers"),
    "settings that are none": ({"engine": "kafka", "kafka_settings": "x=y"}, "kafka_settings is a dict"),
    "a callback of its own": ({"engine": "kafka", **SERVER, "kafka_settings": {"error_cb": print}}, "error_cb"),
    "brokers over REST": (SERVER, 'bootstrap_servers goes with engine="kafka"'),
    "settings over REST": ({"kafka_settings": {}}, 'kafka_settings goes with engine="kafka"'),
    "an option of streams": ({"engine": "kafka", **SERVER, "on_report": print}, "on_report"),
    "an option that is none": ({"engine": "kafka", **SERVER, "windows": 1}, "windows"),
    "a window that is none": ({"engine": "kafka", **SERVER, "window_records": 0}, "window_records"),
    **{
        f"{name} over Kafka": ({"engine": "kafka", **SERVER, name: value}, f"{name} means nothing with")
        for name, value in {
            "mode": "stream",
            "connections": 2,
            "age_limit": None,
            "heartbeat": 1,
            "write_timeout": 1,
            "close_timeout": 1,
        }.items()
    },
}


@pytest.mark.parametrize("what", REFUSED)
@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_an_option_that_means_nothing_is_refused_before_anything_happens(kind: Any, what: str) -> None:
    options, told = REFUSED[what]
    with pytest.raises(ConfigurationError, match=told):
        kind(NOT_THERE).produce("c", "t", [], **options)


def test_without_confluent_kafka_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "confluent_kafka", None)
    with pytest.raises(ConfigurationError, match="pip install 'confluent-kafka>="), Client(NOT_THERE) as client:
        client.produce("c", "t", [], engine="kafka", bootstrap_servers="127.0.0.1:1")


@EACH_WAY
def test_a_setting_that_librdkafka_does_not_know_is_told(produce: Any) -> None:
    _, error = produce("127.0.0.1:1", records(1), {"kafka_settings": {"no.such": "setting"}})
    assert isinstance(error, ConfigurationError)
    assert "no.such" in str(error)
    assert [0] == list(map(number_of, error.unsent))


def test_no_password_is_shown_where_something_fails() -> None:
    secret = {"sasl.password": "hush", "sasl.username": "me", "sasl.mechanism": "NO", "security.protocol": "SASL_SSL"}
    _, error = blocking("127.0.0.1:1", records(1), {"kafka_settings": secret})
    assert isinstance(error, ConfigurationError)
    seen: list[str] = [repr(error)]
    trace = error.__traceback__
    while trace is not None:
        if "/kafka_rest/" in trace.tb_frame.f_code.co_filename:
            seen += map(repr, trace.tb_frame.f_locals.values())
        trace = trace.tb_next
    assert "hush" not in "".join(seen)


def test_a_setting_of_the_callers_own_wins(kafka_cluster: Cluster) -> None:
    settings = {"message.max.bytes": 1000, "bootstrap.servers": kafka_cluster.servers}
    with Client(NOT_THERE) as client:
        given = [record(0), ProduceRequest(value=record(0, headers=[]).value)]
        given[1].value.data = {"n": 1, "x": "y" * 2000}  # type: ignore[union-attr]
        pairs = list(client.produce("c", "t", given, engine="kafka", kafka_settings=settings))
    assert [200, 413] == [report.error_code for _, report in pairs]  # type: ignore[union-attr]


@EACH_WAY
def test_a_certificate_that_nobody_trusts_is_not_tried_again(produce: Any) -> None:
    with Peer(Honest(), tls=True) as stranger:
        servers = stranger.url.rpartition("/")[2]
        pairs, error = produce(servers, records(1), {"kafka_settings": {"security.protocol": "ssl"}})
    assert isinstance(error, ConfigurationError)
    assert f"{servers} does not take this client, or is not trusted: " in str(error)
    assert ([], [0]) == (pairs, list(map(number_of, error.unsent)))


def test_confluent_kafka_is_not_imported_before_it_is_asked_for() -> None:
    script = "import sys, kafka_rest; list(kafka_rest.Client('http://h').produce('c', 't', []))"
    told = "; sys.exit('confluent_kafka' in sys.modules or 'kafka_rest._producer.kafka' in sys.modules)"
    assert (
        0 == subprocess.run([sys.executable, "-c", script + told], cwd=REPOSITORY / "generated", check=False).returncode
    )


def test_a_task_that_is_cancelled_while_it_looks_for_a_broker_leaves_no_thread(monkeypatch: Any) -> None:
    monkeypatch.setattr(kafka, "SLICE", 0.1)
    monkeypatch.setattr(kafka, "FOUND_IN", 1.0)
    looked, left = threading.Event(), list[bool]()
    find = kafka.Session._find

    def seen(self: Any, producer: Any) -> None:
        looked.set()
        try:
            find(self, producer)
        finally:
            left.append(self._is_left)

    monkeypatch.setattr(kafka.Session, "_find", seen)

    async def run() -> None:
        async with AsyncClient(NOT_THERE) as client:
            silent = socket.create_server(("127.0.0.1", 0))  # it accepts, and says nothing
            with silent:
                where: dict[str, Any] = {"engine": "kafka", "bootstrap_servers": f"127.0.0.1:{silent.getsockname()[1]}"}
                running = asyncio.ensure_future(anext(client.produce("c", "t", records(1), **where)))
                await asyncio.to_thread(looked.wait)
                running.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await running

    asyncio.run(run())  # which waits for the threads of its executor
    assert [True] == left
    assert not [one for one in threading.enumerate() if one.name == "kafka-deliveries" and not ended(one)]


def ended(thread: threading.Thread) -> bool:
    thread.join(10)
    return not thread.is_alive()
