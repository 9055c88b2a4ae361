"""What people add by hand to this one client."""

from __future__ import annotations


class ClientExtension:
    """More methods of the client."""

    def shout(self, text: str) -> str:
        return text.upper()
