"""The certificate that a server is given on the command line."""

from __future__ import annotations

import ssl
from argparse import Namespace
from pathlib import Path

from specmill.errors import Place, SpecmillError


def tls_of(options: Namespace) -> ssl.SSLContext | None:
    if options.certificate is None:
        if options.key is not None:
            raise SpecmillError("a key needs its certificate", place=Place("--key"), hint="--certificate FILE")
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_alpn_protocols(["http/1.1"])
    try:
        # Nobody is asked for a password, who might not be there.
        context.load_cert_chain(Path(options.certificate), options.key, lambda: b"")
    except (OSError, ssl.SSLError) as error:
        raise SpecmillError(
            f"this is no certificate with its key: {error}", place=Place(options.certificate)
        ) from error
    return context
