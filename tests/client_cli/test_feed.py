"""How far ahead of the socket the lines of a file are taken, and who reads them."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from kafka_rest._produce.books import Books, Sink
from kafka_rest._produce.feed import WEIGHT, Feed
from kafka_rest._produce.lines import Lines
from kafka_rest._produce.records import as_it_is
from kafka_rest._produce.state import State
from kafka_rest._producer.rules import AHEAD, FAR_AHEAD


@pytest.mark.parametrize(
    ("size", "ahead"), [(50, FAR_AHEAD), (WEIGHT // (2 * AHEAD), 2 * AHEAD), (20_000, AHEAD), (2_000_000, AHEAD)]
)
def test_the_shorter_the_lines_the_more_are_taken(size: int, ahead: int, tmp_path: Path) -> None:
    start, end = b'{"value":{"type":"JSON","data":"', b'"}}\n'
    (tmp_path / "lines").write_bytes((start.ljust(size - len(end), b"x") + end) * 3)
    before = threading.active_count()
    with (tmp_path / "lines").open("rb") as file:
        lines, state = Lines(file, 0, 0, 0), State(None, {})
        feed = Feed(lines, as_it_is, state, Books(state, Sink(None), Sink(None), False, as_it_is), again=False)
        assert AHEAD == feed.ahead  # what they weigh is not known
        lines.start(lambda: None)
        taken = 0
        while not feed.empty:
            taken += len(feed.some(1000))
        assert (3, before) == (taken, threading.active_count())
        assert ahead == pytest.approx(feed.ahead, rel=0.02)
