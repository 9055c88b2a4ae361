"""What others send, by webhook or callback, is no operation; but what stands inside of it becomes a model."""

from __future__ import annotations

from typing import Any

import pytest

from tests.document.normals import JSON, TEXT, WHOLE, Tree, document_of, normal_of, ref, struct


def call(schema: Any, **more: Any) -> Tree:
    return {"post": {"requestBody": {"content": {JSON: {"schema": schema}}}, **more}}


def with_webhook(item: Tree, **components: Any) -> Tree:
    tree = document_of(TEXT, version="3.2.0")
    tree["components"] |= components
    return {**tree, "webhooks": {"order paid": item}}


def with_callback(item: Tree, **components: Any) -> Tree:
    callbacks = {"onEvent": {"{$request.body#/url}": item, "x-own": 1}}
    tree = document_of(TEXT, version="3.2.0", callbacks=callbacks)
    tree["components"] |= components
    return tree


PAID = struct(id=WHOLE)
ANSWER = {"responses": {"200": {"description": "", "content": {JSON: {"schema": PAID}}}}}
ONCE = call(PAID)
AGAIN = {"Again": {"{$url}": call(PAID, callbacks={"again": {"$ref": "#/components/callbacks/Again"}})}}
MODELS: dict[str, tuple[Tree, set[str]]] = {
    "of a webhook": (with_webhook(ONCE), {"OrderPaidWebhook"}),
    "with a title": (with_webhook(call({"title": "Paid", **PAID})), {"Paid"}),
    "with models inside": (
        with_webhook(call(struct(lines={"type": "array", "items": PAID}))),
        {"OrderPaidWebhook", "OrderPaidWebhookLinesItem"},
    ),
    "of its answer": (with_webhook({"post": ANSWER}), {"OrderPaidWebhookResponse"}),
    "of a method of its own": (with_webhook({"additionalOperations": {"COPY": ONCE["post"]}}), {"OrderPaidWebhook"}),
    "of the items of a sequence": (
        with_webhook({"post": {"requestBody": {"content": {JSON: {"itemSchema": PAID}}}}}),
        {"OrderPaidWebhook"},
    ),
    "behind a reference to a path": (
        with_webhook({"$ref": "#/components/pathItems/Paid"}, pathItems={"Paid": ONCE}),
        {"PaidWebhook"},
    ),
    "behind a reference to a body": (
        with_webhook(
            {"post": {"requestBody": {"$ref": "#/components/requestBodies/Paid"}}},
            requestBodies={"Paid": ONCE["post"]["requestBody"]},
        ),
        {"PaidRequest"},
    ),
    "of a callback": (with_callback(ONCE), {"OnEventCallback"}),
    "of a callback's answer": (with_callback({"post": ANSWER}), {"OnEventCallbackResponse"}),
    "of a callback that leads to itself": (
        with_callback(
            {"post": {"callbacks": {"again": {"$ref": "#/components/callbacks/Again"}}}},
            callbacks=AGAIN,
        ),
        {"AgainCallback"},
    ),
    "no model": (with_webhook(call(TEXT)), set()),
    "a model of the document": (with_webhook(call(ref("Thing")), schemas={"Thing": PAID}), {"Thing"}),
}


@pytest.mark.parametrize("where", MODELS)
def test_a_schema_is_a_model(where: str) -> None:
    tree, names = MODELS[where]
    normal = normal_of(tree)
    assert names == {*normal.tree["components"]["schemas"]}
    assert ["/things"] == [*normal.tree["paths"]]


def test_a_model_is_explained_by_its_place() -> None:
    pointer = "/webhooks/order paid/post/requestBody/content/application~1json/schema"
    assert (pointer,) == normal_of(with_webhook(ONCE)).origins["OrderPaidWebhook"]


@pytest.mark.parametrize(("tree", "rule"), [(with_webhook(ONCE), "webhooks"), (with_callback(ONCE), "callbacks")])
def test_the_run_says_that_the_call_itself_is_left_out(tree: Tree, rule: str) -> None:
    (note,) = [change.note for change in normal_of(tree).changes if change.rule == rule]
    assert "left out but for the models in them: a client does not answer them" == note


def test_an_operation_keeps_the_name_of_its_body() -> None:
    tree = {**document_of(struct(a=TEXT), version="3.1.0"), "webhooks": {"addThing": call(PAID)}}
    assert {"AddThingRequest", "AddThingWebhook"} == {*normal_of(tree).tree["components"]["schemas"]}
