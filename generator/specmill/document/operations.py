"""The operations of a normal form as immutable values, with a Python name for everything that is called or passed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from specmill import naming
from specmill.document.media_types import is_multipart, is_sequence
from specmill.document.pointers import escaped
from specmill.document.tree import LIMIT_OF_REFERENCES, METHODS, Tree, key_of
from specmill.values import Body, Content, Header, Normal, Operation, Parameter, Response, Stream

# Arguments that every generated method has, or may get, besides those of the document.
OWN_ARGUMENTS = ("self", "content_type", "timeout", "options")
# The options of a stream stand beside the parameters of its operation.
OPTIONS_OF_STREAMS = (
    "window_records",
    "window_bytes",
    "on_report",
    "strict",
    "longest_record",
    "heartbeat",
    "report_timeout",
    "write_timeout",
    "close_timeout",
)
UNTAGGED = "default"
OF_THE_CLIENT = frozenset(("request", "close", "aclose", "base_url"))  # what a client has besides its resources
Origin = Callable[[str], str]


def operations_of(normal: Normal) -> tuple[Operation, ...]:
    taken: dict[str, set[str]] = {}
    resources = _resources(normal.tree)
    return tuple(
        _operation(normal, path, method, raw, resources, taken)
        for path, item in normal.tree["paths"].items()
        for method, raw in item.items()
    )


def _resources(tree: Tree) -> dict[str, str]:
    """Tag -> name of its resource: two tags that differ in punctuation only are two resources."""
    tags = [_tag(raw) for item in tree["paths"].values() for raw in item.values()]
    taken: set[str] = {*OF_THE_CLIENT}
    names: dict[str, str] = {}
    for tag in dict.fromkeys(tags):
        plain = naming.snake(tag, "tag") if tag else UNTAGGED
        names[tag] = naming.unique([plain, f"{plain}_calls"], taken)
        taken.add(names[tag].casefold())
    return names


def _tag(raw: Tree) -> str:
    return str(raw["tags"][0]) if raw["tags"] else ""


def _operation(
    normal: Normal, path: str, method: str, raw: Tree, resources: dict[str, str], taken: dict[str, set[str]]
) -> Operation:
    at = f"/paths/{escaped(path)}/{escaped(method)}"

    def origin(inside: str) -> str:
        return normal.origins.get(at + inside, (at + inside,))[0]

    resource = resources[_tag(raw)]
    names = taken.setdefault(resource, set())
    python_name = naming.unique([naming.snake(raw["operationId"], "call")], names)
    names.add(python_name.casefold())
    schemas = normal.tree["components"]["schemas"]
    body = _body(raw["requestBody"], schemas, origin) if "requestBody" in raw else None
    arguments = {*OWN_ARGUMENTS, *([body.python_name] if body else [])}
    stream = _stream(raw, naming.unique([f"{python_name}_stream"], names))
    if stream:
        names.add(stream.python_name.casefold())
        arguments |= {*OPTIONS_OF_STREAMS}
    return Operation(
        id=raw["operationId"],
        python_name=python_name,
        resource=resource,
        tag=_tag(raw),
        method=method.upper() if method in METHODS else method,  # of its own, it is spelt as it is
        path=path,
        parameters=tuple(_parameters(raw["parameters"], arguments, origin)),
        body=body,
        responses=tuple(_response(status, answer, schemas, origin) for status, answer in raw["responses"].items()),
        security=tuple({name: tuple(scopes) for name, scopes in choice.items()} for choice in raw["security"]),
        servers=tuple(server["url"] for server in raw["servers"]),
        stream=stream,
        summary=str(raw.get("summary") or ""),
        description=str(raw.get("description") or ""),
        deprecated=bool(raw.get("deprecated")),
        pointer=origin(""),
    )


def _parameters(raw: list[Tree], taken: set[str], origin: Origin) -> Iterable[Parameter]:
    """Where two would have one name, the later one is told by its signs, or by its place (query, header ...)."""
    for index, parameter in enumerate(raw):
        plain = naming.snake(parameter["name"], "parameter")
        signs = naming.snake(naming.spelled(parameter["name"]), "parameter")
        python_name = naming.unique([plain, signs, f"{plain}_{parameter['in']}"], taken)
        taken.add(python_name.casefold())
        media_type, schema = _schema_of(parameter)
        yield Parameter(
            name=parameter["name"],
            python_name=python_name,
            location=parameter["in"],
            required=parameter["required"] or parameter["in"] == "path",
            schema=schema,
            style=parameter.get("style", "form"),
            explode=parameter.get("explode", False),
            allow_reserved=bool(parameter.get("allowReserved")),
            media_type=media_type,
            encoding=_encoding_of(parameter),
            description=str(parameter.get("description") or ""),
            deprecated=bool(parameter.get("deprecated")),
            pointer=origin(f"/parameters/{index}"),
        )


def _schema_of(parameter: Tree) -> tuple[str | None, Tree]:
    for media_type, content in parameter.get("content", {}).items():
        return media_type, content.get("schema", {})
    return None, parameter.get("schema", {})


def _encoding_of(parameter: Tree) -> Tree:
    for content in parameter.get("content", {}).values():
        return dict(content.get("encoding") or {})
    return {}


def _body(raw: Tree, schemas: Tree, origin: Origin) -> Body:
    return Body(
        python_name=naming.unique([naming.snake(str(raw.get("x-body-name") or "body"), "body"), "body"], OWN_ARGUMENTS),
        required=raw["required"],
        contents=tuple(_contents(raw, schemas, origin, "/requestBody")),
        description=str(raw.get("description") or ""),
        pointer=origin("/requestBody"),
    )


def _contents(holder: Tree, schemas: Tree, origin: Origin, at: str) -> Iterable[Content]:
    for media_type, content in holder.get("content", {}).items():
        items = _items_of(media_type, content, schemas)
        yield Content(
            media_type,
            schema=_whole(content, items),
            encoding=dict(content.get("encoding") or {}),
            pointer=origin(f"{at}/content/{escaped(media_type)}"),
            items=items,
            prefix_encoding=tuple(content.get("prefixEncoding") or ()),
            item_encoding=dict(content.get("itemEncoding") or {}),
        )


def _items_of(media_type: str, content: Tree, schemas: Tree) -> Tree | None:
    """What each item of a sequence is; None where the content is none, or the document does not say.

    Before OpenAPI 3.2 the schema had to say it: that of a list, or, as no object is many lines, that of one item.
    """
    if not is_sequence(media_type) or "itemSchema" in content:
        return content.get("itemSchema") if is_sequence(media_type) else None
    schema = whole = content.get("schema", {})
    for _ in range(LIMIT_OF_REFERENCES):
        if "$ref" not in whole:
            break
        whole = schemas.get(key_of(whole["$ref"]), {})
    if whole.get("type") == "array":
        found: Tree | None = whole.get("items") if "prefixItems" not in whole else None
        return found
    named = any(word in whole for word in ("properties", "oneOf", "anyOf"))
    return schema if (whole.get("type") == "object" or named) and not is_multipart(media_type) else None


def _whole(content: Tree, items: Tree | None) -> Tree:
    """The schema of all that a content holds. Beside other media types that of an item describes what is sent."""
    if items is not None:
        return {"type": "array", "items": items}
    whole: Tree = content.get("schema" if "schema" in content else "itemSchema", {})
    return whole


def _response(status: str, raw: Tree, schemas: Tree, origin: Origin) -> Response:
    at = f"/responses/{escaped(status)}"
    headers = tuple(
        Header(name, header["required"], _schema_of(header)[1], str(header.get("description") or ""))
        for name, header in raw.get("headers", {}).items()
    )
    contents = tuple(_contents(raw, schemas, origin, at))
    return Response(status, contents, headers, str(raw.get("description") or ""), origin(at))


def _stream(raw: Tree, python_name: str) -> Stream | None:
    mark: Any = raw.get("x-stream")
    if not isinstance(mark, dict):
        return None
    record = _items(raw.get("requestBody", {}))
    report = next((items for response in raw["responses"].values() if (items := _items(response))), {})
    return Stream(
        python_name=python_name,
        record=record,
        report=report,
        framing=str(mark.get("framing", "concatenated-json")),
        verdict=str(mark.get("verdict", "")),
        accepted=tuple(mark.get("accepted", ())),
    )


def _items(holder: Tree) -> Tree:
    return next(
        (content["itemSchema"] for content in holder.get("content", {}).values() if "itemSchema" in content), {}
    )
