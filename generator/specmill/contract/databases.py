"""Hypothesis' own example databases, by the addresses that people give: what one run finds, all others begin with."""

from __future__ import annotations

import os
import re
import tempfile
import zipfile
from pathlib import Path

from hypothesis.database import (
    DirectoryBasedExampleDatabase,
    ExampleDatabase,
    GitHubArtifactDatabase,
    InMemoryExampleDatabase,
    MultiplexedDatabase,
    ReadOnlyDatabase,
)

from specmill.errors import Place, SpecmillError

REDIS = ("redis://", "rediss://", "unix://")
GITHUB = "github://"
ARTEFACT = "hypothesis-example-db"
OPTION, UPSTREAM = "--database", "--database-upstream"
FORMS = "a folder, redis://HOST:PORT/0, github://OWNER/REPOSITORY, or the zip file of a folder"
KEY = re.compile("[0-9a-f]{16}")  # the name of a folder of examples, as Hypothesis makes it
SECONDS = 5.0  # for a server of databases to answer


def opened(addresses: tuple[str, ...], upstream: tuple[str, ...] = ()) -> ExampleDatabase | None:
    """All of them as one: all are read, and all but those upstream are written; None without any."""
    own = [_opened(one, OPTION) for one in addresses]
    others = [ReadOnlyDatabase(_opened(one, UPSTREAM)) for one in upstream]
    if not own and not others:
        return None
    return MultiplexedDatabase(*(own or [InMemoryExampleDatabase()]), *others)


def _opened(address: str, option: str) -> ExampleDatabase:
    if address.startswith(REDIS):
        return _redis(address, option)
    if address.startswith(GITHUB):
        return ReadOnlyDatabase(_github(address, option))
    if "://" in address or not address:
        raise SpecmillError(f"this is no database: {address!r}", place=Place(option), hint=f"it may be {FORMS}")
    if address.endswith(".zip"):
        return ReadOnlyDatabase(Unzipped(Path(address), option))
    return DirectoryBasedExampleDatabase(_folder(Path(address), option))


def _folder(path: Path, option: str) -> Path:
    """One that is only read has to be there: a mistyped name would share nothing, and nobody would notice."""
    try:
        if option == OPTION:
            path.mkdir(parents=True, exist_ok=True)
        with os.scandir(path):
            return path
    except OSError as error:
        raise SpecmillError(f"cannot be opened: {error.strerror}: {path}", place=Place(option)) from None


def _redis(address: str, option: str) -> ExampleDatabase:
    try:
        from hypothesis.extra.redis import RedisExampleDatabase
        from redis import Redis
        from redis.exceptions import RedisError
    except ImportError:
        hint = "pip install 'specmill[redis]'"
        raise SpecmillError("the package redis is not installed", place=Place(option), hint=hint) from None
    where = address.partition("://")[2].rpartition("@")[2]  # what stands before it may be a password
    try:
        server = Redis.from_url(address, socket_timeout=SECONDS, socket_connect_timeout=SECONDS)
        server.ping()
    except ValueError:  # which may quote a part of the password
        raise SpecmillError(f"this is no address of a Redis: {where}", place=Place(option)) from None
    except (RedisError, OSError) as error:
        raise SpecmillError(f"no Redis answers at {where}: {error}", place=Place(option)) from None
    return RedisExampleDatabase(server)


def _github(address: str, option: str) -> ExampleDatabase:
    """The newest artefact of that name; Hypothesis reads GITHUB_TOKEN for it, and keeps it for a day."""
    parts = address.removeprefix(GITHUB).split("/")
    if not 2 <= len(parts) <= 3 or not all(parts):
        hint = f"like {GITHUB}OWNER/REPOSITORY, or {GITHUB}OWNER/REPOSITORY/{ARTEFACT}"
        raise SpecmillError(f"this is no artefact: {address!r}", place=Place(option), hint=hint)
    return GitHubArtifactDatabase(parts[0], parts[1], (*parts[2:], ARTEFACT)[0])


class Unzipped(DirectoryBasedExampleDatabase):
    """A folder of examples as CI hands it out: unpacked beside nobody's files, and gone with the process."""

    def __init__(self, path: Path, option: str) -> None:
        self._unpacked = tempfile.TemporaryDirectory(prefix="specmill-examples-")
        try:
            with zipfile.ZipFile(path) as archive:
                archive.extractall(self._unpacked.name)
        except (OSError, zipfile.BadZipFile) as error:
            raise SpecmillError(f"cannot be read: {path}: {error}", place=Place(option)) from None
        super().__init__(_root(Path(self._unpacked.name)))


def _root(folder: Path) -> Path:
    """Below the folders that whoever packed them put around."""
    inside = list(folder.iterdir())
    if len(inside) == 1 and inside[0].is_dir() and not KEY.fullmatch(inside[0].name):
        return _root(inside[0])
    return folder
