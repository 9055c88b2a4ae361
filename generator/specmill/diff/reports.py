"""A comparison as text, Markdown for a pull request, annotations for GitHub, an entry of a changelog, JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from specmill.diff.ignored import Ignored
from specmill.diff.revisions import split_revision
from specmill.diff.told import PARTS, counted, line_of, witness_told
from specmill.diff.values import SEVERITIES, Comparison, Difference, Severity
from specmill.diff.version import Step, following, is_semantic, step_of
from specmill.errors import Place

UNPROVEN = "the table calls it breaking, but nothing was found that breaks"
COMMANDS = {"breaking": "error", "possible": "warning", "additive": "notice", "neutral": "notice"}
SHOWN: tuple[Severity, ...] = ("breaking", "possible", "additive")
IN_CHANGELOG = {"breaking": "**Breaking:** ", "possible": "Possibly breaking: ", "additive": "", "neutral": ""}


@dataclass(frozen=True, slots=True)
class Report:
    """What there is to tell: the differences that count, and those that are ignored."""

    comparison: Comparison
    ignored: tuple[tuple[Difference, Ignored], ...] = ()
    version: str = ""  # that the client has now, if it is known

    @property
    def step(self) -> Step:
        return step_of(self.comparison)

    @property
    def next(self) -> str:
        return following(self.version, self.step) if is_semantic(self.version) else ""


def as_text(report: Report, *, verbose: bool = False) -> Iterator[str]:
    comparison = report.comparison
    yield f"{comparison.old} → {comparison.new}: {counted(comparison)}"
    for part, heading in PARTS:
        shown = [one for one in comparison.of(part) if verbose or one.severity != "neutral"]
        if shown:
            yield from ("", heading)
            for one in shown:
                yield from _lines(one)
    for one, entry in report.ignored:
        yield from ("", f"ignored until {entry.until}: {line_of(one)} ({entry.reason})")
    if step := _version_told(report):
        yield from ("", step)


def _lines(one: Difference) -> Iterator[str]:
    yield f"  {one.severity:<9} {line_of(one)}"
    place = one.after or one.before
    yield f"            {one.id}{f' at {_clickable(place)}' if place else ''}"
    if one.witness:
        yield f"            {witness_told(one.witness)}"
    if one.unproven:
        yield f"            {UNPROVEN}"


def _clickable(place: Place) -> str:
    return str(replace(place, pointer="") if place.line else place)


def _version_told(report: Report) -> str:
    if report.step == "none":
        return ""
    numbers = f": {report.version} → {report.next}" if report.next else ""
    return f"The next version of the client is a {report.step} one{numbers}."


# ---------------------------------------------------------------- Markdown


def as_markdown(report: Report) -> Iterator[str]:
    comparison = report.comparison
    yield f"### {_code(comparison.old)} → {_code(comparison.new)}"
    yield from ("", f"{counted(comparison)}. {_version_told(report)}".rstrip())
    for part, heading in PARTS:
        yield from _section(heading, comparison.of(part))
    if report.ignored:
        yield from ("", "#### Ignored", "")
        for one, entry in report.ignored:
            yield f"- {_plain(line_of(one))}: {_plain(entry.reason)} (until {entry.until})"


def _section(heading: str, differences: Iterable[Difference]) -> Iterator[str]:
    shown = [one for one in differences if one.severity in SHOWN]
    if not shown:
        return
    yield from ("", f"#### {heading}", "", "| | what | where | witness |", "|---|---|---|---|")
    for one in shown:
        witness = _code(witness_told(one.witness)) if one.witness else ""
        place = one.after or one.before
        where = f"{_code(one.where)}{f' ({_plain(_short(place))})' if place else ''}"
        yield f"| {one.severity} | {_cell(_plain(one.what))} | {_cell(where)} | {_cell(witness)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _code(text: str) -> str:
    """In as many backquotes as it takes to have what is in it as it is."""
    fence = "`"
    while fence in text:
        fence += "`"
    room = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{room}{text}{room}{fence}".replace("\n", " ")


def _plain(text: str) -> str:
    """No text of a document becomes a link, a picture or a tag."""
    return "".join(f"\\{one}" if one in "\\`*_[]<>#!~@&" else one for one in text).replace("\n", " ")


def _short(place: Place) -> str:
    return f"{place.file}:{place.line}" if place.line else place.file


# ---------------------------------------------------------------- a changelog


def as_changelog(report: Report) -> Iterator[str]:
    """One entry, in two lists: what changed in the API, and what in the client."""
    yield f"## {report.next or 'Unreleased'}"
    for part, heading in PARTS:
        told = [one for one in report.comparison.of(part) if one.severity in SHOWN]
        if told:
            yield from ("", f"### {heading}", "")
            yield from (f"- {IN_CHANGELOG[one.severity]}{_plain(line_of(one))}" for one in told)
    if not any(one.severity in SHOWN for one in report.comparison.differences):
        yield from ("", "Nothing that a caller sees has changed.")


# ---------------------------------------------------------------- GitHub


def as_annotations(report: Report) -> Iterator[str]:
    for one in report.comparison.differences:
        if one.severity in SHOWN:
            yield _annotation(one, report.comparison.new)


def _annotation(one: Difference, new: str) -> str:
    """In the file as it is now, which is all that a pull request can show; what is gone has no line there."""
    place = one.after or Place(new)
    revision = split_revision(place.file)
    where = {"file": revision[1] if revision else place.file}
    where |= {"line": str(place.line), "col": str(place.column)} if place.line else {}
    properties = ",".join(f"{key}={_property(value)}" for key, value in {**where, "title": one.id}.items())
    told = f"{line_of(one)}\n{witness_told(one.witness)}" if one.witness else line_of(one)
    return f"::{COMMANDS[one.severity]} {properties}::{_message(told)}"


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")


# ---------------------------------------------------------------- JSON


def as_json(report: Report) -> dict[str, Any]:
    comparison = report.comparison
    return {
        "old": comparison.old,
        "new": comparison.new,
        "counts": {severity: _count(comparison, severity) for severity in SEVERITIES},
        "version": {"step": report.step, "now": report.version or None, "next": report.next or None},
        "differences": [_difference(one) for one in comparison.differences],
        "ignored": [
            {"difference": _difference(one), "reason": entry.reason, "until": entry.until.isoformat()}
            for one, entry in report.ignored
        ],
    }


def _count(comparison: Comparison, severity: Severity) -> int:
    return sum(one.severity == severity for one in comparison.differences)


def _difference(one: Difference) -> dict[str, Any]:
    return {
        "id": one.id,
        "severity": one.severity,
        "of": one.of,
        "where": one.where,
        "what": one.what,
        "before": _place(one.before, one.pointers[0]),
        "after": _place(one.after, one.pointers[1]),
        "witness": _witness(one),
        "unproven": one.unproven,
    }


def _place(place: Place | None, pointer: str) -> dict[str, Any] | None:
    if place is None:
        return {"pointer": pointer} if pointer else None
    return {"file": place.file, "line": place.line or None, "column": place.column or None, "pointer": pointer}


def _witness(one: Difference) -> dict[str, Any] | None:
    if one.witness is None:
        return None
    kind = type(one.witness.tried).__name__.lower()
    return {"kind": kind, kind: asdict(one.witness.tried), "why": one.witness.why, "told": witness_told(one.witness)}
