"""``produce --engine kafka``: the same lines, reports and books, by the protocol of Kafka."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.client_cli.running import each, ran, records
from tests.kafka.cluster import Cluster, cluster, values


@pytest.fixture(scope="module")
def kafka_cluster() -> Iterator[Cluster]:
    with cluster() as made:
        yield made


def test_lines_go_to_the_brokers_and_their_reports_have_the_same_form(kafka_cluster: Cluster, tmp_path: Path) -> None:
    """Nobody has to say where a REST API is, nor the name of the cluster."""
    lines = records(20) + b'{"value": {"type": "STRING", "data": 1}}\n' + records(1, 21)
    (tmp_path / "lines").write_bytes(lines)
    words = ("produce", "forms", "lines", "--reports", "reports", "--dead-letter", "dead", "--resume", "state")
    code, _, err = ran(*words, "--engine", "kafka", "--bootstrap-servers", kafka_cluster.servers, cwd=tmp_path)
    assert (1, True) == (code, "22 records: 21 accepted, 1 refused, 0 unknown" in err), err
    reports = {one["line"]: one for one in each(tmp_path / "reports")}
    assert list(range(1, 23)) == sorted(reports)
    assert ("accepted", {"type": "JSON", "size": 1}) == (reports[1]["outcome"], reports[1]["report"]["value"])
    assert ("refused", 400) == (reports[21]["outcome"], reports[21]["report"]["error_code"])
    assert [21] == [one["refused"]["line"] for one in each(tmp_path / "dead")]
    assert sorted(b"%d" % n for n in range(1, 22)) == sorted(one or b"" for one in values(kafka_cluster.read("forms")))


def test_settings_of_librdkafka_come_from_a_file(kafka_cluster: Cluster, tmp_path: Path) -> None:
    settings = f"# where\nbootstrap.servers = {kafka_cluster.servers}\n\nmessage.max.bytes=1000\n"
    (tmp_path / "kafka.conf").write_text(settings, "utf-8")
    words = ("produce", "settings", "--engine", "kafka", "--kafka-config", "kafka.conf", "--value-format", "string")
    code, _, err = ran(*words, "--reports", "reports", stdin=b"short\n" + b"x" * 2000 + b"\n", cwd=tmp_path)
    assert 1 == code, err
    assert [200, 413] == [one["report"]["error_code"] for one in each(tmp_path / "reports")]


REFUSED = {
    "brokers over REST": (("--bootstrap-servers", "h:1"), "--bootstrap-servers goes with --engine kafka"),
    "settings over REST": (("--kafka-config", "kafka.conf"), "--kafka-config goes with --engine kafka"),
    "no brokers": (("--engine", "kafka"), "bootstrap_servers"),
    "connections": (("--engine", "kafka", "--bootstrap-servers", "h:1", "--connections", "2"), "means nothing with"),
    "a line that is no setting": (("--engine", "kafka", "--kafka-config", "kafka.conf"), "kafka.conf:2: there is no ="),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_does_not_go_together_is_told(what: str, tmp_path: Path) -> None:
    words, told = REFUSED[what]
    (tmp_path / "kafka.conf").write_text("a=b\nnonsense\n", "utf-8")
    code, out, err = ran("produce", "orders", *words, url="http://127.0.0.1:1", stdin=b"{}\n", cwd=tmp_path)
    assert (2, "", True) == (code, out, told in err), err


def test_where_no_broker_is_it_is_said_what_to_look_at(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        nowhere = f"127.0.0.1:{listener.getsockname()[1]}"
    (tmp_path / "kafka.conf").write_text(f"bootstrap.servers={nowhere}\nsasl.password=hush\n", "utf-8")
    words = ("produce", "orders", "--engine", "kafka", "--kafka-config", "kafka.conf", "--retries", "0")
    code, _, err = ran(*words, stdin=records(1), cwd=tmp_path)
    assert (2, True) == (code, f"no Kafka answers at {nowhere}" in err)
    assert "--bootstrap-servers" in err
    assert "hush" not in err
