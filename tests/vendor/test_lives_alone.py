"""A copy works where nobody ever heard of specmill: two dependencies, any name, twice, optimised, and from a zip."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest

from specmill.serve.plugin import Served
from tests.support import REPOSITORY
from tests.vendor.environments import environment_in, needed, run
from tests.vendor.flagship import NAMES, host_in

pytestmark = pytest.mark.xdist_group("vendored flagship")

PRODUCING = """
import asyncio, sys
from importlib import import_module

def records(client):
    return [
        client.ProduceRequest(value=client.ProduceRequestData(type="JSON", data={"id": number})) for number in range(3)
    ]

async def awaited(client, topic):
    async with client.AsyncClient(URL) as kafka:
        return [report.ok async for _, report in kafka.produce("cluster", topic, records(client))]

def produced(name, topic):
    client = import_module(name)
    with client.Client(URL) as kafka:
        (first, *_) = records(client)
        reports = [kafka.records_v3.produce_record("cluster", topic, first).ok]
        reports += [report.ok for _, report in kafka.produce("cluster", topic, records(client))]
    reports += asyncio.run(awaited(client, topic))
    if reports != [True] * 7:
        sys.exit(f"{name}: {reports}")

URL, *names = sys.argv[1:]
for name in names:
    produced(name, "of-" + name.replace(".", "-"))
print(sorted(name for name in sys.modules if "specmill" in name or name == "kafka_rest"))
"""
SENT = [{"id": 0}, {"id": 0}, {"id": 1}, {"id": 2}, {"id": 0}, {"id": 1}, {"id": 2}]


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return environment_in(tmp_path_factory.mktemp("environment"))


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return host_in(tmp_path_factory.mktemp("host"))


def assert_produces(
    server: Served, python: Path, folder: Path, *names: str, path: str = ".", flags: str = "-B"
) -> None:
    told = run(python, flags, "-c", PRODUCING, server.url, *names, cwd=folder, PYTHONPATH=path)
    assert "[]\n" == told
    for name in names:
        topic = "of-" + name.replace(".", "-")
        assert SENT == [record.json for record in server.records(topic)]


def test_the_environment_holds_two_dependencies_with_theirs_and_nothing_else(python: Path, tmp_path: Path) -> None:
    code = "from importlib.metadata import distributions; print(*sorted(one.name for one in distributions()))"
    told = run(python, "-c", code, cwd=tmp_path).split()
    assert sorted(one.name for one in needed(["httpx2", "msgspec"]).values()) == told
    assert not {"specmill", "httptools", "pydantic", "attrs"}.intersection(told)


@pytest.mark.parametrize("name", NAMES)
def test_a_copy_calls_and_streams_under_any_import_path(
    name: str, specmill_server: Served, python: Path, host: Path
) -> None:
    assert_produces(specmill_server, python, host, name)


def test_two_copies_work_in_one_process(specmill_server: Served, python: Path, host: Path) -> None:
    assert_produces(specmill_server, python, host, *NAMES)


def test_two_copies_share_nothing(python: Path, host: Path) -> None:
    code = """
import logging, sys
from importlib import import_module
one, other = (import_module(name) for name in sys.argv[1:])
classes = [name for name in one.__all__ if isinstance(getattr(one, name), type)]
shared = [name for name in classes if getattr(one, name) is getattr(other, name)]
print(shared, issubclass(one.errors.NotFound, other.errors.ClientError))
"""
    assert "[] False\n" == run(python, "-c", code, *NAMES, cwd=host)


def test_a_model_of_another_copy_is_told_by_where_it_is_from(python: Path, host: Path) -> None:
    code = """
import sys
from importlib import import_module
one, other = (import_module(name) for name in sys.argv[1:])
with one.Client("http://127.0.0.1:9") as client:
    try:
        client.records_v3.produce_record("lkc-1", "orders", other.ProduceRequest())
    except one.errors.InvalidArgument as error:
        print(error)
"""
    models = [f"`{name}.models.ProduceRequest`" for name in NAMES]
    expected = f"produceRecord: record: Expected {models[0]}, got {models[1]} - at `$`\n"
    assert expected == run(python, "-c", code, *NAMES, cwd=host)


@pytest.mark.parametrize("flags", ["-O", "-OO"])
def test_a_copy_works_without_assertions(flags: str, specmill_server: Served, python: Path, host: Path) -> None:
    code = f"-B{flags.removeprefix('-')}"
    assert_produces(specmill_server, python, host, NAMES[0], flags=code)


def test_a_copy_works_from_a_zip(specmill_server: Served, python: Path, host: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "host.zip", "w") as archive:
        for path in sorted(host.rglob("*")):
            archive.write(path, path.relative_to(host))
    assert_produces(specmill_server, python, tmp_path, *NAMES, path="host.zip")


def test_a_copy_is_the_committed_client(host: Path) -> None:
    committed = REPOSITORY / "generated" / "kafka_rest"
    copy = host.joinpath(*NAMES[0].split("."))
    for path in committed.rglob("*"):
        if path.is_file() and path.name != "specmill.json" and "__pycache__" not in path.parts:
            assert path.read_bytes() == (copy / path.relative_to(committed)).read_bytes()


def test_a_copy_that_is_copied_on_by_hand_is_still_one(host: Path, tmp_path: Path) -> None:
    from tests.vendor.copies import checked

    shutil.copytree(host / NAMES[1], tmp_path / "elsewhere", ignore=shutil.ignore_patterns("__pycache__"))
    assert checked(tmp_path / "elsewhere").clean
