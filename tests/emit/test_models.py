"""Each schema becomes the type that says the same, and a class that is pleasant to read."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from specmill.emit.models import HOMES, emit, schema_key
from specmill.errors import SpecmillError
from specmill.naming import RESERVED
from tests.emit.modelling import (
    INT32,
    STRING,
    WHEN,
    annotations_of,
    lines_of,
    loaded,
    models_of,
    normal,
    ref,
    source_of,
    struct,
)

COMPONENTS = {
    "Leaf": struct({"name": STRING}, "name"),
    "Kind": {"type": "string", "enum": ["A", "B"]},
    "Text": STRING | {"minLength": 1},
}

LINES: list[tuple[str, dict[str, Any], list[str]]] = [
    (
        "an enum is one alias",
        {"Kind": {"type": "string", "enum": ["A", "a", "A"]}},
        ["Kind: TypeAlias = Literal['A', 'a']"],
    ),
    (
        "null alone",
        {"Nothing": {"type": "null"}},
        ["Nothing: TypeAlias = Annotated[None, Meta(extra_json_schema={'type': 'null'})]"],
    ),
    ("an object without properties is a map", {"Free": {"type": "object"}}, ["Free: TypeAlias = dict[str, Any]"]),
    ("anything", {"Free": {}}, ["Free: TypeAlias = Any"]),
    (
        "an alias comes after its parts",
        {"All": {"type": "array", "items": ref("Leaf")}, "Leaf": struct({"a": STRING})},
        ["class Leaf(Struct, kw_only=True, gc=False):", "a: str | UnsetType = UNSET", "All: TypeAlias = list[Leaf]"],
    ),
    (
        "structs keep the order of the document",
        {"B": struct({"a": ref("A")}), "A": struct({"b": ref("B")})},
        [
            "class B(Struct, kw_only=True):",
            "a: A | UnsetType = UNSET",
            "class A(Struct, kw_only=True):",
            "b: B | UnsetType = UNSET",
        ],
    ),
    (
        "alternatives of different kinds need no help",
        {"U": {"anyOf": [ref("Kind"), STRING, INT32, ref("Leaf")]}} | COMPONENTS,
        ["U: TypeAlias = Kind | str | Int32 | Leaf"],
    ),
    (
        "alternatives of one kind do",
        {"U": {"oneOf": [ref("Leaf"), ref("Other")]}, "Other": struct({"a": STRING})} | COMPONENTS,
        [
            "if TYPE_CHECKING:",
            "U: TypeAlias = 'Leaf | Other'",
            "else:",
            "U = one_of('U', __name__, lambda: (Leaf, Other), exclusive=True)",
        ],
    ),
    (
        "texts of two types do",
        {"U": {"anyOf": [WHEN, STRING]}},
        ["U: TypeAlias = 'datetime.datetime | str'", "U = one_of('U', __name__, lambda: (DateTime, str))"],
    ),
    (
        "a pattern beside an array does",
        {"U": {"anyOf": [STRING | {"pattern": "a"}, {"type": "array"}]}},
        ["U = one_of('U', __name__, lambda: (Annotated[str, Meta(pattern='a')], list[Any]))"],
    ),
    (
        "a listed integer beside numbers does",
        {"U": {"anyOf": [{"enum": [1]}, {"type": "number"}]}},
        ["U = one_of('U', __name__, lambda: (Literal[1], float))"],
    ),
    (
        "an alias that means itself does",
        {"Tree": {"type": "array", "items": ref("Tree")}},
        ["Tree: TypeAlias = 'list[Tree]'", "Tree = one_of('Tree', __name__, lambda: (list[Tree],))"],
    ),
    (
        "a discriminator picks",
        {
            "U": {
                "oneOf": [ref("Leaf"), ref("Leaf2")],
                "discriminator": {"propertyName": "name", "mapping": {"a": "Leaf", "b": "Leaf2", "c": "Leaf"}},
            },
            "Leaf2": struct({"name": STRING}),
        }
        | COMPONENTS,
        ["U = one_of('U', __name__, lambda: {'a': Leaf, 'b': Leaf2, 'c': Leaf}, tag='name')"],
    ),
    (
        "one that leaves something open does not",
        {
            "U": {
                "oneOf": [ref("Leaf"), ref("Leaf2")],
                "discriminator": {"propertyName": "name", "mapping": {"a": "Leaf"}},
            },
            "Leaf2": struct({"name": STRING}),
        }
        | COMPONENTS,
        ["U = one_of('U', __name__, lambda: (Leaf, Leaf2))"],
    ),
    (
        "one that no alternative has does not",
        {
            "U": {
                "oneOf": [ref("Leaf"), ref("Leaf2")],
                "discriminator": {"propertyName": "name", "mapping": {"a": "Leaf", "b": "Leaf2"}},
            },
            "Leaf2": struct({"x": STRING}),
        }
        | COMPONENTS,
        ["U = one_of('U', __name__, lambda: (Leaf, Leaf2))"],
    ),
    (
        "members have Python's names",
        {
            "S": struct(
                {"Na-me": STRING, "class": STRING, "str": STRING, "2nd": STRING, "name": STRING, "Name": STRING},
                "class",
                "name",
            )
        },
        [
            "na_me: str | UnsetType = field(name='Na-me', default=UNSET)",
            "class_: str = field(name='class')",
            "str_: str | UnsetType = field(name='str', default=UNSET)",
            "field_2_nd: str | UnsetType = field(name='2nd', default=UNSET)",
            "name: str",
            "name_: str | UnsetType = field(name='Name', default=UNSET)",
        ],
    ),
    (
        "a rule spares their names",
        {
            "S": struct(
                {"friendlyName": STRING, "dateCreated": STRING, "accountSid": STRING, "URL": STRING, "uri": STRING}
            )
        },
        [
            "class S(Struct, kw_only=True, rename='camel', gc=False):",
            "friendly_name: str | UnsetType = UNSET",
            "url: str | UnsetType = field(name='URL', default=UNSET)",
            "uri: str | UnsetType = UNSET",
        ],
    ),
    (
        "a required constant need not be named",
        {"S": struct({"kind": {"const": "s"}, "other": {"const": "o"}}, "kind")},
        ["kind: Literal['s'] = 's'", "other: Literal['o'] | UnsetType = UNSET"],
    ),
    (
        "a default is the server's business",
        {"S": struct({"size": INT32 | {"default": 5}, "kind": STRING | {"default": 'a"\n'}})},
        [
            "size: Int32 | UnsetType = UNSET # the server's default: 5",
            "kind: str | UnsetType = UNSET # the server's default: 'a\\'\\n'",
        ],
    ),
    (
        "closed",
        {"S": struct({"a": STRING}, additionalProperties=False)},
        ["class S(Struct, kw_only=True, forbid_unknown_fields=True, gc=False):"],
    ),
    (
        "open",
        {"S": struct({"a": STRING}, additionalProperties=INT32)},
        [
            "class S(OpenStruct, kw_only=True, gc=False):",
            "additional_properties: dict[str, Int32] = field(name='*', default_factory=dict)",
        ],
    ),
    (
        "limits of a struct",
        {"S": struct({"a": STRING}, minProperties=1)},
        ["__extra_json_schema__: ClassVar[dict[str, Any]] = {'minProperties': 1}"],
    ),
    ("required but not declared", {"S": struct({"a": STRING}, "a", "b")}, ["a: str", "b: Any"]),
]


@pytest.mark.parametrize(("schemas", "lines"), [row[1:] for row in LINES], ids=[row[0] for row in LINES])
def test_a_component_is_written_like_this(schemas: dict[str, Any], lines: list[str]) -> None:
    written = [line.replace('"', "'").replace("  #", " #") for line in lines_of(schemas)]
    assert lines == [line for line in written if line in lines]


def test_a_description_is_a_docstring_of_reasonable_length() -> None:
    text = "One  record.\nStill the\tfirst paragraph.\n\nAnother one." + "x" * 5000
    (doc,) = [line for line in lines_of({"S": struct({"a": STRING}, description=text)}) if "record" in line]
    assert doc == '"""One record. Still the first paragraph."""'
    written = lines_of({"S": struct({"a": STRING}, description="word " * 1000)})
    assert sum(len(line) for line in written if "word" in line) < 300


def test_what_only_the_server_writes_is_optional_in_requests() -> None:
    members = {"id": STRING | {"readOnly": True}, "secret": STRING | {"writeOnly": True}, "name": STRING}
    schemas = {name: struct(members, *members) for name in ("Sent", "Inside", "Received", "Unused")}
    schemas["Sent"]["properties"]["inner"] = {"type": "array", "items": ref("Inside")}
    source = source_of(models_of(schemas, sent=[ref("Sent")], received=[ref("Received")]))
    for name, optional in {"Sent": "id", "Inside": "id", "Received": "secret", "Unused": "secret"}.items():
        written = annotations_of(source, name)
        assert {optional} == {field for field in ("id", "secret", "name") if "UnsetType" in written[field]}


def test_types_and_fields_are_told_to_the_other_stages() -> None:
    inline = {"type": "array", "items": ref("Leaf"), "maxItems": 3}
    made = models_of(COMPONENTS, sent=[inline, ref("Kind")])
    assert made.types[schema_key(inline)] == "Annotated[list[Leaf], Meta(max_length=3)]"
    assert made.types[schema_key(ref("Kind"))] == "Kind"
    assert made.fields["Leaf"] == {"name": "name"}
    assert schema_key({"a": 1, "b": [2]}) == schema_key({"b": [2], "a": 1})


def test_no_schemas_make_an_empty_module() -> None:
    assert b"from __future__" in models_of({}).files[0].content


def test_the_names_of_the_module_are_reserved() -> None:
    assert [name for names in HOMES.values() for name in names if name[0].isupper() and name not in RESERVED] == []


def test_a_model_cannot_take_a_name_of_the_module() -> None:
    with pytest.raises(SpecmillError, match="cannot be called Int32"):
        models_of({"Int32": STRING})


def test_a_reference_to_nothing_is_an_error_and_no_traceback() -> None:
    with pytest.raises(SpecmillError, match="nothing is called Missing"):
        models_of({"S": struct({"a": ref("Missing")})})


UNREADABLE: list[Any] = [
    {"type": "int64"},
    {"type": ["string", "text"]},
    {"type": 5},
    {"type": "array", "items": [STRING]},
    {"anyOf": "text"},
    struct({"a": {"additionalProperties": {"type": "any"}, "type": "object"}}),
]


@pytest.mark.parametrize("schema", UNREADABLE)
def test_what_is_no_schema_is_an_error_and_no_traceback(schema: Any) -> None:
    with pytest.raises(SpecmillError, match=r"no type of JSON Schema|no schema") as caught:
        models_of({"Fine": STRING, "Wrong": schema})
    assert caught.value.place is not None
    assert caught.value.place.pointer == "/components/schemas/Wrong"
    with pytest.raises(SpecmillError, match=r"no type of JSON Schema|no schema"):
        models_of({}, sent=[schema["properties"]["a"] if "properties" in schema else schema])


def test_every_name_of_a_member_reaches_the_wire() -> None:
    wires = [
        "a",
        "A",
        "a-b",
        "a_b",
        "",
        "日本",
        "_x",
        "__struct_fields__",
        "self",
        "None",
        "field",
        "datetime",
        'q"\\\n\x00',
        "x{{y}}",
    ]
    made = models_of({"S": struct({wire: INT32 for wire in wires}), "T": struct({"s": ref("S")})})
    with loaded(made) as (module, json_):
        value = module.S(**{made.fields["S"][wire]: number for number, wire in enumerate(wires)})
        raw = json_.encode(module.T(s=value), module.T)
        assert module.T(s=value) == json_.decode_strict(raw, module.T)
        assert {"s": {wire: number for number, wire in enumerate(wires)}} == json_.decode(raw, dict[str, Any])


BUILD = """
import sys
sys.path[:0] = {path!r}
from tests.emit.modelling import *
enum = {{"enum": ["x", "X", "y"]}}
schemas = {{f"M{{n}}": struct({{"a": ref(f"M{{(n + 7) % 20}}"), "k": enum, "b-c": WHEN}}) for n in range(20)}}
schemas["U"] = {{"oneOf": [ref("M1"), ref("M2")]}}
sys.stdout.buffer.write(models_of(schemas).files[0].content)
"""


def test_the_bytes_do_not_depend_on_where_and_how_it_runs(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[tool.black]\nline-length = 20\n[tool.datamodel-codegen]\nsnake-case-field = true\nclass-name-prefix = "X"\n'
    )
    script = BUILD.format(path=[path for path in sys.path if path])
    settings = (
        {"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo"},
        {"PYTHONHASHSEED": "77", "LC_ALL": "tr_TR.UTF-8", "TZ": "UTC"},
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", script], cwd=cwd, env=os.environ | env, capture_output=True, check=True
        ).stdout
        for cwd, env in zip((tmp_path, Path("/")), settings, strict=True)
    ]
    assert runs[0] == runs[1] != b""
    assert not [path for path in tmp_path.iterdir() if path.name != "pyproject.toml"]


def test_the_collector_runs_again_afterwards() -> None:
    import gc

    emit(normal(COMPONENTS), ())
    assert gc.isenabled()
