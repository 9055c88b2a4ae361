"""The samples of the page: those of the other pages, with an address that the script replaces by the reader's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from specmill.reference.literals import Unspeakable
from specmill.reference.samples import Samples
from specmill.values import Operation

SERVER = "http://127.0.0.1:8082"  # where ``specmill serve`` is


@dataclass(frozen=True, slots=True)
class Sample:
    name: str  # "Call", "Stream", ...
    language: str  # "python" or "sh"
    code: str


def samples_of(operation: Operation, samples: Samples) -> Iterator[Sample]:
    there = replace(samples, address=SERVER)
    kinds: list[tuple[str, str, Callable[[], str]]] = [
        ("Call", "python", partial(there.call, operation)),
        ("Async call", "python", partial(there.awaited, operation)),
    ]
    if operation.stream is not None:
        kinds.append(("Stream", "python", partial(there.stream, operation)))
        kinds.append(("Async stream", "python", partial(there.awaited_stream, operation)))
    kinds.append(("Command", "sh", partial(there.command, operation)))
    for name, language, make in kinds:
        try:
            yield Sample(name, language, make())
        except Unspeakable:
            continue
