"""What a request is told that is not as the document wants it: in the document's own shape, where it has one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from specmill.document.media_types import is_json
from specmill.serve.examples.answers import Answer, Answers, Choice, Unanswerable
from specmill.serve.examples.written import compact

PROBLEM = "application/problem+json"  # RFC 9457, where the document has no answer for it


def refused(
    answers: Answers | None, statuses: Iterable[int], told: str, accept: str | None, fields: Mapping[str, str]
) -> Answer:
    """Of the statuses that would do the one that the document foresees; the first, if it foresees none."""
    statuses = tuple(statuses)
    choice = answers.foreseen(statuses, accept) if answers is not None else None
    if answers is None or choice is None:
        return plain(statuses[0], told, fields)
    try:
        answer = answers.written(choice, _value(answers, choice, told))
    except Unanswerable:
        return plain(choice.status, told, fields)
    return Answer(answer.status, {**answer.fields, **fields}, answer.body)


def plain(status: int, told: str, fields: Mapping[str, str]) -> Answer:
    problem = {"title": HTTPStatus(status).phrase, "status": status, "detail": told}
    return Answer(status, {"Content-Type": PROBLEM, **fields}, compact(problem))


def _value(answers: Answers, choice: Choice, told: str) -> Any:
    if choice.content is None:
        return None
    if not is_json(choice.media_type):
        return told
    return answers.shaped(choice, told)
