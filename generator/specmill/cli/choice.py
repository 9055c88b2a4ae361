"""The options that say what to build, as the clients to build."""

from __future__ import annotations

from argparse import Namespace

from specmill.config import Options, load
from specmill.values import Config


def chosen(options: Namespace) -> tuple[Config, ...]:
    return load(
        Options(
            document=options.document,
            package=options.package,
            output=options.output,
            overlays=tuple(options.overlays) if options.overlays else None,
            extension=options.extension,
            allow=tuple(options.allow) if options.allow else None,
            config=options.config,
        )
    )
