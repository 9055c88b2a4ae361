"""Contract tests in a test suite: one test a check, with readable ids. pytest finds this by its entry point.

    from specmill.contract.plugin import specmill_contract

    test_contract = specmill_contract("http://127.0.0.1:8082", document="openapi.yaml", user="key:secret")

gives ``test_contract[accepts]``, ``test_contract[stream 6 chunks]`` and so on. The server is first asked when the first
of them runs, and only once. An address that is known later is given as a function. Nothing heavy is imported before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from specmill.contract.run import Run
    from specmill.contract.values import Finding, Result
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

    @cache
    def result(seed: int | None, profile: str | None, root: Path) -> tuple[Run, Result]:
        from specmill.contract.options import PROFILES, Options
        from specmill.contract.run import Run
        from specmill.contract.security import Credentials

        given = {**more}
        if seed is not None:
            given["seed"] = seed
        if profile is not None:
            given["profile"] = PROFILES[profile]
        address = url if isinstance(url, str) else url()
        run = Run(_api(document, root), Options(address, Credentials(user, token), parameters or {}, **given))
        return run, run.result()

    @pytest.mark.parametrize("check", _checks())
    def test_contract(check: str, request: pytest.FixtureRequest) -> None:
        config = request.config
        run, told = result(config.getoption(SEED, None), config.getoption(PROFILE, None), config.rootpath)
        if check == PROVES:
            assert not told.proved_nothing, told.proved_nothing
            return
        broken = [one for one in told.failures if _name(one) == check]
        if broken:
            pytest.fail("\n\n".join(_page(run, one) for one in broken), pytrace=False)

    return test_contract


def _checks() -> list[str]:
    from specmill.contract.properties import PROPERTIES
    from specmill.contract.run import CHECKS, STREAM_CHECKS

    streams = [f"stream {one.number} {one.name}" for one in PROPERTIES]
    return [PROVES, *CHECKS, *(one for one in STREAM_CHECKS if one != "stream"), "stream conversation", *streams]


def _name(finding: Finding) -> str:
    if finding.check != "stream":
        return finding.check
    return "stream conversation" if finding.place == "conversation" else f"stream {finding.keyword} {finding.place}"


def _page(run: Run, finding: Finding) -> str:
    from specmill.contract.report.text import line, page

    options = run.options
    clean = options.cleaner.of(finding)
    return "\n".join((line(clean), *page(clean, options.url, run.api.normal.document, options.seed)))


def _api(document: str | Path | Api | None, root: Path) -> Api:
    from specmill.document.api import Api, api_of

    if isinstance(document, Api):
        return document
    from specmill.config import Options as BuildOptions
    from specmill.config import load

    given = BuildOptions() if document is None else BuildOptions(str(document), "client", ".")
    return api_of(load(given, root)[0])
