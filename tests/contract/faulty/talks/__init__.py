"""One conversation for every variant: what is said, and what comes from the honest server and from the faulty one."""

from __future__ import annotations

from tests.contract.faulty.talks import careless, records, responses, stream_cuts, stream_ends, stream_reports

TALKS = (
    *responses.TALKS,
    *careless.TALKS,
    *records.TALKS,
    *stream_cuts.TALKS,
    *stream_reports.TALKS,
    *stream_ends.TALKS,
)
