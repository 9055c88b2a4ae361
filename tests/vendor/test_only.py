"""A copy of a few operations: made by the whole pipeline, with just the models that they need."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from specmill.cli import main
from specmill.vendor.vendored import NAME
from tests.support import REPOSITORY
from tests.vendor.copies import edited

DOCUMENT = """\
openapi: 3.1.0
info: {title: Zoo, version: '2.1', license: {name: MIT License, identifier: MIT}}
paths:
  /pets:
    get:
      operationId: listPets
      tags: [pets]
      responses: {'200': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}}
  /orders:
    post:
      operationId: placeOrder
      tags: [orders]
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}
      responses: {'204': {description: ''}}
components:
  schemas:
    Pet: {type: object, properties: {name: {type: string}}}
    Order: {type: object, properties: {pet: {$ref: '#/components/schemas/Pet'}}}
"""
Told = pytest.CaptureFixture[str]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    edited(tmp_path, "openapi.yaml", DOCUMENT)
    table = '[tool.specmill]\ndocument = "openapi.yaml"\npackage = "zoo"\noutput = "src"\nextension = "extension"\n'
    edited(tmp_path, "pyproject.toml", table)
    edited(tmp_path, "extension/extra.py", "from .models import Pet\n\nNAMES = Pet\n")
    return tmp_path


def models_of(copy: Path) -> list[str]:
    tree = ast.parse((copy / "models.py").read_bytes())
    return sorted(node.name for node in tree.body if isinstance(node, ast.ClassDef))


def test_a_copy_has_the_chosen_operations_with_the_models_they_need(folder: Path) -> None:
    assert main(["vendor", "host/pets", "--only", "listPets"]) == 0
    assert main(["vendor", "host/orders", "--only", "placeOrder"]) == 0
    assert (["Pet"], ["Order", "Pet"]) == (models_of(folder / "host/pets"), models_of(folder / "host/orders"))
    assert not (folder / "host/pets/resources/orders.py").exists()
    facts = json.loads((folder / "host/pets" / NAME).read_bytes())
    assert (["listPets"], {"models": 1, "operations": 1}) == (facts["only"], facts["holds"])
    assert ({"document": "MIT", "runtime": "Apache-2.0"}, "2.1") == (facts["licences"], facts["source"]["version"])


def test_however_they_are_spelt_and_ordered_the_copy_is_the_same(folder: Path) -> None:
    main(["vendor", "one", "--only", "listPets", "--only", "placeOrder"])
    main(["vendor", "two", "--only", "POST /orders", "--only", "list_pets"])
    assert (folder / "one" / NAME).read_bytes() == (folder / "two" / NAME).read_bytes()


def test_a_copy_remembers_its_operations(folder: Path, capsys: Told) -> None:
    main(["vendor", "host/pets", "--only", "GET /pets"])
    assert main(["vendor", "--check", "host/pets"]) == 0
    edited(folder, "openapi.yaml", DOCUMENT.replace("name: {type: string}", "age: {type: integer}"))
    assert main(["vendor", "--update", "host/pets"]) == 0
    assert ["Pet"] == models_of(folder / "host/pets")
    assert main(["vendor", "--check", "host/pets"]) == 0


def test_an_update_may_choose_others(folder: Path) -> None:
    main(["vendor", "host/pets", "--only", "listPets"])
    assert main(["vendor", "--update", "host/pets", "--only", "placeOrder"]) == 0
    assert ["placeOrder"] == json.loads((folder / "host/pets" / NAME).read_bytes())["only"]
    assert (folder / "host/pets/resources/orders.py").exists()
    assert not (folder / "host/pets/resources/pets.py").exists()


def test_an_operation_that_there_is_not_is_told_with_the_nearest(folder: Path, capsys: Told) -> None:
    assert main(["vendor", "host/pets", "--only", "listPet"]) == 2
    assert "there is no operation 'listPet'\nhint: did you mean listPets?\n" in capsys.readouterr().err
    assert not (folder / "host").exists()


def test_an_extension_that_needs_more_is_told_of(folder: Path, capsys: Told) -> None:
    edited(folder, "extension/extra.py", "from .models import Order\n")
    assert main(["vendor", "host/pets", "--only", "listPets"]) == 2
    assert "extension/extra.py:1:1: this imports Order, which the client does not have" in capsys.readouterr().err
    assert main(["vendor", "host/all"]) == 0


@pytest.mark.parametrize("seed", ["0", "1", "4242"])
def test_every_process_makes_the_same_copy(seed: str, folder: Path) -> None:
    main(["vendor", "here", "--only", "listPets"])
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY / "generator"), "PYTHONHASHSEED": seed}
    others = {"TZ": "Asia/Kolkata", "LC_ALL": "C", "COLUMNS": "20"}
    command = [sys.executable, "-m", "specmill", "vendor", "there", "--only", "listPets"]
    subprocess.run(command, env={**environment, **others}, check=True, capture_output=True)
    assert bytes_in(folder / "here") == bytes_in(folder / "there")


def bytes_in(copy: Path) -> dict[str, bytes]:
    return {str(path.relative_to(copy)): path.read_bytes() for path in copy.rglob("*") if path.is_file()}
