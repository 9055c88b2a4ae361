"""The folders that specmill writes whole and guards: a client, and where one is wanted its reference."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from specmill.keep import fingerprint
from specmill.values import Build, Config, File

MEND = "specmill regenerate"  # the command that mends a stale client, wherever one is named
MEND_REFERENCE = "specmill docs"


@dataclass(frozen=True, slots=True)
class Output:
    what: Literal["client", "reference"]
    folder: Path
    mend: str = MEND

    @property
    def discard(self) -> str:
        return f"{self.mend} --discard-edits"

    @property
    def adopt(self) -> str:
        return f"{self.mend} --adopt"

    def files_of(self, build: Build) -> tuple[File, ...]:
        if self.what == "client":
            return build.files
        from specmill.reference import pages_of

        return pages_of(build)


def client_output(config: Config) -> Output:
    return Output("client", config.client)


def reference_output(config: Config) -> Output | None:
    """None where none is wanted."""
    return Output("reference", config.root / config.docs, MEND_REFERENCE) if config.docs is not None else None


class Making:
    """One run over one configuration: what is built for the client serves its reference as well."""

    def __init__(self, config: Config) -> None:
        self.config = config
        # Taken before anything is read, so that an input that changes during the build is seen by the next run.
        self._inputs = fingerprint.taken(config)

    @cached_property
    def built(self) -> Build:
        from specmill.build import build

        return build(self.config)

    def inputs(self, output: Output, documents: Iterable[str] = ()) -> dict[str, str]:
        """What decides the bytes of an output. ``documents`` are the inputs of an older one that a $ref pulled in."""
        more = fingerprint.of_reference(self.config) if output.what == "reference" else {}
        return {**self._inputs, **fingerprint.of_documents(self.config, documents), **more}
