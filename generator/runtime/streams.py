"""What a stream is made of, by name: for annotations. A stream itself is opened by a method of the client."""

from __future__ import annotations

from ._duplex import AsyncRecordStream, Batch, RecordStream, StreamOptions

__all__ = ["AsyncRecordStream", "Batch", "RecordStream", "StreamOptions"]
