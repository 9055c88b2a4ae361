"""Pages of other origins that may ask this server and read what it says (CORS, in the Fetch standard).

Nothing is allowed unless it is named. A server that stands in for an API says nothing that the API would not say, and
what may write here may write to whatever stands behind: `null` is the origin of a page that was opened from a file,
but any page can bring a frame into being that has it too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from specmill.errors import Place, SpecmillError
from specmill.serve.exchange import Deaf, Exchange
from specmill.serve.head import Request

ANY = "*"
OF_A_FILE = "null"
NAMED = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#@\s]+")
REMEMBERED = "600"  # seconds for which a browser need not ask again


class Origins:
    """Those that are allowed, as browsers spell them."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(names)

    def opened(self, exchange: Exchange) -> Deaf | None:
        """Lets an allowed page read the answer. Whether it may ask at all is answered here, by nobody else."""
        request = exchange.request
        origin = request.lower.get("origin", "")
        if not origin or not (ANY in self._names or origin in self._names):
            return None
        exchange.added = {"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": "*", "Vary": "Origin"}
        if request.method != "OPTIONS" or "access-control-request-method" not in request.lower:
            return None
        exchange.answer(204, _permission(request))
        return Deaf()


def _permission(request: Request) -> Mapping[str, str]:
    """For what the browser asks for and nothing else; `*` would not hold for Authorization."""
    asked = request.lower
    private = "access-control-request-private-network" in asked
    return {
        "Access-Control-Allow-Methods": asked["access-control-request-method"],
        "Access-Control-Allow-Headers": asked.get("access-control-request-headers", ""),
        "Access-Control-Max-Age": REMEMBERED,
        **({"Access-Control-Allow-Private-Network": "true"} if private else {}),
    }


def origin_of(text: str) -> str:
    """As it is given on a command line: `http://localhost:8000`, `null` or `*`."""
    name = text.lower()
    if name in (ANY, OF_A_FILE) or NAMED.fullmatch(name):
        return name
    hint = f"--cors {OF_A_FILE} for a page that was opened from a file"
    raise SpecmillError("an origin is a scheme with a host, and its port", place=Place(f"--cors {text}"), hint=hint)
