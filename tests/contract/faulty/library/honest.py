"""The honest library: three books, and the rules of its document."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs

from tests.contract.faulty.wire import Answer, Request, Wire, json_answer, reply

TAGS = ("crime", "poetry", "travel")
BOOKS: tuple[dict[str, Any], ...] = (
    {"id": 1, "title": "The Long Rope", "year": 1931, "tags": ["crime"]},
    {"id": 2, "title": "Slow Trains", "year": None, "tags": ["travel", "poetry"]},
    {"id": 3, "title": "Tide", "tags": []},
)
INTEGER = re.compile("-?[0-9]{1,4000}")


class Library:
    def __init__(self) -> None:
        self.books = {book["id"]: book for book in BOOKS}

    def serve(self, wire: Wire, request: Request) -> bool:
        return reply(wire, request, self.answer(request))

    def answer(self, request: Request) -> Answer:
        match request.segments:
            case ("books",):
                return self.listed(request) if request.method == "GET" else self.not_allowed("GET")
            case ("books", number):
                return self.one(request.method, number)
        return self.bad(404, "No such path")

    def listed(self, request: Request) -> Answer:
        query = parse_qs(request.query, keep_blank_values=True)
        failed = self.failed(query, request.headers.get("x-branch"))
        if failed is not None:
            return self.bad(400, failed)
        found = [book for book in self.books.values() if self.fits(book, query)]
        if "sort" in query:
            found.sort(key=lambda book: str(book.get(query["sort"][0]) or ""))
        limit = int(query["limit"][0]) if "limit" in query else 100
        return self.page([self.shown(book) for book in found[:limit]], len(found))

    def one(self, method: str, number: str) -> Answer:
        if method not in ("GET", "DELETE"):
            return self.not_allowed("GET, DELETE")
        if not self.is_number(number):
            return self.bad(400, "id is no number from 1")
        return self.got(int(number)) if method == "GET" else self.deleted(int(number))

    def got(self, number: int) -> Answer:
        book = self.books.get(number)
        return self.bad(404, "No such book") if book is None else json_answer(200, self.shown(book))

    def deleted(self, number: int) -> Answer:
        self.books.pop(number, None)
        return Answer(204, {}, b"")

    def page(self, books: list[dict[str, Any]], total: int) -> Answer:
        return json_answer(200, books, X_Total=str(total))

    def shown(self, book: dict[str, Any]) -> dict[str, Any]:
        return book

    def bad(self, status: int, message: str) -> Answer:
        return json_answer(status, {"message": message})

    def not_allowed(self, methods: str) -> Answer:
        return json_answer(405, {"message": "Not allowed"}, Allow=methods)

    def failed(self, query: dict[str, list[str]], branch: str | None) -> str | None:
        """The first parameter that is not as it should be."""
        single = [name for name in ("ids", "limit", "sort") if len(query.get(name, ())) > 1]
        checks = {
            "tag": self.are_tags(query.get("tag", [])),
            "ids": "ids" not in query or self.are_ids(query["ids"][0]),
            "limit": "limit" not in query or self.is_limit(query["limit"][0]),
            "sort": "sort" not in query or self.is_sort(query["sort"][0]),
            "X-Branch": self.is_branch(branch),
        }
        return next(iter(single + [name for name, holds in checks.items() if not holds]), None)

    def are_tags(self, tags: list[str]) -> bool:
        return len(tags) <= 3 and set(tags) <= set(TAGS)

    def are_ids(self, text: str) -> bool:
        return all(INTEGER.fullmatch(part) for part in text.split(","))

    def is_limit(self, text: str) -> bool:
        return bool(INTEGER.fullmatch(text)) and 1 <= int(text) <= 100

    def is_sort(self, text: str) -> bool:
        return text in ("title", "year")

    def is_branch(self, text: str | None) -> bool:
        return text is not None and bool(re.fullmatch("[A-Z]{2}", text))

    def is_number(self, text: str) -> bool:
        return bool(INTEGER.fullmatch(text)) and int(text) >= 1

    def fits(self, book: dict[str, Any], query: dict[str, list[str]]) -> bool:
        wanted = query["ids"][0].split(",") if "ids" in query else [str(book["id"])]
        return set(query.get("tag", [])) <= set(book["tags"]) and str(book["id"]) in wanted
