"""Golden cases: a document beside the client or the error it has to give.

A folder of ``tests/cases`` holds ``openapi.yaml`` (or .json), perhaps ``overlays/`` and ``extension/``, and either
``expected/`` with the generated part of the client or ``error.txt`` with the whole message. ``make golden`` writes
both anew; read the difference before you commit it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

from specmill.build import build
from specmill.document.pointers import MISSING, find, split
from specmill.emit.format import GENERATED
from specmill.errors import Place, SpecmillError
from specmill.keep.explain import explain
from specmill.values import Build, Document
from tests.support import CASES, config_of, imported, written

UPDATE = os.environ.get("SPECMILL_GOLDEN") == "update"
DOCUMENTS = sorted(path for path in CASES.rglob("openapi.*") if "expected" not in path.parts)
NAMES = [path.parent.relative_to(CASES).as_posix() for path in DOCUMENTS]


@cache
def outcome(document: Path) -> Build | str:
    try:
        return build(config_of(document))
    except SpecmillError as error:
        return str(error).replace(str(document.parent), "…") + "\n"


def succeeded(document: Path) -> Build:
    result = outcome(document)
    assert isinstance(result, Build), result
    return result


def clients() -> list[Path]:
    return [path for path in DOCUMENTS if not (path.parent / "error.txt").exists()]


def write_golden(document: Path, result: Build | str) -> None:
    shutil.rmtree(document.parent / "expected", ignore_errors=True)
    (document.parent / "error.txt").unlink(missing_ok=True)
    if isinstance(result, str):
        (document.parent / "error.txt").write_text(result)
        return
    for path, text in generated(result).items():
        target = document.parent / "expected" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)


def generated(result: Build) -> dict[str, str]:
    return {file.path: file.content.decode() for file in result.files if file.kind in GENERATED}


def golden(document: Path) -> dict[str, str] | str:
    error = document.parent / "error.txt"
    if error.exists():
        return error.read_text()
    folder = document.parent / "expected"
    return {path.relative_to(folder).as_posix(): path.read_text() for path in sorted(folder.rglob("*.py"))}


@pytest.mark.parametrize("document", DOCUMENTS, ids=NAMES)
def test_a_document_gives_the_client_or_the_error_beside_it(document: Path) -> None:
    result = outcome(document)
    if UPDATE:
        write_golden(document, result)
    assert golden(document) == (result if isinstance(result, str) else generated(result))


@pytest.mark.parametrize("document", clients(), ids=lambda path: path.parent.name)
def test_every_expected_client_imports_and_offers_its_operations(document: Path, tmp_path: Path) -> None:
    result = succeeded(document)
    with imported(written(result, tmp_path)) as package:
        for operation in result.operations:
            for kind in ("Client", "AsyncClient"):
                client = getattr(package, kind)(base_url="http://localhost:1")
                assert callable(getattr(getattr(client, operation.resource), operation.python_name))


@pytest.mark.parametrize("document", clients(), ids=lambda path: path.parent.name)
def test_every_name_is_explained_by_a_place_that_the_document_has(document: Path) -> None:
    result = succeeded(document)
    for names in result.names:
        for pointer in names.pointers:
            assert find(result.normal.document.tree, split(pointer)) is not MISSING, names
        assert names.python in [one.python.partition(".")[2] for one in explain(result, names.python, nowhere)]


def nowhere(_: Document, pointers: Iterable[str]) -> list[Place]:
    return [Place("openapi.yaml")] * len([*pointers])


@pytest.fixture(scope="module")
def all_clients(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every expected client below one foreign package, as a host that vendors them would have them."""
    host = tmp_path_factory.mktemp("host")
    (host / "vendored").mkdir()
    (host / "vendored" / "__init__.py").touch()
    for document in clients():
        package = written(succeeded(document), host / "build")
        package.rename(host / "vendored" / document.parent.name.replace("-", "_"))
    return host


def repeated(host: Path) -> Iterator[str]:
    """Files that say the same as those of another client at the same place, such as most of the runtime."""
    known: set[tuple[Path, bytes]] = set()
    for path in sorted(host.glob("vendored/*/**/*.py")):
        what = (path.relative_to(host).relative_to(*path.relative_to(host).parts[:2]), path.read_bytes())
        if what in known and path.name != "__init__.py":
            yield str(path.relative_to(host))
        known.add(what)


CHECKERS = {
    "mypy": ("--strict", "--no-incremental", "vendored"),
    "pyright": ("--pythonpath", sys.executable, "--project", "pyright.json"),
}


@pytest.mark.parametrize("checker", CHECKERS)
@pytest.mark.xdist_group("type-checkers")
def test_every_expected_client_is_clean_under_a_foreign_package(checker: str, all_clients: Path) -> None:
    settings = {"include": ["vendored"], "exclude": [*repeated(all_clients)]}
    (all_clients / "pyright.json").write_text(json.dumps(settings))
    command = [sys.executable, "-m", checker, *CHECKERS[checker]]
    done = subprocess.run(command, cwd=all_clients, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:]
