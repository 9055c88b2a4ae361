"""Every fault of the foreign servers shows in one request, and specmill can read their documents."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

import pytest

from specmill.build import build
from tests.contract.faulty.foreign import FOREIGN, Foreign
from tests.contract.faulty.listener import Listener
from tests.support import config_of


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)


def answered(listener: Listener, request: Request) -> tuple[int, Any, str | None]:
    """The status, the body and the header X-Total."""
    parts = urlsplit(listener.url)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=10)
    try:
        connection.request(request.method, request.path, request.body.encode() or None, request.headers)
        response = connection.getresponse()
        text = response.read()
        is_text = response.headers.get_content_type() == "text/plain"
        value = text.decode() if is_text else json.loads(text) if text else None
        return response.status, value, response.headers["X-Total"]
    finally:
        connection.close()


def books(query: str = "", branch: str | None = "UP") -> Request:
    return Request("GET", f"/books{query}", headers={"X-Branch": branch} if branch is not None else {})


def form(body: str, media_type: str = "application/x-www-form-urlencoded") -> Request:
    return Request("POST", "/payments", body, {"Content-Type": media_type})


def source(**members: Any) -> Request:
    return Request("PUT", "/sources", json.dumps(members), {"Content-Type": "application/json"})


def booking(**members: Any) -> Request:
    """One that is good, with these members."""
    whole = {"day": "2026-01-02", "guests": ["a", "b"], "pin": "0000"} | members
    return Request("POST", "/bookings", json.dumps(whole), {"Content-Type": "application/json"})


def rooms(query: str) -> Request:
    return Request("GET", f"/rooms?{query}")


def parcel(**members: Any) -> Request:
    whole = {"address": "x"} | members
    return Request("POST", "/parcels", json.dumps(whole), {"Content-Type": "application/json"})


def label(**parts: str) -> Request:
    """The picture as a file."""
    file = {"picture": '; filename="a"'}
    heads = {name: f'Content-Disposition: form-data; name="{name}"{file.get(name, "")}' for name in parts}
    body = "".join(f"--b\r\n{heads[name]}\r\n\r\n{text}\r\n" for name, text in parts.items())
    return Request("PUT", "/labels", f"{body}--b--\r\n", {"Content-Type": "multipart/form-data; boundary=b"})


BOOKED = {"id": 1, "day": "2026-01-02", "guests": ["a", "b"]}
ROOM = {"id": "00000000-0000-0000-0000-000000000001", "kind": "double"}
OTHER_ROOM = {"id": "00000000-0000-0000-0000-000000000002", "kind": "single"}
BOOK = Request("GET", "/books/1")
ROPE = {"id": 1, "title": "The Long Rope", "year": 1931, "tags": ["crime"]}
SETTLED = {"state": "settled", "amount": 7}
CARD = {"kind": "card", "number": "123456789012"}
ACCOUNT = {"kind": "account", "iban": "SE0000000000001"}

# The request, the status of the honest server with its body where that matters, and what the faulty one does.
TALKS: dict[tuple[str, str], tuple[Request, Any, Any]] = {
    ("library", "any-tag"): (books("?tag=drama"), 400, 200),
    ("library", "many-tags"): (books("?tag=crime&tag=crime&tag=crime&tag=crime"), 400, 200),
    ("library", "ids-of-letters"): (books("?ids=1,x"), 400, 200),
    ("library", "limit-0"): (books("?limit=0"), 400, 200),
    ("library", "limit-101"): (books("?limit=101"), 400, 200),
    ("library", "any-sort"): (books("?sort=colour"), 400, 200),
    ("library", "no-branch"): (books(branch=None), 400, 200),
    ("library", "any-branch"): (books(branch="up"), 400, 200),
    ("library", "book-0"): (Request("GET", "/books/0"), 400, 404),
    ("library", "one-tag-only"): (books("?tag=crime&tag=travel"), 200, 400),
    ("library", "no-limit-100"): (books("?limit=100"), 200, 400),
    ("library", "no-sort-by-year"): (books("?sort=year"), 200, 400),
    ("library", "id-is-text"): (BOOK, (200, ROPE, None), (200, ROPE | {"id": "1"}, None)),
    ("library", "title-is-empty"): (BOOK, (200, ROPE, None), (200, ROPE | {"title": ""}, None)),
    ("library", "tags-missing"): (
        BOOK,
        (200, ROPE, None),
        (200, {"id": 1, "title": "The Long Rope", "year": 1931}, None),
    ),
    ("library", "tag-twice"): (BOOK, (200, ROPE, None), (200, ROPE | {"tags": ["crime", "crime"]}, None)),
    ("library", "tag-unknown"): (BOOK, (200, ROPE, None), (200, ROPE | {"tags": ["drama"]}, None)),
    ("library", "shelf"): (BOOK, (200, ROPE, None), (200, ROPE | {"shelf": 7}, None)),
    ("library", "no-total"): (books("?ids=1"), (200, [ROPE], "1"), (200, [ROPE], None)),
    ("library", "total-of-letters"): (books("?ids=1"), (200, [ROPE], "1"), (200, [ROPE], "all")),
    ("library", "list-in-object"): (books("?ids=1"), (200, [ROPE], "1"), (200, {"books": [ROPE]}, "1")),
    ("library", "deleted-is-202"): (Request("DELETE", "/books/1"), 204, 202),
    ("library", "refused-as-500"): (books("?limit=x"), 400, 500),
    ("bookings", "digits-of-unicode"): (rooms("page=%D9%A1"), 400, 200),
    ("bookings", "sort-from-below"): (rooms("sort=-name"), 400, 200),
    ("bookings", "tags-in-one"): (rooms("tags=wifi%2Cdesk"), 400, 200),
    ("bookings", "tags-in-any-case"): (rooms("tags=WIFI"), 400, 200),
    ("bookings", "last-tag"): (rooms("tags=x&tags=wifi"), 400, 200),
    ("bookings", "first-floor"): (rooms("floors=1%7C-9"), 400, 200),
    ("bookings", "any-price"): (rooms("price%5Bmin%5D=x"), 400, 200),
    ("bookings", "more-prices"): (rooms("price%5Bmean%5D=1"), 400, 200),
    ("bookings", "pin-and-more"): (booking(pin="00000"), 400, 201),
    ("bookings", "pin-and-line"): (booking(pin="0000\n"), 400, 201),
    ("bookings", "pin-of-unicode"): (booking(pin="\u0661" * 4), 400, 201),
    ("bookings", "pin-from-the-end"): (booking(pin="x0000"), 400, 201),
    ("bookings", "compact-day"): (booking(day="20260113"), 400, 201),
    ("bookings", "day-in-blanks"): (booking(day=" 2026-01-13"), 400, 201),
    ("bookings", "kind-in-any-case"): (booking(kind="Private"), 400, 201),
    ("bookings", "half-a-night"): (booking(nights=1.5), 400, 201),
    ("bookings", "last-guest"): (booking(guests=["a", 1]), 400, 201),
    ("bookings", "hour-24"): (booking(at="2026-01-02T24:00:00Z"), 400, 201),
    ("bookings", "no-upper-uuid"): (Request("GET", "/rooms/F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6"), 204, 400),
    ("bookings", "no-blank-guest"): (booking(guests=["a", " "]), 201, 400),
    ("bookings", "guests-in-any-case"): (booking(guests=["a", "A"]), 201, 400),
    ("bookings", "no-whole-discount"): (booking(discount=1), 201, 400),
    ("bookings", "no-large-number"): (booking(other=2**63), 201, 400),
    ("bookings", "no-leap-day"): (booking(at="2024-02-29T12:00:00Z"), 201, 400),
    ("bookings", "no-tenths"): (booking(at="2026-01-02T03:04:05.5Z"), 201, 400),
    ("bookings", "letters-in-two"): (booking(guests=["a", "\N{GRINNING FACE}" * 10]), 201, 400),
    ("bookings", "no-old-day"): (booking(day="1899-12-31"), 201, 500),
    ("bookings", "pin-comes-back"): (booking(), (201, BOOKED, None), (201, BOOKED | {"pin": "0000"}, None)),
    ("bookings", "kind-of-room"): (
        rooms("page=1"),
        (200, [ROOM, OTHER_ROOM], None),
        (200, [ROOM | {"kind": "DOUBLE"}, OTHER_ROOM | {"kind": "SINGLE"}], None),
    ),
    ("payments", "amount-0"): (form("amount=0&currency=EUR"), 400, 201),
    ("payments", "any-currency"): (form("amount=7&currency=XXX"), 400, 201),
    ("payments", "long-reference"): (form(f"amount=7&currency=EUR&reference={'x' * 21}"), 400, 201),
    ("payments", "short-address"): (form("amount=7&currency=EUR&notify=a%40b&notify="), 400, 201),
    ("payments", "more-fields"): (form("amount=7&currency=EUR&colour=red"), 400, 201),
    ("payments", "short-card"): (source(kind="card", number="1"), 400, 200),
    ("payments", "card-with-iban"): (source(**CARD, iban="SE0000000000001"), 400, 200),
    ("payments", "any-media-type"): (form("amount=7&currency=EUR", "text/plain"), 415, 201),
    ("payments", "no-kronor"): (form("amount=7&currency=SEK"), 201, 400),
    ("payments", "no-reference-of-20"): (form(f"amount=7&currency=EUR&reference={'x' * 20}"), 201, 400),
    ("payments", "no-account"): (source(**ACCOUNT), 200, 400),
    ("payments", "no-owner"): (source(**ACCOUNT, owner="me"), 200, 400),
    ("payments", "state-unknown"): (
        form("amount=7&currency=EUR"),
        (201, SETTLED, None),
        (201, SETTLED | {"state": "pending"}, None),
    ),
    ("payments", "both-outcomes"): (
        form("amount=7&currency=EUR"),
        (201, SETTLED, None),
        (201, SETTLED | {"reason": None}, None),
    ),
    ("payments", "amount-is-text"): (
        form("amount=7&currency=EUR"),
        (201, SETTLED, None),
        (201, SETTLED | {"amount": "7"}, None),
    ),
    ("payments", "no-reason"): (
        form("amount=1001&currency=EUR"),
        (201, {"state": "refused", "reason": None}, None),
        (201, {"state": "refused"}, None),
    ),
    ("payments", "kind-missing"): (source(**CARD), (200, CARD, None), (200, {"number": "123456789012"}, None)),
    ("parcels", "one-state-twice"): (Request("GET", "/parcels?state=new&state=new"), 400, 200),
    ("parcels", "due-without-stamp"): (parcel(due="2026-01-02"), 400, 201),
    ("parcels", "no-picture"): (label(note="x"), 400, 204),
    ("parcels", "ten-copies"): (label(picture="", copies="10"), 400, 204),
    ("parcels", "long-note"): (label(picture="", note="x" * 21), 400, 204),
    ("parcels", "fewer-weights"): (parcel(weights={"a": 1, "b": 1, "c": 1}), 201, 400),
    ("parcels", "picture-in-ascii"): (label(picture="\u00e9"), 204, 400),
    ("parcels", "no-white-space"): (replace(parcel(), body='{"address":\n"x"}'), 201, 400),
    ("parcels", "another-order"): (
        Request("GET", "/parcels"),
        (200, "by date", None),
        (200, "BY DATE", None),
    ),
    ("payments", "message-missing"): (form(""), (400, {"message": "amount"}, None), (400, {}, None)),
}
ALL = [pytest.param(foreign, variant.name, id=variant.name) for foreign in FOREIGN for variant in foreign.variants]


def test_every_fault_has_its_request() -> None:
    assert {(foreign.name, variant.name) for foreign in FOREIGN for variant in foreign.variants} == set(TALKS)


@pytest.mark.parametrize(("foreign", "name"), ALL)
def test_a_fault_shows_and_the_honest_server_does_not_have_it(foreign: Foreign, name: str) -> None:
    request, honest, faulty = TALKS[foreign.name, name]
    (variant,) = (one for one in foreign.variants if one.name == name)
    came = []
    for subject in (None, variant):
        with foreign.running(subject) as listener:
            answer = answered(listener, request)
            came.append(answer if isinstance(honest, tuple) else answer[0])
        assert [] == listener.failures
    assert [honest, faulty] == came


@pytest.mark.parametrize("foreign", [pytest.param(foreign, id=foreign.name) for foreign in FOREIGN])
def test_specmill_reads_the_document(foreign: Foreign) -> None:
    assert build(config_of(foreign.document)).operations
