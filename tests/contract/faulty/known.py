"""What a caller has to know about the servers: who may come in, what is there, and how much is too much."""

from __future__ import annotations

CLUSTER = "cluster-1"
TOPIC = "topic-1"
TOPICS = (TOPIC, "orders")  # all that a server knows that is strict about topics
PARTITIONS = 3  # of each of them

API_KEY, API_SECRET = "key-1", "secret-1"  # for the security scheme resource-api-key
TOKEN = "token-1"  # for external-access-token
READER_KEY, READER_SECRET = "reader-1", "secret-2"  # somebody who is known, but may not write

IDLE = 30.0  # seconds without a byte after which a stream is ended; `running` takes another
LARGEST_RECORD = 256 * 1024
LARGEST_BODY = 1024 * 1024  # of a known length; a stream has no limit
DEEPEST = 512
