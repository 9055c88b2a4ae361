"""Documents whose models all lead to each other: what is made of one is shared, and what goes too deep ends."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specmill.contract import validator
from specmill.contract.choices import Choices
from specmill.contract.positions import DEEPEST, positions
from specmill.contract.schemas import Schemas
from specmill.contract.valid import Makers
from specmill.contract.validator import Validator, compiled, together
from specmill.errors import SpecmillError

HOME = "#/components/schemas/"
RING = 600  # deeper than Python's stack


def ring(count: int, required: tuple[str, ...] = ("id",)) -> dict[str, Any]:
    return {
        f"Thing{number}": {
            "type": "object",
            "required": list(required),
            "properties": {"id": {"type": "integer"}, "next": {"$ref": f"{HOME}Thing{(number + 1) % count}"}},
        }
        for number in range(count)
    }


def test_values_of_a_ring_are_made() -> None:
    schemas = ring(RING)
    makers = Makers(Schemas({"components": {"schemas": schemas}}))
    made = [makers.of({"$ref": f"{HOME}Thing0"})(Choices(data), 0) for data in (b"", b"\xff" * 40)]
    assert {"id": 0} == made[0]
    assert isinstance(made[1], dict)
    assert "next" in made[1]
    allowed = Validator({"$ref": f"{HOME}Thing0"}, {"schemas": schemas})
    assert all(map(allowed.allows, made))


def test_places_in_a_ring_come_to_an_end() -> None:
    schemas = Schemas({"components": {"schemas": ring(RING)}})
    found = positions({"$ref": f"{HOME}Thing0"}, schemas)
    assert DEEPEST == max(len(one.steps) for one in found)
    assert len({one.path for one in found}) == len(found) == 2 * DEEPEST + 1


ANY = st.recursive(
    st.none() | st.integers(-2, 2) | st.sampled_from(["", "id", "x"]),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["id", "next", "0"]), inner, max_size=3)
    ),
    max_leaves=6,
)
SCHEMAS: list[Any] = [
    *({"$ref": f"{HOME}Thing{number}"} for number in range(70)),  # more than a row
    {"anyOf": [{"$ref": f"{HOME}Thing1"}, {"type": "null"}, {"const": "x"}]},
    {"type": "array", "items": {"$ref": f"{HOME}Thing2"}, "maxItems": 1},
    True,
    {"type": "object", "additionalProperties": {"type": "integer"}, "minProperties": 1},
]
COMPONENTS = {"schemas": ring(70)}
ALL = list(together(((schema, "") for schema in SCHEMAS), COMPONENTS))


@given(ANY, st.sampled_from(range(len(SCHEMAS))))
def test_together_they_find_what_each_finds_alone(value: Any, at: int) -> None:
    alone = Validator(SCHEMAS[at], COMPONENTS)
    assert alone.allows(value) == ALL[at].allows(value)
    assert alone.errors(value) == ALL[at].errors(value)


def test_what_they_lead_to_is_compiled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Any] = []

    def counted(schema: dict[str, Any], pointer: str) -> Any:
        made.append(schema)
        return compiled(schema, pointer)

    monkeypatch.setattr(validator, "compiled", counted)
    assert len(SCHEMAS) == len(list(together(((schema, "") for schema in SCHEMAS), COMPONENTS)))
    assert 1 == len(made)


def test_the_one_that_cannot_be_compiled_is_named() -> None:
    given = [({"type": "string"}, "#/first"), ({"pattern": "("}, "#/second"), (True, "#/third")]
    with pytest.raises(SpecmillError, match="cannot be compiled") as caught:
        list(together(given, {}))
    assert caught.value.place is not None
    assert "#/second" == caught.value.place.pointer
