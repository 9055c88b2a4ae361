"""A document with form bodies and oneOf; its honest server and its faults."""
