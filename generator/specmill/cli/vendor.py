"""``specmill vendor DIR``: the client in somebody else's repository, and the ways to keep it there."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from specmill.cli.choice import chosen, chosen_one
from specmill.cli.console import GREEN, RED, answer, answer_json, one_line, say, waiting
from specmill.config import Options, load
from specmill.errors import SpecmillError
from specmill.pyproject import nearest, shown
from specmill.values import Config
from specmill.vendor.vendored import Vendored

if TYPE_CHECKING:
    from specmill.vendor.place import Placed

SHOWN = 20
HASH = "(of VENDORED.json, for --expect)"
SOURCE = ("document", "package", "output", "overlays", "extension", "allow", "config")


def run(options: Namespace) -> int:
    _check_options(options)
    action: Callable[[Namespace], int] = ACTIONS[options.action or "place"]
    return action(options)


def _check_options(options: Namespace) -> None:
    makes = options.action is None or (options.action == "sbom" and not Path(options.folder).exists())
    if options.only and not makes and options.action != "update":
        raise SpecmillError(f"--only does not go with --{options.action}", hint="a copy knows its operations")
    if options.expect and (makes or options.action == "undo"):
        raise SpecmillError("--expect needs a manifest that is there", hint="it goes with --check and --update")


def _placed(options: Namespace) -> tuple[Config, Placed]:
    from specmill.vendor.place import place

    _check_source(options)
    config = replace(chosen_one(options), only=tuple(options.only))
    return config, place(config, Path(options.folder), waiting=waiting)


def _place(options: Namespace) -> int:
    config, placed = _placed(options)
    made = placed.copy.vendored.made
    if options.json:
        answer_json(
            {"folder": placed.folder, "package": made.package, "files": len(made.files), "sha256": placed.copy.hash}
        )
        return 0
    needs = ", ".join(f"{name} {need['range']}" for name, need in placed.copy.vendored.dependencies.items())
    answer(f"{placed.folder}: {made.package} in {len(made.files)} files", GREEN)
    answer(one_line(f"  from      {shown(config.root / config.document)}"))
    answer(f"  needs     {needs}, Python {placed.copy.vendored.requires_python}")
    answer(f"  sha256    {placed.copy.hash} {HASH}")
    return 0


def _check(options: Namespace) -> int:
    from specmill.vendor.check import check

    verdict = check(Path(options.folder), _source_if_any(options), expected=options.expect, waiting=waiting)
    if options.json:
        answer_json({**asdict(verdict), "clean": verdict.clean})
        return int(not verdict.clean)
    compared = f"as {verdict.source} says" if verdict.source else "as it came"
    answer(f"{verdict.folder}: {compared if verdict.clean else verdict.word}", GREEN if verdict.clean else RED)
    for reason in verdict.reasons:
        answer(one_line(f"  {reason}"))
    for finding in verdict.findings[:SHOWN]:
        answer(one_line(f"  {finding.what:<11} {finding.path}"))
    if len(verdict.findings) > SHOWN:
        answer(f"  … and {len(verdict.findings) - SHOWN} more")
    for hint in verdict.hints:
        say(f"hint: {hint}")
    return int(not verdict.clean)


def _update(options: Namespace) -> int:
    from specmill.vendor.update import update

    done = update(Path(options.folder), _source(options), only=options.only, expected=options.expect, waiting=waiting)
    if options.json:
        steps = [asdict(step) for step in done.steps]
        answer_json({"folder": done.folder, "written": done.written, "steps": steps, "sha256": done.copy.hash})
        return int(bool(done.left))
    answer(f"{done.folder}: {done.word}", RED if done.left else GREEN)
    for reason in done.reasons:
        answer(one_line(f"  {reason}"))
    for step in done.steps:
        answer(one_line(f"  {step.what:<11} {step.path}"))
    answer(f"  sha256      {done.copy.hash} {HASH}")
    for hint in done.hints:
        say(f"hint: {hint}")
    return int(bool(done.left))


def _undo(options: Namespace) -> int:
    from specmill.vendor.undo import Undone, restore, undo

    path = Path(options.folder)
    done: Undone = (
        undo(path, waiting=waiting)
        if options.action == "undo"
        else restore(path, expected=options.expect, waiting=waiting)
    )
    if options.json:
        answer_json(asdict(done))
        return 0
    answer(f"{done.folder}: {'put back' if done.changed else 'nothing changed'}", GREEN)
    for changed in done.changed:
        answer(one_line(f"  put back    {changed}"))
    if done.changed:
        say(f"hint: `specmill vendor --undo {done.folder}` takes this back")
    return 0


def _diff(options: Namespace) -> int:
    from specmill.vendor.patch import patch

    found = patch(Path(options.folder), expected=options.expect, waiting=waiting)
    if options.json:
        answer_json({**asdict(found), "text": found.text.decode("utf-8", "replace")})
        return 0
    if sys.stdout.isatty():
        answer(found.text.decode("utf-8", "replace").rstrip("\n"))
    else:  # byte for byte, or it would fit nowhere
        sys.stdout.flush()
        sys.stdout.buffer.write(found.text)
    for path in found.left_out:
        say(f"not in the patch, since it is no text: {path}")
    for hint in found.hints:
        say(f"hint: {hint}")
    return 0


def _sbom(options: Namespace) -> int:
    from specmill.vendor.sbom import sbom

    if not Path(options.folder).exists():
        _, placed = _placed(options)
        say(f"{placed.folder}: {len(placed.copy.vendored.made.files)} files")
    answer_json(sbom(Path(options.folder), expected=options.expect, waiting=waiting))
    return 0


def _check_source(options: Namespace) -> None:
    """In the host's repository nothing says by itself where the client comes from."""
    if options.document is None and options.config is None and nearest(Path.cwd()) is None:
        message = "nothing here says where the client comes from"
        raise SpecmillError(message, hint="name its project, --config ../client/pyproject.toml, or its --document")


def _source(options: Namespace) -> Callable[[Vendored], Config]:
    def source(vendored: Vendored) -> Config:
        _check_source(options)
        if options.document is not None and options.config is None:
            options.package = options.package or vendored.made.package
            return chosen_one(options)
        configs = chosen(options)
        return next((one for one in configs if one.package == vendored.made.package), configs[0])

    return source


def _source_if_any(options: Namespace) -> Callable[[Vendored], Config | None]:
    """Named by options, or the client of that name that is configured here: a host need not have one."""
    if any(getattr(options, name) is not None for name in SOURCE):
        return _source(options)

    def source(vendored: Vendored) -> Config | None:
        if nearest(Path.cwd()) is None:
            return None
        return next((one for one in load(Options()) if one.package == vendored.made.package), None)

    return source


ACTIONS: dict[str, Callable[[Namespace], int]] = {
    "place": _place,
    "check": _check,
    "update": _update,
    "undo": _undo,
    "restore": _undo,
    "diff": _diff,
    "sbom": _sbom,
}
