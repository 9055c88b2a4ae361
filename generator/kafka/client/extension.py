"""What the Kafka client has beyond its document: it knows the addresses people give, and finds its settings itself.

An address may end in /kafka, /v3, both or neither; a server that has the API at its root, as a REST Proxy of one's own
does, is told by ``prefix=""``. The variables of the environment are those
that users of this API have set already, for its command line, for Terraform and in its examples::

    KAFKA_REST_ENDPOINT   https://pkc-….confluent.cloud:443, in Confluent Cloud
    KAFKA_API_KEY         an API key of the cluster, with
    KAFKA_API_SECRET      its secret
    KAFKA_CLUSTER_ID      lkc-…; KAFKA_ID is the same

    CONFLUENT_REST_URL    a server of your own: with /kafka inside a Confluent Server, without it a REST Proxy
    CONFLUENT_PLATFORM_USERNAME, CONFLUENT_PLATFORM_PASSWORD
    CONFLUENT_PLATFORM_CERTIFICATE_AUTHORITY_PATH   a file with the certificates to trust

A variable that is empty counts as not set.
"""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Self, TypeVar, Unpack

from msgspec import Struct
from msgspec.structs import replace

from ._auth import Auth, Basic
from ._calls import Place, checked_base
from ._http import Base, BaseAsyncClient, BaseClient
from ._secret import Hidden
from ._settings import AsyncClientOptions, ClientOptions
from .errors import ConfigurationError

if TYPE_CHECKING:
    from ._producer.rules import ProduceOptions
    from .models import ProduceRequest, ProduceResponse
    from .outcomes import Unconfirmed

Given = TypeVar("Given", ClientOptions, AsyncClientOptions)
Environment = Mapping[str, str]

PREFIX = "/kafka"  # begins the paths of the document; a REST Proxy of one's own has none
API_ROOT = re.compile(r"/*(?P<prefix>/kafka)?(?:/+v3)?/*$")  # what people append to the address, or not
BOOTSTRAP = re.compile(r"^(?:\w+://)?(?P<host>[^/,:@]+):9092\b")
CLOUD_KEYS = ("KAFKA_API_KEY", "KAFKA_API_SECRET")
PLATFORM_KEYS = ("CONFLUENT_PLATFORM_USERNAME", "CONFLUENT_PLATFORM_PASSWORD")
CERTIFICATES = "CONFLUENT_PLATFORM_CERTIFICATE_AUTHORITY_PATH"
CONTROL_PLANE = "CONFLUENT_CLOUD_API_KEY"


class Found(Struct, frozen=True):
    """What the environment says."""

    base_url: str
    prefix: str  # "/kafka", or "" where the server has the API at its root
    auth: Auth
    cluster_id: str | None
    certificates: str | None  # the file of the authorities to trust

    def below(self, options: Given) -> Given:
        """The options, and for those that were not given what the environment says."""
        if self.auth is not None:
            options["auth"] = self.auth
        if self.certificates is not None and "verify" not in options and options.get("http") is None:
            options["verify"] = _readable(self.certificates)
        return options


class Variables(Hidden):
    """An environment, which a traceback that shows variables would show with every secret in it."""

    __slots__ = ("_environment",)

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def get(self, name: str) -> str | None:
        return self._environment.get(name, "").strip() or None


def found_in(environment: Environment, auth: Auth = None) -> Found:
    """The settings, or the error that names the variable to set. Given credentials win over those it holds."""
    variables = Variables(environment)
    del environment
    return _found(variables, auth)


def _found(variables: Variables, auth: Auth) -> Found:
    cluster_id = variables.get("KAFKA_CLUSTER_ID") or variables.get("KAFKA_ID")
    if endpoint := variables.get("KAFKA_REST_ENDPOINT"):
        base_url, _ = read_address("KAFKA_REST_ENDPOINT", endpoint)
        return Found(base_url, PREFIX, auth or _cloud_key(variables), cluster_id, None)
    if url := variables.get("CONFLUENT_REST_URL"):
        base_url, prefix = read_address("CONFLUENT_REST_URL", url)
        certificates = variables.get(CERTIFICATES)
        return Found(base_url, prefix, auth or _pair(variables, *PLATFORM_KEYS), cluster_id, certificates)
    if auth is None:
        _cloud_key(variables)  # where nothing else is set, it says what is wrong with a key of the control plane
    raise ConfigurationError(
        "where to send records? Set KAFKA_REST_ENDPOINT to the REST endpoint of a cluster in Confluent Cloud, "
        "or CONFLUENT_REST_URL to the address of a server of your own"
    )


def split_address(name: str, address: str) -> tuple[str, str]:
    """The address without /kafka and /v3, and the prefix that it had: people give all four forms."""
    if found := BOOTSTRAP.match(address):
        raise ConfigurationError(
            f"{name}: {found[0]} is the bootstrap address, where the Kafka protocol is spoken. The REST endpoint "
            f"stands beside it in the settings of the cluster, such as https://{found['host']}:443"
        )
    root = API_ROOT.search(address)
    assert root  # every part of the pattern is optional
    return address[: root.start()], root["prefix"] or ""


def read_address(name: str, address: str) -> tuple[str, str]:
    """As ``split_address``, and one that is none is told of by the name of its variable."""
    base_url, prefix = split_address(name, address)
    checked_base(base_url, name)
    return base_url, prefix


def _cloud_key(variables: Variables) -> Basic | None:
    auth = _pair(variables, *CLOUD_KEYS)
    if auth is None and variables.get(CONTROL_PLANE):
        raise ConfigurationError(
            f"{CONTROL_PLANE} is set, but such a key is for the control plane and opens no cluster. "
            f"Make an API key of the cluster itself and set {' and '.join(CLOUD_KEYS)}, beside KAFKA_REST_ENDPOINT"
        )
    return auth


def _pair(variables: Variables, user: str, password: str) -> Basic | None:
    names = (user, password)
    missing = [name for name in names if variables.get(name) is None]
    if len(missing) == 1:
        (other,) = {*names} - {*missing}
        raise ConfigurationError(f"{other} is set, but {missing[0]} is not")
    return None if missing else Basic(variables.get(user) or "", variables.get(password) or "")


def _readable(path: str) -> str:
    """A file that cannot be read is told of by the name of its variable."""
    try:
        open(path, "rb").close()
    except OSError as error:
        raise ConfigurationError(f"{CERTIFICATES}: cannot read {path} ({error})") from error
    return path


class KafkaClient(Base):
    """What both clients know of the servers they talk to."""

    cluster_id: str | None  # where one was given, or the environment names it
    _prefix: str

    def _placed(self, place: Place) -> Place:
        if place.base_url is None:
            return place
        base_url, _ = split_address("base_url", place.base_url)
        return replace(place, base_url=base_url, renamed=(PREFIX, self._prefix))


class ClientExtension(KafkaClient, BaseClient):
    """Becomes part of `Client`."""

    def __init__(
        self,
        base_url: str | None = None,
        *,
        prefix: str = PREFIX,
        cluster_id: str | None = None,
        **options: Unpack[ClientOptions],
    ) -> None:
        """The client, ready to be used; it connects when it is first needed.

        Args:
            base_url: Where the server is; it may end in /kafka, /v3, both or neither.
            prefix: What the server has in front of /v3: "" for a REST Proxy of your own.
            cluster_id: Remembered as ``cluster_id``.
            options: See `ClientOptions`.
        """
        self._prefix = prefix
        self.cluster_id = cluster_id
        super().__init__(base_url, **options)

    @classmethod
    def from_env(cls, environment: Environment | None = None, **options: Unpack[ClientOptions]) -> Self:
        """A client with the settings of the environment; the module `extension` lists the variables.

        Args:
            environment: Instead of `os.environ`.
            options: See `ClientOptions`. What is given wins over the environment.
        """
        found = found_in(os.environ if environment is None else environment, options.get("auth"))
        kept = found.below(options)
        return cls(found.base_url, prefix=found.prefix, cluster_id=found.cluster_id, **kept)

    def produce(
        self, cluster_id: str, topic_name: str, records: Iterable[ProduceRequest], **options: Unpack[ProduceOptions]
    ) -> Iterator[tuple[ProduceRequest, ProduceResponse | Unconfirmed]]:
        """Writes records to a topic and gives each with what became of it, as long as there are any.

        ::

            for record, report in kafka.produce("lkc-1", "orders", records):
                if not report.ok: ...

        Connections that break are made anew, one too old is replaced, and what the server throws away because of too
        many records is sent again after a pause. A record ends as exactly one of three, which ``outcome_of(report)``
        tells: *accepted*, *refused*, or *unknown* where a connection broke before its report came. What happens with
        those is your choice: ``on_unknown``. When it cannot go on, it gives all that is known and then raises; the
        error holds in ``unknown`` and ``unsent`` every other record that it had taken.

        A record comes back behind those that were sent before it; only one that the server threw away (429) comes
        behind those that were in flight with it, though never behind newer ones. They are sent in this order, too, but
        where they stand in the log say only the ``partition_id`` and ``offset`` of their reports: a broker may have
        taken one in at a second attempt, and what ``on_unknown="resend"`` sent again may stand there twice.

        What the server would misread is refused here: a key or value without its type or data, a timestamp before 1970,
        or one that is no moment with an offset.

        Records are taken from the iterable while you iterate, so nothing happens before and after that.

        Args:
            cluster_id: Which Kafka cluster, by its ID.
            topic_name: Which topic, by its name.
            records: Any iterable, of any length. What it raises is raised again once all records that came before
                have their outcome.
            options: See `ProduceOptions`.
        """
        from ._producer.sync import produced

        return produced(self, cluster_id, topic_name, records, options)


class AsyncClientExtension(KafkaClient, BaseAsyncClient):
    """Becomes part of `AsyncClient`."""

    def __init__(
        self,
        base_url: str | None = None,
        *,
        prefix: str = PREFIX,
        cluster_id: str | None = None,
        **options: Unpack[AsyncClientOptions],
    ) -> None:
        """The client, ready to be used. See `ClientExtension`, and `AsyncClientOptions`."""
        self._prefix = prefix
        self.cluster_id = cluster_id
        super().__init__(base_url, **options)

    @classmethod
    def from_env(cls, environment: Environment | None = None, **options: Unpack[AsyncClientOptions]) -> Self:
        """A client with the settings of the environment. See `ClientExtension.from_env`."""
        found = found_in(os.environ if environment is None else environment, options.get("auth"))
        kept = found.below(options)
        return cls(found.base_url, prefix=found.prefix, cluster_id=found.cluster_id, **kept)

    def produce(
        self,
        cluster_id: str,
        topic_name: str,
        records: Iterable[ProduceRequest] | AsyncIterable[ProduceRequest],
        **options: Unpack[ProduceOptions],
    ) -> AsyncIterator[tuple[ProduceRequest, ProduceResponse | Unconfirmed]]:
        """Writes records, from an iterable of either kind, to a topic: ``async for``. See `ClientExtension.produce`.

        When it cannot go on while an async iterable still owes it a record, it waits 5 seconds for that and then
        cancels the wait, which ends a generator; when it is cancelled itself, it does so at once.
        """
        from ._producer.aio import produced

        return produced(self, cluster_id, topic_name, records, options)
