"""Failures as files, so that the next run begins with them. No file holds a credential."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from specmill.contract.broken import Fault
from specmill.contract.manners import manners
from specmill.contract.report.secrets import WORD
from specmill.contract.single import Single
from specmill.contract.values import Call, Case, Finding, Wanted
from specmill.errors import Place, SpecmillError
from specmill.values import Operation

if TYPE_CHECKING:
    from specmill.contract.stream_tests import StreamTests

VERSION = 1
OURS = ("authorization", "cookie")  # fields that are put in anew, as all with a secret are: with those of the day


@dataclass(frozen=True, slots=True)
class Stored:
    """One failure: a call, some records, or the number of a property."""

    operation: str
    check: str
    place: str
    keyword: str
    sent: str
    seed: int = 0
    case: Case | None = None
    records: tuple[bytes, ...] = ()

    @property
    def name(self) -> str:
        key = "\n".join((self.check, self.operation, self.place, self.keyword))
        plain = "".join(c if c.isalnum() else "-" for c in f"{self.operation}-{self.check}-{self.place}")[:60].strip(
            "-"
        )
        return f"{plain}-{hashlib.sha256(key.encode()).hexdigest()[:8]}.json"


def stored(finding: Finding, seed: int) -> Stored:
    one = finding
    return Stored(one.operation, one.check, one.place, one.keyword, one.sent, seed, one.case, one.records)


def write(folder: Path, finding: Finding, seed: int) -> Path:
    return put(folder, stored(finding, seed))


def put(folder: Path, one: Stored) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / one.name
    path.write_text(json.dumps(as_json(one), indent=2) + "\n", encoding="utf-8")
    return path


def read(path: Path) -> Stored:
    try:
        return of_json(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise SpecmillError(f"cannot be read: {error.strerror}", place=Place(str(path))) from error
    except (ValueError, KeyError, TypeError) as error:
        raise SpecmillError("this is no stored failure", place=Place(str(path)), hint=f"{error}") from error


def read_all(folder: Path) -> tuple[Stored, ...]:
    return tuple(read(path) for path in sorted(folder.glob("*.json"))) if folder.is_dir() else ()


def as_json(one: Stored) -> dict[str, Any]:
    told: dict[str, Any] = {"specmill contract failure": VERSION}
    told |= {name: getattr(one, name) for name in ("operation", "check", "place", "keyword", "sent", "seed")}
    if one.records:
        told["records"] = [base64.b64encode(record).decode() for record in one.records]
    if one.case is not None:
        case, call = one.case, one.case.call
        told["case"] = {
            "about": case.about,
            "wanted": case.wanted,
            "part": case.part,
            "pointer": case.pointer,
            "fault": None if case.fault is None else [list(case.fault.path), case.fault.keyword, case.fault.what],
            "method": call.method,
            "target": _without_secrets(call.target),
            "fields": [list(pair) for pair in call.fields if pair[0].lower() not in OURS and not WORD.search(pair[1])],
            "body": None if call.body is None else base64.b64encode(call.body).decode(),
        }
    return told


def _without_secrets(target: str) -> str:
    path, _, query = target.partition("?")
    left = "&".join(part for part in query.split("&") if not WORD.search(part))
    return f"{path}?{left}" if left else path


def of_json(told: dict[str, Any]) -> Stored:
    operation, check, place, keyword, sent = (
        str(told[name]) for name in ("operation", "check", "place", "keyword", "sent")
    )
    records = tuple(base64.b64decode(one) for one in told.get("records", ()))
    given = told.get("case")
    case = None
    if given is not None:
        body = None if given["body"] is None else base64.b64decode(given["body"])
        fields = tuple((str(name), str(value)) for name, value in given["fields"])
        call = Call(given["method"], given["target"], fields, body)
        fault = None if given["fault"] is None else Fault(tuple(given["fault"][0]), *given["fault"][1:])
        wanted: Wanted = given["wanted"]
        case = Case(operation, given["about"], call, wanted, given["part"], fault, given["pointer"])
    return Stored(operation, check, place, keyword, sent, int(told["seed"]), case, records)


def replayed(
    some: list[Stored], single: Single, streams: StreamTests | None, operations: tuple[Operation, ...]
) -> Iterator[Finding]:
    """Each as it was; what holds now says nothing."""
    if any(one.check == "http" for one in some):
        yield from manners(single, operations)
    for one in some:
        if one.check == "stream" and streams is not None and one.keyword.isdecimal():
            yield from streams.property(int(one.keyword))
        if one.records and streams is not None:
            yield from streams.again(one)
        elif one.case is not None and one.check not in ("http", "authentication"):
            yield from single.tried(single.cases.of_the_day(one.case))
