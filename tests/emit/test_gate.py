"""A model that cannot be imported or decoded is an error of the build, and no trace of trying is left."""

from __future__ import annotations

import os
import sys
import time
from types import SimpleNamespace
from typing import Any

import pytest

from specmill.emit import gate, models, typewriter
from specmill.emit.runtime import runtime_folder
from specmill.errors import SpecmillError
from tests.emit.modelling import STRING, loaded, models_of, or_null, ref, struct

RUNTIME = runtime_folder()


def undecodable(source: str, names: dict[str, set[str]], types: dict[str, str] | None = None) -> gate.Undecodable:
    with pytest.raises(gate.Undecodable) as caught, gate.imported(source.encode()) as module:
        gate.build_decoders(module, names, types or {})
    return caught.value


BROKEN = """
from __future__ import annotations
from msgspec import Struct
class First(Struct):
    second: Second
class Second(Struct):
    both: list[First | Second] | None
class Third(Struct):
    first: First
"""


def test_the_model_at_fault_is_named_and_not_those_that_refer_to_it() -> None:
    error = undecodable(BROKEN, {"First": {"Second"}, "Second": set(), "Third": {"First"}})
    assert error.name == "Second"
    assert "must be tagged" in str(error)


def test_a_type_of_an_operation_is_tried_too() -> None:
    source = "from msgspec import Struct\nclass A(Struct): pass\nclass B(Struct): pass\n"
    assert "A | B" in str(undecodable(source, {"A": set(), "B": set()}, {"key": "A | B"}))


def test_a_module_that_does_not_even_import_is_told() -> None:
    assert "NameError" in str(undecodable("x: int = y", {}))
    assert "SyntaxError" in str(undecodable("x = = 1", {}))


def test_nothing_is_left_behind() -> None:
    before = {*sys.modules}
    files = {*RUNTIME.rglob("*")}
    with loaded(models_of({"S": struct({"a": or_null(ref("S"))})})):
        pass
    assert set() == {name for name in {*sys.modules} - before if name.startswith(f"{gate.PACKAGE}.models")}
    assert files == {*RUNTIME.rglob("*")}
    assert not sys.dont_write_bytecode or "PYTHONDONTWRITEBYTECODE" in os.environ


def test_a_thousand_models_in_a_circle_pass() -> None:
    count = 1200
    source = "from __future__ import annotations\nfrom msgspec import Struct\n"
    source += "".join(f"class M{n}(Struct):\n    next: M{(n + 1) % count} | None = None\n" for n in range(count))
    with gate.imported(source.encode()) as module:
        gate.build_decoders(module, {f"M{n}": {f"M{(n + 1) % count}"} for n in range(count)}, {})


def test_it_is_quick() -> None:
    made = models_of({f"M{n}": struct({"a": STRING, "next": ref(f"M{(n + 1) % 10}")}) for n in range(10)})
    names = {f"M{n}": {f"M{(n + 1) % 10}"} for n in range(10)}
    start = time.perf_counter()
    with gate.imported(made.files[0].content) as module:
        gate.build_decoders(module, names, made.types)
    assert time.perf_counter() - start < 0.5


# --- the engine


def engine(monkeypatch: pytest.MonkeyPatch, generate: Any) -> None:
    monkeypatch.setitem(sys.modules, "datamodel_code_generator", SimpleNamespace(generate=generate))


SCHEMAS = {"Pet": struct({"na-me": STRING, "age": {"type": "integer"}}), "All": {"type": "array", "items": ref("Pet")}}


def test_a_warning_of_the_engine_is_an_error_with_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    def warns(*_: Any, **__: Any) -> str:
        import warnings

        warnings.warn("format of C0.f1 not understood", stacklevel=1)
        return ""

    engine(monkeypatch, warns)
    with pytest.raises(SpecmillError, match=r"could not render Pet: .*not understood") as caught:
        models_of(SCHEMAS)
    assert caught.value.place is not None
    assert caught.value.place.pointer == "/components/schemas/Pet/properties/age"
    assert caught.value.place.line > 1


def test_an_exception_of_the_engine_is_an_error_and_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any, **__: Any) -> str:
        raise KeyError("C1")

    engine(monkeypatch, fails)
    with pytest.raises(SpecmillError, match="KeyError") as caught:
        models_of(SCHEMAS)
    assert caught.value.__cause__ is None


RENDERED = "class C0(Struct):\n    f0: str\n    f1: int\nclass C1(Struct):\n    f0: list[C0]\n"
WRONG: list[tuple[str, str, str]] = [
    ("class C1(Struct):", "class C2(Struct):", "dropped or renamed something of C1"),
    ("    f1: int\n", "", "dropped or renamed something of C0"),
    ("f1: int", "f1: str", "rendered Pet.age as str"),
    ("f1: int", "f1: int | None", "rendered Pet.age as int"),
    ("list[C0]", "list[C1]", "rendered All as C1"),
    ("list[C0]", "list", "rendered All as list"),
    ("f1: int", "f1: __import__('os')", "rendered Pet.age as __import__"),
    ("f1: int", "f1: int = = 1", "it wrote int = = 1"),
]


@pytest.mark.parametrize(("old", "new", "message"), WRONG)
def test_what_the_engine_gets_wrong_is_found(monkeypatch: pytest.MonkeyPatch, old: str, new: str, message: str) -> None:
    engine(monkeypatch, lambda *_, **__: RENDERED.replace(old, new))
    with pytest.raises(SpecmillError, match="render") as caught:
        models_of(SCHEMAS)
    assert message in str(caught.value)


def test_no_text_of_the_document_reaches_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    original = typewriter._generated

    def watched(schemas: dict[str, Any]) -> str:
        seen.append(repr(schemas))
        return original(schemas)

    monkeypatch.setattr(typewriter, "_generated", watched)
    secret = STRING | {
        "title": "SECRET",
        "description": "SECRET",
        "default": "SECRET",
        "pattern": "SECRET",
        "format": "SECRET",
    }
    models_of({"Secret": struct({"SECRET": secret}, "SECRET", description="SECRET")}, sent=[secret])
    assert seen and "secret" not in seen[0].lower()


def test_a_lost_limit_stops_the_build(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "constrained", lambda text, *_: text)
    with pytest.raises(SpecmillError, match="the models lost something of Text: max_length 3") as caught:
        models_of({"Text": {"oneOf": [STRING, {"type": "integer"}], "not": {"maxLength": 3}}})
    assert caught.value.place.pointer == "/components/schemas/Text"  # type: ignore[union-attr]
