"""The Python API that is worked out without making the client is the one of the client that is made."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from specmill.build import build
from specmill.diff.hints import atoms_of
from specmill.diff.plan import Call, Model, plan_of
from specmill.document.api import Api
from specmill.values import Build
from tests.support import CASES, REPOSITORY, config_of

CLIENTS = sorted((CASES / "clients").glob("*/openapi.*"))
FLAGSHIP = REPOSITORY / "spec" / "kafka-rest-v3.yaml"
BARE = {"Int32": "int", "Int64": "int", "DateTime": "datetime.datetime"}


@pytest.mark.parametrize("document", [*CLIENTS, FLAGSHIP], ids=lambda path: path.parent.name)
def test_the_plan_says_what_the_client_says(document: Path) -> None:
    built = build(config_of(document))
    plan = plan_of(Api(built.normal, built.operations))
    assert dict(models_written(built)) == {name: shown_model(one) for name, one in plan.models.items()}
    assert dict(calls_written(built)) == {name: shown_call(one) for name, one in plan.calls.items()}


# --- what the plan says


def shown_model(model: Model) -> dict[str, tuple[set[str], bool]] | set[str]:
    if model.kind == "type":
        return set(model.types)
    members = model.attributes.values()
    return {one.name: ({*one.types, *(() if one.always else ("UnsetType",))}, one.required) for one in members}


def shown_call(call: Call) -> tuple[dict[str, tuple[set[str], bool, bool]], set[str]]:
    arguments = {one.name: (set(one.types), one.required, one.place is not None) for one in call.arguments}
    return arguments, set(call.returns)


# --- what is written


def tree_of(built: Build, path: str) -> ast.Module:
    return ast.parse(next(file.content for file in built.files if file.path == path))


def models_written(built: Build) -> Iterator[tuple[str, object]]:
    for node in tree_of(built, "models.py").body:
        if isinstance(node, ast.ClassDef):
            members = [
                one for one in node.body if isinstance(one, ast.AnnAssign) and "ClassVar" not in text(one.annotation)
            ]
            yield (
                node.name,
                {
                    one.target.id: (types(text(one.annotation)), one.value is None or is_required(one.value))
                    for one in members
                    if isinstance(one.target, ast.Name) and one.target.id != "additional_properties"
                },
            )
        for line in node.body if isinstance(node, ast.If) else [node]:
            if isinstance(line, ast.AnnAssign) and text(line.annotation) == "TypeAlias" and line.value:
                assert isinstance(line.target, ast.Name)
                quoted = line.value.value if isinstance(line.value, ast.Constant) else None
                yield line.target.id, types(quoted if isinstance(quoted, str) else text(line.value))


def is_required(default: ast.expr) -> bool:
    """``field(name=...)`` gives a name and no default."""
    return isinstance(default, ast.Call) and "default" not in {keyword.arg for keyword in default.keywords}


def calls_written(built: Build) -> Iterator[tuple[str, object]]:
    for file in built.files:
        if file.path.startswith("resources/") and not file.path.endswith("__init__.py"):
            classes = [node for node in ast.parse(file.content).body if isinstance(node, ast.ClassDef)]
            for method in classes[0].body:
                if isinstance(method, ast.FunctionDef):
                    yield f"{Path(file.path).stem}.{method.name}", signature(method)


def signature(method: ast.FunctionDef) -> tuple[dict[str, tuple[set[str], bool, bool]], set[str]]:
    arguments = {}
    plain = method.args.args[1:]
    defaults = [None] * (len(plain) - len(method.args.defaults)) + list(method.args.defaults)
    for one, default in zip(plain, defaults, strict=True):
        arguments[one.arg] = (given(one), default is None, True)
    for one, default in zip(method.args.kwonlyargs, method.args.kw_defaults, strict=True):
        arguments[one.arg] = (given(one), default is None, False)
    return arguments, types(text(method.returns))


def given(argument: ast.arg) -> set[str]:
    return types(text(argument.annotation)) - {"UnsetType"}


def text(node: ast.expr | None) -> str:
    return ast.unparse(node) if node else ""


def types(annotation: str) -> set[str]:
    """Without constraints, and without the names that a module gives to what it would hide."""
    return {bare(one) for one in atoms_of(ast.unparse(Bared().visit(ast.parse(annotation, mode="eval"))))}


def bare(atom: str) -> str:
    return re.sub(r"\bbuiltins\.|_module\b", "", atom)


class Bared(ast.NodeTransformer):
    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        if text(node.value) == "Annotated" and isinstance(node.slice, ast.Tuple):
            return self.visit(node.slice.elts[0])  # type: ignore[no-any-return]
        return self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.Name(BARE.get(node.id, node.id))
