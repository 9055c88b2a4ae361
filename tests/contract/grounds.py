"""The flagship's stream as the tester sees it, on any server."""

from __future__ import annotations

import base64
from functools import cache
from typing import Any

from specmill.config import Options, load
from specmill.contract.marks import Marks, marks_of
from specmill.contract.properties import Material, material_of
from specmill.contract.schemas import Schemas
from specmill.contract.streams import Ground
from specmill.contract.valid import Makers
from specmill.contract.validator import Validator
from specmill.contract.wire import address_of
from specmill.document.api import Api, api_of
from specmill.values import Stream
from tests.contract.faulty import known
from tests.support import REPOSITORY

PATH = f"/kafka/v3/clusters/{known.CLUSTER}/topics/{{}}/records"
ELSEWHERE = PATH.format(known.TOPICS[0])
CREDENTIALS = base64.b64encode(f"{known.API_KEY}:{known.API_SECRET}".encode()).decode()


@cache
def api() -> Api:
    (config,) = load(Options(), REPOSITORY)
    return api_of(config)


@cache
def marks() -> Marks:
    return marks_of(api().normal.document.tree, api().operations[0])


@cache
def validator() -> Validator:
    return Validator(dict(marks().accepts or {}), {})


@cache
def makers() -> Makers:
    return Makers(Schemas(api().normal.tree))


def stream() -> Stream:
    found = api().operations[0].stream
    assert found is not None
    return found


@cache
def material() -> Material:
    return material_of(stream().record, marks(), Schemas(api().normal.tree), makers(), validator())


def ground(url: str, **more: Any) -> Ground:
    fields = (("Authorization", f"Basic {CREDENTIALS}"),)
    target = PATH.format(known.TOPICS[1])
    given: dict[str, Any] = {"patience": 1.0, "marks": marks(), **more}
    return Ground(address_of(url), api().operations[0], stream(), target=target, fields=fields, **given)
