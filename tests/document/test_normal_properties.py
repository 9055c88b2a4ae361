"""What holds of every normal form: it is one, it is its own, and it allows exactly what the document allowed.

The documents are random but the same in every run. A thorough search is
``SPECMILL_EXAMPLES=20000 python -m pytest tests/document/test_normal_properties.py``.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from copy import deepcopy
from typing import Any

import jsonschema_rs
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from specmill.document.normal import normalise
from specmill.values import Document
from tests.document import oracle
from tests.document.laws import offences
from tests.document.random_schemas import body_of, documents, values

EXAMPLES = int(os.environ.get("SPECMILL_EXAMPLES", "150"))
THE_SAME_EVERY_TIME = settings(
    max_examples=EXAMPLES,
    derandomize="SPECMILL_EXAMPLES" not in os.environ,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
)
VALUES = 6  # for each document


def normal_form(tree: dict[str, Any]) -> dict[str, Any]:
    return normalise(Document(tree, ())).tree  # type: ignore[no-any-return]


def order_of(node: Any) -> list[list[str]]:
    """The names of all components and members in their order, which is that of the generated code."""
    if not isinstance(node, dict):
        return []
    named = [list(node[key]) for key in ("schemas", "properties") if isinstance(node.get(key), dict)]
    return named + [order for inner in node.values() for order in order_of(inner)]


def validator_of(tree: dict[str, Any]) -> jsonschema_rs.Draft202012Validator:
    """What judges by the normal form alone: its dialect is JSON Schema's."""
    return jsonschema_rs.Draft202012Validator({**body_of(tree), "components": tree["components"]})


@THE_SAME_EVERY_TIME
@given(documents())
def test_normalising_a_normal_form_changes_nothing(document: dict[str, Any]) -> None:
    once = normal_form(document)
    again = normal_form(deepcopy(once))
    assert once == again
    assert order_of(once) == order_of(again)


@THE_SAME_EVERY_TIME
@given(documents())
def test_every_normal_form_obeys_the_laws(document: dict[str, Any]) -> None:
    assert offences(normal_form(document)) == []


@THE_SAME_EVERY_TIME
@given(documents())
def test_normalising_leaves_the_document_as_it_is(document: dict[str, Any]) -> None:
    before = json.dumps(document)
    normal_form(document)
    assert before == json.dumps(document)


def test_a_value_is_valid_before_exactly_when_it_is_valid_after() -> None:
    verdicts: Counter[bool] = Counter()

    @THE_SAME_EVERY_TIME
    @given(st.data())
    def judge(data: st.DataObject) -> None:
        document = data.draw(documents())
        after = validator_of(normal_form(document))
        for _ in range(VALUES):
            value = data.draw(values(document))
            before = oracle.is_valid(document, body_of(document), value)
            assert before == after.is_valid(value), f"{value!r} is {'' if before else 'in'}valid before"
            verdicts[before] += 1

    judge()
    assert min(verdicts[True], verdicts[False]) > sum(verdicts.values()) / 4, "values of one kind only prove nothing"
