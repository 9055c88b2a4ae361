"""Schemathesis on the same servers, as a column of ``make contract`` where its command is on the PATH."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from tests.contract.faulty import TEMPERAMENTS, Temperament, Variant, known, running
from tests.contract.faulty.foreign import Foreign
from tests.contract.table import IDLE, flagship

# It takes the status of HTTP for the verdict, so a server has to give a lone record that is refused one of its own.
BY_STATUS = next(one for one in TEMPERAMENTS if one.name == "status-for-a-lone-refusal")
TOLD = re.compile(r"^- (ST[0-9]+ .*)$|^ +(Invalid component: .*)$", re.MULTILINE)
LIMIT = 120  # seconds for one server


def command() -> str | None:
    return shutil.which("schemathesis")


def finds(variant: Variant) -> bool:
    """Whether it tells anything of the server with the fault that it does not tell of the honest one."""
    tempered = replace(variant, temper=variant.temper or BY_STATUS)
    return bool(_told_of(lambda: running(tempered, IDLE)) - _of_honest(variant.temper or BY_STATUS))


def finds_foreign(one: Foreign, variant: Variant) -> bool:
    told = _told(one.document, lambda: one.running(variant))
    return bool(told - _of_honest_foreign(one))


@cache
def _of_honest(temper: Temperament) -> frozenset[str]:
    return _told_of(lambda: running(temper, IDLE))


@cache
def _of_honest_foreign(one: Foreign) -> frozenset[str]:
    return _told(one.document, one.running)


def _told_of(server: Callable[[], AbstractContextManager[Any]]) -> frozenset[str]:
    with tempfile.TemporaryDirectory(prefix="specmill-rival-") as work:
        path = Path(work) / "openapi.json"
        path.write_text(json.dumps(flagship().normal.tree, default=dict))
        return _told(path, server, "--auth", f"{known.API_KEY}:{known.API_SECRET}")


def _told(document: Path, server: Callable[[], AbstractContextManager[Any]], *more: str) -> frozenset[str]:
    with server() as running_, tempfile.TemporaryDirectory(prefix="specmill-rival-") as work:
        words = [str(command()), "run", str(document), "--url", running_.url, "--max-examples", "30", "--seed", "1"]
        words += ["--no-shrink", "--no-color", "--generation-database", "none", *more]
        done = subprocess.run(words, cwd=work, capture_output=True, text=True, timeout=LIMIT)
    return frozenset(one or other for one, other in TOLD.findall(done.stdout))
