"""``specmill diff OLD NEW``: what changed for those who call, and which version follows; 1 if it is too bad."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from specmill.cli.console import answer, answer_json, one_line, say
from specmill.diff.ignored import Ignored, read_ignored, sorted_out
from specmill.diff.reports import Report, as_annotations, as_changelog, as_json, as_markdown, as_text
from specmill.diff.table import rows
from specmill.diff.values import SEVERITIES, Comparison
from specmill.diff.version import following
from specmill.document.api import Api
from specmill.errors import Place, SpecmillError
from specmill.values import Config

FAILING = {"breaking": ("breaking",), "possible": ("breaking", "possible"), "any": SEVERITIES, None: ()}
WRITERS: dict[str, Callable[[Report], Iterator[str]]] = {
    "markdown": as_markdown,
    "github": as_annotations,
    "changelog": as_changelog,
}


def run(options: Namespace) -> int:
    if options.list:
        return _listed(options)
    if options.new is None:
        hint = "specmill diff HEAD~1:openapi.yaml openapi.yaml"
        raise SpecmillError("diff compares two documents", place=Place("OLD and NEW"), hint=hint)
    if options.version_now:
        following(options.version_now, "none")
    entries = read_ignored(Path(options.ignore), options.ignore) if options.ignore else ()
    comparison, version = _compared(options)
    report = _report(comparison, entries, options.version_now or version)
    if options.json or options.format == "json":
        answer_json(as_json(report))
    else:
        write = WRITERS.get(options.format)
        for line in write(report) if write else as_text(report, verbose=options.verbose):
            answer(one_line(line))
    return int(any(one.severity in FAILING[options.fail_on] for one in report.comparison.differences))


def _compared(options: Namespace) -> tuple[Comparison, str]:
    from specmill.diff.compare import compare

    config = _configured(options)
    old, new = _api(config, options.old), _api(config, options.new)
    version = str(old.normal.tree["info"].get("version", ""))
    return compare(old, new, (options.old, options.new)), version


def _configured(options: Namespace) -> Config:
    """What both documents are built with: the options, else [tool.specmill] if it names one of them, else nothing."""
    from specmill.config import Options, load
    from specmill.diff.revisions import split_revision
    from specmill.pyproject import nearest

    here = Path.cwd()
    if options.overlays or options.allow or not (options.config or nearest(here)):
        overlays = tuple(here / one for one in options.overlays or ())
        return Config(here, Path(), "client", Path(), overlays, allow=tuple(options.allow or ()))
    revisions = (split_revision(which) for which in (options.old, options.new))
    paths = (found[1] if found else which for found, which in zip(revisions, (options.old, options.new), strict=True))
    wanted = {Path(path).resolve() for path in paths}
    configs = load(Options(config=options.config))
    named = (one for one in configs if (one.root / one.document).resolve() in wanted)
    return next(named, Config(here, Path(), "client", Path()))


def _api(config: Config, which: str) -> Api:
    from specmill.diff.revisions import split_revision, unpacked
    from specmill.document.api import api_of

    if "://" in which:
        message = "a document has to be a file, or in git: a URL may give another text tomorrow"
        raise SpecmillError(message, place=Place(which), hint="download it")
    here = Path.cwd()
    overlays = tuple(config.root / one for one in config.overlays)
    revision = split_revision(which)
    if revision is None:
        return api_of(replace(config, root=here, document=Path(which), overlays=overlays))
    with unpacked(*revision, overlays, here) as found:
        for name in found.absent:
            say(f"{which}: without the overlay {name}, which did not exist yet")
        api = api_of(replace(config, root=found.root, document=found.document, overlays=found.overlays))
    return _renamed(api, revision[0])


def _renamed(api: Api, revision: str) -> Api:
    """Places in files of a revision say so."""
    document = api.normal.document
    files = tuple(replace(one, name=f"{revision}:{one.name}") for one in document.files)
    overlays = tuple(replace(one, name=f"{revision}:{one.name}") for one in document.overlays)
    places = {pointer: f"{revision}:{place}" for pointer, place in document.places.items()}
    renamed = replace(document, files=files, overlays=overlays, places=places)
    return replace(api, normal=replace(api.normal, document=renamed))


def _report(comparison: Comparison, entries: tuple[Ignored, ...], version: str) -> Report:
    found = sorted_out(comparison.differences, entries, date.today())
    for entry in found.expired:
        say(f"ignored no longer: {entry.id} {entry.where} was ignored until {entry.until} ({entry.reason})")
    for entry in found.idle:
        say(f"ignores nothing: {entry.id} {entry.where} ({entry.reason})")
    return Report(replace(comparison, differences=found.left), found.ignored, version)


def _listed(options: Namespace) -> int:
    if options.json or options.format == "json":
        answer_json([{"id": row.id, "severity": row.severity, "why": row.why} for row in rows().values()])
        return 0
    for row in rows().values():
        answer(f"{row.severity:<9} {row.id:<42} {row.why}")
    return 0
