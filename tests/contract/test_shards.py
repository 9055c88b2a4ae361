"""A run in shards: each case is in one of them, all are in some, and together they find what one run finds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specmill.cli import main
from specmill.contract.explore import Effort, explored, explored_together, is_of_another, of_block
from specmill.contract.merge import Report, merged, result_of
from specmill.contract.options import Options, Profile
from specmill.contract.proved import DENIED
from specmill.contract.report.told import facts_of, told
from specmill.contract.run import Prepared, Run
from specmill.contract.shards import BLOCK, CALLS, Amounts, Shard, Share, blocks_of, cost_of, dealt, units_of
from specmill.contract.single import Single, Spoken
from specmill.contract.values import Case, Finding, Kind
from specmill.document.api import Api
from tests.contract.faulty import running
from tests.contract.faulty.foreign import FOREIGN
from tests.contract.faulty.listener import Listener
from tests.contract.grounds import api
from tests.contract.table import IDLE, foreign, foreign_prepared, options_for
from tests.contract.test_merge import in_order

LIBRARY = next(one for one in FOREIGN if one.name == "library")
PAYMENTS = next(one for one in FOREIGN if one.name == "payments")
SHORT = Profile("short", 20, 48, 2, 4, 6, 0.0, False)
AMOUNTS = st.builds(
    Amounts,
    calls=st.integers(0, 4_000),
    calls_of_stream=st.integers(0, 1_000),
    records=st.integers(0, 200_000),
    conversations=st.integers(1, 1_000),
    turns=st.integers(1, 20),
)
DOCUMENTS = st.sampled_from((api(), foreign(LIBRARY), foreign(PAYMENTS)))


# --- on paper


@settings(max_examples=40)
@given(DOCUMENTS, AMOUNTS, st.integers(1, 200))
def test_every_unit_is_in_one_shard_and_the_shards_have_as_much_to_do(api: Api, amounts: Amounts, of: int) -> None:
    units = [unit for one in api.operations for unit in units_of(one, amounts)]
    shards = dealt(tuple(units), amounts, of)
    assert of == len(shards)
    assert Counter(units) == Counter(unit for shard in shards for unit in shard)
    assert shards == dealt(tuple(reversed(units)), amounts, of)
    loads = [sum(cost_of(unit, amounts) for unit in shard) for shard in shards]
    assert max(loads) - min(loads) <= max(cost_of(unit, amounts) for unit in units) + 1e-6


@given(DOCUMENTS, AMOUNTS)
def test_the_whole_is_one_shard(api: Api, amounts: Amounts) -> None:
    share = Share(api.operations, amounts, Shard())
    assert len(share.units) == len(share) == len(set(share.units))


@given(st.sampled_from(sorted(BLOCK)), st.integers(0, 300_000))
def test_blocks_have_all_cases_among_them(what: str, count: int) -> None:
    blocks = blocks_of(what, count)
    assert count == sum(blocks) and max(blocks) <= BLOCK[what]


MOST = 5_000
DECISIONS = st.binary(max_size=12)


@given(DECISIONS, DECISIONS, st.integers(0, MOST), st.integers(0, MOST))
def test_no_two_blocks_have_one_case(one: bytes, other: bytes, mine: int, its: int) -> None:
    """Not even where somebody draws another block's mark."""
    for data in (one, of_block(one, its)):
        cases = of_block(data, mine), of_block(other, its)
        assert mine == its or cases[0] != cases[1] or any(map(is_of_another, cases, (mine, its)))


@pytest.mark.parametrize("seed", [0, 7, 2**40])
def test_what_is_drawn_is_drawn_by_one_block_and_the_same_again(seed: int) -> None:
    def drawn(block: int) -> set[bytes]:
        some: set[bytes] = set()
        assert [] == list(explored(lambda data: some.add(data), Effort(60, seed=seed, block=block)))
        together = explored_together(lambda data: some.update(data), Effort(60, seed=seed, block=block), 6)
        assert [] == list(together)
        return some

    blocks = [drawn(number) for number in range(4)]
    assert blocks == [drawn(number) for number in range(4)]
    assert sum(map(len, blocks)) == len(set.union(*blocks)) > 200


def finding(place: str, kind: Kind = "failure") -> Finding:
    return Finding("accepts", "o", place, "", "sent", "expected", "got", kind=kind)


def test_the_least_case_of_any_block_has_no_mark() -> None:
    def judge(data: bytes) -> Finding | None:
        seen.append(data)
        return finding("long") if len(data) > 4 and data[0] > 8 else None

    seen: list[bytes] = []
    assert [finding("long")] == list(explored(judge, Effort(200, block=3)))
    fails = [data for data in seen if len(data) > 4 and data[0] > 8]
    assert b"\t\0\0\0\0" == min(fails, key=lambda data: (len(data), data))


def test_what_fails_but_once_was_seen() -> None:
    once = iter([finding("once")])
    assert [finding("once")] == list(explored(lambda data: next(once, None) if data else None, Effort(50)))


# --- on servers

CASES = BLOCK[CALLS] + 20  # which makes two blocks


def sent_by(api: Api, options: Options, monkeypatch: pytest.MonkeyPatch) -> tuple[Counter[tuple[object, ...]], Run]:
    """All that is judged in single calls."""
    counted: Counter[tuple[object, ...]] = Counter()
    honest = Single.sent

    def sent(self: Single, case: Case, kind: Kind = "failure") -> Spoken:
        call = case.call
        counted[case.about, call.method, call.target, call.fields, call.body] += 1
        return honest(self, case, kind)

    with monkeypatch.context() as patch:
        patch.setattr(Single, "sent", sent)
        run = Run(api, options, prepared=foreign_prepared(LIBRARY))
        run.result()
    return counted, run


@pytest.mark.parametrize(("seed", "of"), [(0, 2), (5, 7)])
def test_the_shards_send_what_the_whole_sends_each_its_own(seed: int, of: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def tried(shard: Shard) -> tuple[Counter[tuple[object, ...]], Run]:
        with LIBRARY.running() as listener:
            options = Options(listener.url, seed=seed, profile=SHORT, shard=shard, cases=CASES)
            return sent_by(foreign(LIBRARY), options, monkeypatch)

    whole, run = tried(Shard())
    parts = [tried(Shard(number, of)) for number in range(1, of + 1)]
    assert whole == sum((sent for sent, _ in parts), Counter())
    assert run.tally.cases == sum(part.tally.cases for _, part in parts) == whole.total()


def test_a_stream_is_shared_out_too() -> None:
    """Properties, records, texts and conversations: none is left out, none done twice."""

    def tried(shard: Shard) -> Run:
        with running(None, IDLE) as server:
            run = Run(api(), options_for(server.url, profile=SHORT, shard=shard), prepared=PREPARED)
            assert [] == list(run.result().failures)
        return run

    whole = tried(Shard())
    parts = [tried(Shard(number, 2)) for number in (1, 2)]
    assert whole.tally.cases == sum(one.tally.cases for one in parts)
    assert met(whole) == met(parts[0]) | met(parts[1])
    assert all(0 < one.tally.cases < whole.tally.cases for one in parts)


PREPARED = Prepared(api())


def met(run: Run) -> set[str]:
    return {str(cell) for cell, is_met in run.coverage.cells.items() if is_met}


BY_NAME = {one.name: one for one in (*PAYMENTS.variants, *LIBRARY.variants)}


def reports(of: int, name: str | None) -> Iterator[Report]:
    for number in range(1, of + 1):
        with served(name) as listener:
            options = Options(listener.url, profile=SHORT, shard=Shard(number, of))
            run = Run(foreign(LIBRARY), options, prepared=foreign_prepared(LIBRARY))
            result = run.result()
        document = run.api.normal.document
        yield Report(f"{number}.json", told(result, run.coverage, "http://there", document, facts_of(run)))


def served(name: str | None) -> AbstractContextManager[Listener]:
    return LIBRARY.running(BY_NAME[name] if name is not None else None)


@pytest.mark.parametrize("name", [None, *(one.name for one in LIBRARY.variants[::9])])
def test_the_shards_of_a_faulty_server_find_what_the_whole_finds(name: str | None) -> None:
    whole, joined = (merged(reports(of, name)) for of in (1, 4))
    lines = [sorted(map(str, result_of(one).failures)) for one in (whole, joined)]
    assert lines[0] == lines[1]
    assert (name is not None) == bool(lines[0])
    assert [result_of(one).code for one in (whole, joined)] == [bool(name)] * 2
    same = ("checks", "operations", "cases", "proved_nothing")
    if name is None:
        assert [whole[one] for one in same] == [joined[one] for one in same]
        assert in_order(whole["coverage"]) == in_order(joined["coverage"])


def test_what_nobody_has_reached_is_told_by_one_shard() -> None:
    """Or the reports of a large document would be as large for each shard as for the whole."""
    rows = [tuple(row[:5]) for one in reports(4, None) for row in one.told["coverage"]["matrix"] if not row[5]]
    assert len(rows) == len(set(rows)) > 0


def test_more_shards_than_work_leaves_some_with_nothing_to_do() -> None:
    with LIBRARY.running() as listener:
        options = Options(listener.url, profile=SHORT, shard=Shard(999, 999))
        result = Run(foreign(LIBRARY), options, prepared=foreign_prepared(LIBRARY)).result()
    assert (0, 0, ()) == (result.code, result.cases, result.findings)


def test_a_shard_that_is_not_let_in_is_no_pass() -> None:
    with running(None, IDLE) as server:
        options = Options(server.url, profile=SHORT, shard=Shard(2, 2))
        result = Run(api(), options, prepared=PREPARED).result()
    assert (2, DENIED) == (result.code, result.proved_nothing)


# --- on the command line


@pytest.mark.parametrize(
    "text", ["0/8", "9/8", "3", "3/0", "-1/8", "a/b", "1/2/3", "", "1 / 2", "\N{ARABIC-INDIC DIGIT ONE}/2"]
)
def test_what_is_no_shard_is_told(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert 2 == main(["contract", "http://127.0.0.1:1", f"--shard={text}"])
    assert f"--shard: this is no shard: {text!r}" in capsys.readouterr().err


def test_shards_of_a_run_that_is_different_every_time_need_a_seed(capsys: pytest.CaptureFixture[str]) -> None:
    assert 2 == main(["contract", "http://127.0.0.1:1", "--shard", "1/2", "--profile", "fuzz"])
    assert "the shards of one run need one seed" in capsys.readouterr().err
