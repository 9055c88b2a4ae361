"""Contract tests in a test suite: one test a check, with readable ids. pytest finds this by its entry point.

    from specmill.contract.plugin import specmill_contract

    test_contract = specmill_contract("http://127.0.0.1:8082", document="openapi.yaml", user="key:secret")

gives ``test_contract[accepts]``, ``test_contract[stream 6 chunks]`` and so on. The server is first asked when the first
of them runs, and only once. Workers of pytest-xdist share one run out among themselves, a shard at a time. An address
that is known later is given as a function. Nothing heavy is imported before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from specmill.contract.options import Options
    from specmill.contract.values import Finding
    from specmill.document.api import Api

SEED = "--specmill-seed"
PROFILE = "--specmill-profile"
PROVES = "it proves something"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("specmill", "contract tests")
    group.addoption(SEED, type=int, default=None, help="the seed of contract tests")
    group.addoption(PROFILE, default=None, help="how much contract tests try: quick, ci, fuzz")


def specmill_contract(
    url: str | Callable[[], str],
    *,
    document: str | Path | Api | None = None,
    user: str = "",
    token: str = "",
    parameters: Mapping[str, str] | None = None,
    **more: Any,
) -> Callable[..., None]:
    """A test for every check. Without a document it is the one that pyproject.toml configures.

    ``more`` are fields of ``specmill.contract.options.Options``.
    """

    def options(config: pytest.Config) -> Options:
        from specmill.contract.options import PROFILES, Options
        from specmill.contract.security import Credentials

        given = {**more}
        if (seed := config.getoption(SEED, None)) is not None:
            given["seed"] = seed
        if (profile := config.getoption(PROFILE, None)) is not None:
            given["profile"] = PROFILES[profile]
        address = url if isinstance(url, str) else url()
        return Options(address, Credentials(user, token), parameters or {}, **given)

    known: dict[str, Mapping[str, Any]] = {}

    def told(request: pytest.FixtureRequest) -> Mapping[str, Any]:
        name = request.node.nodeid.partition("[")[0]
        if name not in known:
            known[name] = _told(options(request.config), document, request, name)
        return known[name]

    @pytest.mark.parametrize("check", _checks())
    def test_contract(check: str, request: pytest.FixtureRequest) -> None:
        from specmill.contract.merge import result_of

        whole = told(request)
        if check == PROVES:
            assert not whole["proved_nothing"], whole["proved_nothing"]
            return
        result = result_of(whole)
        pairs = zip(result.failures, whole["failures"], strict=True)
        broken = [_page(one, page, result.seed) for one, page in pairs if _name(one) == check]
        if broken:
            pytest.fail("\n\n".join(broken), pytrace=False)

    return test_contract


def _told(
    options: Options, document: str | Path | Api | None, request: pytest.FixtureRequest, name: str
) -> Mapping[str, Any]:
    """Of one run, whoever has run it."""
    from specmill.contract.merge import merged, read
    from specmill.contract.report.machines import written
    from specmill.contract.report.told import facts_of, told
    from specmill.contract.run import Prepared, Run
    from specmill.contract.together import IS_POSSIBLE, shared_out

    api = _api(document, request.config.rootpath)
    prepared = Prepared(api)

    def of(some: Options) -> dict[str, Any]:
        run = Run(api, some, prepared=prepared)
        result = some.cleaner.of(run.result())
        return told(result, run.coverage, some.url, api.normal.document, facts_of(run))

    workers = getattr(request.config, "workerinput", {}).get("workercount", 1)
    if workers == 1 or not IS_POSSIBLE:
        return of(options)
    folder = _common(request) / f"contract-{sha256(name.encode()).hexdigest()[:16]}"
    files = shared_out(folder, workers, lambda shard: written(of(replace(options, shard=shard))))
    return merged(report for file in files for report in read(file))


def _common(request: pytest.FixtureRequest) -> Path:
    """The folder above those of the workers, which is new in every session."""
    factory: pytest.TempPathFactory = request.getfixturevalue("tmp_path_factory")
    return factory.getbasetemp().parent


def _checks() -> list[str]:
    from specmill.contract.properties import PROPERTIES
    from specmill.contract.run import CHECKS, STREAM_CHECKS

    streams = [f"stream {one.number} {one.name}" for one in PROPERTIES]
    return [PROVES, *CHECKS, *(one for one in STREAM_CHECKS if one != "stream"), "stream conversation", *streams]


def _name(finding: Finding) -> str:
    if finding.check != "stream":
        return finding.check
    return "stream conversation" if finding.place == "conversation" else f"stream {finding.keyword} {finding.place}"


def _page(finding: Finding, told: Mapping[str, Any], seed: int) -> str:
    from specmill.contract.report.text import line, page_of

    return "\n".join((line(finding), *page_of(told, seed)))


def _api(document: str | Path | Api | None, root: Path) -> Api:
    from specmill.document.api import Api, api_of

    if isinstance(document, Api):
        return document
    from specmill.config import Options as BuildOptions
    from specmill.config import load

    given = BuildOptions() if document is None else BuildOptions(str(document), "client", ".")
    return api_of(load(given, root)[0])
