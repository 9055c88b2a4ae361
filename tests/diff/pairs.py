"""Pairs of documents: those of tests/cases/diff, and any two trees as what a comparison needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from specmill.diff.compare import compare
from specmill.diff.told import line_of, witness_told
from specmill.diff.values import Comparison
from specmill.document.api import Api
from specmill.document.checks.structure import check_structure
from specmill.document.normal import normalise
from specmill.document.operations import operations_of
from specmill.values import Document
from tests.support import CASES

FOLDER = CASES / "diff"
Tree = dict[str, Any]


@dataclass(frozen=True)
class Pair:
    name: str
    old: Tree
    new: Tree

    @property
    def mirrored(self) -> Pair:
        return Pair(f"{self.name}, mirrored", self.new, self.old)


def loaded(name: str) -> Any:
    return yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


@cache
def base() -> Tree:
    found: Tree = loaded("base")
    return found


def merged(tree: Any, patch: Any) -> Any:
    """As a merge patch: null takes out, and lists are replaced as a whole."""
    if not isinstance(patch, dict):
        return deepcopy(patch)
    result = deepcopy(tree) if isinstance(tree, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merged(result.get(key), value)
    return result


def of_operations() -> Iterator[Pair]:
    for case in loaded("operations"):
        yield Pair(case["change"], *(merged(base(), case.get(side, {})) for side in ("old", "new")))


def of_schemas() -> Iterator[Pair]:
    for case in loaded("schemas"):
        yield Pair(f"{case['change']}, sent", sending(case["old"]), sending(case["new"]))
        yield Pair(f"{case['change']}, received", receiving(case["old"]), receiving(case["new"]))


def sending(schema: Any) -> Tree:
    body = {"required": True, "content": {"application/json": {"schema": schema}}}
    put = {"operationId": "put", "requestBody": body, "responses": {"204": {"description": "Taken."}}}
    tree: Tree = merged(base(), {"paths": {"/thing": {"put": put}}})
    return tree


def receiving(schema: Any) -> Tree:
    answer = {"description": "Here.", "content": {"application/json": {"schema": schema}}}
    get = {"operationId": "get", "responses": {"200": answer}}
    tree: Tree = merged(base(), {"paths": {"/thing": {"get": get}}})
    return tree


def api_of_tree(tree: Mapping[str, Any]) -> Api:
    document = Document(deepcopy(tree), ())
    check_structure(document)
    normal = normalise(document)
    return Api(normal, operations_of(normal))


def compared(pair: Pair) -> Comparison:
    return compare(api_of_tree(pair.old), api_of_tree(pair.new))


def told(comparison: Comparison) -> list[str]:
    """One line for each difference, as the expected ones are kept."""
    return [
        f"{one.severity} {one.id} | {line_of(one)}{f' | {witness_told(one.witness)}' if one.witness else ''}"
        for one in comparison.differences
    ]


def path_of_expected(name: str) -> Path:
    return FOLDER / f"{name}.expected.yaml"
