"""What others send to whoever calls this API: webhooks and callbacks.

A client does not answer them, so they are no operations. Who does answer them needs types for what comes: a schema
that stands right inside of one becomes a model, as it would if it stood in the components.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from specmill import naming
from specmill.document.pointers import escaped
from specmill.document.tree import METHODS, Tree

Direct = Callable[[Any, str], tuple[Tree, str]]  # what stands at a pointer, after references, and its own pointer
SHAPES = ("properties", "additionalProperties", "items", "prefixItems", "enum", "allOf", "anyOf", "oneOf")
# What holds a content: the token of a pointer before its name, and what the model of that content is called after.
HOLDERS = {
    "webhooks": "Webhook",
    "callbacks": "Callback",
    "pathItems": "Webhook",
    "requestBodies": "Request",
    "responses": "Response",
}


class Incoming:
    """Finds the schemas of these calls, by pointer."""

    def __init__(self, direct: Direct) -> None:
        self._direct = direct
        self._seen: set[str] = set()

    def webhooks(self, webhooks: Mapping[str, Any]) -> Iterator[str]:
        for name, raw in webhooks.items():
            item, at = self._direct(raw, f"/webhooks/{escaped(name)}")
            yield from self._item(item, at)

    def callbacks(self, callbacks: Mapping[str, Any], at: str) -> Iterator[str]:
        for name, raw in callbacks.items():
            callback, pointer = self._direct(raw, f"{at}/{escaped(name)}")
            for address, item in callback.items():
                if not address.startswith("x-"):
                    yield from self._item(*self._direct(item, f"{pointer}/{escaped(address)}"))

    def _item(self, item: Tree, at: str) -> Iterator[str]:
        if at in self._seen:  # a callback may lead to itself
            return
        self._seen.add(at)
        calls = {f"{at}/{method}": item[method] for method in METHODS if method in item}
        more = item.get("additionalOperations") or {}
        calls |= {f"{at}/additionalOperations/{escaped(method)}": call for method, call in more.items()}
        for pointer, call in calls.items():
            yield from self._call(call, pointer)

    def _call(self, call: Tree, at: str) -> Iterator[str]:
        if "requestBody" in call:
            yield from self._contents(*self._direct(call["requestBody"], f"{at}/requestBody"))
        for status, response in (call.get("responses") or {}).items():
            if not status.startswith("x-"):
                yield from self._contents(*self._direct(response, f"{at}/responses/{escaped(status)}"))
        yield from self.callbacks(call.get("callbacks") or {}, f"{at}/callbacks")

    def _contents(self, holder: Tree, at: str) -> Iterator[str]:
        for media_type, raw in (holder.get("content") or {}).items():
            content, pointer = self._direct(raw, f"{at}/content/{escaped(media_type)}")
            for key in ("schema", "itemSchema"):
                schema = content.get(key)
                if isinstance(schema, dict) and "$ref" not in schema and any(word in schema for word in SHAPES):
                    yield f"{pointer}/{key}"


def name_of_content(parts: list[str]) -> str:
    """``OrderPaidWebhook`` for the body of the webhook ``orderPaid``; "" where no such call holds the content."""
    if "callbacks" in parts:
        place = len(parts) - 1 - parts[::-1].index("callbacks")
    else:
        place = {"webhooks": 0, "components": 1}.get(parts[0], len(parts))
    name = parts[place + 1 : place + 2]
    if parts[-1] not in ("schema", "itemSchema") or not name or parts[place] not in HOLDERS:
        return ""
    answer = "Response" if "responses" in parts[place + 2 :] else ""
    return naming.pascal(name[0]) + HOLDERS[parts[place]] + answer
