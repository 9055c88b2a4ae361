"""Errors of this stage, told with the place in the document that they are about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from specmill.document.pointers import escaped
from specmill.document.positions import fault
from specmill.emit.completeness import Lost
from specmill.emit.components import Component
from specmill.emit.gate import Undecodable
from specmill.emit.typewriter import EngineTrouble
from specmill.emit.uses import Unreadable
from specmill.errors import SpecmillError
from specmill.values import Normal

T = TypeVar("T")

ENGINE = "datamodel-code-generator"
REPORT = "please report it with the document that shows it; nothing was written"


class Trouble:
    """Knows which place of the document a name of the output stands for."""

    def __init__(self, normal: Normal) -> None:
        self._normal = normal

    def pointer(self, name: str, member: str = "") -> str:
        pointers = self._normal.origins.get(name) or (f"/components/schemas/{escaped(name)}",)
        return pointers[0] + (f"/properties/{escaped(member)}" if member else "")

    def error(self, message: str, name: str = "", member: str = "", hint: str = REPORT) -> SpecmillError:
        if not name:
            return SpecmillError(message, hint=hint)
        return fault(self._normal.document, self.pointer(name, member), message, hint)

    def of_engine(self, error: EngineTrouble, components: tuple[Component, ...]) -> SpecmillError:
        number, field = error.slots, error.field
        component = components[number] if number is not None and number < len(components) else None
        if component is None:
            return self.error(f"{ENGINE} could not render the models: {error}")
        member = component.members[field] if field is not None and field < len(component.members) else ""
        return self.error(f"{ENGINE} could not render {component.name}: {error}", component.name, member)

    def mismatch(self, name: str, member: str, found: str) -> SpecmillError:
        whose = ".".join(part for part in (name, member) if part) or "a type of an operation"
        return self.error(f"{ENGINE} rendered {whose} as {found}, which is not what the document says", name, member)

    def lost(self, found: Lost) -> SpecmillError:
        whose = f"{found.name}.{found.member}" if found.member else found.name
        return self.error(f"the models lost something of {whose}: {found.what}", found.name, found.member)

    def undecodable(self, error: Undecodable) -> SpecmillError:
        whose = error.name or "a type of an operation"
        return self.error(f"msgspec has no decoder for {whose}: {error}", error.name)

    def reading(self, read: Callable[[str, Any], T], name: str, schema: Any) -> T:
        """What ``read`` makes of a schema."""
        try:
            return read(name, schema)
        except Unreadable as error:
            raise self.error(str(error), name, hint="mend it in the document, or with an overlay") from None

    def refuse_names(self, schemas: Mapping[str, Any], names: Iterable[str]) -> None:
        for name in names:
            if name in schemas:
                raise self.error(f"a model cannot be called {name}: the generated module uses that name", name)
