"""A name that the client has already."""
