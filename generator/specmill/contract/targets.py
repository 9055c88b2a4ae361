"""Other targets than the one that a stream is tried at: another place for records, and one with holes for names."""

from __future__ import annotations

from dataclasses import replace

from specmill.contract.calls import call_of
from specmill.contract.judge import Judge
from specmill.contract.marks import Marks
from specmill.contract.options import Options
from specmill.contract.paths import SPELLINGS, Free
from specmill.contract.single import Single
from specmill.values import Parameter


def elsewhere(single: Single, options: Options) -> str:
    """The target of another place for records, if the user named one."""
    draft = single.cases.plain()
    values = {**draft.parameters}
    for location, name in draft.parameters:
        if name in options.elsewhere:
            values[location, name] = options.elsewhere[name]
    if values == draft.parameters:
        return ""
    return call_of(replace(draft, parameters=values), options.url).target


def free(single: Single, options: Options, marks: Marks, judge: Judge) -> Free | None:
    """The target with holes in it, where the user has named none of what may stand there."""
    draft = single.cases.plain()
    echoed = {source.parameter for source in marks.echo.values()}
    names = [
        one.name
        for one in single.operation.parameters
        if one.location == "path" and one.name in echoed - set(options.parameters) and _takes_names(one, judge)
    ]
    if not names:
        return None
    holes = {name: f"specmill-hole-{number}-" for number, name in enumerate(names)}
    values = {**draft.parameters, **{("path", name): hole for name, hole in holes.items()}}
    return Free(single.let_in(single.cases.case(replace(draft, parameters=values), "", "any")).call.target, holes)


def _takes_names(parameter: Parameter, judge: Judge) -> bool:
    validator = judge.validator(parameter.schema, parameter.pointer)
    return all(validator.allows(f"{meant}0") for _, meant in SPELLINGS.values())
