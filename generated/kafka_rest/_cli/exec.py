"""``exec``: calls any operation of the document.

Arguments are options (``--cluster-id C``) or, as in an EXEC statement, ``@cluster_id=C`` and ``@@json=…``.
"""

from __future__ import annotations

import argparse
import re
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .._facts import Operation
from .._listed import Listed
from .._report import accepts
from .console import RED, say
from .example import takes_json
from .names import extension, program
from .operations import facts_of, named
from .output import show
from .reach import add_settings
from .settings import connected
from .trouble import ANSWERED, CommandError
from .values import content_of, json_of, parameter_value

STATEMENT = re.compile(r"(?P<marks>@@?)(?P<name>[A-Za-z_]\w*)=(?P<value>.*)", re.DOTALL)
BODY = ("json", "body", "file")


def run(options: Namespace) -> int:
    one = named(options.operation)
    facts = facts_of(one)
    given = parser_of(one, facts).parse_intermixed_args(options.words)
    words = _words(one, given)
    with connected(given) as client:
        defaults = getattr(extension(), "defaults", None)
        values = dict(_values(facts, words))
        known = {} if defaults is None else defaults(client)
        missing = [name for name in one.required if name not in values]
        values |= {name: known[name] for name in missing if name in known}
        _refuse_missing(one, facts, values)
        if one.deprecated:
            say(f"{one.full_name} is deprecated: the document advises against it")
        answer = client.request(facts, **values)
    show(answer, given.output, given.select)
    if facts.stream is not None and not accepts(answer.value):
        say(f"{program()}: the record was not accepted: see {facts.stream.verdict}", RED)
        return ANSWERED
    return 0


def parser_of(one: Listed, facts: Operation[Any]) -> argparse.ArgumentParser:
    """The options of one operation."""
    made = argparse.ArgumentParser(prog=f"{program()} exec {one.full_name}", description=one.about.partition("\n\n")[0])
    made.add_argument("statement", nargs="*", metavar="@NAME=VALUE", help="an argument, as in an EXEC statement")
    made.add_argument("--output", choices=("json", "table"), default="json", help="how to show the answer (json)")
    made.add_argument("--select", metavar="FIELD", help="only this member of the answer, such as value.size")
    add_settings(made)
    group = made.add_argument_group("arguments of the operation")
    if facts.body is not None:
        group.add_argument("--json", metavar="JSON", help="the body: JSON, @FILE, or @- for stdin")
        group.add_argument("--body", metavar="TEXT", help="a body that is no JSON: text, @FILE, or @- for stdin")
        group.add_argument("--file", metavar="FIELD=FILE", action="append", default=[], help="a file of a form")
    for argument in one.arguments:
        option = f"--{argument.name.replace('_', '-')}"
        if argument.place != "body" and option not in made._option_string_actions:  # that one is given as @NAME=VALUE
            about = f"{'required. ' if argument.required else ''}{argument.about}".strip().replace("%", "%%")
            group.add_argument(option, dest=f"argument {argument.name}", metavar="VALUE", action="append", help=about)
    return made


def _words(one: Listed, given: Namespace) -> dict[str, list[str]]:
    """Argument -> what was given for it, either way."""
    words = {name.removeprefix("argument "): value for name, value in vars(given).items() if " " in name and value}
    for name in BODY:
        if value := getattr(given, name, None):
            words[f"@{name}"] = value if isinstance(value, list) else [value]
    for index, text in enumerate(given.statement):
        found = STATEMENT.fullmatch(text)
        if found is None:
            raise CommandError(f"{text!r} is no argument", "write --name VALUE, @name=value or @@json=…")
        # The commas of a statement stand between its arguments.
        value = found["value"].removesuffix(",") if index + 1 < len(given.statement) else found["value"]
        name = f"@{found['name']}" if found["marks"] == "@@" else found["name"].replace("-", "_")
        words.setdefault(name, []).append(value)
    unknown = words.keys() - {argument.name for argument in one.arguments} - {f"@{name}" for name in BODY}
    if unknown:
        raise CommandError(f"{one.full_name} has no argument {min(unknown)}", _describing(one))
    return words


def _values(facts: Operation[Any], words: dict[str, list[str]]) -> Iterator[tuple[str, Any]]:
    for parameter in facts.parameters:
        name = parameter.argument or parameter.name
        if name in words:
            yield name, parameter_value(parameter, words[name], f"--{name.replace('_', '-')}")
    body = facts.body
    if body is None:
        return
    chosen = words.get(body.chosen_by, [""])[-1]
    if chosen:
        yield body.chosen_by, chosen
    if any(f"@{name}" in words for name in BODY):
        yield body.argument, _body(facts, chosen, words)


def _body(facts: Operation[Any], chosen: str, words: dict[str, list[str]]) -> Any:
    if "@json" in words and "@body" in words:
        raise CommandError("--json and --body are two bodies, and a request has one")
    if "@body" in words:
        given = words["@body"][-1]
        return json_of(given, "--body") if takes_json(facts, chosen) else content_of(given)
    value = json_of(words["@json"][-1], "--json") if "@json" in words else {}
    for given in words.get("@file", []):
        field, equals, path = given.partition("=")
        if not equals or not isinstance(value, dict):
            raise CommandError(f"--file {given}: a file of a form is FIELD=FILE")
        value[field] = (Path(path).name, Path(path).read_bytes())
    return value


def _refuse_missing(one: Listed, facts: Operation[Any], values: dict[str, Any]) -> None:
    missing = [name for name in one.required if name not in values]
    if missing:
        body = facts.body.argument if facts.body is not None else None
        body_option = "--json" if takes_json(facts) else "--body"
        options = [body_option if name == body else f"--{name.replace('_', '-')}" for name in missing]
        raise CommandError(f"{one.full_name} needs {', '.join(options)}", _describing(one))


def _describing(one: Listed) -> str:
    return f"`{program()} describe {one.full_name}` shows what it takes"
