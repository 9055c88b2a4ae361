"""Where recordings are kept, and what is done with a request: it is answered from them, or forwarded and recorded.

none    only replay; the live server is never asked
once    record as long as there was nothing when it began; otherwise replay, and refuse what is new
new     replay what is known, record what is not
all     record everything anew; what asks the same takes the place of what there was
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, get_args

from specmill.document.api import Api
from specmill.errors import Place, SpecmillError
from specmill.naming import snake
from specmill.serve.compressed import unpacked
from specmill.serve.drift import check_drift, drift
from specmill.serve.examples.routes import Routes
from specmill.serve.exchange import Exchange, Listener, Lost
from specmill.serve.following import ByMeaning, Said, head_miss
from specmill.serve.head import Request
from specmill.serve.recorder import MUCH, Recorder
from specmill.serve.recording import SUFFIX, Event, Recording, RequestHead, rounded, written
from specmill.serve.recording_read import read_all
from specmill.serve.redaction import Rules, redacted
from specmill.serve.replay import Replay, replaying
from specmill.serve.script import Script, script_of
from specmill.serve.upstream import Origin
from specmill.values import Operation

Mode = Literal["none", "once", "new", "all"]
MODES: tuple[Mode, ...] = get_args(Mode)
Tell = Callable[[str], None]


def today() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


class Shelf:
    """A file, which holds one exchange, or a folder; and the keeper of what a recorder has heard."""

    def __init__(
        self,
        to: Path,
        api: Api,
        rules: Rules,
        *,
        mode: Mode = "once",
        tell: Tell = print,
        date: Callable[[], str] = today,
    ) -> None:
        self._to = to
        self._is_file = to.suffix == SUFFIX
        self._api = api
        self._rules = rules
        self._tell = tell
        self._date = date
        self._mode = mode
        self._operations = {operation.id: operation for operation in api.operations}
        self._routes: Routes[Operation] = Routes()
        for operation in api.operations:
            self._routes.add(operation, operation)
        if mode == "new" and self._is_file:
            raise SpecmillError("a file holds one exchange", place=Place("--mode new"), hint="give --to a folder")
        self.known = list(read_all(to)) if to.exists() or mode == "none" else []
        if mode != "all":
            check_drift(self.known, api)
        self.records = mode in ("new", "all") or (mode == "once" and not self.known)
        self.replay = replaying(self.known if mode != "all" else [], api)

    @property
    def is_first_asked(self) -> bool:
        """Whether what is known is replayed while other things are recorded."""
        return self._mode == "new"

    # --- what a recorder tells

    def keep(self, events: tuple[Event, ...]) -> None:
        try:
            recording = self._recording(events)
            path = self._place(recording)
            if path is not None:
                write_recording(path, recording)
                self._remember(path, recording)
        except SpecmillError as error:
            self.failed(error)
        except OSError as error:
            self.failed(SpecmillError(f"cannot write it: {error.strerror}", place=Place(str(error.filename))))

    def failed(self, error: SpecmillError) -> None:
        self._tell(str(error))

    def _recording(self, events: tuple[Event, ...]) -> Recording:
        head = events[0]
        assert isinstance(head, RequestHead)
        matches = self._routes.find(head.target.partition("?")[0])
        entry = matches[0].methods.get(head.method) if matches else None
        if entry is None:
            path = head.target.partition("?")[0]
            raise SpecmillError(f"{head.method} {path} is no operation of the document: forwarded, and not recorded")
        files = self._api.normal.document.files
        return Recording(
            document=files[0].sha256 if files else "",
            operation=entry.what.id,
            date=self._date(),
            events=redacted(unpacked(rounded(events)), self._rules),
            redacted=self._rules.told(),
        )

    def _place(self, recording: Recording) -> Path | None:
        if self._is_file:
            if self._mode == "once" and self._to.exists():
                raise SpecmillError(
                    "it holds an exchange, so a second one was not recorded", place=Place(str(self._to))
                )
            return self._to
        if self._mode == "all":
            same = self._same_request(recording)
            if same is not None:
                return self._to / Path(same.name).name
        stem = self._stem(recording)
        taken = {Path(one.name).name for one in self.known}
        number = 1
        while f"{stem}-{number}{SUFFIX}" in taken:
            number += 1
        return self._to / f"{stem}-{number}{SUFFIX}"

    def _stem(self, recording: Recording) -> str:
        name = snake(recording.operation, "exchange").replace("_", "-")
        return f"{name}-{recording.answer.status if recording.answer else 'unanswered'}"

    def _same_request(self, recording: Recording) -> Recording | None:
        mine = script_of(recording, self._operations[recording.operation])
        for one in self.known:
            operation = self._operations.get(one.operation)
            if operation is not None and asks_the_same(script_of(one, operation), mine):
                return one
        return None

    def _remember(self, path: Path, recording: Recording) -> None:
        named = Recording(
            recording.document,
            recording.operation,
            recording.date,
            recording.events,
            recording.redacted,
            path.as_posix(),
        )
        self.known = [one for one in self.known if Path(one.name).name != path.name] + [named]
        for error in drift([named], self._api):
            self._tell(f"{error.message} ({path.name})")
        if self.is_first_asked:
            self.replay = replaying(self.known, self._api)
        self._tell(f"recorded {path.as_posix()}")


def asks_the_same(recorded: Script, asked: Script) -> bool:
    head = asked.recording.request
    lower = {name.lower(): value for name, value in head.fields}
    if head_miss(recorded, Request(head.method, head.target, 1, head.fields, None, lower)):
        return False
    said = Said()
    for _ in said.add(asked.content):
        pass
    if asked.client_end is not None:
        said.end(asked.client_end)
    return ByMeaning(recorded).look(said) is None and len(recorded.items) == len(asked.items)


def write_recording(path: Path, recording: Recording) -> None:
    """In one step: whoever looks sees all of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        half.write_bytes(written(recording))
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)


class Taking:
    """The responder of ``specmill record``."""

    def __init__(self, shelf: Shelf, origin: Origin | None) -> None:
        self._shelf = shelf
        self._recorder = Recorder(origin, shelf) if origin is not None else None

    def begin(self, exchange: Exchange) -> Listener:
        shelf = self._shelf
        if self._recorder is None or not shelf.records:
            return shelf.replay.begin(exchange)
        if not shelf.is_first_asked or not shelf.replay.fitting(exchange.request)[0]:
            return self._recorder.begin(exchange)
        return Deciding(exchange, shelf.replay, self._recorder)


class Deciding:
    """A request whose head is known waits for its first record, or if it has none, its end.

    A stream that turns out to be another later on is refused: some of it has been answered.
    """

    def __init__(self, exchange: Exchange, replay: Replay, recorder: Recorder) -> None:
        self._exchange = exchange
        self._replay = replay
        self._recorder = recorder
        self._following = replay.fitting(exchange.request)[0]
        self._said = Said()
        self._decided: Listener | None = None

    def received(self, content: bytes) -> None:
        if self._decided is not None:
            return self._decided.received(content)
        for _ in self._said.add(content):
            pass
        is_stream = any(one.script.operation.stream for one in self._following)
        if (self._said.items and is_stream) or len(self._said.content) > MUCH:
            self._decide()

    def ended(self) -> None:
        self._end("end")
        if self._decided is not None:
            self._decided.ended()

    def lost(self, why: Lost, told: str) -> None:
        if why is not Lost.GONE:
            self._end("cut")
        if self._decided is not None:
            self._decided.lost(why, told)

    def drained(self) -> None:
        if self._decided is not None:
            self._decided.drained()

    def _end(self, how: Literal["end", "cut"]) -> None:
        if self._decided is None:
            self._said.end(how)
            self._decide()

    def _decide(self) -> None:
        known = any(one.look(self._said) is None for one in self._following)
        self._decided = self._replay.begin(self._exchange) if known else self._recorder.begin(self._exchange)
        if self._said.content:
            self._decided.received(bytes(self._said.content))
