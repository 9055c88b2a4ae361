"""The faults of the house."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.contract.faulty.table import Change, Variant
from tests.contract.faulty.wire import json_answer


def reject(name: str, what: str, check: str, at: str, fault: Change) -> Variant:
    return Variant(name, "must-reject", what, check, at, fault)


def refuses(name: str, what: str, check: str, at: str, meant: Change) -> Variant:
    """``meant`` says whether a value is one of those that are refused."""
    return Variant(name, "must-accept", what, check, at, lambda honest, value: honest(value) and not meant(value))


def shape(name: str, what: str, check: str, at: str, fault: Change) -> Variant:
    return Variant(name, "shape", what, check, at, fault)


def takes(pattern: str) -> Change:
    """Texts that begin with this pass as well."""
    return lambda honest, value: honest(value) or (isinstance(value, str) and bool(re.match(pattern, value)))


def seen_as(change: Change) -> Change:
    """The check sees another value than came, where that can be made of it."""

    def fault(honest: Change, value: Any) -> Any:
        try:
            return honest(change(value))
        except (ValueError, TypeError, AttributeError):
            return honest(value)

    return fault


def is_large(value: Any) -> bool:
    return isinstance(value, int) and abs(value) >= 2**63


def breaks_before_1900(honest: Change, body: bytes) -> Any:
    answer = honest(body)
    if answer.status == 201 and json.loads(body)["day"] < "1900":
        return json_answer(500, {"message": "a year without a name"})
    return answer


VARIANTS = (
    reject(
        "digits-of-unicode", "a page in any digits", "type at query/page", "is_page", seen_as(lambda it: str(int(it)))
    ),
    reject(
        "sort-from-below",
        "every order may be turned",
        "enum at query/sort",
        "is_sort",
        seen_as(lambda it: it.lstrip("-")),
    ),
    reject(
        "tags-in-one",
        "tags in one, with commas",
        "enum at query/tags/*",
        "are_tags",
        seen_as(lambda it: ",".join(it).split(",")),
    ),
    reject("tags-in-any-case", "tags in any case", "enum at query/tags/*", "is_tag", seen_as(str.lower)),
    reject(
        "last-tag", "only the last tag is read", "enum at query/tags/*", "are_tags", lambda honest, it: honest(it[-1:])
    ),
    reject(
        "first-floor",
        "only the first floor is read",
        "minimum at query/floors/*",
        "are_floors",
        lambda honest, it: honest(it[:1] * len(it)),
    ),
    reject(
        "any-price",
        "a price of any text",
        "type at query/price/min",
        "is_price",
        lambda honest, name, it: honest(name, "1"),
    ),
    reject(
        "more-prices",
        "prices of other names",
        "additionalProperties at query/price",
        "is_price",
        lambda honest, name, it: honest(name, it) or name not in ("min", "max"),
    ),
    reject("pin-and-more", "a pin with more behind it", "pattern at /pin", "is_pin", takes("[0-9]{4}")),
    reject("pin-and-line", "a pin and the end of a line", "pattern at /pin", "is_pin", takes("^[0-9]{4}$")),
    reject("pin-of-unicode", "a pin in any digits", "pattern at /pin", "is_pin", takes(r"\d{4}\Z")),
    reject("pin-from-the-end", "a pin with more before it", "pattern at /pin", "is_pin", takes(r"(?s).*[0-9]{4}\Z")),
    reject("compact-day", "a day without its dashes", "format at /day", "is_day", takes(r"[0-9]{8}\Z")),
    reject("day-in-blanks", "a day with blanks around it", "format at /day", "is_day", seen_as(str.strip)),
    reject("kind-in-any-case", "a kind in any case", "enum at /kind", "is_kind", seen_as(str.lower)),
    reject("half-a-night", "nights are cut", "type at /nights", "is_nights", seen_as(int)),
    reject(
        "last-guest",
        "only the first guest is read",
        "type at /guests/*",
        "is_guests",
        lambda honest, it: (
            honest([it[0], *(f"x{one}" for one in range(len(it) - 1))]) if isinstance(it, list) and it else honest(it)
        ),
    ),
    reject(
        "hour-24",
        "a day of 24 hours and more",
        "format at /at",
        "is_at",
        seen_as(lambda it: it.replace("T24:", "T23:")),
    ),
    refuses("no-upper-uuid", "a UUID in upper case", "format at path/id", "is_uuid", lambda it: it != it.lower()),
    refuses("no-blank-guest", "a guest of blanks", "minLength at /guests/*", "is_guest", lambda it: not it.strip()),
    refuses(
        "guests-in-any-case",
        "guests that differ in case alone",
        "type at /guests",
        "is_guests",
        lambda it: len({one.lower() for one in it}) < len(it),
    ),
    refuses("no-whole-discount", "a discount of 1", "maximum at /discount", "is_discount", lambda it: it == 1),
    refuses("no-large-number", "a number of more than 64 bits", "type at /other", "is_other", is_large),
    refuses("no-leap-day", "29 February", "format at /at", "is_at", lambda it: "-02-29" in it),
    refuses(
        "no-tenths", "a fraction of one digit", "format at /at", "is_at", lambda it: bool(re.search(r"\.[0-9]Z", it))
    ),
    Variant(
        "letters-in-two",
        "must-accept",
        "a letter of four bytes counts for two",
        "maxLength at /guests/*",
        "length",
        lambda honest, it: len(it.encode("utf-16-le", "surrogatepass")) // 2,
    ),
    Variant("no-old-day", "must-reject", "an old day breaks it", "400 at /day", "book", breaks_before_1900),
    shape(
        "pin-comes-back",
        "the answer holds the pin",
        "writeOnly at /pin",
        "booked",
        lambda honest, given: given | {"id": 1},
    ),
    shape(
        "kind-of-room",
        "the kind in upper case",
        "enum at /*/kind",
        "kind",
        lambda honest, number: honest(number).upper(),
    ),
)
