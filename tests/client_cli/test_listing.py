"""``methods`` and ``describe``, also of clients of other documents."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.client_cli.running import environment, ran, stored
from tests.emit.clients import PET, REF, content, document, imported, parameter
from tests.emit.clients import written as written_from
from tests.support import written
from tests.test_cases import clients, succeeded

NAME = "records_v3.produce_record"
# They need a file, and none is at hand.
WITHOUT_EXAMPLE = {"multipart": {"parts.send_mixed", "parts.send_composed", "parts.send_either"}}


def test_methods_shows_name_way_needs_and_description() -> None:
    code, out, _ = ran("methods")
    heads, row = out.splitlines()
    assert (0, ["name", "reached by", "required", "description"]) == (
        code,
        heads.split("  ")[:1] + [one.strip() for one in heads.split("  ")[1:] if one.strip()],
    )
    assert row.startswith(f"{NAME}  exec, stream  cluster_id, topic_name, record  Produce record.")


@pytest.mark.parametrize("resource", ["records_v3", None])
def test_methods_is_json_for_machines(resource: str | None) -> None:
    _, out, _ = ran("methods", *([resource] if resource else []), "--output", "json")
    (one,) = json.loads(out)
    assert (NAME, "POST", ["cluster_id", "topic_name", "record"]) == (one["name"], one["method"], one["required"])
    assert "records_v3.produce_record_stream" == one["stream"]


def test_a_resource_that_is_none_is_told_with_the_one_that_was_meant() -> None:
    code, out, err = ran("methods", "records")
    assert (2, "") == (code, out)
    assert "there is no resource records; did you mean records_v3?" in err


@pytest.mark.parametrize("name", [NAME, "produce_record", "produceRecord"])
def test_an_operation_has_three_names(name: str) -> None:
    assert ran("describe", name)[1].startswith(f"{NAME}  POST /kafka/v3/clusters/")


@pytest.mark.parametrize(
    "line",
    [
        "cluster_id path string required Which Kafka cluster, by its ID.",
        "partition_id integer | null int32",
        "headers array of ProduceRequestHeader",
        "name string required",
        'type "BINARY" | "JSON" | "STRING"',
        "Answer 429 text/html",
        "Error, as above",
        "id string length <= 255; Identifies this one occurrence of the problem.",
    ],
)
def test_describe_shows_types_needs_constraints_and_what_the_document_says(line: str) -> None:
    shown = ran("describe", NAME)[1].splitlines()
    assert line in [" ".join(one.split()) for one in shown]


def test_describe_for_machines_has_the_same_trees() -> None:
    tree = json.loads(ran("describe", NAME, "--output", "json")[1])
    body = tree["body"]["application/json"]
    assert ["partition_id", "headers", "key", "value", "timestamp"] == [one["name"] for one in body["below"]]
    assert ["name", "value"] == [one["name"] for one in body["below"][1]["below"]]


def test_the_example_of_describe_runs(specmill_server: Any) -> None:
    example = ran("describe", NAME)[1].splitlines()[-1].strip()
    words = shlex.split(example)
    assert ["python", "-m", "kafka_rest", "exec"] == words[:4]
    code, out, err = ran(*words[3:], url=specmill_server.url)
    assert (0, 200) == (code, json.loads(out)["error_code"]), err
    assert [{"foo": "bar"}] == stored(specmill_server, "topic-1")


@pytest.mark.parametrize("path", clients(), ids=lambda path: path.parent.name)
def test_every_operation_of_every_client_is_described_with_an_example_that_it_takes(path: Path, tmp_path: Path) -> None:
    build = succeeded(path)
    without = set()
    with imported(written(build, tmp_path)) as package:
        example, operations, describe = (
            import_module(f"{package.__name__}._cli.{name}") for name in ("example", "operations", "describe")
        )
        for one in operations.listed():
            facts = operations.facts_of(one)
            assert [title for title, _ in describe._parts(one, facts, describe.Trees())]
            assert json.dumps(describe._tree(one, facts))
            if not example.command(one, facts):
                without.add(one.full_name)
    assert WITHOUT_EXAMPLE.get(path.parent.name, set()) == without


def test_a_model_that_holds_itself_is_told_once(tmp_path: Path) -> None:
    nodes = {"type": "array", "items": {"$ref": "#/components/schemas/Node"}}
    node = {"type": "object", "properties": {"below": nodes, "pet": REF}}
    paths = {
        "/nodes": {"post": {"operationId": "addNode", "requestBody": content({"$ref": "#/components/schemas/Node"})}}
    }
    written_from(document(paths, {"Node": node, "Pet": PET}), tmp_path)
    shown = described(tmp_path, "add_node")
    assert [["below", "array", "of", "Node"], ["pet", "Pet"], ["name", "string", "required"]] == [
        line.split() for line in shown
    ]
    assert [4, 4, 6] == [len(line) - len(line.lstrip()) for line in shown]


def described(folder: Path, name: str) -> list[str]:
    command = [sys.executable, "-m", "api", "describe", name]
    done = subprocess.run(
        command,
        cwd=folder,
        env={**environment(), "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    lines = done.stdout.splitlines()
    start = lines.index("Body  application/json") + 2
    return lines[start : lines.index("", start)]


def test_constraints_of_a_parameter_stand_beside_it(tmp_path: Path) -> None:
    limited = parameter("size", schema={"type": "integer", "minimum": 3, "maximum": 9, "multipleOf": 3})
    written_from(document({"/x": {"get": {"operationId": "look", "parameters": [limited]}}}), tmp_path)
    command = [sys.executable, "-m", "api", "describe", "look"]
    done = subprocess.run(command, cwd=tmp_path, env=environment(), capture_output=True, text=True, check=True)
    assert "size  query  integer    >= 3; <= 9; a multiple of 3" in done.stdout
