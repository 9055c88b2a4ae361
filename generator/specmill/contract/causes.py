"""One fault is one failure: what follows from another failure stands with it, and is none of its own.

Each rule names a failure and what it brings about. What is worth a look by itself shows when its cause is mended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from specmill.contract.folded import ALL
from specmill.contract.values import Finding

ORDER = ("1", "2", "3", "4", "5", "6", "7", "8", "16", "9", "10", "11", "12", "13", "14", "15", "17")  # of properties
MISCOUNTED = ("2", "4")  # properties without which nobody knows which record a report is about
OF_TEXT = "body text"  # accepted bodies of JSON, as they are written
MAY_REFUSE = "may refuse"
ESCAPED = "every letter as an escape"
OF_PATH = "the path "  # what was sent, of names in it
NOTHING_ECHOED = "nothing is echoed"
IN = "in "  # and the operation in which the same fails
Rule = Callable[[Finding, Finding], bool]  # whether the first brings about the second
OF_ANSWERS = ("status", "media type", "header", "json", "schema")
OF_REPORTS = ("stream", "accepts", "refuses", "echo", "sizes", "codes", "http", "schema")


def with_their_causes(findings: Iterable[Finding], verdicts: Iterable[str]) -> tuple[Finding, ...]:
    """``verdicts`` are the places of reports that say how a record fared."""
    known = list(findings)
    failures = [one for one in known if one.kind == "failure"]
    places = frozenset(verdicts)
    causes = {id(one): _cause(one, failures, places) for one in failures}
    also: dict[int, list[str]] = {}
    for one in failures:
        cause = _root(one, causes)
        if cause is not one:
            also.setdefault(id(cause), []).append(name_of(one))
    told = (
        replace(one, also=(*one.also, *also.get(id(one), ())))
        for one in known
        if one.kind != "failure" or _root(one, causes) is one
    )
    return tuple(_of_all_operations(_noted_once(told)))


def _of_all_operations(findings: Iterable[Finding]) -> Iterator[Finding]:
    """What fails in several operations for one reason is one failure, which names the others.

    What came in where it should have been refused is to blame for coming out again.
    """
    known = list(findings)
    same: dict[tuple[str, ...], list[Finding]] = {}
    for one in known:
        same.setdefault(reason_of(one), []).append(one)
    for one in known:
        some = same.get(reason_of(one), [])
        if one is next((other for other in some if other.check == "refuses"), some[0]):
            others = dict.fromkeys(other.operation for other in some if other.operation != one.operation)
            yield replace(one, also=(*one.also, *(f"{IN}{other}" for other in others)))


def reason_of(finding: Finding) -> tuple[str, ...]:
    """The same for all that has one reason, in whatever operation it shows."""
    about = (finding.kind, finding.check, finding.place, finding.keyword)
    if finding.kind != "failure":
        return (finding.operation, *about)
    if finding.keyword in ALL.values():
        return (*about, finding.got[:3])
    if finding.check == "http" and finding.place:
        return (*about, finding.expected)
    if finding.check == "authentication":
        return (*about, finding.expected, finding.sent)
    if finding.check == "status":
        return (*about, finding.got)
    if finding.check in ("schema", "refuses") and finding.pointer.endswith(f"/{finding.keyword}"):
        return (finding.kind, finding.pointer)  # of just this keyword in the document
    if finding.check in OF_ANSWERS and finding.pointer.startswith("/components/"):
        return (*about, finding.pointer)
    return (finding.operation, *about)


def _noted_once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """All that a server makes use of its right to refuse is one note, the plainest case first."""
    known = list(findings)
    free: dict[str, list[Finding]] = {}
    for one in known:
        if one.check == MAY_REFUSE:
            free.setdefault(one.operation, []).append(one)
    for one in known:
        if one.check != MAY_REFUSE:
            yield one
        elif (some := free.pop(one.operation, None)) is not None:
            least = min(some, key=lambda other: len(other.sent))
            yield replace(least, also=tuple(name_of(other) for other in some if other is not least))


def name_of(finding: Finding) -> str:
    return " ".join(part for part in (finding.check, finding.keyword, finding.place) if part)


def _root(finding: Finding, causes: dict[int, Finding | None]) -> Finding:
    """Two that explain each other are told as the one that was found first."""
    way = [finding]
    while (cause := causes[id(way[-1])]) is not None:
        if any(one is cause for one in way):
            circle = way[next(number for number, one in enumerate(way) if one is cause) :]
            return next(one for known in causes for one in circle if id(one) == known)
        way.append(cause)
    return way[-1]


def _cause(finding: Finding, failures: list[Finding], verdicts: frozenset[str]) -> Finding | None:
    for rule in RULES:
        for one in failures:
            if one is not finding and one.operation == finding.operation and rule(one, finding):
                return one
    for one in failures:
        if one.check in ("schema", "codes", "json") and one is not finding and one.operation == finding.operation:
            is_of_all = one.check == "json" or one.place in ("", *verdicts)
            if is_of_all and finding.check in OF_REPORTS and _rank(one) < _rank(finding):
                return one
    return None


def _rank(finding: Finding) -> int:
    order = ("json", "schema", "codes")
    return order.index(finding.check) if finding.check in order else len(order)


def _related(one: str, other: str) -> bool:
    return one == other or other.startswith(f"{one}/") or one.startswith(f"{other}/")


def _meaning_of_shape(one: Finding, other: Finding) -> bool:
    return one.check == "schema" and other.check in ("echo", "sizes") and _related(one.place, other.place)


def _shape_of_taken(one: Finding, other: Finding) -> bool:
    """What should have been refused comes back in an answer that the schema does not allow."""
    if one.check != "refuses" or other.check not in OF_ANSWERS:
        return False
    should_be_refused = other.case is not None and other.case.wanted == "refused"
    is_of_all = (one.keyword == ALL["refuses"] and should_be_refused) or (one.also and f" at {one.place}" in other.sent)
    return one.sent == other.sent or bool(is_of_all)


def _named(one: Finding, other: Finding) -> bool:
    """It is one of those for which the first stands."""
    return name_of(other) in one.also


def _unrefused(one: Finding, other: Finding) -> bool:
    """Where nothing is refused; and a member that may be missing may be null as well."""
    if one.check != "refuses" or other.check != "refuses":
        return False
    if ALL["refuses"] in (one.keyword, other.keyword):
        return one.keyword == ALL["refuses"] != other.keyword
    parent, _, name = other.place.rpartition("/")
    is_missing = one.keyword == "required" and one.place == parent and f"without {name!r}" in one.sent
    return is_missing and "null in place of" in other.sent


def _same_member(one: Finding, other: Finding) -> bool:
    """Members of one name, in objects that are often of one schema."""
    if one.check not in ("schema", "refuses", "accepts") or (one.check, one.keyword) != (other.check, other.keyword):
        return False
    names = [place.split("/")[1:] for place in (one.place, other.place)]
    return one.place < other.place and names[0][-1:] == names[1][-1:] and min(map(len, names)) > 1


def _refusals(one: Finding, other: Finding) -> bool:
    if one.check != "accepts" or other.check != "accepts" or one.place in ("body", "media type"):
        return False
    return other.place in ("body", "media type") or (one.place != other.place and other.place.startswith(one.place))


def _absent(one: Finding, other: Finding) -> bool:
    """Whoever does not take a member that is missing does not take null either."""
    if one.check != "accepts" or other.check != "accepts" or one.place != other.place:
        return False
    return (one.keyword, other.keyword) == ("required", "type") and "without" in one.sent and ": null)" in other.sent


def _escapes(one: Finding, other: Finding) -> bool:
    """Some texts can only be written with an escape."""
    is_of_escapes = one.check == "accepts" and one.place == OF_TEXT and ESCAPED in one.sent
    return is_of_escapes and other.check == "accepts" and other.place != OF_TEXT and "\\u" in other.sent


def _same_echo(one: Finding, other: Finding) -> bool:
    """Key and value are echoed by one piece of code, and so are the names in a path."""
    if one.check == other.check == "echo" and one.sent.startswith(OF_PATH) and other.sent.startswith(OF_PATH):
        return one.place < other.place
    if one.check != other.check or one.check not in ("echo", "sizes") or one.place >= other.place:
        return False
    return one.place.rpartition("/")[2] == other.place.rpartition("/")[2] and one.place.count("/") > 1


def _sizes_of_echo(one: Finding, other: Finding) -> bool:
    return (
        one.check == "echo"
        and other.check == "sizes"
        and one.place.rpartition("/")[0] == other.place.rpartition("/")[0]
    )


def _sequence_of_echo(one: Finding, other: Finding) -> bool:
    is_shape = one.check in ("echo", "schema")
    return is_shape and other.check == "stream" and other.keyword in ("13", "8") and one.place.count("/") == 1


def _texts_of_sizes(one: Finding, other: Finding) -> bool:
    return one.check in ("sizes", "echo") and other.check == "stream" and other.keyword in ("6", "8")


def _all_of_stream(one: Finding, other: Finding) -> bool:
    """The first that does not hold is told; most of the others rest on it."""
    if one.check != "stream" or other.check == "stream":
        return one.check == "stream" == other.check and _number(one) < _number(other)
    if other.check == "refuses":
        return other.keyword == "json" or one.keyword in MISCOUNTED
    return other.check in ("accepts", "echo", "http") and one.keyword != "13"


def _number(finding: Finding) -> int:
    return ORDER.index(finding.keyword) if finding.place != "conversation" else len(ORDER)


def _credentials(one: Finding, other: Finding) -> bool:
    if other.check != "authentication":
        return False
    if one.check == "status":
        return other.expected == "401 or 403" and other.got.startswith(one.got)
    if one.check != "authentication" or one.expected != other.expected or one.place == other.place:
        return False
    is_spelling = "by a scheme" in one.sent and "by a scheme" in other.sent  # which is read at one place for all
    return one.place == "security all" or (is_spelling and one.place < other.place)


def _broken_http(one: Finding, other: Finding) -> bool:
    """Reports that come by broken HTTP are cut anywhere."""
    is_of_success = one.answer is not None and one.answer.status < 300
    return one.check == "http" and one.place == "" and is_of_success and other.check == "json"


def _nothing(one: Finding, other: Finding) -> bool:
    """Reports that are all alike say nothing right about any place."""
    return one.keyword == NOTHING_ECHOED and other.check in ("echo", "sizes") and other.keyword != NOTHING_ECHOED


def _everything(one: Finding, other: Finding) -> bool:
    """A server that is broken as a whole breaks at all that it is asked, in the same words."""
    return one.keyword == ALL["server error"] and other.got[:3] == one.got[:3] and other.keyword != one.keyword


def _breakdown(one: Finding, other: Finding) -> bool:
    if one.check == "server error" and other.check == "status":
        return other.got[:3] == one.got[:3]
    if one.check != "server error" or (one.place == other.place and one.check == other.check):
        return False
    return other.check == "codes" or (other.check == "server error" and one.place == "" and " " in one.keyword)


def _refused_page(one: Finding, other: Finding) -> bool:
    """A status that the document does not have keeps records from being accepted."""
    return one.check == "status" and other.check in ("accepts", "stream")


RULES: tuple[Rule, ...] = (
    _meaning_of_shape,
    _shape_of_taken,
    _named,
    _unrefused,
    _same_member,
    _refusals,
    _absent,
    _escapes,
    _same_echo,
    _sizes_of_echo,
    _sequence_of_echo,
    _texts_of_sizes,
    _credentials,
    _broken_http,
    _nothing,
    _everything,
    _breakdown,
    _refused_page,
    _all_of_stream,
)
