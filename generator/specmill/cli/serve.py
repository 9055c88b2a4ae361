"""``specmill serve``: stands in for the API on a real socket until it is interrupted."""

from __future__ import annotations

import json
import sys
import threading
from argparse import Namespace
from pathlib import Path

from specmill.cli.certificate import tls_of
from specmill.cli.choice import chosen_one
from specmill.cli.console import BOLD, RED, answer, say
from specmill.cli.ending import ended_by_sigterm
from specmill.document.api import Api, api_of
from specmill.errors import Place, SpecmillError
from specmill.serve.emulators import Emulation, Option, emulation_for, emulations, switches
from specmill.serve.exchange import Responder
from specmill.serve.origins import origin_of
from specmill.serve.server import Server
from specmill.values import Config


def run(options: Namespace) -> int:
    config = chosen_one(options)
    responder = _recordings(options, config) if options.responder == "recordings" else _of_document(options, config)
    with ended_by_sigterm():
        origins = [origin_of(one) for one in options.cors]
        server = Server(responder, host=options.host, port=options.port, tls=tls_of(options), origins=origins)
        try:
            with server:
                _ready(server, options.json)
                threading.Event().wait()
        finally:
            _faults(server)
    return 0


def _ready(server: Server, as_json: bool) -> None:
    if not server.is_local:
        say(f"WARNING: whoever can reach this machine can use it, since it listens on {server.host}", RED)
    peer = getattr(server.responder, "peer", None)
    if as_json:
        answer(json.dumps({"url": server.url, **({"peer": peer} if peer else {})}))
        sys.stdout.flush()
    else:
        answer(server.url, BOLD)
        if peer:
            say(f"before {peer}")
        say("Ctrl-C ends it")


def _faults(server: Server) -> None:
    if server.failures:
        first = server.failures[0]
        say(f"the responder failed {len(server.failures)} times, first with {type(first).__name__}: {first}", RED)


def _recordings(options: Namespace, config: Config) -> Responder:
    from specmill.serve.replay import responder

    _only_of_an_emulator(options, "recordings")
    return responder(config, Path(options.recordings).absolute() if options.recordings else None, options.replay)


def _of_document(options: Namespace, config: Config) -> Responder:
    if options.recordings:
        place = Place("--recordings")
        raise SpecmillError(
            "that is for recordings, which do not answer here", place=place, hint="--responder recordings"
        )
    api = api_of(config)
    return _responder(options, api, emulation_for(api.operations))


def _responder(options: Namespace, api: Api, emulation: Emulation | None) -> Responder:
    if options.responder == "examples" or (options.responder is None and emulation is None):
        _only_of_an_emulator(options, "examples")
        from specmill.serve.examples import examples

        return examples(api)
    if emulation is None:
        raise SpecmillError("no emulator knows this document", place=Place("--responder"), hint="--responder examples")
    own = {one.name: given for one in emulation.OPTIONS if (given := _given(options, one))}
    return emulation.emulator(_behaviour(options, emulation), own)


def _given(options: Namespace, option: Option) -> str | bool | None:
    given: str | bool | None = getattr(options, option.name.replace("-", "_"))
    return given


def _behaviour(options: Namespace, emulation: Emulation) -> dict[str, str]:
    behaviour = switches(options.behaviour, emulation.SWITCHES)
    if not options.users:
        return behaviour
    for user in options.users:
        if ":" not in user or "," in user:
            raise SpecmillError("this is no KEY:SECRET, which has a colon and no comma", place=Place("--user"))
    return {**behaviour, **switches([f"users={','.join(options.users)}"], emulation.SWITCHES)}


def _only_of_an_emulator(options: Namespace, others: str) -> None:
    own = [(f"--{one.name}", _given(options, one)) for emulation in emulations() for one in emulation.OPTIONS]
    for name, given in (("--behaviour", options.behaviour), ("--user", options.users), *own):
        if given:
            raise SpecmillError(f"that is for an emulator, and {others} answer here", place=Place(name))
