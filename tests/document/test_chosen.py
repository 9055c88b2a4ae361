"""Some operations of a document, with what they need: called as in the whole client, and nothing besides."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from specmill.build import build
from specmill.document.api import Api, api_of
from specmill.document.chosen import chosen
from specmill.errors import SpecmillError
from tests.support import CASES, config_of, imported, written

ZOO = """\
openapi: 3.1.0
info: {title: Zoo, version: '1'}
security: [{key: []}]
paths:
  /pets:
    get:
      operationId: list-pets
      responses: {'200': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Pets'}}}}}
    post:
      operationId: list_pets
      security: [{token: []}]
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}
      responses: {'204': {description: ''}}
  /open:
    get:
      operationId: open
      security: []
      responses: {'204': {description: ''}}
components:
  schemas:
    Pets: {type: array, items: {$ref: '#/components/schemas/Pet'}}
    Pet:
      oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]
      discriminator: {propertyName: kind}
    Cat:
      type: object
      required: [kind]
      properties: {kind: {type: string}, friend: {$ref: '#/components/schemas/Pet'}}
    Dog:
      type: object
      required: [kind]
      properties: {kind: {type: string}, not: {$ref: '#/components/schemas/Bone'}}
    Bone: {type: object, properties: {length: {type: integer}}}
    Order: {type: object, properties: {amount: {type: integer}}}
    Unused: {type: object, properties: {order: {$ref: '#/components/schemas/Order'}}}
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
    token: {type: http, scheme: bearer}
    spare: {type: http, scheme: basic}
"""


def zoo(folder: Path) -> Api:
    (folder / "openapi.yaml").write_text(ZOO)
    return api_of(config_of(folder / "openapi.yaml"))


@pytest.mark.parametrize(
    ("only", "models", "schemes"),
    [
        (["list-pets"], ["Bone", "Cat", "Dog", "Pet", "Pets"], ["key"]),
        (["list_pets"], ["Order"], ["token"]),
        (["open"], [], []),
        (["open", "list_pets"], ["Order"], ["token"]),
        (["list-pets", "list_pets"], ["Bone", "Cat", "Dog", "Order", "Pet", "Pets"], ["key", "token"]),
    ],
)
def test_what_the_operations_need_is_left_and_nothing_else(
    only: list[str], models: list[str], schemes: list[str], tmp_path: Path
) -> None:
    api = zoo(tmp_path)
    normal, operations = chosen(api.normal, api.operations, only)
    assert sorted(only) == sorted(operation.id for operation in operations)
    assert models == sorted(normal.tree["components"]["schemas"])
    assert schemes == sorted(normal.tree["components"]["securitySchemes"])
    left = [raw["operationId"] for item in normal.tree["paths"].values() for raw in item.values()]
    assert sorted(only) == sorted(left)


def test_what_is_left_is_called_as_in_the_whole_client(tmp_path: Path) -> None:
    api = zoo(tmp_path)
    for operation in api.operations:
        assert (operation,) == chosen(api.normal, api.operations, [operation.id])[1]
    assert ["list_pets", "list_pets2", "open"] == [operation.python_name for operation in api.operations]


@pytest.mark.parametrize("spelling", ["open", "GET /open"])
def test_an_operation_has_several_spellings(spelling: str, tmp_path: Path) -> None:
    api = zoo(tmp_path)
    assert ["open"] == [operation.id for operation in chosen(api.normal, api.operations, [spelling])[1]]


def test_a_name_of_the_document_wins_over_one_in_python(tmp_path: Path) -> None:
    api = zoo(tmp_path)
    (found,) = chosen(api.normal, api.operations, ["list_pets"])[1]
    assert ("list_pets", "POST") == (found.id, found.method)


def test_a_name_that_is_none_is_told_with_the_nearest(tmp_path: Path) -> None:
    api = zoo(tmp_path)
    with pytest.raises(
        SpecmillError, match="there is no operation 'list-pet'\nhint: did you mean list-pets or list_pets"
    ):
        chosen(api.normal, api.operations, ["list-pet"])


def test_the_order_in_which_they_are_named_means_nothing(tmp_path: Path) -> None:
    api = zoo(tmp_path)
    assert chosen(api.normal, api.operations, ["open", "list-pets"]) == chosen(
        api.normal, api.operations, ["list-pets", "open"]
    )


MANY = ("bodies", "inheritance", "security", "streams", "version-3-2", "names")


@pytest.mark.parametrize("case", MANY)
def test_each_operation_alone_makes_a_client_with_its_own_resource_only(case: str, tmp_path: Path) -> None:
    config = config_of(CASES / "clients" / case / "openapi.yaml")
    for number, operation in enumerate(api_of(config).operations):
        built = build(replace(config, only=(operation.id,)))
        with imported(written(built, tmp_path / str(number))) as client:
            resource = getattr(client.Client, operation.resource)
        assert (operation,) == built.operations
        assert {f"resources/{operation.resource}.py", "resources/__init__.py"} == {
            file.path for file in built.files if file.path.startswith("resources/")
        }
        assert resource is not None
