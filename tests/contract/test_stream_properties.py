"""Each property of a stream is seen to fail where it does not hold, by its own number, and to hold where it does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

import specmill_kafka
from specmill.contract.properties import PROPERTIES, Outcome, Property, tried
from specmill.contract.streams import Ground
from specmill.serve.server import Server
from tests.contract.faulty import TEMPERAMENTS, VARIANTS, Temperament, Variant, running
from tests.contract.grounds import ELSEWHERE, ground, marks, material

IDLE = 2.0  # seconds, of the servers here
BY_NUMBER = {one.number: one for one in PROPERTIES}
WAITS = BY_NUMBER[14]
OF_RECORDS = ("breaks-off",)  # which only all the records of a run show
OF_STREAMS = [
    variant
    for variant in VARIANTS
    if (variant.group == "stream" or variant.check == "13") and variant.name not in OF_RECORDS
]


def outcomes(stand: Ground, some: Iterable[Property] = PROPERTIES) -> list[Outcome]:
    return list(tried(stand, material(), elsewhere=ELSEWHERE, properties=tuple(some)))


def on(url: str, patience: float) -> Ground:
    return ground(url, patience=patience, marks=replace(marks(), idle=IDLE))


def failures(found: Iterable[Outcome]) -> list[str]:
    return [str(proof.finding) for outcome in found for proof in outcome.failures]


def test_there_are_seventeen_in_their_order() -> None:
    assert list(range(1, 18)) == [one.number for one in PROPERTIES]
    assert 17 == len({one.name for one in PROPERTIES}) == len({one.tries for one in PROPERTIES})


def test_every_property_but_the_testers_own_has_a_variant() -> None:
    assert set(range(1, 17)) == {int(variant.check) for variant in OF_STREAMS}


@pytest.mark.parametrize("variant", OF_STREAMS, ids=lambda variant: f"{variant.check}-{variant.name}")
def test_a_property_fails_where_it_does_not_hold(variant: Variant) -> None:
    with running(variant, IDLE) as server:
        (found,) = outcomes(on(server.url, 0.5), [BY_NUMBER[int(variant.check)]])
    assert found.failures, found.not_reached
    proof = found.failures[0]
    assert ("stream", variant.check) == (proof.finding.check, proof.finding.keyword)


@pytest.mark.parametrize("temper", TEMPERAMENTS, ids=lambda temper: temper.name)
def test_all_hold_for_an_honest_server(temper: Temperament) -> None:
    with running(temper, IDLE) as server:
        found = outcomes(on(server.url, 5.0), (one for one in PROPERTIES if one is not WAITS))
        assert [] == server.failures
    assert [] == failures(found)
    assert [] == [outcome.not_reached for outcome in found if outcome.not_reached]


def test_all_hold_for_the_emulator() -> None:
    with Server(specmill_kafka.emulator({"partitions": "3"})) as server:
        found = outcomes(ground(server.url, patience=5.0))
    assert [] == failures(found)
    assert {14: "it takes 51 seconds; a larger budget reaches it"} == {
        outcome.number: outcome.not_reached for outcome in found if outcome.not_reached
    }


def test_a_silent_stream_of_an_honest_server_stays_open() -> None:
    with running(None, IDLE) as server:
        (found,) = outcomes(on(server.url, 5.0), [WAITS])
    assert ([], "") == (failures([found]), found.not_reached)


def test_without_a_fingerprint_nothing_is_judged() -> None:
    (first, *_) = tried(ground("http://127.0.0.1:1"), replace(material(), fingerprints=()))
    assert ([], "no mark says what of a record its report echoes") == (first.failures, first.not_reached)


def test_a_failure_has_what_was_sent_and_what_went_over_the_wire() -> None:
    variant = next(variant for variant in VARIANTS if variant.name == "last-is-lost")
    with running(variant, IDLE) as server:
        (found,) = outcomes(on(server.url, 0.5), [BY_NUMBER[2]])
    proof = found.failures[0]
    assert "report 5 is none, in place of that of record 5; " in proof.finding.got
    sent = b"".join(event.data for event in proof.events if event.side == "client")
    assert all(chunk in sent for chunk in proof.chunks)
    assert b"HTTP/1.1 200" in b"".join(event.data for event in proof.events if event.side == "server")
