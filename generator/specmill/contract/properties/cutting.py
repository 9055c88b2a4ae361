"""Where bytes are cut, and what they hold: properties 6, 7, 8 and 17."""

from __future__ import annotations

from functools import partial

from specmill.contract.answers import Reader
from specmill.contract.fingerprints import Fingerprint
from specmill.contract.properties.bench import ACCEPTED, Bench, NotReached, fits, joined, shown
from specmill.contract.properties.material import DEEP, HOSTILE, LARGE, nested
from specmill.contract.session import StreamCase, Verdict
from specmill.contract.streams import AIMED, SINGLE_BYTES, WHOLE, OpenStream, Plan, aimed
from specmill.contract.texts import Splitter
from specmill.contract.wire import PIECE

RECORDS = Plan("one record a chunk", lambda data: ())
WORDS = [-1234567.5, 1000, 25e-7, True, False, None]  # what has no quotes around it
HARMLESS = "é€"
SEPARATORS = {"nothing": b"", "a space": b" ", "LF": b"\n", "CRLF": b"\r\n", "a tab": b"\t", "much": b" \r\n\t\n "}
LINES = ("LF", "CRLF")  # what may stand between lines
ON_ITS_OWN = aimed("a few chunks, each on its own", rb"(?<=[\x80-\xff])(?=[\x80-\xbf])|\\(?=[n\"])|\}\s*(?=\{)", 0.002)
# One quote, so that whoever forgets its backslash takes the brace behind it for one of the record.
TEXT = 'é€\U0001f600 a\n"one { \\ 1234567.5 with  white space'


def cut_anywhere(bench: Bench) -> None:
    """The same bytes get the same reports, wherever they are cut into chunks."""
    separator = b"" if bench.ground.stream.framing != "json-lines" else b"\n"
    known: dict[str, int | None] = {}
    words = _words(bench)
    for plan in (RECORDS, WHOLE, SINGLE_BYTES, *AIMED, ON_ITS_OWN):
        records, wanted = bench.mixed("gbgg")
        if bench.material.text is not None:
            records.insert(1, bench.material.text.record(TEXT))
        records += words
        if plan is RECORDS:
            stream, _ = bench.attempt(partial(_one_a_chunk, records=records, separator=separator))
        else:
            stream = bench.whole(separator.join(records) + b"\n", plan)
        if bench.material.text is not None:
            wanted.insert(1, _accepted(bench.told(stream.reports[1:2])))
        wanted += [_accepted(bench.told(stream.reports[len(wanted) :])) for _ in words]
        if plan is RECORDS and not fits(bench.told(stream.reports), wanted):
            raise NotReached("records are not taken one a chunk either")
        if not bench.expect(f"{len(records)} records, cut {plan.name}", stream, wanted):
            return
        if bench.material.text is not None and not _size_stays(bench, stream.reports[1].value, plan, known):
            return


def _words(bench: Bench) -> list[bytes]:
    """A record of numbers and words, if this server takes it."""
    record = bench.material.anything.record(WORDS) if bench.material.anything is not None else None
    if record is None or not any(map(bench.ground.accepted, bench.whole(record + b"\n").reports)):
        return []
    return [record]


def _one_a_chunk(stream: OpenStream, records: list[bytes], separator: bytes) -> None:
    for record in records:
        stream.send(record + separator)


def _accepted(got: list[str]) -> str:
    """The text has no fingerprint of its own; its report may be read as one that it has by chance."""
    return got[0] if got and got[0].startswith("#") else ACCEPTED


def _size_stays(bench: Bench, report: object, plan: Plan, known: dict[str, int | None]) -> bool:
    """A character that is lost at a cut shows in the size of what was stored; whether it is right is not asked here."""
    by_size = _by_size(bench)
    got = by_size.of(report) if by_size is not None else None
    expected = known.setdefault("size", got)
    if got == expected or got is None or expected is None:
        return True
    bench.fails(f"the same text, cut {plan.name}", f"{expected + 1} bytes stored", f"{got + 1}")
    return False


def _by_size(bench: Bench) -> Fingerprint | None:
    """The size that a report tells of the place where any text may stand."""
    text = bench.material.text if bench.material.text is not None and bench.material.text.sized else None
    for fingerprint in bench.sizes:
        size = bench.ground.marks.sizes.get("/" + "/".join(fingerprint.report))
        if text is not None and size is not None and size.of == text.pointer:
            return fingerprint
    return None


def any_separator(bench: Bench) -> None:
    """White space of any kind may stand between two records, or nothing."""
    is_lines = bench.ground.stream.framing == "json-lines"
    for name, separator in SEPARATORS.items():
        if is_lines and name not in LINES:
            continue
        records, wanted = bench.mixed("ggg")
        data = separator.join(records) + (separator if is_lines else b"")
        stream, early = bench.attempt(partial(_told_early, bench, data=data, count=len(records)))
        sent = f"3 records with {name} in between"
        if not bench.expect(sent, stream, wanted):
            return
        if len(early) < len(wanted):
            bench.fails(f"{sent}, and nothing behind them", shown(wanted), shown(early, wanted), stream)
            return


def _told_early(bench: Bench, stream: OpenStream, data: bytes, count: int) -> list[str]:
    """What is reported before the body has ended."""
    stream.send(data)
    stream.wait(count)
    return bench.told(stream.reports)


def hostile(bench: Bench) -> None:
    """What stands in a string, how deep and how large a record is makes no difference to where it ends."""
    text, anything = bench.material.text, bench.material.anything
    if text is None and anything is None:
        raise NotReached("no member of a record may hold any text")
    cases = []
    if text is not None:
        cases += [_case(f"the text {one!r}", text.record(one)) for one in HOSTILE]
        cases += [_case(f"a text of {size} bytes", text.record("y" * size)) for size in LARGE]
    if anything is not None:
        cases.append(_case(f"{DEEP} levels of brackets", anything.record(nested(DEEP))))
    texts = dict(zip((case.about for case in cases), HOSTILE, strict=False)) if text is not None else {}
    counts = _counts_bytes(bench)
    for verdict in bench.session().judge(cases):
        _judge_hostile(bench, verdict, texts.get(verdict.case.about), counts)


def _case(about: str, record: bytes) -> StreamCase:
    return StreamCase(about, (record,), "accepted")


def _counts_bytes(bench: Bench) -> bool:
    """Whether the server tells the number of bytes of a text that nobody stumbles over."""
    by_size, text = _by_size(bench), bench.material.text
    if by_size is None or text is None:
        return False
    reports = bench.whole(text.record(HARMLESS) + b"\n").reports
    return bool(reports) and by_size.of(reports[0].value) == len(HARMLESS.encode()) - 1


def _judge_hostile(bench: Bench, verdict: Verdict, text: str | None, counts: bool) -> None:
    about = f"a record with {verdict.case.about}"
    got = bench.told(verdict.reports)
    if verdict.how == "limited":
        return
    if verdict.how != "reported" or len(got) != 1 or not bench.ground.accepted(verdict.reports[0]):
        in_order = got == ["refused"] and verdict.how == "reported"  # which is not about where a record ends
        tells = bench.notes if in_order else bench.fails
        raw = verdict.reports[0].raw.decode("utf-8", "replace") if verdict.reports else ""
        tells(about, "it is accepted", f"{shown(got)}, {verdict.how} {raw}")
        return
    by_size = _by_size(bench) if counts else None
    size = by_size.of(verdict.reports[0].value) if by_size is not None else None
    if text is None or by_size is None or size is None or size + 1 == len(text.encode()):
        return
    bench.fails(about, f"{len(text.encode())} bytes stored", f"{size + 1}")


def read_alike(bench: Bench) -> None:
    """What came is read the same, however it was cut on its way: this is about the tester itself."""
    records, _ = bench.mixed("gbg")
    stream = bench.whole(joined(records))
    came = b"".join(event.data for event in stream.dialogue.events if event.side == "server")
    known = [report.raw for report in stream.reports]
    for size in (1, 2, 3, 7, PIECE):
        reader, splitter = Reader(bench.ground.operation.method), Splitter()
        got = []
        for start in range(0, len(came), size):
            got += splitter.feed(reader.feed(came[start : start + size]))
        got += splitter.end()
        if [report.raw for report in got] != known:
            bench.fails(f"the answer in pieces of {size} bytes", f"{len(known)} reports", f"{len(got)}", stream)
            return
