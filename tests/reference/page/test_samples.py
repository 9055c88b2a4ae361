"""What people copy from the page runs: against the emulator, and for any other document against its examples."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from specmill.serve.examples import examples
from specmill.serve.server import Server
from specmill_kafka import emulator
from tests.reference.page.pages import CLIENTS, case, case_page, flagship_page, told_by
from tests.support import CASES, REPOSITORY

SERVER = "http://127.0.0.1:8082"
REPORT = "ProduceResponse(error_code=200"


def run(code: str, language: str, server: Server, root: Path) -> str:
    """As somebody who pastes it; only where the server is differs, as it does on the page."""
    text = code.replace(SERVER, server.url)
    command = [sys.executable, "-W", "ignore", "-c", text] if language == "python" else ["bash", "-euc", text]
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PYTHONPATH": str(root), "PATH": path}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, f"{text}\n\n{done.stdout}{done.stderr}"
    return done.stdout


def samples(page: str) -> list[dict[str, Any]]:
    return [sample for operation in told_by(page)["operations"] for sample in operation["samples"]]


@pytest.mark.parametrize("sample", samples(flagship_page()), ids=lambda sample: sample["name"])
def test_a_sample_of_the_flagship_runs_and_its_records_are_stored(sample: dict[str, Any]) -> None:
    kafka: Any = emulator({"users": "key:secret"})
    with Server(kafka) as server:
        told = run(sample["code"], sample["language"], server, REPOSITORY / "generated")
        stored = server.do(lambda: kafka.records("topic-1"))
    if "stream" in sample["name"].lower():
        assert (1000, "") == (len(stored), told)  # it says which records were not stored
        return
    assert 1 == len(stored)
    assert 1 == told.count(REPORT) if sample["language"] == "python" else '"offset": 0' in told


def test_the_flagship_has_a_sample_of_each_kind() -> None:
    names = [sample["name"] for sample in samples(flagship_page())]
    assert ["Call", "Async call", "Stream", "Async stream", "Command"] == names


def test_samples_of_any_document_are_python_as_ruff_would_write_it(tmp_path: Path) -> None:
    pages = {"flagship": flagship_page(), **{name: case_page(name) for name in CLIENTS}}
    for name, page in pages.items():
        for number, sample in enumerate(one for one in samples(page) if one["language"] == "python"):
            ast.parse(sample["code"])
            (tmp_path / f"{name}_{number}.py").write_text(sample["code"] + "\n", encoding="utf-8")
    ruff = [Path(sys.executable).parent / "ruff"]
    for verb in (["format", "--diff"], ["check", "--quiet", "--select=F,I"]):
        done = subprocess.run(
            [*ruff, *verb, "--line-length=96", "--isolated", tmp_path], capture_output=True, text=True, check=False
        )
        assert (0, "") == (done.returncode, done.stdout)


@pytest.mark.parametrize(
    "name", ["answers", "composition", "inheritance", "names", "odd-names", "parameters", "strict"]
)
def test_a_call_of_another_document_is_taken(name: str, tmp_path: Path) -> None:
    for part in (REPOSITORY / "generator" / "runtime", CASES / "clients" / name / "expected"):
        shutil.copytree(part, tmp_path / "api", dirs_exist_ok=True)
    found = [one for one in samples(case_page(name)) if one["name"] == "Call"]
    assert found
    together = "\n\n".join(f"def sample_{n}():\n" + indented(one["code"]) for n, one in enumerate(found))
    with Server(examples(case(name))) as server:
        run(together + "".join(f"\n\nsample_{n}()" for n, _ in enumerate(found)), "python", server, tmp_path)


def indented(code: str) -> str:
    return "\n".join(f"    {line}" for line in code.splitlines())
