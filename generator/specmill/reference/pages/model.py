"""One page a model: its members with all that is demanded of them, how it is made, and who uses it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from specmill.reference.limits import limits, remarks
from specmill.reference.markdown import block, code, link, paragraphs, table
from specmill.reference.prose import blocks, cell
from specmill.reference.types import Types, alternatives, constant
from specmill.reference.world import World
from specmill.reference.written import Member, Model

UP = "../"
MOST = 40  # of whoever uses it


def page(world: World, model: Model) -> str:
    schema = world.schemas.get(model.name)
    types = Types(world.models, "")
    about = schema.get("description") if isinstance(schema, Mapping) else None
    kinds = {"struct": _struct, "union": _union, "alias": _alias}
    return paragraphs(
        f"# {model.name}",
        f"{link('Reference', UP + 'README.md')} of {code(world.package)}. "
        f"{code(f'from {world.package} import {model.name}')}",
        blocks(about) if isinstance(about, str) else "",
        *kinds[model.kind](model, schema if isinstance(schema, Mapping) else {}, types),
        *_sample(world, model, schema),
        *_used(world, model.name, types),
        world.note(model.name, 1),
    )


def _struct(model: Model, schema: Mapping[str, Any], types: Types) -> Iterator[str]:
    yield "## Fields"
    properties = schema.get("properties", {})
    rows = (_field(member, properties.get(member.wire), types) for member in model.members)
    yield table(("Field", "On the wire", "Type", "Needed", "Limits", "Description"), rows) or "It has none."
    if model.rest:
        yield f"Members that are not listed are kept in {code('additional_properties')}."
    elif model.closed:
        yield "It is sent with no other members."
    if any(not member.needed and not member.constant for member in model.members):
        yield "An optional field that is left out is `UNSET`; `None` is the null of JSON, which is something else."
    demands = [*limits({key: value for key, value in schema.items() if key not in ("items", "additionalProperties")})]
    if demands:
        yield f"As a whole: {'; '.join(demands)}."


def _field(member: Member, schema: Any, types: Types) -> tuple[str, ...]:
    about = schema.get("description") if isinstance(schema, Mapping) else None
    return (
        f"**{code(member.name)}**",
        code(member.wire) if member.wire != member.name else "",
        types.told(member.type),
        "required" if member.needed else "constant" if member.constant else "optional",
        "; ".join([*limits(schema), *remarks(schema)]),
        cell(about) if isinstance(about, str) else "",
    )


def _union(model: Model, schema: Mapping[str, Any], types: Types) -> Iterator[str]:
    yield "## Alternatives"
    if model.tag:
        yield f"Its {code(model.tag)} says which it is."
        rows = ((code(value), types.model(name)) for value, name in model.tags.items())
        yield table((code(model.tag), "Model"), rows)
    else:
        assert model.type is not None
        yield "\n".join(f"- {types.told(one)}" for one in alternatives(model.type))
    if demands := [*limits(schema)]:
        yield f"As a whole: {'; '.join(demands)}."


def _alias(model: Model, schema: Mapping[str, Any], types: Types) -> Iterator[str]:
    assert model.type is not None
    if isinstance(model.type, ast.Subscript) and ast.unparse(model.type.value) == "Literal":
        values = model.type.slice.elts if isinstance(model.type.slice, ast.Tuple) else [model.type.slice]
        yield "## Values"
        yield "\n".join(f"- {code(constant(one))}" for one in values)
    else:
        yield f"It is {types.told(model.type)}."
    if demands := [*limits(schema), *remarks(schema)]:
        yield f"Limits: {'; '.join(demands)}."


def _sample(world: World, model: Model, schema: Any) -> Iterator[str]:
    if model.kind == "struct" and model.name in world.sent_within:
        senders = [one for one in world.sent.get(model.name, ()) if one.body is not None]
        if text := world.samples.model(model.name, schema, senders):
            yield from ("## In Python", block("python", text))


def _used(world: World, name: str, types: Types) -> Iterator[str]:
    sent = [world.to_operation(one, UP) for one in world.sent.get(name, ())]
    answered = [world.to_operation(one, UP) for one in world.answered.get(name, ())]
    holders = [types.model(one) for one in world.holders.get(name, ()) if one != name]
    told = (("Sent by", sent), ("Answered by", answered), ("Part of", holders))
    lines = [f"- {what} {_listed(found)}" for what, found in told if found]
    if lines:
        yield from ("## Used", "\n".join(lines))


def _listed(found: list[str]) -> str:
    more = f" and {len(found) - MOST} more" if len(found) > MOST else ""
    return f"{', '.join(found[:MOST])}{more}"
