"""A document is untrusted: no text of it becomes code in the models, and every text of it still arrives."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.emit.modelling import STRING, loaded, models_of, ref, source_of, struct

CANARY = "canary-of-the-models"
CALL = f"__import__('pathlib').Path('{CANARY}').touch()"
TEXTS = [
    '"',
    "'",
    '"""',
    "'''",
    "\\",
    '\\"""',
    "a\nb",
    "a\r\nb\x0b\x0c\x85\u2028b",
    "{",
    "{{ x }}",
    "{% raw %}",
    "{0}{x!r}",
    "%s%(x)s",
    "#",
    "\u202e\u2066 turned",
    "\x00",
    "\x1b[31m",
    "\ud800",
    "😀 日本",
    CALL,
    f'"\n{CALL}\n"',
    f'"""\n{CALL}\n"""',
    f"'''\n{CALL}\n'''",
    f"\\'; {CALL} #",
    f"')\n{CALL}\n('",
    f"{{{{ {CALL} }}}}",
    f"{{%- set x = {CALL} -%}}",
    f"{{{CALL}}}",
    f"]\n{CALL}\n[",
    f"# type: ignore\n{CALL}",
]


@pytest.fixture(autouse=True)
def canary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    yield
    assert [path.name for path in tmp_path.iterdir()] == []


def everywhere(text: str) -> dict[str, Any]:
    """A document with the text in each place that can hold one."""
    remarks = {"title": text, "description": text, "format": text, "default": text, "examples": [text], "x-own": text}
    limits = {"pattern": text, "minLength": 0, "not": {"const": text + "!"}}
    return {
        "S": remarks
        | struct(
            {
                text: STRING | remarks,
                "plain": STRING | remarks | limits,
                "listed": {"enum": [text, "other"]} | {"description": text},
                "constant": {"const": text},
                "mixed": {"enum": [text, 1.5]},
                "values": {"enum": [{text: [text]}]},
                "number": {"type": "integer", "format": text},
                "names": {"type": "object", "propertyNames": {"enum": [text]}, "additionalProperties": {"const": text}},
            },
            "constant",
            dependentRequired={text: [text]},
        ),
        "Kind": {"enum": [text, "b"], "description": text, "title": text},
        "U": {
            "oneOf": [ref("S"), ref("T")],
            "discriminator": {"propertyName": text, "mapping": {text: "S", "t": "T"}},
            "description": text,
        },
        "T": struct({text: STRING}),
        "Alias": {"type": "array", "items": ref("Kind"), "description": text},
    }


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_a_text_is_a_text_wherever_it_stands(text: str) -> None:
    made = models_of(everywhere(text), sent=[{"type": "string", "enum": [text]}])
    source = source_of(made)
    assert all(character.isprintable() or character == "\n" for character in source)
    with loaded(made) as (module, json_):
        names = made.fields["S"]
        sendable = "\ud800" not in text
        value = module.S(**{names[text]: text, "listed": text, "constant": text, "mixed": text, "names": {text: text}})
        if not sendable:
            with pytest.raises(json_.InvalidRequest):
                json_.encode(value, module.S)
            return
        members = {text: text, "listed": text, "constant": text, "mixed": text, "names": {text: text}}
        assert members == json_.decode(json_.encode(value, module.S), dict[str, Any])
        assert value == json_.decode_strict(json_.encode(value, module.U), module.U)
        with pytest.raises(json_.InvalidRequest):
            json_.encode(module.S(constant=text, listed="unlisted"), module.S)


def test_texts_side_by_side_stay_apart() -> None:
    printable = [text for text in TEXTS if "\ud800" not in text]
    made = models_of({"Kind": {"enum": printable}, "S": struct({text: STRING for text in printable})})
    with loaded(made) as (module, json_):
        for text in printable:
            assert text == json_.decode_strict(json_.encode(text, module.Kind), module.Kind)
        value = module.S(**{name: wire for wire, name in made.fields["S"].items()})
        assert {text: text for text in printable} == json_.decode(json_.encode(value, module.S), dict[str, Any])
