"""What a request says about the answer it wants: ``Prefer: code=404, example=not_found, dynamic=true``.

Users of Prism know these words, and that each may stand in the query instead: ``?__code=404``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

PREFERENCE = re.compile(r'([A-Za-z_-]+)(?:\s*=\s*(?:"([^"]*)"|([^\s,;"]*)))?')
KNOWN = ("code", "example", "dynamic", "seed")
CODE = re.compile(r"[2-5](?:[0-9][0-9]|XX)")
DYNAMIC = {"true": True, "false": False}
SIGN = "__"  # before the name of a preference in the query


class BadPreference(Exception):
    """What is preferred is not understood."""


@dataclass(frozen=True, slots=True)
class Preference:
    code: str | None = None  # "404", or "5XX" for any of these
    example: str | None = None
    dynamic: bool = False
    seed: str | None = None  # of what dynamic makes; without one, the request itself


NONE = Preference()


def preference(header: str | None, query: Iterable[tuple[str, str]] = ()) -> Preference:
    """A header decides alone; what stands in the query counts where no header says a word of this."""
    said = ((found[1].lower(), found[2] or found[3] or "") for found in PREFERENCE.finditer(header or ""))
    given = {name: value for name, value in said if name in KNOWN}
    given = given or {name.removeprefix(SIGN): value for name, value in query if name.startswith(SIGN)}
    if not given:
        return NONE
    return Preference(_code(given), given.get("example"), _dynamic(given), given.get("seed"))


def _code(given: dict[str, str]) -> str | None:
    code = given.get("code")
    if code is not None and not CODE.fullmatch(code.upper()):
        raise BadPreference(f"code is a status such as 404 or 5XX, not {code!r}")
    return code and code.upper()


def _dynamic(given: dict[str, str]) -> bool:
    said = given.get("dynamic", "false") or "true"  # alone it is a wish, too
    if said not in DYNAMIC:
        raise BadPreference(f"dynamic is true or false, not {said!r}")
    return DYNAMIC[said]
