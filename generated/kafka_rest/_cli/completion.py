"""``completion``: what a shell needs to complete words, and the words themselves.

The shell asks ``completion words --`` with the words before the cursor and the one it is in.
"""

from __future__ import annotations

import argparse
from argparse import Namespace
from collections.abc import Iterator
from pathlib import PurePath

from .._operations import OPERATIONS
from .arguments import parser
from .console import answer
from .names import program

SCRIPTS = {
    "bash": """\
_{name}_words() {{
    local IFS=$'\\n'
    COMPREPLY=($({program} completion words -- "${{COMP_WORDS[@]:1:COMP_CWORD}}" 2>/dev/null))
    [[ ${{#COMPREPLY[@]}} -gt 0 ]] || compopt -o default 2>/dev/null
}}
complete -F _{name}_words {command}""",
    "zsh": """\
#compdef {command}
_{name}_words() {{
    local -a found
    found=(${{(f)"$({program} completion words -- "${{(@)words[2,CURRENT]}}" 2>/dev/null)"}})
    (( ${{#found}} )) && compadd -- $found || _files
}}
compdef _{name}_words {command}""",
    "fish": """\
complete -c {command} -a '({program} completion words -- (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'""",
    "powershell": """\
Register-ArgumentCompleter -Native -CommandName {command} -ScriptBlock {{
    param($word, $ast, $cursor)
    $words = @($ast.CommandElements | Select-Object -Skip 1 | ForEach-Object {{ "$_" }})
    if (-not $word) {{ $words += '""' }}
    {program} completion words -- @words 2>$null | ForEach-Object {{
        [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
    }}
}}""",
}


def run(options: Namespace) -> int:
    if options.shell == "words":
        words = options.words[1:] if options.words[:1] == ["--"] else options.words
        for word in sorted(set(candidates(words))):
            answer(word)
        return 0
    called = program()
    # The module of a package has no command of its own, so the script's name is what is completed.
    command = called if " " not in called else called.rpartition(" ")[2].replace("_", "-")
    name = "".join(letter if letter.isalnum() else "_" for letter in PurePath(command).name)
    answer(SCRIPTS[options.shell].format(name=name, program=called, command=command))
    return 0


def candidates(words: list[str]) -> Iterator[str]:
    """What the last word may become."""
    *before, word = words or [""]
    found = (one for one in _possible(before) if one.startswith(word))
    yield from found


def _possible(before: list[str]) -> Iterator[str]:
    verbs = _verbs()
    if not before:
        yield from (*verbs, "--help")
        return
    verb = verbs.get(before[0])
    if verb is None:
        return
    if before[0] == "exec" and len(before) > 1:
        verb = _of_operation(before[1]) or verb
    taker = verb._option_string_actions.get(before[-1])
    if taker is not None and taker.nargs != 0:
        yield from map(str, taker.choices or ())
        return
    yield from verb._option_string_actions
    if len(before) == 1:
        yield from _places(verb, before[0])


def _places(verb: argparse.ArgumentParser, name: str) -> Iterator[str]:
    """What may stand in the first place of a verb."""
    if name in ("exec", "describe"):
        yield from (one.full_name for one in OPERATIONS)
    elif name == "methods":
        yield from (one.resource for one in OPERATIONS)
    else:
        yield from (str(one) for action in verb._get_positional_actions()[:1] for one in action.choices or ())


def _verbs() -> dict[str, argparse.ArgumentParser]:
    (action,) = (one for one in parser()._actions if isinstance(one, argparse._SubParsersAction))
    return dict(action.choices)


def _of_operation(name: str) -> argparse.ArgumentParser | None:
    from .exec import parser_of
    from .operations import facts_of

    one = next((one for one in OPERATIONS if one.full_name == name), None)
    return parser_of(one, facts_of(one)) if one is not None else None
