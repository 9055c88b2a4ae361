"""Every pair of documents of tests/cases/diff gives the differences beside it, and what is breaking breaks."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
import yaml

from specmill.diff.table import MIRRORED
from specmill.diff.values import Comparison
from tests.diff.pairs import Pair, compared, of_operations, of_schemas, path_of_expected, told

UPDATE = os.environ.get("SPECMILL_GOLDEN") == "update"
FILES: dict[str, Callable[[], Iterator[Pair]]] = {"schemas": of_schemas, "operations": of_operations}
PAIRS = [pair for pairs in FILES.values() for pair in pairs()]


@cache
def outcome(number: int) -> Comparison:
    return compared(PAIRS[number])


each_pair = pytest.mark.parametrize("number", range(len(PAIRS)), ids=[pair.name for pair in PAIRS])


def expected(file: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path_of_expected(file).read_text(encoding="utf-8"))
    return found


def test_there_are_at_least_120_pairs_and_no_two_of_one_name() -> None:
    assert len({pair.name for pair in PAIRS}) == len(PAIRS) >= 120


@pytest.mark.parametrize("file", FILES)
def test_a_pair_gives_the_differences_beside_it(file: str) -> None:
    found = {pair.name: told(outcome(PAIRS.index(pair))) for pair in FILES[file]()}
    if UPDATE:
        text = yaml.safe_dump(found, sort_keys=False, allow_unicode=True, width=100_000)
        path_of_expected(file).write_text(text, encoding="utf-8")
    assert expected(file) == found


@each_pair
def test_a_document_beside_itself_has_no_difference(number: int) -> None:
    pair = PAIRS[number]
    assert compared(Pair("", pair.old, pair.old)).differences == ()
    assert compared(Pair("", pair.new, pair.new)).differences == ()


@each_pair
def test_what_is_told_from_the_other_side_is_the_mirror(number: int) -> None:
    there, back = outcome(number), compared(PAIRS[number].mirrored)
    assert sorted(map(mirrored, (one.id for one in there.differences))) == sorted(one.id for one in back.differences)


def mirrored(identity: str) -> str:
    rest, _, change = identity.rpartition("-")
    return f"{rest}-{MIRRORED[change]}"


@each_pair
def test_what_is_breaking_has_a_witness(number: int) -> None:
    for one in outcome(number).differences:
        assert (one.witness is not None) == (one.severity == "breaking")
