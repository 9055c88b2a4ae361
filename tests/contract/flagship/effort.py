"""How much is tried: little in ``make test``, and the same every time; as much as one likes in ``make fuzz``."""

from __future__ import annotations

import os
import random
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis.database import DirectoryBasedExampleDatabase

from specmill.contract.options import PROFILES, QUICK

TIMES = int(os.environ.get("FUZZ", "0"))  # as much as in the suite, and other cases in every run
DATABASE = Path(".fuzz/examples")  # of what failed, which is tried first
SEED = random.SystemRandom().randrange(2**31) if TIMES else 0
WHOLE = PROFILES["fuzz"] if TIMES else QUICK


def examples(count: int) -> settings:
    return settings(
        max_examples=count * max(1, TIMES),
        database=DirectoryBasedExampleDatabase(DATABASE) if TIMES else None,
        derandomize=not TIMES,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
