"""Which calls are tried again, after how long, and what is said in the end."""

from __future__ import annotations

import asyncio
import pickle
import socket
from collections.abc import Callable, Iterator
from email.utils import formatdate
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime import errors
from runtime._facts import Headers, Operation
from runtime._retries import IDEMPOTENT, Attempt, Policy, Retries, policy_of
from tests.runtime.calling import PING, AsyncClient, Client
from tests.runtime.loopback import Loopback, Reply, loopback

NOW = 1_800_000_000.0
POST = msgspec.structs.replace(PING, method="POST")


def attempt(method: str = "GET", number: int = 1, random: float = 1.0, **given: Any) -> Attempt:
    found: dict[str, Any] = {"status": 503, "sent": True, "timed_out": False, "lasting": False, **given}
    headers = Headers(found.pop("headers", {}).items())
    safe = method in IDEMPOTENT
    return Attempt(
        operation="op", method=method, safe=safe, number=number, random=random, now=NOW, headers=headers, **found
    )


UNSENT = {"status": None, "sent": False}
BROKEN = {"status": None}
LATE = {"status": None, "timed_out": True}


@pytest.mark.parametrize(
    ("what", "idempotent", "other", "unsafe"),
    [
        (UNSENT, True, True, True),
        ({**UNSENT, "timed_out": True}, True, True, True),
        ({**UNSENT, "lasting": True}, False, False, False),
        (BROKEN, True, False, True),
        (LATE, False, False, False),
        *(({"status": status}, True, False, True) for status in (408, 500, 502, 503, 504, 599)),
        ({"status": 429}, True, True, True),
        *(({"status": status}, False, False, False) for status in (400, 401, 403, 404, 409, 413, 422, 501)),
    ],
)
def test_what_is_tried_again(what: dict[str, Any], idempotent: bool, other: bool, unsafe: bool) -> None:
    for method in ("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE", "QUERY"):
        assert idempotent is (Retries()(attempt(method, **what)) is not None)
    for method in ("POST", "PATCH", "COPY"):
        assert other is (Retries()(attempt(method, **what)) is not None)
        assert unsafe is (Retries(unsafe=True)(attempt(method, **what)) is not None)


def test_pauses_double_up_to_a_limit_and_end_with_the_last_attempt() -> None:
    policy = Retries(times=5, first=0.5, most=3.0)
    assert [0.5, 1.0, 2.0, 3.0, 3.0, None] == [policy(attempt(number=number)) for number in range(1, 7)]
    assert 0.25 == policy(attempt(number=1, random=0.5))
    assert 3.0 == Retries(times=10**9, most=3.0)(attempt(number=10**8))


@pytest.mark.parametrize(
    ("headers", "asked"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"Retry-After": " 1.5 "}, 1.5),
        ({"Retry-After": "0"}, 0.0),
        ({"Retry-After": formatdate(NOW + 20, usegmt=True)}, 20.0),
        ({"Retry-After": formatdate(NOW - 20, usegmt=True)}, 0.0),
        ({"X-RateLimit-Reset": "9"}, 9.0),
        ({"X-RateLimit-Reset": str(int(NOW) + 9)}, 9.0),
        ({"X-RateLimit-Reset": str((int(NOW) + 9) * 1000)}, 9.0),
        ({"X-RateLimit-Reset": str(int(NOW) - 9)}, 0.0),
        ({"RateLimit-Reset": "3"}, 3.0),
        ({"x-rate-limit-reset": "4"}, 4.0),
        ({"Retry-After": "5", "RateLimit-Reset": "3"}, 5.0),
        ({"Retry-After": "soon", "RateLimit-Reset": "3"}, 3.0),
    ],
)
def test_what_the_server_asks_for_is_waited_for_and_a_little_more(headers: dict[str, str], asked: float) -> None:
    for status in (429, 503):
        assert asked == Retries()(attempt(status=status, headers=headers, random=0.0))
        assert asked + 0.5 == Retries()(attempt(status=status, headers=headers))


@pytest.mark.parametrize("text", ["", "soon", "-1", "nan", "inf", "1e3", "٣", "Mon, 99 Foo 2020", "0x1"])
def test_what_is_no_time_is_not_waited_for(text: str) -> None:
    for name in ("Retry-After", "X-RateLimit-Reset"):
        assert 0.5 == Retries()(attempt(status=429, headers={name: text}))


@pytest.mark.parametrize("asked", ["61", "9" * 400, formatdate(NOW + 3600, usegmt=True)])
def test_a_server_that_asks_for_too_long_is_not_waited_for(asked: str) -> None:
    assert Retries()(attempt(status=429, headers={"Retry-After": asked})) is None


def test_a_limit_that_was_not_reached_is_nothing_to_wait_for() -> None:
    assert 0.5 == Retries()(attempt(status=500, headers={"RateLimit-Reset": "30"}))


@given(
    st.builds(Retries, times=st.integers(0, 50), first=st.floats(0, 10), most=st.floats(0, 60), unsafe=st.booleans()),
    st.integers(1, 60),
    st.floats(0, 1),
    st.sampled_from([None, 200, 408, 429, 500, 501, 503]),
    st.dictionaries(st.sampled_from(["Retry-After", "RateLimit-Reset"]), st.text() | st.integers().map(str)),
)
def test_whatever_the_server_says_no_pause_is_negative_or_too_long(
    policy: Retries, number: int, random: float, status: int | None, headers: dict[str, str]
) -> None:
    delay = policy(attempt(number=number, random=random, status=status, headers=headers))
    assert delay is None or 0 <= delay <= max(policy.longest, policy.most)
    assert delay is None or number <= policy.times


@pytest.mark.parametrize(("given", "times"), [(Retries(times=7), 7), (3, 3), (0, None), (None, None)])
def test_retries_are_a_policy_a_count_or_nothing(given: Any, times: int | None) -> None:
    policy = policy_of(given)
    assert times == (policy.times if isinstance(policy, Retries) else policy)


@pytest.mark.parametrize("given", [-1, True, "3", 1.5])
def test_anything_else_is_no_policy(given: Any) -> None:
    with pytest.raises(errors.ConfigurationError, match="retries is Retries"):
        Client("http://localhost:1", retries=given)


@pytest.mark.parametrize("given", [{"times": -1}, {"first": "1"}, {"most": float("nan")}, {"longest": True}])
def test_a_policy_of_nonsense_is_refused_at_once(given: Any) -> None:
    with pytest.raises(errors.ConfigurationError, match=f"Retries: {next(iter(given))} is a number"):
        Retries(**given)


# --- over a real connection


@pytest.fixture
def server() -> Iterator[Loopback]:
    with loopback() as state:
        yield state


def called(address: str, operation: Operation[Any] = PING, retries: Policy | int | None = 2) -> tuple[list[float], Any]:
    """The pauses, and the answer or error, after making sure that both clients do the same."""

    def run(call: Callable[[], Any]) -> Any:
        try:
            return call()
        except errors.ClientError as error:
            return error

    pauses: list[float] = []
    with Client(address, retries=retries) as client:
        client._sleep = pauses.append
        first = run(lambda: client.request(operation).value)

    async def again() -> Any:
        async def pause(seconds: float) -> None:
            others.append(seconds)

        async with AsyncClient(address, retries=retries) as client:
            client._sleep = pause
            return (await client.request(operation)).value

    others: list[float] = []
    second = run(lambda: asyncio.run(again()))
    assert (len(pauses), type(first)) == (len(others), type(second))
    return pauses, first


def test_a_call_that_fails_for_a_while_succeeds_in_the_end(server: Loopback) -> None:
    server.first = [Reply(503), Reply(429, headers={"Retry-After": "3"})]
    with Client(server.address) as client:
        pauses: list[float] = []
        client._sleep = pauses.append
        assert {} == client.request(PING).value
    assert 0 <= pauses[0] <= 0.5
    assert 3 <= pauses[1] <= 4
    assert 3 == len(server.seen)


def test_the_error_in_the_end_says_how_often_it_was_tried(server: Loopback) -> None:
    server.answers(503, b"", "text/html")
    pauses, error = called(server.address)
    assert isinstance(error, errors.ServiceUnavailable)
    assert (2, 3, 6) == (len(pauses), error.attempts, len(server.seen))
    assert "GET /ping: 503 Service Unavailable (tried 3 times)" == str(error)
    assert (3, str(error)) == (pickle.loads(pickle.dumps(error)).attempts, str(pickle.loads(pickle.dumps(error))))


def test_a_call_that_could_be_done_twice_is_done_once(server: Loopback) -> None:
    server.answers(503)
    pauses, error = called(server.address, POST)
    assert ([], 1, 2) == (pauses, error.attempts, len(server.seen))
    assert "tried" not in str(error)
    called(server.address, POST, Retries(unsafe=True))
    assert 8 == len(server.seen)


def test_a_connection_that_cannot_be_made_is_tried_again_for_any_call() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        for operation in (PING, POST):
            pauses, error = called(f"http://127.0.0.1:{taken.getsockname()[1]}", operation)
            assert isinstance(error, errors.ConnectionFailed)
            assert (2, 3, False) == (len(pauses), error.attempts, error.sent)
            assert isinstance(error.__cause__, ConnectionRefusedError)
            assert str(error).endswith("(tried 3 times)")


@pytest.mark.parametrize("off", [0, None])
def test_retries_can_be_switched_off(server: Loopback, off: int | None) -> None:
    server.answers(503)
    assert [] == called(server.address, retries=off)[0]


def test_a_policy_of_ones_own_decides_alone(server: Loopback) -> None:
    told: list[tuple[str, str, int, int | None]] = []

    def policy(attempt: Attempt) -> float | None:
        told.append((attempt.operation, attempt.method, attempt.number, attempt.status))
        return 0.125 if attempt.number < 2 else None

    server.answers(404)
    pauses, error = called(server.address, POST, policy)
    assert isinstance(error, errors.NotFound)
    assert [0.125] == pauses
    assert [("ping", "POST", 1, 404), ("ping", "POST", 2, 404)] * 2 == told
    server.answers(200)
    assert ([], {}) == called(server.address, POST, policy)
    assert 4 == len(told)
