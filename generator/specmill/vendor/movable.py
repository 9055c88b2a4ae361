"""Nothing in a client may depend on where it lies: it imports itself relatively, and only what is there.

What is generated keeps to that anyway; an extension is somebody's own code. Of a choice of operations it may also miss
a model.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache

from specmill.errors import Place, Problems, SpecmillError
from specmill.values import Build, Config, File


def check_movable(build: Build) -> None:
    """Raises all that is wrong at once."""
    modules = {file.path: file for file in build.files if file.path.endswith(".py")}
    looked = _Looked(modules, build.config)
    errors = tuple(error for file in modules.values() if file.kind == "extension" for error in looked.at(file))
    if errors:
        raise Problems(errors)


class _Looked:
    def __init__(self, modules: Mapping[str, File], config: Config) -> None:
        self.modules = modules
        self.config = config
        self.names = cache(lambda path: frozenset(_names(modules[path])))

    def at(self, file: File) -> Iterator[SpecmillError]:
        for node in ast.walk(ast.parse(file.content)):
            if isinstance(node, ast.Import):
                for name in [alias.name for alias in node.names if self._is_own(alias.name)]:
                    yield self._absolute(file, node, name)
            elif isinstance(node, ast.ImportFrom) and not node.level and self._is_own(node.module or ""):
                yield self._absolute(file, node, node.module or "")
            elif isinstance(node, ast.ImportFrom) and node.level:
                yield from self._missing(file, node)

    def _is_own(self, module: str) -> bool:
        return module.partition(".")[0] == self.config.package

    def _absolute(self, file: File, node: ast.stmt, name: str) -> SpecmillError:
        message = f"this imports {name} by the name that the client has here; a copy has another one"
        return SpecmillError(message, place=self._place(file, node), hint="import it relatively, `from . import …`")

    def _missing(self, file: File, node: ast.ImportFrom) -> Iterator[SpecmillError]:
        folder = file.path.split("/")[: -node.level]
        module = "/".join([*folder, *(node.module or "").split(".")]).strip("/")
        path = f"{module}.py" if f"{module}.py" in self.modules else f"{module}/__init__.py".lstrip("/")
        for alias in node.names:
            below = f"{module}/{alias.name}".lstrip("/")
            if f"{below}.py" in self.modules or f"{below}/__init__.py" in self.modules:
                continue
            if path not in self.modules or alias.name not in self.names(path) | {"*"}:
                hint = "choose the operations that need it as well, or leave out what imports it"
                message = f"this imports {alias.name}, which the client does not have"
                yield SpecmillError(message, place=self._place(file, node), hint=hint)

    def _place(self, file: File, node: ast.stmt) -> Place:
        folder = self.config.extension.as_posix() if self.config.extension else ""
        return Place(f"{folder}/{file.path}", node.lineno, node.col_offset + 1)


def _names(file: File) -> Iterator[str]:
    """What may be imported from a module: whatever it binds anywhere outside of functions and classes."""
    pending: list[ast.AST] = list(ast.parse(file.content).body)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).partition(".")[0]
        elif isinstance(node, ast.Name):
            yield node.id
        else:
            pending += ast.iter_child_nodes(node)
