"""Names of the document as names of Python."""

from __future__ import annotations

import builtins
import keyword
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specmill import naming

WORDS = {
    "listHTTPCalls-v2": ["list", "HTTP", "Calls", "v", "2"],
    "Records (v3)": ["Records", "v", "3"],
    "partition_id": ["partition", "id"],
    "X-Request-ID": ["X", "Request", "ID"],
    "already PascalCase": ["already", "Pascal", "Case"],
    "Größe": ["Groe"],
    "日本": [],
    "": [],
}

SNAKE = {
    "Records (v3)": "records_v3",
    "produceRecord": "produce_record",
    "listHTTPCalls-v2": "list_http_calls_v2",
    "X-Request-ID": "x_request_id",
    "partition_id": "partition_id",
    "$filter": "filter",
    "int64": "int64",
    "v3.1": "v3_1",
    "address_2": "address_2",
    "get_2010_04_01_calls": "get_2010_04_01_calls",
    "DateCreated<": "date_created",
    "Crème brûlée": "creme_brulee",
    "class": "class_",
    "from": "from_",
    "None": "none",
    "2fa": "value_2_fa",
    "日本": "value",
    "": "value",
    "__proto__": "proto",
    'a"; import os; os.system("x") #': "a_import_os_os_system_x",
}

PASCAL = {
    "ProduceRequest": "ProduceRequest",
    "api.v2.call-list": "ApiV2CallList",
    "error": "Error",
    "tree_node": "TreeNode",
    "HTTPError": "HTTPError",
    "iOS": "IOS",
    "Some thing": "SomeThing",
    "Crème brûlée": "CremeBrulee",
    "2nd": "Model2Nd",
    "list": "List",
    "none": "NoneModel",
    "exception": "ExceptionModel",
    "Struct": "StructModel",
    "client": "ClientModel",
    "日本": "Model",
    "": "Model",
    "x\n    import os": "XImportOs",
    "\u202eevil": "Evil",
}


@pytest.mark.parametrize("text", WORDS)
def test_words_are_found_whatever_joins_them(text: str) -> None:
    assert WORDS[text] == naming.words(text)


@pytest.mark.parametrize("text", SNAKE)
def test_functions_and_arguments_are_called_in_snake_case(text: str) -> None:
    assert SNAKE[text] == naming.snake(text)


@pytest.mark.parametrize("text", PASCAL)
def test_classes_are_called_in_pascal_case(text: str) -> None:
    assert PASCAL[text] == naming.pascal(text)


def test_a_name_without_letters_falls_back_to_what_it_is_for() -> None:
    assert (
        naming.snake("--", "body"),
        naming.snake("3", "body"),
        naming.pascal("--", "Header"),
    ) == ("body", "body_3", "Header")


ANY_TEXT = settings(derandomize=True, database=None, max_examples=300)


@ANY_TEXT
@given(st.text())
def test_whatever_a_document_says_is_a_name_in_python(text: str) -> None:
    for name in (naming.snake(text), naming.pascal(text)):
        assert name.isascii() and name.isidentifier() and not keyword.iskeyword(name), name


@ANY_TEXT
@given(st.text())
def test_no_class_is_called_like_something_of_python_or_of_the_client(text: str) -> None:
    assert naming.pascal(text) not in naming.RESERVED


@ANY_TEXT
@given(st.text(alphabet="aZ9_-. é"))
def test_what_is_a_class_name_already_stays_as_it_is(text: str) -> None:
    once = naming.pascal(text)
    assert once == naming.pascal(once)


def test_a_reserved_name_gives_way() -> None:
    assert [name for name in naming.RESERVED if naming.pascal(name) in naming.RESERVED] == []


def test_every_builtin_of_the_running_python_is_reserved() -> None:
    assert [name for name in dir(builtins) if name != "_" and name not in naming.RESERVED] == []


def test_names_do_not_depend_on_the_python_that_makes_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builtins, "Novelty", object(), raising=False)
    module: dict[str, object] = {"__name__": "again"}
    exec(Path(naming.__file__).read_text("utf-8"), module)
    assert module["RESERVED"] == naming.RESERVED


UNIQUE = [
    (["Pet"], set(), "Pet"),
    (["Pet", "ThingPet"], {"pet"}, "ThingPet"),
    (["Pet", "ThingPet"], {"pet", "thingpet"}, "ThingPet2"),
    (["Pet"], {"pet", "pet2", "pet3"}, "Pet4"),
    (["PET"], {"pet"}, "PET2"),
]


@pytest.mark.parametrize(("candidates", "taken", "expected"), UNIQUE)
def test_the_first_free_candidate_wins_and_a_number_is_the_last_resort(
    candidates: list[str], taken: set[str], expected: str
) -> None:
    assert expected == naming.unique(candidates, taken)
