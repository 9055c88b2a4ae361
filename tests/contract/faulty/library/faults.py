"""The faults of the library."""

from __future__ import annotations

from typing import Any

from tests.contract.faulty.library.honest import INTEGER
from tests.contract.faulty.table import Change, Variant
from tests.contract.faulty.wire import Answer, json_answer


def member(name: str, value: Any) -> Change:
    return lambda honest, book: {**honest(book), name: value}


def takes(honest: Change, text: Any) -> bool:
    return True


def reject(name: str, what: str, check: str, at: str, fault: Change = takes) -> Variant:
    return Variant(name, "must-reject", what, check, at, fault)


def accept(name: str, what: str, check: str, at: str, fault: Change) -> Variant:
    return Variant(name, "must-accept", what, check, at, fault)


def shape(name: str, what: str, check: str, at: str, fault: Change) -> Variant:
    return Variant(name, "shape", what, check, at, fault)


VARIANTS = (
    reject("any-tag", "a tag may be any word", "enum at query/tag/*", "are_tags"),
    reject(
        "many-tags",
        "there may be four tags",
        "maxItems at query/tag",
        "are_tags",
        lambda honest, tags: honest(tags[:3]),
    ),
    reject("ids-of-letters", "an id in the query may be a word", "type at query/ids/*", "are_ids"),
    reject(
        "limit-0",
        "limit may be 0",
        "minimum at query/limit",
        "is_limit",
        lambda honest, text: honest(text) or text == "0",
    ),
    reject(
        "limit-101",
        "limit may be more than 100",
        "maximum at query/limit",
        "is_limit",
        lambda honest, text: honest(text) or (bool(INTEGER.fullmatch(text)) and int(text) > 100),
    ),
    reject("any-sort", "sort may be any word", "enum at query/sort", "is_sort"),
    reject(
        "no-branch",
        "the header X-Branch may be missing",
        "required at header/X-Branch",
        "is_branch",
        lambda honest, text: text is None or honest(text),
    ),
    reject(
        "any-branch",
        "the header X-Branch may be any text",
        "pattern at header/X-Branch",
        "is_branch",
        lambda honest, text: text is not None,
    ),
    reject(
        "book-0",
        "the id in the path may be 0",
        "minimum at path/id",
        "is_number",
        lambda honest, text: honest(text) or text == "0",
    ),
    accept(
        "one-tag-only",
        "refuses two tags",
        "type at query/tag",
        "are_tags",
        lambda honest, tags: honest(tags) and len(tags) < 2,
    ),
    accept(
        "no-limit-100",
        "refuses the highest limit",
        "maximum at query/limit",
        "is_limit",
        lambda honest, text: honest(text) and text != "100",
    ),
    accept(
        "no-sort-by-year",
        "refuses one of the ways to sort",
        "enum at query/sort",
        "is_sort",
        lambda honest, text: text == "title",
    ),
    shape(
        "id-is-text",
        "the id of a book is a string",
        "type at /id",
        "shown",
        lambda honest, book: {**honest(book), "id": str(book["id"])},
    ),
    shape("title-is-empty", "the title of a book is empty", "minLength at /title", "shown", member("title", "")),
    shape(
        "tags-missing",
        "a book has no tags",
        "required at /tags",
        "shown",
        lambda honest, book: {name: it for name, it in honest(book).items() if name != "tags"},
    ),
    shape(
        "tag-twice",
        "a book has the same tag twice",
        "uniqueItems at /tags",
        "shown",
        member("tags", ["crime", "crime"]),
    ),
    shape(
        "tag-unknown",
        "a book has a tag that the document does not name",
        "enum at /tags/*",
        "shown",
        member("tags", ["drama"]),
    ),
    shape(
        "shelf",
        "a book has a member that the document forbids",
        "additionalProperties at /",
        "shown",
        member("shelf", 7),
    ),
    shape(
        "no-total",
        "the header X-Total is missing",
        "required at header/X-Total",
        "page",
        lambda honest, books, total: json_answer(200, books),
    ),
    shape(
        "total-of-letters",
        "the header X-Total is no number",
        "type at header/X-Total",
        "page",
        lambda honest, books, total: json_answer(200, books, X_Total="all"),
    ),
    shape(
        "list-in-object",
        "the list is in an object",
        "type at /",
        "page",
        lambda honest, books, total: json_answer(200, {"books": books}, X_Total=str(total)),
    ),
    Variant(
        "deleted-is-202",
        "protocol",
        "a deletion is answered with a status that the document does not have",
        "204",
        "deleted",
        lambda honest, number: Answer(202, {}, b""),
    ),
    Variant(
        "refused-as-500",
        "protocol",
        "a bad parameter is an error of the server",
        "400",
        "bad",
        lambda honest, status, message: honest(500 if status == 400 else status, message),
    ),
)
