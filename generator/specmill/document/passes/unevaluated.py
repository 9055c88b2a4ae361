"""What holds for members and items that nothing else speaks of.

``unevaluatedProperties`` judges by all that stands beside it, and inside of that; no part of an allOf can say it. Once
its neighbours are merged into one list of members, it says what ``additionalProperties`` says.
"""

from __future__ import annotations

from specmill.document.passes.merge import UNIONS, is_nothing
from specmill.document.tree import AT, Schema

UNEVALUATED = ("unevaluatedProperties", "unevaluatedItems")
# Words whose own members count as spoken of, some for certain values only; ``not`` speaks of none.
DEEPER = ("if", "dependentSchemas", *UNEVALUATED)
APART = ("$ref", "allOf", *UNIONS, "enum")  # what has a name of its own, so that nothing can stand beside it


def around(plain: Schema, schema: Schema, whole: Schema) -> Schema:
    """A schema with such words; ``plain`` is the same with what it refers to in place of the reference."""
    if whole.keys() == {"unevaluatedProperties"} and "object" not in plain.get("type", "object"):
        return schema
    if whole.keys() == {"unevaluatedProperties"} and not any(word in plain for word in (*DEEPER, *APART)):
        further = whole["unevaluatedProperties"]
        return {**plain, "additionalProperties": plain.get("additionalProperties", _closed(further))}
    if not any(word in schema for word in APART):
        return {**schema, **whole}
    outer: Schema = {key: schema[key] for key in ("title", "description") if key in schema}
    return {**outer, **whole, "allOf": [{key: schema[key] for key in schema if key not in outer}], AT: schema[AT]}


def _closed(further: Schema) -> Schema | bool:
    return False if is_nothing(further) else further
