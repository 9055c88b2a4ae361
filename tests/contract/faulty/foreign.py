"""The documents that have nothing to do with the flagship, each with its honest server and its faults."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.contract.faulty.bookings import faults as bookings_faults
from tests.contract.faulty.bookings.honest import Bookings
from tests.contract.faulty.known import IDLE
from tests.contract.faulty.library import faults as library_faults
from tests.contract.faulty.library.honest import Library
from tests.contract.faulty.listener import Listener, Site, listening
from tests.contract.faulty.parcels import faults as parcels_faults
from tests.contract.faulty.parcels.honest import Parcels
from tests.contract.faulty.payments import faults as payments_faults
from tests.contract.faulty.payments.honest import Payments
from tests.contract.faulty.table import Temperament, Variant, changed

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Foreign:
    name: str
    site: Callable[[], Site]
    variants: tuple[Variant, ...]

    @property
    def document(self) -> Path:
        return HERE / self.name / "document.yaml"

    @contextlib.contextmanager
    def running(self, variant: Variant | Temperament | None = None) -> Iterator[Listener]:
        """The honest server, or it with a fault; it has a ``url``."""
        with listening(changed(self.site(), variant), IDLE) as listener:
            yield listener


FOREIGN = (
    Foreign("library", Library, library_faults.VARIANTS),
    Foreign("bookings", Bookings, bookings_faults.VARIANTS),
    Foreign("payments", Payments, payments_faults.VARIANTS),
    Foreign("parcels", Parcels, parcels_faults.VARIANTS),
)
