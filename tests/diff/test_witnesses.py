"""Witnesses are tried again by those who had no part in finding them.

A call is sent to two servers, one for each document; a value is judged by the oracle of the normaliser's tests, which
shares no code with specmill; a piece of Python is tried with the two clients as they are really made.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_origin
from urllib.parse import quote

import pytest
import yaml

from specmill.build import build
from specmill.diff.hints import atoms_of, covers
from specmill.diff.values import Answer, Call, Difference, Use
from specmill.serve.examples import examples
from specmill.serve.server import Server
from tests.diff.pairs import Pair, api_of_tree, compared, of_operations, of_schemas
from tests.document import oracle
from tests.serve.asking import Asked, ask
from tests.support import config_of, imported, written

SCHEMAS, OPERATIONS = list(of_schemas()), list(of_operations())
# What a server cannot see, or takes in more than one way: scopes of a token, framing of a stream, styles of lists.
UNSEEN = (
    *("a scope is asked for", "a stream is framed in another way", "a stream is not marked any more"),
    *("a parameter is spelt in another style", "a parameter does not explode"),
)
# The oracle takes formats and discriminators for remarks, and does not count what a list contains; it knows neither
# what members ask for nor what nothing else speaks about.
REMARKS = ("format", "dependent", "response-exclusive", "Contains", "unevaluated")
BESIDES = "texts alone are taken besides"


def breaking(pair: Pair, *kinds: type) -> list[Difference]:
    return [one for one in compared(pair).differences if one.witness and isinstance(one.witness.tried, kinds)]


# --- over the wire


def with_calls() -> Iterator[Pair]:
    for pair in (*SCHEMAS, *OPERATIONS):
        if pair.name not in UNSEEN and breaking(pair, Call):
            yield pair


@pytest.mark.parametrize("pair", list(with_calls()), ids=lambda pair: pair.name)
def test_a_call_is_answered_by_a_server_of_the_old_document_and_refused_by_one_of_the_new(pair: Pair) -> None:
    with ExitStack() as servers:
        old, new = (servers.enter_context(Server(examples(api_of_tree(tree)))).url for tree in (pair.old, pair.new))
        for one in breaking(pair, Call):
            assert one.witness is not None and isinstance(one.witness.tried, Call)
            asked = request_of(one.witness.tried)
            assert ask(old, asked).status < 300, one
            assert ask(new, asked).status >= 400, one


def request_of(call: Call) -> Asked:
    path, query, fields = call.path, [], {"Accept": call.accept} if call.accept else {}
    for location, name, value in call.parameters:
        if location == "path":
            path = oracle_path(path, text_of(value))
        elif location == "query":
            many = value if isinstance(value, list) else [value]
            query += [f"{name}={quote(text_of(each))}" for each in many]
        else:
            fields |= {name: text_of(value)} if location == "header" else {"Cookie": f"{name}={text_of(value)}"}
    fields |= {name: value for proof in call.credentials for name, value in proof_of(proof).items()}
    body = None
    if call.media_type:
        fields["Content-Type"] = call.media_type
        body = (json.dumps(call.body) if "json" in call.media_type else text_of(call.body)).encode()
    return Asked(call.method, path + ("?" + "&".join(query) if query else ""), fields, body)


def oracle_path(path: str, value: str) -> str:
    start, _, rest = path.partition("{")
    return start + quote(value) + rest.partition("}")[2]


def text_of(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def proof_of(told: str) -> dict[str, str]:
    if told.startswith("the key in the header "):
        return {told.removeprefix("the key in the header "): "secret"}
    return {"Authorization": "Basic a2V5OnNlY3JldA==" if told == "HTTP basic" else "Bearer token"}


# --- by the oracle


def with_bodies() -> Iterator[Pair]:
    for pair in SCHEMAS:
        if any(map(is_judged, breaking(pair, Call, Answer))) and not pair.name.startswith(BESIDES):
            yield pair


def is_judged(one: Difference) -> bool:
    return not any(word in one.id for word in REMARKS)


@pytest.mark.parametrize("pair", list(with_bodies()), ids=lambda pair: pair.name)
def test_a_value_is_allowed_by_one_schema_and_refused_by_the_other(pair: Pair) -> None:
    for one in filter(is_judged, breaking(pair, Call, Answer)):
        assert one.witness is not None
        tried = one.witness.tried
        giver, taker = (pair.old, pair.new) if isinstance(tried, Call) else (pair.new, pair.old)
        assert isinstance(tried, Call | Answer)
        assert oracle.is_valid(giver, schema_of(giver, one), tried.body), one
        assert not oracle.is_valid(taker, schema_of(taker, one), tried.body), one


def schema_of(tree: Any, one: Difference) -> Any:
    thing = tree["paths"]["/thing"]
    holder = thing["put"]["requestBody"] if "put" in thing else thing["get"]["responses"]["200"]
    found = holder["content"]["application/json"]["schema"]
    other = "readOnly" if "put" in thing else "writeOnly"
    return without_others(found, other)


def without_others(schema: Any, other: str) -> Any:
    """What only the other direction has is not required."""
    known = schema.get("properties", {})
    spared = [name for name in schema.get("required", ()) if known.get(name, {}).get(other)]
    return (
        {**schema, "required": [name for name in schema.get("required", ()) if name not in spared]}
        if spared
        else schema
    )


# --- with the clients


def with_python() -> Iterator[Pair]:
    yield from (pair for pair in OPERATIONS if breaking(pair, Use))


@cache
def client_of(text: str, folder: Path) -> Path:
    number = len(list(folder.iterdir()))
    home = folder / f"home{number}"
    home.mkdir()
    (home / "api.yaml").write_text(text)
    return written(build(config_of(home / "api.yaml", package=f"client{number}")), home)


@pytest.fixture(scope="module")
def clients(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clients")


@pytest.mark.xdist_group("built-clients")
@pytest.mark.parametrize("pair", list(with_python()), ids=lambda pair: pair.name)
def test_a_piece_of_python_works_with_the_old_client_and_not_with_the_new(pair: Pair, clients: Path) -> None:
    old, new = (client_of(yaml.safe_dump(tree, sort_keys=False), clients) for tree in (pair.old, pair.new))
    for one in breaking(pair, Use):
        assert one.witness is not None and isinstance(one.witness.tried, Use)
        assert works(old, one.witness.tried), one
        assert not works(new, one.witness.tried), one


def works(folder: Path, use: Use) -> bool:
    """Whether the piece of Python works with the package in this folder."""
    with imported(folder) as package:
        try:
            found = looked_up(package, use.name)
            if use.given is not None:
                bound(found, use.given)
        except (AttributeError, KeyError, TypeError):
            return False
        types = spelt_out(package, types_of(package, use)) if use.gives or use.reads else ()
        given = not use.gives or covers(types, use.gives)
        return given and all(covers(use.reads, one) for one in types if use.reads)


def spelt_out(package: Any, annotation: str) -> tuple[str, ...]:
    """With what the names for types stand for."""
    types = atoms_of(annotation)
    named = {one: getattr(package.models, one, None) for one in types}
    aliases = {one: str(found).replace("typing.", "") for one, found in named.items() if get_origin(found) is Literal}
    return tuple(each for one in types for each in atoms_of(aliases.get(one, one)))


def looked_up(package: Any, name: str) -> Any:
    first, *rest = name.split(".")
    if first == "SECURITY":
        return package.Client.SECURITY[rest[0]]
    client = package.Client(base_url="http://localhost:1")
    found = package.models if first == "models" else getattr(client, first)
    for each in rest:
        if inspect.ismethod(found):
            return found if each == "returns" else inspect.signature(found).parameters[each]
        found = getattr(found, each)
    return found


def bound(found: Any, given: tuple[str, ...]) -> None:
    by_place = [None for one in given if one.startswith("=")]
    inspect.signature(found).bind(*by_place, **{one: None for one in given if not one.startswith("=")})


def types_of(package: Any, use: Use) -> str:
    """The annotation of what the name stands for, as it is written."""
    owner, _, last = use.name.rpartition(".")
    found = looked_up(package, owner)
    if use.name.startswith("models."):
        return (
            str(inspect.get_annotations(found)[last])
            if inspect.isclass(found)
            else package.models.__annotations__[last]
        )
    signature = inspect.signature(found)
    annotation = signature.return_annotation if last == "returns" else signature.parameters[last].annotation
    return str(annotation)
