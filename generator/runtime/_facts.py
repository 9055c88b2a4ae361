"""The facts of the document that a generated call is made of: immutable values without behaviour.

A generated module spells each operation once, as a constant::

    PRODUCE_RECORD: Operation[ProduceResponse] = Operation(
        id="produceRecord",
        method="POST",
        path="/clusters/{cluster_id}/records",
        parameters=(Path("cluster_id", str), Query("pageSize", int, argument="page_size")),
        body=Body("record", ProduceRequest, required=True),
        returns={"200": ProduceResponse, "204": None},
        errors={"4XX": Error, "429": {"text/html": str}},
    )

A type on its own stands for ``{"application/json": type}``, and None for an answer without content.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar, Generic, TypeVar

from msgspec import Struct
from msgspec.structs import replace

T = TypeVar("T")
SECRET_HEADERS = ("authorization", "cookie", "proxy-authorization")


class Parameter(Struct, frozen=True):
    """One parameter: its name on the wire, its type, and how its value is spelt there."""

    location: ClassVar[str] = ""
    name: str
    type: Any  # or Form
    argument: str = ""  # the name in Python, where it is another one
    required: bool = False
    style: str = "form"
    explode: bool = True
    reserved: bool = False  # reserved characters such as / and ? stand as they are
    media_type: str = ""  # the whole value is a document of this type, instead of a style


class Path(Parameter, frozen=True):
    location: ClassVar[str] = "path"
    required: bool = True
    style: str = "simple"
    explode: bool = False


class Query(Parameter, frozen=True):
    location: ClassVar[str] = "query"


class QueryString(Parameter, frozen=True):
    """The whole query string as one value."""

    location: ClassVar[str] = "querystring"


class Header(Parameter, frozen=True):
    location: ClassVar[str] = "header"
    style: str = "simple"
    explode: bool = False


class Cookie(Parameter, frozen=True):
    location: ClassVar[str] = "cookie"


class Field(Struct, frozen=True):
    """How one field of a form is spelt, where it differs from the default."""

    binary: bool = False  # the bytes themselves, as a file
    content_type: str = ""  # one, or several with commas between
    transfer: str = ""  # of a part: the encoding of its content, such as base64
    style: str = ""
    explode: bool = True
    reserved: bool = False


class Form(Struct, frozen=True):
    """The content of a form whose fields need more than their type."""

    type: Any
    fields: Mapping[str, Field] = {}
    rest: Field = Field()  # of all other fields, or of parts without a name
    prefix: tuple[Field, ...] = ()  # of the first parts without a name


class Body(Struct, frozen=True):
    """The body: its argument, and a type for each media type that it may have."""

    argument: str
    contents: Any  # a type, or media type -> type or Form
    required: bool = False
    chosen_by: str = ""  # the argument that says which of several media types is sent


class Stream(Struct, frozen=True):
    """Records go up and reports come down on one connection at the same time."""

    record: Any
    report: Any
    framing: str
    verdict: str
    accepted: tuple[Any, ...]


class Operation(Struct, Generic[T], frozen=True, eq=False, kw_only=True):
    """One operation of the document; ``T`` is what a successful answer holds."""

    id: str
    method: str
    path: str
    parameters: tuple[Parameter, ...] = ()
    body: Body | None = None
    returns: Mapping[str, Any] = {}
    errors: Mapping[str, Any] = {}
    security: tuple[tuple[str, ...], ...] = ()  # alternatives; the schemes of one are needed together
    servers: tuple[str, ...] = ()  # only where they are not those of the whole document
    stream: Stream | None = None
    deprecated: bool = False


class Scheme(Struct, frozen=True):
    """One security scheme: ``kind`` is http, apiKey, oauth2, openIdConnect or mutualTLS."""

    kind: str
    scheme: str = ""  # of kind http: basic, bearer, ...
    location: str = ""  # of kind apiKey: header, query or cookie
    name: str = ""  # of kind apiKey: that of the header, query parameter or cookie
    token_url: str = ""  # of kind oauth2: where client credentials become a token


class Request(Struct, frozen=True):
    """One request as it goes on the wire. What is secret shows in no repr."""

    method: str
    url: str
    headers: Mapping[str, str] = {}
    content: bytes | None = None

    def with_header(self, name: str, value: str) -> Request:
        """The same request with this header instead of any other of its name."""
        kept = {key: text for key, text in self.headers.items() if key.lower() != name.lower()}
        return replace(self, headers={**kept, name: value})

    def without_credentials(self) -> Request:
        """The same request without what proves who sends it; what errors hold."""
        kept = {name: value for name, value in self.headers.items() if name.lower() not in SECRET_HEADERS}
        return replace(self, headers=kept)

    def __repr__(self) -> str:
        return f"<Request {self.method} {self.url.partition('?')[0]}>"


class Headers(Mapping[str, str]):
    """The headers of an answer. Case does not matter in their names; several of one name are joined by commas."""

    __slots__ = ("_joined", "pairs")

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self.pairs = tuple(pairs)  # as they came
        self._joined: dict[str, str] = {}
        for name, value in self.pairs:
            key = name.lower()
            self._joined[key] = f"{self._joined[key]}, {value}" if key in self._joined else value

    def __getitem__(self, name: str) -> str:
        return self._joined[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._joined)

    def __len__(self) -> int:
        return len(self._joined)

    def __repr__(self) -> str:
        return f"Headers({self._joined})"

    def __reduce__(self) -> tuple[Any, ...]:
        return (Headers, (self.pairs,))


class Response(Struct, frozen=True):
    """What came back, before anybody asks what it means. ``request`` is what was sent, without the credentials."""

    request: Request
    status: int
    headers: Headers
    raw: bytes

    def __repr__(self) -> str:
        return f"<Response {self.status} to {self.request.method} {self.request.url.partition('?')[0]}>"


class Answer(Struct, Generic[T], frozen=True):
    """A successful answer: what it means (``value``) and what came (``status``, ``headers``, ``raw``)."""

    value: T
    status: int
    headers: Mapping[str, str]
    raw: bytes

    def __repr__(self) -> str:
        return f"<Answer {self.status} {type(self.value).__name__}>"
