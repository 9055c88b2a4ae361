"""The honest post office: takes parcels and their labels, and loses nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import parse_qs

from tests.contract.faulty.wire import Answer, Request, Wire, json_answer, reply

MEMBERS = {"address", "stamp", "due", "weights"}
NAME = re.compile(rb'Content-Disposition: form-data; name="([a-z]+)"(; filename=)?')
BOUNDARY = re.compile('boundary="?([^";]+)')
ORDERS = ("by date", "by state")


def constant(name: str) -> Any:
    raise ValueError(name)


class Parcels:
    def serve(self, wire: Wire, request: Request) -> bool:
        body = b"".join(wire.pieces(request))
        reply(wire, request, self.answer(request, body))
        return False

    def answer(self, request: Request, body: bytes) -> Answer:
        match request.method, request.segments:
            case "GET", ("parcels",):
                return self.ordered(parse_qs(request.query, keep_blank_values=True))
            case "POST", ("parcels",):
                is_json = request.media_type == "application/json"
                return self.send(body) if is_json else self.bad(415, "no JSON")
            case "PUT", ("labels",):
                return self.label(request, body)
            case _, (("parcels" | "labels") as place,):
                return json_answer(405, {"message": "no"}, Allow="GET, POST" if place == "parcels" else "PUT")
        return self.bad(404, "no such path")

    def bad(self, status: int, message: str) -> Answer:
        return json_answer(status, self.problem(message))

    def problem(self, message: str) -> dict[str, Any]:
        return {"message": message}

    # --- parcels

    def ordered(self, query: dict[str, list[str]]) -> Answer:
        states, pages = query.get("state", []), query.get("page", [])
        if not self.are_states(states) or len(pages) > 1 or not all(map(self.is_page, pages)):
            return self.bad(400, "query")
        return Answer(200, {"Content-Type": "text/plain"}, self.order(states).encode())

    def order(self, states: list[str]) -> str:
        return ORDERS[bool(states)]

    def are_states(self, states: list[str]) -> bool:
        return self.are_apart(states) and set(states) <= {"new", "sent", "lost"}

    def are_apart(self, states: list[str]) -> bool:
        return len(set(states)) == len(states)

    def is_page(self, text: str) -> bool:
        """No text is null."""
        return text == "" or bool(re.fullmatch("[0-9]{1,4000}", text))

    def send(self, body: bytes) -> Answer:
        try:
            parcel = json.loads(body.decode(), parse_constant=constant)
        except (ValueError, RecursionError):
            return self.bad(400, "no JSON")
        if not isinstance(parcel, dict) or not {"address"} <= parcel.keys() <= MEMBERS or not self.is_whole(parcel):
            return self.bad(400, "members")
        failed = next((name for name, value in parcel.items() if not getattr(self, f"is_{name}")(value)), None)
        return json_answer(201, {"state": "new"}) if failed is None else self.bad(400, failed)

    def is_whole(self, parcel: Mapping[str, Any]) -> bool:
        return "due" not in parcel or "stamp" in parcel

    def is_address(self, value: Any) -> bool:
        return isinstance(value, str) and value != ""

    def is_stamp(self, value: Any) -> bool:
        return isinstance(value, str) and value in ("A", "B")

    def is_due(self, value: Any) -> bool:
        if not isinstance(value, str) or not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value, re.ASCII):
            return False
        try:
            return bool(date.fromisoformat(value))
        except ValueError:
            return False

    def is_weights(self, value: Any) -> bool:
        return isinstance(value, dict) and len(value) <= self.most() and all(map(self.is_weight, value.values()))

    def most(self) -> int:
        return 3

    def is_weight(self, value: Any) -> bool:
        return isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 1 and value == int(value)

    # --- labels

    def label(self, request: Request, body: bytes) -> Answer:
        if request.media_type != "multipart/form-data":
            return self.bad(415, "no form")
        boundary = BOUNDARY.search(request.headers["content-type"])
        parts = dict(self.parts(body, boundary[1].encode())) if boundary else {}
        checks = {
            "picture": self.is_picture(parts.get("picture")),
            "copies": "copies" not in parts or self.is_copies(parts["copies"]),
            "note": self.is_note(parts.get("note", b"")),
        }
        failed = next((name for name, holds in checks.items() if not holds), None)
        return Answer(204, {}, b"") if failed is None else self.bad(400, failed)

    def parts(self, body: bytes, boundary: bytes) -> list[tuple[str, bytes]]:
        """A picture is one only if it is sent as a file."""
        found = []
        for part in (b"\r\n" + body).split(b"\r\n--" + boundary)[1:-1]:
            head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
            named = NAME.search(head)
            if named is not None and (named[1] == b"picture") == bool(named[2]):
                found.append((named[1].decode(), content))
        return found

    def is_picture(self, content: bytes | None) -> bool:
        return content is not None

    def is_copies(self, content: bytes) -> bool:
        return bool(re.fullmatch(b"[1-9]", content))

    def is_note(self, content: bytes) -> bool:
        return len(content.decode("utf-8", "replace")) <= 20
