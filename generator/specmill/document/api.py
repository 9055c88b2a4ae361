"""The document as its normal form and its operations, without a build: what serves or tests an API needs no client."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeVar

from specmill.document.checks.structure import check_structure
from specmill.document.limits import room_for_depth
from specmill.document.load import read
from specmill.document.normal import normalise
from specmill.document.operations import operations_of
from specmill.document.overlay import overlay
from specmill.document.refs import bundle
from specmill.values import Config, Normal, Operation

T = TypeVar("T")


class Watch(Protocol):
    def __call__(self, stage: str, result: T) -> T: ...


@dataclass(frozen=True, slots=True)
class Api:
    normal: Normal
    operations: tuple[Operation, ...]


@room_for_depth()
def api_of(config: Config) -> Api:
    normal = normal_of(config)
    return Api(normal, operations_of(normal))


def _unwatched(stage: str, result: T) -> T:
    return result


def normal_of(config: Config, watch: Watch = _unwatched) -> Normal:
    document, changes = watch("read", overlay(read(config), config))
    document = watch("check", bundle(document, config))
    check_structure(document)
    return watch("normalise", normalise(document, changes))
