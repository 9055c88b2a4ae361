"""The table of faults that a stream survives: what the server does, and what must be true for the client then."""

from __future__ import annotations

from tests.duplex import faults_end, faults_framing, faults_stall, faults_status
from tests.duplex.expected import AFTER, MUCH, Ends, Expected, Fault

__all__ = ["AFTER", "FAULTS", "MUCH", "Ends", "Expected", "Fault"]

FAULTS: tuple[Fault, ...] = (
    *faults_status.faults(),
    *faults_end.faults(),
    *faults_framing.faults(),
    *faults_stall.faults(),
)
