"""The models of the API, generated from its document: regenerate, do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

from ._json import one_of

SCHEMAS: dict[str, Any] = {"Kind": {"type": "string", "enum": ["small", "large"]}}

Kind: TypeAlias = Literal["small", "large"]


class Order(Struct, kw_only=True):
    __read_only__: ClassVar[tuple[str, ...]] = ("id",)
    id: Annotated[int, Meta(ge=0, le=4294967295)] | UnsetType = UNSET
    name: Annotated[str, Meta(extra_json_schema={"not": {"$ref": "#/components/schemas/Kind"}, "$defs": SCHEMAS})]
    payment: Payment | UnsetType = UNSET
    labels: (
        Annotated[
            dict[str, Any],
            Meta(
                extra_json_schema={
                    "propertyNames": {
                        "pattern": "^[\\w-.]+$",
                        "type": "string",
                        "x-python-pattern": "^[A-Za-z0-9_.\\-]+\\Z",
                    },
                    "patternProperties": {"^count-": {"type": "integer"}},
                    "additionalProperties": {"type": "string"},
                    "x-python-patterns": {"^count-": "^count-"},
                }
            ),
        ]
        | UnsetType
    ) = UNSET
    lines: (
        Annotated[
            list[Any],
            Meta(
                extra_json_schema={
                    "contains": {"$ref": "#/components/schemas/Kind"},
                    "maxContains": 2,
                    "$defs": SCHEMAS,
                }
            ),
        ]
        | UnsetType
    ) = UNSET
    code: Annotated[str, Meta(extra_json_schema={"pattern": "^\\p{Lu}+$"})] | UnsetType = UNSET


if TYPE_CHECKING:
    Payment: TypeAlias = "Card | Transfer"
else:
    Payment = one_of("Payment", __name__, lambda: (Card, Transfer), exclusive=True)


class Card(Struct, kw_only=True, gc=False):
    card: str


class Transfer(Struct, kw_only=True, gc=False):
    __extra_json_schema__: ClassVar[dict[str, Any]] = {"dependentRequired": {"account": ["bank"]}}
    account: str
