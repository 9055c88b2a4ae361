"""How to reach the server: what the options say, else the environment, else a profile.

A profile is a table of a TOML file and holds variables of the environment, which count where the environment itself
does not set them::

    [default]
    PETSTORE_BASE_URL = "https://pets.example.com"

    [staging]
    PETSTORE_BASE_URL = "https://staging.pets.example.com"
    PETSTORE_TOKEN = "…"
"""

from __future__ import annotations

import os
import stat
import sys
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from .._auth import Auth, Basic, Bearer
from .._http import BaseClient
from .._network import ClientCertificate
from .console import keep_secret, say
from .names import NAME, PREFIX, extension
from .trouble import CommandError

DEFAULT = "default"
SECRET_WORDS = ("SECRET", "PASSWORD", "TOKEN", "KEY", "USER")
Environment = Mapping[str, str]


def connected(options: Namespace) -> BaseClient:
    """The client that the options, the environment and the profile describe."""
    environment = environment_of(options)
    _keep_secrets(environment)
    base_url = options.base_url or environment.get(f"{PREFIX}_BASE_URL")
    told = _client_options(options, environment)
    if (own := getattr(extension(), "connected", None)) is not None:
        return cast(BaseClient, own(base_url, environment, told))
    from ..client import Client

    return Client(base_url, **told)


def environment_of(options: Namespace) -> Environment:
    """The environment above the profile. A variable that is empty counts as not set."""
    own = {name: value for name, value in os.environ.items() if value.strip()}
    profile = _profile(options, own)
    for group in getattr(extension(), "ALTERNATIVES", ()):
        if any(name in own for name in group):  # one of them is set: the others would speak of another server
            profile = {name: value for name, value in profile.items() if name not in group}
    return {**profile, **own}


def profile_file(environment: Environment) -> Path:
    if given := environment.get(f"{PREFIX}_CONFIG"):
        return Path(given)
    if sys.platform == "win32":
        folder = Path(environment.get("APPDATA") or Path.home() / "AppData" / "Roaming")
    else:
        folder = Path(environment.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return folder / NAME / "profiles.toml"


def _profile(options: Namespace, environment: Environment) -> Environment:
    wanted = options.profile or environment.get(f"{PREFIX}_PROFILE")
    file = profile_file(environment)
    tables = _tables(file)
    if wanted is not None and wanted not in tables:
        known = f"it has {', '.join(sorted(tables))}" if tables else "there is no such file, or it is empty"
        raise CommandError(f"{file} has no profile {wanted}: {known}", f"write a table [{wanted}] into it")
    table = tables.get(wanted or DEFAULT, {})
    for name, value in table.items():
        if not isinstance(value, str):
            raise CommandError(f"{file}: {name} of the profile {wanted or DEFAULT} is text, not {value!r}")
    return table


def _tables(file: Path) -> Mapping[str, Mapping[str, Any]]:
    if not file.is_file():
        return {}
    import tomllib

    try:
        read = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CommandError(f"{file}: {error}", "mend it and run the same command again") from None
    if sys.platform != "win32" and file.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
        say(f"{file} may be read by others: chmod 600 {file}")
    return {name: table for name, table in read.items() if isinstance(table, dict)}


def _keep_secrets(environment: Environment) -> None:
    for name, value in environment.items():
        if any(word in name.upper() for word in SECRET_WORDS) and not os.path.exists(value):
            keep_secret(value)


def _client_options(options: Namespace, environment: Environment) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if (auth := _auth(options, environment)) is not None:
        told["auth"] = auth
    if options.http_header:
        told["headers"] = dict(map(_header, options.http_header))
    if options.timeout is not None:
        told["timeout"] = options.timeout
    if options.retries is not None:
        told["retries"] = options.retries
    if options.ca or options.insecure:
        told["verify"] = options.ca or False
    if options.certificate:
        told["certificate"] = ClientCertificate(options.certificate, options.key)
    if options.proxy:
        told["proxy"] = False if options.proxy == "no" else options.proxy
    if options.debug:
        from .wire import hooks

        told |= hooks()
    return told


def _auth(options: Namespace, environment: Environment) -> Auth:
    """Options win over the environment, whichever of the two kinds they are of."""
    for user, token in (
        (options.user, options.token),
        (environment.get(f"{PREFIX}_USER"), environment.get(f"{PREFIX}_TOKEN")),
    ):
        if user and token:
            raise CommandError("there are both a user and a token", "give one of --user and --token")
        if token:
            return Bearer(_secret(token))
        if user:
            name, colon, password = _secret(user).partition(":")
            if not colon:
                raise CommandError("--user is NAME:PASSWORD, and there is no colon in it", "or --user @FILE")
            return Basic(name, password)
    return None


def _secret(given: str) -> str:
    """A secret of a command line is seen by whoever lists processes, so it may stand in a file."""
    text = Path(given[1:]).read_text("utf-8").strip() if given.startswith("@") else given
    keep_secret(text)
    return text


def _header(given: str) -> tuple[str, str]:
    name, colon, value = given.partition(":")
    if not colon:
        raise CommandError("--http-header is NAME:VALUE, and there is no colon in it")
    keep_secret(value.strip())
    return name.strip(), value.strip()


def shown(argv: list[str]) -> list[str]:
    """A command as it may be shown: what is secret in it has to be given again."""
    found, hide = [], False
    for word in argv:
        option, equals, _ = word.partition("=")
        secret = option in ("--user", "--token", "--http-header")
        found.append("***" if hide else f"{option}=***" if secret and equals else word)
        hide = secret and not equals
    return found
