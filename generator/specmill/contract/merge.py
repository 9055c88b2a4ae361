"""The reports of a run's shards as the report of one run: its failures, its coverage, its verdict."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from specmill.contract.causes import IN, reason_of, with_their_causes
from specmill.contract.coverage import NO_CASE
from specmill.contract.proved import DENIED, Tally, joined, never_accepted, nothing_proved
from specmill.contract.report.told import FACTS, MARK, VERSION, coverage_told
from specmill.contract.shards import Shard
from specmill.contract.values import Answer, Call, Case, Finding, Kind, Result
from specmill.errors import Place, SpecmillError

KINDS: dict[str, Kind] = {"failures": "failure", "observations": "observation", "of_the_document": "document"}
ALIKE: dict[str, Callable[[dict[str, Any]], Any]] = {
    "documents": lambda told: f"{told['document']['title']!r} {told['document']['sha256'][:12]}",
    "seeds": lambda told: told["seed"],
    "numbers of shards": lambda told: told["shard"]["of"],
    "profiles": lambda told: told["tried"]["profile"],
    "numbers of cases": lambda told: told["tried"]["cases"],
    "operations": lambda told: ", ".join(told["operations"]),
}
SHOWN = 200  # characters


@dataclass(frozen=True, slots=True)
class Report:
    name: str  # where it stands
    told: dict[str, Any]

    @property
    def shard(self) -> Shard:
        return Shard(self.told["shard"]["number"], self.told["shard"]["of"])


def read(path: Path) -> tuple[Report, ...]:
    """A report, or all that are in a folder, such as one of artefacts; what else is there is left alone."""
    if path.is_dir():
        found = [report for one in sorted(path.rglob("*.json")) if (report := _read(one)) is not None]
        if not found:
            raise SpecmillError("no report is in this folder", place=Place(str(path)), hint="--json FILE writes one")
        return tuple(found)
    report = _read(path)
    if report is None:
        hint = "of a run, --json FILE writes what can be joined"
        raise SpecmillError("this is no report of contract tests in JSON", place=Place(str(path)), hint=hint)
    return (report,)


def _read(path: Path) -> Report | None:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SpecmillError(f"cannot be read: {error.strerror}", place=Place(str(path))) from None
    except ValueError:
        return None
    if not isinstance(told, dict) or MARK not in told or "shard" not in told:
        return None
    if told[MARK] != VERSION:
        raise SpecmillError("this report is of another version of specmill", place=Place(str(path)))
    return Report(str(path), told)


def merged(reports: Iterable[Report]) -> dict[str, Any]:
    """As if one had run it all. Shards that are none of one run are an error; one that is missing proves nothing."""
    some = sorted(reports, key=lambda one: one.shard.number)
    _are_alike(some)
    _are_different(some)
    first, of = some[0].told, some[0].shard.of
    tally = joined(Tally(**one.told["tally"]) for one in some)
    missing = sorted({*range(1, of + 1)} - {one.shard.number for one in some})
    return {
        **first,
        "server": ", ".join(dict.fromkeys(one.told["server"] for one in some)),
        "cases": tally.cases,
        "seconds": max(one.told["seconds"] for one in some),
        "proved_nothing": _nothing(some, tally, [Shard(number, of) for number in missing]),
        "left_out": list(dict.fromkeys(text for one in some for text in one.told["left_out"])),
        "shard": {"number": 1, "of": 1, "units": sum(one.told["shard"]["units"] for one in some)},
        "tally": {**first["tally"], **_as_json(tally)},
        **_findings(some, tally, complete=not missing),
        "coverage": coverage_told(_matrix(some)),
    }


def result_of(told: Mapping[str, Any]) -> Result:
    """What a report says, as far as an exit code and a line for each finding need it."""
    findings = tuple(_finding(one, kind) for name, kind in KINDS.items() for one in told[name])
    left_out = tuple(told["left_out"])
    return Result(findings, told["cases"], told["seconds"], told["seed"], told["proved_nothing"], left_out)


# --- of one run


def _are_alike(some: list[Report]) -> None:
    for what, fact in ALIKE.items():
        for one in some[1:]:
            mine, other = fact(some[0].told), fact(one.told)
            if mine != other:
                said = f"{str(mine)[:SHOWN]} in {some[0].name}, {str(other)[:SHOWN]} in {one.name}"
                raise SpecmillError(f"shards of different {what} are not of one run: {said}", place=Place(one.name))


def _are_different(some: list[Report]) -> None:
    for one, other in pairwise(some):
        if one.shard == other.shard:
            raise SpecmillError(f"shard {one.shard} is there twice: also in {one.name}", place=Place(other.name))


def _nothing(some: list[Report], tally: Tally, missing: list[Shard]) -> str:
    if missing:
        are = "is" if len(missing) == 1 else "are"
        return f"of the shards {', '.join(map(str, missing))} {are} missing"
    for one in some:
        why = one.told["proved_nothing"]
        if why and (one.shard.is_whole or why != DENIED):
            return str(why if one.shard.is_whole else f"shard {one.shard}: {why}")
    return nothing_proved(tally, some[0].told["unnamed"])


def _as_json(tally: Tally) -> dict[str, Any]:
    return {name: getattr(tally, name) for name in Tally.__slots__}


# --- findings


def _findings(some: list[Report], tally: Tally, complete: bool) -> dict[str, list[dict[str, Any]]]:
    """Each fault once, and what follows from what another shard has found with it."""
    found: dict[tuple[str, ...], tuple[Finding, dict[str, Any]]] = {}
    for report in some:
        for name, kind in KINDS.items():
            for told in report.told[name]:
                finding = _finding(told, kind)
                found.setdefault(finding.key, (finding, told))
    if complete and not some[0].shard.is_whole:
        for finding in _never_accepted(some, tally):
            found.setdefault(finding.key, (finding, _plain(finding)))
    known = [one for one, _ in found.values()]
    lists: dict[str, list[dict[str, Any]]] = {name: [] for name in KINDS}
    for one in _with_all_operations(known, with_their_causes(known, some[0].told["verdicts"])):
        name = next(name for name, kind in KINDS.items() if kind == one.kind)
        lists[name].append({**found[one.key][1], "also": list(dict.fromkeys(one.also))})
    return lists


def _with_all_operations(known: list[Finding], causes: Iterable[Finding]) -> Iterator[Finding]:
    """What a shard has told as one for several operations is so still when it follows from another shard's."""
    others: dict[tuple[str, ...], list[str]] = {}
    for one in known:
        others.setdefault(reason_of(one), []).extend(text for text in one.also if text.startswith(IN))
    for one in causes:
        more = (text for text in others.pop(reason_of(one), ()) if text != f"{IN}{one.operation}")
        yield replace(one, also=(*one.also, *more))


def _never_accepted(some: list[Report], tally: Tally) -> Iterator[Finding]:
    for operation, pointer in some[0].told["operations"].items():
        if not tally.is_all_denied and not tally.by_operation.get(operation):
            yield never_accepted(operation, pointer)


def _plain(finding: Finding) -> dict[str, Any]:
    """What stands for no exchange."""
    nothing: dict[str, Any] = {"document": "", "records": [], "chunks": [], "wire": [], "python": None, "curl": None}
    return {**{name: getattr(finding, name) for name in FACTS}, **nothing, "wanted": None, "status": None}


def _finding(told: Mapping[str, Any], kind: Kind) -> Finding:
    """With as much of its case and its answer as what follows from what is told by."""
    facts = {name: told[name] for name in FACTS if name != "also"}
    call = Call("", "")
    case = None if told["wanted"] is None else Case(told["operation"], told["sent"], call, told["wanted"])
    answer = None if told["status"] is None else Answer(told["status"], (), b"")
    return Finding(**facts, also=tuple(told["also"]), kind=kind, case=case, answer=answer)


# --- coverage


def _matrix(some: list[Report]) -> list[list[Any]]:
    """Every cell once, by operations as the document has them: reached by any shard, or not by the best reason."""
    cells: dict[tuple[str, ...], tuple[bool, str]] = {}
    for report in some:
        for *cell, met, why in report.told["coverage"]["matrix"]:
            known_met, known_why = cells.get(tuple(cell), (False, ""))
            reason = why if known_why in ("", NO_CASE) else known_why
            cells[tuple(cell)] = (met or known_met, reason)
    order = {operation: number for number, operation in enumerate(some[0].told["operations"])}
    rows = sorted(cells.items(), key=lambda one: (order[one[0][0]], one[0] if len(some) > 1 else ()))
    return [[*cell, met, "" if met else why] for cell, (met, why) in rows]
