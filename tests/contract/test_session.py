"""Many cases go down one stream, and each gets the verdict that it would have by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from threading import Event
from typing import Any

import pytest

import specmill_kafka
from specmill.contract.fingerprints import seen
from specmill.contract.places import encoded
from specmill.contract.session import StreamCase, StreamSession, Verdict
from specmill.contract.streams import AIMED, SINGLE_BYTES, WHOLE, Plan
from specmill.errors import SpecmillError
from specmill.serve.server import Server
from tests.contract.faulty import TEMPERAMENTS, VARIANTS, Temperament, Variant, running
from tests.contract.faulty.honest import Stream
from tests.contract.faulty.table import Change
from tests.contract.faulty.texts import Refused
from tests.contract.faulty.wire import Answer, Request
from tests.contract.grounds import ground, marks, material

GOOD, BAD = encoded({"value": {"type": "JSON", "data": "é}{"}}), encoded({"partition_id": "x"})
CUT = b'{"value":'
IDLE = 0.3  # seconds
BY_NAME = {variant.name: variant for variant in VARIANTS}
Told = tuple[str, str, int, bool]


def cases(count: int = 30) -> list[StreamCase]:
    """Mostly good ones, of which some are cut in odd ways, and all that can come in between."""
    plans = (WHOLE, WHOLE, SINGLE_BYTES, *AIMED)
    found = [
        StreamCase(f"bad {n}", (BAD,), "refused")
        if n % 4 == 3
        else StreamCase(f"good {n}", (GOOD,), "accepted", plan=plans[n % len(plans)])
        for n in range(count)
    ]
    return [
        *found[:9],
        StreamCase("cut", (CUT,), "refused", ends=True),
        *found[9:],
        StreamCase("two", (GOOD, BAD), "either"),
    ]


def judged(url: str, some: Sequence[StreamCase], patience: float = 1.0) -> tuple[dict[str, Told], StreamSession]:
    stand = ground(url, patience=patience)
    session = StreamSession(stand, seen(stand, list(material().fingerprints))[0])
    verdicts = list(session.judge(some))
    assert len(some) == len(verdicts)
    return {verdict.case.about: told(session, verdict) for verdict in verdicts}, session


def told(session: StreamSession, verdict: Verdict) -> Told:
    accepted = [session.ground.accepted(report) for report in verdict.reports]
    return verdict.case.wanted, verdict.how, len(accepted), bool(accepted) and all(accepted)


def expected(some: Sequence[StreamCase]) -> dict[str, Told]:
    found: dict[str, Told] = {}
    for case in some:
        found[case.about] = case.wanted, "reported", len(case.records), case.wanted == "accepted"
    return found | {"cut": ("refused", "ended", 1, False)}


@pytest.mark.parametrize("temper", TEMPERAMENTS, ids=lambda temper: temper.name)
def test_an_honest_server_is_judged_as_it_is_meant(temper: Temperament) -> None:
    some = cases()
    with running(temper) as server:
        found, _ = judged(server.url, some)
        assert [] == server.failures
    wanted = expected(some)
    if temper.name == "broken-twice":
        wanted["cut"] = ("refused", "ended", 2, False)
    assert wanted == found


def test_the_emulator_is_judged_as_it_is_meant_and_in_few_streams() -> None:
    some = [case for case in cases(3000) if not case.ends]
    with Server(specmill_kafka.emulator({})) as server:
        found, session = judged(server.url, some)
    assert {about: told for about, told in expected(some).items() if about != "cut"} == found
    assert session.streams <= 2


@pytest.mark.parametrize(
    ("name", "about", "verdict"),
    [
        ("refusal-is-silent", "bad 3", ("refused", "none", 0, False)),
        ("refusal-counts-twice", "bad 7", ("refused", "reported", 2, False)),
        ("refusals-last", "bad 3", ("refused", "none", 0, False)),
        ("ends-after-a-refusal", "bad 3", ("refused", "ended", 1, False)),
        ("splits-at-braces", "good 4", ("accepted", "ended", 1, False)),
    ],
)
def test_a_fault_shows_in_the_verdict_of_its_case_alone(name: str, about: str, verdict: Told) -> None:
    some = cases()
    with running(BY_NAME[name]) as server:
        found, _ = judged(server.url, some, patience=0.4)
    kind = about.split()[0]
    assert verdict == found[about]
    others = {key: one for key, one in expected(some).items() if key.split()[0] not in (kind, "two", "cut")}
    assert others == {key: found[key] for key in others}


@pytest.mark.parametrize(
    "name",
    ["first-two-swapped", "refusals-first", "one-behind", "all-at-the-end", "all-after-a-refusal", "head-at-the-end"],
)
def test_what_only_company_brings_about_is_not_blamed_on_a_case(name: str) -> None:
    some = cases()[:-1]
    with running(BY_NAME[name]) as server:
        found, _ = judged(server.url, some, patience=0.4)
    assert expected(some) == found


def test_a_case_that_is_always_one_too_many_is_said_to_be() -> None:
    always = Variant("", "", "", "", "record", unless_it_has_a_value)
    with running(always) as server:
        found, _ = judged(server.url, [StreamCase("good", (GOOD,), "accepted")])
    assert {"good": ("accepted", "limited", 1, False)} == found


def unless_it_has_a_value(honest: Change, stream: Stream, raw: bytes) -> Any:
    if b'"value":{"type":"JSON"' in raw:
        raise Refused(429, "Too many")
    return honest(stream, raw)


@pytest.mark.parametrize(("pauses", "verdict"), [(3, "reported"), (99, "ended")])
def test_a_stream_that_ends_when_the_tester_itself_was_silent_is_tried_again(pauses: int, verdict: str) -> None:
    """Once in company and by itself, as on a busy machine; but not for ever, since the server may end it always."""
    left = [pauses]

    def slowly(data: bytes) -> tuple[int, ...]:
        left[0] -= 1
        if left[0] >= 0:
            Event().wait(2 * IDLE)
        return ()

    case = StreamCase("good", (GOOD,), "accepted", plan=Plan("slowly", slowly))
    with Server(specmill_kafka.emulator({"idle": f"{IDLE}s"})) as server:
        stand = ground(server.url, marks=replace(marks(), idle=IDLE))
        session = StreamSession(stand, seen(stand, list(material().fingerprints))[0])
        assert [verdict] == [one.how for one in session.judge([case])]
    assert left[0] == (-1 if verdict == "reported" else 95)


def test_a_server_that_lets_in_no_stream_is_told() -> None:
    refuses = Variant("", "", "", "", "too_many", all_but_the_first)
    with running(refuses) as server:
        stand = ground(server.url)
        session = StreamSession(stand, seen(stand, list(material().fingerprints))[0])
        with pytest.raises(SpecmillError, match="every stream is answered by 429"):
            list(session.judge(cases()))


def all_but_the_first(honest: Change, request: Request, number: int) -> Answer | None:
    return None if number == 1 else Answer(429, {"Content-Type": "text/html"}, b"too many")
