"""The house rules: who imports whom, how long a file may be, what no file may say, and that the docs tell the truth."""

from __future__ import annotations

import argparse
import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from specmill.cli.arguments import parser
from tests.support import REPOSITORY

LONGEST = 400
# Longer than that, each with its reason. One that has become shorter has to go from here.
LONG_FILES: dict[str, str] = {}

RUNTIME = REPOSITORY / "generator" / "runtime"
EXTENSION = REPOSITORY / "generator" / "kafka" / "client"
CLIENT = REPOSITORY / "generated" / "kafka_rest"
DEPENDENCIES = {"httpx2", "msgspec"}  # of every client
NOTES = (
    REPOSITORY / "generator" / "kafka" / "notes"
)  # told from the pages of the reference, which are looked at instead
DOCUMENTS = sorted(
    path
    for path in REPOSITORY.rglob("*.md")
    if not any(part.startswith(".") for part in path.relative_to(REPOSITORY).parts) and path.parent != NOTES
)

# Put together here, so that this file does not say them itself.
SAID_NOWHERE = {
    "a folder of one machine": re.compile(r"(?<![\w.:/-])/(?:work|root|home|Users|farm|opt)/\w"),
    "the address of a package registry": re.compile(
        "|".join(["files.python" + "hosted", "pypi" + r"\.org", "npm" + "js"])
    ),
    "where packages come from": re.compile("--(?:extra-)?index" + "-url|--find" + "-links"),
}


@cache
def files() -> tuple[Path, ...]:
    """What is committed, or would be; in a copy without history, all that is no tool's own folder."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    if (REPOSITORY / ".git").exists() and listed.returncode == 0:
        return tuple(path for name in listed.stdout.split("\0") if name and (path := REPOSITORY / name).is_file())
    ignored = {".venv", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", "dist", "build"}
    found = (path for path in REPOSITORY.rglob("*") if not ignored.intersection(path.relative_to(REPOSITORY).parts))
    return tuple(path for path in found if path.is_file())


def named(path: Path) -> str:
    return path.relative_to(REPOSITORY).as_posix()


def modules(folder: Path) -> list[Path]:
    return [path for path in files() if path.suffix == ".py" and path.is_relative_to(folder)]


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """The top package of every import with its level: 0 for an absolute one."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name.partition(".")[0], 0) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0], node.level


def test_every_file_imports_only_from_lower_floors() -> None:
    lint = "from importlinter.cli import lint_imports_command as lint; lint()"
    command = [sys.executable, "-c", lint, "--no-logo", "--no-cache"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(("generator", "generated"))}
    done = subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("folder", [RUNTIME, EXTENSION, CLIENT], ids=named)
def test_a_client_imports_nothing_but_itself_its_two_dependencies_and_the_standard_library(folder: Path) -> None:
    allowed = DEPENDENCIES | sys.stdlib_module_names
    assert modules(folder)
    foreign = {
        f"{named(path)}: {name}"
        for path in modules(folder)
        for name, level in imports(path)
        if not level and name not in allowed
    }
    assert foreign == set()


def test_a_client_imports_httpx2_in_one_module_alone() -> None:
    importing = set()
    for path in [*modules(RUNTIME), *modules(EXTENSION)]:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for_types = {node for branch in ast.walk(tree) if is_for_types(branch) for node in ast.walk(branch)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Import) and node not in for_types:
                importing |= {named(path) for alias in node.names if alias.name.partition(".")[0] == "httpx2"}
            elif isinstance(node, ast.ImportFrom) and not node.level and node not in for_types:
                importing |= {named(path)} if (node.module or "").partition(".")[0] == "httpx2" else set()
    assert importing == {"generator/runtime/_httpx.py"}


def is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def declared(*groups: str) -> dict[str, Requirement]:
    """What pyproject.toml asks for: the tool itself, and the named extras and groups."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    lists = [project["project"]["dependencies"]]
    lists += [(project["project"]["optional-dependencies"] | project["dependency-groups"])[group] for group in groups]
    found = (Requirement(text) for one in lists for text in one)
    return {canonicalize_name(requirement.name): requirement for requirement in found}


@pytest.mark.parametrize(
    ("folder", "groups"),
    [
        ("generator/specmill", ("pytest", "redis")),
        ("generator/kafka/specmill_kafka", ("kafka", "pytest")),
        ("tests", ("client", "dev", "kafka")),
    ],
    ids=["specmill", "specmill_kafka", "tests"],
)
def test_everything_that_is_imported_is_declared(folder: str, groups: tuple[str, ...]) -> None:
    known = {"specmill", "specmill_kafka", "tests", "kafka_rest", "runtime"} | sys.stdlib_module_names
    providers = packages_distributions()
    undeclared = {
        f"{named(path)}: {name}"
        for path in modules(REPOSITORY / folder)
        for name, level in imports(path)
        if not level and name not in known and not local(name, path)
        if not {canonicalize_name(provider) for provider in providers.get(name, ())} & declared(*groups).keys()
    }
    assert undeclared == set()


def local(name: str, path: Path) -> bool:
    """Cases bring modules of their own, which only they import."""
    return "cases" in path.parts or (path.parent / f"{name}.py").exists()


def test_the_lock_fits_what_is_declared_and_names_no_place() -> None:
    text = (REPOSITORY / "requirements.txt").read_text(encoding="utf-8")
    pins = dict(re.findall(r"^([a-z0-9-]+)==([^ ;]+)(?: ; [^\\]+)? \\$", text, re.MULTILINE))
    unpinned = {
        name for name, wanted in declared("client", "dev").items() if pins.get(name, "") not in wanted.specifier
    }
    assert unpinned == set()
    strange = [
        line
        for line in text.splitlines()
        if not re.fullmatch(r"[a-z0-9-]+==.+ \\|    --hash=sha256:[0-9a-f]{64}(?: \\)?", line)
    ]
    assert strange == []


def test_the_tool_and_the_runtime_know_no_kafka() -> None:
    tool = [path for path in files() if path.is_relative_to(REPOSITORY / "generator" / "specmill")]
    word = re.compile("kafka(?!_rest|-rest)", re.IGNORECASE)
    knowing = [named(path) for path in [*tool, *modules(RUNTIME)] if word.search(path.read_text(encoding="utf-8"))]
    assert knowing == []


def test_no_file_is_longer_than_it_can_be_read() -> None:
    lengths = {
        named(path): len(path.read_text(encoding="utf-8").splitlines())
        for folder in ("generator", "tests")
        for path in modules(REPOSITORY / folder)
        if not path.is_relative_to(REPOSITORY / "tests" / "cases")
    }
    assert {name for name, length in lengths.items() if length > LONGEST} == set(LONG_FILES)


@pytest.mark.parametrize("what", SAID_NOWHERE)
def test_no_file_says(what: str) -> None:
    said = [
        f"{named(path)}:{number}: {line.strip()[:100]}"
        for path in files()
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if SAID_NOWHERE[what].search(line)
    ]
    assert said == []


def targets() -> set[str]:
    """The targets that ``make help`` tells of."""
    return set(re.findall(r"^([a-z]+):.* ## ", (REPOSITORY / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def verbs() -> dict[str, set[str]]:
    """Every verb of the command line with its options."""
    (subparsers,) = (action for action in parser()._actions if isinstance(action, argparse._SubParsersAction))
    return {
        name: {option for action in verb._actions for option in action.option_strings}
        for name, verb in subparsers.choices.items()
    }


def commands(path: Path) -> Iterator[str]:
    """What a page quotes as code, inline or in a block, one command a piece."""
    text = path.read_text(encoding="utf-8")
    blocks = re.findall(r"^```(?:sh|console)?\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    inline = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))
    for piece in [*inline, *(line for block in blocks for line in block.splitlines())]:
        yield piece.partition(" #")[0].strip()


@pytest.mark.parametrize("page", DOCUMENTS, ids=named)
def test_a_page_names_only_targets_verbs_options_and_files_that_exist(page: Path) -> None:
    known = verbs()
    for command in commands(page):
        first, *rest = command.split() or [""]
        if first == "make":
            assert {word for word in rest if "=" not in word} <= targets(), command
        elif first == "specmill" and rest and not rest[0].startswith("-"):
            assert rest[0] in known, command
            assert {word for word in rest if word.startswith("--")} <= known[rest[0]], command
    for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        assert (page.parent / link).exists(), link


def test_every_target_and_every_verb_is_told_of() -> None:
    told = {command for page in DOCUMENTS for command in commands(page)}
    missing = {f"make {target}" for target in targets() - {"help", "setup"}} - told
    missing |= {verb for verb in verbs() if not any(command.startswith(f"specmill {verb}") for command in told)}
    assert missing == set()


def test_make_help_tells_of_every_target_that_people_call() -> None:
    done = subprocess.run(["make", "-s", "help"], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert {line.split()[1] for line in done.stdout.splitlines()} == targets()
