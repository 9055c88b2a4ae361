"""What a comparison is made of. All values are frozen; none does any work."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from specmill.errors import Place
from specmill.values import JSON

Severity = Literal["breaking", "possible", "additive", "neutral"]
SEVERITIES: tuple[Severity, ...] = ("breaking", "possible", "additive", "neutral")
Of = Literal["document", "python"]


@dataclass(frozen=True, slots=True)
class Call:
    """One request, as values: whatever style they would be spelt in."""

    method: str
    path: str  # as the document of the old side spells it
    parameters: tuple[tuple[str, str, JSON], ...] = ()  # location, name (of a path its number) and value
    media_type: str = ""  # of the body; "" without one
    body: JSON = None
    accept: str = ""  # a media type that has to be among those of the success; "" takes any
    credentials: tuple[str, ...] = ()  # what the caller can prove: schemes and scopes, by what they are
    server: str = ""  # an address that has to be known; "" is any
    spelt: tuple[tuple[str, str, str], ...] = ()  # location and name of a parameter, and the style it is sent in
    stream: str = ""  # how records and reports are framed and judged; "" is a single call


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, as values."""

    method: str
    path: str  # as the document of the new side spells it
    status: int
    media_type: str = ""  # "" without a body
    body: JSON = None
    headers: tuple[tuple[str, JSON], ...] = ()


@dataclass(frozen=True, slots=True)
class Use:
    """A piece of Python that names something of a client."""

    name: str  # models.Pet, models.Pet.name, pets.get_pet, pets.get_pet.limit, pets.get_pet.returns
    code: str
    given: tuple[str, ...] | None = None  # it is called: the names of the arguments, ``=name`` for one by its position
    gives: str = ""  # a type of which a value is given
    reads: tuple[str, ...] = ()  # the types that whoever reads it reckons with


@dataclass(frozen=True, slots=True)
class Witness:
    """What worked before and does not now, and why not: tried on both sides before it is told."""

    tried: Call | Answer | Use
    why: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not what it was."""

    id: str  # of its row in the table
    severity: Severity
    of: Of
    where: str  # Pet.age, POST /pets query limit, pets.get_pet
    what: str  # in words
    before: Place | None = None
    after: Place | None = None
    pointers: tuple[str, str] = ("", "")  # in the old document and in the new one
    witness: Witness | None = None
    unproven: bool = False  # the table calls it breaking, and nothing was found that breaks


@dataclass(frozen=True, slots=True)
class Comparison:
    old: str  # what was compared, in words
    new: str
    differences: tuple[Difference, ...] = field(default=())

    @property
    def worst(self) -> Severity | None:
        found = {difference.severity for difference in self.differences}
        return next((severity for severity in SEVERITIES if severity in found), None)

    def of(self, part: Of) -> tuple[Difference, ...]:
        return tuple(difference for difference in self.differences if difference.of == part)
