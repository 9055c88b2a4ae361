"""What takes other runs than those of the table: names in the path, silence, and a stream that dies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import quote, unquote

import pytest

from specmill.contract.run import Run
from specmill.contract.values import Finding, Result
from tests.contract.faulty import Variant, running
from tests.contract.faulty.honest import Stream
from tests.contract.table import flagship, options_for, prepared


def named(change: Callable[[str, str], tuple[str, str]]) -> Callable[..., Any]:
    """Of the report: how cluster and topic are told."""

    def fault(honest: Callable[..., Any], stored: Any) -> Any:
        cluster, topic = change(stored.cluster, stored.topic)
        return honest(replace(stored, cluster=cluster, topic=topic))

    return fault


def both(change: Callable[[str], str]) -> Callable[..., Any]:
    return named(lambda cluster, topic: (change(cluster), change(topic)))


NAMES = {
    "swapped": named(lambda cluster, topic: (topic, cluster)),
    "in lower case": both(str.lower),
    "not unquoted": both(lambda name: quote(name, safe="")),
    "unquoted as latin-1": both(lambda name: name.encode().decode("latin-1")),
    "unquoted twice": both(unquote),
    "a plus sign for a blank": both(lambda name: name.replace("+", " ")),
    "without white space": both(str.strip),
    "without dots": both(lambda name: name.replace(".", "_")),
}


def result_on(variant: Variant | None, idle: float = 1.2, **options: Any) -> Result:
    with running(variant, idle) as server:
        return Run(flagship(), options_for(server.url, idle=idle, **options), prepared=prepared()).result()


def faulty(at: str, fault: Callable[..., Any]) -> Variant:
    return Variant("fault", "meaning", "", "", at, fault)


def told(findings: tuple[Finding, ...]) -> list[tuple[str, str, str]]:
    return [(one.check, one.keyword, one.place) for one in findings]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_in_the_path_that_is_given_back_otherwise_is_one_failure(name: str) -> None:
    result = result_on(faulty("report", NAMES[name]), parameters={})
    assert [("echo", "", "/cluster_id")] == told(result.failures)


def test_names_that_the_user_gave_are_not_varied() -> None:
    assert () == result_on(faulty("report", NAMES["a plus sign for a blank"])).failures


def dies_of_two_names(honest: Callable[..., Any], stream: Stream, raw: bytes) -> Any:
    if raw.count(b'"specmill"') > 1:
        raise ConnectionAbortedError
    return honest(stream, raw)


def test_a_stream_that_dies_of_what_json_leaves_open_is_a_failure() -> None:
    (failure,) = result_on(faulty("verdict", dies_of_two_names)).failures
    assert ("stream", "2", "count") == (failure.check, failure.keyword, failure.place)
    assert failure.sent.startswith("a member that stands there twice")


def test_a_quick_run_says_that_silence_was_not_tried_and_how_it_is() -> None:
    result = result_on(None, idle=30.0)
    assert () == result.failures
    (note,) = [one for one in result.observations if one.keyword == "14"]
    assert "it takes 51 seconds: --budget 102s" in note.got
    assert "--idle N" in note.got


def test_a_budget_that_is_large_enough_reaches_silence() -> None:
    result = result_on(None, idle=4.0, budget=60.0)
    assert ([], []) == (
        [*result.failures],
        [one for one in result.observations if one.keyword == "14" and "not tried" in one.got],
    )
