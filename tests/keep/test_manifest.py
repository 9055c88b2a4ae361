"""The manifest says everything about a client, and nothing that specmill did not write is believed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from specmill import __version__
from specmill.errors import SpecmillError
from specmill.keep import manifest as manifests
from specmill.keep import sealed as seals
from tests.keep.builds import OLD, build_of, config_in, manifest_of


def dumped(folder: Path) -> bytes:
    return manifests.dumped(manifest_of(build_of(config_in(folder), OLD)))


def test_it_comes_back_as_it_was(tmp_path: Path) -> None:
    manifest = manifest_of(build_of(config_in(tmp_path), OLD))
    assert manifest == manifests.loaded(manifests.dumped(manifest))


def test_it_names_every_file_with_its_hash_and_kind(tmp_path: Path) -> None:
    facts = json.loads(dumped(tmp_path))
    expected = {path: sha256(text.encode()).hexdigest() for path, text in OLD.items()}
    assert {"client": expected} == facts["files"]
    assert facts["holds"] == {"models": 1, "operations": 0}
    assert __version__ == facts["specmill"]
    assert sorted(facts["engines"]) == ["datamodel-code-generator", "msgspec", "openapi-python-client", "ruff"]


def test_it_is_the_same_in_another_folder_and_tells_none(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    assert dumped(tmp_path / "one") == dumped(tmp_path / "two")
    assert str(tmp_path) not in dumped(tmp_path / "one").decode()
    assert not re.search(r"\b20\d\d-\d\d", dumped(tmp_path / "one").decode())


def change(**facts: object) -> Callable[[dict[str, Any]], object]:
    return lambda manifest: manifest.update(facts)


DOCTORED: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "a hash": (lambda facts: facts["files"]["client"].update({"models.py": "0" * 64}), "changed by hand or by a merge"),
    "a file less": (lambda facts: facts["files"]["client"].pop("models.py"), "changed by hand or by a merge"),
    "no seal": (lambda facts: facts.pop("seal"), "changed by hand or by a merge"),
    "no format": (lambda facts: facts.pop("format"), "not a manifest of specmill"),
    "a newer format": (change(format=99, specmill="9.0"), r"written by a newer specmill \(9.0\)"),
}


@pytest.mark.parametrize("what", DOCTORED)
def test_a_doctored_manifest_is_refused(what: str, tmp_path: Path) -> None:
    facts = json.loads(dumped(tmp_path))
    doctor, message = DOCTORED[what]
    doctor(facts)
    with pytest.raises(SpecmillError, match=message) as caught:
        manifests.loaded(json.dumps(facts).encode())
    assert caught.value.hint


FORGED: dict[str, Callable[[dict[str, Any]], object]] = {
    "a path out of the client": lambda facts: facts["files"].update(client={"../../home": "0"}),
    "an absolute path": lambda facts: facts["files"].update(client={"/etc/passwd": "0"}),
    "the manifest itself": lambda facts: facts["files"].update(client={"specmill.json": "0"}),
    "an unknown kind": lambda facts: facts["files"].update(magic={}),
    "files in a list": change(files=[]),
    "hashes that are none": lambda facts: facts["files"].update(client={"models.py": 1}),
    "engines in a list": change(engines=[]),
    "no inputs": lambda facts: facts.pop("inputs"),
    "counts in words": change(holds={"models": "eight"}),
    "no package": lambda facts: facts.pop("package"),
}


@pytest.mark.parametrize("what", FORGED)
def test_even_a_well_sealed_forgery_is_refused(what: str, tmp_path: Path) -> None:
    facts = json.loads(dumped(tmp_path))
    del facts["seal"]
    FORGED[what](facts)
    facts["seal"] = seals._seal(facts)
    with pytest.raises(SpecmillError, match="changed by hand or by a merge"):
        manifests.loaded(json.dumps(facts).encode())


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "not a manifest of specmill"),
        (b'{"name": "another tool\'s"}', "not a manifest of specmill"),
        (b'{\n<<<<<<< HEAD\n "format": 1\n=======\n "format": 1\n>>>>>>> theirs\n}', "marks of a merge conflict"),
    ],
)
def test_what_is_no_manifest_is_refused_with_a_way_out(raw: bytes, message: str, tmp_path: Path) -> None:
    (tmp_path / "specmill.json").write_bytes(raw)
    with pytest.raises(SpecmillError, match=message) as caught:
        manifests.read(tmp_path)
    assert "--adopt" in caught.value.hint
    assert caught.value.place is not None
    assert caught.value.place.file.endswith("specmill.json")


def test_no_manifest_is_none(tmp_path: Path) -> None:
    assert manifests.read(tmp_path) is None
    assert manifests.read(tmp_path / "nowhere") is None


def test_a_manifest_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "specmill.json").mkdir()
    with pytest.raises(SpecmillError, match="cannot read the manifest"):
        manifests.read(tmp_path)
