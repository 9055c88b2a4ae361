"""Pieces of Python, tried against the plan of a client: would they work?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from specmill.diff.hints import covers, told
from specmill.diff.plan import RETURNS, Attribute, Call, Model, Plan
from specmill.diff.values import Use, Witness

MODELS, SCHEMES = "models.", "SECURITY."


@dataclass(frozen=True, slots=True)
class Slot:
    """What a name stands for: which types are given or found there, and what a call of it takes."""

    types: tuple[str, ...] = ()
    positional: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    is_type: bool = False  # a name for a type, which cannot be called


def fault_of(plan: Plan, use: Use) -> str | None:
    """Why a piece of Python does not work with the client of a plan; None if it does."""
    slot = _slot(plan, use.name)
    if slot is None:
        return f"there is no {use.name}"
    if use.given is not None and (fault := _unfit(slot, use.given)):
        return fault
    if use.gives and not covers(slot.types, use.gives):
        return f"{use.name} takes {told(slot.types)}, no {use.gives}"
    unexpected = [one for one in slot.types if use.reads and not covers(use.reads, one)]
    return f"{use.name} may be {told(unexpected)}" if unexpected else None


def tried(old: Plan, new: Plan, use: Use) -> Witness | None:
    if fault_of(old, use) is not None:
        return None
    fault = fault_of(new, use)
    return None if fault is None else Witness(use, fault)


def _slot(plan: Plan, name: str) -> Slot | None:
    if name.startswith(SCHEMES):
        return Slot() if name.removeprefix(SCHEMES) in plan.schemes else None
    if name.startswith(MODELS):
        model, _, attribute = name.removeprefix(MODELS).partition(".")
        found = plan.models.get(model)
        return None if found is None else _of_model(found, attribute)
    if name in plan.resources:
        return Slot()
    if name in plan.calls:
        return _of_call(plan.calls[name])
    call, _, argument = name.rpartition(".")
    return _of_argument(plan.calls[call], argument) if call in plan.calls else None


def _of_model(model: Model, attribute: str) -> Slot | None:
    if not attribute:
        members = model.attributes.values()
        required = _names(one for one in members if one.required)
        return Slot(model.types, (), _names(members), required, is_type=model.kind == "type")
    found = next((one for one in model.attributes.values() if one.name == attribute), None)
    return None if found is None else Slot((*found.types, *(() if found.always else ("UnsetType",))))


def _names(attributes: Iterable[Attribute]) -> tuple[str, ...]:
    return tuple(one.name for one in attributes)


def _of_call(call: Call) -> Slot:
    return Slot(
        call.returns,
        tuple(one.name for one in call.arguments if one.place is not None),
        tuple(one.name for one in call.arguments if one.place is None),
        tuple(one.name for one in call.arguments if one.required),
    )


def _of_argument(call: Call, name: str) -> Slot | None:
    if name == RETURNS:
        return Slot(call.returns)
    return next((Slot(one.types) for one in call.arguments if one.name == name), None)


def _unfit(slot: Slot, given: Sequence[str]) -> str | None:
    """As Python binds arguments. Those given by position are named ``=name``, to be the same one on both sides."""
    if slot.is_type:
        return "it is a name for a type now, and no class"
    by_place = [one.removeprefix("=") for one in given if one.startswith("=")]
    by_name = [one for one in given if not one.startswith("=")]
    if len(by_place) > len(slot.positional):
        return f"it takes {len(slot.positional)} arguments by position, not {len(by_place)}"
    for place, name in enumerate(by_place):
        if slot.positional[place] != name:
            return f"argument {place + 1} is {slot.positional[place]}"
    if unknown := [name for name in by_name if name not in (*slot.positional, *slot.named)]:
        return f"it has no {unknown[0]}"
    missing = [name for name in slot.required if name not in (*by_place, *by_name)]
    return f"{missing[0]} is missing" if missing else None
