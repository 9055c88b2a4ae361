"""``specmill contract URL``: tries a running server, and tells exactly what does not hold."""

from __future__ import annotations

import contextlib
import random
import re
import sys
from argparse import Namespace
from dataclasses import replace
from pathlib import Path

from specmill.cli.choice import chosen_one
from specmill.cli.console import RED, harmless, say
from specmill.cli.contract_told import tell
from specmill.cli.ending import ended_by_sigterm
from specmill.contract.options import PROFILES, Options, Profile
from specmill.contract.report.told import facts_of, told
from specmill.contract.run import Run
from specmill.contract.security import Credentials
from specmill.contract.shards import WHOLE, Shard, shard_of
from specmill.contract.store import Stored, read, read_all
from specmill.contract.values import Result
from specmill.document.api import api_of
from specmill.errors import Place, SpecmillError

SECONDS = {"s": 1, "m": 60, "h": 3600, "": 1}
STOPPED = "it was stopped before its end"
CLEAR = "\r\033[K"


def run(options: Namespace) -> int:
    asked = _asked(options)
    api = api_of(chosen_one(options))
    progress = Progress()
    tests = Run(api, asked, progress)
    say(f"seed {asked.seed}" if asked.shard.is_whole else f"seed {asked.seed}, shard {asked.shard}")
    stored = _stored(options)
    try:
        result = asked.cleaner.of(_result(tests, stored, options.replay is not None))
    finally:
        progress.clear()
    if lost := tests.shared.trouble:
        say(f"specmill: what was found is not shared: {lost}", RED)
    return tell(options, told(result, tests.coverage, asked.url, api.normal.document, facts_of(tests)))


def _result(tests: Run, stored: tuple[Stored, ...], only_stored: bool) -> Result:
    """Also what was found so far, when somebody ends it."""
    with contextlib.suppress(KeyboardInterrupt), ended_by_sigterm():
        return tests.result(stored, only_stored)
    so_far = tests.told(only_stored)
    return replace(so_far, proved_nothing=STOPPED, left_out=(*so_far.left_out, f"all behind {tests.stage_now}"))


class Progress:
    """What is being tried, on a terminal alone."""

    def __init__(self) -> None:
        self._shows = sys.stderr.isatty()

    def __call__(self, stage: str) -> None:
        if self._shows:
            print(f"{CLEAR}{harmless(stage)[:100]} …", end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        if self._shows:
            print(CLEAR, end="", file=sys.stderr, flush=True)


# --- what is asked


def _asked(options: Namespace) -> Options:
    profile = PROFILES[options.profile]
    shard = shard_of(options.shard) if options.shard is not None else WHOLE
    pairs = [_pair(one, "=", "--param", "NAME=VALUE") for one in options.param]
    first = {name: value for name, value in reversed(pairs)}
    keys = dict(_pair(one, "=", "--key", "SCHEME=SECRET") for one in options.key)
    return Options(
        options.url.rstrip("/"),
        Credentials(options.user, options.token, keys or None),
        first,
        {name: value for name, value in pairs if value != first[name]},
        tuple(_pair(one, ":", "--header", "'Name: value'") for one in options.header),
        tuple(options.operation),
        _seed(options, profile, shard),
        profile,
        options.cases,
        _seconds(options.budget) if options.budget is not None else None,
        Path(options.cacert) if options.cacert else None,
        not options.insecure,
        options.patience,
        options.idle,
        shard,
        tuple(options.database),
        tuple(options.database_upstream),
    )


def _seed(options: Namespace, profile: Profile, shard: Shard) -> int:
    if options.seed is not None or not profile.random:
        return int(options.seed or 0)
    if not shard.is_whole:
        hint = "--seed N, such as the number of the CI run"
        raise SpecmillError("the shards of one run need one seed", place=Place("--shard"), hint=hint)
    return random.SystemRandom().randrange(2**31)


def _pair(text: str, sign: str, option: str, form: str) -> tuple[str, str]:
    name, found, value = text.partition(sign)
    if not found or not name.strip():
        raise SpecmillError(f"this is not {form}: {text!r}", place=Place(option))
    return name.strip(), value.strip() if sign == ":" else value


def _seconds(text: str) -> float:
    found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)([smh]?)", text)
    if found is None:
        raise SpecmillError(f"this is no length of time: {text!r}", place=Place("--budget"), hint="like 30s, 5m or 1h")
    return float(found[1]) * SECONDS[found[2]]


def _stored(options: Namespace) -> tuple[Stored, ...]:
    if options.replay is not None:
        return (read(Path(options.replay)),)
    return read_all(Path(options.record)) if options.record else ()
