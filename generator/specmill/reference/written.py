"""What a client has, read from its own source: so the reference cannot say anything else than the client does.

Nothing is imported or run. A type is the tree of its annotation, as it stands in the generated module.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from specmill.emit.fields import REST
from specmill.values import Build, File

EXTENSION, FROM_ENV = "ClientExtension", "from_env"
FREE = frozenset(("UNSET", "UnsetType"))


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a model, by both of its names."""

    name: str
    wire: str
    type: ast.expr
    needed: bool  # has to be given when the model is made
    constant: bool = False  # has one value only, and need not be given for that


@dataclass(frozen=True, slots=True)
class Model:
    name: str
    kind: str  # "struct", "union" or "alias"
    members: tuple[Member, ...] = ()
    type: ast.expr | None = None  # of what is no struct
    tags: Mapping[str, str] = field(default_factory=dict)  # value of the discriminator -> model
    tag: str = ""  # which member that is, on the wire
    rest: bool = False  # further members are kept
    closed: bool = False  # there are no further members


@dataclass(frozen=True, slots=True)
class Argument:
    name: str
    type: ast.expr
    default: str = ""
    named: bool = False  # may not be given by position

    @property
    def required(self) -> bool:
        return not self.default


@dataclass(frozen=True, slots=True)
class Method:
    """A method of a resource."""

    name: str
    arguments: tuple[Argument, ...]
    returns: ast.expr
    options: str = ""  # the type of ``**options``

    @property
    def told_arguments(self) -> list[str]:
        """What stands between the brackets of its ``def``."""
        shown = ["self"]
        for one in self.arguments:
            shown += ["*"] if one.named and "*" not in shown else []
            shown.append(f"{one.name}: {ast.unparse(one.type)}" + (f" = {one.default}" if one.default else ""))
        return [*shown, *([f"**options: {self.options}"] if self.options else [])]


@dataclass(frozen=True, slots=True)
class Resource:
    name: str  # the attribute of the client
    class_name: str
    methods: Mapping[str, Method]
    asynchronous: Mapping[str, Method]


@dataclass(frozen=True)
class Written:
    """All of a client that the reference tells about."""

    build: Build

    @cached_property
    def models(self) -> Mapping[str, Model]:
        tree = ast.parse(_file(self.build, "models.py"))
        return {model.name: model for model in _models(tree, self._wires)}

    @cached_property
    def resources(self) -> Mapping[str, Resource]:
        names = dict.fromkeys(operation.resource for operation in self.build.operations)
        return {name: _resource(name, ast.parse(_file(self.build, f"resources/{name}.py"))) for name in names}

    @cached_property
    def has_from_env(self) -> bool:
        """Whether the extension knows how to find a client's settings in the environment."""
        source = _file(self.build, "extension.py")
        classes = (node for node in ast.parse(source).body if isinstance(node, ast.ClassDef) and node.name == EXTENSION)
        return any(isinstance(one, ast.FunctionDef) and one.name == FROM_ENV for node in classes for one in node.body)

    @property
    def _wires(self) -> Mapping[str, str]:
        """``Pet.pet_type`` -> its name on the wire."""
        named = ((one.python.split(".", 1), one.wire) for one in self.build.names)
        return {parts[1]: wire for parts, wire in named if parts[0] == "models" and len(parts) == 2}


def _file(build: Build, path: str) -> bytes:
    found: dict[str, File] = {file.path: file for file in build.files}
    return found[path].content if path in found else b""


# ---------------------------------------------------------------- models


def _models(tree: ast.Module, wires: Mapping[str, str]) -> Iterator[Model]:
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            yield _struct(node, wires)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and _is_alias(node) and node.value:
            yield Model(node.target.id, "alias", type=node.value)
        elif isinstance(node, ast.If):
            yield _union(node)


def _is_alias(node: ast.AnnAssign) -> bool:
    return isinstance(node.annotation, ast.Name) and node.annotation.id == "TypeAlias"


def _struct(node: ast.ClassDef, wires: Mapping[str, str]) -> Model:
    fields = [one for one in node.body if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)]
    bases = {base.id for base in node.bases if isinstance(base, ast.Name)}
    members = tuple(_member(node.name, one, wires) for one in fields if not _is_class_variable(one))
    is_open = "OpenStruct" in bases
    return Model(
        node.name,
        "struct",
        tuple(one for one in members if not (is_open and one.name == REST)),
        rest=is_open,
        closed=any(one.arg == "forbid_unknown_fields" for one in node.keywords),
    )


def _is_class_variable(node: ast.AnnAssign) -> bool:
    return isinstance(node.annotation, ast.Subscript) and ast.unparse(node.annotation.value) == "ClassVar"


def _member(model: str, node: ast.AnnAssign, wires: Mapping[str, str]) -> Member:
    assert isinstance(node.target, ast.Name)
    name, value = node.target.id, node.value
    if isinstance(value, ast.Call):  # field(name=…, default=…)
        value = next((one.value for one in value.keywords if one.arg in ("default", "default_factory")), None)
    constant = value is not None and not (isinstance(value, ast.Name) and value.id in FREE)
    return Member(name, wires.get(f"{model}.{name}", name), node.annotation, value is None, constant)


def _union(node: ast.If) -> Model:
    """``if TYPE_CHECKING: Shape: TypeAlias = "Circle | Square"`` with what decodes it behind ``else``."""
    seen, decoded = node.body[0], node.orelse[0]
    assert isinstance(seen, ast.AnnAssign) and isinstance(seen.target, ast.Name)
    assert isinstance(seen.value, ast.Constant)
    type_ = ast.parse(str(seen.value.value), mode="eval").body
    for call in ast.walk(decoded):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "one_of":
            return Model(seen.target.id, "union", type=type_, tags=_tags(call), tag=_tag(call))
    return Model(seen.target.id, "union", type=type_)


def _tags(call: ast.Call) -> dict[str, str]:
    given = call.args[2]
    assert isinstance(given, ast.Lambda)
    if not isinstance(given.body, ast.Dict):
        return {}
    pairs = zip(given.body.keys, given.body.values, strict=True)
    return {str(key.value): ast.unparse(value) for key, value in pairs if isinstance(key, ast.Constant)}


def _tag(call: ast.Call) -> str:
    return next((str(ast.literal_eval(one.value)) for one in call.keywords if one.arg == "tag"), "")


# ---------------------------------------------------------------- resources


def _resource(name: str, tree: ast.Module) -> Resource:
    own = _names_of_models(tree)
    plain, asynchronous = (node for node in tree.body if isinstance(node, ast.ClassDef))
    return Resource(name, plain.name, _methods(plain, own), _methods(asynchronous, own))


def _names_of_models(tree: ast.Module) -> dict[str, str]:
    """A model that is called like something else in the module goes by another name there: back to its own."""
    imports = (one for node in tree.body if isinstance(node, ast.ImportFrom) for one in node.names)
    return {one.asname: one.name for one in imports if one.asname}


def _methods(node: ast.ClassDef, own: Mapping[str, str]) -> dict[str, Method]:
    found = (one for one in node.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef))
    return {one.name: _method(one, own) for one in found}


def _method(node: ast.FunctionDef | ast.AsyncFunctionDef, own: Mapping[str, str]) -> Method:
    renamed = _Renamed(own)
    given = node.args
    missing: list[ast.expr | None] = [None] * (len(given.args) - len(given.defaults))
    pairs = [*zip(given.args, [*missing, *given.defaults], strict=True)][1:]
    first = [_argument(one, default, renamed) for one, default in pairs]
    second = [
        _argument(one, default, renamed, named=True)
        for one, default in zip(given.kwonlyargs, given.kw_defaults, strict=True)
    ]
    assert node.returns is not None
    options = given.kwarg.annotation if given.kwarg else None
    told = ast.unparse(renamed.visit(options)) if options else ""
    return Method(node.name, (*first, *second), renamed.visit(node.returns), told)


def _argument(node: ast.arg, default: ast.expr | None, renamed: _Renamed, *, named: bool = False) -> Argument:
    assert node.annotation is not None
    return Argument(node.arg, renamed.visit(node.annotation), ast.unparse(default) if default else "", named)


class _Renamed(ast.NodeTransformer):
    def __init__(self, own: Mapping[str, str]) -> None:
        self._own = own

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.Name(self._own.get(node.id, node.id))

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """``builtins.list`` is what a module says where a method is called ``list``."""
        if isinstance(node.value, ast.Name) and node.value.id == "builtins":
            return ast.Name(node.attr)
        return ast.Attribute(self.visit(node.value), node.attr)
