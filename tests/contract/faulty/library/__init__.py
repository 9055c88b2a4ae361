"""A document with parameters in query, path and header, and with lists; its honest server and its faults."""
