"""From a document to all files of one client, as one value in memory: the story in twenty lines.

Nothing here touches the output folder; ``keep`` does that, last and atomically. One value, many uses:
*regenerate* writes it, *check* compares it with the disk, tests import it from a temporary folder.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TypeVar

from specmill.document.api import normal_of
from specmill.document.chosen import chosen
from specmill.document.limits import room_for_depth
from specmill.document.operations import operations_of
from specmill.emit import client, format, models, runtime, snapshot
from specmill.emit.names import names_of
from specmill.emit.unchecked import unchecked
from specmill.values import Build, Config

T = TypeVar("T")


class Watch:
    """How long each stage took, for the summary."""

    def __init__(self) -> None:
        self.stages: list[tuple[str, float]] = []
        self._last = time.perf_counter()

    def __call__(self, stage: str, result: T) -> T:
        now = time.perf_counter()
        self.stages.append((stage, now - self._last))
        self._last = now
        return result


@room_for_depth()
def build(config: Config) -> Build:
    watch = Watch()
    normal = normal_of(config, watch)
    operations = operations_of(normal)
    if config.only:
        normal, operations = chosen(normal, operations, config.only)
    normal = replace(normal, changes=normal.changes + unchecked(normal))
    hand_written = runtime.files(config, operations)
    typed = watch("models", models.emit(normal, operations))
    calls = watch("client", client.emit(normal, operations, typed, config))
    files = runtime.without_clash((*hand_written, *typed.files, *calls, snapshot.emit(normal)), config)
    files = watch("format", format.formatted(files))
    names = names_of(normal, operations, typed.fields)
    return Build(config, normal, operations, files, names, tuple(watch.stages))
