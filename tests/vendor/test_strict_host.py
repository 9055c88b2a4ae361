"""A host that lints with every rule and checks types strictly has nothing to say about a copy."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.vendor.copies import checked
from tests.vendor.environments import tool
from tests.vendor.flagship import NAMES, host_in

pytestmark = pytest.mark.xdist_group("vendored flagship")

PROJECT = """
[project]
name = "acme"
version = "1"

[tool.ruff]
line-length = 60
lint.select = ["ALL"]

[tool.mypy]
strict = true

[tool.pyright]
include = ["acme", "other_name"]
"""
USE = '''"""Uses both copies."""

from acme._vendor.kafka import Client, ProduceRequest, ProduceRequestData
from other_name import Client as Other


def use() -> str:
    """Tell the topic's records."""
    with Client("http://localhost") as one, Other("http://localhost") as other:
        record = ProduceRequest(value=ProduceRequestData(type="JSON", data={"id": 7}))
        reports = [report.ok for _, report in one.produce("lkc-1", "orders", [record])]
        return repr((one, other, reports, one.records_v3.produce_record("lkc-1", "orders", record).offset))
'''


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = host_in(tmp_path_factory.mktemp("host"))
    (folder / "pyproject.toml").write_text(PROJECT)
    (folder / "acme/use.py").write_text(USE)
    return folder


def said(host: Path, *command: str) -> tuple[int, str]:
    done = subprocess.run(command, cwd=host, capture_output=True, text=True, check=False, timeout=300)
    return done.returncode, done.stdout + done.stderr


def ruff(host: Path, *arguments: str) -> list[str]:
    """What it says about files of the copies."""
    _, told = said(host, tool("ruff"), *arguments, "--no-cache")
    copies = [name.replace(".", "/") + "/" for name in NAMES]
    return [line for line in told.splitlines() if any(copy in line for copy in copies)]


CHECKS = (("check",), ("check", "--preview"), ("format", "--check"))


@pytest.mark.parametrize("check", CHECKS, ids=" ".join)
def test_ruff_with_all_rules_finds_nothing(check: tuple[str, ...], host: Path) -> None:
    assert [] == ruff(host, *check, ".")


def test_ruff_finds_nothing_in_files_that_it_is_given_one_by_one(host: Path) -> None:
    files = [str(path.relative_to(host)) for path in host.joinpath(*NAMES[0].split(".")).rglob("*.py")]
    assert [] == ruff(host, "check", "--select", "ALL", *files)


def test_what_ruff_remembers_is_no_finding(host: Path) -> None:
    """It does so beside the settings that it found, and those are in the copy."""
    said(host, tool("ruff"), "check", ".")
    copies = [host.joinpath(*name.split(".")) for name in NAMES]
    assert any((copy / ".ruff_cache").exists() for copy in copies)
    assert [True, True] == [checked(copy).clean for copy in copies]


@pytest.mark.parametrize("check", CHECKS, ids=" ".join)
def test_without_its_ruff_toml_there_would_be_much_to_say(check: tuple[str, ...], host: Path) -> None:
    """Or the tests above would prove nothing."""
    own = host / NAMES[1] / "ruff.toml"
    text = own.read_bytes()
    own.unlink()
    try:
        assert len(ruff(host, *check, ".")) > 20
    finally:
        own.write_bytes(text)


def test_mypy_in_strict_mode_finds_nothing(host: Path) -> None:
    code, told = said(host, tool("mypy"), "--cache-dir", "/dev/null", ".")
    assert (0, True) == (code, told.startswith("Success: no issues found")), told


def test_pyright_finds_nothing(host: Path) -> None:
    code, told = said(host, tool("pyright"), "--pythonpath", tool("python"))
    assert (0, True) == (code, "0 errors, 0 warnings" in told), told


def test_pyright_in_strict_mode_knows_the_types_of_a_copy_that_it_ignores(host: Path) -> None:
    """There, a host's own code is all that is looked at, and it has to see typed calls."""
    settings = {"include": ["acme"], "ignore": ["acme/_vendor", "other_name"], "typeCheckingMode": "strict"}
    (host / "strict.json").write_text(json.dumps(settings))
    code, told = said(host, tool("pyright"), "--pythonpath", tool("python"), "--project", "strict.json")
    assert (0, True) == (code, "0 errors, 0 warnings" in told), told
