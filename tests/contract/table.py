"""Runs the tester against the faulty servers and the honest ones, and says what it found of what there is."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from specmill.config import Options as BuildOptions
from specmill.config import load
from specmill.contract.options import QUICK, Options, Profile
from specmill.contract.run import Prepared, Run
from specmill.contract.security import Credentials
from specmill.contract.values import Finding
from specmill.document.api import Api, api_of
from tests.contract.faulty import Temperament, Variant, known, running
from tests.contract.faulty.foreign import FOREIGN, HERE, Foreign
from tests.contract.names import names
from tests.support import REPOSITORY

IDLE = 1.2  # seconds
PATIENT = 5.0  # where nothing waits in vain: the machine may be busy
CREDENTIALS = Credentials(user=f"{known.API_KEY}:{known.API_SECRET}", token=known.TOKEN)
PARAMETERS = {"cluster_id": known.CLUSTER, "topic_name": known.TOPICS[1]}
ELSEWHERE = {"topic_name": known.TOPICS[0]}
SAME_FOR_EVERY_SEED = (
    "what has to be accepted",
    "what is no JSON, and other media types",
    "JSON that is written otherwise",
    "methods and paths",
)


@dataclass(frozen=True)
class Row:
    """What became of one server."""

    name: str
    group: str
    wanted: str  # the rule that is broken
    found: Finding | None  # the failure that names it
    first: Finding | None  # the first failure of all
    seconds: float  # to the failure that names it
    first_after: float  # to the first failure of all
    rival: bool | None = None  # whether another tool finds it, if there is one

    def __str__(self) -> str:
        by = f"{self.found.check} {self.found.keyword} {self.found.place}" if self.found else "NOT FOUND"
        other = {None: "", True: "  Schemathesis too", False: "  Schemathesis not"}[self.rival]
        return f"{self.name:<28} {self.group:<12} {self.wanted:<36} {self.seconds:6.2f}s  {by}{other}"


@cache
def flagship() -> Api:
    (config,) = load(BuildOptions(), REPOSITORY)
    return api_of(replace(config, overlays=(*config.overlays, HERE / "as_documented.yaml")))


@cache
def prepared() -> Prepared:
    return Prepared(flagship())


@cache
def foreign(one: Foreign) -> Api:
    options = BuildOptions(document=str(one.document), package="client", output=".")
    (config,) = load(options, REPOSITORY)
    return api_of(config)


@cache
def foreign_prepared(one: Foreign) -> Prepared:
    return Prepared(foreign(one))


def options_for(url: str, **more: Any) -> Options:
    given = Options(url, CREDENTIALS, PARAMETERS, ELSEWHERE, idle=IDLE, patience=0.4)
    return replace(given, **more)


def row_of(variant: Variant, seed: int = 0) -> Row:
    with running(variant, IDLE) as server:
        return _row(variant, Run(flagship(), options_for(server.url, seed=seed), prepared=prepared()))


def foreign_row(one: Foreign, variant: Variant, seed: int = 0) -> Row:
    with one.running(variant) as listener:
        run = Run(foreign(one), Options(listener.url, seed=seed), prepared=foreign_prepared(one))
        return _row(variant, run, one.name)


def _row(variant: Variant, run: Run, group: str = "") -> Row:
    began = time.monotonic()
    first = None
    first_after = float("inf")
    for finding in run.findings():
        if finding.kind != "failure":
            continue
        if first is None:
            first, first_after = finding, time.monotonic() - began
        if names(variant, finding):
            break
    else:
        finding = None
    seconds = time.monotonic() - began
    return Row(variant.name, group or variant.group, variant.check, finding, first, seconds, first_after)


class OfTheSeed(Run):
    """Only what another seed changes: all else is the same bytes in every run."""

    def stage(self, name: str, findings: Iterable[Finding]) -> Iterator[Finding]:
        if name.endswith(SAME_FOR_EVERY_SEED):
            return iter(())
        return super().stage(name, findings)

    def _turns(self) -> range:
        return super()._turns()[1:]


def false_alarms(
    temper: Temperament | None, seed: int, profile: Profile = QUICK, kind: type[Run] = Run
) -> list[Finding]:
    with running(temper, IDLE) as server:
        options = options_for(server.url, seed=seed, patience=PATIENT, profile=profile)
        result = kind(flagship(), options, prepared=prepared()).result()
    assert "" == result.proved_nothing, result.proved_nothing
    return list(result.failures)


def foreign_false_alarms(one: Foreign, seed: int, kind: type[Run] = Run) -> list[Finding]:
    with one.running() as listener:
        result = kind(foreign(one), Options(listener.url, seed=seed), prepared=foreign_prepared(one)).result()
    assert "" == result.proved_nothing, result.proved_nothing
    return list(result.failures)


def foreigners() -> Iterator[tuple[Foreign, Variant]]:
    for one in FOREIGN:
        for variant in one.variants:
            yield one, variant
