"""The honest house: rooms that may be asked for, and bookings that are answered without their pin."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any
from urllib.parse import parse_qs, unquote

from tests.contract.faulty.checks import is_date_time
from tests.contract.faulty.wire import Answer, Request, Wire, json_answer, reply

INTEGER = re.compile("-?[0-9]{1,4000}")
UUID = re.compile("[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
AT = re.compile(r"20[0-9]{2}-[0-9-]{5}T[0-9:]{8}(?:\.[0-9]{1,3})?Z")
TAGS = ("wifi", "desk", "sea view")
NEEDED = {"day", "guests", "pin"}
MEMBERS = NEEDED | {"kind", "at", "discount", "nights", "other"}


def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(found)) != len(found):
        raise ValueError("a member twice")
    return dict(found)


def constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


class Bookings:
    def serve(self, wire: Wire, request: Request) -> bool:
        body = b"".join(wire.pieces(request))
        reply(wire, request, self.answer(request, body))
        return False

    def answer(self, request: Request, body: bytes) -> Answer:
        match request.method, request.segments:
            case "GET", ("rooms",):
                return self.listed(request)
            case "GET", ("rooms", room):
                return Answer(204, {}, b"") if self.is_uuid(room) else self.bad(400, "id")
            case "POST", ("bookings",):
                return self.book(body) if request.media_type == "application/json" else self.bad(415, "no JSON")
            case _, ("rooms",) | ("rooms", _):
                return json_answer(405, {"message": "no"}, Allow="GET")
            case _, ("bookings",):
                return json_answer(405, {"message": "no"}, Allow="POST")
        return self.bad(404, "no such path")

    def bad(self, status: int, message: str) -> Answer:
        return json_answer(status, {"message": message})

    # --- rooms

    def listed(self, request: Request) -> Answer:
        query = parse_qs(request.query.replace("|", "%7C"), keep_blank_values=True)
        prices = {name: one for name, one in query.items() if name.startswith("price[")}
        single = [one for name, one in query.items() if name in ("floors", "sort", "page") or name in prices]
        good = {
            "twice": all(len(one) == 1 for one in single),
            "floors": "floors" not in query or self.are_floors(re.split(r"\|", unquote(query["floors"][0]))),
            "tags": self.are_tags(query.get("tags", [])),
            "price": all(self.is_price(name[6:-1], one[0]) for name, one in prices.items()),
            "sort": "sort" not in query or self.is_sort(query["sort"][0]),
            "page": "page" not in query or self.is_page(query["page"][0]),
            "lang": request.headers.get("x-lang", "en").strip() in ("en", "pt-BR"),
        }
        failed = next((name for name, holds in good.items() if not holds), None)
        return json_answer(200, [self.room(1), self.room(2)]) if failed is None else self.bad(400, failed)

    def room(self, number: int) -> dict[str, Any]:
        return {"id": f"00000000-0000-0000-0000-{number:012}", "kind": self.kind(number)}

    def kind(self, number: int) -> str:
        return ("single", "double")[number % 2]

    def is_uuid(self, text: str) -> bool:
        return bool(UUID.fullmatch(text))

    def are_floors(self, texts: list[str]) -> bool:
        return 2 <= len(texts) <= 4 and all(INTEGER.fullmatch(text) and int(text) >= -2 for text in texts)

    def are_tags(self, texts: list[str]) -> bool:
        return len(texts) <= 3 and all(map(self.is_tag, texts))

    def is_tag(self, text: str) -> bool:
        return text in TAGS

    def is_price(self, name: str, text: str) -> bool:
        return name in ("min", "max") and bool(INTEGER.fullmatch(text)) and int(text) >= 0

    def is_sort(self, text: str) -> bool:
        return text in ("price", "-price", "name")

    def is_page(self, text: str) -> bool:
        return bool(INTEGER.fullmatch(text)) and int(text) >= 1

    # --- bookings

    def book(self, body: bytes) -> Answer:
        try:
            given = json.loads(body.decode(), object_pairs_hook=pairs, parse_constant=constant)
        except (ValueError, RecursionError):
            return self.bad(400, "no JSON")
        if not isinstance(given, dict) or not NEEDED <= given.keys() <= MEMBERS:
            return self.bad(400, "members")
        failed = next((name for name, value in given.items() if not getattr(self, f"is_{name}")(value)), None)
        return json_answer(201, self.booked(given)) if failed is None else self.bad(400, failed)

    def booked(self, given: dict[str, Any]) -> dict[str, Any]:
        return {"id": 1} | {name: value for name, value in given.items() if name != "pin"}

    def is_day(self, value: Any) -> bool:
        if not isinstance(value, str) or not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            return False
        try:
            return bool(date.fromisoformat(value))
        except ValueError:
            return False

    def is_guests(self, value: Any) -> bool:
        if not isinstance(value, list) or not 2 <= len(value) <= 5:
            return False
        return all(map(self.is_guest, value)) and len(set(map(self.name, value))) == len(value)

    def is_guest(self, value: Any) -> bool:
        return isinstance(value, str) and 1 <= self.length(value) <= 10

    def length(self, text: str) -> int:
        return len(text)

    def name(self, guest: str) -> str:
        return guest

    def is_pin(self, value: Any) -> bool:
        return isinstance(value, str) and bool(re.fullmatch("[0-9]{4}", value))

    def is_kind(self, value: Any) -> bool:
        return isinstance(value, str) and value in ("private", "company")

    def is_at(self, value: Any) -> bool:
        return isinstance(value, str) and is_date_time(value) and bool(AT.fullmatch(value))

    def is_discount(self, value: Any) -> bool:
        return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value <= 1

    def is_nights(self, value: Any) -> bool:
        return isinstance(value, (int, float)) and not isinstance(value, bool) and value == int(value) and value >= 1

    def is_other(self, value: Any) -> bool:
        return True
