"""From the normal form to operations as values: everything that is called or passed has a Python name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from specmill.document.normal import normalise
from specmill.document.operations import operations_of
from specmill.values import Body, Content, Document, Header, Operation, Parameter, Response, SourceFile, Stream

Tree = dict[str, Any]
TEXT = {"type": "string"}
WHOLE = {"type": "integer"}
DONE = {"204": {"description": "Done"}}


def operations(paths: Tree, **document: Any) -> tuple[Operation, ...]:
    tree = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": paths, **document}
    return operations_of(normalise(Document(tree, (SourceFile(Path("api.json"), "api.json", json.dumps(tree), ""),))))


def one(path: str = "/things", method: str = "get", **operation: Any) -> Operation:
    (found,) = operations({path: {method: {"operationId": "call", "responses": DONE, **operation}}})
    return found


def query(name: str, **more: Any) -> Tree:
    return {"name": name, "in": "query", "schema": TEXT, **more}


def test_an_operation_as_a_whole() -> None:
    content = {"application/json": {"schema": TEXT}}
    document = {
        "/things/{id}": {
            "put": {
                "operationId": "putThing",
                "tags": ["Things (v3)", "other"],
                "summary": "Puts a thing.",
                "description": "All of it.",
                "deprecated": True,
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": WHOLE, "description": "Which."}
                ],
                "requestBody": {"required": True, "content": content, "description": "A thing."},
                "responses": {"200": {"description": "The thing.", "content": content}},
                "security": [{"key": []}, {"oauth": ["write"], "key": []}, {}],
                "servers": [{"url": "https://{region}.example", "variables": {"region": {"default": "eu"}}}],
            }
        }
    }
    at = "/paths/~1things~1{id}/put"
    expected = Operation(
        id="putThing",
        python_name="put_thing",
        resource="things_v3",
        tag="Things (v3)",
        method="PUT",
        path="/things/{id}",
        parameters=(
            Parameter(
                name="id",
                python_name="id",
                location="path",
                required=True,
                schema=WHOLE,
                style="simple",
                explode=False,
                description="Which.",
                pointer=f"{at}/parameters/0",
            ),
        ),
        body=Body(
            python_name="body",
            required=True,
            contents=(Content("application/json", TEXT, {}, f"{at}/requestBody/content/application~1json"),),
            description="A thing.",
            pointer=f"{at}/requestBody",
        ),
        responses=(
            Response(
                status="200",
                contents=(Content("application/json", TEXT, {}, f"{at}/responses/200/content/application~1json"),),
                description="The thing.",
                pointer=f"{at}/responses/200",
            ),
        ),
        security=({"key": ()}, {"oauth": ("write",), "key": ()}, {}),
        servers=("https://eu.example",),
        summary="Puts a thing.",
        description="All of it.",
        deprecated=True,
        pointer=at,
    )
    assert (expected,) == operations(document)


def test_an_operation_that_says_next_to_nothing() -> None:
    (found,) = operations({"/things/{id}": {"get": {"responses": DONE}}})
    assert ("get_things_by_id", "get_things_by_id", "default", "", "GET") == (
        found.id,
        found.python_name,
        found.resource,
        found.tag,
        found.method,
    )
    assert ((), None, (), (), None) == (found.parameters, found.body, found.security, found.servers, found.stream)


def test_operations_come_in_the_order_of_the_document() -> None:
    call = {"responses": DONE}
    found = operations({"/b": {"post": call, "get": call}, "/a": {"get": call}})
    assert [(each.method, each.path) for each in found] == [("POST", "/b"), ("GET", "/b"), ("GET", "/a")]


def test_the_first_tag_is_the_resource_and_none_shares_its_name() -> None:
    tags = ["Records (v3)", "records-v3", "Records v3", "class", "request", ""]
    paths = {f"/{index}": {"get": {"tags": [tag] if tag else [], "responses": DONE}} for index, tag in enumerate(tags)}
    found = [each.resource for each in operations(paths)]
    assert ["records_v3", "records_v3_calls", "records_v3_calls2", "class_", "request_calls", "default"] == found


def test_ids_that_differ_in_spelling_only_get_names_of_their_own() -> None:
    ids = ["getThing", "get-thing", "GetThing", "class", "日本"]
    paths = {f"/{index}": {"get": {"operationId": name, "responses": DONE}} for index, name in enumerate(ids)}
    found = operations(paths)
    assert ["get_thing", "get_thing2", "get_thing3", "class_", "call"] == [each.python_name for each in found]
    assert ids == [each.id for each in found]


def test_ids_of_different_resources_do_not_touch_each_other() -> None:
    paths = {
        f"/{tag}": {"get": {"operationId": name, "tags": [tag], "responses": DONE}}
        for tag, name in (("a", "getThing"), ("b", "get_thing"))
    }
    assert ["get_thing", "get_thing"] == [each.python_name for each in operations(paths)]


NAMES: dict[str, tuple[list[Tree], list[str]]] = {
    "as they are": ([query("page"), query("pageSize")], ["page", "page_size"]),
    "words of Python": ([query("class"), query("from")], ["class_", "from_"]),
    "arguments that every call has": ([query("self"), query("timeout")], ["self_query", "timeout_query"]),
    "the same in two places": (
        [query("id"), {"name": "id", "in": "header", "schema": TEXT}, {"name": "ID", "in": "cookie", "schema": TEXT}],
        ["id", "id_header", "id_cookie"],
    ),
    "names that differ in signs": (
        [query("StartTime"), query("StartTime<"), query("StartTime>")],
        ["start_time", "start_time_lt", "start_time_gt"],
    ),
    "names without a letter": ([query("<"), query("日本")], ["parameter", "parameter_query"]),
}


@pytest.mark.parametrize("case", NAMES)
def test_parameters_have_names_of_their_own(case: str) -> None:
    parameters, expected = NAMES[case]
    found = one(parameters=parameters).parameters
    assert expected == [each.python_name for each in found]
    assert [each["name"] for each in parameters] == [each.name for each in found]


def test_a_parameter_gives_way_to_the_body() -> None:
    found = one(method="post", parameters=[query("body")], requestBody={"content": {"text/plain": {"schema": TEXT}}})
    assert found.body is not None
    assert ("body", "body_query") == (found.body.python_name, found.parameters[0].python_name)


@pytest.mark.parametrize(
    ("mark", "expected"),
    [(None, "body"), ("record", "record"), ("the Record", "the_record"), ("self", "body"), ("", "body")],
)
def test_the_body_is_called_as_the_document_marks_it(mark: str | None, expected: str) -> None:
    body = {"content": {"text/plain": {"schema": TEXT}}, **({} if mark is None else {"x-body-name": mark})}
    found = one(method="post", requestBody=body).body
    assert found is not None
    assert (expected, False) == (found.python_name, found.required)


def test_parameters_say_all_about_their_spelling_on_the_wire() -> None:
    parameters = [
        query("a", style="deepObject", explode=True, allowReserved=True, deprecated=True),
        query("b", style="pipeDelimited"),
        {"name": "c", "in": "query", "content": {"application/json": {"schema": WHOLE}}},
        {"name": "d", "in": "header", "required": True, "schema": TEXT},
    ]
    told = [
        (each.style, each.explode, each.allow_reserved, each.deprecated, each.media_type, each.required, each.schema)
        for each in one(parameters=parameters).parameters
    ]
    assert told[0] == ("deepObject", True, True, True, None, False, TEXT)
    assert told[1] == ("pipeDelimited", False, False, False, None, False, TEXT)
    assert told[2][4:] == ("application/json", False, WHOLE)
    assert told[3] == ("simple", False, False, False, None, True, TEXT)


def test_a_path_parameter_is_required_whatever_the_document_says() -> None:
    found = one("/things/{id}", parameters=[{"name": "id", "in": "path", "required": False, "schema": TEXT}])
    assert found.parameters[0].required


def test_every_answer_and_every_media_type_arrives() -> None:
    contents = {"application/json": {"schema": TEXT}, "text/html": {"schema": TEXT}, "application/octet-stream": {}}
    responses = {
        "200": {"description": "Yes", "content": contents},
        "429": {
            "description": "No",
            "headers": {"Retry-After": {"required": True, "schema": WHOLE, "description": "s"}},
        },
        "5XX": {"description": "Oh"},
        "default": {"description": "Else"},
    }
    found = one(responses=responses).responses
    assert ["200", "429", "5XX", "default"] == [each.status for each in found]
    assert list(contents) == [each.media_type for each in found[0].contents]
    assert {} == found[0].contents[2].schema
    assert (Header("Retry-After", True, WHOLE, "s"),) == found[1].headers


def test_form_fields_keep_their_encoding() -> None:
    schema = {"type": "object", "additionalProperties": TEXT}
    content = {"multipart/form-data": {"schema": schema, "encoding": {"a": {"contentType": "image/png"}}}}
    found = one(method="post", requestBody={"content": content}).body
    assert found is not None
    assert {"a": {"contentType": "image/png"}} == found.contents[0].encoding


def test_a_stream_knows_its_record_and_its_report() -> None:
    def of(name: str) -> Tree:
        item = {"title": name, "type": "object", "properties": {"code": WHOLE}}
        return {"content": {"application/json": {"schema": item, "itemSchema": item}}}

    mark: Tree = {"x-stream": {"framing": "json-lines", "verdict": "code", "accepted": [200, 201]}}
    responses = {"200": {"description": "", **of("Report")}, "400": {"description": ""}}
    found = one(method="post", requestBody=of("Record"), responses=responses, **mark)
    record, report = ({"$ref": f"#/components/schemas/{name}"} for name in ("Record", "Report"))
    assert Stream(f"{found.python_name}_stream", record, report, "json-lines", "code", (200, 201)) == found.stream
    assert found.body is not None
    assert record == found.body.contents[0].schema


RECORD = {"title": "Record", "type": "object", "properties": {"a": TEXT}}
RECORD_MODEL = {"$ref": "#/components/schemas/Record"}
PAIR = {"type": "array", "prefixItems": [WHOLE, TEXT], "items": TEXT}
LIST_OF_WHOLE = {"type": "array", "items": WHOLE}


@pytest.mark.parametrize(
    ("media_type", "content", "schema", "items"),
    [
        ("application/jsonl", {"itemSchema": WHOLE}, LIST_OF_WHOLE, WHOLE),
        ("application/x-ndjson; a=b", {"itemSchema": WHOLE}, LIST_OF_WHOLE, WHOLE),
        ("text/event-stream", {"schema": LIST_OF_WHOLE}, LIST_OF_WHOLE, WHOLE),
        ("text/event-stream", {"schema": TEXT}, TEXT, None),
        ("application/json-seq", {"schema": LIST_OF_WHOLE, "itemSchema": TEXT}, {"type": "array", "items": TEXT}, TEXT),
        ("application/json", {"itemSchema": WHOLE}, WHOLE, None),
        ("application/json", {"schema": TEXT, "itemSchema": WHOLE}, TEXT, None),
        ("multipart/mixed", {"itemSchema": WHOLE}, LIST_OF_WHOLE, WHOLE),
        ("multipart/mixed", {"schema": PAIR}, PAIR, None),
        ("application/jsonl", {"schema": RECORD}, {"type": "array", "items": RECORD_MODEL}, RECORD_MODEL),
        ("text/event-stream", {"schema": RECORD}, {"type": "array", "items": RECORD_MODEL}, RECORD_MODEL),
        ("application/jsonl", {"schema": {}}, {}, None),
        ("multipart/mixed", {"schema": RECORD}, RECORD_MODEL, None),
    ],
)
def test_a_sequence_holds_a_list_of_its_items(media_type: str, content: Tree, schema: Tree, items: Tree | None) -> None:
    found = one(method="post", requestBody={"content": {media_type: content}})
    assert found.body is not None
    assert (schema, items) == (found.body.contents[0].schema, found.body.contents[0].items)


def test_parts_without_names_have_their_encoding_by_position() -> None:
    encoding = {"prefixEncoding": [{"contentType": "a/b"}], "itemEncoding": {"contentType": "c/d"}}
    found = one(method="post", requestBody={"content": {"multipart/mixed": {"schema": LIST_OF_WHOLE, **encoding}}})
    assert found.body is not None
    content = found.body.contents[0]
    assert ({"contentType": "a/b"},) == content.prefix_encoding
    assert {"contentType": "c/d"} == content.item_encoding


def test_a_method_of_the_document_s_own_is_spelt_as_it_is() -> None:
    answer = {"responses": {"204": {"description": ""}}}
    more = {"Copy": answer, "copy": answer, "NOTIFY": answer}
    found = operations({"/things": {"get": answer, "query": answer, "additionalOperations": more}})
    assert ["GET", "QUERY", "Copy", "copy", "NOTIFY"] == [operation.method for operation in found]
    assert len({operation.id for operation in found}) == 5


def test_pointers_lead_to_where_a_shared_part_really_stands() -> None:
    parameter = {"name": "page", "in": "query", "schema": TEXT}
    answer = {"description": "Gone"}
    (found,) = operations(
        {
            "/things": {
                "parameters": [{"$ref": "#/components/parameters/Page"}],
                "get": {"responses": {"410": {"$ref": "#/components/responses/Gone"}}},
            }
        },
        components={"parameters": {"Page": parameter}, "responses": {"Gone": answer}},
    )
    assert "/components/parameters/Page" == found.parameters[0].pointer
    assert "/components/responses/Gone" == found.responses[0].pointer
    assert "/paths/~1things/get" == found.pointer
