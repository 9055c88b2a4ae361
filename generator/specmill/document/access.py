"""Which files and URLs a document may reach, and reading them.

A document is untrusted: what its $refs name has to lie in its own folder, whatever ``..``, absolute paths, ``file:``
URLs, percent signs and symbolic links are on the way, or has to be allowed by name in the configuration.
"""

from __future__ import annotations

import re
import threading
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from specmill.document import limits
from specmill.document.faults import shown
from specmill.document.source import name_of, read_source, source_of
from specmill.errors import SpecmillError
from specmill.values import Config, SourceFile

Location = Path | str  # a file with all symbolic links resolved, or a URL


class Access:
    """The reach of one document."""

    def __init__(self, config: Config) -> None:
        document = config.root / config.document
        self.root = config.root.resolve()
        self.source = config.source
        self.folder = document.parent.resolve()
        self.document = self.folder / document.name
        self.allowed = tuple(_pattern(entry, config.root) for entry in config.allow)

    def locate(self, uri: str, base: Location) -> Location:
        """What a reference without its fragment names, if it may be reached; ``base`` is the file it stands in."""
        try:
            location = self._location(uri, base)
        except (OSError, ValueError, RuntimeError):  # a NUL, a bad port, a loop of symbolic links
            raise SpecmillError(f"{shown(uri)} is neither a file nor a URL", hint="mend the $ref") from None
        if isinstance(base, Path) and isinstance(location, Path) and location.is_relative_to(self.folder):
            return location
        if any(pattern.fullmatch(str(location)) for pattern in self.allowed):
            return location
        raise self._refusal(uri, location)

    def _location(self, uri: str, base: Location) -> Location:
        parts = urlsplit(uri)
        if isinstance(base, str) and not parts.scheme:
            return urljoin(base, uri)
        if parts.scheme in ("http", "https"):
            return uri
        if parts.scheme not in ("", "file") or parts.netloc not in ("", "localhost") or parts.query:
            raise ValueError
        path = Path(unquote(parts.path, errors="strict"))
        return ((base.parent if isinstance(base, Path) else self.folder) / path).resolve()

    def _refusal(self, uri: str, location: Location) -> SpecmillError:
        if isinstance(location, str):
            message, name = f"the reference to {shown(uri)} leaves this machine", location
        else:
            message, name = f"the reference to {shown(uri)} leaves the document's folder", name_of(location, self.root)
        entry = shown(name, 200)
        setting = f'`allow = ["{entry}"]` in {self.source}' if "." in self.source else f'`--allow "{entry}"`'
        return SpecmillError(message, hint=f"if that is meant, allow it: {setting}")

    def read(self, location: Location) -> SourceFile:
        if isinstance(location, Path):
            return read_source(location, self.root)
        return source_of(_fetched(location), Path(location), location)


def _pattern(entry: str, root: Path) -> re.Pattern[str]:
    """An entry of ``allow``: a path from the root, or a URL; ``*`` is anything but a slash, ``**`` is anything."""
    name = entry if "://" in entry else str((root.resolve() / entry).parent.resolve() / Path(entry).name)
    pieces = re.split(r"(\*\*?)", name)
    return re.compile("".join({"*": "[^/]*", "**": ".*"}.get(piece, re.escape(piece)) for piece in pieces), re.DOTALL)


def _fetched(url: str) -> bytes:
    """What an allowed URL answers. In a thread, since a server can keep every read just short of its time-out."""
    outcome: list[bytes | str] = []
    thread = threading.Thread(target=lambda: outcome.append(_fetch(url)), daemon=True)
    thread.start()
    thread.join(limits.FETCH_SECONDS)
    answer = outcome[0] if outcome else f"no answer within {limits.FETCH_SECONDS:g} seconds"
    if isinstance(answer, bytes):
        return answer
    raise SpecmillError(f"{shown(url)} cannot be fetched: {shown(answer)}", hint="download it and commit it")


def _fetch(url: str) -> bytes | str:
    from http.client import HTTPException
    from urllib import request
    from urllib.error import HTTPError

    opener = request.OpenerDirector()  # without handlers for other schemes, and without redirects to other places
    for handler in (
        request.ProxyHandler(),
        request.HTTPHandler(),
        request.HTTPSHandler(),
        request.HTTPErrorProcessor(),
        request.HTTPDefaultErrorHandler(),
    ):
        opener.add_handler(handler)
    try:
        with opener.open(request.Request(url, headers={"User-Agent": "specmill"}), timeout=10) as response:
            data: bytes = response.read(limits.FETCH_BYTES + 1)
    except HTTPError as error:
        return f"{error.code} {error.headers.get('Location') or error.reason}"
    except (OSError, HTTPException, ValueError) as error:
        return str(getattr(error, "reason", None) or error) or type(error).__name__
    return data if len(data) <= limits.FETCH_BYTES else f"it has more than {limits.FETCH_BYTES // 1024**2} MB"
