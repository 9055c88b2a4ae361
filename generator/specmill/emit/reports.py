"""Which models are reports of a stream, and what says whether their record was accepted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from specmill.emit.components import Component
from specmill.emit.trouble import Trouble
from specmill.emit.uses import REF
from specmill.values import Operation

METHODS = ("ok", "raise_for_error")  # what a report has of its base class; a member of that name gives way


@dataclass(frozen=True, slots=True)
class Verdict:
    """The member that tells, by its name on the wire, and the values that accept the record."""

    member: str
    accepted: tuple[object, ...]


def verdicts(
    components: Mapping[str, Component], operations: Iterable[Operation], trouble: Trouble
) -> dict[str, Verdict]:
    """The verdict of each model that is a report. A report that is no struct of its own has none."""
    found: dict[str, Verdict] = {}
    for operation in operations:
        stream = operation.stream
        if stream is None:
            continue
        component = components.get(str(stream.report.get("$ref", "")).removeprefix(REF))
        if component is None or component.sort != "struct" or stream.verdict not in component.members:
            continue
        verdict = Verdict(stream.verdict, stream.accepted)
        if found.setdefault(component.name, verdict) != verdict:
            raise trouble.error(
                f"two streams judge {component.name} by different verdicts",
                component.name,
                hint="give each its own report, or the same x-stream, in the document or with an overlay",
            )
    return found
