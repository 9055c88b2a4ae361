"""First pass: every operation complete in itself, every reference that is left one to a schema.

Path items, parameters, bodies, answers, headers and examples are written out where they are used; what a path says
for all its operations is said by each; ids, security and servers are filled in. Every schema learns where it stands
in the document (``AT``), and a schema that a reference reaches elsewhere than in the components becomes one.
"""

from __future__ import annotations

import re
from typing import Any

from specmill import naming
from specmill.document.media_types import is_multipart, is_text, named
from specmill.document.passes.incoming import Incoming
from specmill.document.pointers import escaped
from specmill.document.tree import (
    AT,
    LIMIT_OF_REFERENCES,
    METHODS,
    Changes,
    Tree,
    component,
    fault,
    found,
    is_annotation,
    places,
    rebuilt,
    steps,
)

STYLES = {"path": "simple", "query": "form", "header": "simple", "cookie": "form", "querystring": "form"}
IGNORED_HEADERS = ("accept", "content-type", "authorization")  # OpenAPI: such a definition shall be ignored
SHARED = ("summary", "description")
OF_PATHS = ("$ref", "summary", "description", "servers", "parameters", "additionalOperations")
EMPTY = ("204", "205")
LEFT_OUT = "left out but for the models in them: a client does not answer them"
TEXTS = ("string", ["string"], ["string", "null"])
POINTERS = "x-specmill-pointer"


def complete(document: Tree, changes: Changes) -> Tree:
    return _Completion(document, changes).tree()


class _Completion:
    def __init__(self, document: Tree, changes: Changes) -> None:
        self.document = document
        self.changes = changes
        self.elsewhere: dict[str, None] = {}  # pointers of schemas that are to become components, in order
        self.incoming = Incoming(self.direct)
        self.ids: set[str] = _ids(document)
        self.modern = not str(document.get("openapi", "")).startswith("3.0")

    def tree(self) -> Tree:
        paths = {path: self.path(path) for path in _paths(self.document)}
        if self.document.get("webhooks"):
            self.changes.add("webhooks", "/webhooks", LEFT_OUT)
            self.elsewhere |= dict.fromkeys(self.incoming.webhooks(self.document["webhooks"]))
        named = (self.document.get("components") or {}).get("schemas") or {}
        tree: Tree = {
            "openapi": "3.1.0",
            "info": self.document.get("info", {}),
            "servers": self.document.get("servers") or [],
            "security": self.document.get("security") or [],
            "components": {"securitySchemes": self.schemes(), "schemas": dict(named)},
            "paths": paths,
        }
        for holder, key, pointer in places(tree):
            origin = f"{holder[POINTERS]}/{key}" if POINTERS in holder else pointer
            holder[key] = self.schema(_written_out(holder[key]), origin)
        self._pull(tree)
        return {**tree, **{key: value for key, value in self.document.items() if key.startswith("x-")}}

    def schemes(self) -> Tree:
        schemes = (self.document.get("components") or {}).get("securitySchemes") or {}
        return {
            name: self.direct(scheme, f"/components/securitySchemes/{escaped(name)}")[0]
            for name, scheme in schemes.items()
        }

    def direct(self, node: Any, pointer: str) -> tuple[Tree, str]:
        """What stands here, after references; and the pointer of where it really stands."""
        for _ in range(LIMIT_OF_REFERENCES):
            if not isinstance(node, dict):
                raise fault(pointer, f"an object is expected here, not {type(node).__name__}")
            if not isinstance(node.get("$ref"), str):
                return node, pointer
            beside = {key: node[key] for key in SHARED if key in node}
            reference = node["$ref"]
            node = found(self.document, reference, f"{pointer}/$ref")
            pointer = "/" + "/".join(escaped(part) for part in steps(reference))
            node = {**node, **beside} if isinstance(node, dict) else node
        raise fault(pointer, "these references lead in a circle", "let one of them name the thing itself")

    def path(self, path: str) -> Tree:
        raw = self.document["paths"][path]
        beside = {key: value for key, value in raw.items() if key != "$ref"}
        item, pointer = self.direct(raw, f"/paths/{escaped(path)}")
        item = {**item, **beside}
        methods = {name: (value, f"{pointer}/{name}") for name, value in item.items() if _is_method(name)}
        for name, operation in (item.get("additionalOperations") or {}).items():
            methods[name] = (operation, f"{pointer}/additionalOperations/{escaped(name)}")
        return {method: self.operation(path, method, *where, item, pointer) for method, where in methods.items()}

    def operation(self, path: str, method: str, raw: Any, at: str, item: Tree, item_at: str) -> Tree:
        operation, at = self.direct(raw, at)
        kept = {key: value for key, value in operation.items() if key not in ("callbacks", "externalDocs")}
        if operation.get("callbacks"):
            self.changes.add("callbacks", f"{at}/callbacks", LEFT_OUT)
            self.elsewhere |= dict.fromkeys(self.incoming.callbacks(operation["callbacks"], f"{at}/callbacks"))
        security = operation.get("security", self.document.get("security") or [])
        complete: Tree = {
            **{key: item[key] for key in SHARED if key in item},
            **kept,
            "operationId": str(operation.get("operationId") or self.made_id(path, method)),
            "tags": [str(tag) for tag in operation.get("tags") or []],
            "parameters": self.parameters(operation, at, item, item_at),
            "responses": {
                str(status): self.response(response, str(status), f"{at}/responses/{escaped(str(status))}")
                for status, response in (operation.get("responses") or {}).items()
                if not str(status).startswith("x-")
            },
            "security": security,
            "servers": self.servers(operation, item),
            POINTERS: operation.get(POINTERS, at),
        }
        if "requestBody" in operation:
            complete["requestBody"] = self.body(operation["requestBody"], f"{at}/requestBody")
        return complete

    def made_id(self, path: str, method: str) -> str:
        """An id from method and path, as a person would make it: ``GET /users/{id}`` is ``get_users_by_id``."""
        told = re.sub(r"\{([^}]*)\}", r" by \1 ", path)
        words = [naming.snake(method), *filter(None, map(naming.joined, told.split("/")))]
        plain = "_".join(words if path != "/" else [*words, "root"])
        made = naming.unique([plain, f"{plain}_slash"] if path.endswith("/") else [plain], self.ids)
        self.ids.add(made.casefold())
        return made

    def servers(self, operation: Tree, item: Tree) -> list[Tree]:
        chosen = operation.get("servers") or item.get("servers") or self.document.get("servers") or []
        return [{**{k: v for k, v in server.items() if k != "variables"}, "url": _filled(server)} for server in chosen]

    def parameters(self, operation: Tree, at: str, item: Tree, item_at: str) -> list[Tree]:
        """Those of the path first, those of the operation in place of the same ones."""
        merged: dict[tuple[str, str], Tree] = {}
        for holder, base in ((item, item_at), (operation, at)):
            for index, raw in enumerate(holder.get("parameters") or ()):
                parameter, pointer = self.direct(raw, f"{base}/parameters/{index}")
                name, location = str(parameter.get("name", "")), str(parameter.get("in", ""))
                if location == "header" and name.lower() in IGNORED_HEADERS:
                    self.changes.add("ignored-header", pointer, f"{name} is the client's to send, not an argument")
                    continue
                merged[location, name] = self.parameter(parameter, pointer, location)
        return list(merged.values())

    def parameter(self, parameter: Tree, pointer: str, location: str) -> Tree:
        plain = self.examples(parameter)
        if "content" in parameter:
            return {
                **plain,
                "required": bool(parameter.get("required")),
                POINTERS: plain.get(POINTERS, pointer),
                "content": self.contents(parameter["content"], f"{pointer}/content"),
            }
        style = str(parameter.get("style") or STYLES.get(location, "simple"))
        return {
            **plain,
            "required": bool(parameter.get("required")),
            "style": style,
            "explode": bool(parameter.get("explode", style in ("form", "cookie"))),
            "schema": parameter.get("schema", {}),
            POINTERS: plain.get(POINTERS, pointer),
        }

    def body(self, raw: Any, pointer: str) -> Tree:
        body, pointer = self.direct(raw, pointer)
        contents = self.contents(body.get("content") or {}, f"{pointer}/content")
        told = {POINTERS: body.get(POINTERS, pointer)}
        return {**body, "required": bool(body.get("required")), "content": contents, **told}

    def response(self, raw: Any, status: str, pointer: str) -> Tree:
        response, pointer = self.direct(raw, pointer)
        complete = {key: value for key, value in response.items() if key != "links"}
        if response.get("links"):
            self.changes.add("links", f"{pointer}/links", "left out: they describe calls to come, not this answer")
        if status in EMPTY and complete.pop("content", None):
            self.changes.add("no-content", f"{pointer}/content", f"left out: HTTP allows no content for {status}")
        if "content" in complete:
            complete["content"] = self.contents(response["content"] or {}, f"{pointer}/content")
        if response.get("headers"):
            complete["headers"] = self.headers(response["headers"], f"{pointer}/headers")
        return {**complete, POINTERS: response.get(POINTERS, pointer)}

    def headers(self, headers: Tree, pointer: str) -> Tree:
        complete = {}
        for name, raw in headers.items():
            header, at = self.direct(raw, f"{pointer}/{escaped(name)}")
            if name.lower() != "content-type":
                complete[name] = self.parameter(header, at, "header")
        return complete

    def contents(self, contents: Tree, pointer: str) -> Tree:
        complete = {}
        for media_type, raw in contents.items():
            content, at = self.direct(raw, f"{pointer}/{escaped(media_type)}")
            told = {**self.examples(content), POINTERS: content.get(POINTERS, at)}
            complete[str(media_type)] = with_media_types(told) if is_multipart(str(media_type)) else told
        return complete

    def examples(self, holder: Tree) -> Tree:
        """A copy whose named examples are written out."""
        if not isinstance(holder.get("examples"), dict):
            return dict(holder)
        told = {
            name: self.direct(example, "")[0] if isinstance(example, dict) else example
            for name, example in holder["examples"].items()
        }
        return {**holder, "examples": told}

    def schema(self, schema: Any, pointer: str) -> Any:
        """A copy that knows where it stands, with references to components only."""
        if not isinstance(schema, dict):
            return schema
        copy = rebuilt(schema, lambda inner, inside: self.schema(inner, pointer + inside))
        copy.setdefault(AT, pointer)
        copy.pop("$defs", None)
        copy.pop("$schema", None)
        copy.pop("$comment", None)
        if isinstance(schema.get("$ref"), str):
            copy["$ref"] = self.reference(schema["$ref"], pointer)
        return copy

    def reference(self, reference: str, pointer: str) -> str:
        parts = steps(reference)
        if parts[:2] == ["components", "schemas"] and len(parts) == 3:
            found(self.document, reference, f"{pointer}/$ref")
            return component(parts[2])
        if not reference.startswith("#/"):
            raise fault(pointer, f"the reference {reference} does not start with #/", "write it as a JSON pointer")
        target = "/" + "/".join(escaped(part) for part in parts)
        self.elsewhere[target] = None
        return component(target)

    def _pull(self, tree: Tree) -> None:
        """The schemas that references reach elsewhere, as components keyed by their pointer until they get a name."""
        done: set[str] = set()
        while pending := [pointer for pointer in self.elsewhere if pointer not in done]:
            for pointer in pending:
                done.add(pointer)
                target = found(self.document, pointer, pointer)
                if not isinstance(target, dict | bool):
                    raise fault(pointer, "a schema is expected where this reference points")
                tree["components"]["schemas"][pointer] = self.schema(_written_out(target), pointer)


def _written_out(schema: Any) -> Any:
    """A schema that is only true or false, as an object that can be told where it stands."""
    return ({} if schema else {"not": {}}) if isinstance(schema, bool) else schema


def with_media_types(content: Tree) -> Tree:
    """A multipart content whose members say themselves which media type their encoding gives them, if it is no text."""
    schema, encoding = content.get("schema"), content.get("encoding")
    if not isinstance(encoding, dict) or not isinstance(schema, dict) or not isinstance(schema.get("properties"), dict):
        return content
    members = {name: _with_media_type(member, encoding.get(name)) for name, member in schema["properties"].items()}
    return {**content, "schema": {**schema, "properties": members}}


def _with_media_type(member: Any, encoding: Any) -> Any:
    types = named(str(encoding.get("contentType") or "")) if isinstance(encoding, dict) else []
    if not types or all(map(is_text, types)) or not isinstance(member, dict):
        return member
    if "items" in member:
        return {**member, "items": _with_media_type(member["items"], encoding)}
    said = {key for key in member if not is_annotation(key)}
    plain = said <= {"type", "minLength", "maxLength"} and member.get("type", "string") in TEXTS
    return {**member, "contentMediaType": types[0]} if plain else member


def _is_method(name: str) -> bool:
    """One with a field of its own, or one of 3.2's additional operations, which the normal form writes beside them."""
    return name in METHODS or not (name in OF_PATHS or name.startswith("x-"))


def _paths(document: Tree) -> Tree:
    return {path: item for path, item in (document.get("paths") or {}).items() if not path.startswith("x-")}


def _ids(document: Tree) -> set[str]:
    items = [item for item in _paths(document).values() if isinstance(item, dict)]
    operations = [value for item in items for value in item.values() if isinstance(value, dict)]
    return {naming.snake(str(operation.get("operationId", ""))).casefold() for operation in operations}


def _filled(server: Tree) -> str:
    """The URL with the defaults of its variables."""
    variables = server.get("variables") or {}

    def default(match: re.Match[str]) -> str:
        return str((variables.get(match.group(1)) or {}).get("default", match.group(0)))

    return re.sub(r"\{([^}]*)\}", default, str(server.get("url", "")))
