"""The flagship's emulator as one more server under test, in every way that it can be set to behave."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import pytest

import specmill_kafka
from specmill.contract.options import Options, Profile
from specmill.contract.run import Prepared, Run
from specmill.contract.security import Credentials
from specmill.contract.values import Result
from specmill.serve.server import Server
from specmill_kafka.behaviour import ROWS
from tests.contract.flagship.effort import DATABASE, SEED, WHOLE
from tests.contract.grounds import api

WHO = Credentials("key:secret", "token")
WHERE = {"cluster_id": "c", "topic_name": "t"}
ELSEWHERE = {"topic_name": "u"}
IDLE = 0.6  # seconds
STRICT = {"judge": "document", "users": "key:secret", "tokens": "token", "stall": "5ms", "idle": f"{IDLE}s"}
SHORT = Profile("short", 16, 96, 1, 3, 8, 0.0, False)

HONEST: dict[str, dict[str, str]] = {  # every switch, set to something that the document leaves open
    "head first-byte": {"head": "first-byte"},
    "expect lost": {"expect": "lost"},
    "terminal alone": {"terminal": "alone"},
    "reports one-chunk": {"reports": "one-chunk"},
    "reports several": {"reports": "several"},
    "reports split": {"reports": "split"},
    "acknowledged late": {"ack-delay": "5ms"},
    "acknowledged in another order": {"ack-delay": "5ms", "ack-reorder": "yes"},
    "topics of three partitions": {"partitions": "3"},
    "headers never end a stream": {"header-base64": "refused"},
    "one cluster": {"clusters": "c,d"},
    "another topic denied": {"denied-topics": "secret"},
    "short lives": {"max-age": "300ms", "grace": "50ms"},
    "408 is not stored": {"max-age": "300ms", "grace": "50ms", "408-stores": "no", "408-close": "timer"},
    "small requests": {"request-size": "200000"},
    "small messages": {"message-size": "200000"},
    "few records": {"rate-records": "400"},
    "few bytes": {"rate-bytes": "100000"},
    "few records of all": {"rate-all-records": "400"},
    "few bytes of all": {"rate-all-bytes": "100000"},
    "throttled": {"broker": "throttled", "broker-every": "9"},
    "who does not read is told less": {"unread": "drop", "unread-bytes": "100000"},
    "who does not read is held": {"unread": "hold", "unread-bytes": "100000"},
    "never gzip": {"gzip": "off"},
    "pages close": {"dos-close": "always"},
    "small batches": {"batch-entries": "1"},
    "never idle": {"idle": "off"},
    "plain paths alone": {"ambiguous-paths": "refused"},
}
LEAVES = {("json", ""), *(("stream", number) for number in ("2", "3", "6", "16"))}  # as it falls in the middle of what
FAULTY: dict[str, tuple[dict[str, str], set[tuple[str, str]]]] = {  # and what may be found: check and keyword
    "duplicates": ({"log": "duplicates"}, {("stream", "13")}),
    "reordered": ({"log": "reordered"}, {("stream", "13")}),
    "some records invalid": ({"broker": "invalid", "broker-every": "5"}, {("stream", "5")}),
    "reset": ({"reset-after": "2000"}, LEAVES),
    "cut": ({"cut-after": "2000"}, LEAVES),
    "a page for 401": ({"unauthorized": "page"}, {("media type", "")}),
    "cut by a filter": ({"dos-max-age": "2ms"}, LEAVES),
}
NOTHING: dict[str, tuple[dict[str, str], set[tuple[str, str]]]] = {  # what proves nothing is no pass
    "topics unknown": ({"topics": "known"}, set()),
    "turned away": ({"dos": "refuse"}, set()),
    "out of order": ({"fails": "500"}, {("server error", "nearly everything breaks it")}),
    "broker away": ({"fails": "503"}, {("server error", "nearly everything breaks it")}),
    "nobody may": ({"denied-topics": "t,u"}, set()),
}


@cache
def prepared() -> Prepared:
    return Prepared(api())


@contextmanager
def serving(behaviour: dict[str, str]) -> Iterator[str]:
    with Server(specmill_kafka.emulator(behaviour)) as server:
        yield server.url
    assert [] == server.failures


def tried(behaviour: dict[str, str], profile: Profile = SHORT) -> Result:
    with serving(behaviour) as url:
        databases = (str(DATABASE),) if profile.random else ()
        options = Options(url, WHO, WHERE, ELSEWHERE, seed=SEED, idle=IDLE, profile=profile, databases=databases)
        return Run(api(), options, prepared=prepared()).result()


def test_every_switch_is_set() -> None:
    every = [*HONEST.values(), *(one for one, _ in (*FAULTY.values(), *NOTHING.values())), STRICT]
    assert {name for name, *_ in ROWS} == {name for behaviour in every for name in behaviour}


@pytest.mark.parametrize("name", HONEST)
def test_what_the_document_leaves_open_is_no_failure(name: str) -> None:
    result = tried(STRICT | HONEST[name])
    assert ([], 0) == ([str(one) for one in result.failures], result.code), f"seed {SEED}"


@pytest.mark.parametrize("name", FAULTY)
def test_a_fault_that_is_switched_on_is_found_and_nothing_else(name: str) -> None:
    behaviour, wanted = FAULTY[name]
    result = tried(STRICT | behaviour)
    found = {(one.check, one.keyword) for one in result.failures}
    assert (set(), 1) == (found - wanted, result.code)


@pytest.mark.parametrize("name", NOTHING)
def test_a_run_that_proves_nothing_is_no_pass(name: str) -> None:
    behaviour, wanted = NOTHING[name]
    result = tried(STRICT | behaviour)
    assert (wanted, 1 if wanted else 2) == ({(one.check, one.keyword) for one in result.failures}, result.code)
    assert "" != result.proved_nothing


def test_a_whole_run_holds() -> None:
    result = tried(STRICT, WHOLE)
    assert ([], 0) == ([str(one) for one in result.failures], result.code), f"seed {SEED}"


def test_the_public_server_departs_from_its_document_in_these_ways() -> None:
    result = tried({**STRICT, "judge": "public"}, WHOLE)
    assert {
        ("server error", "type", ""),  # null
        ("server error", "type", "/timestamp"),  # a number of seconds before 1970
        ("refuses", "type", "/partition_id"),
        ("refuses", "type", "/headers"),
        ("refuses", "type", "/headers/0/name"),
        ("refuses", "format", "/headers/0/value"),
        ("refuses", "type", "/timestamp"),
        ("refuses", "format", "/timestamp"),
    } == {(one.check, one.keyword, one.place) for one in result.failures}
