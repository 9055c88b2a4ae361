"""``specmill record``: a proxy that writes recordings; with ``--verify`` they are held to the live server."""

from __future__ import annotations

import json
import sys
import threading
from argparse import Namespace
from pathlib import Path

from specmill.cli.certificate import tls_of
from specmill.cli.choice import chosen_one
from specmill.cli.console import BOLD, GREEN, RED, answer, answer_json, one_line, say
from specmill.cli.ending import ended_by_sigterm
from specmill.document.api import api_of
from specmill.errors import Place, SpecmillError
from specmill.serve.recording_read import read_all
from specmill.serve.redaction import Rules, rules_of
from specmill.serve.server import Server
from specmill.serve.shelf import Shelf, Taking
from specmill.serve.upstream import Origin, origin
from specmill.serve.verify import VOLATILE, verify
from specmill.values import Config


def run(options: Namespace) -> int:
    config = chosen_one(options)
    to = _to(options, config)
    upstream = origin(options.upstream, options.cacert) if options.upstream else None
    if options.verify:
        return _verify(options, config, to, _needed(upstream))
    api = api_of(config)
    rules = rules_of(api.normal.tree, options.redact)
    shelf = Shelf(to, api, rules, mode=options.mode, tell=lambda text: say(one_line(text)))
    responder = Taking(shelf, _needed(upstream) if shelf.records else upstream)
    with ended_by_sigterm(), Server(responder, host=options.host, port=options.port, tls=tls_of(options)) as server:
        _ready(server, options.json)
        threading.Event().wait()
    return 0


def _ready(server: Server, as_json: bool) -> None:
    if not server.is_local:
        say(f"WARNING: whoever can reach this machine can use it, since it listens on {server.host}", RED)
    if as_json:
        answer(json.dumps({"url": server.url}))
        sys.stdout.flush()
    else:
        answer(server.url, BOLD)
        say("Ctrl-C ends it")


def _to(options: Namespace, config: Config) -> Path:
    if options.to is not None:
        return Path(options.to)
    if config.recordings is None:
        raise SpecmillError("where to?", place=Place("--to"), hint="a FILE.jsonl for one exchange, or a folder")
    return config.root / config.recordings


def _needed(upstream: Origin | None) -> Origin:
    if upstream is None:
        hint = "--upstream URL, or --mode none to replay what there is"
        raise SpecmillError("there is no server to ask", place=Place("--upstream"), hint=hint)
    return upstream


def _verify(options: Namespace, config: Config, to: Path, upstream: Origin) -> int:
    rules = rules_of(api_of(config).normal.tree, options.redact)
    headers = dict(_header(one) for one in options.headers)
    found: dict[str, str] = {}
    for recording in read_all(to):
        own = Rules(
            rules.headers, rules.parameters | _named(recording.redacted), rules.fields | _named(recording.redacted)
        )
        found[recording.name] = verify(recording, upstream, own, headers, (*VOLATILE, *options.volatile))
        if not options.json:
            what = found[recording.name]
            answer(f"{recording.name}: {one_line(what) or 'the same'}", RED if what else GREEN)
    if options.json:
        answer_json([{"recording": name, "differs": what or None} for name, what in found.items()])
    return int(any(found.values()))


def _named(redacted: tuple[str, ...]) -> frozenset[str]:
    """The members that were taken out when it was recorded."""
    return frozenset(rule.removeprefix("field ") for rule in redacted if rule.startswith("field "))


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not name.strip() or not (name + value).isprintable():
        raise SpecmillError("this is no header", place=Place("--header"), hint="--header 'Authorization: Bearer …'")
    return name.strip(), value.strip()
