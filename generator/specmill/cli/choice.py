"""The options that say what to build, as the clients to build."""

from __future__ import annotations

from argparse import Namespace

from specmill.config import Options, load
from specmill.errors import SpecmillError
from specmill.values import Config


def chosen_one(options: Namespace) -> Config:
    """For what needs the document and no client: with ``--document`` nothing else has to be said."""
    if options.document is not None and options.config is None:
        options.package, options.output = options.package or "client", options.output or "."
    config, *others = chosen(options)
    if others:
        names = ", ".join(one.package for one in (config, *others))
        raise SpecmillError("several clients are configured here", hint=f"--package with one of {names}")
    return config


def chosen(options: Namespace) -> tuple[Config, ...]:
    return load(
        Options(
            document=options.document,
            package=options.package,
            output=options.output,
            overlays=tuple(options.overlays) if options.overlays else None,
            extension=options.extension,
            docs=options.docs,
            notes=options.notes,
            allow=tuple(options.allow) if options.allow else None,
            config=options.config,
        )
    )
