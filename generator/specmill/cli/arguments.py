"""What may be typed. Nothing heavy is imported here: ``specmill --help`` answers at once."""

from __future__ import annotations

from argparse import ArgumentParser, RawDescriptionHelpFormatter

from specmill import __version__

STORY = """\
specmill turns an OpenAPI document into a Python client and keeps that client true to the document.

  specmill init openapi.yaml    writes [tool.specmill] into pyproject.toml
  specmill regenerate           document -> client, and its reference
  specmill check                are they still what the document says?
  specmill contract URL         does a running server keep what the document says?
  specmill vendor DIR           a copy of the client for another repository
"""

CONTRACT = """\
Tries a running server: what its document promises it has to keep, in single calls and in streams. Many cases, one
verdict each; a failure says where, what was sent, what was expected and what came. A run that proves nothing is no
pass.
"""

MERGE = "contract merge"


def parser(whole: bool = True) -> ArgumentParser:
    """Without what emulators bring unless it is the ``whole``, which takes time that only ``serve`` has."""
    shared = _shared()
    top = ArgumentParser("specmill", description=STORY, formatter_class=RawDescriptionHelpFormatter, allow_abbrev=False)
    top.add_argument("--version", action="version", version=f"specmill {__version__}")
    verbs = top.add_subparsers(dest="verb", required=True, metavar="VERB")

    def verb(name: str, about: str, *parents: ArgumentParser) -> ArgumentParser:
        return verbs.add_parser(name, help=about, description=about, parents=[*parents, shared], allow_abbrev=False)

    what = _what_to_build()
    _init(verb("init", "write the configuration for a new client"))
    _regenerate(verb("regenerate", "make the client, and its reference, what the document says", what))
    _docs(verb("docs", "make the reference what the document says, and leave the client as it is", what))
    _check(verb("check", "are client and reference what the document says? 0: yes, 1: no, 2: cannot tell", what))
    _explain(verb("explain", "from a generated name to its place in the document, and back", what))
    _contract(
        verbs.add_parser(
            "contract",
            help="try a running server: does it keep what its document says? 0: yes, 1: no, 2: nothing was proved",
            description=CONTRACT,
            parents=[what],
            allow_abbrev=False,
        )
    )
    _merge(
        verbs.add_parser(
            MERGE,
            help="the reports of a run's shards as one",
            description="Joins what the shards of a run have told, by --json, into what one run would have told.",
            allow_abbrev=False,
        )
    )
    _diff(verb("diff", "what changed between two documents, and in the Python API of their clients"))
    _vendor(verb("vendor", "the client inside somebody else's repository: copied, checked, brought up to date", what))
    _serve(verb("serve", "stand in for the API: a real server that answers as the document says", what), whole)
    _record(verb("record", "a proxy that writes down what is said in both directions", what))
    return top


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
    group.add_argument("--docs", metavar="DIR", help="the folder of the reference")
    group.add_argument("--notes", metavar="DIR", help="a folder of Markdown that becomes part of the reference")
    group.add_argument("--allow", metavar="WHAT", action="append", help="a file or URL that a $ref may reach")
    group.add_argument("--config", metavar="FILE", help="the pyproject.toml to read")
    return what


def _init(verb: ArgumentParser) -> None:
    verb.add_argument("document", metavar="DOCUMENT", help="the OpenAPI document, YAML or JSON")
    verb.add_argument("--package", metavar="NAME", help="the name to import the client by (from the title)")
    verb.add_argument("--output", metavar="DIR", help="the folder in which the package's folder goes (src, or here)")


def _regenerate(verb: ArgumentParser) -> None:
    _docs(verb)
    about = "write the client even if the update of its document breaks those who use it"
    verb.add_argument("--accept-breaking", action="store_true", help=about)


def _docs(verb: ArgumentParser) -> None:
    """The options of all that writes."""
    verb.add_argument("--verbose", action="store_true", help="name every change and every file")
    verb.add_argument("--force", action="store_true", help="build even if nothing has changed")
    verb.add_argument("--discard-edits", action="store_true", help="overwrite what was changed by hand")
    verb.add_argument("--adopt", action="store_true", help="write into a folder that has no manifest, or a broken one")


def _check(verb: ArgumentParser) -> None:
    verb.add_argument("--verbose", action="store_true", help="show differences in full")


def _explain(verb: ArgumentParser) -> None:
    about = "a generated name, a name or pointer of the document, or METHOD /path"
    verb.add_argument("name", nargs="+", metavar="NAME", help=about)


def _vendor(verb: ArgumentParser) -> None:
    verb.add_argument("folder", metavar="DIR", help="the copy: its name is how it is imported")
    actions = verb.add_argument_group("instead of making a copy").add_mutually_exclusive_group()
    for action, about in (
        ("check", "is it what came, and what its source is now? 0: yes, 1: no, 2: cannot tell"),
        ("update", "replace what nobody touched, merge what somebody edited"),
        ("undo", "the folder as it was before the last --update, --restore or --undo"),
        ("restore", "every file as it came"),
        ("diff", "the edits as a patch, to send upstream"),
        ("sbom", "what it is and needs, as CycloneDX in JSON; of a copy that is made first if there is none"),
    ):
        actions.add_argument(f"--{action}", action="store_const", const=action, dest="action", help=about)
    about = "copy but this operation, with the models that it needs; may be repeated"
    verb.add_argument("--only", metavar="OPERATION", action="append", default=[], help=about)
    about = "the sha256 that VENDORED.json had when it came; another one is an error"
    verb.add_argument("--expect", metavar="HASH", help=about)


def _contract(verb: ArgumentParser) -> None:
    verb.add_argument("url", metavar="URL", help="where the server is, such as http://127.0.0.1:8082")
    verb.add_argument("--debug", action="store_true", help="show where an error came from")
    who = verb.add_argument_group("who asks; no secret gets into a report")
    who.add_argument("--user", metavar="KEY:SECRET", default="", help="for basic authentication")
    who.add_argument("--token", metavar="TOKEN", default="", help="for bearer, OAuth 2.0 and OpenID Connect")
    who.add_argument("--key", metavar="SCHEME=SECRET", action="append", default=[], help="for any scheme, by its name")
    who.add_argument("--header", metavar="'NAME: VALUE'", action="append", default=[], help="sent with every request")
    who.add_argument("--cacert", metavar="FILE", help="authorities to trust, PEM")
    who.add_argument("--insecure", action="store_true", help="trust any certificate")
    tried = verb.add_argument_group("what is tried")
    tried.add_argument(
        "--param",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="a parameter, the same in every call; a second value of one is another place for the records of a stream",
    )
    tried.add_argument("--operation", metavar="ID", action="append", default=[], help="only this one; may be repeated")
    tried.add_argument("--profile", choices=("quick", "ci", "fuzz"), default="quick", help="how much (quick)")
    tried.add_argument("--seed", type=int, metavar="N", help="the same seed tries the same (0; fuzz takes another)")
    much = tried.add_mutually_exclusive_group()
    much.add_argument(
        "--budget", metavar="30s", help="for how long at most: 30s, 5m, 1h; what is left out then is told"
    )
    much.add_argument("--cases", type=int, metavar="N", help="how many are drawn for every operation")
    tried.add_argument("--idle", type=float, metavar="SECONDS", help="how long this server keeps a silent stream open")
    tried.add_argument(
        "--patience", type=float, metavar="SECONDS", default=1.0, help="until a stream counts as silent (1)"
    )
    about = "the third of eight parts of a run, which have nothing in common; each with the same --seed"
    tried.add_argument("--shard", metavar="3/8", help=about)
    tried.add_argument("--replay", metavar="FILE", help="only this stored failure")
    known = verb.add_argument_group("what failed before, or elsewhere, and is tried first")
    known.add_argument("--record", metavar="DIR", help="store failures there; the next run begins with them")
    about = "share failures there: a folder, redis://HOST:PORT/0, github://OWNER/REPOSITORY or a zip; may be repeated"
    known.add_argument("--database", metavar="WHERE", action="append", default=[], help=about)
    about = "begin with what failed there, and write nothing to it; may be repeated"
    known.add_argument("--database-upstream", metavar="WHERE", action="append", default=[], help=about)
    _told(verb)


def _merge(verb: ArgumentParser) -> None:
    about = "what a shard has written by --json, or a folder of such files"
    verb.add_argument("reports", nargs="+", metavar="REPORT", help=about)
    verb.add_argument("--debug", action="store_true", help="show where an error came from")
    _told(verb)
    verb.add_argument("--record", metavar="DIR", help="store the failures of all shards there")


def _told(verb: ArgumentParser) -> None:
    """What a run and its shards joined are both asked to tell."""
    told = verb.add_argument_group("what is told")
    told.add_argument("--json", metavar="FILE", help="the whole run, for machines")
    told.add_argument("--junit", metavar="FILE", help="one test a check, for CI")
    told.add_argument("--html", metavar="FILE", help="one page with the failures and the matrix of what was reached")
    told.add_argument("--coverage", action="store_true", help="name what was not reached, and why")
    told.add_argument("--brief", action="store_true", help="one line a failure, without its page")


def _diff(verb: ArgumentParser) -> None:
    verb.add_argument("old", nargs="?", metavar="OLD", help="a document, or one of a git revision: HEAD~1:openapi.yaml")
    verb.add_argument("new", nargs="?", metavar="NEW", help="the document to compare it with")
    about = "for both documents, may be repeated (those of [tool.specmill], if it names the document)"
    verb.add_argument("--overlay", metavar="FILE", action="append", dest="overlays", help=about)
    verb.add_argument("--allow", metavar="WHAT", action="append", help="a file or URL that a $ref may reach")
    verb.add_argument("--config", metavar="FILE", help="the pyproject.toml to read")
    kinds = ("text", "json", "markdown", "github", "changelog")
    verb.add_argument("--format", choices=kinds, default="text", help="how to tell it (text)")
    about = "exit with 1 for: breaking ones, possibly breaking ones as well, or any difference"
    verb.add_argument("--fail-on", choices=("breaking", "possible", "any"), help=about)
    verb.add_argument("--ignore", metavar="FILE", help="differences to live with, each with a reason and a last day")
    about = "what the client has now, to name the one that follows (info.version of OLD)"
    verb.add_argument("--version-now", metavar="VERSION", help=about)
    verb.add_argument("--verbose", action="store_true", help="name neutral differences as well")
    verb.add_argument("--list", action="store_true", help="print the table: id, severity, and why")


def _serve(verb: ArgumentParser, whole: bool) -> None:
    _where(verb, 8082, pages=True)
    how = verb.add_argument_group("what to answer")
    how.add_argument(
        "--responder",
        choices=("recordings", "examples", "emulator"),
        help="answer from recordings, from the document's examples, or as its emulator (where one knows the document)",
    )
    how.add_argument("--recordings", metavar="DIR", help="a folder of recordings, or one (those of [tool.specmill])")
    about = "find recordings by the meaning of what is sent, the same at their speed, or by bytes (meaning)"
    how.add_argument("--replay", choices=("meaning", "timed", "exact"), default="meaning", help=about)
    how.add_argument(
        "--behaviour", metavar="NAME=VALUE", action="append", default=[], help="set a switch of the emulator"
    )
    about = "whom the emulator knows; without one it asks nobody"
    how.add_argument("--user", metavar="KEY:SECRET", action="append", default=[], dest="users", help=about)
    if whole:
        _emulators(verb)


def _where(verb: ArgumentParser, port: int, pages: bool = False) -> None:
    where = verb.add_argument_group("where")
    where.add_argument("--host", metavar="ADDRESS", default="127.0.0.1", help="what to listen on (127.0.0.1)")
    where.add_argument("--port", type=int, default=port, help=f"0 takes any free one ({port})")
    where.add_argument("--certificate", metavar="FILE", help="serve TLS with this certificate chain, PEM")
    where.add_argument("--key", metavar="FILE", help="the certificate's key, if it is not in the same file")
    if pages:
        about = "an origin whose pages may ask it, null for one opened from a file; may be repeated (none)"
        where.add_argument("--cors", metavar="ORIGIN", action="append", default=[], help=about)


def _record(verb: ArgumentParser) -> None:
    what = verb.add_argument_group("what to record")
    what.add_argument("--upstream", metavar="URL", help="the live server, http or https")
    what.add_argument("--cacert", metavar="FILE", help="the authorities that its certificate is checked against, PEM")
    what.add_argument("--to", metavar="FILE|DIR", help="FILE.jsonl for one exchange, or a folder ([tool.specmill])")
    about = "none: only replay; once: record if there is nothing; new: record what is not known; all: anew (once)"
    what.add_argument("--mode", choices=("none", "once", "new", "all"), default="once", help=about)
    about = "a member of JSON that is secret, beside all credentials; may be repeated"
    what.add_argument("--redact", metavar="FIELD", action="append", default=[], help=about)
    _where(verb, 8083)
    again = verb.add_argument_group("instead of recording")
    again.add_argument("--verify", action="store_true", help="ask the server what was recorded: 0 the same, 1 not")
    about = "a secret that recordings do not hold; may be repeated"
    again.add_argument("--header", metavar="'NAME: VALUE'", action="append", default=[], dest="headers", help=about)
    about = "a member that each run has another value of, beside offset, timestamp and times; may be repeated"
    again.add_argument("--volatile", metavar="FIELD", action="append", default=[], help=about)


def _emulators(verb: ArgumentParser) -> None:
    """What the emulators that are installed bring: options, and switches of which the help tells."""
    from specmill.serve.emulators import emulations

    tables = []
    for emulation in emulations():
        own = verb.add_argument_group(f"of the emulator {emulation.NAME}")
        for one in emulation.OPTIONS:
            if one.metavar:
                own.add_argument(f"--{one.name}", metavar=one.metavar, help=one.about)
            else:
                own.add_argument(f"--{one.name}", action="store_true", help=one.about)
        tables.append(f"switches of the emulator {emulation.NAME}, for --behaviour:\n")
        tables += [f"  {one.name}={one.default}\n      {one.about}: {one.values}" for one in emulation.SWITCHES]
    verb.epilog = "\n".join(tables).replace("%", "%%")
    verb.formatter_class = RawDescriptionHelpFormatter
