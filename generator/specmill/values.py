"""The values that travel between the stages. All are frozen; none does any work.

The way of the data is document -> overlay -> normal form -> operations -> files -> build.
A place in the document is always an RFC 6901 JSON pointer into the *document*.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

JSON = Any  # dict[str, JSON] | list[JSON] | str | int | float | bool | None
Schema = Mapping[str, Any]  # one JSON Schema 2020-12 object of the normal form
Location = Literal["path", "query", "querystring", "header", "cookie"]


@dataclass(frozen=True, slots=True)
class Config:
    """What to build from what: one client. Paths are absolute, or relative to ``root``."""

    root: Path
    document: Path
    package: str
    output: Path  # the package is written to ``output / package``
    overlays: tuple[Path, ...] = ()
    extension: Path | None = None  # a folder of hand-written modules, merged in by name
    allow: tuple[str, ...] = ()  # documents outside the folder, or URLs, that a $ref may reach
    recordings: Path | None = None  # a folder of exchanges to replay, which have to keep up with the document
    docs: Path | None = None  # the folder of the reference, if there is to be one
    notes: Path | None = None  # a folder of hand-written Markdown, merged into the reference by name
    only: tuple[str, ...] = ()  # of all operations these; none is all
    source: str = "pyproject.toml"  # what error messages name as the place of these settings

    @property
    def client(self) -> Path:
        return self.root / self.output / self.package


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file that was read, exactly as it was read."""

    path: Path
    name: str  # how messages and the manifest name it: relative to the root, with forward slashes
    text: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed OpenAPI document. ``files[0]`` is the document itself, the others what its $refs pulled in."""

    tree: JSON
    files: tuple[SourceFile, ...]
    overlays: tuple[SourceFile, ...] = ()
    places: Mapping[str, str] = field(
        default_factory=dict
    )  # pointer -> "file#/pointer" it came from, if from elsewhere


# The rules of changes that are none: what is demanded and cannot be checked, and actions with nothing to do any more.
UNCHECKED, UNNEEDED = "unchecked", "overlay-unneeded"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing an overlay or a pass of the normaliser did: for the summary, never silent."""

    rule: str  # "overlay", "nullable", "hoist", ...
    pointer: str
    note: str


@dataclass(frozen=True, slots=True)
class Normal:
    """The document after overlays and normalisation; see document/normal.py for its laws."""

    tree: JSON
    changes: tuple[Change, ...]
    origins: Mapping[str, tuple[str, ...]]  # component name -> pointers in the document it stands for
    document: Document


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str  # as on the wire
    python_name: str
    location: Location
    required: bool
    schema: Schema
    style: str
    explode: bool
    allow_reserved: bool = False
    media_type: str | None = None  # set when the parameter has ``content`` instead of a style
    encoding: Mapping[str, Mapping[str, JSON]] = field(default_factory=dict)  # of the fields of that content
    description: str = ""
    deprecated: bool = False
    pointer: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """One media type of a body or an answer."""

    media_type: str
    schema: Schema
    encoding: Mapping[str, Mapping[str, JSON]] = field(default_factory=dict)  # form fields: style, contentType, ...
    pointer: str = ""
    items: Schema | None = None  # of a sequence such as JSON lines: what each item is; ``schema`` is a list of these
    prefix_encoding: tuple[Mapping[str, JSON], ...] = ()  # of the first parts of a body whose parts have no name
    item_encoding: Mapping[str, JSON] = field(default_factory=dict)  # of all others


@dataclass(frozen=True, slots=True)
class Body:
    python_name: str
    required: bool
    contents: tuple[Content, ...]
    description: str = ""
    pointer: str = ""


@dataclass(frozen=True, slots=True)
class Header:
    name: str
    required: bool
    schema: Schema
    description: str = ""
    pointer: str = ""


@dataclass(frozen=True, slots=True)
class Response:
    status: str  # "200", "5XX" or "default"
    contents: tuple[Content, ...]
    headers: tuple[Header, ...] = ()
    description: str = ""
    pointer: str = ""


@dataclass(frozen=True, slots=True)
class Stream:
    """Marks an operation whose records go up and reports come down on one connection at once."""

    python_name: str  # of the method that opens one
    record: Schema
    report: Schema
    framing: str  # "concatenated-json" or "json-lines"
    verdict: str  # the member of a report that says how its record fared
    accepted: tuple[str | float | bool, ...]  # the values of ``verdict`` that mean success


@dataclass(frozen=True, slots=True)
class Operation:
    """Method + path + parameters + body + responses + security + stream, as one immutable value."""

    id: str  # the operationId, or one made from method and path
    python_name: str
    resource: str  # python name of the group, from the first tag: "records_v3"
    tag: str  # the tag as the document spells it, "" without one
    method: str  # as it is sent: in capitals, if it is not one of the document's own
    path: str
    parameters: tuple[Parameter, ...]
    body: Body | None
    responses: tuple[Response, ...]
    security: tuple[Mapping[str, tuple[str, ...]], ...]  # alternatives of scheme -> scopes; {} is "none needed"
    servers: tuple[str, ...]  # URLs with the defaults of their variables filled in
    stream: Stream | None = None
    summary: str = ""
    description: str = ""
    deprecated: bool = False
    pointer: str = ""

    def sent(self) -> Iterator[Schema]:
        """The schemas of all that a request has."""
        yield from (parameter.schema for parameter in self.parameters)
        yield from (content.schema for content in (self.body.contents if self.body else ()))
        yield from [self.stream.record] if self.stream else []

    def answered(self) -> Iterator[Schema]:
        """The schemas of all that its answers have."""
        for response in self.responses:
            yield from (content.schema for content in response.contents)
            yield from (header.schema for header in response.headers)
        yield from [self.stream.report] if self.stream else []


@dataclass(frozen=True, slots=True)
class File:
    """One file of a build; ``path`` is relative to the client's folder, with forward slashes."""

    path: str
    content: bytes
    kind: Literal["models", "client", "runtime", "extension", "meta", "docs"]


@dataclass(frozen=True, slots=True)
class Names:
    """Where each generated name comes from, and back: what ``specmill explain`` reads."""

    python: str  # "models.ProduceRequest.partition_id", "records_v3.produce_record", ...
    wire: str  # the name in the document: "partition_id", "produceRecord", ...
    pointers: tuple[str, ...]
    also: tuple[str, ...] = ()  # other spellings by which people look for it


@dataclass(frozen=True, slots=True)
class Build:
    """All files of one client as a value in memory. Nothing has touched the output folder yet."""

    config: Config
    normal: Normal
    operations: tuple[Operation, ...]
    files: tuple[File, ...]
    names: tuple[Names, ...]
    stages: tuple[tuple[str, float], ...] = ()  # how long each stage took, in seconds
