"""Where credentials stand in HTTP, whatever a document says: the names that recordings and transcripts hide."""

from __future__ import annotations

AUTHORIZATION = ("authorization", "proxy-authorization")
COOKIES = ("cookie", "set-cookie")
KEYS = (
    *("x-api-key", "api-key", "apikey", "x-auth-token", "x-access-token"),
    *("x-goog-api-key", "ocp-apim-subscription-key", "x-amz-security-token"),
)
HEADERS = (*AUTHORIZATION, *COOKIES, *KEYS)
PARAMETERS = ("access_token", "api_key", "api-key", "apikey", "client_secret")
"""Of addresses and forms: RFC 6750 and 6749, and the usual names of keys."""
