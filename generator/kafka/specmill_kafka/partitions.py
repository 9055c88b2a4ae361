"""Which partition a record goes to, as Kafka's producers choose it."""

from __future__ import annotations

STICKS = 16_384  # bytes of records without a key that stay together, a batch of the producer's
M, SEED, MASK = 0x5BD1E995, 0x9747B28C, 0xFFFFFFFF


def murmur2(data: bytes) -> int:
    """The 32 bits that Kafka hashes keys to."""
    mixed = SEED ^ len(data)
    whole = len(data) & ~3
    for place in range(0, whole, 4):
        part = int.from_bytes(data[place : place + 4], "little") * M & MASK
        part ^= part >> 24
        mixed = (mixed * M & MASK) ^ (part * M & MASK)
    if whole < len(data):
        mixed = (mixed ^ int.from_bytes(data[whole:], "little")) * M & MASK
    mixed ^= mixed >> 13
    mixed = mixed * M & MASK
    return mixed ^ mixed >> 15


def of_key(key: bytes, count: int) -> int:
    return (murmur2(key) & 0x7FFFFFFF) % count
