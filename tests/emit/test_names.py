"""The table of names has every kind of thing that a person can see in the client, with its place in the document."""

from __future__ import annotations

from typing import Any

import pytest

from specmill.document.operations import operations_of
from specmill.emit.names import names_of
from specmill.values import Names
from tests.document.normals import normal_of

JSON = "application/json"
TEXT = {"type": "string"}
POST = "/paths/~1pets~1{id}/post"
COPY = "/paths/~1pets~1{id}/additionalOperations/COPY"
ITEM = {"content": {JSON: {"itemSchema": {"$ref": "#/components/schemas/Pet"}}}}
RATE = {"X-Rate": {"schema": TEXT}, "X-Shared": {"$ref": "#/components/headers/Shared"}}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.2.0",
    "info": {"title": "Names", "version": "1"},
    "servers": [
        {"url": "https://{region}.example.com", "variables": {"region": {"default": "eu"}}},
        {"url": "https://b.example"},
    ],
    "tags": ["broken", {"name": "Pets & co"}],
    "paths": {
        "/pets/{id}": {
            "servers": [{"url": "https://path.example"}],
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": TEXT}],
            "post": {
                "operationId": "movePets",
                "tags": ["Pets & co"],
                "servers": [{"url": "https://own.example/{v}", "variables": {"v": {"default": "v1"}}}],
                "requestBody": ITEM,
                "responses": {
                    "200": {"description": "", "headers": RATE, **ITEM},
                    "404": {"description": "", "headers": RATE},
                    "5XX": {"description": ""},
                    "default": {"description": ""},
                },
                "security": [{"my key": []}],
                "x-stream": {"framing": "json-lines"},
            },
            "additionalOperations": {
                "COPY": {"operationId": "copy", "tags": ["new"], "responses": {"404": {"description": ""}}}
            },
        },
        "/": {"get": {"operationId": "root", "responses": {"default": {"description": ""}}}},
    },
    "components": {
        "headers": {"Shared": {"schema": TEXT}},
        "schemas": {
            "Pet": {
                "type": "object",
                "properties": {
                    "sort": {"const": "pet"},
                    "state": {"type": "string", "enum": ["new", "sold"]},
                    "level": {"oneOf": [{"const": 1}, {"const": 2}]},
                },
            },
            "Cat": {
                "allOf": [
                    {"$ref": "#/components/schemas/Pet"},
                    {"properties": {"lives": TEXT}, "required": ["owner"]},
                ]
            },
            "Maybe": {"enum": [None, "yes", True]},
        },
        "securitySchemes": {"my key": {"type": "apiKey", "in": "header", "name": "X-Key"}},
    },
}
PET = "/components/schemas/Pet"
KINDS: dict[str, tuple[str, tuple[str, ...]]] = {  # name in Python -> name and places in the document
    "client.SECURITY['my key']": ("my key", ("/components/securitySchemes/my key",)),
    "client.SERVERS[0]": ("https://{region}.example.com", ("/servers/0",)),
    "client.SERVERS[1]": ("https://b.example", ("/servers/1",)),
    "pets_co.move_pets.servers[0]": ("https://own.example/{v}", (f"{POST}/servers/0",)),
    "new.copy.servers[0]": ("https://path.example", ("/paths/~1pets~1{id}/servers/0",)),
    "pets_co": ("Pets & co", ("/tags/1",)),
    "new": ("new", (f"{COPY}/tags/0",)),
    "default": ("operations without a tag", ()),
    "pets_co.move_pets": ("movePets", (POST,)),
    "pets_co.move_pets_stream": ("movePets", (POST, f"{POST}/x-stream")),
    "pets_co.move_pets.id": ("id", ("/paths/~1pets~1{id}/parameters/0",)),
    "pets_co.move_pets.body": ("requestBody", (f"{POST}/requestBody",)),
    "pets_co.move_pets.returns['200']": ("200", (f"{POST}/responses/200",)),
    "pets_co.move_pets.headers['X-Rate']": (
        "X-Rate",
        (f"{POST}/responses/200/headers/X-Rate", f"{POST}/responses/404/headers/X-Rate"),
    ),
    "pets_co.move_pets.headers['X-Shared']": ("X-Shared", ("/components/headers/Shared",) * 2),
    "default.root.returns['default']": ("default", ("/paths/~1/get/responses/default",)),
    "errors.NotFound": ("404", (f"{POST}/responses/404", f"{COPY}/responses/404")),
    "errors.ServerError": ("5XX", (f"{POST}/responses/5XX",)),
    "errors.ApiError": ("default", (f"{POST}/responses/default", "/paths/~1/get/responses/default")),
    "models.Pet": ("Pet", (PET,)),
    "models.Pet.sort": ("sort", (f"{PET}/properties/sort",)),
    "models.Pet.sort['pet']": ("pet", (f"{PET}/properties/sort/const",)),
    "models.PetState['sold']": ("sold", (f"{PET}/properties/state/enum/1",)),
    "models.PetLevel[2]": ("2", (f"{PET}/properties/level/oneOf/1/const",)),
    "models.Cat.sort": ("sort", (f"{PET}/properties/sort",)),
    "models.Cat.lives": ("lives", ("/components/schemas/Cat/allOf/1/properties/lives",)),
    "models.Cat.owner": ("owner", ("/components/schemas/Cat",)),
    "models.Maybe['yes']": ("yes", ("/components/schemas/Maybe/enum/1",)),
    "models.Maybe[True]": ("true", ("/components/schemas/Maybe/enum/2",)),
}
ALSO = {
    "client.SECURITY['my key']": ("SECURITY",),
    "client.SERVERS[0]": ("https://eu.example.com", "SERVERS"),
    "pets_co.move_pets.servers[0]": ("https://own.example/v1",),
    "pets_co": ("PetsCo", "AsyncPetsCo"),
}


@pytest.fixture(scope="module")
def table() -> dict[str, Names]:
    normal = normal_of(DOCUMENT)
    fields = {"Pet": {"sort": "sort"}, "Cat": {"sort": "sort", "lives": "lives", "owner": "owner"}}
    return {one.python: one for one in names_of(normal, operations_of(normal), fields)}


@pytest.mark.parametrize("python", KINDS)
def test_a_name_has_the_name_and_the_places_that_it_has_in_the_document(python: str, table: dict[str, Names]) -> None:
    assert KINDS[python] == (table[python].wire, table[python].pointers)


@pytest.mark.parametrize("python", ALSO)
def test_people_look_for_it_by_other_spellings_too(python: str, table: dict[str, Names]) -> None:
    assert ALSO[python] == table[python].also
