"""The faults of the cashier."""

from __future__ import annotations

from typing import Any

from tests.contract.faulty.table import Change, Variant
from tests.contract.faulty.wire import json_answer


def takes(honest: Change, given: Any) -> bool:
    return True


def reject(name: str, what: str, check: str, at: str, fault: Change = takes) -> Variant:
    return Variant(name, "must-reject", what, check, at, fault)


def accept(name: str, what: str, check: str, at: str, fault: Change) -> Variant:
    return Variant(name, "must-accept", what, check, at, fault)


def shape(name: str, what: str, check: str, at: str, fault: Change) -> Variant:
    return Variant(name, "shape", what, check, at, fault)


def member(name: str, value: Any) -> Change:
    return lambda honest, given: {**honest(given), name: value}


def without(name: str) -> Change:
    return lambda honest, given: {key: value for key, value in honest(given).items() if key != name}


def without_iban(source: Any) -> Any:
    return {key: value for key, value in source.items() if key != "iban"} if isinstance(source, dict) else source


def long_enough(source: Any) -> Any:
    """With so many digits that the number is not too short, if they are digits."""
    number = source.get("number") if isinstance(source, dict) else None
    return {**source, "number": number.rjust(12, "0")[:19]} if isinstance(number, str) else source


VARIANTS = (
    reject(
        "amount-0",
        "the amount may be 0",
        "minimum at /amount",
        "is_amount",
        lambda honest, text: honest(text) or text == "0",
    ),
    reject("any-currency", "the currency may be any word", "enum at /currency", "is_currency"),
    reject("long-reference", "the reference may be of any length", "maxLength at /reference", "is_reference"),
    reject("short-address", "an address to notify may be empty", "minLength at /notify/*", "is_address"),
    reject("more-fields", "a form may have fields that the document forbids", "additionalProperties at /", "is_known"),
    reject(
        "short-card",
        "the number of a card may have any length",
        "pattern at /number",
        "is_card",
        lambda honest, source: honest(long_enough(source)),
    ),
    reject(
        "card-with-iban",
        "a source may be a card and have an IBAN",
        "oneOf at /",
        "is_card",
        lambda honest, source: honest(without_iban(source)),
    ),
    reject("any-media-type", "a form may be of any media type", "415", "is_form"),
    accept(
        "no-kronor",
        "refuses one of the currencies",
        "enum at /currency",
        "is_currency",
        lambda honest, text: text == "EUR",
    ),
    accept(
        "no-reference-of-20",
        "refuses the longest reference",
        "maxLength at /reference",
        "is_reference",
        lambda honest, text: len(text) < 20,
    ),
    accept(
        "no-account",
        "refuses one of the two kinds of sources",
        "oneOf at /",
        "is_account",
        lambda honest, source: False,
    ),
    accept(
        "no-owner",
        "refuses an account with its owner",
        "type at /owner",
        "is_account",
        lambda honest, source: honest(source) and "owner" not in source,
    ),
    shape("state-unknown", "the state is neither of the two", "oneOf at /", "settled", member("state", "pending")),
    shape("both-outcomes", "an outcome has the members of both", "oneOf at /", "settled", member("reason", None)),
    shape(
        "amount-is-text",
        "the amount that was settled is a string",
        "type at /amount",
        "settled",
        lambda honest, amount: honest(str(amount)),
    ),
    shape("no-reason", "a refusal has no reason", "required at /reason", "refused", without("reason")),
    shape("kind-missing", "the source has no kind", "oneOf at /", "shown", without("kind")),
    Variant(
        "message-missing",
        "shape",
        "an error has no message",
        "required at /message",
        "bad",
        lambda honest, status, message: json_answer(status, {}),
    ),
)
