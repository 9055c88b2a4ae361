"""Certificates that are made when a test needs them, by authorities that nobody else trusts."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)


@cache
def authority() -> trustme.CA:
    return trustme.CA()


def for_server(host: str = "127.0.0.1", asks: bool = False) -> ssl.SSLContext:
    """A server's side; ``asks`` for a client certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority().issue_cert(host).configure_cert(context)
    if asks:
        context.verify_mode = ssl.CERT_REQUIRED
        authority().configure_trust(context)
    return context


@dataclass(frozen=True)
class Files:
    """PEM files in a folder: the authority, and a client's certificate and key."""

    folder: Path

    @property
    def authority(self) -> Path:
        path = self.folder / "authority.pem"
        authority().cert_pem.write_to_path(path)
        return path

    def client(self, password: str = "") -> tuple[Path, Path]:
        issued = authority().issue_cert("client.example.com")
        certificate, key = self.folder / "client.pem", self.folder / "client.key"
        issued.cert_chain_pems[0].write_to_path(certificate)
        pem = issued.private_key_pem.bytes()
        if password:
            loaded = load_pem_private_key(pem, None)
            hidden = BestAvailableEncryption(password.encode())
            pem = loaded.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, hidden)
        key.write_bytes(pem)
        return certificate, key

    def together(self) -> Path:
        certificate, key = self.client()
        path = self.folder / "both.pem"
        path.write_bytes(key.read_bytes() + certificate.read_bytes())
        return path
