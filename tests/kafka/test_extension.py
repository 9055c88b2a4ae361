"""The client finds its server and its key where users of this API have them already."""

from __future__ import annotations

import asyncio
import base64
import json
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from kafka_rest import AsyncClient, Client
from kafka_rest._auth import Basic, Bearer
from kafka_rest.errors import ConfigurationError
from kafka_rest.extension import Found, found_in, split_address
from kafka_rest.models import ProduceRequest, ProduceResponse
from tests.runtime.test_secrets import CANARY, found, locals_of, of_error

CLOUD = "https://pkc-1.eu.aws.confluent.cloud:443"
KEY = {"KAFKA_API_KEY": "key", "KAFKA_API_SECRET": "secret"}
RECORDS = "/v3/clusters/lkc-1/topics/orders/records"


class Handler(BaseHTTPRequestHandler):
    """Answers with the report of a stored record, and keeps what it was asked."""

    protocol_version = "HTTP/1.1"
    seen: list[tuple[str, str | None]]

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append((self.path, self.headers["Authorization"]))
        answer = json.dumps({"error_code": 200, "offset": 7}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:
        """The tests look at ``seen``."""


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    Handler.seen = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def called(environment: dict[str, str]) -> ProduceResponse:
    with Client.from_env(environment) as kafka:
        return kafka.records_v3.produce_record("lkc-1", "orders", ProduceRequest())


async def called_async(environment: dict[str, str]) -> ProduceResponse:
    async with AsyncClient.from_env(environment) as kafka:
        return await kafka.records_v3.produce_record("lkc-1", "orders", ProduceRequest())


@pytest.mark.parametrize("given", ["", "/", "/v3", "/kafka", "/kafka/", "/kafka/v3", "/kafka/v3/"])
def test_an_endpoint_with_and_without_kafka_and_v3_is_one_address(server: ThreadingHTTPServer, given: str) -> None:
    environment = {"KAFKA_REST_ENDPOINT": f"http://127.0.0.1:{server.server_port}{given}", **KEY}
    reports = [called(environment), asyncio.run(called_async(environment))]
    assert [report.offset for report in reports] == [7, 7]
    basic = f"Basic {base64.b64encode(b'key:secret').decode()}"
    assert [(f"/kafka{RECORDS}", basic)] * 2 == Handler.seen


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ("", RECORDS),
        ("/v3", RECORDS),
        ("/kafka", f"/kafka{RECORDS}"),
        ("/kafka/v3/", f"/kafka{RECORDS}"),
        ("/behind/kafka", f"/behind/kafka{RECORDS}"),
        ("/behind/proxy/v3", f"/behind/proxy{RECORDS}"),
    ],
)
def test_a_server_of_ones_own_has_the_api_where_its_url_says(
    server: ThreadingHTTPServer, given: str, path: str
) -> None:
    environment = {"CONFLUENT_REST_URL": f"http://127.0.0.1:{server.server_port}{given}"}
    called(environment)
    asyncio.run(called_async(environment))
    assert [(path, None)] * 2 == Handler.seen


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"KAFKA_REST_ENDPOINT": CLOUD}, Found(CLOUD, "/kafka", None, None, None)),
        (
            {"KAFKA_REST_ENDPOINT": f" {CLOUD}\n", "KAFKA_ID": "lkc-1"},
            Found(CLOUD, "/kafka", None, "lkc-1", None),
        ),
        (
            {"KAFKA_REST_ENDPOINT": CLOUD, "KAFKA_CLUSTER_ID": "lkc-2", "KAFKA_ID": "lkc-1", "KAFKA_API_KEY": ""},
            Found(CLOUD, "/kafka", None, "lkc-2", None),
        ),
        (
            {
                "CONFLUENT_REST_URL": "https://rest:8090/kafka",
                "CONFLUENT_PLATFORM_CERTIFICATE_AUTHORITY_PATH": "ca.pem",
            },
            Found("https://rest:8090", "/kafka", None, None, "ca.pem"),
        ),
        (
            {"KAFKA_REST_ENDPOINT": CLOUD, "CONFLUENT_REST_URL": "http://rest:8082"},
            Found(CLOUD, "/kafka", None, None, None),
        ),
    ],
    ids=["endpoint", "id", "cluster-id", "certificates", "both"],
)
def test_settings_come_from_the_usual_variables(environment: dict[str, str], expected: Found) -> None:
    assert expected == found_in(environment)


@pytest.mark.parametrize(
    ("environment", "user"),
    [
        ({"KAFKA_REST_ENDPOINT": CLOUD, **KEY}, "key:secret"),
        (
            {
                "CONFLUENT_REST_URL": "http://rest",
                "CONFLUENT_PLATFORM_USERNAME": "me",
                "CONFLUENT_PLATFORM_PASSWORD": "pw",
            },
            "me:pw",
        ),
    ],
    ids=["cloud", "platform"],
)
def test_the_key_belongs_to_the_server_that_is_named(environment: dict[str, str], user: str) -> None:
    other = {"CONFLUENT_PLATFORM_USERNAME": "x", "CONFLUENT_PLATFORM_PASSWORD": "x", **KEY}
    for variables in (environment, other | environment):
        auth = found_in(variables).auth
        assert isinstance(auth, Basic)
        assert f"Basic {base64.b64encode(user.encode()).decode()}" == auth.authorization


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({}, "Set KAFKA_REST_ENDPOINT .* or CONFLUENT_REST_URL"),
        ({"KAFKA_REST_ENDPOINT": "  "}, "Set KAFKA_REST_ENDPOINT"),
        ({"KAFKA_REST_ENDPOINT": CLOUD, "KAFKA_API_KEY": "k"}, "KAFKA_API_KEY is set, but KAFKA_API_SECRET is not"),
        ({"KAFKA_REST_ENDPOINT": CLOUD, "KAFKA_API_SECRET": "s"}, "KAFKA_API_SECRET is set, but KAFKA_API_KEY is not"),
        (
            {"KAFKA_REST_ENDPOINT": CLOUD, "CONFLUENT_CLOUD_API_KEY": "k", "CONFLUENT_CLOUD_API_SECRET": "s"},
            "CONFLUENT_CLOUD_API_KEY .* control plane .* set KAFKA_API_KEY and KAFKA_API_SECRET",
        ),
        (
            {"CONFLUENT_REST_URL": "http://rest", "CONFLUENT_PLATFORM_USERNAME": "me"},
            "CONFLUENT_PLATFORM_PASSWORD is not",
        ),
        (
            {"CONFLUENT_CLOUD_API_KEY": "k", "CONFLUENT_CLOUD_API_SECRET": "s"},
            "CONFLUENT_CLOUD_API_KEY .* control plane .* set KAFKA_API_KEY and KAFKA_API_SECRET.* KAFKA_REST_ENDPOINT",
        ),
        ({"CONFLUENT_CLOUD_API_KEY": "k", **KEY}, "Set KAFKA_REST_ENDPOINT"),
        (
            {"KAFKA_REST_ENDPOINT": "pkc-1.eu.aws.confluent.cloud:443"},
            r"^KAFKA_REST_ENDPOINT is an address such as https://.*, not 'pkc-1\.eu\.aws\.confluent\.cloud:443'",
        ),
        ({"CONFLUENT_REST_URL": "rest:8082"}, "^CONFLUENT_REST_URL is an address such as https://.*, not 'rest:8082'"),
        ({"CONFLUENT_REST_URL": "http://me:pw@rest"}, "not inside CONFLUENT_REST_URL"),
    ],
    ids=[
        *["nothing", "blank", "no-secret", "no-key", "control-plane", "no-password", "control-plane-alone"],
        *["no-endpoint", "no-scheme", "no-scheme-of-ones-own", "credentials-inside"],
    ],
)
def test_what_is_missing_is_named(environment: dict[str, str], told: str) -> None:
    for client in (Client, AsyncClient):
        with pytest.raises(ConfigurationError, match=told):
            client.from_env(environment)


@pytest.mark.parametrize("scheme", ["", "https://", "SASL_SSL://"])
@pytest.mark.parametrize("rest", ["", "/", ",b.confluent.cloud:9092", "/kafka/v3"])
def test_a_bootstrap_address_is_explained(scheme: str, rest: str) -> None:
    with pytest.raises(ConfigurationError) as told:
        split_address("KAFKA_REST_ENDPOINT", f"{scheme}pkc-1.eu.aws.confluent.cloud:9092{rest}")
    pattern = r"KAFKA_REST_ENDPOINT: .* bootstrap address.*https://pkc-1\.eu\.aws\.confluent\.cloud:443"
    assert re.search(pattern, str(told.value))


@pytest.mark.parametrize("given", ["", "/", "/v3", "/kafka", "/kafka/v3/"])
@pytest.mark.parametrize(("prefix", "expected"), [("/kafka", "/kafka"), ("", ""), ("/rest", "/rest")])
def test_the_constructor_takes_the_same_four_forms(
    server: ThreadingHTTPServer, given: str, prefix: str, expected: str
) -> None:
    address = f"http://127.0.0.1:{server.server_port}{given}"
    with Client(address, prefix=prefix, auth=Basic("key", "secret"), cluster_id="lkc-1") as kafka:
        assert kafka.records_v3.produce_record("lkc-1", "orders", ProduceRequest()).ok
        assert ("lkc-1", f"http://127.0.0.1:{server.server_port}") == (kafka.cluster_id, kafka.base_url)

    async def again() -> None:
        async with AsyncClient(address, prefix=prefix, auth=Basic("key", "secret")) as kafka:
            await kafka.records_v3.produce_record("lkc-1", "orders", ProduceRequest())

    asyncio.run(again())
    assert [expected + RECORDS] * 2 == [path for path, _ in Handler.seen]


@pytest.mark.parametrize(
    "address", ["pkc-1.eu.aws.confluent.cloud:9092", "https://pkc-1.eu.aws.confluent.cloud:9092/v3"]
)
def test_the_constructor_explains_a_bootstrap_address(address: str) -> None:
    for kind in (Client, AsyncClient):
        with pytest.raises(ConfigurationError, match=r"base_url: .* bootstrap address.*https://pkc-1\..*:443"):
            kind(address)


def test_options_that_are_given_win_over_the_environment(tmp_path: Path) -> None:
    variables = {"CONFLUENT_REST_URL": "https://rest"}
    variables["CONFLUENT_PLATFORM_CERTIFICATE_AUTHORITY_PATH"] = str(tmp_path / "none.pem")
    for kind in (Client, AsyncClient):
        assert kind.from_env(variables, verify=False, timeout=3)._settings.network.verify is False


def test_given_credentials_win_over_the_environment_and_its_gaps() -> None:
    token = Bearer("token")
    environment = {"KAFKA_REST_ENDPOINT": CLOUD, "CONFLUENT_CLOUD_API_KEY": "k", "KAFKA_API_KEY": "half"}
    assert token is found_in(environment, token).auth


def test_the_client_remembers_its_cluster_and_shows_no_secret() -> None:
    kafka = Client.from_env({"KAFKA_REST_ENDPOINT": CLOUD, "KAFKA_CLUSTER_ID": "lkc-1", **KEY})
    assert (kafka.cluster_id, kafka.base_url) == ("lkc-1", CLOUD)
    assert "secret" not in repr(kafka) + repr(found_in({"KAFKA_REST_ENDPOINT": CLOUD, **KEY}))


def test_certificates_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    variables = {"CONFLUENT_REST_URL": "https://rest"}
    variables["CONFLUENT_PLATFORM_CERTIFICATE_AUTHORITY_PATH"] = str(tmp_path / "none.pem")
    with pytest.raises(ConfigurationError, match=r"CERTIFICATE_AUTHORITY_PATH: cannot read .*none\.pem"):
        Client.from_env(variables)


def test_the_environment_of_the_process_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKA_REST_ENDPOINT", CLOUD)
    assert Client.from_env().base_url == CLOUD


@pytest.mark.parametrize("kind", [Client, AsyncClient])
@pytest.mark.parametrize(
    "variables",
    [
        {"KAFKA_API_SECRET": CANARY},
        {"KAFKA_REST_ENDPOINT": CLOUD, "KAFKA_API_SECRET": CANARY},
        {"KAFKA_REST_ENDPOINT": "nowhere", "KAFKA_API_KEY": "k", "KAFKA_API_SECRET": CANARY},
        {"CONFLUENT_CLOUD_API_KEY": "k", "CONFLUENT_CLOUD_API_SECRET": CANARY},
    ],
    ids=["nowhere", "half", "no-address", "control-plane"],
)
def test_no_variable_of_the_environment_is_seen_in_a_traceback_with_locals(
    variables: dict[str, str], kind: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError) as raised:
        kind.from_env()
    assert [] == found("\n".join((*of_error(raised.value), *locals_of(raised.value))))
