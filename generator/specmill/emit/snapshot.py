"""What a client was made from, kept with it: the normal form without its prose, one line for each of its parts.

The next regeneration compares it with what the document has become, whether or not there is a version control.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from specmill.document.api import Api
from specmill.document.operations import operations_of
from specmill.values import Document, File, Normal

NAME = "specmill.document.jsonl"
FORMAT = 1
WORDS = ("description", "summary", "example", "examples", "externalDocs")
NAMED = (
    *("properties", "patternProperties", "dependentSchemas", "dependentRequired"),
    *("schemas", "securitySchemes", "headers", "content", "encoding", "scopes"),
)
VALUES = ("default", "const", "enum", "discriminator", "x-stream")  # what stands in these is no schema


def emit(normal: Normal) -> File:
    return File(NAME, "".join(f"{_spelt(line)}\n" for line in _lines(normal.tree)).encode(), "meta")


def _spelt(line: Any) -> str:
    return json.dumps(line, separators=(",", ":"), ensure_ascii=True, default=str)


def _lines(tree: Mapping[str, Any]) -> Iterator[Any]:
    tree = _without_words(tree, named=False)
    components = tree.get("components", {})
    schemas = components.get("schemas", {})
    rest = {key: value for key, value in components.items() if key != "schemas"}
    yield {"format": FORMAT, **{key: value for key, value in tree.items() if key != "paths"}, "components": rest}
    yield from (["schema", name, schema] for name, schema in schemas.items())
    for path, item in tree["paths"].items():
        yield from (["call", path, method, operation] for method, operation in item.items())


def _without_words(node: Any, named: bool) -> Any:
    """A member of an object may be called like a word, so what stands below names is kept whole."""
    if isinstance(node, dict):
        kept = node if named else {key: value for key, value in node.items() if key not in WORDS}
        return {
            key: value if key in VALUES and not named else _without_words(value, key in NAMED and not named)
            for key, value in kept.items()
        }
    return [_without_words(one, False) for one in node] if isinstance(node, list) else node


def loaded(content: bytes) -> Api | None:
    """None where it is of another format: then nothing is known of what was."""
    try:
        head, *lines = [json.loads(line) for line in content.splitlines()]
        if head.pop("format") != FORMAT:
            return None
        tree = {**head, "components": {**head["components"], "schemas": {}}, "paths": {}}
        for kind, *names, value in lines:
            holder = tree["components"]["schemas"] if kind == "schema" else tree["paths"].setdefault(names[0], {})
            holder[names[-1]] = value
        normal = Normal(tree, (), {}, Document(tree, ()))
        return Api(normal, operations_of(normal))
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        return None
