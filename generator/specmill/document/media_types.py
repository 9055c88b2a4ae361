"""What a media type says about its content: one table for all who ask."""

from __future__ import annotations

JSON = "application/json"
URL_ENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
SEQUENTIAL = ("application/jsonl", "application/x-ndjson", "application/x-jsonlines", "application/json-seq")
EVENTS = "text/event-stream"
MIXED = "multipart/mixed"
TEXTS = (
    *("application/json", "application/xml", "application/yaml", "application/x-yaml", "application/javascript"),
    *("application/graphql", "application/sql", "image/svg+xml", URL_ENCODED),
)


def bare(media_type: str) -> str:
    """Without parameters, in lower case."""
    return media_type.partition(";")[0].strip().lower()


def is_json(media_type: str) -> bool:
    name = bare(media_type)
    return name in (JSON, "text/json") or name.endswith("+json")


def is_text(media_type: str) -> bool:
    """Whether the content is text that a JSON string can hold as it is."""
    name = bare(media_type)
    return name.startswith("text/") or name in (*TEXTS, *SEQUENTIAL) or name.endswith(("+json", "+xml", "+yaml"))


def is_multipart(media_type: str) -> bool:
    return bare(media_type).startswith("multipart/")


def is_form(media_type: str) -> bool:
    """Whether the content is made of fields."""
    return is_multipart(media_type) or bare(media_type) == URL_ENCODED


def is_sequence(media_type: str) -> bool:
    """Whether OpenAPI 3.2 calls it sequential: a content that is one item after the other."""
    return bare(media_type) in (*SEQUENTIAL, EVENTS, MIXED)


def named(content_types: str) -> list[str]:
    """The media types of an encoding's ``contentType``, which may be a list."""
    return [one.strip() for one in content_types.split(",") if one.strip()]
