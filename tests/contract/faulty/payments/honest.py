"""The honest cashier: takes forms and sources of money, and refuses payments above a limit of its own."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qs

from tests.contract.faulty.wire import Answer, Request, Wire, json_answer, reply

FORM = "application/x-www-form-urlencoded"
MOST = 1000
SINGLE = ("amount", "currency", "reference")


class Payments:
    def serve(self, wire: Wire, request: Request) -> bool:
        body = b"".join(wire.pieces(request))
        reply(wire, request, self.answer(request, body))
        return False

    def answer(self, request: Request, body: bytes) -> Answer:
        match request.method, request.segments:
            case "POST", ("payments",):
                return self.pay(body) if self.is_form(request.media_type) else self.bad(415, "no form")
            case "PUT", ("sources",):
                return self.put(body) if self.is_json(request.media_type) else self.bad(415, "no JSON")
            case _, (("payments" | "sources") as place,):
                return json_answer(405, {"message": "no"}, Allow="POST" if place == "payments" else "PUT")
        return self.bad(404, "no such path")

    def is_form(self, media_type: str) -> bool:
        return media_type == FORM

    def is_json(self, media_type: str) -> bool:
        return media_type == "application/json"

    def pay(self, body: bytes) -> Answer:
        try:
            fields = parse_qs(body.decode(), keep_blank_values=True, errors="strict")
        except UnicodeDecodeError:
            return self.bad(400, "no UTF-8")
        failed = self.failed(fields)
        if failed is not None:
            return self.bad(400, failed)
        amount = int(fields["amount"][0])
        return json_answer(201, self.refused(None) if amount > MOST else self.settled(amount))

    def settled(self, amount: int) -> dict[str, Any]:
        return {"state": "settled", "amount": amount}

    def refused(self, reason: str | None) -> dict[str, Any]:
        return {"state": "refused", "reason": reason}

    def failed(self, fields: dict[str, list[str]]) -> str | None:
        """The first field that is not as it should be."""
        checks = {
            "amount": len(fields.get("amount", ())) == 1 and self.is_amount(fields["amount"][0]),
            "currency": len(fields.get("currency", ())) == 1 and self.is_currency(fields["currency"][0]),
            "reference": len(fields.get("reference", ())) < 2 and self.is_reference(fields.get("reference", [""])[0]),
            "notify": all(self.is_address(text) for text in fields.get("notify", [])),
            "another": self.is_known(fields.keys() - {*SINGLE, "notify"}),
        }
        return next((name for name, holds in checks.items() if not holds), None)

    def is_amount(self, text: str) -> bool:
        return bool(re.fullmatch("-?[0-9]{1,4000}", text)) and int(text) >= 1

    def is_currency(self, text: str) -> bool:
        return text in ("EUR", "SEK")

    def is_reference(self, text: str) -> bool:
        return len(text) <= 20

    def is_address(self, text: str) -> bool:
        return len(text) >= 3

    def is_known(self, others: set[str]) -> bool:
        return not others

    def put(self, body: bytes) -> Answer:
        try:
            source = json.loads(body)
        except (ValueError, RecursionError):
            return self.bad(400, "no JSON")
        fitting = self.is_card(source) + self.is_account(source)
        return json_answer(200, self.shown(source)) if fitting == 1 else self.bad(400, "neither card nor account")

    def shown(self, source: dict[str, Any]) -> dict[str, Any]:
        return source

    def is_card(self, source: Any) -> bool:
        if not isinstance(source, dict) or source.get("kind") != "card" or source.keys() != {"kind", "number"}:
            return False
        return isinstance(source["number"], str) and bool(re.fullmatch("[0-9]{12,19}", source["number"], re.ASCII))

    def is_account(self, source: Any) -> bool:
        if not isinstance(source, dict) or source.get("kind") != "account":
            return False
        if not {"kind", "iban"} <= source.keys() <= {"kind", "iban", "owner"}:
            return False
        iban = source["iban"]
        return isinstance(iban, str) and 15 <= len(iban) <= 34 and isinstance(source.get("owner", ""), str)

    def bad(self, status: int, message: str) -> Answer:
        return json_answer(status, {"message": message})
