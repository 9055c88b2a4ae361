"""Cases that Hypothesis draws, in blocks that have none in common, and shrinks to the least that fails."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from zlib import crc32

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.database import ExampleDatabase, choices_to_bytes
from hypothesis.errors import Flaky

from specmill.contract.values import Finding

UNCHECKED = (  # a server may take its time, and what it is asked is not drawn by the rules of unit tests
    HealthCheck.data_too_large,
    HealthCheck.filter_too_much,
    HealthCheck.too_slow,
    HealthCheck.large_base_example,
    HealthCheck.nested_given,
)
LONGEST = 96  # bytes of decisions for one case
MOST_FAULTS = 20  # of one search; behind so many the server is not worth more of anybody's time
MARK = 4  # bytes
ODD = 0x9E3779B1  # so that no two blocks have one mark
UNDO = pow(ODD, -1, 2**32)
MOST_BLOCKS = 10_000


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is spent on a search."""

    cases: int = 100
    until: float = float("inf")  # on the monotonic clock
    seed: int = 0
    block: int = 0  # of those that the whole search is cut into

    @property
    def own_seed(self) -> int:
        return self.seed if not self.block else crc32(f"{self.seed} {self.block}".encode())


class _Fails(Exception):
    def __init__(self, finding: Finding) -> None:
        super().__init__(str(finding))
        self.finding = finding


class _Just(ExampleDatabase):
    """Holds the one example that is to be shrunk: a secondary one, since Hypothesis takes the others to be least."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self._data = choices_to_bytes((data,))

    def fetch(self, key: bytes) -> Iterable[bytes]:
        return (self._data,) if key.endswith(b".secondary") else ()

    def save(self, key: bytes, value: bytes) -> None:
        return None

    def delete(self, key: bytes, value: bytes) -> None:
        return None


def of_block(data: bytes, block: int) -> bytes:
    """What no other block draws: it ends in the block's mark, as the last of its decisions. The first has none."""
    return data + (block * ODD % 2**32).to_bytes(MARK, "big") if block else data


def is_of_another(data: bytes, block: int) -> bool:
    """Whether what the first block draws looks like something of a later one."""
    marked = int.from_bytes(data[-MARK:], "big") * UNDO % 2**32
    return not block and len(data) >= MARK and 0 < marked < MOST_BLOCKS


def explored(judge: Callable[[bytes], Finding | None], effort: Effort) -> Iterator[Finding]:
    """Each fault once, by the least case that shows it."""
    known: set[tuple[str, ...]] = set()

    def fails(data: bytes) -> Finding | None:
        finding = None if monotonic() >= effort.until else judge(data)
        return None if finding is None or finding.key in known else finding

    while len(known) < MOST_FAULTS:
        found = _first(fails, effort)
        if found is None:
            return
        data, finding = found
        finding = _least(fails, data) or finding  # one that does not fail again was seen nevertheless
        known.add(finding.key)
        yield finding


def _first(fails: Callable[[bytes], Finding | None], effort: Effort) -> tuple[bytes, Finding] | None:
    found: list[tuple[bytes, Finding]] = []

    @seed(effort.own_seed)
    @settings(
        max_examples=max(1, effort.cases),
        database=None,
        deadline=None,
        derandomize=False,
        report_multiple_bugs=False,
        phases=[Phase.generate],
        suppress_health_check=UNCHECKED,
        print_blob=False,
    )
    @given(st.binary(max_size=LONGEST))
    def case(drawn: bytes) -> None:
        data = of_block(drawn, effort.block)
        if not found and not is_of_another(data, effort.block) and (finding := fails(data)) is not None:
            found.append((data, finding))
        if found and found[0][0] == data:
            raise _Fails(found[0][1])

    with suppress(_Fails, Flaky):
        case()
    return found[0] if found else None


def _least(fails: Callable[[bytes], Finding | None], data: bytes) -> Finding | None:
    least: list[Finding] = []

    @settings(  # without a seed, which would keep Hypothesis from its database
        database=_Just(data),
        deadline=None,
        derandomize=False,
        report_multiple_bugs=False,
        phases=[Phase.reuse, Phase.shrink],
        suppress_health_check=UNCHECKED,
        print_blob=False,
    )
    @given(st.binary(max_size=LONGEST + MARK))
    def case(data: bytes) -> None:
        if (finding := fails(data)) is not None:
            least[:] = [finding]
            raise _Fails(finding)

    with suppress(_Fails, Flaky):
        case()
    return least[0] if least else None


def explored_together(
    judge: Callable[[tuple[bytes, ...]], Finding | None], effort: Effort, count: int
) -> Iterator[Finding]:
    """Many cases at a time, for a judge that is quick with many and makes the least of a case by itself."""
    found: list[Finding] = []

    @seed(effort.own_seed)
    @settings(
        max_examples=max(1, effort.cases // count),
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=UNCHECKED,
    )
    @given(st.tuples(*[st.binary(min_size=4, max_size=LONGEST)] * count))
    def cases(drawn: tuple[bytes, ...]) -> None:
        marked = (of_block(one, effort.block) for one in drawn)
        data = tuple(one for one in marked if not is_of_another(one, effort.block))
        if monotonic() < effort.until and len(found) < MOST_FAULTS and (finding := judge(data)) is not None:
            found.append(finding)

    cases()
    yield from found
