"""A copy holds the client byte for byte, and says all about it."""

from __future__ import annotations

import json
import re
import tomllib
from hashlib import sha256
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from specmill import __version__
from specmill.errors import SpecmillError
from specmill.vendor import contents
from specmill.vendor.archive import unpacked
from specmill.vendor.place import place
from specmill.vendor.vendored import BASE, NAME
from tests.keep.builds import engines_write
from tests.support import REPOSITORY
from tests.vendor.copies import ADDED, OLD, checked, config_in, copied, never, tree_of


def facts_of(copy: Path) -> dict[str, object]:
    facts: dict[str, object] = json.loads((copy / NAME).read_bytes())
    return facts


def test_a_copy_is_the_client_and_what_it_needs_among_strangers(tmp_path: Path) -> None:
    copy = copied(tmp_path)
    (copy / BASE).unlink()  # the only file that is no text
    tree = tree_of(copy)
    assert OLD == {path: tree[path] for path in OLD}
    assert {*OLD, *ADDED, NAME} == {*tree}


def test_the_manifest_names_every_file_with_its_hash(tmp_path: Path) -> None:
    copy = copied(tmp_path)
    kinds = facts_of(copy)["files"]
    assert isinstance(kinds, dict)
    hashes = {path: digest for paths in kinds.values() for path, digest in paths.items()}
    assert {path: sha256((copy / path).read_bytes()).hexdigest() for path in (*OLD, *ADDED)} == hashes


def test_the_manifest_says_what_it_is_where_it_comes_from_and_what_it_needs(tmp_path: Path) -> None:
    facts = facts_of(copied(tmp_path))
    inputs = facts["inputs"]
    assert isinstance(inputs, dict)
    assert sha256((tmp_path / "openapi.yaml").read_bytes()).hexdigest() == inputs["document openapi.yaml"]
    assert ("pets", __version__) == (facts["package"], facts["specmill"])
    assert {"document": "openapi.yaml", "title": "Pets", "version": ""} == facts["source"]
    assert {"runtime": "Apache-2.0"} == facts["licences"]
    assert sorted(contents.DEPENDENCIES) == sorted(facts["dependencies"])  # type: ignore[call-overload]  # a table
    assert ">=3.11" == facts["requires-python"]


def test_the_base_holds_the_files_as_they_came(tmp_path: Path) -> None:
    copy = copied(tmp_path)
    assert {path: (copy / path).read_bytes() for path in (*OLD, *ADDED)} == unpacked((copy / BASE).read_bytes())


def test_two_copies_are_the_same_whatever_they_are_called(tmp_path: Path) -> None:
    for name in ("one", "two/deeper/_three"):
        with engines_write(OLD):
            place(config_in(tmp_path), tmp_path / name, waiting=never)
    one, two = tmp_path / "one", tmp_path / "two/deeper/_three"
    assert {path.relative_to(one): path.read_bytes() for path in one.rglob("*") if path.is_file()} == {
        path.relative_to(two): path.read_bytes() for path in two.rglob("*") if path.is_file()
    }
    assert str(tmp_path) not in (one / NAME).read_text()
    assert not re.search(r"\b20\d\d-\d\d", (one / NAME).read_text())


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "host/acme/petstore").mkdir(parents=True)
    assert checked(copied(tmp_path)).clean


def test_a_copy_behind_a_link_is_a_copy(tmp_path: Path) -> None:
    copy = copied(tmp_path)
    (tmp_path / "link").symlink_to(copy)
    assert checked(tmp_path / "link").clean


@pytest.mark.parametrize("name", ["kafka-rest", "class", "1st", "a.b"])
def test_a_folder_that_cannot_be_imported_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(SpecmillError, match="cannot be imported"):
        place(config_in(tmp_path), tmp_path / name, waiting=never)
    assert not (tmp_path / name).exists()


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    mine = tmp_path / "host/acme/petstore/mine.py"
    mine.parent.mkdir(parents=True)
    mine.write_text("MINE = 1\n")
    with pytest.raises(SpecmillError, match=r"not specmill's\n    mine.py"):
        copied(tmp_path)
    assert {"mine.py": "MINE = 1\n"} == tree_of(mine.parent)


def test_a_copy_that_is_there_is_updated_not_copied_over(tmp_path: Path) -> None:
    copy = copied(tmp_path)
    before = tree_of_bytes(copy)
    with pytest.raises(SpecmillError, match="vendor --update"):
        copied(tmp_path)
    assert before == tree_of_bytes(copy)


def test_a_folder_whose_name_differs_from_another_only_in_case_is_refused(tmp_path: Path) -> None:
    (tmp_path / "host/acme/PetStore").mkdir(parents=True)
    with pytest.raises(SpecmillError, match="petstore and PetStore are one folder"):
        copied(tmp_path)
    assert not (tmp_path / "host/acme/petstore").exists()


def tree_of_bytes(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_ranges_are_those_that_are_installed_with_specmill(tmp_path: Path) -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    asked = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    installed = {requirement.name: requirement for requirement in map(Requirement, asked)}
    for name in ("httpx2", "httptools"):
        told = {**contents.DEPENDENCIES, **contents.FASTER}[name]["range"]
        assert installed[name].specifier == Requirement(f"{name}{told}").specifier
    (pinned,) = installed["msgspec"].specifier
    assert pinned.version in Requirement(f"msgspec{contents.DEPENDENCIES['msgspec']['range']}").specifier
    assert project["requires-python"] == contents.REQUIRES_PYTHON
