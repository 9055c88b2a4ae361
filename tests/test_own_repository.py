"""What somebody with a repository of their own does: init, regenerate, an extension, an overlay, check."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import CASES, REPOSITORY


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    shutil.copy(CASES / "clients" / "extension-and-overlay" / "openapi.yaml", tmp_path / "openapi.yaml")
    return tmp_path


def specmill(folder: Path, *arguments: str, expect: int = 0) -> str:
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY / "generator")}
    command = [sys.executable, "-m", "specmill", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == expect, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


def test_the_error_brings_the_overlay_that_mends_it_and_then_there_is_a_client(repository: Path) -> None:
    specmill(repository, "init", "openapi.yaml")
    told = specmill(repository, "regenerate", expect=2)
    assert "openapi.yaml:9:43" in told
    assert "format: int64" in told

    overlays = repository / "overlays"
    shutil.copytree(CASES / "clients" / "extension-and-overlay" / "overlays", overlays, dirs_exist_ok=True)
    configuration = repository / "pyproject.toml"
    if "overlays" not in configuration.read_text():
        configuration.write_text(configuration.read_text() + 'overlays = "overlays"\n')
    specmill(repository, "regenerate")
    assert "fresh" in specmill(repository, "check")


def test_an_extension_and_overlays_arrive_in_the_client(repository: Path) -> None:
    case = CASES / "clients" / "extension-and-overlay"
    shutil.copytree(case / "extension", repository / "extension")
    shutil.copytree(case / "overlays", repository / "overlays")
    (repository / "pyproject.toml").write_text(
        '[tool.specmill]\ndocument = "openapi.yaml"\npackage = "greeter"\noutput = "src"\n'
        'overlays = "overlays"\nextension = "extension"\n'
    )
    specmill(repository, "regenerate")
    use = "from greeter import Client; print(Client(base_url='http://localhost:1').shout('hello'))"
    environment = {**os.environ, "PYTHONPATH": str(repository / "src")}
    done = subprocess.run([sys.executable, "-c", use], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "HELLO\n"


def test_a_changed_document_is_stale_until_it_is_regenerated(tmp_path: Path) -> None:
    document = tmp_path / "openapi.yaml"
    shutil.copy(CASES / "clients" / "minimal" / "openapi.yaml", document)
    specmill(tmp_path, "init", "openapi.yaml")
    specmill(tmp_path, "regenerate")
    document.write_text(document.read_text().replace("nickname", "pet_name"))
    told = specmill(tmp_path, "check", expect=1)
    assert "+    pet_name" in told and "-    nickname" in told
    assert "specmill regenerate" in told
    told = specmill(tmp_path, "regenerate", expect=1)
    assert "breaking  models.Pet.nickname: removed" in told and "specmill regenerate --accept-breaking" in told
    specmill(tmp_path, "check", expect=1)
    specmill(tmp_path, "regenerate", "--accept-breaking")
    specmill(tmp_path, "check")


def test_the_summary_for_machines_says_what_the_one_for_people_says(tmp_path: Path) -> None:
    shutil.copy(CASES / "clients" / "minimal" / "openapi.yaml", tmp_path / "openapi.yaml")
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY / "generator")}
    command = [sys.executable, "-m", "specmill", "regenerate", "--document", "openapi.yaml"]
    command += ["--package", "pets", "--output", ".", "--json"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    summary = json.loads(done.stdout)
    assert summary["operations"] == 1
    assert summary["models"] >= 3
