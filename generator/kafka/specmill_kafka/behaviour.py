"""In what servers of this API differ, as one table: the command line, the docs and the emulator read it."""

from __future__ import annotations

from specmill.serve.emulators import Switch

SWITCHES = (Switch("head", "immediate | first-byte", "immediate", "when the head of the answer goes out"),)
