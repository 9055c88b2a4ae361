"""What the page tells of a document, as one tree that its script reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from specmill.diff.plan import Call, plan_of
from specmill.document.api import Api
from specmill.document.pointers import escaped, split
from specmill.emit.client import filled
from specmill.naming import words
from specmill.reference.page.answers import NO_VALUE, Contents, answer_told, written
from specmill.reference.page.samples import SERVER, Sample
from specmill.reference.page.sources import sources_of
from specmill.schemas.validate import Judge
from specmill.values import Normal, Operation, Parameter

Raw = Mapping[str, Any]
Samples = Callable[[Operation], Iterable[Sample]]
OF_OVERLAY = "overlay"
DEPTH_OF_OPERATION = 3  # tokens of its pointer: paths, the path, the method


def content_of(api: Api, package: str, samples: Samples) -> dict[str, Any]:
    tree, components = api.normal.tree, api.normal.tree["components"]
    schemas, info = components["schemas"], tree.get("info", {})
    sources = sources_of(api.normal.document, [*(one.pointer for one in api.operations), *_named(api.normal).values()])
    teller = Teller(api, sources, samples)
    return {
        "title": str(info.get("title", package)),
        "version": str(info.get("version", "")),
        "about": str(info.get("description", "")),
        "package": package,
        "server": SERVER,
        "servers": [{"url": filled(one), "about": one.get("description", "")} for one in tree.get("servers", ())],
        "schemes": components.get("securitySchemes", {}),
        "resources": _resources(api),
        "operations": list(teller.operations()),
        "models": schemas,
        "sources": {name: sources[pointer] for name, pointer in _named(api.normal).items() if pointer in sources},
    }


def _named(normal: Normal) -> dict[str, str]:
    """The models that stand in the document by themselves; others are inside of an operation, which is shown."""
    first = {name: normal.origins.get(name, ("",))[0] for name in normal.tree["components"]["schemas"]}
    return {name: pointer for name, pointer in first.items() if pointer and not pointer.startswith("/paths/")}


def _resources(api: Api) -> list[dict[str, Any]]:
    """In the order of their first operations, described by their tags."""
    tags = api.normal.document.tree.get("tags")
    about = {str(one.get("name")): one.get("description", "") for one in tags or () if isinstance(one, dict)}
    found = {one.resource: one.tag for one in reversed(api.operations)}
    order = dict.fromkeys(one.resource for one in api.operations)
    return [{"name": name, "title": found[name] or name, "about": about.get(found[name], "")} for name in order]


class Teller:
    """Tells of each operation once; holds what all have in common."""

    def __init__(self, api: Api, sources: Mapping[str, Any], samples: Samples) -> None:
        self._api = api
        self._sources = sources
        schemas = api.normal.tree["components"]["schemas"]
        requests, replies = Judge(schemas, "request"), Judge(schemas, "answer")
        requests.prepare([*schemas.values(), *(schema for one in api.operations for schema in one.sent())])
        replies.prepare([*schemas.values(), *(schema for one in api.operations for schema in one.answered())])
        self._requests, self._replies = Contents(schemas, requests), Contents(schemas, replies)
        self._plan = plan_of(api)
        self._overlaid = _overlaid(api.normal)
        self._samples = samples

    def operations(self) -> Iterator[dict[str, Any]]:
        raw = [one for item in self._api.normal.tree["paths"].values() for one in item.values()]
        for operation, one in zip(self._api.operations, raw, strict=True):
            yield self._operation(operation, one)

    def _operation(self, operation: Operation, raw: Raw) -> dict[str, Any]:
        call = self._plan.calls[f"{operation.resource}.{operation.python_name}"]
        parameters = {(one["in"], one["name"]): one for one in raw.get("parameters", ())}
        told = [self._parameter(one, parameters.get((one.location, one.name), {})) for one in operation.parameters]
        common = [filled(one) for one in self._api.normal.tree.get("servers", ())]
        return {
            "id": operation.id,
            "name": call.name,
            "resource": operation.resource,
            "method": operation.method,
            "path": operation.path,
            "title": _title(operation),
            "about": operation.description,
            "deprecated": operation.deprecated,
            "signature": _signature(call),
            "parameters": told,
            "body": self._body(operation, raw),
            "answers": self._answers(operation, raw, call),
            "security": [{name: list(scopes) for name, scopes in one.items()} for one in operation.security],
            "servers": [one for one in operation.servers if one not in common],
            "stream": _stream(operation),
            "samples": [asdict(one) for one in self._samples(operation)],
            "source": self._sources.get(operation.pointer),
            "overlaid": self._overlaid.get(operation.pointer, []),
        }

    def _parameter(self, parameter: Parameter, raw: Raw) -> dict[str, Any]:
        value = next((value for _, _, value in written(raw)), NO_VALUE)
        is_example = value is not NO_VALUE
        if not is_example and parameter.required:
            value = self._requests.made(parameter.schema)
        return {
            "name": parameter.name,
            "python": parameter.python_name,
            "in": parameter.location,
            "required": parameter.required,
            "schema": parameter.schema,
            "about": parameter.description,
            "deprecated": parameter.deprecated,
            "style": parameter.style,
            "explode": parameter.explode,
            "reserved": parameter.allow_reserved,
            "type": parameter.media_type,
            "example": is_example,
            **({} if value is NO_VALUE else {"value": value}),
        }

    def _body(self, operation: Operation, raw: Raw) -> dict[str, Any] | None:
        body = operation.body
        if body is None:
            return None
        media = raw["requestBody"].get("content", {})
        contents = [self._requests.told(one, media.get(one.media_type, {})) for one in body.contents]
        return {"python": body.python_name, "required": body.required, "about": body.description, "contents": contents}

    def _answers(self, operation: Operation, raw: Raw, call: Call) -> list[dict[str, Any]]:
        responses = raw.get("responses", {})
        return [
            answer_told(one, responses.get(one.status, {}), self._replies, call.raises.get(one.status))
            for one in operation.responses
        ]


def _title(operation: Operation) -> str:
    """The summary; without one the words of the id: ``listHTTPCalls`` is ``List HTTP calls``."""
    spelt = (word if word.isupper() and len(word) > 1 else word.lower() for word in words(operation.id))
    told = " ".join(operation.summary.split()) or " ".join(spelt) or operation.id
    return told[:1].upper() + told[1:]


def _signature(call: Call) -> dict[str, Any]:
    required = [one.name for one in call.arguments if one.required]
    optional = [one.name for one in call.arguments if not one.required]
    return {"required": required, "optional": optional, "returns": " | ".join(call.returns)}


def _stream(operation: Operation) -> dict[str, Any] | None:
    stream = operation.stream
    return asdict(stream) | {"accepted": list(stream.accepted)} if stream else None


def _overlaid(normal: Normal) -> dict[str, list[str]]:
    """What overlays have changed, by the operation in which they did."""
    found: dict[str, list[str]] = {}
    for change in normal.changes:
        tokens = split(change.pointer)[:DEPTH_OF_OPERATION]
        if change.rule == OF_OVERLAY and len(tokens) == DEPTH_OF_OPERATION:
            found.setdefault("".join(f"/{escaped(token)}" for token in tokens), []).append(change.note)
    return found
