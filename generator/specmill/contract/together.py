"""One run by several processes of one machine, such as pytest-xdist's workers: each takes shards until none is left.

Nobody waits for work that nobody does: who finds a shard taken goes on to the next, and in the end waits for those that
others are at. A lock goes with its process, so what a worker that died was at is done by another.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from specmill.contract.shards import Shard

IS_POSSIBLE = os.name == "posix"  # Windows has no such locks; there every process runs it all


def shared_out(folder: Path, of: int, run: Callable[[Shard], str]) -> tuple[Path, ...]:
    """What each shard has come to, as files of what ``run`` says of it."""
    folder.mkdir(parents=True, exist_ok=True)
    shards = [Shard(number, of) for number in range(1, of + 1)]
    files = {shard: folder / f"shard-{shard.number}.json" for shard in shards}
    for waits in (False, True):
        for shard, file in files.items():
            with _held(folder / f"shard-{shard.number}.lock", waits) as is_mine:
                if is_mine and not file.exists():
                    _put(file, run(shard))
    return tuple(files.values())


def _put(file: Path, text: str) -> None:
    """All at once: it is there, or it is not."""
    half = file.with_suffix(f".{os.getpid()}")
    half.write_text(text, encoding="utf-8")
    half.replace(file)


@contextmanager
def _held(lock: Path, waits: bool) -> Iterator[bool]:
    import fcntl

    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX if waits else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        yield False
        return
    try:
        yield True
    finally:
        os.close(descriptor)
