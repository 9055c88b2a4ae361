"""Documents as their owners publish them: nothing is lost, everything imports, decodes and type-checks."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from specmill.build import build
from specmill.values import Build
from tests.support import REPOSITORY, config_of, imported, written

TWILIO = REPOSITORY.parent / "shared" / "specs" / "twilio-api-v2010.json"
METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}

pytestmark = [
    pytest.mark.skipif(not TWILIO.exists(), reason="the public document is not beside this checkout"),
    pytest.mark.xdist_group("real-documents"),
]


@pytest.fixture(scope="module")
def twilio() -> Build:
    return build(config_of(TWILIO, package="twilio_api"))


@pytest.fixture(scope="module")
def package(twilio: Build, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(twilio, tmp_path_factory.mktemp("twilio"))


def test_no_operation_parameter_or_status_is_lost(twilio: Build) -> None:
    document = json.loads(TWILIO.read_text(encoding="utf-8"))
    published = {
        (method.upper(), path): (operation.get("parameters", []), item.get("parameters", []), operation["responses"])
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    }
    assert len(published) == 197
    arrived = {(operation.method, operation.path): operation for operation in twilio.operations}
    assert arrived.keys() == published.keys()
    for key, (own, shared, responses) in published.items():
        operation = arrived[key]
        names = {(parameter.location, parameter.name) for parameter in operation.parameters}
        assert names == {(parameter["in"], parameter["name"]) for parameter in (*own, *shared)}
        assert {response.status for response in operation.responses} == set(responses)


def test_it_imports_and_every_operation_can_be_called(twilio: Build, package: Path) -> None:
    with imported(package) as module:
        client = module.Client(base_url="http://localhost:1")
        for operation in twilio.operations:
            assert callable(getattr(getattr(client, operation.resource), operation.python_name))


def test_it_passes_mypy_strict(package: Path) -> None:
    command = [sys.executable, "-m", "mypy", "--strict", "--no-incremental", package.name]
    done = subprocess.run(command, cwd=package.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:]
