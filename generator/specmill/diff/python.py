"""One plan of a client beside another: what people have to change in their programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from specmill.diff.found import Found, Proof
from specmill.diff.hints import covers
from specmill.diff.hints import told as types_told
from specmill.diff.messages import key_of
from specmill.diff.plan import Argument, Attribute, Call, Model, Plan, alike
from specmill.diff.renames import Renames
from specmill.diff.uses import tried
from specmill.diff.values import Use
from specmill.document.pointers import escaped
from specmill.values import Operation

NOTHING = "UnsetType"


class Python:
    def __init__(self, old: Plan, new: Plan, renames: Renames) -> None:
        self._old, self._new = alike(old, new, renames.models)
        self._names = renames

    def compare(self) -> Iterator[Found]:
        yield from self._resources()
        yield from self._calls()
        yield from self._models()
        yield from self._client()

    # --- resources

    def _resources(self) -> Iterator[Found]:
        for name in self._old.resources:
            new = self._names.resources.get(name, name)
            if new != name:
                prove = self._prove(Use(name, f"client.{name}"))
                yield _found("resource", "renamed", new, f"{name} → {new}", prove)
            elif name not in self._new.resources:
                yield _found("resource", "removed", name, "removed", self._prove(Use(name, f"client.{name}")))
        known = {self._names.resources.get(name, name) for name in self._old.resources}
        yield from (_found("resource", "added", name, "added") for name in self._new.resources if name not in known)

    # --- calls

    def _calls(self) -> Iterator[Found]:
        known = set()
        for name, call in self._old.calls.items():
            new_name = self._names.calls.get(name, name)
            new = self._new.calls.get(new_name)
            known.add(new_name)
            at = _pointers(call.operation, new.operation if new else None)
            prove = self._prove(Use(name, f"client.{name}"))
            if new is None:
                yield _found("call", "removed", name, "removed", prove, at)
                continue
            if new_name != self._expected(name):
                yield _found("call", "renamed", new_name, f"{name} → {new_name}", prove, at)
            yield from self._call(call, new, at)
        for name, new in self._new.calls.items():
            if name not in known:
                yield _found("call", "added", name, "added", None, _pointers(None, new.operation))

    def _expected(self, name: str) -> str:
        """Where a call is, if but its resource is called differently."""
        resource, _, method = name.rpartition(".")
        return f"{self._names.resources.get(resource, resource)}.{method}"

    def _call(self, old: Call, new: Call, at: tuple[str, str]) -> Iterator[Found]:
        yield from self._arguments(old, new, at)
        yield from self._types("python", "returns", old.returns, new.returns, f"{new.name}()", at, self._reading(old))
        for status in dict.fromkeys((*new.raises, *old.raises)):
            was, is_ = old.raises.get(status), new.raises.get(status)
            where = f"{new.name}() {status}"
            if was is None or is_ is None:
                name, change = (was or is_ or ("", ""))[0], "added" if was is None else "removed"
                yield _found("exception", change, where, f"errors.{name} {change}", None, at)
            elif was[1] != is_[1]:
                yield _found("error-body", "changed", where, f"error.body is {was[1]} → {is_[1]}", None, at)

    def _reading(self, call: Call) -> Proof:
        code = f"found: {types_told(call.returns)} = client.{call.name}(…)"
        return self._prove(Use(f"{call.name}.returns", code, reads=call.returns))

    # --- arguments

    def _arguments(self, old: Call, new: Call, at: tuple[str, str]) -> Iterator[Found]:
        """Known by what they are on the wire, else by their names."""
        before = {_wire(old, one): one for one in old.arguments}
        after = {_wire(new, one): one for one in new.arguments}
        named = {one.name: one for wire, one in after.items() if wire not in before}
        before = {
            _wire(new, named[one.name]) if wire not in after and one.name in named else wire: one
            for wire, one in before.items()
        }
        for wire in dict.fromkeys((*after, *before)):
            was, is_ = before.get(wire), after.get(wire)
            if was and is_:
                yield from self._argument(old, new, was, is_, at)
            elif was:
                yield self._argument_alone(old, new, was, "removed", at)
            elif is_:
                yield self._argument_alone(old, new, is_, "added", at)

    def _argument_alone(self, old: Call, new: Call, one: Argument, change: str, at: tuple[str, str]) -> Found:
        keyword = "required-argument" if one.required else "argument"
        extra = (one.name,) if change == "removed" else ()
        where = f"{new.name}({one.name})"
        kind = "a required argument" if one.required else "an optional argument"
        return _found(keyword, change, where, f"{kind} {change}", self._calling(old, *extra), at)

    def _argument(self, old: Call, new: Call, one: Argument, other: Argument, at: tuple[str, str]) -> Iterator[Found]:
        where = f"{new.name}({other.name})"
        if one.name != other.name:
            yield _found("argument", "renamed", where, f"{one.name} → {other.name}", self._calling(old, one.name), at)
        if one.required != other.required:
            change = "set" if other.required else "unset"
            yield _found("argument-required", change, where, f"required {change}", self._calling(old), at)
        if one.place != other.place:
            change = "loosened" if one.place is None else "tightened" if other.place is None else "changed"
            prove = self._calling(old, positional=True)
            yield _found("argument-place", change, where, f"{_place(one)} → {_place(other)}", prove, at)
        if one.default != other.default and not (one.required or other.required):
            yield _found("argument-default", "changed", where, f"default {one.default} → {other.default}", None, at)
        prove = self._giving(old, one, other.types)
        yield from self._types("python", "argument-type", one.types, other.types, where, at, prove)

    def _calling(self, call: Call, *extra: str, positional: bool = False) -> Proof:
        """A call of the old client with all that it required, by name or by position, and what else is given."""
        taken = [one for one in call.arguments if one.required or one.name in extra]
        if positional:
            taken = [one for one in call.arguments if one.place is not None or one.required]
        given = [f"={one.name}" if positional and one.place is not None else one.name for one in taken]
        code = ", ".join(one.removeprefix("=") if one.startswith("=") else f"{one}=…" for one in given)
        return self._prove(Use(call.name, f"client.{call.name}({code})", tuple(given)))

    def _giving(self, call: Call, one: Argument, after: tuple[str, ...]) -> Proof:
        lost = _lost(one.types, after)
        code = f"client.{call.name}({one.name}={_value(lost)})"
        return self._prove(Use(f"{call.name}.{one.name}", code, gives=lost))

    # --- models

    def _models(self) -> Iterator[Found]:
        known = set()
        for name, model in self._old.models.items():
            new_name = self._names.models.get(name, name)
            new = self._new.models.get(new_name)
            known.add(new_name)
            at = (_model_at(name), _model_at(new_name) if new else "")
            prove = self._prove(Use(f"models.{name}", f"models.{name}"))
            if new is None:
                yield _found("model", "removed", f"models.{name}", "removed", prove, at)
                continue
            if name != new_name:
                yield _found("model", "renamed", f"models.{new_name}", f"{name} → {new_name}", prove, at)
            yield from self._model(model, new, at)
        for name in self._new.models:
            if name not in known:
                yield _found("model", "added", f"models.{name}", "added", None, ("", _model_at(name)))

    def _model(self, old: Model, new: Model, at: tuple[str, str]) -> Iterator[Found]:
        where = f"models.{new.name}"
        if old.kind != new.kind:
            yield _found("model-kind", "changed", where, f"a {old.kind} → a {new.kind}", self._making(old), at)
        elif old.kind == "type":
            yield from self._alias(old, new, where, at)
        else:
            yield from self._attributes(old, new, at)

    def _alias(self, old: Model, new: Model, where: str, at: tuple[str, str]) -> Iterator[Found]:
        name = f"models.{old.name}"
        if self._is_sent(old, new):
            lost = _lost(old.types, new.types)
            prove = self._prove(Use(name, f"value: {name} = {_value(lost)}", gives=lost))
            yield from self._types("sent", "alias", old.types, new.types, where, at, prove)
        if self._is_received(old, new):
            prove = self._prove(Use(name, f"found: {types_told(old.types)} = …  # {name}", reads=old.types))
            yield from self._types("received", "alias", old.types, new.types, where, at, prove)

    def _attributes(self, old: Model, new: Model, at: tuple[str, str]) -> Iterator[Found]:
        for wire in dict.fromkeys((*new.attributes, *old.attributes)):
            was, is_ = old.attributes.get(wire), new.attributes.get(wire)
            inside = f"/properties/{escaped(wire)}"
            places = (at[0] + inside if was else at[0], at[1] + inside if is_ else at[1])
            if was and is_:
                yield from self._attribute(old, new, was, is_, places)
            elif was:
                yield self._attribute_removed(old, new, was, places)
            elif is_:
                yield from self._attribute_added(old, new, is_, places)

    def _attribute_removed(self, old: Model, new: Model, one: Attribute, at: tuple[str, str]) -> Found:
        use = Use(f"models.{old.name}.{one.name}", f"models.{old.name}.{one.name}")
        where = f"models.{new.name}.{one.name}"
        if one.required and self._is_sent(old, new):
            told = "a required attribute removed"
            return _found("required-attribute", "removed", where, told, self._prove(use), at, "sent")
        return _found("attribute", "removed", where, "removed", self._prove(use), at)

    def _attribute_added(self, old: Model, new: Model, one: Attribute, at: tuple[str, str]) -> Iterator[Found]:
        where = f"models.{new.name}.{one.name}"
        if one.required and self._is_sent(old, new):
            yield _found(
                "required-attribute", "added", where, "a required attribute added", self._making(old), at, "sent"
            )
        else:
            yield _found("attribute", "added", where, "added", None, at)

    def _attribute(
        self, old: Model, new: Model, one: Attribute, other: Attribute, at: tuple[str, str]
    ) -> Iterator[Found]:
        where = f"models.{new.name}.{other.name}"
        name = f"models.{old.name}.{one.name}"
        if one.name != other.name:
            yield _found("attribute", "renamed", where, f"{one.name} → {other.name}", self._prove(Use(name, name)), at)
        if self._is_sent(old, new):
            yield from self._required("sent", one.required, other.required, where, self._making(old), at)
            lost = _lost(one.types, other.types)
            prove = self._prove(Use(name, f"models.{old.name}({one.name}={_value(lost)})", gives=lost))
            yield from self._types("sent", "attribute-type", one.types, other.types, where, at, prove)
        if self._is_received(old, new):
            reads = (*one.types, *(() if one.always else (NOTHING,)))
            code = f"{one.name}: {types_told(reads)} = {_lower(old.name)}.{one.name}"
            prove = self._prove(Use(name, code, reads=reads))
            yield from self._required("received", one.always, other.always, where, prove, at)
            yield from self._types("received", "attribute-type", one.types, other.types, where, at, prove)

    def _required(
        self, position: str, was: bool, is_: bool, where: str, prove: Proof, at: tuple[str, str]
    ) -> Iterator[Found]:
        if was != is_:
            change = "set" if is_ else "unset"
            told = {"sent": f"required {change}", "received": "always there" if is_ else "may be UNSET"}[position]
            yield _found("attribute-required", change, where, told, prove, at, position)

    def _making(self, model: Model) -> Proof:
        given = tuple(one.name for one in model.attributes.values() if one.required)
        code = f"models.{model.name}({', '.join(f'{name}=…' for name in given)})"
        return self._prove(Use(f"models.{model.name}", code, given))

    # --- the client itself

    def _client(self) -> Iterator[Found]:
        for name in self._old.schemes:
            new = self._names.schemes.get(name, name)
            prove = self._prove(Use(f"SECURITY.{name}", f"Client(auth={{{name!r}: …}})"))
            if new != name:
                yield _found("scheme", "renamed", "Client(auth)", f"{name!r} → {new!r}", prove)
            elif name not in self._new.schemes:
                yield _found("scheme", "removed", "Client(auth)", f"{name!r} removed", prove)
        known = {self._names.schemes.get(name, name) for name in self._old.schemes}
        for name in self._new.schemes:
            if name not in known:
                yield _found("scheme", "added", "Client(auth)", f"{name!r} added")
        if self._old.base_url != self._new.base_url:
            told = f"{self._old.base_url or 'none'} → {self._new.base_url or 'none'}"
            yield _found("base-url", "changed", "Client(base_url)", told)

    # --- helpers

    def _is_sent(self, old: Model, new: Model) -> bool:
        return old.name in self._old.sent or new.name in self._new.sent

    def _is_received(self, old: Model, new: Model) -> bool:
        """What no operation uses is read by whoever uses it."""
        received = old.name in self._old.received or new.name in self._new.received
        return received or not self._is_sent(old, new)

    def _types(
        self,
        position: str,
        keyword: str,
        before: tuple[str, ...],
        after: tuple[str, ...],
        where: str,
        at: tuple[str, str],
        prove: Proof | None,
    ) -> Iterator[Found]:
        lost = [one for one in before if not covers(after, one)]
        won = [one for one in after if not covers(before, one)]
        if lost or won:
            change = "changed" if lost and won else "tightened" if lost else "loosened"
            told = f"{types_told(before)} → {types_told(after)}"
            yield _found(keyword, change, where, told, prove, at, position)

    def _prove(self, use: Use) -> Proof:
        return lambda: tried(self._old, self._new, use)


def _lost(before: Iterable[str], after: tuple[str, ...]) -> str:
    return next((atom for atom in before if not covers(after, atom)), "")


def _found(
    keyword: str,
    change: str,
    where: str,
    what: str,
    prove: Proof | None = None,
    at: tuple[str, str] = ("", ""),
    position: str = "python",
) -> Found:
    return Found(position, keyword, change, where, what, *at, prove)


def _wire(call: Call, argument: Argument) -> tuple[str, str]:
    """The same for the same parameter of the wire, whatever it is called in the path or in Python."""
    for parameter in call.operation.parameters:
        if (parameter.location, parameter.name) == argument.wire:
            return key_of(call.operation, parameter)
    return argument.wire


def _pointers(old: Operation | None, new: Operation | None) -> tuple[str, str]:
    return _pointer(old), _pointer(new)


def _pointer(operation: Operation | None) -> str:
    return f"/paths/{escaped(operation.path)}/{escaped(operation.method.lower())}" if operation else ""


def _model_at(name: str) -> str:
    return f"/components/schemas/{escaped(name)}"


def _place(argument: Argument) -> str:
    return "by name only" if argument.place is None else f"position {argument.place + 1}"


def _value(atom: str) -> str:
    """How a program writes a value of this type."""
    if atom.startswith("Literal["):
        return atom[8:-1]
    for start, written in (("dict[", "{…}"), ("list[", "[…]"), ("Iterable[", "[…]"), ("Mapping[", "{…}"), ("Any", "…")):
        if atom.startswith(start):
            return written
    return {"str": "'…'", "None": "None", "int": "1", "float": "0.5", "bool": "True"}.get(atom, f"{atom}(…)")


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]
