"""The collector is told to pass over just those models that no value can lead back to."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from specmill.emit.components import components_of
from specmill.emit.cycles import without_cycles
from tests.emit.modelling import INT32, STRING, WHEN, loaded, models_of, or_null, ref, struct
from tests.work import calls_of

LEAF = struct({"name": STRING, "at": WHEN, "number": INT32, "kind": {"enum": ["a", "b"]}})
STATES: list[tuple[str, dict[str, Any], set[str]]] = [
    ("scalars", {"One": LEAF}, {"One"}),
    ("lists of scalars", {"One": struct({"all": {"type": "array", "items": STRING}})}, {"One"}),
    ("lists of anything", {"One": struct({"all": {"type": "array"}})}, set()),
    ("anything", {"One": struct({"data": {}})}, set()),
    ("any object", {"One": struct({"data": {"type": "object"}})}, set()),
    ("scalars beside anything", {"One": struct({"a": or_null({}), "b": STRING})}, set()),
    ("what it does not declare", {"One": struct({"a": STRING}, additionalProperties=True)}, set()),
    ("texts that it does not declare", {"One": struct({"a": STRING}, additionalProperties=STRING)}, {"One"}),
    ("another", {"One": struct({"leaf": or_null(ref("Leaf"))}), "Leaf": LEAF}, {"One", "Leaf"}),
    ("another that holds anything", {"One": struct({"two": ref("Two")}), "Two": struct({"data": {}})}, set()),
    ("itself", {"One": struct({"next": or_null(ref("One"))}), "Leaf": LEAF}, {"Leaf"}),
    ("itself in a list", {"One": struct({"all": {"type": "array", "items": ref("One")}})}, set()),
    ("two in a ring", {"One": struct({"two": ref("Two")}), "Two": struct({"one": ref("One")})}, set()),
    (
        "a ring through an alias",
        {"One": struct({"all": ref("All")}), "All": {"type": "array", "items": ref("One")}, "Leaf": LEAF},
        {"Leaf"},
    ),
    ("what holds a ring", {"Top": struct({"one": ref("One")}), "One": struct({"next": ref("One")})}, set()),
]


@pytest.mark.parametrize(("schemas", "expected"), [state[1:] for state in STATES], ids=[state[0] for state in STATES])
def test_a_model_is_without_cycles_when_it_leads_to_nothing_but_scalars(
    schemas: dict[str, Any], expected: set[str]
) -> None:
    assert expected == without_cycles(components_of(schemas))
    with loaded(models_of(schemas)) as (module, _):
        found = {name for name in schemas if isinstance(one := getattr(module, name), type) and not gc_of(one)}
    assert {name for name in expected if "properties" in schemas[name]} == found


def gc_of(struct: type) -> bool:
    assert issubclass(struct, msgspec.Struct)
    return struct.__struct_config__.gc


def test_a_long_chain_takes_time_that_grows_with_its_length_only() -> None:
    def work(length: int) -> int:
        links = {f"C{n}": struct({"next": ref(f"C{n + 1}"), "last": ref(f"C{length}")}) for n in range(length)}
        components = components_of({**links, f"C{length}": LEAF})
        assert length + 1 == len(without_cycles(components))
        return calls_of(lambda: without_cycles(components))

    assert work(3000) < 12 * work(300)
