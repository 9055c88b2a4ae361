"""Every operation of a normal form is complete in itself, and the document has nothing but what a client needs."""

from __future__ import annotations

from typing import Any

import pytest

from specmill.document.normal import normalise
from specmill.values import Change
from tests.document.normals import (
    JSON,
    TEXT,
    WHOLE,
    Tree,
    cases,
    document_of,
    normal_of,
    read_of,
    ref,
    schema_of,
    struct,
)

# Operations and the document as a whole


def test_everything_but_schemas_is_written_out_where_it_is_used() -> None:
    tree = document_of(TEXT)
    tree["components"] |= {
        "parameters": {
            "Page": {
                "name": "page",
                "in": "query",
                "schema": WHOLE,
                "examples": {"one": {"$ref": "#/components/examples/One"}},
            }
        },
        "requestBodies": {"Thing": {"content": {JSON: {"schema": TEXT}}}},
        "responses": {"Gone": {"description": "Gone", "headers": {"X-Why": {"$ref": "#/components/headers/Why"}}}},
        "headers": {"Why": {"schema": TEXT}},
        "examples": {"One": {"value": 1}},
        "pathItems": {
            "Item": {"get": {"operationId": "getThing", "responses": {"404": {"$ref": "#/components/responses/Gone"}}}}
        },
    }
    tree["paths"]["/item"] = {"$ref": "#/components/pathItems/Item"}
    post = tree["paths"]["/things"]["post"]
    post["parameters"] = [{"$ref": "#/components/parameters/Page"}]
    post["requestBody"] = {"$ref": "#/components/requestBodies/Thing"}
    paths = normal_of(tree).tree["paths"]
    assert paths["/things"]["post"]["parameters"][0]["examples"] == {"one": {"value": 1}}
    assert schema_of(paths["/things"]["post"]["requestBody"]) == TEXT
    assert paths["/item"]["get"]["responses"]["404"]["headers"]["X-Why"]["schema"] == TEXT


def test_a_path_shares_its_parameters_servers_and_summary_with_its_operations() -> None:
    tree = document_of(TEXT, parameters=[{"name": "page", "in": "query", "required": True, "schema": TEXT}])
    tree["servers"] = [{"url": "https://document"}]
    tree["paths"]["/things"] |= {
        "summary": "Things",
        "servers": [{"url": "https://path"}],
        "parameters": [
            {"name": "page", "in": "query", "schema": WHOLE},
            {"name": "page", "in": "header", "schema": WHOLE},
        ],
    }
    item = normal_of(tree).tree["paths"]["/things"]
    told = [(each["in"], each["required"], each["schema"]) for each in item["post"]["parameters"]]
    assert told == [("query", True, TEXT), ("header", False, WHOLE)]
    assert list(item) == ["post"]
    assert (item["post"]["summary"], item["post"]["servers"]) == ("Things", [{"url": "https://path"}])


STYLES = {
    "path": ("simple", False),
    "query": ("form", True),
    "header": ("simple", False),
    "cookie": ("form", True),
}


@pytest.mark.parametrize("location", STYLES)
def test_every_parameter_says_its_style(location: str) -> None:
    parameter = {"name": "p", "in": location, "required": True, "schema": TEXT}
    tree = document_of(TEXT, parameters=[parameter])
    tree["paths"] = {"/things/{p}": tree["paths"]["/things"]}
    (told,) = normal_of(tree).tree["paths"]["/things/{p}"]["post"]["parameters"]
    assert STYLES[location] == (told["style"], told["explode"])


def test_a_style_explodes_only_where_it_is_form() -> None:
    parameters = [
        {"name": "a", "in": "query", "style": "pipeDelimited", "schema": TEXT},
        {"name": "b", "in": "query", "style": "form", "explode": False, "schema": TEXT},
        {"name": "c", "in": "query", "style": "deepObject", "explode": True, "schema": TEXT},
    ]
    told = normal_of(document_of(TEXT, parameters=parameters)).tree["paths"]["/things"]["post"]["parameters"]
    assert [(p["style"], p["explode"]) for p in told] == [
        ("pipeDelimited", False),
        ("form", False),
        ("deepObject", True),
    ]


def test_an_operation_without_an_id_is_called_after_method_and_path() -> None:
    tree = document_of(TEXT)
    del tree["paths"]["/things"]["post"]["operationId"]
    tree["paths"]["/things/{id}"] = {"get": {"responses": {"204": {"description": ""}}}}
    paths = normal_of(tree).tree["paths"]
    assert paths["/things"]["post"]["operationId"] == "post_things"
    assert paths["/things/{id}"]["get"]["operationId"] == "get_things_by_id"


SECURITY: dict[str, tuple[Any, Any]] = {
    "that of the document": (None, [{"key": []}]),
    "its own": ([{"other": ["read"]}, {}], [{"other": ["read"]}, {}]),
    "none, if it says so": ([], []),
}


@cases(SECURITY)
def test_an_operation_has_the_security(before: Any, expected: Any) -> None:
    tree = document_of(TEXT, **({} if before is None else {"security": before}))
    tree["security"] = [{"key": []}]
    assert expected == normal_of(tree).tree["paths"]["/things"]["post"]["security"]


def test_variables_of_servers_are_filled_in() -> None:
    tree = document_of(TEXT)
    tree["servers"] = [
        {
            "url": "https://{region}.example/{version}",
            "variables": {"region": {"default": "eu"}, "version": {"default": "v3"}},
        }
    ]
    assert [each["url"] for each in normal_of(tree).tree["paths"]["/things"]["post"]["servers"]] == [
        "https://eu.example/v3"
    ]


def test_methods_of_3_2_are_operations_like_others() -> None:
    tree = document_of(TEXT, version="3.2.0")
    answer = {"responses": {"204": {"description": ""}}}
    more = {"COPY": dict(answer), "Notify": dict(answer)}
    tree["paths"]["/things"] |= {"query": dict(answer), "additionalOperations": more}
    normal = normal_of(tree).tree
    item = normal["paths"]["/things"]
    assert {"post", "query", "COPY", "Notify"} == set(item)
    assert normal == normal_of(normal).tree
    assert (item["query"]["operationId"], item["COPY"]["operationId"]) == ("query_things", "copy_things")


def test_a_stream_keeps_its_mark_and_its_items_are_models() -> None:
    content = {"application/jsonl": {"itemSchema": {"title": "Record", **struct(a=TEXT)}}}
    tree = document_of(TEXT, version="3.2.0", **{"x-stream": {"verdict": "code"}}, requestBody={"content": content})
    normal = normal_of(tree).tree
    post = normal["paths"]["/things"]["post"]
    assert {"itemSchema": ref("Record")} == post["requestBody"]["content"]["application/jsonl"]
    assert post["x-stream"] == {"verdict": "code"}


def test_an_answer_to_which_http_allows_no_content_has_none() -> None:
    content = {"content": {JSON: {"schema": TEXT}}}
    answers = {status: {"description": "", **content} for status in ("200", "204", "205")}
    normal = normal_of(document_of(TEXT, responses=answers))
    responses = normal.tree["paths"]["/things"]["post"]["responses"]
    assert [status for status, answer in responses.items() if "content" in answer] == ["200"]
    at = "/paths/~1things/post/responses/204/content"
    assert Change("no-content", at, "left out: HTTP allows no content for 204") in normal.changes


BINARY = {"type": "string", "format": "binary", "contentMediaType": "image/png"}


@pytest.mark.parametrize(
    ("encoding", "member", "expected"),
    [
        ("image/png", {}, BINARY),
        ("image/png", TEXT, BINARY),
        ("image/png, image/gif", {"description": "A picture"}, {"description": "A picture", **BINARY}),
        ("image/png", {"type": "array", "items": {}}, {"type": "array", "items": BINARY}),
        ("text/csv", {}, {}),
        ("application/json", TEXT, TEXT),
        ("image/png", {"type": "string", "const": "a"}, {"type": "string", "const": "a"}),
        ("image/png", {"type": "integer"}, {"type": "integer"}),
    ],
)
def test_a_member_of_a_multipart_form_is_binary_if_its_encoding_says_so(
    encoding: str, member: Tree, expected: Tree
) -> None:
    schema = {"title": "Form", "type": "object", "properties": {"a": member}}
    content = {"multipart/form-data": {"schema": schema, "encoding": {"a": {"contentType": encoding}}}}
    normal = normal_of(document_of(TEXT, requestBody={"content": content})).tree
    assert expected == normal["components"]["schemas"]["Form"]["properties"]["a"]
    assert normal == normal_of(normal).tree


def test_what_no_client_needs_is_left_out_of_the_document() -> None:
    tree = document_of(TEXT)
    tree |= {"tags": [{"name": "x"}], "webhooks": {}, "externalDocs": {"url": "x"}, "x-own": 1}
    tree["components"] |= {
        "links": {},
        "callbacks": {},
        "securitySchemes": {"key": {"type": "http", "scheme": "basic"}},
    }
    normal = normal_of(tree).tree
    assert {"openapi", "info", "servers", "security", "components", "paths", "x-own"} == set(normal)
    assert normal["components"]["securitySchemes"] == {"key": {"type": "http", "scheme": "basic"}}


@pytest.mark.parametrize("own", [[], "text", {"get": {"operationId": "x", "responses": {}}}])
def test_a_field_of_their_own_among_the_paths_is_no_path(own: Any) -> None:
    tree = document_of(TEXT)
    tree["paths"]["x-own"] = own
    assert ["/things"] == [*normal_of(tree).tree["paths"]]


def test_changes_of_overlays_come_first() -> None:
    overlaid = Change("overlay", "/info", "because")
    normal = normalise(read_of(document_of(struct(a=TEXT))), (overlaid,))
    assert overlaid == normal.changes[0] and len(normal.changes) > 1


# Ids that are made


MADE = {
    "/": "get_root",
    "/users": "get_users",
    "/users/": "get_users_slash",
    "/users/{userId}": "get_users_by_user_id",
    "/users/{id}/posts/{post_id}": "get_users_by_id_posts_by_post_id",
    "/2010-04-01/Calls.json": "get_2010_04_01_calls_json",
    "/v3/users": "get_v3_users",
    "/users/{id}.{format}": "get_users_by_id_by_format",
    "/jobs:search": "get_jobs_search",
}


def test_an_id_is_made_of_method_and_path_without_needless_numbers() -> None:
    gets: dict[str, Any] = {path: {"get": {"responses": {"204": {"description": ""}}}} for path in MADE}
    tree = normal_of({**document_of(TEXT), "paths": gets}).tree
    assert {path: item["get"]["operationId"] for path, item in tree["paths"].items()} == MADE
