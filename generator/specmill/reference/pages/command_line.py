"""The page of the command line, told by the parser that every client has."""

from __future__ import annotations

from argparse import Action, ArgumentParser, _SubParsersAction
from collections.abc import Iterator
from importlib import import_module

from specmill.emit.gate import runtime_package
from specmill.reference.credentials import prefix_of
from specmill.reference.markdown import block, code, link, paragraphs, table
from specmill.reference.prose import cell
from specmill.reference.world import World

ABOUT = {
    "methods": "Lists the operations, with how each is reached and what it requires.",
    "describe": "Shows one operation: arguments, body and answers as trees, and an example that runs.",
    "exec": "Calls any operation. Arguments are options, `--name VALUE`, or as in an EXEC statement `@name=value` and "
    "`@@json=…`.",
    "completion": "Prints what a shell needs to complete words.",
}


def page(world: World) -> str:
    parser = import_module(f"{runtime_package().__name__}._cli.arguments").parser()
    reach = ArgumentParser(add_help=False)
    import_module(f"{runtime_package().__name__}._cli.reach").add_settings(reach)
    (verbs,) = (action for action in parser._actions if isinstance(action, _SubParsersAction))
    call = f"python -m {world.package}"
    return paragraphs(
        "# The command line",
        f"{link('Reference', 'README.md')} of {code(world.package)}.",
        f"{code(call)} calls any operation of the document from a shell; `--help` behind a verb tells its options.",
        block("sh", "\n".join([f"{call} methods", *_describing(world, call)])),
        *(part for name, verb in verbs.choices.items() for part in _verb(world, call, name, verb)),
        "## How to reach the server",
        "Options win over the environment, and the environment over a profile: a table of variables in "
        f"{code(f'~/.config/{world.package}/profiles.toml')}, or in the file of {code(f'{_prefix(world)}_CONFIG')}.",
        _options(world, reach._actions),
        "## Exit codes",
        "0 done; 1 the server said no, or accepted not all; 2 it could not be done.",
        world.note("command-line", 1),
    )


def _prefix(world: World) -> str:
    return prefix_of(world.package)


def _describing(world: World, call: str) -> list[str]:
    return [f"{call} describe {world.heading(operation)}" for operation in world.build.operations[:1]]


def _verb(world: World, call: str, name: str, verb: ArgumentParser) -> Iterator[str]:
    yield f"## {name}"
    yield ABOUT[name]
    given = [action for action in verb._actions if not action.option_strings and action.metavar != "..."]
    shown = " ".join(_shown(action) for action in given if action.help != "==SUPPRESS==")
    if name == "exec":
        yield code(f"{call} exec OPERATION [OPTION …]")
        yield table(("Option", "Does"), OF_EXEC)
    else:
        yield code(f"{call} {name} {shown}".rstrip())
        yield _options(world, verb._actions)


OF_EXEC = (
    ("`--json`", "the body: JSON, `@FILE`, or `@-` for stdin"),
    ("`--body`", "a body that is no JSON: text, `@FILE`, or `@-` for stdin"),
    ("`--file`", "a file of a form, `FIELD=FILE`; may be repeated"),
    ("`--output`", "`json` or `table`"),
    ("`--select`", "only this member of the answer, such as `value.size`"),
)


def _shown(action: Action) -> str:
    word = "|".join(action.choices) if action.choices else str(action.metavar or action.dest.upper())
    return f"[{word}]" if action.nargs == "?" else word


def _options(world: World, actions: list[Action]) -> str:
    rows = []
    for action in actions:
        if not action.option_strings or action.dest == "help":
            continue
        values = "|".join(action.choices) if action.choices else str(action.metavar or "")
        shown = f"{action.option_strings[-1]} {values}".rstrip()
        rows.append((code(shown), cell(_named(world, action.help or ""))))
    return table(("Option", "Is"), rows)


def _named(world: World, text: str) -> str:
    """The runtime, where it stands by itself, calls its variables after its own folder."""
    return text.replace(f"{runtime_package().__name__.upper()}_", f"{_prefix(world)}_")
