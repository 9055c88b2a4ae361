"""``produce``: from the options to the exit code."""

from __future__ import annotations

import os
import shlex
import signal
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any, BinaryIO

from .._cli.console import RED, say
from .._cli.names import program
from .._cli.settings import shown
from .._cli.trouble import CommandError
from .._producer.sync import producer
from ..errors import ClientError
from .alone import Alone, Hands
from .books import Books, Sink
from .crew import LOT, Crew
from .dry import look
from .engine import client_of, cluster_of, explained_by, rules_of
from .feed import Feed, Pace
from .garbage import collect_rarely
from .lines import Lines, fits, mark_of, opened, size_of
from .progress import Progress
from .ranges import runs_of, spelt
from .records import Reader, reader_of
from .state import State

TICK = 0.05  # seconds
INTERRUPTED = 130


def run(options: Namespace) -> int:
    collect_rarely()
    read = reader_of(options)
    _refuse_same_file(options)
    with opened(options.file) as file:
        if options.dry_run:
            return look(options, file, read)
        rules, cluster_id = rules_of(options), cluster_of(options)
        with closing(_state(options, cluster_id, file)) as state:
            books = _books(options, state, read)
            _refuse_open(options, state)
            if options.processes > 1:
                job = Job(options, file, state, books, read)
                return job.run(Crew(options, cluster_id, job.feed, books, state.descriptors))
            with client_of(options) as client:
                job = Job(options, file, state, books, read)
                made = producer(client, cluster_id, options.topic, job.feed, rules)
                return job.run(Alone(made, books, options.debug))


class Job:
    """One run, with all that takes part in it."""

    hands: Hands

    def __init__(self, options: Namespace, file: BinaryIO, state: State, books: Books, read: Reader) -> None:
        line, offset = state.begin()
        size = size_of(file)
        if size is None or options.file == "-":
            line = offset = 0  # whoever pipes gives all of it again
        else:
            file.seek(offset)
        self.options, self.state, self.books = options, state, books
        wanted = {"wanted": LOT} if options.processes > 1 else {}
        self.lines = Lines(file, line, offset, max(options.skip, state.done.low), **wanted)
        self.feed = Feed(self.lines, read, state, books, options.on_unknown != "report", options.ordered)
        self.feed.pace = Pace(options.rate) if options.rate else None
        self.progress = Progress(books, self.feed, size, offset)
        self.failure: BaseException | None = None
        self.interrupted = False

    def run(self, hands: Hands) -> int:
        self.hands = hands
        try:
            with self._interruptible(), self._ticking(), closing(hands.rounds()) as rounds:
                self.lines.start(hands.wake)
                for busy in rounds:
                    self._note(busy)
        except BrokenPipeError:
            raise  # nobody reads the reports any more, nor any last words
        except (ClientError, OSError, CommandError) as error:
            self.failure = error
        except KeyboardInterrupt:
            self.interrupted = True
        finally:
            self._close()
        return self._told()

    def _note(self, busy: bool) -> None:
        if busy:
            self.books.flush()
            most = self.options.max_errors
            if most is not None and self.books.refused + self.books.unknown > most and not self.feed.stopped:
                hint = "--reports and --dead-letter hold what was refused and why"
                self.failure = CommandError(f"more than {most} records were not accepted", hint)
                self.feed.stop()
        self.progress.show()

    def _close(self) -> None:
        """What the producer still knows is kept, and what it certainly did not send is taken back."""
        self.lines.leave()
        lines = [self.books.origins[number][0] for number in self.hands.rest()]
        if lines:
            self.state.take_back(lines)
        self.books.flush()
        self.progress.clear()

    @contextmanager
    def _interruptible(self) -> Iterator[None]:
        """The first Ctrl-C lets what is in flight come home; the second one does not wait for it."""

        def stop(number: int, frame: Any) -> None:
            self.interrupted = True
            self.feed.stop()
            self.hands.wake()
            signal.signal(number, signal.default_int_handler)
            say("finishing what is in flight; once more Ctrl-C leaves it")

        before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    @contextmanager
    def _ticking(self) -> Iterator[None]:
        """A pace and a terminal want to be looked after though nothing happens."""
        done = Event()

        def tick() -> None:
            while not done.wait(TICK):
                self.hands.wake()

        if self.feed.pace is not None or self.progress.wanted:
            Thread(target=tick, name="ticking", daemon=True).start()
        try:
            yield
        finally:
            done.set()

    # --- the last words

    def _told(self) -> int:
        books = self.books
        for reason, count in books.most_frequent():
            say(f"  {count:,} times: {reason}")
        total = books.accepted + books.refused + books.unknown
        parts = f"{books.accepted:,} accepted, {books.refused:,} refused, {books.unknown:,} unknown"
        say(f"{total:,} records: {parts} ({self.progress.seconds:.1f} s, {self.progress.rate:,.0f}/s)")
        still = self.state.left_open()
        if still:
            say(f"{len(still):,} more may be stored or not: line {spelt(runs_of(still))[:200]}")
        if self.interrupted or self.failure is not None:
            self._tell_how_to_go_on(still)
        if self.failure is not None:
            message, hint = explained_by(self.options, self.failure)
            say(f"{program()}: {message}", RED)
            if hint:
                say(f"  hint: {hint}")
            return 2
        if self.interrupted:
            return INTERRUPTED
        return 0 if total == books.accepted else 1

    def _tell_how_to_go_on(self, still: list[int]) -> None:
        argv = _without_skip(shown(sys.argv[1:]))
        if self.options.resume is None:
            if still or self.state.done.low < self.feed.last - self.options.skip:
                say("what is done is not a whole beginning of the input; --resume STATE would know which lines are not")
                return
            argv += ["--skip", str(self.feed.last)]
        elif still and self.options.on_unknown == "raise":
            argv += ["--on-unknown", "resend"]
            say("sending those again may store them twice; --on-unknown report would not send them")
        say(f"go on with:\n  {program()} {shlex.join(argv)}")


def _without_skip(argv: list[str]) -> list[str]:
    kept = [word for at, word in enumerate(argv) if word != "--skip" and (at == 0 or argv[at - 1] != "--skip")]
    return [word for word in kept if not word.startswith("--skip=")]


def _state(options: Namespace, cluster_id: str, file: BinaryIO) -> State:
    path = None if options.resume is None else Path(options.resume)
    named = ("value_format", "key_separator", "key_format", "headers", "partition", "timestamp_field", "skip")
    about = {"topic": options.topic, "cluster": cluster_id, **{name: getattr(options, name) for name in named}}
    state = State(path, about)
    mark = None if options.file == "-" else mark_of(file)
    if state.mark is not None and mark is not None and not fits(file, state.mark):
        raise CommandError(f"{path} is of another input than {options.file}", "each input has a state of its own")
    state.remember(mark)
    return state


def _books(options: Namespace, state: State, read: Reader) -> Books:
    books = Books(state, Sink(options.reports), Sink(options.dead_letter), options.value_format is not None, read)
    books.begin()
    return books


def _refuse_open(options: Namespace, state: State) -> None:
    still = state.left_open()
    if still and options.on_unknown == "raise":
        raise CommandError(
            f"{len(still):,} records were on their way when the run before ended, and may be stored or not: "
            f"line {spelt(runs_of(still))[:200]}",
            "--on-unknown resend sends them again, which may store them twice; --on-unknown report goes on behind them",
        )
    if still:
        done = "sent again" if options.on_unknown == "resend" else "left out and counted as unknown"
        say(f"{len(still):,} records were on their way when the run before ended; they are {done}")


def _refuse_same_file(options: Namespace) -> None:
    """A file that is read and written at once would never end."""
    named = {"FILE": options.file, "--reports": options.reports, "--dead-letter": options.dead_letter}
    named["--resume"] = options.resume
    seen: dict[str, str] = {}
    for option, name in named.items():
        if name in (None, "-"):
            continue
        other = seen.setdefault(os.path.realpath(name), option)
        if other != option:
            raise CommandError(f"{other} and {option} are one file: {name}")
