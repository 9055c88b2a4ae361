"""A share of `make contract`: faults are found by the check that names them, and nobody honest is accused."""

from __future__ import annotations

from typing import Any

import pytest

from specmill.contract.options import Options
from specmill.contract.run import Run
from tests.contract.__main__ import DRAWN
from tests.contract.faulty import GROUPS, TEMPERAMENTS, VARIANTS, Temperament, Variant, running
from tests.contract.faulty.foreign import FOREIGN, Foreign
from tests.contract.faulty.table import Change
from tests.contract.faulty.wire import json_answer
from tests.contract.table import (
    IDLE,
    false_alarms,
    flagship,
    foreign_false_alarms,
    foreign_row,
    foreigners,
    options_for,
    row_of,
)
from tests.contract.table import (
    foreign as foreign_api,
)

SHARE = 16  # one in so many
SOME = [(number, variant) for number, variant in enumerate(VARIANTS) if number % SHARE == 0]
OTHERS = [(number, *pair) for number, pair in enumerate(foreigners()) if number % 3 == 0]
FAULTS = {  # what is told of a server with one fault, in full: the check, the keyword and the place
    "value-any": ("refuses", "type", "/value"),
    "no-null-partition": ("accepts", "type", "/partition_id"),
    "offset-is-text": ("schema", "type", "/offset"),
    "any-token": ("authentication", "", "security external-access-token"),
    "method-without-allow": ("http", "", "Allow at 405"),
    "other-topic": ("echo", "", "/topic_name"),
    "always-the-same": ("echo", "nothing is echoed", ""),
    "in-threes": ("stream", "3", "promptness"),
    "last-is-lost": ("stream", "2", "count"),
}


def test_the_share_has_every_group() -> None:
    assert set(GROUPS) == {variant.group for _, variant in SOME}


@pytest.mark.parametrize(("seed", "variant"), SOME, ids=[variant.name for _, variant in SOME])
def test_a_fault_is_found_by_the_check_that_names_it(seed: int, variant: Variant) -> None:
    row = row_of(variant, seed)
    assert row.found is not None, row.first


@pytest.mark.parametrize(("seed", "foreign", "variant"), OTHERS, ids=[f"{one.name}-{v.name}" for _, one, v in OTHERS])
def test_a_fault_of_another_document_is_found(seed: int, foreign: Foreign, variant: Variant) -> None:
    row = foreign_row(foreign, variant, seed)
    assert row.found is not None, row.first


@pytest.mark.parametrize(("seed", "temper"), [*enumerate(TEMPERAMENTS)], ids=[temper.name for temper in TEMPERAMENTS])
def test_no_honest_server_is_accused(seed: int, temper: Temperament) -> None:
    assert [] == false_alarms(temper, seed, DRAWN)


@pytest.mark.parametrize("foreign", FOREIGN, ids=lambda one: one.name)
def test_no_honest_server_of_another_document_is_accused(foreign: Foreign) -> None:
    assert [] == foreign_false_alarms(foreign, 3)


def test_who_takes_nothing_twice_refuses_nothing_valid() -> None:
    sent: set[bytes] = set()

    def once(honest: Change, body: bytes) -> Any:
        answer = honest(body)
        if answer.status == 201 and body in sent:
            return json_answer(409, {"message": "it is on its way"})
        sent.add(body)
        return answer

    parcels = next(one for one in FOREIGN if one.name == "parcels")
    with parcels.running(Temperament("once", "no parcel twice", (("send", once),))) as listener:
        result = Run(foreign_api(parcels), Options(listener.url)).result()
    assert ([], 0) == ([str(one) for one in result.failures], result.code)


@pytest.mark.parametrize("name", FAULTS)
def test_one_fault_is_one_failure(name: str) -> None:
    variant = next(one for one in VARIANTS if one.name == name)
    with running(variant, IDLE) as server:
        options: Options = options_for(server.url)
        result = Run(flagship(), options).result()
    assert [FAULTS[name]] == [(one.check, one.keyword, one.place) for one in result.failures]
    assert 1 == result.code
