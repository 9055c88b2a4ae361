"""``specmill serve``: stands in for the API on a real socket until it is interrupted."""

from __future__ import annotations

import ssl
import threading
from argparse import Namespace
from pathlib import Path

from specmill.cli.choice import chosen_one
from specmill.cli.console import BOLD, answer, answer_json, say
from specmill.document.api import api_of
from specmill.errors import Place, SpecmillError
from specmill.serve.emulators import Emulation, emulation_for, switches
from specmill.serve.exchange import Responder
from specmill.serve.server import Server


def run(options: Namespace) -> int:
    config = chosen_one(options)
    emulation = emulation_for(api_of(config).operations)
    responder = _responder(options, emulation)
    with Server(responder, host=options.host, port=options.port, tls=_tls(options)) as server:
        if options.json:
            answer_json({"url": server.url})
        else:
            answer(server.url, BOLD)
            say("Ctrl-C ends it")
        threading.Event().wait()
    return 0


def _responder(options: Namespace, emulation: Emulation | None) -> Responder:
    if emulation is None:
        raise SpecmillError("no emulator knows this document", place=Place("--responder"))
    return emulation.emulator(switches(options.behaviour, emulation.SWITCHES))


def _tls(options: Namespace) -> ssl.SSLContext | None:
    if options.certificate is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_alpn_protocols(["http/1.1"])
    try:
        context.load_cert_chain(Path(options.certificate), options.key)
    except (OSError, ssl.SSLError) as error:
        raise SpecmillError(
            f"this is no certificate with its key: {error}", place=Place(options.certificate)
        ) from error
    return context
