"""Faults of the document itself, which no server can be blamed for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from specmill.contract.calls import is_json
from specmill.contract.directions import is_of_other
from specmill.contract.judge import Judge
from specmill.contract.validator import told_by
from specmill.contract.values import Finding
from specmill.document.api import Api
from specmill.document.pointers import find, split
from specmill.values import Content, Operation


def of_the_document(api: Api, operations: tuple[Operation, ...], judge: Judge) -> Iterator[Finding]:
    """Examples that break their own schema, and answers that nobody can reach."""
    for operation in operations:
        contents = [*operation.body.contents] if operation.body is not None else []
        contents += [content for response in operation.responses for content in response.contents]
        for content in contents:
            yield from _examples(api, operation, content, judge)
        yield from _unreachable(operation)


def _examples(api: Api, operation: Operation, content: Content, judge: Judge) -> Iterator[Finding]:
    if not is_json(content.media_type):
        return
    validator = judge.validator(content.schema, content.pointer)
    for name, value, pointer in examples_of(api, content):
        errors = tuple(error for error in validator.errors(value) if not is_of_other(error))
        if errors:
            error = told_by(errors) or errors[0]
            yield Finding(
                "example",
                operation.id,
                f"{name}{error.pointer}",
                error.keyword,
                "nothing",
                "an example that its own schema allows",
                error.message[:200],
                pointer,
                kind="document",
            )


def examples_of(api: Api, content: Content) -> Iterator[tuple[str, Any, str]]:
    node = find(api.normal.document.tree, split(content.pointer))
    if not isinstance(node, dict):
        return
    if "example" in node:
        yield "example", node["example"], f"{content.pointer}/example"
    for name, example in node.get("examples", {}).items():
        if isinstance(example, dict) and "value" in example:
            yield name, example["value"], f"{content.pointer}/examples/{name}"


def _unreachable(operation: Operation) -> Iterator[Finding]:
    """A status that only a request without credentials has, where nobody needs any."""
    for response in operation.responses:
        if response.status == "401" and not operation.security:
            what = "401, though the operation needs no credentials"
            expected = "a status that some request leads to"
            yield Finding(
                "unreachable", operation.id, "401", "", "nothing", expected, what, response.pointer, kind="document"
            )
