"""The calls of a client: what they look like, what they are called, and how long it takes to write them."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path
from typing import Any

import pytest

from specmill.document.operations import operations_of
from specmill.emit import client, models
from tests.emit.clients import (
    PET,
    REF,
    STRING,
    config_in,
    content,
    document,
    emitted,
    everything,
    facts_of,
    imported,
    normal_of,
    parameter,
    sources,
    written,
)
from tests.work import calls_of

FLAGSHIP = document(
    {
        "/owners/{ownerId}/pets": {
            "post": {
                "operationId": "addPet",
                "tags": ["Pets (v1)"],
                "summary": "Add a pet",
                "description": "The pet moves in at once.\n\n* first\n* second",
                "parameters": [
                    parameter("ownerId", "path", description="Whose pet\nit is."),
                    parameter("pageSize", schema={"type": "integer", "format": "int32", "minimum": 1}),
                ],
                "requestBody": {"required": True, "description": "The pet.", "x-body-name": "pet", **content(REF)},
                "responses": {
                    "201": {"description": "Added", **content(REF)},
                    "429": {"description": "Slow", **content(STRING, "text/html")},
                    "5XX": {"description": "Trouble"},
                },
                "security": [{"key": []}, {"user": [], "token": []}],
                "servers": [{"url": "https://pets.example"}],
            }
        }
    },
    {"Pet": PET},
    info={"title": "Pets", "version": "1", "description": "All about pets."},
    tags=[{"name": "Pets (v1)", "description": "What is done with pets."}],
    components={
        "securitySchemes": {
            "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
            "user": {"type": "http", "scheme": "basic"},
            "token": {"type": "http", "scheme": "bearer"},
        }
    },
)

RESOURCE = '''"""Pets (v1).

What is done with pets.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from .._facts import Body, Operation, Path, Query
from .._http import AsyncResource, Resource
from ..models import Pet

ADD_PET: Operation[Pet] = Operation(
    id="addPet",
    method="POST",
    path="/owners/{ownerId}/pets",
    parameters=(
        Path("ownerId", str, argument="owner_id"),
        Query("pageSize", Annotated[int, Meta(ge=1, le=2147483647)], argument="page_size"),
    ),
    body=Body("pet", Pet, required=True),
    returns={"201": Pet},
    errors={"429": {"text/html": str}, "5XX": None},
    security=(("key",), ("user", "token")),
    servers=("https://pets.example",),
)


class PetsV1(Resource):
    """Pets (v1).

    What is done with pets.
    """

    def add_pet(self, owner_id: str, pet: Pet, *, page_size: int | UnsetType = UNSET) -> Pet:
        """Add a pet.

        The pet moves in at once.

        * first
        * second

        Args:
            owner_id: Whose pet it is.
            pet: The pet.
        """
        return self._call(ADD_PET, owner_id=owner_id, pet=pet, page_size=page_size)


class AsyncPetsV1(AsyncResource):
    """Pets (v1).

    What is done with pets.
    """

    async def add_pet(self, owner_id: str, pet: Pet, *, page_size: int | UnsetType = UNSET) -> Pet:
        """Add a pet. See `PetsV1.add_pet`."""
        return await self._call(ADD_PET, owner_id=owner_id, pet=pet, page_size=page_size)
'''

CLIENT = '''"""Pets.

Two clients with the same operations: `Client` blocks, `AsyncClient` is awaited.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._facts import Scheme
from ._http import BaseAsyncClient, BaseClient, Lazy

if TYPE_CHECKING:
    from .resources.pets_v1 import AsyncPetsV1, PetsV1

SECURITY = {
    "key": Scheme("apiKey", location="header", name="X-Key"),
    "user": Scheme("http", scheme="basic"),
    "token": Scheme("http", scheme="bearer"),
}


class Client(BaseClient):
    """Pets.

    All about pets.
    """

    SECURITY = SECURITY

    pets_v1: Lazy[PetsV1] = Lazy("pets_v1", "PetsV1")


class AsyncClient(BaseAsyncClient):
    """Pets.

    All about pets.
    """

    SECURITY = SECURITY

    pets_v1: Lazy[AsyncPetsV1] = Lazy("pets_v1", "AsyncPetsV1")
'''


def test_a_generated_client_reads_like_one_that_was_written() -> None:
    found = sources(FLAGSHIP)
    assert found["resources/pets_v1.py"] == RESOURCE
    assert found["client.py"] == CLIENT


def method_of(operation: dict[str, Any], schemas: dict[str, Any] | None = None, path: str = "/x") -> str:
    """The signature of the generated method."""
    tree = document({path: {"post": {"operationId": "call", **operation}}}, {"Pet": PET, **(schemas or {})})
    module = ast.parse(sources(tree)["resources/default.py"])
    assert set(unused(module)) == set()
    (function,) = (node for node in ast.walk(module) if isinstance(node, ast.FunctionDef))
    return f"({ast.unparse(function.args)}) -> {ast.unparse(function.returns) if function.returns else ''}"


def unused(module: ast.Module) -> list[str]:
    """The names that a module imports and never says again."""
    imports = [node for node in module.body if isinstance(node, ast.Import | ast.ImportFrom)]
    names = [name.asname or name.name for node in imports for name in node.names if name.name != "annotations"]
    said = {node.id for node in ast.walk(module) if isinstance(node, ast.Name)}
    return [name for name in names if name not in said]


@pytest.mark.parametrize(
    ("operation", "signature"),
    [
        ({}, "(self) -> None"),
        ({"parameters": [parameter("q")]}, "(self, *, q: str | UnsetType=UNSET) -> None"),
        (
            {"parameters": [parameter("a"), parameter("b", required=True)]},
            "(self, *, b: str, a: str | UnsetType=UNSET) -> None",
        ),
        (
            {"parameters": [parameter("q", schema={"type": ["integer", "null"]})]},
            "(self, *, q: int | UnsetType | None=UNSET) -> None",
        ),
        ({"requestBody": content(REF)}, "(self, body: Pet | UnsetType=UNSET) -> None"),
        ({"requestBody": {"required": True, **content({})}}, "(self, body: Any) -> None"),
        (
            {"requestBody": {"required": True, **content(STRING, "application/octet-stream")}},
            "(self, body: bytes | IO[bytes]) -> None",
        ),
        ({"requestBody": {"required": True, **content(STRING, "text/csv")}}, "(self, body: str) -> None"),
        (
            {"requestBody": {"required": True, **content(REF, "multipart/form-data")}},
            "(self, body: Pet | Mapping[str, Any]) -> None",
        ),
        (
            {
                "requestBody": {
                    "required": True,
                    "content": {"text/plain": {"schema": STRING}, "application/json": {"schema": REF}},
                }
            },
            "(self, body: str | Pet, *, content_type: Literal['text/plain', 'application/json']='application/json')"
            " -> None",
        ),
        (
            {"requestBody": {"required": True, **content(REF, "*/*")}},
            "(self, body: Pet, *, content_type: str='*/*') -> None",
        ),
        (
            {"responses": {"200": {"description": "", **content(REF)}, "204": {"description": ""}}},
            "(self) -> Pet | None",
        ),
        ({"responses": {"default": {"description": "", **content(REF)}}}, "(self) -> Pet"),
        ({"requestBody": content({}, "multipart/form-data")}, "(self, body: Any=UNSET) -> None"),
        (
            {"responses": {"200": {"description": "", **content(REF, "multipart/form-data")}}},
            "(self) -> bytes",
        ),
        ({"responses": {"404": {"description": ""}}}, "(self) -> Any"),
        ({"responses": {"2XX": {"description": "", **content(STRING, "image/png")}}}, "(self) -> bytes"),
        (
            {"responses": {"200": {"description": "", **content({"type": "array", "items": REF})}}},
            "(self) -> list[Pet]",
        ),
    ],
)
def test_the_signature_says_what_may_be_given_and_what_comes_back(operation: dict[str, Any], signature: str) -> None:
    assert signature == method_of(operation)


def test_parameters_of_the_path_come_in_its_order_and_with_the_body_by_name_when_they_are_many() -> None:
    names = ["c", "a", "b", "d"]
    operation = {"parameters": [parameter(name, "path") for name in names], "requestBody": content(REF)}
    few = method_of({"parameters": operation["parameters"]}, path="/{a}/{b}/{c}/{d}")
    assert few == "(self, a: str, b: str, c: str, d: str) -> None"
    many = method_of(operation, path="/{a}/{b}/{c}/{d}")
    assert many == "(self, *, a: str, b: str, c: str, d: str, body: Pet | UnsetType=UNSET) -> None"


def test_an_operation_that_is_deprecated_says_so() -> None:
    tree = document({"/x": {"get": {"operationId": "call", "deprecated": True, "summary": "Old"}}})
    source = sources(tree)["resources/default.py"]
    assert "    deprecated=True,\n" in source
    assert '"""Old.\n\n        Deprecated: the document advises against it.\n' in source


# Names that are taken: by the runtime, by Python, by the generated modules themselves.
TAKEN = ["Query", "Operation", "Header", "Path", "Body", "Stream", "Resource", "AsyncResource", "Scheme", "Lazy"]
TAGS = ["Pet", "client", "async client", "lazy", "pet resource", "operation", "résumé", "1st", "class", ""]
OPERATIONS = ["list", "str", "UNSET", "type", "Any", "Pet", "datetime", "query", "call"]


@pytest.mark.parametrize("tags", [True, "a", {"a": {}}, [None, "a", {"name": 1}], [{"name": "a", "description": [1]}]])
def test_a_list_of_tags_that_is_none_tells_nothing(tags: Any) -> None:
    found = sources(document({"/x": {"get": {"tags": ["a"]}}}, tags=tags))
    assert 'class A(Resource):\n    """A."""' in found["resources/a.py"]


def test_names_of_the_document_may_be_those_of_python_and_of_the_runtime(tmp_path: Path) -> None:
    models = {name: PET for name in ("Pet", *TAKEN)}
    fields = {"type": "object", "properties": {name: {"$ref": f"#/components/schemas/{name}"} for name in models}}
    dated = parameter("when", schema={"type": "array", "items": {"type": "string", "format": "date-time"}})
    paths = {
        f"/{number}/{name}": {
            "post": {
                "operationId": f"{name}{number}" if number else name,
                **({"tags": [tag]} if tag else {}),
                "parameters": [dated, parameter("self"), parameter("list"), parameter("str"), parameter("UNSET")],
                "requestBody": content({"$ref": f"#/components/schemas/{TAKEN[number % len(TAKEN)]}"}),
                "responses": {"200": {"description": "", **content({"type": "array", "items": fields})}},
            }
        }
        for number, tag in enumerate(TAGS)
        for name in OPERATIONS
    }
    package = written(document(paths, models), tmp_path)
    with imported(package) as api:
        blocking, awaiting = api.Client("http://x"), api.AsyncClient("http://x")
        _, operations = emitted(document(paths, models), config_in(tmp_path))
        for operation in operations:
            for one in (blocking, awaiting):
                method = getattr(getattr(one, operation.resource), operation.python_name)
                assert operation.body
                assert operation.body.python_name == next(iter(inspect.signature(method).parameters))
        assert {operation.id for operation in operations} == facts_of(api).keys()
    assert clean_under_mypy(package) == ""


def clean_under_mypy(package: Path) -> str:
    import subprocess
    import sys

    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(package.parent / "cache"), package.name]
    done = subprocess.run(command, cwd=package.parent, capture_output=True, text=True, check=False)
    return done.stdout if done.returncode else ""


@pytest.mark.parametrize("tag", ["Request", "close"])
def test_a_tag_that_would_hide_what_every_client_has_gets_another_name(tag: str) -> None:
    found = sources(document({"/x": {"get": {"tags": [tag]}}}))
    assert f"resources/{tag.lower()}_calls.py" in found


def test_what_is_emitted_depends_on_the_document_alone() -> None:
    assert sources(everything()) == sources(everything())


def many(number: int) -> dict[str, Any]:
    operation = {
        "parameters": [parameter("id", "path"), parameter("limit")],
        "requestBody": content(REF),
        "responses": {"200": {"description": "", **content(REF)}, "5XX": {"description": ""}},
    }
    paths = {f"/{index}/{{id}}": {"put": {"tags": [f"t{index // 50}"], **operation}} for index in range(number)}
    return document(paths, {"Pet": PET})


def test_the_work_grows_with_the_number_of_operations() -> None:
    def work(number: int) -> int:
        normal = normal_of(many(number))
        operations = operations_of(normal)
        typed = models.emit(normal, operations)
        return calls_of(lambda: client.emit(normal, operations, typed, config_in(Path())))

    work(10)
    assert work(400) < 5 * work(100)
