"""Differences and witnesses in words, the same in every kind of report."""

from __future__ import annotations

import json
from collections import Counter
from urllib.parse import quote

from specmill.diff.sides import TEMPLATE
from specmill.diff.values import SEVERITIES, Answer, Call, Comparison, Difference, Of, Witness
from specmill.values import JSON

LONGEST = 160
PARTS: tuple[tuple[Of, str], ...] = (("document", "API"), ("python", "Python client"))


def witness_told(witness: Witness) -> str:
    tried = witness.tried
    if isinstance(tried, Call):
        return f"{call_told(tried)} was taken; now {witness.why}"
    if isinstance(tried, Answer):
        return f"{answer_told(tried)} may come now; before, {witness.why}"
    return f"{tried.code} worked; now {witness.why}"


def call_told(call: Call) -> str:
    values = {name: value for location, name, value in call.parameters if location == "path"}
    numbers = iter(range(1, len(values) + 1))
    path = TEMPLATE.sub(lambda found: _in_path(values.get(str(next(numbers, 0)), found[0])), call.path)
    parts = [f"{call.method} {path}"]
    parts += [f"{name}={_json(value)}" for location, name, value in call.parameters if location != "path"]
    parts += [f"spelt {style}" for _, _, style in call.spelt]
    parts += [f"accepting {call.accept}"] if call.accept else []
    parts += [f"with {' and '.join(call.credentials)}"] if call.credentials else []
    parts += [f"as {call.stream}"] if call.stream else []
    parts += [f"{_json(call.body)}"] if call.media_type else []
    return " ".join(parts)


def _in_path(value: JSON) -> str:
    return quote(value if isinstance(value, str) else json.dumps(value), safe="{}")


def answer_told(answer: Answer) -> str:
    parts = [f"{answer.status} of {answer.method} {answer.path}"]
    parts += [f"{name}: {_json(value)}" for name, value in answer.headers]
    parts += [_json(answer.body)] if answer.media_type else []
    return " ".join(parts)


def _json(value: JSON) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def counted(comparison: Comparison) -> str:
    counts = Counter(one.severity for one in comparison.differences)
    return ", ".join(f"{counts[severity]} {severity}" for severity in SEVERITIES if counts[severity]) or "no difference"


def line_of(difference: Difference) -> str:
    return f"{difference.where}: {difference.what}"
