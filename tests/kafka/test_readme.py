"""What the README shows in Python does what it says, against a real socket, in the order in which it is read."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from kafka_rest.errors import RecordRefused
from tests.duplex.conversation import Conversation
from tests.duplex.honest import Honest
from tests.duplex.peer import Behaviour, Peer
from tests.duplex.reports import refused

README = Path(__file__).parents[2] / "README.md"
CALLING = README.read_text("utf-8").partition("## Calling it")[2]  # what stands before it is run by test_readme_begins
BLOCKS = re.findall(r"```python\n(.*?)```", CALLING, re.DOTALL)
SAMPLES = [block for block in BLOCKS if "def test_" not in block]  # tests are run where fixtures and strategies are
# What each stores, and what it prints when all is well.
STORED = {
    "a call": ([7], r"0 0\n"),
    "a whole answer": ([7], r"200 \w{3}, .* GMT b'\{\"error_code\":200,.* ProduceResponse\(error_code=200, .*\n"),
    "producing": (list(range(5000)), ""),
    "producing, awaited": (list(range(5000)), ""),
    "a stream": (list(range(1000)), ""),
}
EACH = pytest.mark.parametrize("name", STORED)
TELL_OF_ALL = [name for name in STORED if name.startswith("producing")]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs a sample with the names that those before it have made; gives what was stored and printed."""
    known: dict[str, Any] = {}

    def one(sample: str, behaviour: Behaviour) -> tuple[list[int], str]:
        with Peer(behaviour) as peer:
            monkeypatch.setenv("KAFKA_REST_ENDPOINT", peer.url)
            capsys.readouterr()
            try:
                exec(compile(sample, "README.md", "exec"), known)
            finally:
                assert "/kafka/v3/clusters/lkc-1/topics/orders/records" == peer.conversations[0].heads[0].target
            return [one["value"]["data"]["id"] for one in peer.stored], capsys.readouterr().out

    def run(name: str, behaviour: Behaviour) -> tuple[list[int], str]:
        at = list(STORED).index(name)
        for sample in SAMPLES[:at]:
            one(sample, stores)
        return one(SAMPLES[at], behaviour)

    return run


def stores(talk: Conversation) -> None:
    """Honest, also to a call that accepts an error in HTML."""
    while talk.read_head() is not None:
        Honest().exchange(talk)


def refuses_seven(talk: Conversation) -> None:
    talk.read_head()
    talk.head()
    while (one := talk.record()) is not None:
        talk.report(refused(413, "too large") if one["value"]["data"]["id"] == 7 else one)
    talk.end()
    talk.linger()


def test_all_samples_are_looked_at() -> None:
    assert len(SAMPLES) == len(STORED)


@EACH
def test_a_sample_stores_every_record_in_order(name: str, run: Any) -> None:
    ids, printed = STORED[name]
    stored, out = run(name, stores)
    assert ids == stored
    assert re.fullmatch(printed, out), out


@pytest.mark.parametrize("name", TELL_OF_ALL)
def test_a_producer_says_what_was_refused_and_goes_on(name: str, run: Any) -> None:
    stored, out = run(name, refuses_seven)
    assert [n for n in range(5000) if n != 7] == stored
    assert out.startswith("refused 7 ProduceResponse(error_code=413, message='too large'")


@pytest.mark.parametrize("name", ["a call", "a stream"])
def test_where_it_asks_for_it_a_refusal_is_raised(name: str, run: Any) -> None:
    with pytest.raises(RecordRefused, match="too large"):
        run(name, refuses_seven)
