"""What a server bears from its clients."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    head: int = 8192  # bytes of a request's head
    head_seconds: float = 30.0  # until it is complete, and between two requests
    body_seconds: float = 30.0  # of silence inside of a body, or of reading nothing, unless its responder bears more
    unsent: int = 1024 * 1024  # bytes of answers that a client has not taken, until nothing is read from it
    linger: float = 1.0  # seconds that are given to a client to read the last words, while what it sends is read
    stalled: float = 5.0  # seconds that a client may take nothing of the last words, until the rest is thrown away
