"""From an operation and its arguments to a request, and from what came back to an answer. No I/O happens here."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, TypeVar, cast, get_args, get_origin
from urllib.parse import urlsplit

from msgspec import UNSET, Struct, UnsetType

from . import _bodies, _multipart, _parameters, _sequences
from ._facts import Answer, Operation, Parameter, Request
from ._json import BAD_TEXT, UndecodableAnswer, decode, decode_strict
from .errors import ApiError, ConfigurationError, InvalidAnswer, InvalidArgument, class_of

T = TypeVar("T")
EMPTY = (204, 205)  # HTTP: there is no content, whatever a document promises
MEDIA_TYPE = re.compile(r"[^\s/;,]+/[^\s/;,]+(;[\x20-\x7e]*)?")


class Place(Struct, frozen=True):
    """Where requests go: what the caller said, and what the document says."""

    base_url: str | None
    servers: tuple[str, ...]
    headers: Mapping[str, str] = {}
    # What the paths of the document begin with, and what this server has instead
    renamed: tuple[str, str] = ("", "")

    def __repr__(self) -> str:
        return f"<Place {self.base_url or ' '.join(self.servers)}>"

    def path_of(self, operation: Operation[Any]) -> str:
        """The path of an operation on this server."""
        ours, theirs = self.renamed
        if ours == theirs or not operation.path.startswith(f"{ours}/"):
            return operation.path
        return theirs + operation.path.removeprefix(ours)


class Spelt:
    """The parts of a request while its parameters are put in."""

    def __init__(self) -> None:
        self.path: dict[str, str] = {}
        self.query: list[str] = []
        self.headers: dict[str, str] = {}
        self.cookies: list[str] = []

    def add(self, parameter: Parameter, value: Any) -> None:
        if parameter.location == "path":
            self.path[parameter.name] = _parameters.in_path(parameter, value)
        elif parameter.location == "query":
            self.query += [f"{name}={text}" for name, text in _parameters.in_query(parameter, value)]
        elif parameter.location == "querystring":
            self.query.append(_parameters.in_query_string(parameter, value))
        elif parameter.location == "header":
            text = _parameters.in_header(parameter, value)
            self.headers |= {} if text is None else {parameter.name: text}
        else:
            self.cookies += [f"{name}={text}" for name, text in _parameters.in_cookie(parameter, value)]


def prepare(operation: Operation[Any], arguments: Mapping[str, Any], place: Place) -> Request:
    """The request, without credentials."""
    _known(operation, arguments)
    spelt = Spelt()
    for parameter in operation.parameters:
        argument = parameter.argument or parameter.name
        value = arguments.get(argument, UNSET)
        if value is not UNSET:
            with _blaming(operation, argument):
                spelt.add(parameter, value)
        elif parameter.required:
            raise InvalidArgument(f"{operation.id}: the argument {argument} is missing")
    content, content_type = _content(operation, arguments)
    headers = merged({"Accept": accepted(operation)}, place.headers, spelt.headers, content_type)
    if spelt.cookies:
        headers["Cookie"] = "; ".join([*([headers["Cookie"]] if "Cookie" in headers else []), *spelt.cookies])
    return Request(operation.method, url_of(operation, place, spelt), headers, content)


def url_of(operation: Operation[Any], place: Place, spelt: Spelt) -> str:
    """Address, path and query. Some documents write a query into the path; a fragment never goes on the wire."""
    template, _, fixed = place.path_of(operation).partition("#")[0].partition("?")
    path = _parameters.fill(template, spelt.path)
    query = "&".join([*([fixed] if fixed else []), *(part for part in spelt.query if part)])
    return base_of(operation, place) + path + (f"?{query}" if query else "")


def base_of(operation: Operation[Any], place: Place) -> str:
    """The caller's address, else the first server of the operation or the document that is an address at all."""
    servers = operation.servers or place.servers
    base = place.base_url or next((server for server in servers if "://" in server), None)
    if base is None:
        named = f"only {servers[0]!r}" if servers else "no server"
        raise ConfigurationError(f"the document names {named}, so where to send {operation.id}? Give base_url=")
    return base.rstrip("/")


def checked_base(base_url: str, name: str = "base_url") -> None:
    """Refuses an address that requests cannot be sent to; ``name`` is where it was given."""
    if "@" in base_url.rpartition("//")[2].partition("/")[0]:  # whatever stands before it is not quoted
        raise ConfigurationError(f"give credentials as auth=Basic(user, password), not inside {name}")
    try:
        parts = urlsplit(base_url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        good = good and not parts.query and not parts.fragment
    except ValueError:
        good = False
    if not good:
        said = "" if "@" in base_url else f", not {base_url!r}"
        raise ConfigurationError(f"{name} is an address such as https://example.com/api{said}")


def merged(*sources: Mapping[str, str]) -> dict[str, str]:
    """Headers whose names do not differ by case alone; the last source wins."""
    found: dict[str, tuple[str, str]] = {}
    for source in sources:
        found |= {name.lower(): (name, value) for name, value in source.items()}
    return dict(found.values())


@lru_cache(maxsize=1024)  # an operation is a constant of its module
def accepted(operation: Operation[Any]) -> str:
    """What the document says may come back."""
    answers = [*operation.returns.values(), *operation.errors.values()]
    named = dict.fromkeys(name for answer in answers if answer is not None for name in _bodies.by_media_type(answer))
    return ", ".join(name for name in named if MEDIA_TYPE.fullmatch(name)) or "*/*"


def answer_of(
    operation: Operation[T], request: Request, status: int, headers: Mapping[str, str], raw: bytes
) -> Answer[T]:
    """What a complete answer means; raises the error it stands for otherwise.

    A success that the document does not list (202 where it lists 200) is one all the same, since the server has done
    what it was asked for: if it holds to what one of the listed ones promises, it is returned like that. If not, it
    is raised, with a body as ``default`` describes it. ``default`` beside a success is not taken for another one: by
    custom it describes the errors.
    """
    success = 200 <= status < 300
    documented, contents = described(operation.returns if success else operation.errors, status)
    if success:
        value = _value(operation, contents, request, status, headers, raw) if documented else UNSET
        if not documented:
            value = _unlisted(operation, headers, raw)
            documented, contents = described(operation.errors, status)
        if value is not UNSET:
            return Answer(cast(T, value), status, headers, raw)
    kind = class_of(status, documented)
    body = _body(operation, contents, headers, raw)
    call = f"{operation.method} {operation.path}"
    raise kind(call, status, body, headers, request, raw=raw, documented=documented)


def described(table: Mapping[str, Any], status: int) -> tuple[bool, Any]:
    """Whether the document describes this status, and as what: exact, then as a range, then by default."""
    for key in (str(status), f"{status // 100}XX", "default"):
        if key in table:
            return True, table[key]
    return False, None


def _unlisted(operation: Operation[Any], headers: Mapping[str, str], raw: bytes) -> Any:
    """The value of a success that is not listed, as that of one that is; UNSET if it is like none of them."""
    media_type = headers.get("content-type", "")
    if not operation.returns:
        return _untyped(media_type, raw) if raw else None
    if operation.method == "HEAD" or (not raw and None in operation.returns.values()):
        return None
    listed = (_bodies.by_media_type(contents) for contents in operation.returns.values() if contents is not None)
    for types in listed if raw else ():
        declared = _declared(types, media_type or _bodies.default_of(types))
        if declared is not None and _holds(types[declared], media_type or declared, raw):
            return _read(types[declared], media_type or declared, raw)
    return UNSET


def _holds(type_: Any, media_type: str, raw: bytes) -> bool:
    """Whether the content is all that its type promises, not only readable."""
    try:
        if _parameters.is_json(media_type) and type_ is not Any:
            decode_strict(raw, type_)
        else:
            _read(type_, media_type, raw)
    except (UndecodableAnswer, *BAD_TEXT):
        return False
    return True


def _value(
    operation: Operation[Any], contents: Any, request: Request, status: int, headers: Mapping[str, str], raw: bytes
) -> Any:
    if contents is None or operation.method == "HEAD" or status in EMPTY:
        return None
    types = _bodies.by_media_type(contents)
    media_type = headers.get("content-type") or _bodies.default_of(types)
    declared = _declared(types, media_type)
    try:
        if declared is None:
            return _misnamed(types, media_type, raw)
        return _read(types[declared], media_type, raw)
    except UndecodableAnswer as error:
        call = f"{operation.method} {operation.path}: {error}"
        raise InvalidAnswer(call, status, _untyped(media_type, raw), headers, request, raw=raw) from error


def _body(operation: Operation[Any], contents: Any, headers: Mapping[str, str], raw: bytes) -> Any:
    """The body of an error as well as it can be read; this never fails."""
    if not raw or operation.method == "HEAD":
        return None
    types = _bodies.by_media_type(contents) if contents is not None else {}
    media_type = headers.get("content-type") or (_bodies.default_of(types) if types else "")
    declared = _declared(types, media_type)
    try:
        return _untyped(media_type, raw) if declared is None else _read(types[declared], media_type, raw)
    except UndecodableAnswer:
        return _text(media_type, raw)


def _misnamed(types: Mapping[str, Any], media_type: str, raw: bytes) -> Any:
    """What came by a name that is not promised: any content is bytes, and JSON that holds to its type is that JSON."""
    if types.get(_multipart.BYTES) is bytes:
        return raw
    for name, type_ in types.items():
        if _parameters.is_json(name) and type_ is not Any and _holds(type_, name, raw):
            return _read(type_, name, raw)
    raise UndecodableAnswer(f"the document promises {', '.join(types)}, not {media_type}")


def _declared(types: Mapping[str, Any], media_type: str) -> str | None:
    """The entry for what came; JSON by another name is JSON."""
    declared = _bodies.find(types, media_type)
    if declared is None and _parameters.is_json(media_type):
        declared = next((name for name in types if _parameters.is_json(name)), None)
    return declared


def _read(type_: Any, media_type: str, raw: bytes) -> Any:
    """The content as a value of its type: JSON, text, or the bytes."""
    if type_ is Any:
        return _untyped(media_type, raw)
    if _sequences.is_listed(type_, media_type):
        return _sequences.read(raw, type_, media_type)
    if get_origin(type_) is list and media_type.lower().startswith(_multipart.MIXED):
        (item,) = get_args(type_)
        usual = "text/plain" if item in (str, bytes, Any) else _multipart.JSON
        return [_read(item, kind or usual, content) for kind, content in _multipart.received(raw, media_type)]
    if _parameters.is_json(media_type) or ("*" in media_type and type_ not in (str, bytes)):
        return decode(raw, type_)
    if type_ not in (str, bytes):
        raise UndecodableAnswer(f"{media_type} cannot be read as {getattr(type_, '__name__', type_)}")
    return _text(media_type, raw) if type_ is str else raw


def _untyped(media_type: str, raw: bytes) -> Any:
    """The content of which the document says nothing: JSON or text where it is that, else the bytes."""
    name = media_type.partition(";")[0].strip().lower()
    if _parameters.is_json(name):
        try:
            return decode(raw, Any)
        except UndecodableAnswer:
            return _text(media_type, raw)
    return _text(media_type, raw) if name.startswith("text/") or name.endswith("xml") or not name else raw


def _text(media_type: str, raw: bytes) -> str:
    try:
        return raw.decode(_bodies.charset_of(media_type), "replace")
    except (LookupError, ValueError):  # no such encoding, or one that is none of text
        return raw.decode("utf-8", "replace")


def _content(operation: Operation[Any], arguments: Mapping[str, Any]) -> tuple[bytes | None, Mapping[str, str]]:
    body = operation.body
    value = arguments.get(body.argument, UNSET) if body else UNSET
    if body is None or value is UNSET:
        if body is not None and body.required:
            raise InvalidArgument(f"{operation.id}: the argument {body.argument} is missing")
        return None, {}
    chosen: str | UnsetType = arguments.get(body.chosen_by, UNSET) if body.chosen_by else UNSET
    with _blaming(operation, body.argument):
        content, content_type = _bodies.encoded(body, value, chosen)
        return content, {"Content-Type": _parameters.checked_header(content_type)}


def _known(operation: Operation[Any], arguments: Mapping[str, Any]) -> None:
    names = list(_arguments(operation))
    for argument in arguments:
        if argument not in names:
            near = difflib.get_close_matches(argument, names, 1)
            hint = f"; did you mean {near[0]}?" if near else f"; it has {', '.join(names) or 'none'}"
            raise InvalidArgument(f"{operation.id} has no argument {argument}{hint}")


def _arguments(operation: Operation[Any]) -> Iterator[str]:
    yield from (parameter.argument or parameter.name for parameter in operation.parameters)
    if operation.body:
        yield operation.body.argument
        if operation.body.chosen_by:
            yield operation.body.chosen_by


class _blaming:
    """Turns what is wrong with a value into an error that names its argument."""

    __slots__ = ("argument", "operation")

    def __init__(self, operation: Operation[Any], argument: str) -> None:
        self.operation = operation
        self.argument = argument

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, ValueError) and not isinstance(error, ApiError):
            raise InvalidArgument(f"{self.operation.id}: {self.argument}: {error}") from error
