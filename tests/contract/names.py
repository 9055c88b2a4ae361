"""Whether a failure names the fault that a server has: the same rule at the same place, in the tester's words."""

from __future__ import annotations

import re

from specmill.contract.values import Finding
from tests.contract.faulty import Variant

ITEM = re.compile("/[0-9]+(?=/|$)")
KEYWORDS = {  # of a variant -> of a failure
    "nullable": {"type"},
    "format int32": {"format", "minimum", "maximum"},
    "format int64": {"format", "minimum", "maximum"},
    "format byte": {"format"},
    "format date-time": {"format"},
    "grammar": {"json", ""},
    "UTF-8": {"json", ""},
    "oneOf": {"oneOf", "additionalProperties"},
}
CHECKS = {
    "shape": {"schema", "json", "media type", "header"},
    "must-reject": {"refuses"},
    "must-accept": {"accepts"},
}
BY_STATUS = {
    "401": ("authentication", "status", "http", "schema"),
    "403": ("authentication",),
    "404": ("http",),
    "405": ("http",),
    "413": ("status",),
    "415": ("refuses", "accepts", "server error"),
    "422": ("refuses", "server error"),
    "429": ("status",),
    "204": ("status",),
    "400": ("server error",),
}


def names(variant: Variant, finding: Finding) -> bool:
    rule, _, place = variant.check.partition(" at ")
    if rule.isdecimal() and len(rule) < 3:
        return finding.check == "stream" and finding.keyword == rule
    if rule.startswith("echo of "):
        wanted = rule.removeprefix("echo of ")
        return finding.check in ("echo", "sizes") and wanted.lstrip("/") in finding.place
    if rule.startswith("error_code"):
        return finding.check in ("codes", "server error", "accepts")
    if rule == "http":
        return (finding.check, finding.place) == ("http", place)
    if rule.startswith("security "):
        return (finding.check, finding.place) == ("authentication", rule)
    if rule in ("Content-Type", "Allow", "WWW-Authenticate"):
        return finding.check == "media type" if rule == "Content-Type" else finding.place == f"{rule} at {place}"
    if rule.isdecimal():
        return finding.check in BY_STATUS[rule] and (not place or place in finding.place)
    return _is_of_schema(variant, finding, rule, place)


def _is_of_schema(variant: Variant, finding: Finding, rule: str, place: str) -> bool:
    if finding.check not in CHECKS[variant.group]:
        return False
    if finding.keyword not in KEYWORDS.get(rule, {rule}) and finding.check != "json":
        return False
    if finding.check == "json" or rule in ("grammar", "UTF-8"):
        return True
    wanted = _spelt(place)
    if rule == "required" and finding.check in ("schema", "refuses") and wanted.startswith("/"):
        return ITEM.sub("/0", finding.place) == wanted.rpartition("/")[0]
    return ITEM.sub("/0", finding.place) == wanted


def _spelt(place: str) -> str:
    """``query/tag/*`` is ``query tag/0``, and ``/`` the whole."""
    place = place.replace("*", "0")
    for part in ("query", "header", "path"):
        if place.startswith(f"{part}/"):
            return place.replace("/", " ", 1)
    return "" if place == "/" else place
