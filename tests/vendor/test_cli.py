"""``specmill vendor``: 0 fine, 1 findings, 2 could not; data on stdout, talk on stderr."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from specmill.cli import main
from specmill.vendor.vendored import NAME, hash_of
from tests.keep.builds import engines_write
from tests.support import REPOSITORY
from tests.vendor.copies import LONG, changed, edited

COPY = "host/acme/petstore"
PROJECT = '[tool.specmill]\ndocument = "openapi.yaml"\npackage = "pets"\noutput = "."\n'
Told = pytest.CaptureFixture[str]


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The working folder has a document and a configuration, and below it a copy."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "openapi.yaml").write_text("openapi: 3.1.0\ninfo: {title: Pets, version: '1'}\npaths: {}\n")
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    with engines_write(LONG):
        main(["vendor", COPY])
        yield tmp_path / COPY


def test_a_copy_is_told_of_with_what_it_needs_and_its_hash(copy: Path, capsys: Told) -> None:
    capsys.readouterr()
    digest = hash_of((copy / NAME).read_bytes())
    assert main(["vendor", "host/one"]) == 0
    expected = f"""\
host/one: pets in 6 files
  from      openapi.yaml
  needs     httpx2 >=2.16.2,<3, msgspec >=0.19,<1, Python >=3.11
  sha256    {digest} (of VENDORED.json, for --expect)
"""
    assert (expected, "") == capsys.readouterr()
    assert main(["vendor", "--json", "host/other"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {"folder": "host/other", "package": "pets", "files": 6, "sha256": digest} == told


def test_a_source_elsewhere_makes_the_same_copy(copy: Path, capsys: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("host/below").mkdir()
    monkeypatch.chdir("host/below")
    capsys.readouterr()
    assert main(["vendor", "other", "--config", "../../pyproject.toml"]) == 0
    assert "  from      ../../openapi.yaml\n" in capsys.readouterr().out
    assert (copy / NAME).read_bytes() == Path("other", NAME).read_bytes()


def test_check_says_what_it_compared_with(copy: Path, capsys: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    capsys.readouterr()
    assert main(["vendor", "--check", COPY]) == 0
    assert (f"{COPY}: as openapi.yaml says\n", "") == capsys.readouterr()
    monkeypatch.chdir(copy.parent.parent)
    Path("pyproject.toml").write_text("[project]\n")
    Path("../pyproject.toml").unlink()
    assert main(["vendor", "--check", "acme/petstore"]) == 0
    assert ("acme/petstore: as it came\n", "") == capsys.readouterr()


def test_a_client_of_another_name_is_no_source(copy: Path, capsys: Told) -> None:
    Path("pyproject.toml").write_text(PROJECT.replace("pets", "orders"))
    capsys.readouterr()
    assert main(["vendor", "--check", COPY]) == 0
    assert "as it came" in capsys.readouterr().out
    assert main(["vendor", "--update", COPY]) == 2
    assert "this is a copy of pets, and the source is of orders" in capsys.readouterr().err


def test_of_several_clients_the_one_of_that_name_is_the_source(copy: Path, capsys: Told) -> None:
    tables = '[[tool.specmill.client]]\npackage = "orders"\n[[tool.specmill.client]]\npackage = "pets"\n'
    Path("pyproject.toml").write_text(PROJECT.replace('package = "pets"\n', "") + tables)
    assert main(["vendor", "--check", COPY]) == 0
    assert "as openapi.yaml says" in capsys.readouterr().out
    assert main(["vendor", "--update", COPY]) == 0


def test_a_document_is_source_enough(copy: Path, capsys: Told) -> None:
    Path("pyproject.toml").unlink()
    assert main(["vendor", "--update", COPY, "--document", "openapi.yaml"]) == 0
    assert "nothing changed" in capsys.readouterr().out
    assert main(["vendor", "--update", COPY]) == 2


@pytest.mark.parametrize("arguments", [["host/other"], ["--update", COPY]], ids=["a copy", "an update"])
def test_a_host_has_to_say_where_the_client_comes_from(
    arguments: list[str], copy: Path, capsys: Told, tmp_path: Path
) -> None:
    (tmp_path / "pyproject.toml").unlink()
    capsys.readouterr()
    assert main(["vendor", *arguments]) == 2
    assert capsys.readouterr().err == (
        "specmill: nothing here says where the client comes from\n"
        "hint: name its project, --config ../client/pyproject.toml, or its --document\n"
    )


def test_findings_are_named_with_what_can_be_done(copy: Path, capsys: Told) -> None:
    edited(copy, "long.py", changed(3))
    edited(copy, "mine.py", "")
    capsys.readouterr()
    assert main(["vendor", "--check", COPY]) == 1
    told = capsys.readouterr()
    assert f"{COPY}: not as it came\n  edited      long.py\n  extra       mine.py\n" == told.out
    assert [
        f"hint: `specmill vendor --diff {COPY}` shows it as a patch",
        f"hint: `specmill vendor --restore {COPY}` puts every file back",
    ] == told.err.splitlines()
    assert main(["vendor", "--check", "--json", COPY]) == 1
    assert {"path": "long.py", "what": "edited"} == json.loads(capsys.readouterr().out)["findings"][0]


def test_a_copy_that_is_behind_is_brought_up_to_date(copy: Path, capsys: Told) -> None:
    Path("openapi.yaml").write_text("openapi: 3.1.0\n")
    capsys.readouterr()
    with engines_write({**LONG, "long.py": changed(20)}):
        assert main(["vendor", "--check", COPY]) == 1
        told = capsys.readouterr()
        assert f"{COPY}: behind its source\n  changed: document openapi.yaml\n  behind      long.py\n" == told.out
        assert (
            f"hint: `specmill vendor --update {COPY}` from the same source keeps what was edited and takes the rest\n"
            == told.err
        )
        assert main(["vendor", "--update", COPY]) == 0
        told = capsys.readouterr()
        digest = hash_of((copy / NAME).read_bytes())
        assert (
            f"{COPY}: updated\n  changed: document openapi.yaml\n  changed     long.py\n"
            f"  sha256      {digest} (of VENDORED.json, for --expect)\n"
        ) == told.out
        assert f"hint: `specmill vendor --undo {COPY}` takes this update back\n" == told.err
        assert main(["vendor", "--check", COPY]) == 0


def test_a_conflict_is_a_finding_and_is_taken_back(copy: Path, capsys: Told) -> None:
    edited(copy, "long.py", changed(9, to="ours"))
    with engines_write({**LONG, "long.py": changed(9, to="theirs")}):
        Path("openapi.yaml").write_text("openapi: 3.1.0\n")
        capsys.readouterr()
        assert main(["vendor", "--update", COPY]) == 1
    assert f"{COPY}: updated, with conflicts\n" in capsys.readouterr().out
    assert main(["vendor", "--check", COPY]) == 1
    assert f"{COPY}: with conflicts\n" in capsys.readouterr().out
    assert main(["vendor", "--undo", COPY]) == 0
    assert changed(9, to="ours") == (copy / "long.py").read_text()


def test_restore_puts_every_file_back(copy: Path, capsys: Told) -> None:
    edited(copy, "long.py", "mine")
    capsys.readouterr()
    assert main(["vendor", "--restore", COPY]) == 0
    assert f"{COPY}: put back\n  put back    long.py\n" == capsys.readouterr().out
    assert main(["vendor", "--restore", COPY]) == 0
    assert f"{COPY}: nothing changed\n" == capsys.readouterr().out


def test_a_patch_goes_to_stdout_byte_for_byte(copy: Path) -> None:
    edited(copy, "long.py", changed(3, to="\x1b[31m\r"))
    done = process("vendor", "--diff", str(copy))
    assert b"+\x1b[31m\r 3\n" in done.stdout
    assert 0 == done.returncode


def process(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY / "generator")}
    return subprocess.run(
        [sys.executable, "-m", "specmill", *arguments], env=environment, capture_output=True, check=False
    )


def test_the_bill_of_materials_is_json(copy: Path, capsys: Told) -> None:
    capsys.readouterr()
    assert main(["vendor", "--sbom", COPY]) == 0
    assert "CycloneDX" == json.loads(capsys.readouterr().out)["bomFormat"]


def test_the_bill_of_materials_comes_with_a_copy_where_there_is_none(copy: Path, capsys: Told) -> None:
    assert main(["vendor", "--sbom", f"{COPY}_too"]) == 0
    shown = capsys.readouterr()
    assert "CycloneDX" == json.loads(shown.out)["bomFormat"]
    assert f"{COPY}_too: " in shown.err
    assert main(["vendor", "--check", f"{COPY}_too"]) == 0


@pytest.mark.parametrize("action", ["--check", "--update", "--diff", "--sbom", "--restore"])
def test_another_hash_than_the_expected_one_is_an_error(action: str, copy: Path, capsys: Told) -> None:
    digest = hash_of((copy / NAME).read_bytes())
    assert main(["vendor", action, COPY, "--expect", digest]) == 0
    assert main(["vendor", action, COPY, "--expect", "0" * 64]) == 2
    assert "another manifest than the one that was expected" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--check", "--only", "getPet"], "--only does not go with --check"),
        (["--undo", "--expect", "0" * 64], "--expect needs a manifest"),
        (["--expect", "0" * 64], "--expect needs a manifest"),
    ],
)
def test_options_that_would_do_nothing_are_refused(options: list[str], message: str, copy: Path, capsys: Told) -> None:
    assert main(["vendor", COPY, *options]) == 2
    assert message in capsys.readouterr().err


def test_the_hook_for_pre_commit_is_a_check(copy: Path, capsys: Told) -> None:
    (hook,) = yaml.safe_load((REPOSITORY / ".pre-commit-hooks.yaml").read_text())
    program, *arguments = hook["entry"].split()
    assert ("specmill", False, True) == (program, hook["pass_filenames"], hook["always_run"])
    assert main([*arguments, COPY]) == 0
    edited(copy, "long.py", "mine")
    assert main([*arguments, COPY]) == 1


def test_a_check_needs_no_engine(copy: Path) -> None:
    """It is to run before every commit."""
    code = (
        "import sys; from specmill.cli import main; main(['vendor', '--check', sys.argv[1]]); "
        "print([name for name in ('specmill.build', 'jinja2', 'msgspec', 'yaml') if name in sys.modules])"
    )
    (copy.parents[2] / "pyproject.toml").unlink()
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY / "generator")}
    done = subprocess.run(
        [sys.executable, "-c", code, str(copy)], env=environment, capture_output=True, text=True, cwd=copy, check=True
    )
    assert "[]" == done.stdout.splitlines()[-1]
