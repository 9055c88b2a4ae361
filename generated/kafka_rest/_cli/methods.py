"""``methods``: the operations, how each is reached, what it needs and what it is."""

from __future__ import annotations

from argparse import Namespace

from .._listed import Listed
from .console import answer
from .operations import listed
from .output import as_json
from .table import table, width

HEADS = ("name", "reached by", "required", "description")


def run(options: Namespace) -> int:
    found = listed(options.resource)
    if options.output == "json":
        answer(as_json([as_tree(one) for one in found]))
    elif found:
        answer(table(map(_row, found), HEADS, width()))
    return 0


def as_tree(one: Listed) -> dict[str, object]:
    return {
        "name": one.full_name,
        "method": one.method,
        "path": one.path,
        "required": list(one.required),
        "stream": f"{one.resource}.{one.stream}" if one.stream else None,
        "deprecated": one.deprecated,
        "description": one.about,
    }


def _row(one: Listed) -> tuple[str, ...]:
    """In one line; `describe` tells all of it."""
    reached = f"exec{', stream' if one.stream else ''}"
    note = "(deprecated) " if one.deprecated else ""
    return one.full_name, reached, ", ".join(one.required), f"{note}{first_words(one.about)}"


def first_words(about: str) -> str:
    """The title, and the first paragraph that says more than a few words."""
    title, *rest = about.split("\n\n")
    more = next((part for part in rest if len(part) > 40), "")
    return " ".join(f"{title} {more}".split())
