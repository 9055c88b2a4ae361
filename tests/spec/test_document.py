"""The flagship document holds the published operation exactly; only the wording of its descriptions is our own."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

REPOSITORY = Path(__file__).parent.parent.parent
DOCUMENT = yaml.safe_load((REPOSITORY / "spec" / "kafka-rest-v3.yaml").read_text(encoding="utf-8"))
PUBLISHED = REPOSITORY.parent / "shared" / "seeds" / "confluent-produce-records.md"
PATH = "/kafka/v3/clusters/{cluster_id}/topics/{topic_name}/records"
OPERATION = DOCUMENT["paths"][PATH]["post"]
ERRORS = ["400", "401", "403", "404", "413", "415", "422", "5XX"]
SHORT = 40  # "The topic name." is a fact in three words; a sentence is somebody's wording


def published() -> Any:
    if not PUBLISHED.exists():
        pytest.skip("the page as its owner publishes it does not lie beside this checkout")
    text = PUBLISHED.read_text(encoding="utf-8")
    return yaml.safe_load(text[text.index("\npaths:\n") + 1 :])


def nodes(value: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """Every node of a tree with its place."""
    yield pointer, value
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in items:
        yield from nodes(child, f"{pointer}/{key}")


def is_description(pointer: str, value: Any) -> bool:
    return pointer.endswith("/description") and isinstance(value, str)


def facts(tree: Any) -> list[tuple[str, Any]]:
    """Leaves and empty containers in order, with a mark where a description stands."""
    return [
        (pointer, "a description" if is_description(pointer, value) else value)
        for pointer, value in nodes(tree)
        if not isinstance(value, (dict, list)) or not value
    ]


def descriptions(tree: Any) -> set[str]:
    return {" ".join(value.split()) for pointer, value in nodes(tree) if is_description(pointer, value)}


def test_names_structure_values_and_order_are_those_of_the_published_fragment() -> None:
    assert facts(published()) == facts({"paths": DOCUMENT["paths"]})


def test_no_sentence_of_a_description_is_taken_over() -> None:
    taken = descriptions(published()) & descriptions(DOCUMENT)
    assert sorted(text for text in taken if len(text) > SHORT) == []


def schema_of(status: str) -> dict[str, Any]:
    schema: dict[str, Any] = OPERATION["responses"][status]["content"]["application/json"]["schema"]
    return schema


REQUEST = OPERATION["requestBody"]["content"]["application/json"]["schema"]


def test_every_status_is_there_with_its_media_type() -> None:
    json, html = ["application/json"], ["text/html"]
    expected = {"200": json, **dict.fromkeys(ERRORS[:-1], json), "429": html, "5XX": json}
    actual = {status: list(response["content"]) for status, response in OPERATION["responses"].items()}
    assert (list(expected), expected) == (list(actual), actual)


def test_every_schema_is_inline_with_its_title_and_what_it_requires() -> None:
    titled = [
        (value["title"], value.get("required", []))
        for _, value in nodes({"request": REQUEST, "report": schema_of("200"), "error": schema_of("400")})
        if isinstance(value, dict) and isinstance(value.get("title"), str)
    ]
    expected = [
        ("ProduceRequest", []),
        ("ProduceRequestHeader", ["name"]),
        ("ProduceRequestData", []),
        ("AnyValue", []),
        ("ProduceRequestData", []),
        ("AnyValue", []),
        ("ProduceResponse", ["error_code"]),
        ("ProduceResponseData", ["size", "type"]),
        ("ProduceResponseData", ["size", "type"]),
        ("Error", []),
    ]
    assert expected == titled
    assert [pointer for pointer, _ in nodes(DOCUMENT) if pointer.endswith("/$ref")] == []


def kind(schema: dict[str, Any]) -> str:
    """``integer/int32?``: type, format, and a question mark where null is allowed."""
    name: str = "/".join(filter(None, (schema.get("type"), schema.get("format"))))
    return name + ("?" if schema.get("nullable") else "")


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (
            REQUEST,
            "partition_id integer/int32?, headers array, key object?, value object?, timestamp string/date-time?",
        ),
        (REQUEST["properties"]["headers"]["items"], "name string, value string/byte?"),
        (REQUEST["properties"]["key"], "type string, data ?"),
        (REQUEST["properties"]["value"], "type string, data ?"),
        (
            schema_of("200"),
            "error_code integer/int32, message string, cluster_id string, topic_name string, "
            "partition_id integer/int32, offset integer/int64, timestamp string/date-time?, key object?, value object?",
        ),
        (schema_of("200")["properties"]["key"], "size integer, type string"),
        (schema_of("200")["properties"]["value"], "size integer, type string"),
        (
            schema_of("400"),
            "id string, status string, code string, title string, detail string, source object, "
            "error_code integer/int32, message string?",
        ),
        (schema_of("400")["properties"]["source"], "pointer string, parameter string"),
    ],
    ids=["request", "header", "key", "value", "report", "report-key", "report-value", "error", "source"],
)
def test_properties_have_their_types_formats_and_nullability(schema: dict[str, Any], expected: str) -> None:
    actual = ", ".join(f"{name} {kind(inner)}" for name, inner in schema["properties"].items())
    assert expected == actual


def test_all_errors_are_one_closed_schema_written_out_eight_times() -> None:
    assert [schema_of("400")] * 8 == [schema_of(status) for status in ERRORS]
    assert (schema_of("400")["additionalProperties"], schema_of("400")["properties"]["id"]["maxLength"]) == (False, 255)


def test_the_data_types_stand_in_four_places() -> None:
    enums = [value for pointer, value in nodes(OPERATION) if pointer.endswith("/enum")]
    assert enums == [["BINARY", "JSON", "STRING"]] * 4


def test_parameters_security_and_server_are_those_of_the_operation() -> None:
    parameters = [(p["in"], p["name"], p["required"], p["schema"], p["example"]) for p in OPERATION["parameters"]]
    text = {"type": "string"}
    assert [
        ("path", "cluster_id", True, text, "cluster-1"),
        ("path", "topic_name", True, text, "topic-1"),
    ] == parameters
    assert [name for one in OPERATION["security"] for name in one] == ["resource-api-key", "external-access-token"]
    schemes = DOCUMENT["components"]["securitySchemes"]
    assert (schemes["resource-api-key"]["type"], schemes["resource-api-key"]["scheme"]) == ("http", "basic")
    assert list(schemes["external-access-token"]["flows"]) == ["clientCredentials"]
    assert [server["x-audience"] for server in OPERATION["servers"]] == ["business-unit-internal"]


def test_the_published_flaws_are_kept() -> None:
    assert "jsonRequestBodyExample" in OPERATION
    assert "required" not in OPERATION["requestBody"]
    assert REQUEST["properties"]["key"]["properties"]["data"] == {"nullable": True, "title": "AnyValue"}
    assert {"description", "value"} == set(OPERATION["responses"]["429"]["content"]["text/html"]["example"])


def in_2020_12(schema: Any) -> Any:
    """An OpenAPI 3.0 schema as JSON Schema, as far as this document needs it."""
    if isinstance(schema, list):
        return [in_2020_12(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    done = {key: in_2020_12(value) for key, value in schema.items() if key != "nullable"}
    if schema.get("nullable") and "type" in schema:
        done["type"] = [schema["type"], "null"]
    return done


def examples() -> Iterator[tuple[str, Any, Any]]:
    contents = [("request", OPERATION["requestBody"]["content"])]
    contents += [(status, response["content"]) for status, response in OPERATION["responses"].items()]
    for where, content in contents:
        for media_type in content.values():
            for name, example in media_type.get("examples", {}).items():
                yield f"{where}-{name}", media_type["schema"], example["value"]


@pytest.mark.parametrize(("schema", "value"), [pytest.param(s, v, id=name) for name, s, v in examples()])
def test_every_example_is_valid(schema: Any, value: Any) -> None:
    validator = jsonschema_rs.Draft202012Validator(in_2020_12(schema), validate_formats=True)
    assert [str(error) for error in validator.iter_errors(value)] == []
    for header in value.get("headers", ()):
        assert header["value"] == base64.b64encode(base64.b64decode(header["value"], validate=True)).decode()


def test_the_examples_are_the_published_ones() -> None:
    expected = (
        "request-binary_and_json request-string request-empty_value 200-produce_record_success "
        "200-produce_record_bad_binary_data 400-header_not_base64_encoded 401-kafka_authentication_failed "
        "403-kafka_authorization_failed 404-endpoint_not_found 404-cluster_not_found 404-unknown_topic_or_partition "
        "413-produce_records_expects_json 415-produce_records_expects_json 422-produce_record_empty_request_body "
        "5XX-generic_internal_server_error"
    )
    assert expected.split() == [name for name, _, _ in examples()]
