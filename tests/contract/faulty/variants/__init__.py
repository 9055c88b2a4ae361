"""All faults, one table a group."""

from __future__ import annotations

from tests.contract.faulty.variants import (
    careless,
    meaning,
    must_accept,
    must_reject,
    protocol,
    shape,
    stream_cuts,
    stream_ends,
    stream_reports,
)

VARIANTS = (
    *shape.VARIANTS,
    *must_reject.VARIANTS,
    *must_accept.VARIANTS,
    *protocol.VARIANTS,
    *careless.VARIANTS,
    *meaning.VARIANTS,
    *stream_cuts.VARIANTS,
    *stream_reports.VARIANTS,
    *stream_ends.VARIANTS,
)
