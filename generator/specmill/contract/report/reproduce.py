"""How to see one failure again by hand: a Python program that stands alone, and a curl line where one can."""

from __future__ import annotations

import re
import shlex
import textwrap
from collections.abc import Iterator
from urllib.parse import urlsplit

from specmill.contract.report.secrets import WORD
from specmill.contract.values import Call, Event, Finding

AT_ONCE = """\
import os, socket, ssl

{secrets}SAID = {said}
connection = socket.create_connection(({host!r}, {port}), timeout={patience}){wrapped}
connection.sendall(SAID)
try:
    while data := connection.recv(65536):
        print(data.decode("utf-8", "backslashreplace"))
except OSError as error:
    print(error)
"""
IN_STEPS = """\
import os, select, socket, ssl, struct, time

{secrets}SAID = {said}
connection = socket.create_connection(({host!r}, {port}), timeout=10){wrapped}
began = time.monotonic()


def listen(seconds):
    \"\"\"Prints what comes, with the time; whether the server has ended.\"\"\"
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        if not select.select([connection], [], [], left)[0]:
            return False
        data = connection.recv(65536)
        print(f"{{time.monotonic() - began:7.3f}} {{data.decode('utf-8', 'backslashreplace')}}")
        if not data:
            return True
    return False


try:
    for at, said in SAID:  # seconds since the beginning, and what
        if listen(at - (time.monotonic() - began)):
            break
        if said == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()
            raise SystemExit
        connection.sendall(said)
    listen({patience})
except OSError as error:
    print(f"{{time.monotonic() - began:7.3f}} {{error}}")
"""
WRAPPED = "\nconnection = ssl.create_default_context().wrap_socket(connection, server_hostname={host!r})"
PATIENCE = 3  # seconds
WIDE = 88
RUN = re.compile(rb"(.)\1{199,}", re.DOTALL)  # of one byte
MOST = 64 * 1024  # bytes of a program's literals
TOGETHER = 0.002  # seconds: what is said so closely is said at once


def program(finding: Finding, base: str) -> str | None:
    """None for what would fill a book: a stored failure shows it again."""
    steps = [step for step in _steps(finding, base) if step[1]]
    if not steps:
        return None
    is_one = len(steps) == 1 and steps[0][1] != "reset"
    said = _expression(steps[0][1]) if is_one else _all_of(steps)
    if len(said) > MOST:
        return None
    at = urlsplit(base)
    tls = at.scheme == "https"
    return (AT_ONCE if is_one else IN_STEPS).format(
        secrets="".join(map(_taken, dict.fromkeys(WORD.findall(said)))),
        said=said,
        host=at.hostname,
        port=at.port or (443 if tls else 80),
        wrapped=WRAPPED.format(host=at.hostname) if tls else "",
        patience=PATIENCE,
    )


def _steps(finding: Finding, base: str) -> list[tuple[float, bytes | str]]:
    if finding.case is not None:
        return [(0.0, request_bytes(finding.case.call, base))]
    steps: list[tuple[float, bytes | str]] = []
    for event in _first_connection(finding.events):
        if event.what == "reset":
            steps.append((event.at, "reset"))
        elif event.data and steps and event.at - steps[-1][0] < TOGETHER and isinstance(steps[-1][1], bytes):
            steps[-1] = (steps[-1][0], steps[-1][1] + event.data)
        elif event.data:
            steps.append((event.at, event.data))
    return steps


def _first_connection(events: tuple[Event, ...]) -> Iterator[Event]:
    return (event for event in events if event.side == "client" and event.connection == 0)


def request_bytes(call: Call, base: str) -> bytes:
    """The whole request; the connection ends behind its answer, so that the program ends too."""
    at = urlsplit(base)
    body = call.body
    fields = [("Host", at.netloc.rpartition("@")[2]), *call.fields, ("Connection", "close")]
    if body is not None and call.field("Transfer-Encoding") is None:
        fields.append(("Content-Length", str(len(body))))
    head = "\r\n".join([f"{call.method} {call.target} HTTP/1.1", *(f"{name}: {value}" for name, value in fields)])
    return head.encode("latin-1", "replace") + b"\r\n\r\n" + (body or b"")


def _taken(name: str) -> str:
    how = "  # KEY:SECRET in base64" if name.startswith("BASIC") else ""
    return f'{name} = os.environ["{name}"].encode(){how}\n'


def _all_of(steps: list[tuple[float, bytes | str]]) -> str:
    lines = (f"    ({at:.3f}, {textwrap.indent(_expression(said), '    ').lstrip()}),\n" for at, said in steps)
    return f"[\n{''.join(lines)}]"


def _expression(said: bytes | str) -> str:
    """Literals, one below the other; what stands for a secret gives way to it."""
    if isinstance(said, str):
        return repr(said)
    lines = "".join(f"    {piece}\n" for piece in _pieces(said))
    names = dict.fromkeys(WORD.findall(said.decode("latin-1")))
    return f"(\n{lines})" + "".join(f'.replace(b"(({name}))", {name})' for name in names)


def _pieces(data: bytes) -> Iterator[str]:
    """Literals, one below the other; a long run of one byte is one piece."""
    place = 0
    literals: list[str] = []
    for run in RUN.finditer(data):
        literals += _plain(data[place : run.start()])
        literals.append(f"b'' + {run[1]!r} * {len(run[0])} +")
        place = run.end()
    literals += _plain(data[place:]) or ["b''"]
    yield from literals


def _plain(data: bytes) -> list[str]:
    lines = data.splitlines(keepends=True)
    return [repr(line[start : start + WIDE]) for line in lines for start in range(0, len(line), WIDE)]


def curl(finding: Finding, base: str) -> str | None:
    """None for what a shell cannot hold, such as a body that is no text, or is cut into chunks of a certain kind."""
    if finding.case is None:
        return None
    call = finding.case.call
    at = urlsplit(base)
    words = ["curl", "-i", "-X", call.method]
    fields = [pair for pair in call.fields if pair[0].lower() != "transfer-encoding"]
    words += [part for name, value in fields for part in ("-H", f"{name}: {value}")]
    body = finding.records[0] if len(finding.records) == 1 else call.body
    if body is not None:
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError:
            return None
        if "\x00" in text or len(text) > MOST:
            return None
        words += ["--data-binary", text]
    line = shlex.join([*words, f"{at.scheme}://{at.netloc}{call.target}"])
    return WORD.sub(r"""'"$\1"'""", line)  # out of the quotes, which each stands in because of its brackets
