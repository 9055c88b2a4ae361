"""A copy as CycloneDX: what it is, what it needs, and what somebody changed in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from specmill import __version__
from specmill.vendor.sbom import sbom
from specmill.vendor.vendored import NAME, hash_of
from tests.vendor.copies import ADDED, OLD, copied, edited, never


def bom_of(copy: Path) -> dict[str, Any]:
    return sbom(copy, expected=None, waiting=never)


def test_it_names_the_client_with_all_its_files(tmp_path: Path) -> None:
    copy = copied(tmp_path)
    bom = bom_of(copy)
    client = bom["metadata"]["component"]
    assert ("CycloneDX", "1.6") == (bom["bomFormat"], bom["specVersion"])
    assert [{"type": "application", "name": "specmill", "version": __version__}] == bom["metadata"]["tools"][
        "components"
    ]
    assert ("pets", [{"license": {"id": "Apache-2.0"}}]) == (client["name"], client["licenses"])
    assert [{"alg": "SHA-256", "content": hash_of((copy / NAME).read_bytes())}] == client["hashes"]
    files = {part["name"]: part["hashes"][0]["content"] for part in client["components"]}
    assert {path: hash_of((copy / path).read_bytes()) for path in (*OLD, *ADDED)} == files


def test_it_names_what_the_client_needs_with_licence_and_range(tmp_path: Path) -> None:
    bom = bom_of(copied(tmp_path))
    needs = {
        part["purl"]: (part["scope"], part["licenses"][0]["license"]["id"], part["properties"][0]["value"])
        for part in bom["components"]
    }
    assert {
        "pkg:pypi/httpx2": ("required", "BSD-3-Clause", ">=2.16.2,<3"),
        "pkg:pypi/msgspec": ("required", "BSD-3-Clause", ">=0.19,<1"),
    } == needs
    assert {"ref": "pets", "dependsOn": ["httpx2", "msgspec"]} == bom["dependencies"][0]
    references = {part["bom-ref"] for part in (bom["metadata"]["component"], *bom["components"])}
    assert references == {one["ref"] for one in bom["dependencies"]}


def test_it_is_the_same_for_the_same_copy_and_another_for_another(tmp_path: Path) -> None:
    for name in ("one", "two", "three"):
        (tmp_path / name).mkdir()
    one, two, three = (copied(tmp_path / name, files) for name, files in (("one", OLD), ("two", OLD), ("three", {})))
    assert json.dumps(bom_of(one)) == json.dumps(bom_of(two))
    assert bom_of(one)["serialNumber"] != bom_of(three)["serialNumber"]


def test_it_tells_what_was_edited(tmp_path: Path) -> None:
    copy = copied(tmp_path)
    assert "pedigree" not in bom_of(copy)["metadata"]["component"]
    edited(copy, "models.py", "NAME = 'mine'\n")
    (edit,) = bom_of(copy)["metadata"]["component"]["pedigree"]["patches"]
    assert "+NAME = 'mine'" in edit["diff"]["text"]["content"]
