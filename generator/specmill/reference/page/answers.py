"""The contents of bodies and answers, with the document's examples, or a value made where it has none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from specmill.document.media_types import is_form, is_json, is_sequence
from specmill.reference.page.numbers import pretty
from specmill.schemas.made import Impossible, Maker
from specmill.schemas.validate import Judge
from specmill.values import Content, Header, Response

NO_VALUE: Any = object()
ONLY_A_MODEL = {"$ref", "description"}  # the keywords of a schema that is one of the models and nothing else
Raw = Mapping[str, Any]


class Contents:
    """Of one direction: requests or answers."""

    def __init__(self, schemas: Mapping[str, Any], judge: Judge) -> None:
        self.judge = judge
        self._maker = Maker(schemas, judge)
        self._made: dict[str | int, tuple[Any, Any]] = {}

    def value(self, content: Content, raw: Raw) -> Any:
        """An example that the schema allows, else a value made for it, else ``NO_VALUE``."""
        valid = (value for _, _, value in written(raw) if self.judge.valid(content.schema, value))
        found = next(valid, NO_VALUE)
        return self.made(content.schema) if found is NO_VALUE else found

    def told(self, content: Content, raw: Raw) -> dict[str, Any]:
        examples = [self._example(content, *one) for one in written(raw)]
        if not examples and (made := self.made(content.schema)) is not NO_VALUE:
            examples = [{"name": "", "about": "", "text": _spelt(content, made), "made": True}]
        return {"type": content.media_type, "schema": content.schema, "items": content.items, "examples": examples}

    def _example(self, content: Content, name: str, about: str, value: Any) -> dict[str, Any]:
        told = {"name": name, "about": about, "text": _spelt(content, value)}
        return told if self.judge.valid(content.schema, value) else {**told, "refused": True}

    def made(self, schema: Any) -> Any:
        """The same schema, such as the model that most errors are, is thought about once."""
        is_model = isinstance(schema, dict) and "$ref" in schema and schema.keys() <= ONLY_A_MODEL
        key = schema["$ref"] if is_model else id(schema)
        known = self._made.get(key)
        if known is None:
            try:
                value = self._maker.value(schema)
            except Impossible:
                value = NO_VALUE
            known = self._made[key] = (schema, value)  # held, so that its id stays its own
        return known[1]


def written(raw: Raw) -> Iterator[tuple[str, str, Any]]:
    """Name, description and value of each example of a media type or a parameter."""
    examples = raw.get("examples")
    for name, example in examples.items() if isinstance(examples, dict) else ():
        for key in ("value", "dataValue"):
            if isinstance(example, dict) and key in example:
                about = (str(example[word]) for word in ("summary", "description") if example.get(word))
                yield str(name), "\n\n".join(about), example[key]
    if "example" in raw:
        yield "", "", raw["example"]


def _spelt(content: Content, value: Any) -> str:
    """As it is sent, but for spaces: text as it is, and all else as JSON."""
    name = content.media_type
    values = is_json(name) or is_form(name) or is_sequence(name)
    return value if isinstance(value, str) and not values else pretty(value)


def answer_told(response: Response, raw: Raw, contents: Contents, raises: tuple[str, str] | None) -> dict[str, Any]:
    media = raw.get("content", {})
    return {
        "status": response.status,
        "about": response.description,
        "raises": list(raises) if raises else None,
        "headers": [header_told(one) for one in response.headers],
        "contents": [contents.told(one, media.get(one.media_type, {})) for one in response.contents],
    }


def header_told(header: Header) -> dict[str, Any]:
    return {"name": header.name, "required": header.required, "schema": header.schema, "about": header.description}
