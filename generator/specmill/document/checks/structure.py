"""Is this an OpenAPI document from which a client can be made? Everything that is not is told at once, with its place.

Runs after the overlays and after ``bundle``, so every reference is ``#/...``. What is wrong but leaves no doubt about
what is meant (a response without a description, a path parameter that is not ``required``) is let pass.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from specmill.document import repairs
from specmill.document.checks.findings import Findings
from specmill.document.checks.paths import BRACES, Paths
from specmill.document.checks.references import References
from specmill.document.checks.schemas import check_schema, check_schema_list
from specmill.document.checks.streams import check_stream
from specmill.document.faults import closest, shown
from specmill.document.pointers import Path, Token, tokens_of
from specmill.document.positions import fault
from specmill.document.shape import FIELDS, METHODS, QUERY, is_reference
from specmill.errors import SpecmillError
from specmill.values import JSON, Document

VERSION = re.compile(r"3\.([012])(\.[0-9]+)?(-.*)?")
NEW_METHODS = {QUERY: "the method QUERY", "additionalOperations": "methods without a field of their own"}
METHOD = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, of additionalOperations
STATUS = re.compile(r"[1-5]([0-9]{2}|XX)|default")
WE_READ = "specmill reads OpenAPI 3.0, 3.1 and 3.2"
OTHERS = {  # a field at the top -> what has it
    "swagger": "a Swagger document",
    "asyncapi": "an AsyncAPI document",
    "arazzo": "an Arazzo document",
    "overlay": "an overlay",
    "$schema": "a JSON Schema",
}
STYLES = {
    "path": ("simple", "label", "matrix"),
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "header": ("simple",),
    "cookie": ("form", "cookie"),
    "querystring": (),
}
ENCODING = {str: (("contentType", "style"), "text"), bool: (("explode", "allowReserved"), "true or false")}
OPERATION_FIELDS = (*FIELDS["operation"], "tags", "summary", "description", "externalDocs", "operationId", "deprecated")
PATH_ITEM_FIELDS = (*FIELDS["path item"], "$ref", "summary", "description")
WHOLE = ("components", "paths", "responses")  # kinds that are called by their field
SCHEMES = ("apiKey", "http", "oauth2", "openIdConnect", "mutualTLS")


def check_structure(document: Document) -> None:
    """Raises what is wrong with the document, all of it at once."""
    _check_head(document)
    findings = Findings(document)
    checks = _Checks(document.tree, findings)
    for kind, node, path in checks.references.walk():
        checks.check(kind, node, path)
    checks.references.check_loops()
    findings.raise_any()


def _check_head(document: Document) -> None:
    tree = document.tree
    if not isinstance(tree, dict):
        what = "a list" if isinstance(tree, list) else "a single value"
        raise fault(document, "", f"an OpenAPI document is a mapping, and this is {what}", WE_READ)
    if "openapi" not in tree:
        raise _not_openapi(document, tree)
    found = VERSION.fullmatch(str(tree["openapi"]))
    if not found:
        raise fault(document, "/openapi", f"OpenAPI {shown(tree['openapi'])} is not known here", WE_READ)
    if not isinstance(tree.get("info"), dict):
        raise fault(document, "/info", "the field `info` is missing", "it needs at least a title and a version")
    if "paths" in tree and not isinstance(tree["paths"], dict):
        raise fault(document, "/paths", "`paths` has to be a mapping of paths to their operations")
    if "paths" not in tree:
        _check_without_paths(document, tree)


def _not_openapi(document: Document, tree: dict[str, Any]) -> SpecmillError:
    field = next((field for field in OTHERS if field in tree), "")
    if field == "swagger":
        message = f"this is Swagger {shown(tree['swagger'])}; {WE_READ}"
        return fault(
            document, "/swagger", message, f"convert it: npx swagger2openapi {document.files[0].name} -o openapi3.yaml"
        )
    what = f"this is {OTHERS[field]}, not an OpenAPI document" if field else "this is not an OpenAPI document"
    hint = f"it would begin with `openapi: 3.1.0`; {WE_READ}"
    return fault(document, f"/{field}" if field else "", f"{what}: the field `openapi` is missing", hint)


def _check_without_paths(document: Document, tree: dict[str, Any]) -> None:
    """Since OpenAPI 3.1 a document may hold models alone, or what a server calls; 3.0 demands paths."""
    if str(tree["openapi"]).startswith("3.0"):
        raise fault(document, "", "the field `paths` is missing", "OpenAPI 3.0 demands it: write `paths: {}`, or 3.1.0")
    if "components" not in tree and "webhooks" not in tree:
        hint = "a document has at least one of paths, components and webhooks"
        raise fault(document, "", "the field `paths` is missing, so there is nothing to generate", hint)


class _Checks:
    """One function for each kind of thing; all of them go on after a fault."""

    def __init__(self, tree: dict[str, Any], findings: Findings) -> None:
        self.tree = tree
        self.findings = findings
        self.add = findings.add
        self.references = References(tree, findings)
        self.version = int(str(tree["openapi"])[2])
        self.schemes = self._names_of_schemes()
        self.by_kind: dict[str, Callable[[Any, Path], None]] = {
            "info": self.info,
            "paths": Paths(findings, self.references).check,
            "path item": self.path_item,
            "operation": self.operation,
            "[parameter]": self.parameters,
            "parameter": self.parameter,
            "header": self.header,
            "request body": self.request_body,
            "encoding": self.encoding,
            "responses": self.responses,
            "response": self.response,
            "server": self.server,
            "security requirement": self.security,
            "security scheme": self.security_scheme,
            "schema": self.schema,
            "[schema]": lambda node, path: check_schema_list(node, path, findings),
        }

    def check(self, kind: str, node: JSON, path: Path) -> None:
        if kind[0] == "[":
            if not isinstance(node, list):
                self.add(path, f"{_last(path)} has to be a list")
                return
        elif not isinstance(node, dict) and not (kind == "schema" and isinstance(node, bool)):
            self.add(path, *_no_mapping(kind, node, path))
            return
        if isinstance(node, dict) and is_reference(kind, node):
            self.references.check(kind, node["$ref"], path)
            if kind not in ("schema", "path item"):
                return
        if kind in self.by_kind:
            self.by_kind[kind](node, path)

    def _names_of_schemes(self) -> dict[str, Any]:
        components = self.tree.get("components")
        schemes = components.get("securitySchemes") if isinstance(components, dict) else None
        return schemes if isinstance(schemes, dict) else {}

    # What the client says about itself

    def info(self, info: dict[str, Any], path: Path) -> None:
        title = info.get("title")
        if title is None or isinstance(title, dict | list):
            self.add(path, "`info` has a title, which is text", "the client is presented under it")

    # Operations

    def path_item(self, item: dict[str, Any], path: Path) -> None:
        for field in item:
            if field in PATH_ITEM_FIELDS or field.startswith("x-"):
                if field in NEW_METHODS and self.version < 2:
                    self.add((path, field), f"{NEW_METHODS[field]} came with OpenAPI 3.2", "write openapi: 3.2.0")
                continue
            lower, is_method = field.lower(), field.lower() in METHODS
            hint = "" if is_method else _close(field, PATH_ITEM_FIELDS)
            repair = _renamed(field, lower, "Methods are written in lower case") if is_method else _removed(field)
            self.add((path, field), f'a path has no field "{shown(field)}"', hint, repair)
        more = item.get("additionalOperations")
        for method in more if isinstance(more, dict) else ():
            self._check_method(method, ((path, "additionalOperations"), method))

    def _check_method(self, method: str, path: Path) -> None:
        """One that has no field of its own, spelt as it is sent."""
        if method.lower() in (*METHODS, QUERY):
            lower = method.lower()
            self.add(path, f"{shown(method)} has a field of its own", f"write `{lower}:` right below the path")
        elif not METHOD.fullmatch(method) or method in PATH_ITEM_FIELDS or method.startswith("x-"):
            self.add(path, f'"{shown(method)}" is no method', "a method is one word such as COPY")

    def operation(self, operation: dict[str, Any], path: Path) -> None:
        for field in operation:
            if field not in OPERATION_FIELDS and not field.startswith("x-"):
                hint = _close(field, OPERATION_FIELDS)
                self.add((path, field), f'an operation has no field "{shown(field)}"', hint, _removed(field))
        name = operation.get("operationId", "x")
        if not isinstance(name, str) or not name.strip():
            self.add((path, "operationId"), "an operationId is text", "put it into quotes, or leave it out")
        tags = operation.get("tags", [])
        if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
            self.add((path, "tags"), "tags are a list of names", "tags: [name]")
        if "x-stream" in operation:
            check_stream(operation["x-stream"], (path, "x-stream"), self.findings)

    def parameters(self, parameters: list[Any], path: Path) -> None:
        first: dict[tuple[str, str], Path] = {}
        for index, parameter in enumerate(parameters):
            here = (path, index)
            resolved, _ = self.references.resolved("parameter", parameter, here)
            if isinstance(resolved, dict) and isinstance(resolved.get("name"), str):
                name, location = resolved["name"], str(resolved.get("in"))
                key = (location, name.lower() if location == "header" else name)
                if first.setdefault(key, here) is not here:
                    place = self.findings.place(first[key])
                    self.add(here, f"the {shown(location)} parameter {shown(name)} stands twice; first at {place}")

    def parameter(self, parameter: dict[str, Any], path: Path) -> None:
        location = parameter.get("in")
        if not isinstance(parameter.get("name"), str) or not parameter["name"]:
            self.add(path, "a parameter has a name, which is text", "name: …")
        if location in ("body", "formData"):
            self.add((path, "in"), f"`in: {location}` is Swagger 2.0", "write a requestBody with a schema instead")
        elif not isinstance(location, str) or location not in STYLES:
            self.add((path, "in"), f"a parameter is in {', '.join(STYLES)}", f"not in {shown(location)}")
        else:
            self._check_style(parameter, location, path)
            self._check_schema_or_content(parameter, "parameter", path)

    def _check_style(self, parameter: dict[str, Any], location: str, path: Path) -> None:
        style = parameter.get("style")
        if style is not None and style not in STYLES[location]:
            hint = f"there are {', '.join(STYLES[location]) or 'none'}"
            self.add((path, "style"), f"a {location} parameter has no style {shown(style)}", hint)

    def _check_schema_or_content(self, node: dict[str, Any], what: str, path: Path) -> None:
        content = node.get("content")
        if "schema" in node and "content" in node:
            self.add(path, f"this {what} has both schema and content", "it has the one or the other")
        elif "content" in node and (not isinstance(content, dict) or len(content) != 1):
            self.add((path, "content"), f"the content of a {what} is one media type")
        elif "schema" not in node and "content" not in node:
            self._no_schema(node, what, path)

    def _no_schema(self, node: dict[str, Any], what: str, path: Path) -> None:
        own = {key: node[key] for key in ("type", "format", "items", "enum", "default") if key in node}
        if own:
            message = f"the type of a {what} is told by its schema (that it stands here is Swagger 2.0)"
            self.add(
                path, message, "", lambda at: repairs.update(at, {"schema": own}, f"A {what} has its type in a schema")
            )
        elif what == "parameter":
            text = {"schema": {"type": "string"}}
            repair = lambda at: repairs.update(at, text, "It is sent as text")  # noqa: E731
            self.add(path, "this parameter has neither schema nor content", "say what it takes", repair)

    def header(self, header: dict[str, Any], path: Path) -> None:
        self._check_schema_or_content(header, "header", path)

    # Bodies and answers

    def request_body(self, body: dict[str, Any], path: Path) -> None:
        if "content" not in body or body["content"] == {}:
            self.add(path, "a request body has `content`, a mapping of media types", "content: {application/json: {…}}")

    def encoding(self, encoding: dict[str, Any], path: Path) -> None:
        for kind, (fields, wanted) in ENCODING.items():
            for field in fields:
                if not isinstance(encoding.get(field), kind | None):
                    self.add((path, field), f"`{field}` of an encoding is {wanted}")

    def responses(self, responses: dict[str, Any], path: Path) -> None:
        for status in responses:
            if not STATUS.fullmatch(status) and not status.startswith("x-"):
                upper = status.upper()
                known = STATUS.fullmatch(upper)
                repair = _renamed(status, upper, "Ranges are written in upper case") if known else None
                hint = "" if known else "a status is three digits, a range such as 4XX, or default"
                self.add((path, status), f'"{shown(status)}" is no status', hint, repair)

    def response(self, response: dict[str, Any], path: Path) -> None:
        if "schema" in response and "content" not in response:
            content = {"content": {"application/json": {"schema": response["schema"]}}}

            def repair(tokens: list[Token]) -> str:
                return repairs.update(tokens, content, "A response has its schema in a media type")

            message = "the schema of a response stands in its `content` (that it stands here is Swagger 2.0)"
            self.add((path, "schema"), message, "", lambda tokens: repair(tokens[:-1]))

    def schema(self, schema: JSON, path: Path) -> None:
        check_schema(schema, path, self.findings)
        if isinstance(schema, dict) and "discriminator" in schema:
            self.references.check_mapping(schema["discriminator"], (path, "discriminator"))

    # Servers and security

    def server(self, server: dict[str, Any], path: Path) -> None:
        url, variables = server.get("url"), server.get("variables", {})
        if not isinstance(url, str):
            self.add(path, "a server has a url, which is text")
            return
        if not isinstance(variables, dict):
            self.add((path, "variables"), "the variables of a server are a mapping")
            return
        for name, variable in variables.items():
            if not isinstance(variable, dict) or not isinstance(variable.get("default"), str):
                self.add(((path, "variables"), name), "the variable of a server has a default, which is text")
        for name in BRACES.findall(url):
            if name not in variables:
                self.add((path, "url"), f"the variable {{{shown(name)}}} is not defined", "add it to `variables`")

    def security(self, requirement: dict[str, Any], path: Path) -> None:
        for name, scopes in requirement.items():
            if name not in self.schemes and "/" not in name:
                self.add((path, name), f"there is no security scheme {shown(name)}", self._near_scheme(name))
            if not isinstance(scopes, list) or not all(isinstance(scope, str) for scope in scopes):
                self.add(
                    (path, name), "what is required of a security scheme is a list of scopes", f"{shown(name)}: []"
                )

    def _near_scheme(self, name: str) -> Callable[[], str]:
        def hint() -> str:
            close = closest(name, self.schemes)
            return f"did you mean {shown(close[0])}?" if close else "define it in components.securitySchemes"

        return hint

    def security_scheme(self, scheme: dict[str, Any], path: Path) -> None:
        kind = scheme.get("type")
        if kind not in SCHEMES:
            basic = {"type": "http", "scheme": "basic"} if kind == "basic" else {}
            repair = lambda at: repairs.update(at, basic, "Basic is a scheme of HTTP") if basic else ""  # noqa: E731
            self.add(
                path, f"the type of a security scheme is {', '.join(SCHEMES)}", "" if basic else "mend the type", repair
            )
            return
        for field in {"apiKey": ("name", "in"), "http": ("scheme",)}.get(str(kind), ()):
            if not isinstance(scheme.get(field), str):
                self.add(path, f"a security scheme of type {kind} has the field `{field}`")
        if kind == "apiKey" and scheme.get("in") not in ("query", "header", "cookie"):
            self.add((path, "in"), "an API key is in query, header or cookie")
        if kind == "oauth2":
            self._check_flows(scheme.get("flows", {}), (path, "flows"))

    def _check_flows(self, flows: JSON, path: Path) -> None:
        """Of all flows a client carries out that of client credentials."""
        flow = flows.get("clientCredentials", {}) if isinstance(flows, dict) else None
        if not isinstance(flow, dict):
            self.add(path, "the flows of OAuth 2 are mappings", "flows: {clientCredentials: {tokenUrl: …}}")
        elif not isinstance(flow.get("tokenUrl", ""), str):
            self.add(((path, "clientCredentials"), "tokenUrl"), "a tokenUrl is text")


def _no_mapping(kind: str, node: JSON, path: Path) -> tuple[str, str]:
    there = "null" if node is None else "a list" if isinstance(node, list) else f"{shown(node, 40)!r}"
    if kind == "schema":
        return f"a schema is a mapping, true or false, not {there}", ""
    what = f"{_last(path)} has to be a mapping" if kind[0] == "{" or kind in WHOLE else ""
    return what or f"{'an' if kind[0] in 'aeio' else 'a'} {kind} is a mapping, not {there}", ""


def _last(path: Path) -> str:
    return shown(tokens_of(path)[-1]) if path else "the document"


def _close(field: str, fields: tuple[str, ...]) -> str:
    close = closest(field, fields)
    return f"did you mean {close[0]}?" if close else "a field of your own begins with x-"


def _removed(field: str) -> Callable[[list[Token]], str]:
    return lambda tokens: repairs.removal(tokens, f"OpenAPI knows no field {field} here")


def _renamed(old: str, new: str, why: str) -> Callable[[list[Token]], str]:
    return lambda tokens: repairs.rename(tokens[:-1], old, new, why)
