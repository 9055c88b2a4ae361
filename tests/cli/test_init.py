"""``specmill init``: the configuration of a new client, written once and never over anything."""

from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path

import pytest

from specmill.cli import main
from specmill.config import Options, load
from tests.keep.builds import OLD, client_of, engines_write, tree_of

DOCUMENT = "openapi: 3.1.0\ninfo: {title: Pet Store (v2), version: '1'}\npaths: {}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "openapi.yaml").write_text(DOCUMENT)
    return tmp_path


def test_in_an_empty_folder_it_is_followed_by_regenerate(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "openapi.yaml"]) == 0
    told = capsys.readouterr()
    assert told.out.startswith("wrote [tool.specmill] to pyproject.toml:\n\n[tool.specmill]\n")
    assert told.err == "next: specmill regenerate\n"
    settings = {"document": "openapi.yaml", "package": "pet_store_v2", "output": ".", "overlays": "overlays"}
    assert {"tool": {"specmill": settings}} == tomllib.loads((folder / "pyproject.toml").read_text())
    with engines_write(OLD):
        assert main(["regenerate"]) == 0
        assert main(["check"]) == 0
    assert client_of(folder / "pet_store_v2") == OLD


def test_an_overlay_put_into_its_folder_is_applied(folder: Path) -> None:
    main(["init", "openapi.yaml"])
    (folder / "overlays/10-repairs.yaml").write_text("overlay: 1.1.0\n")
    (config,) = load(Options(), folder)
    assert (Path("overlays/10-repairs.yaml"),) == config.overlays


def test_a_folder_of_overlays_stays_as_it_is(folder: Path) -> None:
    (folder / "overlays").mkdir()
    main(["init", "openapi.yaml"])
    assert list((folder / "overlays").iterdir()) == []


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("end", ["", "{n}", "{n}{n}"])
def test_the_table_is_appended_and_the_rest_stays_byte_for_byte(newline: str, end: str, folder: Path) -> None:
    old = f"# mine{newline}[project]{newline}name = 'ünusual'{end.format(n=newline)}".encode()
    (folder / "pyproject.toml").write_bytes(old)
    (folder / "pyproject.toml").chmod(0o640)
    assert main(["init", "openapi.yaml"]) == 0
    new = (folder / "pyproject.toml").read_bytes()
    assert new.startswith(old + newline.encode())
    assert new.count(b"\r") == (new.count(b"\n") if newline == "\r\n" else 0)
    assert tomllib.loads(new.decode())["tool"]["specmill"]["package"] == "pet_store_v2"
    assert (folder / "pyproject.toml").stat().st_mode & 0o777 == 0o640
    assert {"openapi.yaml", "overlays/README.md", "pyproject.toml"} == set(tree_of(folder))


def test_the_package_goes_into_src_where_there_is_one(folder: Path) -> None:
    (folder / "src").mkdir()
    main(["init", "openapi.yaml"])
    (config,) = load(Options(), folder)
    assert folder / "src" / "pet_store_v2" == config.client


def test_options_win_over_guesses(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "openapi.yaml", "--package", "pets", "--output", "generated", "--json"]) == 0
    expected = {
        "file": "pyproject.toml",
        "document": "openapi.yaml",
        "package": "pets",
        "output": "generated",
        "next": "specmill regenerate",
    }
    assert expected == json.loads(capsys.readouterr().out)


REFUSED = {
    "a table is there": (
        '[tool.specmill]\npackage = "mine"\n',
        ["openapi.yaml"],
        "there is a table [tool.specmill] already",
    ),
    "a table that cannot be extended": (
        "tool = {other = 1}\n",
        ["openapi.yaml"],
        "no table [tool.specmill] can be added",
    ),
    "not TOML": ("this is not TOML", ["openapi.yaml"], "pyproject.toml:1:6: not TOML"),
    "no document": ("", ["openapi.yml"], "did you mean openapi.yaml?"),
    "a bad document": ("", ["broken.yaml"], "broken.yaml"),
    "a keyword as a package": ("", ["openapi.yaml", "--package", "class"], "is a word of Python itself"),
    "a folder of that name": ("", ["openapi.yaml", "--package", "taken"], "there is something already"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_it_cannot_do_it_says_and_writes_nothing(
    what: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text, arguments, message = REFUSED[what]
    if text:
        (folder / "pyproject.toml").write_text(text)
    (folder / "broken.yaml").write_text("a: [\n")
    (folder / "taken").mkdir()
    (folder / "taken/mine.py").write_text("")
    before = tree_of(folder)
    assert main(["init", *arguments]) == 2
    assert message in capsys.readouterr().err
    assert before == tree_of(folder)


def test_a_client_that_was_made_without_a_configuration_gets_one(folder: Path) -> None:
    with engines_write(OLD):
        main(["regenerate", "--document", "openapi.yaml", "--package", "pets", "--output", "."])
        assert main(["init", "openapi.yaml", "--package", "pets"]) == 0
        assert main(["check"]) == 0


@pytest.mark.parametrize("title", ["openapi: 3.1.0\n", "[1]\n", "info: {title: 7}\n", "info: {title: ' '}\n"])
def test_without_a_title_the_file_gives_the_name(title: str, folder: Path) -> None:
    (folder / "openapi.yaml").rename(folder / "zoo.yaml")
    (folder / "zoo.yaml").write_text(title)
    assert main(["init", "zoo.yaml"]) == 0
    (config,) = load(Options(), folder)
    assert config.package == "zoo"


def test_a_disk_that_is_full_leaves_the_old_file_and_no_litter(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "pyproject.toml").write_text("# mine\n")
    before = tree_of(folder)

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", refuse)
    assert main(["init", "openapi.yaml"]) == 2
    assert tree_of(folder) == before
