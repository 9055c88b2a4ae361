"""specmill turns an OpenAPI document into a Python client and keeps that client true to the document."""

__version__ = "0.1.0"
