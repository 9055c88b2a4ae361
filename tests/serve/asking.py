"""Requests on a bare socket, and their answers; and the requests that a document would accept."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

from specmill.document.api import Api, api_of
from specmill.document.media_types import is_json, is_multipart, is_sequence
from specmill.schemas.made import Maker
from specmill.schemas.validate import Judge
from specmill.values import Operation, Parameter
from tests.support import CASES, REPOSITORY, config_of

SECONDS = 60.0  # for whatever comes at once
FLAGSHIP = REPOSITORY / "spec" / "kafka-rest-v3.yaml"
DOCUMENTS = [*sorted((CASES / "clients").glob("*/openapi.*")), FLAGSHIP]


@cache
def api(document: Path) -> Api:
    return api_of(config_of(document))


@dataclass(frozen=True, slots=True)
class Told:
    status: int
    fields: Mapping[str, str]
    body: bytes

    @property
    def value(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Asked:
    method: str
    target: str
    fields: Mapping[str, str]
    body: bytes | None = None

    @property
    def sent(self) -> bytes:
        length = {} if self.body is None else {"Content-Length": str(len(self.body))}
        lines = [f"{self.method} {self.target} HTTP/1.1", "Host: here", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in {**length, **self.fields}.items()]
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + (self.body or b"")


def ask(url: str, asked: Asked) -> Told:
    host, _, port = url.removeprefix("http://").rpartition(":")
    with socket.create_connection((host, int(port)), SECONDS) as connection:
        connection.sendall(asked.sent)
        whole = bytearray()
        while piece := connection.recv(65536):
            whole += piece
    head, _, body = bytes(whole).partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    content = b"".join(chunks(body)) if fields.get("transfer-encoding") == "chunked" else body
    return Told(int(first.split(" ")[1]), fields, content)


def chunks(body: bytes) -> list[bytes]:
    found = []
    while body:
        size, _, rest = body.partition(b"\r\n")
        found.append(rest[: int(size, 16)])
        body = rest[int(size, 16) + 2 :]
    return found


# --- what a document would accept


def request_for(given: Api, operation: Operation, **fields: str) -> Asked:
    """A request of made values, each parameter in its style, with credentials."""
    schemas = given.normal.tree["components"]["schemas"]
    maker = Maker(schemas, Judge(schemas, "request"))
    path, query, head = operation.path, [], dict(fields)
    for parameter in operation.parameters:
        value = maker.value(parameter.schema)
        if parameter.location == "path":
            path = path.replace(f"{{{parameter.name}}}", _in_path(parameter, value))
        elif parameter.location == "header" and parameter.required:
            head.setdefault(parameter.name, _text(value))
        elif parameter.location == "query" and parameter.required:
            query.append(f"{quote(parameter.name)}={quote(_text(value))}")
    query += _credentials(given, operation, head)
    body = None
    if operation.body is not None and operation.body.contents:
        content = operation.body.contents[0]
        head["Content-Type"], body = _body(maker.value(content.schema), content.media_type)
    return Asked(operation.method, path + ("?" + "&".join(query) if query else ""), head, body)


def _in_path(parameter: Parameter, value: Any) -> str:
    flat = ",".join(map(_text, value)) if isinstance(value, list) else _text(value)
    return {"label": ".", "matrix": f";{parameter.name}="}.get(parameter.style, "") + quote(flat or "x", safe=",")


def _credentials(given: Api, operation: Operation, head: dict[str, str]) -> list[str]:
    query, schemes = [], given.normal.tree["components"]["securitySchemes"]
    for name in operation.security[0] if operation.security else ():
        scheme = schemes[name]
        if scheme["type"] == "apiKey" and scheme["in"] == "query":
            query.append(f"{scheme['name']}=secret")
        elif scheme["type"] == "apiKey":
            head["Cookie" if scheme["in"] == "cookie" else scheme["name"]] = f"{scheme['name']}=secret"
        else:
            head["Authorization"] = "Basic a2V5OnNlY3JldA==" if scheme.get("scheme") == "basic" else "Bearer token"
    return query


def _body(value: Any, media_type: str) -> tuple[str, bytes]:
    if is_json(media_type):
        return media_type, json.dumps(value).encode()
    if is_multipart(media_type):
        parts = [
            f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n'
            f"Content-Type: {'text/plain' if isinstance(one, str) else 'application/json'}\r\n\r\n{_text(one)}\r\n"
            for name, many in (value.items() if isinstance(value, dict) else [("part", value)])
            for one in (many if isinstance(many, list) else [many])
        ]
        return f"{media_type}; boundary=x", ("".join(parts) + "--x--\r\n").encode()
    if is_sequence(media_type):
        return media_type, b"".join(json.dumps(one).encode() + b"\n" for one in value)
    if isinstance(value, dict):
        pairs = [(name, one) for name, many in value.items() for one in (many if isinstance(many, list) else [many])]
        return media_type, "&".join(f"{name}={quote_plus(_text(one))}" for name, one in pairs).encode()
    return media_type, _text(value).encode()


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
