"""The options that say how to reach the server. It imports nothing of the client."""

from __future__ import annotations

from argparse import ArgumentParser

from .names import PREFIX


def add_settings(parser: ArgumentParser) -> None:
    """The options that say how to reach the server."""
    group = parser.add_argument_group("how to reach the server")
    group.add_argument("--base-url", metavar="URL", help=f"its address (else {PREFIX}_BASE_URL)")
    group.add_argument(
        "--user", metavar="NAME:PASSWORD", help=f"user or API key with its secret, or @FILE (else {PREFIX}_USER)"
    )
    group.add_argument("--token", metavar="TOKEN", help=f"a bearer token, or @FILE (else {PREFIX}_TOKEN)")
    group.add_argument(
        "--http-header", metavar="NAME:VALUE", action="append", default=[], help="sent with each request; repeatable"
    )
    group.add_argument("--timeout", metavar="SECONDS", type=float, help="for each step of a call")
    group.add_argument("--retries", metavar="N", type=int, help="how often to try again what is safe to try again")
    group.add_argument("--ca", metavar="FILE", help="the authorities to trust")
    group.add_argument("--insecure", action="store_true", help="trust whoever answers")
    group.add_argument("--certificate", metavar="FILE", help="the client certificate")
    group.add_argument("--key", metavar="FILE", help="... and its key")
    group.add_argument("--proxy", metavar="URL", help="a proxy, or `no` for none (else HTTPS_PROXY and the like)")
    group.add_argument("--profile", metavar="NAME", help=f"a table of the profile file (else {PREFIX}_PROFILE)")
    group.add_argument("--debug", action="store_true", help="show the wire, with secrets replaced")
