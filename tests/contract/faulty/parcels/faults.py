"""The faults of the post office."""

from __future__ import annotations

from tests.contract.faulty.table import Change, Variant


def fault(group: str, name: str, what: str, check: str, at: str, change: Change) -> Variant:
    return Variant(name, group, what, check, at, change)


VARIANTS = (
    fault(
        "must-reject",
        "one-state-twice",
        "a state may be there twice",
        "uniqueItems at query/state",
        "are_apart",
        lambda honest, states: True,
    ),
    fault(
        "must-reject",
        "due-without-stamp",
        "a parcel that is due needs no stamp",
        "dependentRequired at /",
        "is_whole",
        lambda honest, parcel: True,
    ),
    fault(
        "must-reject",
        "no-picture",
        "a label needs no picture",
        "required at /",
        "is_picture",
        lambda honest, content: True,
    ),
    fault(
        "must-reject",
        "ten-copies",
        "a label may have any number of copies",
        "maximum at /copies",
        "is_copies",
        lambda honest, content: honest(content) or content == b"10",
    ),
    fault(
        "must-reject",
        "long-note",
        "a note may be of any length",
        "maxLength at /note",
        "is_note",
        lambda honest, content: True,
    ),
    fault(
        "must-accept",
        "fewer-weights",
        "there may be one weight less",
        "maxProperties at /weights",
        "most",
        lambda honest: honest() - 1,
    ),
    fault(
        "must-accept",
        "picture-in-ascii",
        "a picture is taken for ASCII",
        "format at /picture",
        "is_picture",
        lambda honest, content: honest(content) and (content or b"").isascii(),
    ),
    fault(
        "must-accept",
        "no-white-space",
        "white space between the tokens of JSON is refused",
        "json at body text",
        "send",
        lambda honest, body: honest(b"" if b"\n" in body.strip() else body),
    ),
    fault(
        "shape",
        "another-order",
        "a text that the document does not have",
        "enum at /",
        "order",
        lambda honest, states: honest(states).upper(),
    ),
)
