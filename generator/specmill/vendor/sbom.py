"""A copy as a software bill of materials in CycloneDX 1.6, told from its manifest alone: no date, no machine."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from specmill.vendor.folder import Opened, locked, opened
from specmill.vendor.patch import patch_of
from specmill.vendor.vendored import Dependency, Vendored, dumped, hash_of


def sbom(path: Path, *, expected: str | None, waiting: Callable[[], None]) -> dict[str, Any]:
    with locked(path, waiting=waiting, shared=True) as folder:
        return _of(opened(folder, expected))


def _of(copy: Opened) -> dict[str, Any]:
    vendored = copy.vendored
    digest = hash_of(dumped(vendored))
    needs = {**vendored.dependencies, **vendored.optional}
    client = vendored.made.package
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": uuid.uuid5(uuid.NAMESPACE_OID, digest).urn,
        "version": 1,
        "metadata": {
            "tools": {"components": [{"type": "application", "name": "specmill", "version": vendored.made.specmill}]},
            "component": _client(copy, digest),
        },
        "components": [_dependency(name, need, name in vendored.dependencies) for name, need in sorted(needs.items())],
        "dependencies": [{"ref": client, "dependsOn": sorted(needs)}, *({"ref": name} for name in sorted(needs))],
    }


def _client(copy: Opened, digest: str) -> dict[str, Any]:
    vendored = copy.vendored
    patch = patch_of(copy)
    edits = [{"type": "unofficial", "diff": {"text": {"content": patch.text.decode("utf-8", "replace")}}}]
    return {
        "type": "library",
        "bom-ref": vendored.made.package,
        "name": vendored.made.package,
        "version": vendored.source["version"],
        "description": vendored.source["title"],
        "hashes": [{"alg": "SHA-256", "content": digest}],
        "licenses": [{"license": {"id": vendored.licences["runtime"]}}],
        **({"pedigree": {"patches": edits}} if patch.edited else {}),
        "components": [
            {"type": "file", "name": path, "hashes": [{"alg": "SHA-256", "content": entry.sha256}]}
            for path, entry in sorted(vendored.made.files.items())
        ],
        "properties": _properties(vendored),
    }


def _properties(vendored: Vendored) -> list[dict[str, str]]:
    made = vendored.made
    told = {
        **{f"specmill:engine:{name}": version for name, version in made.engines.items()},
        **{f"specmill:input:{name}": digest for name, digest in made.inputs.items()},
        "specmill:requires-python": vendored.requires_python,
    }
    chosen = [("specmill:only", name) for name in vendored.only]
    return [{"name": name, "value": value} for name, value in (*sorted(told.items()), *chosen)]


def _dependency(name: str, need: Dependency, required: bool) -> Mapping[str, Any]:
    return {
        "type": "library",
        "bom-ref": name,
        "name": name,
        "purl": f"pkg:pypi/{name}",
        "scope": "required" if required else "optional",
        "licenses": [{"license": {"id": need["licence"]}}],
        "properties": [{"name": "specmill:range", "value": need["range"]}],
    }
