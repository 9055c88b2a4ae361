"""The code of a report by librdkafka's own, as the API translates those of its producer."""

from __future__ import annotations

from collections.abc import Mapping

FAILED = 50002  # all others
TIMED_OUT = 50003
IN_QUEUE = -152  # thrown away before anything of it was sent
IN_FLIGHT = -151  # ... behind that
QUEUE_FULL = -184
AUTHENTICATION = (-169, 31, 33, 34, 54, 58)
TLS = (-181,)
ALL_DOWN = -187  # every broker that is known

BY_CODE: Mapping[int, tuple[int, ...]] = {
    40101: AUTHENTICATION,
    40301: (29, 30, 53),
    40002: (2, 17, 21, 32, 42, 87),
    50302: (-195, ALL_DOWN, 8),
    TIMED_OUT: (-192, -185, 7, 13, 19, 20),
    40403: (3,),
    40401: (-188, -190),
    413: (10, 18),
    42901: (89,),
}
CODES: Mapping[int, int] = {of_kafka: code for code, some in BY_CODE.items() for of_kafka in some}
