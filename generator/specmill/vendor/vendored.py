"""``VENDORED.json``: what a copy is, where it came from, what it needs, and a hash of every file.

    {
      "format": 1,
      "package": "petstore",
      "specmill": "0.1.0",
      "source": {"document": "openapi.yaml", "title": "Pet Store", "version": "3.0.0"},
      "only": [],
      "licences": {"runtime": "Apache-2.0"},
      "requires-python": ">=3.11",
      "dependencies": {"httpx2": {"licence": "BSD-3-Clause", "range": ">=2.16.2,<3"}, ...},
      "engines": {...}, "inputs": {...}, "normal": "<sha256>", "holds": {...},   as in specmill.json
      "files": {"models": {"models.py": "<sha256>"}, "runtime": {...}, ...},
      "seal": "<sha256 of all the rest>"
    }

It stands in for ``specmill.json``, which stays behind: with that one in it, the folder would be a client that
``specmill regenerate`` may overwrite.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from specmill.errors import Place, SpecmillError
from specmill.keep.manifest import Manifest, facts_of, from_facts
from specmill.keep.sealed import bytes_of, is_table, opened, sealed, tampered
from specmill.pyproject import shown

NAME = "VENDORED.json"
BASE = "VENDORED.base.tar.bz2"  # all files as they came: the third text of a merge
BEFORE = "VENDORED.before.tar.bz2"  # the folder as it was before the last update; no part of the copy
OWN = (NAME, BASE, BEFORE)
WAY_OUT = "restore the folder from version control, or remove it and vendor it anew with `specmill vendor`"
Dependency = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Vendored:
    """``made`` is what specmill.json says in the client itself, with the files of the copy."""

    made: Manifest
    source: Mapping[str, str]
    only: tuple[str, ...]
    licences: Mapping[str, str]
    requires_python: str
    dependencies: Mapping[str, Dependency]
    optional: Mapping[str, Dependency]


def dumped(vendored: Vendored) -> bytes:
    return sealed(
        {
            **facts_of(vendored.made),
            "source": vendored.source,
            "only": vendored.only,
            "licences": vendored.licences,
            "requires-python": vendored.requires_python,
            "dependencies": vendored.dependencies,
            "optional-dependencies": vendored.optional,
        }
    )


def read(folder: Path, expected: str | None = None) -> Vendored | None:
    """The manifest of a copy; None where there is none. ``expected`` is the hash that it was given out with."""
    file = folder / NAME
    raw = bytes_of(file)
    if raw is None:
        return None
    try:
        _check_hash(raw, expected)
        return _from_facts(opened(raw, WAY_OUT))
    except SpecmillError as error:
        raise SpecmillError(error.message, place=Place(shown(file)), text=error.text, hint=error.hint) from None


def hash_of(raw: bytes) -> str:
    """What ``sha256sum VENDORED.json`` says, so that it can be kept and told without specmill."""
    return sha256(raw).hexdigest()


def _check_hash(raw: bytes, expected: str | None) -> None:
    if expected is None or expected.lower() == hash_of(raw):
        return
    hint = WAY_OUT
    if expected.lower() == hash_of(raw.replace(b"\r\n", b"\n")):
        hint = "a checkout changed its line ends to CRLF: `specmill vendor --restore` mends that"
    text = f"expected {expected}\nfound    {hash_of(raw)}"
    raise SpecmillError("this is another manifest than the one that was expected", text=text, hint=hint)


def _from_facts(facts: Mapping[str, Any]) -> Vendored:
    made = from_facts(facts, WAY_OUT)
    if not _is_sound(facts) or _clash(made.files):
        raise tampered(WAY_OUT)
    return Vendored(
        made=made,
        source=facts["source"],
        only=tuple(facts["only"]),
        licences=facts["licences"],
        requires_python=facts["requires-python"],
        dependencies=facts["dependencies"],
        optional=facts["optional-dependencies"],
    )


def _is_sound(facts: Mapping[str, Any]) -> bool:
    only = facts.get("only")
    return (
        all(is_table(facts.get(name), str) for name in ("source", "licences"))
        and isinstance(facts.get("requires-python"), str)
        and isinstance(only, list)
        and all(isinstance(name, str) for name in only)
        and all(_is_need(facts.get(name)) for name in ("dependencies", "optional-dependencies"))
        and not {path for paths in facts["files"].values() for path in paths}.intersection(OWN)
    )


def _is_need(value: Any) -> bool:
    return is_table(value, dict) and all(
        is_table(one, str) and {"range", "licence"} <= {*one} for one in value.values()
    )


def _clash(files: Mapping[str, object]) -> bool:
    return len({path.casefold() for path in files}) < len(files)
