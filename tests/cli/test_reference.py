"""The reference beside the client: written by ``regenerate``, alone by ``docs``, and looked at by ``check``."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from specmill.cli import main
from tests.support import CASES

TABLE = """
[tool.specmill]
document = "openapi.yaml"
package = "pets"
output = "."
docs = "reference"
notes = "notes"
"""
NOTE = "# By hand\n\nWords.\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a client and its reference."""
    folder = tmp_path_factory.mktemp("made")
    shutil.copy(CASES / "clients" / "minimal" / "openapi.yaml", folder / "openapi.yaml")
    (folder / "pyproject.toml").write_text(TABLE)
    (folder / "notes").mkdir()
    (folder / "notes" / "README.md").write_text(NOTE)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert 0 == main(["regenerate"])
    return folder


@pytest.fixture
def project(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "project"
    shutil.copytree(made, folder)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    def run(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main(words)
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


Run = Callable[..., tuple[int, str, str]]


def pages(folder: Path) -> dict[str, bytes]:
    found = (path for path in sorted((folder / "reference").rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def test_it_is_written_with_the_client_and_both_are_fresh(project: Path, run: Run) -> None:
    assert b"## By hand" in (project / "reference" / "README.md").read_bytes()
    assert (0, "pets: fresh\nreference: fresh\n", "") == run("check")
    assert "reference: nothing changed" in run("regenerate")[1]


def test_two_runs_give_the_same_bytes(project: Path, run: Run) -> None:
    before = pages(project)
    shutil.rmtree(project / "reference")
    assert 0 == run("docs")[0]
    assert pages(project) == before


def edited(folder: Path) -> None:
    (folder / "reference" / "errors.md").write_text("mine\n")


def deleted(folder: Path) -> None:
    (folder / "reference" / "models" / "Pet.md").unlink()


def stale(folder: Path) -> None:
    (folder / "notes" / "README.md").write_text("# Other\n")


def missing(folder: Path) -> None:
    shutil.rmtree(folder / "reference")


@pytest.mark.parametrize(
    ("change", "word", "finding", "mending"),
    [
        (edited, "changed by hand", "edited      errors.md", "specmill docs --discard-edits"),
        (deleted, "changed by hand", "deleted     models/Pet.md", "specmill docs --discard-edits"),
        (stale, "stale", "stale       README.md", "specmill docs"),
        (missing, "stale", "missing     README.md", "specmill docs"),
    ],
)
def test_what_is_not_as_it_was_made_is_found_and_the_named_command_mends_it(
    change: Callable[[Path], None], word: str, finding: str, mending: str, project: Path, run: Run
) -> None:
    change(project)
    code, out, err = run("check")
    assert 1 == code
    assert out.startswith(f"pets: fresh\nreference: {word}\n")
    assert f"  {finding}\n" in out
    assert f"`{mending}` mends it" in err
    assert 0 == run(*mending.split()[1:])[0]
    assert 0 == run("check")[0]


def test_a_page_that_is_needed_no_more_goes_and_a_file_of_others_stays(project: Path, run: Run) -> None:
    document = project / "openapi.yaml"
    document.write_text(document.read_text().replace("Problem", "Trouble"))
    (project / "reference" / "mine.txt").write_text("mine\n")
    assert "superfluous models/Problem.md" in run("check")[1]
    assert 0 == run("regenerate", "--accept-breaking")[0]
    names = {path.name for path in (project / "reference").rglob("*")}
    assert {"Trouble.md", "mine.txt"} <= names and "Problem.md" not in names


@pytest.mark.parametrize("verb", ["docs", "regenerate"])
def test_what_somebody_wrote_into_it_is_not_overwritten(verb: str, project: Path, run: Run) -> None:
    edited(project)
    stale(project)
    before = pages(project)
    code, _, err = run(verb)
    assert 2 == code
    assert "the reference was changed by hand; nothing was written" in err
    assert "`specmill docs --discard-edits` writes the files anew" in err
    assert pages(project) == before


def test_docs_leaves_the_client_alone(project: Path, run: Run) -> None:
    client = project / "pets" / "models.py"
    client.write_text("mine\n")
    assert 0 == run("docs", "--force")[0]
    assert "mine\n" == client.read_text()


def test_a_refused_update_leaves_the_reference_as_it_was(project: Path, run: Run) -> None:
    document = project / "openapi.yaml"
    document.write_text(document.read_text().replace("operationId: getPet", "operationId: takePet"))
    before = pages(project)
    assert 1 == run("regenerate")[0]
    assert pages(project) == before


def test_machines_are_told_of_both(project: Path, run: Run) -> None:
    edited(project)
    told: dict[str, Any] = json.loads(run("check", "--json")[1])
    assert told["fresh"] is True
    assert ("specmill docs --discard-edits", ["errors.md"]) == (
        told["reference"]["mend"],
        [one["path"] for one in told["reference"]["findings"]],
    )
    assert "nothing changed" == json.loads(run("regenerate", "--json", "--discard-edits")[1])["outcome"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--docs", "pets"), "would lie in each other"),
        (("--docs", "pets/reference"), "would lie in each other"),
        (("--docs", "."), "would lie in each other"),
        (("--notes", "notes/README.md"), "the notes are a file"),
        (("--notes", "note"), "did you mean notes?"),
    ],
)
def test_folders_that_cannot_be_are_told(options: tuple[str, ...], told: str, project: Path, run: Run) -> None:
    code, _, err = run("docs", *options)
    assert 2 == code
    assert told in err


def test_without_a_folder_for_it_docs_says_what_to_write(project: Path, run: Run) -> None:
    (project / "pyproject.toml").write_text(TABLE.replace('docs = "reference"\n', ""))
    code, _, err = run("docs")
    assert 2 == code
    assert 'hint: write docs = "docs" in [tool.specmill], or give --docs' in err


def test_two_references_in_one_folder_are_an_error(project: Path, run: Run) -> None:
    clients = "".join(f'[[tool.specmill.client]]\npackage = "{name}"\n' for name in ("one", "two"))
    (project / "pyproject.toml").write_text(TABLE.replace('package = "pets"\n', "") + clients)
    code, _, err = run("docs")
    assert 2 == code
    assert "two references would be written to reference" in err


def test_an_update_names_the_sample_of_a_note_and_none_of_the_pages(project: Path, run: Run) -> None:
    sample = "# By hand\n\n```python\nfrom pets import Client\n\nClient('http://localhost').pets.get_pet(7)\n```\n"
    (project / "notes" / "README.md").write_text(sample)
    (project / "pyproject.toml").write_text(TABLE.replace('"reference"', '"docs/reference"'))
    assert 0 == run("docs")[0]
    document = project / "openapi.yaml"
    document.write_text(document.read_text().replace("operationId: getPet", "operationId: takePet"))
    code, out, _ = run("regenerate")
    assert 1 == code
    assert ["notes/README.md:6:1"] == [line.split()[1].rstrip(":") for line in out.splitlines() if "  sample " in line]
