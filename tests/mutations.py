"""Documents that somebody damaged: any node replaced, deleted, doubled, moved or put where it does not belong."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

# What OpenAPI gives a meaning to, so that a damage gets further than the first check.
WORDS = ["$ref", "$self", "$id", "$anchor", "$defs", "type", "format", "pattern", "enum", "const", "default"]
WORDS += ["nullable", "properties", "items", "required", "allOf", "anyOf", "oneOf", "not", "if", "then"]
WORDS += ["prefixItems", "contains", "additionalProperties", "patternProperties", "propertyNames"]
WORDS += ["dependentSchemas", "discriminator", "mapping", "propertyName", "defaultMapping", "title"]
WORDS += ["description", "minimum", "maxItems", "multipleOf", "readOnly", "xml", "schema", "content", "in"]
WORDS += ["name", "style", "explode", "servers", "variables", "url", "security", "parameters", "requestBody"]
WORDS += ["responses", "callbacks", "links", "headers", "encoding", "itemSchema", "tags", "operationId", "get"]
WORDS += ["post", "query", "additionalOperations", "paths", "components", "webhooks", "info", "example"]
WORDS += ["examples", "externalValue", "contentMediaType", "x-stream"]
TEXTS = ["", "x" * 300, "{", "{x}", "/", "/{a}", "#", "#/", "~2", "é", "[", "\0", "a b", "class", "None", "200", "2XX"]
TEXTS += ["string", "object", "array", "null", "integer", "date-time", "binary", "application/json", "*/*", "http://["]
TEXTS += ["x.yaml", "#/components/schemas", "https://x/{y}", "path", "query", "header", "cookie", "deepObject"]

KEYS = st.sampled_from([*WORDS, *TEXTS])
PLAIN = st.none() | st.booleans() | st.sampled_from([0, -1, 1.5, 10**30, 1e300]) | st.sampled_from([*TEXTS, *WORDS])
ANYTHING = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=4,
)

Spot = tuple[Any, Any]  # a mapping or list, and the key or index of one thing in it


@st.composite
def damaged(draw: st.DrawFn, trees: st.SearchStrategy[Any]) -> Any:
    tree = json.loads(json.dumps(draw(trees)))
    for _ in range(draw(st.integers(1, 4))):
        if spots := _spots(tree):
            _damage(draw, spots)
    return tree


def _spots(tree: Any) -> list[Spot]:
    found: list[Spot] = []
    pending = [tree]
    while pending:
        node = pending.pop()
        inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
        for key, child in inner:
            found.append((node, key))
            pending.append(child)
    return found


def _damage(draw: st.DrawFn, spots: list[Spot]) -> None:
    holder, key = draw(st.sampled_from(spots))
    source, there = draw(st.sampled_from(spots))
    value = draw(st.just(copy.deepcopy(source[there])) | ANYTHING)
    draw(st.sampled_from(DAMAGES))(holder, key, draw(KEYS), value)


def _replace(holder: Any, key: Any, _: str, value: Any) -> None:
    holder[key] = value


def _delete(holder: Any, key: Any, _: str, __: Any) -> None:
    del holder[key]


def _double(holder: Any, key: Any, name: str, _: Any) -> None:
    _put(holder, key, name, copy.deepcopy(holder[key]))


def _rename(holder: Any, key: Any, name: str, _: Any) -> None:
    _put(holder, key, name, holder.pop(key))


def _put(holder: Any, key: Any, name: str, value: Any) -> None:
    if isinstance(holder, dict):
        holder[name] = value
    else:
        holder.insert(key, value)


DAMAGES: tuple[Callable[[Any, Any, str, Any], None], ...] = (_replace, _delete, _double, _rename, _put)
