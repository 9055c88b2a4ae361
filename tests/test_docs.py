"""The docs are held to the truth: what they name exists, and every option that there is stands in them.

``generator/commands.md`` is told by the parser itself; ``make golden`` writes it anew.
"""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from kafka_rest._cli import arguments, exec, operations
from specmill.cli.arguments import parser
from specmill.reference.markdown import code, table
from specmill.reference.prose import cell
from tests.support import REPOSITORY
from tests.test_house import CLIENT, DOCUMENTS, files, named

COMMANDS = REPOSITORY / "generator" / "commands.md"
ABOUT = """\
# All commands

What `--help` says of each verb, on one page. All exit with 0 when all is well, 1 for findings and 2 when
they could not do it.
"""
SPAN = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z0-9-]*")
VARIABLE = re.compile(r"(?<![\w{])\$?([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?!\w)")
PATH = re.compile(r"(?!application/|text/)\.?[\w-]+(?:/[\w.-]+)+/?|[\w.-]+/")
# Whose options these are.
OF_OTHERS = {
    "--strict": "mypy",
    "--hypothesis-profile": "pytest",
    "--name": "exec of a client, where it stands for any argument",
}
# Where the paths of a page begin.
ROOTS = (
    "",
    *("generator", "generator/specmill", "generator/runtime", "generator/kafka", "generator/kafka/client"),
    *("generator/specmill/reference", "generator/specmill/reference/page", "generated/kafka_rest", "spec"),
)
# Names in examples: files that a reader has, not this repository, and words that are no paths.
EXAMPLES = {
    *("docs/petstore", "src/petstore", "petstore/", "recordings/", "overlays/", "src/", ".artefacts/page"),
}


@cache
def text_of(page: Path) -> str:
    return page.read_text("utf-8")


def quoted(page: Path) -> Iterator[str]:
    """All that a page quotes as code."""
    yield from (found[2] for found in BLOCK.finditer(text_of(page)))
    yield from (found[2] for found in SPAN.finditer(BLOCK.sub("", text_of(page))))


def options_of(made: argparse.ArgumentParser) -> set[str]:
    """The options of a parser and of all its verbs."""
    found = {option for action in made._actions for option in action.option_strings}
    for action in made._actions:
        if isinstance(action, argparse._SubParsersAction):
            found |= {option for verb in action.choices.values() for option in options_of(verb)}
    return {option for option in found if option.startswith("--")}


@cache
def of_the_client() -> frozenset[str]:
    """Those of its verbs, and those of ``exec`` for each operation."""
    calls = (exec.parser_of(one, operations.facts_of(one)) for one in operations.listed())
    return frozenset(options_of(arguments.parser()).union(*map(options_of, calls)))


@pytest.mark.parametrize("page", DOCUMENTS, ids=named)
def test_every_option_that_a_page_names_exists(page: Path) -> None:
    known = options_of(parser()) | of_the_client() | OF_OTHERS.keys()
    assert set() == {option for piece in quoted(page) for option in OPTION.findall(piece)} - known


def test_no_option_of_others_is_listed_in_vain() -> None:
    named_ = {option for page in DOCUMENTS for piece in quoted(page) for option in OPTION.findall(piece)}
    assert set() == OF_OTHERS.keys() - named_


@cache
def words_of_the_source() -> frozenset[str]:
    own = Path(__file__)
    sources = [path for path in files() if path.suffix in (".py", ".yaml") or path.name in ("Makefile", "run", "setup")]
    return frozenset(word for path in sources if path != own for word in re.findall(r"\w+", path.read_text("utf-8")))


@pytest.mark.parametrize("page", DOCUMENTS, ids=named)
def test_every_variable_and_constant_that_a_page_names_is_somewhere_read(page: Path) -> None:
    """A client's own variables begin with its name, so its command line has only what stands behind that."""
    own = {
        f"KAFKA_REST_{name}" for path in CLIENT.rglob("*.py") for name in re.findall(r"\{PREFIX\}_(\w+)", text_of(path))
    }
    read_there = set(re.findall(r'os\.environ\["(\w+)"\]', "".join(map(text_of, DOCUMENTS))))
    unknown = {
        name
        for piece in quoted(page)
        for name in VARIABLE.findall(piece)
        if name not in words_of_the_source() | read_there | own
    }
    assert set() == unknown


@pytest.mark.parametrize("page", DOCUMENTS, ids=named)
def test_every_file_and_folder_that_a_page_names_is_there(page: Path) -> None:
    spans = (found[2] for found in SPAN.finditer(BLOCK.sub("", text_of(page))))
    wanted = {span for span in spans if PATH.fullmatch(span) and span not in EXAMPLES}
    missing = {path for path in wanted if not any((REPOSITORY / root / path).exists() for root in ROOTS)}
    assert set() == {path for path in missing if not (page.parent / path).exists()}


# ---------------------------------------------------------------- everything is told of


def told() -> str:
    """What ``generator/commands.md`` has to say."""
    (verbs,) = (action for action in parser()._actions if isinstance(action, argparse._SubParsersAction))
    about = {one.dest: one.help or "" for one in verbs._choices_actions}
    parts = [ABOUT]
    for name, verb in verbs.choices.items():
        parts.append(f"## specmill {name}\n\n{sentence(about[name])}\n")
        parts += [f"{table(('Option', 'Is'), map(row, shown))}\n" for shown in [shown_of(verb)] if shown]
    return "\n".join(parts)


def sentence(text: str) -> str:
    return cell(text[:1].upper() + text[1:]).rstrip(".") + "."


def shown_of(verb: argparse.ArgumentParser) -> list[argparse.Action]:
    return [one for one in verb._actions if one.dest != "help" and one.help != argparse.SUPPRESS]


def row(action: argparse.Action) -> tuple[str, str]:
    values = "\\|".join(map(str, action.choices)) if action.choices else action.metavar
    value = values if isinstance(values, str) else "" if action.nargs == 0 else action.dest.upper()
    name = action.option_strings[-1] if action.option_strings else ""
    return code(f"{name} {value}".strip().replace("\\|", "|")), cell((action.help or "").replace("%%", "%"))


def test_every_verb_and_every_option_of_specmill_is_told_of() -> None:
    if os.environ.get("SPECMILL_GOLDEN") == "update":
        COMMANDS.write_text(told(), "utf-8")
    assert COMMANDS.read_text("utf-8") == told()


def test_every_option_of_the_client_is_told_of() -> None:
    page = text_of(REPOSITORY / "generated" / "docs" / "command-line.md")
    calls = text_of(REPOSITORY / "generated" / "docs" / "resources" / "records_v3.md")
    missing = {option for option in of_the_client() - {"--help"} if not re.search(rf"{option}(?![\w-])", page + calls)}
    assert set() == missing


def test_every_verb_of_the_client_is_told_of() -> None:
    (verbs,) = (one for one in arguments.parser()._actions if isinstance(one, argparse._SubParsersAction))
    page = text_of(REPOSITORY / "generated" / "docs" / "command-line.md")
    assert [] == [name for name in verbs.choices if f"\n## {name}\n" not in page]


def test_every_setting_of_the_configuration_is_told_of() -> None:
    from specmill.pyproject import KEYS

    readme = text_of(REPOSITORY / "README.md")
    assert [] == [key for key in KEYS if not re.search(rf"\b{key}\b = ", readme)]
