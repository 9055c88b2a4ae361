"""The command that ``specmill check`` names is the one that mends, whatever became of the client."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from specmill.cli import main
from tests.keep.builds import OLD, client_of, config_in, engines_write

MINE = "not specmill's\n"


def edit(client: Path) -> None:
    (client / "models.py").write_text("NAME = 'mine'\n")


def lose_manifest(client: Path) -> None:
    (client / "specmill.json").unlink()


def edit_manifest(client: Path) -> None:
    file = client / "specmill.json"
    file.write_text(file.read_text().replace("pets", "cats"))


def to_folder(client: Path) -> None:
    (client / "models.py").unlink()
    (client / "models.py").mkdir()


def to_link(client: Path) -> None:
    shutil.move(client / "models.py", client / "kept.py")
    (client / "kept.py").write_text(MINE)
    (client / "models.py").symlink_to("kept.py")


def to_dangling_link(client: Path) -> None:
    (client / "models.py").unlink()
    (client / "models.py").symlink_to("nowhere.py")


def to_link_to_a_folder(client: Path) -> None:
    (client / "models.py").unlink()
    (client / "models.py").symlink_to("resources")


def delete_all(client: Path) -> None:
    for path in (*OLD, "specmill.json"):
        (client / path).unlink()


def change_line_ends(client: Path) -> None:
    (client / "models.py").write_bytes(b"NAME = 'old'\r\n")


def lose_manifest_after(damage: Callable[[Path], object]) -> Callable[[Path], None]:
    def both(client: Path) -> None:
        damage(client)
        lose_manifest(client)

    return both


DAMAGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "edited": (edit, "specmill regenerate --discard-edits"),
    "deleted": (lambda client: (client / "models.py").unlink(), "specmill regenerate --discard-edits"),
    "all deleted but what is not ours": (
        delete_all,
        "specmill regenerate --adopt",
    ),
    "manifest deleted": (lose_manifest, "specmill regenerate --adopt"),
    "manifest deleted and a file edited": (lose_manifest_after(edit), "specmill regenerate --adopt --discard-edits"),
    "replaced by an empty folder": (to_folder, "specmill regenerate --discard-edits"),
    "replaced by a link": (to_link, "specmill regenerate --discard-edits"),
    "replaced by a link to nowhere": (to_dangling_link, "specmill regenerate --discard-edits"),
    "replaced by a link to a folder": (to_link_to_a_folder, "specmill regenerate --discard-edits"),
    "line ends": (change_line_ends, "specmill regenerate"),
}


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    config = config_in(tmp_path)
    settings = 'document = "openapi.yaml"\npackage = "pets"\noutput = "out"\n'
    (tmp_path / "pyproject.toml").write_text(f"[tool.specmill]\n{settings}")
    with engines_write(OLD):
        assert main(["regenerate"]) == 0
        (config.client / "notes.txt").write_text(MINE)
        capsys.readouterr()
        yield config.client


def named(capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["check", "--json"]) == 1
    return str(json.loads(capsys.readouterr().out)["mend"])


@pytest.mark.parametrize("damage", DAMAGES)
def test_the_command_that_is_named_mends_it(damage: str, client: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change, expected = DAMAGES[damage]
    change(client)
    command = named(capsys)
    assert expected == command
    assert main(command.split()[1:]) == 0
    assert main(["check"]) == 0
    left = client_of(client)
    assert MINE == left["notes.txt"]
    assert OLD == {path: text for path, text in left.items() if path in OLD}


BROKEN: dict[str, Callable[[Path], object]] = {
    "edited": edit_manifest,
    "cut short": lambda client: (client / "specmill.json").write_text("{"),
    "another tool's": lambda client: (client / "specmill.json").write_text("{}"),
    "merged with conflicts": lambda client: (client / "specmill.json").write_text("{\n<<<<<<< ours\n=======\n"),
}


@pytest.mark.parametrize("damage", BROKEN)
@pytest.mark.parametrize("verb", ["check", "regenerate"])
@pytest.mark.parametrize("also", [lambda client: None, edit, to_folder], ids=["alone", "and a file", "and a folder"])
def test_a_manifest_that_cannot_be_trusted_names_what_mends_it_in_one_step(
    damage: str, verb: str, also: Callable[[Path], object], client: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    also(client)
    BROKEN[damage](client)
    assert main([verb]) == 2
    (command,) = re.findall("`(specmill regenerate [^`]*)`", capsys.readouterr().err)
    assert main(command.split()[1:]) == 0
    assert main(["check"]) == 0
    left = client_of(client)
    assert MINE == left["notes.txt"]
    assert OLD == {path: text for path, text in left.items() if path in OLD}


def test_what_no_command_overwrites_is_named_to_be_moved(client: Path, capsys: pytest.CaptureFixture[str]) -> None:
    to_folder(client)
    (client / "models.py/mine.txt").write_text(MINE)
    assert main(["check"]) == 1
    told = capsys.readouterr().err
    assert "move away what lies where files of the client have to go" in told
    assert "models.py/mine.txt" in told
    assert "then `specmill regenerate --discard-edits` mends it" in told
    shutil.move(client / "models.py", client / "kept")
    assert main(["regenerate", "--discard-edits"]) == 0
    assert main(["check"]) == 0
    assert MINE == (client / "kept/mine.txt").read_text()
