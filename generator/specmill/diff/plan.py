"""The Python API of a client as far as people can name it: worked out from the normal form, without making the client.

It comes from the functions that make the client (names, arguments, what is optional), so it cannot say anything else.
Only the types are put together here, since the engine that writes them takes seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from specmill.diff.hints import atoms_of, hint_of, renamed
from specmill.diff.sides import told_of_scheme
from specmill.document.api import Api
from specmill.emit import calls as emitted
from specmill.emit.calls import counts
from specmill.emit.client import class_names, filled
from specmill.emit.components import (
    Component,
    Directions,
    components_of,
    directions,
    optional_members,
    received_schemas,
    sent_schemas,
)
from specmill.emit.contents import World, received
from specmill.emit.imports import Imports
from specmill.emit.models import attribute_names, is_constant, schema_key
from specmill.emit.names import exception_of
from specmill.emit.uses import REF, use_of
from specmill.values import Operation, Response

RETURNS = "returns"
Types = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Argument:
    name: str
    wire: tuple[str, str]  # location and name in the document; "body" and "" for the body
    types: tuple[str, ...]
    required: bool
    default: str
    place: int | None  # None: by name only


@dataclass(frozen=True, slots=True)
class Call:
    name: str  # pets.get_pet
    operation: Operation
    arguments: tuple[Argument, ...]
    returns: tuple[str, ...]
    raises: Mapping[str, tuple[str, str]]  # status -> the exception and what its body holds
    is_stream: bool = False


@dataclass(frozen=True, slots=True)
class Attribute:
    name: str
    wire: str
    types: tuple[str, ...]
    required: bool  # when an object is made
    always: bool  # when one is read: it is not UNSET


@dataclass(frozen=True, slots=True)
class Model:
    name: str
    kind: str  # "class" or "type"
    types: tuple[str, ...]  # what a name for a type stands for
    attributes: Mapping[str, Attribute]  # by their names on the wire


@dataclass(frozen=True, slots=True)
class Plan:
    resources: Mapping[str, str]  # attribute of the client -> its class
    calls: Mapping[str, Call]
    models: Mapping[str, Model]
    schemes: Mapping[str, str]  # name -> what it is
    base_url: str
    sent: frozenset[str]
    received: frozenset[str]


def plan_of(api: Api) -> Plan:
    tree, operations = api.normal.tree, api.operations
    schemas = tree.get("components", {}).get("schemas", {})
    components = components_of(schemas)
    ways = directions(schemas, operations)
    inline = {
        schema_key(schema): schema for one in operations for schema in (*sent_schemas(one), *received_schemas(one))
    }
    servers = tuple(filled(server) for server in tree.get("servers", ()))
    world = World({key: hint_of(use_of(schema)) for key, schema in inline.items()}, schemas, servers)
    resources = class_names(dict.fromkeys(one.resource for one in operations), sorted(schemas))
    calls = [call for one in operations for call in _calls(one, world)]
    reports = _reports(components, operations)
    models = [_model(one, ways, one.name in reports) for one in components.values()]
    schemes = tree.get("components", {}).get("securitySchemes", {})
    return Plan(
        resources,
        {call.name: call for call in calls},
        {model.name: model for model in models},
        {name: told_of_scheme(scheme) for name, scheme in schemes.items()},
        servers[0] if servers else "",
        ways.sent,
        ways.received,
    )


def _calls(operation: Operation, world: World) -> Iterable[Call]:
    call = emitted.Call(operation, "", world, Imports(()))
    name = f"{operation.resource}.{operation.python_name}"
    failures = [one for one in operation.responses if counts(one.status, operation, success=False)]
    raises = {one.status: (exception_of(one.status), _body_of(one, world)) for one in failures}
    yield Call(name, operation, _arguments(operation, *call.taken), atoms_of(call.returns), raises)
    if operation.stream:
        stream = f"{operation.resource}.{operation.stream.python_name}"
        arguments = _arguments(operation, *call.taken_by_stream)
        yield Call(stream, operation, arguments, (f"RecordStream[{call.stream_types}]",), {}, is_stream=True)


def _body_of(response: Response, world: World) -> str:
    return " | ".join(dict.fromkeys(received(content, world) for content in response.contents)) or "None"


def _arguments(
    operation: Operation, positional: list[emitted.Argument], named: list[emitted.Argument]
) -> tuple[Argument, ...]:
    wires: dict[str, tuple[str, str]] = {one.python_name: (one.location, one.name) for one in operation.parameters}
    if operation.body:
        wires[operation.body.python_name] = ("body", "")
    ordered = [*((place, one) for place, one in enumerate(positional)), *((None, one) for one in named)]
    return tuple(
        Argument(one.name, wires.get(one.name, ("", one.name)), _given(one), one.required, one.default, place)
        for place, one in ordered
    )


def _given(argument: emitted.Argument) -> tuple[str, ...]:
    return tuple(one for one in atoms_of(argument.annotation) if one != "UnsetType")


def _model(component: Component, ways: Directions, is_report: bool) -> Model:
    if component.sort != "struct":
        text = " | ".join(dict.fromkeys(map(hint_of, component.uses)))
        return Model(component.name, "type", atoms_of(text), {})
    names, optional = attribute_names(component, is_report), optional_members(component, ways)
    uses = dict(zip(component.members, component.uses, strict=False))
    attributes = {
        wire: Attribute(
            names[wire],
            wire,
            atoms_of(hint_of(use)),
            required=wire not in optional and not is_constant(use),
            always=wire not in optional,
        )
        for wire, use in uses.items()
    }
    return Model(component.name, "class", (), attributes)


def _reports(components: Mapping[str, Component], operations: Iterable[Operation]) -> set[str]:
    """The models whose attributes give way to what a report has of its own."""
    streams = [one.stream for one in operations if one.stream]
    named = {str(stream.report.get("$ref", "")).removeprefix(REF): stream.verdict for stream in streams}
    return {
        name
        for name, verdict in named.items()
        if name in components and components[name].sort == "struct" and verdict in components[name].members
    }


def alike(old: Plan, new: Plan, names: dict[str, str]) -> tuple[Plan, Plan]:
    """Both plans with types that can be compared: models by their new names, and what only one of them has a name for
    as what it stands for, since a new name is no new type.
    """
    renamed_old = with_types_renamed(old, names)
    before, after = ({names.get(name, name): types for name, types in _aliases(renamed_old)}, dict(_aliases(new)))
    return _with_types_spelt_out(renamed_old, before, after), _with_types_spelt_out(new, after, before)


def _aliases(plan: Plan) -> Iterable[tuple[str, Types]]:
    return ((name, model.types) for name, model in plan.models.items() if model.kind == "type")


def _with_types_spelt_out(plan: Plan, known: Mapping[str, Types], others: Mapping[str, Types]) -> Plan:
    own = {name: types for name, types in known.items() if name not in others}
    return _told_again(plan, lambda types: _spelt_out(types, own, frozenset())) if own else plan


def _spelt_out(types: Types, own: Mapping[str, Types], inside: frozenset[str]) -> Types:
    found: dict[str, None] = {}
    for one in types:
        again = one in own and one not in inside
        found |= dict.fromkeys(_spelt_out(own[one], own, inside | {one}) if again else (one,))
    return tuple(found)


def with_types_renamed(plan: Plan, names: dict[str, str]) -> Plan:
    """The same plan, whose types speak of the models by their new names."""
    if not names:
        return plan

    again = _told_again(plan, lambda types: tuple(renamed(one, names) for one in types))
    calls = {
        key: replace(one, raises={status: (name, renamed(body, names)) for status, (name, body) in one.raises.items()})
        for key, one in again.calls.items()
    }
    return replace(again, calls=calls)


def _told_again(plan: Plan, told: Callable[[Types], Types]) -> Plan:
    def call(one: Call) -> Call:
        arguments = tuple(replace(argument, types=told(argument.types)) for argument in one.arguments)
        return replace(one, arguments=arguments, returns=told(one.returns))

    def model(one: Model) -> Model:
        attributes = {wire: replace(member, types=told(member.types)) for wire, member in one.attributes.items()}
        return replace(one, types=told(one.types), attributes=attributes)

    calls = {name: call(one) for name, one in plan.calls.items()}
    return replace(plan, calls=calls, models={name: model(one) for name, one in plan.models.items()})
