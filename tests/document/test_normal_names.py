"""Every model of a normal form is named once, after what the document calls it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from specmill.document.load import read
from specmill.document.normal import normalise
from specmill.values import Config, Normal
from tests.document.laws import offences
from tests.document.normals import (
    INT32,
    INT64,
    JSON,
    TEXT,
    THING,
    WHOLE,
    Tree,
    after,
    cases,
    document_of,
    normal_of,
    or_null,
    read_of,
    ref,
    schema_of,
    struct,
)

# Names

NAMES: dict[str, tuple[Tree, set[str]]] = {
    "after the operation": (struct(a=TEXT), {"AddThingRequest"}),
    "after the title": ({"title": "some thing", **struct(a=TEXT)}, {"SomeThing"}),
    "after owner and member": (
        {"title": "Owner", **struct(**{"the-inner": struct(a=TEXT)})},
        {"Owner", "OwnerTheInner"},
    ),
    "items after their owner": ({"type": "array", "items": struct(a=TEXT)}, {"AddThingRequestItem"}),
    "items of a member": (
        {"title": "Owner", **struct(inner={"type": "array", "items": struct(a=TEXT)})},
        {"Owner", "OwnerInnerItem"},
    ),
    "values of a map": (
        {"title": "Owner", **struct(inner={"type": "object", "additionalProperties": struct(a=TEXT)})},
        {"Owner", "OwnerInnerValue"},
    ),
    "the same structure under the same title once": (
        {"title": "Owner", **struct(one={"title": "Same", **struct(a=TEXT)}, two={"title": "Same", **struct(a=TEXT)})},
        {"Owner", "Same"},
    ),
    "descriptions and examples make no difference": (
        {
            "title": "Owner",
            **struct(
                one={"title": "Same", "description": "One", **struct(a={**TEXT, "example": 1})},
                two={"title": "Same", "description": "Two", **struct(a={**TEXT, "x-own": 1})},
            ),
        },
        {"Owner", "Same"},
    ),
    "nullable makes no difference": (
        {
            "title": "Owner",
            **struct(
                one={"title": "Same", "nullable": True, **struct(a=TEXT)}, two={"title": "Same", **struct(a=TEXT)}
            ),
        },
        {"Owner", "Same"},
    ),
    "another structure under the same title is named by its owner": (
        {"title": "Owner", **struct(one={"title": "Same", **struct(a=TEXT)}, two={"title": "Same", **struct(b=TEXT)})},
        {"Owner", "Same", "OwnerTwoSame"},
    ),
    "reserved words give way": ({"title": "client", **struct(a=TEXT)}, {"ClientModel"}),
    "a title that is no name": ({"title": "日本", **struct(a=TEXT)}, {"AddThingRequest"}),
}


@cases(NAMES)
def test_models_are_named(before: Tree, expected: set[str]) -> None:
    assert expected == set(after(before)[1])


def test_keys_of_components_are_kept_as_far_as_python_lets_them_and_a_name_of_python_as_it_is() -> None:
    schemas = {"tree-node": THING, "TreeNode": struct(b=TEXT), "treenode": struct(c=TEXT), "2nd": WHOLE, "list": TEXT}
    _, components = after(TEXT, schemas)
    assert list(components) == ["TreeNode2", "TreeNode", "Treenode3", "Model2Nd", "List"]


def test_a_name_by_number_is_told() -> None:
    normal = normal_of(document_of(TEXT, {"Thing": THING, "thing": struct(b=TEXT)}))
    assert [change.pointer for change in normal.changes if change.rule == "name"] == ["/components/schemas/thing"]


def test_answers_of_different_structure_are_named_after_their_status() -> None:
    def answer(**properties: Any) -> Tree:
        return {"description": "", "content": {JSON: {"schema": struct(**properties)}}}

    responses = {"200": answer(a=TEXT), "404": answer(b=TEXT), "5XX": answer(b=TEXT), "default": answer(a=TEXT)}
    tree = normal_of(document_of(TEXT, responses=responses)).tree
    used = {status: schema_of(each) for status, each in tree["paths"]["/things"]["post"]["responses"].items()}
    assert ref("AddThingResponse") == used["200"] == used["default"]
    assert ref("AddThingResponse404") == used["404"]
    assert {"AddThingResponse", "AddThingResponse404"} <= set(tree["components"]["schemas"])


def test_origins_say_what_each_name_stands_for() -> None:
    body = struct(one={"title": "Same", **struct(a=TEXT)}, two={"title": "Same", **struct(a=TEXT)}, three=ref("Thing"))
    at = "/paths/~1things/post/requestBody/content/application~1json/schema"
    origins = normal_of(document_of(body, {"Thing": THING})).origins
    assert (f"{at}/properties/one", f"{at}/properties/two") == origins["Same"]
    assert (at,) == origins["AddThingRequest"]
    assert origins["Thing"] == ("/components/schemas/Thing",)


# The flagship as it is published, flaws and all

REPOSITORY = Path(__file__).parent.parent.parent

FLAGSHIP_MODELS = {
    *("ProduceRequest", "ProduceRequestHeader", "ProduceRequestData", "ProduceRequestDataType"),
    *("ProduceResponse", "ProduceResponseData", "Error", "ErrorSource"),
}


@pytest.fixture(scope="module")
def flagship() -> Normal:
    return normalise(read(Config(REPOSITORY, Path("spec/kafka-rest-v3.yaml"), "api", Path("generated"))))


def test_the_flagship_is_a_normal_form_after_it(flagship: Normal) -> None:
    assert offences(flagship.tree) == []
    assert flagship.tree == normalise(read_of(flagship.tree)).tree


def test_the_flagship_has_exactly_its_models(flagship: Normal) -> None:
    assert set(flagship.tree["components"]["schemas"]) == FLAGSHIP_MODELS


def test_null_of_the_flagship_stands_where_it_is_used(flagship: Normal) -> None:
    schemas = flagship.tree["components"]["schemas"]
    for model in ("ProduceRequest", "ProduceResponse"):
        for member in ("key", "value"):
            assert or_null(ref(f"{model}Data")) == schemas[model]["properties"][member]
    assert {"type": "object", "type_": ref("ProduceRequestDataType"), "data": {"title": "AnyValue"}} == {
        "type": schemas["ProduceRequestData"]["type"],
        "type_": schemas["ProduceRequestData"]["properties"]["type"],
        "data": schemas["ProduceRequestData"]["properties"]["data"],
    }
    assert schemas["ProduceRequestDataType"]["enum"] == ["BINARY", "JSON", "STRING"]
    assert schemas["ProduceRequestHeader"]["properties"]["value"] == {"type": ["string", "null"], "format": "byte"}
    assert schemas["ProduceRequest"]["properties"]["partition_id"] == {
        "type": ["integer", "null"],
        "format": "int32",
        **INT32,
    }
    assert schemas["ProduceResponse"]["properties"]["offset"] == {"type": "integer", "format": "int64", **INT64}


def test_every_answer_of_the_flagship_arrives(flagship: Normal) -> None:
    ((post,),) = [list(item.values()) for item in flagship.tree["paths"].values()]
    assert list(post["responses"]) == ["200", "400", "401", "403", "404", "413", "415", "422", "429", "5XX"]
    used = {status: next(iter(each["content"].items())) for status, each in post["responses"].items()}
    assert {"200": "ProduceResponse", "429": None} | dict.fromkeys(used.keys() - {"200", "429"}, "Error") == {
        status: content["schema"].get("$ref", "").rpartition("/")[2] or None for status, (_, content) in used.items()
    }
    assert used["429"][0] == "text/html"


def test_every_error_of_the_flagship_is_one_model_with_eight_places(flagship: Normal) -> None:
    assert len(flagship.origins["Error"]) == 8
