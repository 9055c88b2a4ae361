"""Certificates made anew for every run: an authority to trust, and another that nobody trusts."""

from __future__ import annotations

import ssl
import tempfile
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import trustme

HERE = ("127.0.0.1", "localhost")
ELSEWHERE = ("elsewhere.invalid",)
TRUSTED = "trusted"


@cache
def authority(name: str) -> trustme.CA:
    """One authority a name and process; a key takes a while to make."""
    return trustme.CA(organization_name=f"tests, {name}")


@cache
def identity(
    names: tuple[str, ...] = HERE, signed_by: str = TRUSTED, until: datetime | None = None, asks: bool = False
) -> ssl.SSLContext:
    """The context of a server with these names. It would speak HTTP/2, so that a client that offers it is found out.

    It may ask for a client certificate, and trusts none.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    since = datetime(2000, 1, 1, tzinfo=UTC)
    authority(signed_by).issue_cert(*names, not_before=since, not_after=until).configure_cert(context)
    context.set_alpn_protocols(["h2", "http/1.1"])
    context.verify_mode = ssl.CERT_REQUIRED if asks else ssl.CERT_NONE
    return context


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="duplex-certificates-")


@cache
def authority_file() -> Path:
    """What a client is given as its CA file; it goes with the process."""
    path = Path(_folder().name) / "authority.pem"
    authority(TRUSTED).cert_pem.write_to_path(str(path))
    return path


def clean_up() -> None:
    if _folder.cache_info().currsize:
        _folder().cleanup()
