"""Writes the calls of a client: its resources, the two clients that hold them, and the package itself.

openapi-python-client does the rendering, over a facade and through our templates (see facade.py, engine.py). What it
rendered is compared with the document's operations before anything is handed on (see rendered.py).
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from specmill.emit.calls import Call, sentence
from specmill.emit.contents import World
from specmill.emit.engine import Engine
from specmill.emit.facade import Facade, facade, number_of
from specmill.emit.imports import FACT_HOMES, Imports
from specmill.emit.listed import listed
from specmill.emit.rendered import Rendered
from specmill.emit.source import call, docstring, py
from specmill.errors import Place, SpecmillError
from specmill.naming import RESERVED
from specmill.values import Config, File, Normal, Operation

if TYPE_CHECKING:
    from specmill.emit.models import Models

MIXINS = ("ClientExtension", "AsyncClientExtension")
# By the module they come from, in the order of imports.
SETTINGS = {
    "_auth": ("ApiKey", "Basic", "Bearer"),
    "_network": ("ClientCertificate", "Timeouts"),
    "_oauth": ("ClientCredentials",),
    "_retries": ("Retries",),
}
EXPORTED = (
    *(name for names in SETTINGS.values() for name in names),
    "AsyncClient",
    "Client",
    "UNSET",
    "errors",
    "models",
)
# What client.py uses itself; the class of a resource gives way to it.
GLUE = ("BaseAsyncClient", "BaseClient", "Lazy", "Scheme", "SECURITY", "SERVERS", "TYPE_CHECKING", *MIXINS, *EXPORTED)


def emit(normal: Normal, operations: tuple[Operation, ...], models: Models, config: Config) -> tuple[File, ...]:
    """All generated files but the models."""
    shown = facade(operations)
    engine = Engine(shown, normal)
    rendered = Rendered(shown)
    package = Package(normal, operations, models.types)
    modules: list[Module] = []
    files = [*_resources(package, shown, engine, rendered, modules)]
    rendered.compare(operations, normal)
    calls = ((module.name, one) for module in sorted(modules, key=lambda one: one.name) for one in module.calls)
    files += [
        File("_operations.py", listed(calls, normal).encode(), "client"),
        _rendered(engine, "resources_init.py.jinja", "resources/__init__.py"),
        _rendered(engine, "client.py.jinja", "client.py", package=package, mixins=mixins_of(config)),
        _rendered(engine, "package_init.py.jinja", "__init__.py", package=package),
    ]
    return tuple(files)


def _resources(
    package: Package, shown: Facade, engine: Engine, rendered: Rendered, modules: list[Module]
) -> Iterator[File]:
    for tag, endpoints in engine.collections.items():
        module = Module(package, shown.resources[number_of(tag)], rendered)
        modules.append(module)
        path = f"resources/{module.name}.py"
        yield _rendered(engine, "resource.py.jinja", path, module=module, endpoints=endpoints)


def _rendered(engine: Engine, template: str, path: str, **values: Any) -> File:
    engine.environment.filters["py"] = py
    text = engine.environment.get_template(template).render(docstring=docstring, **values)
    return File(path, text.encode(), "client")


class Package:
    """What the whole client says about its document."""

    def __init__(self, normal: Normal, operations: tuple[Operation, ...], types: Mapping[str, str]) -> None:
        tree = normal.tree
        components = tree.get("components", {})
        self.title = " ".join(str(tree["info"]["title"]).split()).rstrip(".")
        self.about = str(tree["info"].get("description") or "").strip().partition("\n\n")[0]
        self.models = sorted(components.get("schemas", {}))
        self.exported = sorted((*EXPORTED, *self.models))
        self.homes = self._homes()
        self.servers = tuple(filled(server) for server in tree.get("servers", ()))
        self.schemes = {name: _scheme(scheme) for name, scheme in components.get("securitySchemes", {}).items()}
        self.world = World(types, components.get("schemas", {}), self.servers)
        self.by_resource = _grouped(operations)
        self.classes = class_names(self.by_resource, self.models)
        self._tags = {tag["name"]: tag.get("description") for _, tag in listed_tags(normal.document.tree)}

    def _homes(self) -> dict[str, tuple[str, ...]]:
        """Where each name of the package is, by module."""
        own = {f".{module}": names for module, names in SETTINGS.items()}
        models = {".models": tuple(self.models)} if self.models else {}
        clients = ("AsyncClient", "Client")
        return {"msgspec": ("UNSET",), ".": ("errors", "models"), **own, ".client": clients, **models}

    @property
    def resources(self) -> list[tuple[str, str]]:
        """Attribute and class of each resource, by name."""
        return sorted(self.classes.items())

    def told(self, resource: str) -> str:
        """What the document says about a resource."""
        tag = self.by_resource[resource][0].tag
        told = self._tags.get(tag)
        about = told.strip() if isinstance(told, str) else ""
        return f"{sentence(tag or 'Operations without a tag')}\n\n{about}".strip()


class Module:
    """One resource: what its template asks for while it renders."""

    def __init__(self, package: Package, name: str, rendered: Rendered) -> None:
        operations = package.by_resource[name]
        self.name = name
        self.class_name = package.classes[name]
        self.imports = Imports({operation.python_name for operation in operations})
        self.imports.use("Resource", "AsyncResource")
        self.calls: list[Call] = []
        self._package = package
        self._rendered = rendered
        self._constants = constants_of(operations, package.models)

    def docstring(self, indent: int) -> str:
        return docstring(self._package.told(self.name), indent)

    def call(self, endpoint: Any) -> Call:
        operation = self._rendered.operation(endpoint.method, _text(endpoint.path))
        self.calls.append(Call(operation, self._constants[operation.id], self._package.world, self.imports))
        return self.calls[-1]

    def parameters(self, call: Call, endpoint: Any) -> list[str]:
        """In the order of the document, whatever the engine's is."""
        found = sorted(
            self._rendered.parameter(call.operation, str(location), _text(parameter.name))
            for location, parameter in endpoint.iter_all_parameters()
        )
        return [call.parameter(index) for index in found]

    def body(self, call: Call, endpoint: Any) -> str:
        return call.body(self._rendered.content(call.operation, _text(body.content_type)) for body in endpoint.bodies)

    def statuses(self, call: Call, endpoint: Any) -> list[str]:
        return [self._rendered.status(call.operation, one.status_code.pattern) for one in endpoint.responses]


def class_names(resources: Iterable[str], models: Iterable[str]) -> dict[str, str]:
    """The class of each resource; it gives way to models and to what the generated modules need."""
    taken = {*models, *FACT_HOMES, *GLUE, *RESERVED}
    names: dict[str, str] = {}
    for resource in resources:
        pascal = "".join(part[:1].upper() + part[1:] for part in resource.split("_")) or "Resource"
        candidates = (pascal, f"{pascal}Resource", *(f"{pascal}Resource{number}" for number in range(2, 1000)))
        name = next(one for one in candidates if not {one, f"Async{one}"} & taken)
        taken |= {name, f"Async{name}"}
        names[resource] = name
    return names


def constants_of(operations: Iterable[Operation], models: Iterable[str]) -> dict[str, str]:
    """The constant of each operation: its method in capitals."""
    taken = {"UNSET", "UUID", "IO", *models}
    names: dict[str, str] = {}
    for operation in operations:
        name = operation.python_name.upper()
        while name in taken:
            name += "_"
        taken.add(name)
        names[operation.id] = name
    return names


@dataclass(frozen=True, slots=True)
class Mixins:
    """Which classes of the extension the clients inherit from."""

    found: tuple[str, ...] = field(default=())

    def bases(self, mixin: str, base: str) -> str:
        return f"{mixin}, {base}" if mixin in self.found else base


def mixins_of(config: Config) -> Mixins:
    """Read from the source: importing the extension could run anything, and needs the client that is not there yet."""
    path = config.root / config.extension / "extension.py" if config.extension else None
    if path is None or not path.is_file():
        return Mixins()
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError) as error:
        line, column = getattr(error, "lineno", None) or 0, getattr(error, "offset", None) or 0
        place = Place(path.relative_to(config.root).as_posix(), line, column)
        raise SpecmillError("the extension is not Python", place=place, hint="mend it and run again") from None
    defined = {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
    return Mixins(tuple(name for name in sorted(MIXINS) if name in defined))


def _grouped(operations: Iterable[Operation]) -> dict[str, list[Operation]]:
    groups: dict[str, list[Operation]] = {}
    for operation in operations:
        groups.setdefault(operation.resource, []).append(operation)
    return groups


def listed_tags(tree: Any) -> Iterator[tuple[int, dict[str, Any]]]:
    """The tags that the document tells about, by their place. They change no call, so nobody has checked them."""
    tags = tree.get("tags") if isinstance(tree, dict) else None
    for index, tag in enumerate(tags if isinstance(tags, list) else ()):
        if isinstance(tag, dict) and isinstance(tag.get("name"), str):
            yield index, tag


def filled(server: Mapping[str, Any]) -> str:
    url = str(server["url"])
    for name, variable in server.get("variables", {}).items():
        url = url.replace(f"{{{name}}}", str(variable.get("default", "")))
    return url


def _scheme(scheme: Mapping[str, Any]) -> str:
    """``Scheme("http", scheme="basic")``"""
    return call(
        "Scheme",
        py(scheme["type"]),
        scheme=py(scheme["scheme"]) if "scheme" in scheme else "",
        location=py(scheme["in"]) if "in" in scheme else "",
        name=py(scheme["name"]) if "name" in scheme else "",
        token_url=py(url) if (url := _token_url(scheme)) else "",
    )


def _token_url(scheme: Mapping[str, Any]) -> str:
    """Where client credentials become a token, if the document says it."""
    flow = (scheme.get("flows") or {}).get("clientCredentials") or {}
    return str(flow.get("tokenUrl") or "")


def _text(name: Any) -> str:
    """The engine wraps what it holds to be untrusted; all of it comes from the facade."""
    return str(name.get_untrusted_value() if hasattr(name, "get_untrusted_value") else name)
