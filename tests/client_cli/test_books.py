"""The ranges and the state of ``produce``, against a plain set and at every place where a kill may cut them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from kafka_rest._produce.origins import Origins
from kafka_rest._produce.ranges import Ranges, Run, read, runs_of, spelt
from kafka_rest._produce.state import Counts, State

SEEDS = pytest.mark.parametrize("seed", range(30))


def some(dice: random.Random) -> list[int]:
    return [dice.randint(1, 30) for _ in range(dice.randint(0, 12))]


def of(numbers: Iterable[int]) -> Ranges:
    ranges = Ranges()
    ranges.add(runs(numbers))
    return ranges


def runs(numbers: Iterable[int]) -> list[Run]:
    return runs_of(set(numbers))


def numbers_in(text: str) -> list[int]:
    return [number for first, last in read(text) for number in range(first, last + 1)]


@SEEDS
def test_ranges_are_a_set(seed: int) -> None:
    dice = random.Random(seed)
    ranges, plain = Ranges(), set[int]()
    for _ in range(40):
        numbers = some(dice)
        if dice.random() < 0.7:
            ranges.add(runs(numbers))
            plain |= set(numbers)
        else:
            ranges.remove(numbers)
            plain -= set(numbers)
        assert plain == {number for number in range(1, 32) if number in ranges}
        assert max(plain, default=0) == ranges.highest
        assert plain == set(numbers_in(str(ranges)))


@SEEDS
def test_what_is_in_one_alone_comes_in_order(seed: int) -> None:
    dice = random.Random(seed)
    one, other = some(dice), some(dice)
    assert sorted(set(one) - set(other)) == list(of(one).without(of(other)))


@SEEDS
def test_numbers_are_read_as_they_were_spelt(seed: int) -> None:
    numbers = some(random.Random(seed))
    assert sorted(set(numbers)) == numbers_in(spelt(runs(numbers)))


def facts(state: State) -> tuple[set[int], set[int], Counts, tuple[int, int]]:
    handed, done = (set(numbers_in(str(one))) for one in (state.handed, state.done))
    return handed, done, state.counts, state.begin()


def test_a_state_that_is_cut_anywhere_is_that_of_its_last_whole_fact(tmp_path: Path) -> None:
    path = tmp_path / "state"
    state = State(path, {"topic": "t"})
    state.remember(None)
    lengths = {path.stat().st_size: facts(state)}
    steps: tuple[Callable[[], None], ...] = (
        lambda: state.hand(runs([1, 2, 3]), 3, 30),
        lambda: state.settle(runs([2]), Counts(1)),
        lambda: state.hand(runs([5, 6]), 6, 60),
        lambda: state.settle(runs([1, 3, 4]), Counts(3, 1)),
        lambda: state.take_back([6]),
        lambda: state.settle(runs([5]), Counts(4, 1, 0, 9, 9)),
    )
    for step in steps:
        step()
        lengths[path.stat().st_size] = facts(state)
    state.close()
    whole = path.read_bytes()
    for length in range(min(lengths), len(whole) + 1):
        path.write_bytes(whole[:length])
        again = State(path, {"topic": "t"})
        last = max(one for one in lengths if one <= length)
        assert lengths[last] == facts(again), whole[:length]
        again.remember(None)  # writes it anew
        again.close()
        once_more = State(path, {"topic": "t"})
        assert lengths[last] == facts(once_more)
        once_more.close()


def test_a_state_stays_small_however_long_it_runs(tmp_path: Path) -> None:
    path = tmp_path / "state"
    state = State(path, {})
    state.remember(None)
    for first in range(1, 400_000, 2):
        state.hand(runs([first, first + 1]), first + 1, first * 50)
        state.settle(runs([first, first + 1]), Counts(first + 1))
    state.close()
    assert path.stat().st_size < 5_000_000
    again = State(path, {})
    assert (400_000, []) == (again.done.low, again.left_open())
    again.close()


@SEEDS
def test_each_record_knows_its_line_until_it_has_an_outcome(seed: int) -> None:
    dice = random.Random(seed)
    origins, plain, line, number = Origins(), dict[int, tuple[int, bytes]](), 0, 0
    for _ in range(60):
        if dice.random() < 0.5:
            lines = [line := line + dice.choice((1, 1, 1, 2)) for _ in range(dice.randint(1, 9))]
            texts = [str(one).encode() for one in lines]
            origins.add(number, lines, texts)
            plain.update(zip(range(number, number + len(lines)), zip(lines, texts, strict=True), strict=True))
            number += len(lines)
        elif plain:
            first, last = dice.choice(runs_of(plain))
            first = dice.randint(first, last)
            last = dice.randint(first, last)
            gone = [plain.pop(one)[0] for one in range(first, last + 1)]
            assert gone == [one for a, b in origins.forget(first, last) for one in range(a, b + 1)]
        assert plain == {one: origins[one] for one in plain}
        assert len(plain) == len(origins)
