"""Servers by which a contract tester is proved: one that is honest, and many that differ from it by one fault each.

    with running(VARIANTS[0]) as server:
        ...  # server.url

The honest server (`honest.py`) is written from the document alone and shares no code with the project. A *temperament*
is another way to be honest, a *variant* the honest server with one method replaced. `known.py` has the credentials.
"""

from __future__ import annotations

from tests.contract.faulty.table import GROUPS, Server, Temperament, Variant, running
from tests.contract.faulty.temperaments import TEMPERAMENTS
from tests.contract.faulty.variants import VARIANTS

__all__ = ["GROUPS", "TEMPERAMENTS", "VARIANTS", "Server", "Temperament", "Variant", "running"]
