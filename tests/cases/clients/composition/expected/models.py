"""The models of the API, generated from its document: regenerate, do not edit."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType, field

from ._json import DateTime, Int32, OpenStruct, one_of

if TYPE_CHECKING:
    Shape: TypeAlias = "Circle | Square"
else:
    Shape = one_of("Shape", __name__, lambda: {"round": Circle, "square": Square}, tag="kind")


class Circle(Struct, kw_only=True, gc=False):
    kind: str
    radius: Annotated[float, Meta(gt=0.0)]


class Square(Struct, kw_only=True, gc=False):
    kind: str
    note: str | None | UnsetType = UNSET
    side: float


class Base(Struct, kw_only=True, gc=False):
    kind: str
    note: str | None | UnsetType = UNSET


class Answer(Struct, kw_only=True):
    untagged: AnswerUntagged | UnsetType = UNSET
    text_or_number: str | int | UnsetType = UNSET
    moment_or_text: AnswerMomentOrText | UnsetType = UNSET
    one_or_many: AnswerOneOrMany | UnsetType = UNSET
    nullable_reference: Base | None | UnsetType = UNSET
    tree: Tree | UnsetType = UNSET
    counts: dict[str, Int32] | UnsetType = UNSET
    anything: Any | UnsetType = UNSET
    free: dict[str, Any] | UnsetType = UNSET
    level: AnswerLevel | UnsetType = UNSET  # the server's default: 2
    ratio: AnswerRatio | UnsetType = UNSET
    sometimes: AnswerSometimes | None | UnsetType = UNSET


class Tree(Struct, kw_only=True):
    value: str | UnsetType = UNSET
    children: list[Tree] | UnsetType = UNSET


class Trouble(OpenStruct, kw_only=True, gc=False):
    code: int
    additional_properties: dict[str, str] = field(name="*", default_factory=dict)


if TYPE_CHECKING:
    AnswerUntagged: TypeAlias = "Circle | Square"
else:
    AnswerUntagged = one_of("AnswerUntagged", __name__, lambda: (Circle, Square), exclusive=True)

if TYPE_CHECKING:
    AnswerMomentOrText: TypeAlias = "datetime.datetime | str"
else:
    AnswerMomentOrText = one_of("AnswerMomentOrText", __name__, lambda: (DateTime, str))

AnswerOneOrMany: TypeAlias = Circle | list[Circle]

AnswerLevel: TypeAlias = Literal[1, 2, 3]

AnswerRatio: TypeAlias = Annotated[float, Meta(extra_json_schema={"enum": [0.5, 1.5]})]

AnswerSometimes: TypeAlias = Literal["a", "b"]
