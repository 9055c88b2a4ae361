"""How to reach a server: time-outs, certificates and proxies, for whatever engine opens the connection."""

from __future__ import annotations

import os
from base64 import b64encode
from typing import TYPE_CHECKING, Any, Literal, TypeAlias
from urllib.parse import SplitResult, unquote, urlsplit

from msgspec import Struct

from ._parameters import CONTROL
from ._secret import Hidden
from .errors import ConfigurationError

if TYPE_CHECKING:
    import ssl

Verify: TypeAlias = "bool | str | os.PathLike[str] | ssl.SSLContext"
PORTS = {"http": 80, "https": 443}
# What a server says whose conditions a client does not meet. In TLS 1.3 it is said after the handshake, when somebody
# reads, and in words of its own; before that it may stand for other reasons as well.
CERTIFICATES = {
    "TLSV13_ALERT_CERTIFICATE_REQUIRED": "the server wants a client certificate: give certificate=",
    "SSLV3_ALERT_HANDSHAKE_FAILURE": "no TLS: the server may want a client certificate, which certificate= gives",
    "TLSV1_ALERT_UNKNOWN_CA": "the server does not trust the client certificate",
    "SSLV3_ALERT_BAD_CERTIFICATE": "the server does not take the client certificate",
    "SSLV3_ALERT_CERTIFICATE_EXPIRED": "the server says that the client certificate has expired",
}
PROXIES = ("http", "https", "socks5", "socks5h")


class Timeouts(Struct, frozen=True):
    """Seconds for each step of a call; None waits for ever."""

    connect: float | None = 10.0
    read: float | None = 60.0  # until the next bytes of the answer
    write: float | None = 60.0  # until the next bytes of the request are taken
    pool: float | None = 60.0  # until a connection is free

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            seconds = getattr(self, name)
            number = isinstance(seconds, (int, float)) and not isinstance(seconds, bool)
            if seconds is not None and not (number and seconds > 0):
                raise ConfigurationError(f"timeout: {name} is a number of seconds or None, not {seconds!r}")


class ClientCertificate(Hidden):
    """The certificate by which a server knows this client: PEM files, and the password of the key if it has one."""

    __slots__ = ("file", "key", "password")

    def __init__(
        self, file: str | os.PathLike[str], key: str | os.PathLike[str] | None = None, password: str | None = None
    ) -> None:
        self.file = file
        self.key = key
        self.password = password


class Proxy(Hidden):
    """A proxy: its address, and the user and password it asks for."""

    __slots__ = ("password", "url", "user")

    def __init__(self, url: str) -> None:
        parts = _proxy_parts(url)
        self.url = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        self.user = unquote(parts.username or "")
        self.password = unquote(parts.password or "")
        if CONTROL.search(self.user + self.password):
            raise ConfigurationError("the user and password of a proxy hold no line breaks or control characters")

    @property
    def authorization(self) -> str | None:
        """The value of Proxy-Authorization."""
        if not self.user and not self.password:
            return None
        return f"Basic {b64encode(f'{self.user}:{self.password}'.encode()).decode()}"


class Network(Struct, frozen=True):
    """What every connection of a client has in common."""

    timeouts: Timeouts = Timeouts()
    verify: Any = True  # a Verify
    certificate: ClientCertificate | None = None
    proxy: Proxy | Literal[False] | None = None  # None: what the environment says

    def ssl_context(self) -> ssl.SSLContext:
        """The TLS settings as a context, ALPN left to the caller. Each call makes one: keep it."""
        import ssl

        if isinstance(self.verify, ssl.SSLContext):
            return self.verify
        context = _trusting(self.verify)
        if self.certificate is not None:
            _present(self.certificate, context)
        return context

    def proxy_for(self, url: str) -> Proxy | None:
        """The proxy between here and this address."""
        if self.proxy is not None:
            return self.proxy or None
        return from_environment(url)


def network_of(
    timeout: float | Timeouts | None, verify: Verify, certificate: Any, proxy: str | Literal[False] | None
) -> Network:
    """The network as a user describes it, once that has been checked."""
    timeouts = timeout if isinstance(timeout, Timeouts) else Timeouts(timeout, timeout, timeout, timeout)
    given = ClientCertificate(certificate) if isinstance(certificate, (str, os.PathLike)) else certificate
    if given is not None and not isinstance(given, ClientCertificate):
        raise ConfigurationError(f"certificate is a file or ClientCertificate(file, key), not {type(given).__name__}")
    network = Network(timeouts, verify, given, Proxy(proxy) if isinstance(proxy, str) else proxy)
    if isinstance(verify, bool):
        return network if given is None else _checked(network)
    if given is not None and not isinstance(verify, (str, os.PathLike)):
        raise ConfigurationError("verify is an SSLContext: load the client certificate into it, not beside it")
    return _checked(network)


def told_of_tls(error: BaseException | None) -> str | None:
    """What a server has against the client certificate, or the lack of one; None if it is something else."""
    return CERTIFICATES.get(getattr(error, "reason", None) or "")


def told_of(error: Exception, place: str) -> str:
    """Why there is no connection to a server, or to the proxy that leads to it."""
    import socket
    import ssl

    if isinstance(error, socket.gaierror):
        return f"there is no address for the name in {place} ({error.strerror})"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate of {place} cannot be trusted ({error.verify_message})"
    if isinstance(error, ssl.SSLError):
        if reason := told_of_tls(error):
            return f"{reason} ({place}, {error.reason})"
        plain = ": it speaks plain HTTP, it seems" if error.reason == "WRONG_VERSION_NUMBER" else ""
        return f"no TLS with {place} ({error.reason or error}){plain}"
    return f"no connection to {place} ({error})"


def from_environment(url: str) -> Proxy | None:
    """What HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY say about an address, as httpx2 reads them."""
    from urllib.request import getproxies

    found = getproxies()
    parts = urlsplit(url)
    proxy = found.get(parts.scheme) or found.get("all")
    if not proxy or any(_spares(entry.strip(), parts) for entry in found.get("no", "").split(",")):
        return None
    return Proxy(proxy if "://" in proxy else f"http://{proxy}")


def _spares(entry: str, parts: SplitResult) -> bool:
    """Whether an entry of NO_PROXY is about this address."""
    host = (parts.hostname or "").lower()
    scheme, found, rest = entry.lower().rpartition("://")
    name, port = _split_port(rest)
    if (found and scheme not in ("all", parts.scheme)) or (port and port != str(_port(parts))):
        return False
    if "/" in name:
        return _within(host, name)
    if name.startswith(("*.", ".")):
        return host.endswith(name.removeprefix("*"))
    if found or not name:  # a whole address is about this one, a scheme alone about all of it
        return bool(found) and name in ("", host)
    return name in ("*", host) or (not _is_literal(name) and host.endswith(f".{name}"))


def _split_port(text: str) -> tuple[str, str]:
    """``[::1]:80`` and ``example.com:80``, but ``::1`` is all address."""
    if text.startswith("["):
        host, _, port = text[1:].partition("]")
        return (host + port if port.startswith("/") else host), port.removeprefix(":") if ":" in port else ""
    host, found, port = text.rpartition(":")
    return (host, port) if found and ":" not in host else (text, "")


def _is_literal(name: str) -> bool:
    """An address or localhost, which has no names below it."""
    return name == "localhost" or _within(name, name)


def _within(host: str, network: str) -> bool:
    from ipaddress import ip_address, ip_network

    try:
        return ip_address(host) in ip_network(network, strict=False)
    except ValueError:
        return False


def _port(parts: SplitResult) -> int | None:
    return parts.port or PORTS.get(parts.scheme)


def _proxy_parts(url: str) -> SplitResult:
    """Never quoted in a message: it may hold a password, wherever that stands."""
    try:
        parts = urlsplit(url)
        if parts.scheme in PROXIES and parts.hostname and parts.port != 0:
            return parts
    except ValueError:
        pass
    raise ConfigurationError("proxy is an address such as http://user:password@proxy.example.com:3128")


def _checked(network: Network) -> Network:
    """Files that cannot be read are told of at once, not by the first call."""
    network.ssl_context()
    return network


def _trusting(verify: Any) -> ssl.SSLContext:
    import ssl

    if verify is False:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context
    if verify is True:
        return ssl.create_default_context()
    if not isinstance(verify, (str, os.PathLike)):
        raise ConfigurationError(
            f"verify is True, False, a file of certificates or an SSLContext, not {type(verify).__name__}"
        )
    try:
        if os.path.isdir(verify):
            return ssl.create_default_context(capath=verify)
        return ssl.create_default_context(cafile=verify)
    except OSError as error:
        raise ConfigurationError(f"verify: cannot read {os.fspath(verify)} ({error})") from error


def _present(certificate: ClientCertificate, context: ssl.SSLContext) -> None:
    try:
        # Without a password OpenSSL would ask for one on the terminal.
        context.load_cert_chain(certificate.file, certificate.key, certificate.password or "")
    except OSError as error:
        files = " and ".join(os.fspath(file) for file in (certificate.file, certificate.key) if file)
        raise ConfigurationError(f"certificate: cannot read {files} ({error}); is the password right?") from error
