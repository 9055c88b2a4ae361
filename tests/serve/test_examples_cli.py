"""``specmill serve --responder examples``."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest

from tests.serve.asking import Asked, ask
from tests.support import CASES, REPOSITORY

RECORDS = "/kafka/v3/clusters/cluster-1/topics/orders/records"
FIELDS = {"Authorization": "Bearer token", "Content-Type": "application/json"}
SERVED = [
    (["--document", str(CASES / "clients" / "answers" / "openapi.yaml")], Asked("GET", "/answers", {})),
    (["--responder", "examples"], Asked("POST", RECORDS, FIELDS, b"{}")),
]


@pytest.mark.parametrize(("options", "asked"), SERVED, ids=["the default", "chosen"])
def test_any_document_is_served_from_its_examples(options: list[str], asked: Asked) -> None:
    command = [sys.executable, "-m", "specmill", "serve", "--port", "0", "--json", *options]
    paths = os.pathsep.join(str(REPOSITORY / one) for one in ("generator", "generator/kafka"))
    environment = {**os.environ, "PYTHONPATH": paths}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, cwd=REPOSITORY) as process:
        try:
            assert process.stdout is not None
            told = b""
            while not told.rstrip().endswith(b"}"):
                told += process.stdout.readline()
            assert 200 == ask(json.loads(told)["url"], asked).status
        finally:
            process.send_signal(signal.SIGINT)
