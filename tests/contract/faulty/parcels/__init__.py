"""A document with a multipart body, maps, members that need others, and an answer that is a text."""
