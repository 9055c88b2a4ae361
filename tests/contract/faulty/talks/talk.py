"""What a conversation is, and the ways to have one."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.contract.faulty.caller import SILENCE, Caller
from tests.contract.faulty.table import Server

SHORT, LONG = 0.6, 10.0  # seconds to wait for what does not come, and for what does


@dataclass(frozen=True)
class Talk:
    variant: str
    said: Callable[[Server, float], Any]  # to a server, with that patience; returns what came
    honest: Any
    faulty: Any
    idle: float = 30.0

    @property
    def patience(self) -> float:
        """With the faulty server: short only where its fault is that nothing comes."""
        return SHORT if SILENCE in (self.faulty if isinstance(self.faulty, list) else [self.faulty]) else LONG


def record(**members: Any) -> bytes:
    return json.dumps(members, ensure_ascii=False).encode()


def text(data: str, **members: Any) -> bytes:
    return record(value={"type": "STRING", "data": data}, **members)


GOOD = text("x")
BAD = record(partition_id=True)
CUT_SHORT = GOOD[:-1]
READ = "read one report"
HEAD = "read the head"
END = "send the last chunk and read the rest"
REST = "read the rest"
Show = Callable[[Any], Any]


def code(report: Any) -> Any:
    return report["error_code"] if isinstance(report, dict) else report


def offset(report: Any) -> Any:
    return report.get("offset", report["error_code"]) if isinstance(report, dict) else report


def size(report: Any) -> Any:
    """Of the value; by this the reports of the records can be told apart."""
    if not isinstance(report, dict):
        return report
    return report["value"]["size"] if "value" in report else report["error_code"]


def stream(*steps: bytes | str, show: Show = code) -> Callable[[Server, float], Any]:
    """One stream: bytes are a chunk, the rest are the words above."""

    def said(server: Server, patience: float) -> list[Any]:
        with Caller(server.url, patience) as caller:
            caller.open(Transfer_Encoding="chunked")
            return [show(report) for report in followed(caller, steps)]

    return said


def followed(caller: Caller, steps: tuple[bytes | str, ...]) -> list[Any]:
    came: list[Any] = []
    for step in steps:
        if isinstance(step, bytes):
            caller.chunks(step)
        elif step == READ:
            came.append(caller.report())
        elif step == HEAD:
            came.append(caller.head())
        else:
            if step == END:
                caller.last_chunk()
            came += caller.all()
    return came


def body(content: bytes, show: Show = code) -> Callable[[Server, float], Any]:
    """One request with a body of known length."""

    def said(server: Server, patience: float) -> list[Any]:
        with Caller(server.url, patience) as caller:
            caller.open(Content_Length=str(len(content)))
            caller.whole(content)
            return [show(report) for report in caller.all()]

    return said
