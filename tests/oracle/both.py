"""One document, two clients: ours, and the stock one of openapi-python-client from the same normal form."""

from __future__ import annotations

import copy
import importlib
import io
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
from openapi_python_client import Project
from openapi_python_client.config import Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData

from tests.emit.clients import imported, normal_of, written
from tests.runtime.loopback import Loopback, Seen

# What a client says about itself and its connection, and what it would like: no part of the call.
OWN_HEADERS = {"host", "user-agent", "accept", "accept-encoding", "connection", "content-length"}


@dataclass(frozen=True)
class Wire:
    """What both clients have to agree on."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: Any


@dataclass(frozen=True, repr=False)
class Both:
    """The two clients of one document."""

    ours: ModuleType
    stock: ModuleType
    server: Loopback
    resource: str
    our_client: Any
    stock_client: Any

    def sent(self, operation: str, arguments: Mapping[str, Any], body: Any = None) -> tuple[Wire, Wire]:
        """What each sends for the same arguments; ``body`` is JSON that each turns into its own model."""
        return self.sent_by_us(operation, arguments, body), self.sent_by_stock(operation, arguments, body)

    def sent_by_us(self, operation: str, arguments: Mapping[str, Any], body: Any = None) -> Wire:
        method = getattr(getattr(self.our_client, self.resource), operation)
        method(**arguments, **self._our_body(operation, body))
        return wire_of(self.server.last)

    def sent_by_stock(self, operation: str, arguments: Mapping[str, Any], body: Any = None) -> Wire:
        module = importlib.import_module(f"{self.stock.__name__}.api.{self.resource}.{operation}")
        module.sync_detailed(client=self.stock_client, **arguments, **self._stock_body(module, body))
        return wire_of(self.server.last)

    def _our_body(self, operation: str, body: Any) -> dict[str, Any]:
        if body is None:
            return {}
        resource = importlib.import_module(f"{self.ours.__name__}.resources.{self.resource}")
        ((media_type, type_),) = _contents(getattr(resource, operation.upper()).body.contents).items()
        if not isinstance(body, bytes) and media_type != "multipart/form-data":
            codec = importlib.import_module(f"{self.ours.__name__}._json")
            body = codec.decode_strict(msgspec.json.encode(body), getattr(type_, "type", type_))
        return {"body": body}

    def _stock_body(self, module: ModuleType, body: Any) -> dict[str, Any]:
        if body is None:
            return {}
        types = importlib.import_module(f"{self.stock.__name__}.types")
        if isinstance(body, bytes):
            return {"body": types.File(payload=_open(body))}
        files = {name: types.File(_open(item[1]), item[0], item[2]) for name, item in body.items() if _is_file(item)}
        plain = {name: item for name, item in body.items() if name not in files}
        hints = {name: hint for name, hint in vars(module).items() if name.endswith(("Request", "Body", "Pet"))}
        (model,) = hints.values()
        made = model.from_dict(plain) if not files else model(**plain, **files)
        return {"body": made}


def _contents(contents: Any) -> Mapping[str, Any]:
    return contents if isinstance(contents, Mapping) else {"application/json": contents}


def _is_file(item: Any) -> bool:
    return isinstance(item, tuple)


def _open(content: bytes) -> io.BytesIO:
    return io.BytesIO(content)


def wire_of(seen: Seen) -> Wire:
    headers = {name.lower(): value for name, value in seen.headers.items() if name.lower() not in OWN_HEADERS}
    kind = headers.get("content-type", "").partition(";")[0]
    body: Any = seen.body
    if kind.endswith("json"):
        body = msgspec.json.decode(seen.body)
    elif kind == "multipart/form-data":
        body = _parts(seen.body, headers["content-type"])
        headers["content-type"] = kind
    target = seen.target.removesuffix("?")  # no query at all, however it is spelt
    return Wire(seen.method, target, tuple(sorted(headers.items())), body)


def _parts(content: bytes, content_type: str) -> list[tuple[Any, ...]]:
    message = message_from_bytes(f"Content-Type: {content_type}\r\n\r\n".encode() + content, policy=policy.HTTP)
    parts: list[Any] = list(message.iter_parts())
    return sorted(
        (
            part.get_param("name", header="Content-Disposition"),
            part.get_filename(),
            part.get_content_type(),  # text/plain where it does not say
            part.get_payload(decode=True),
        )
        for part in parts
    )


@contextmanager
def both(tree: Any, folder: Path, server: Loopback, resource: str = "default") -> Iterator[Both]:
    """Generates and imports the two."""
    generate_stock(normal_of(tree).tree, folder / "stock")
    sys.path.insert(0, str(folder))
    try:
        with imported(written(tree, folder, "ours")) as ours, ours.Client(server.address) as our_client:
            stock = importlib.import_module("stock")
            with importlib.import_module("stock.client").Client(base_url=server.address) as stock_client:
                yield Both(ours, stock, server, resource, our_client, stock_client)
    finally:
        sys.path.remove(str(folder))
        for name in [name for name in sys.modules if name.partition(".")[0] == "stock"]:
            del sys.modules[name]


def generate_stock(tree: Any, folder: Path) -> None:
    settings = ConfigFile(literal_enums=True, post_hooks=[], package_name_override="stock")
    config = Config.from_sources(settings, MetaType.NONE, folder, "utf-8", True, folder)
    data = GeneratorData.from_dict(copy.deepcopy(dict(tree)), config=config)
    assert isinstance(data, GeneratorData), data
    errors = Project(openapi=data, config=config).build()
    assert list(errors) == []
