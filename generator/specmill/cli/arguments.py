"""What may be typed. Nothing heavy is imported here: ``specmill --help`` answers at once."""

from __future__ import annotations

from argparse import ArgumentParser, RawDescriptionHelpFormatter

from specmill import __version__

STORY = """\
specmill turns an OpenAPI document into a Python client and keeps that client true to the document.

  specmill init openapi.yaml    writes [tool.specmill] into pyproject.toml
  specmill regenerate           document -> client
  specmill check                is the client still what the document says?
"""


def parser() -> ArgumentParser:
    shared = _shared()
    whole = ArgumentParser(
        "specmill", description=STORY, formatter_class=RawDescriptionHelpFormatter, allow_abbrev=False
    )
    whole.add_argument("--version", action="version", version=f"specmill {__version__}")
    verbs = whole.add_subparsers(dest="verb", required=True, metavar="VERB")

    def verb(name: str, about: str, *parents: ArgumentParser) -> ArgumentParser:
        return verbs.add_parser(name, help=about, description=about, parents=[*parents, shared], allow_abbrev=False)

    what = _what_to_build()
    _init(verb("init", "write the configuration for a new client"))
    _regenerate(verb("regenerate", "make the client what its document says", what))
    _check(verb("check", "is the client what its document says? 0: yes, 1: no, 2: cannot tell", what))
    _explain(verb("explain", "from a generated name to its place in the document, and back", what))
    _serve(verb("serve", "stand in for the API: a real server that answers as the document says", what))
    return whole


def _shared() -> ArgumentParser:
    shared = ArgumentParser(add_help=False)
    shared.add_argument("--json", action="store_true", help="answer in JSON, for machines")
    shared.add_argument("--debug", action="store_true", help="show where an error came from")
    return shared


def _what_to_build() -> ArgumentParser:
    what = ArgumentParser(add_help=False, allow_abbrev=False)
    group = what.add_argument_group("what to build (instead of [tool.specmill] in pyproject.toml)")
    group.add_argument("--document", metavar="FILE", help="the OpenAPI document, YAML or JSON")
    group.add_argument("--package", metavar="NAME", help="the name to import the client by; chooses one of several")
    group.add_argument("--output", metavar="DIR", help="the folder in which the package's folder goes")
    group.add_argument("--overlay", metavar="FILE", action="append", dest="overlays", help="may be repeated")
    group.add_argument("--extension", metavar="DIR", help="a folder of modules that become part of the client")
    group.add_argument("--allow", metavar="WHAT", action="append", help="a file or URL that a $ref may reach")
    group.add_argument("--config", metavar="FILE", help="the pyproject.toml to read")
    return what


def _init(verb: ArgumentParser) -> None:
    verb.add_argument("document", metavar="DOCUMENT", help="the OpenAPI document, YAML or JSON")
    verb.add_argument("--package", metavar="NAME", help="the name to import the client by (from the title)")
    verb.add_argument("--output", metavar="DIR", help="the folder in which the package's folder goes (src, or here)")


def _regenerate(verb: ArgumentParser) -> None:
    verb.add_argument("--verbose", action="store_true", help="name every change and every file")
    verb.add_argument("--force", action="store_true", help="build even if nothing has changed")
    verb.add_argument("--discard-edits", action="store_true", help="overwrite what was changed by hand")
    verb.add_argument("--adopt", action="store_true", help="write into a folder that has no manifest, or a broken one")


def _check(verb: ArgumentParser) -> None:
    verb.add_argument("--verbose", action="store_true", help="show differences in full")


def _explain(verb: ArgumentParser) -> None:
    about = "a generated name, a name or pointer of the document, or METHOD /path"
    verb.add_argument("name", nargs="+", metavar="NAME", help=about)


def _serve(verb: ArgumentParser) -> None:
    where = verb.add_argument_group("where")
    where.add_argument("--host", metavar="ADDRESS", default="127.0.0.1", help="what to listen on (127.0.0.1)")
    where.add_argument("--port", type=int, default=8082, help="0 takes any free one (8082)")
    where.add_argument("--certificate", metavar="FILE", help="serve TLS with this certificate chain, PEM")
    where.add_argument("--key", metavar="FILE", help="the certificate's key, if it is not in the same file")
    how = verb.add_argument_group("what to answer")
    how.add_argument(
        "--behaviour", metavar="NAME=VALUE", action="append", default=[], help="set a switch of the emulator"
    )
