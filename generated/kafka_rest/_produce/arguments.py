"""The options of ``produce``."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, _SubParsersAction

from .._cli.reach import add_settings

FORMATS = ("json", "string", "binary")
EPILOG = """\
A line is a whole record as JSON, {"key": {"type": "STRING", "data": "k"}, "value": {"type": "JSON", "data": {}}}, or
with --value-format just its value. exit codes: 0 all accepted; 1 some not; 2 it could not go on; 130 Ctrl-C.
"""


def add_produce(verbs: _SubParsersAction[ArgumentParser]) -> None:
    about = "Writes the records of a file or of stdin to a topic, one a line, and says what became of each."
    verb = verbs.add_parser("produce", help="writes records to a topic", description=about, epilog=EPILOG)
    verb.add_argument("topic", metavar="TOPIC")
    verb.add_argument("file", metavar="FILE", nargs="?", default="-", help="the records (stdin)")
    verb.add_argument("--cluster-id", metavar="ID", help="the cluster (else KAFKA_CLUSTER_ID)")
    _add_format(verb)
    _add_outcomes(verb)
    _add_pace(verb)
    _add_engine(verb)
    add_settings(verb)
    verb.set_defaults(module="_produce.run")


def _add_format(verb: ArgumentParser) -> None:
    group = verb.add_argument_group("what a line is")
    group.add_argument("--value-format", choices=FORMATS, help="a line is a value of this kind, not a whole record")
    group.add_argument("--key-separator", metavar="TEXT", help="what stands between key and value in a line")
    group.add_argument("--key-format", choices=FORMATS, default="string", help="the kind of those keys (string)")
    group.add_argument(
        "--header", metavar="NAME:VALUE", dest="headers", action="append", default=[], help="of each record"
    )
    group.add_argument("--partition", metavar="N", type=int, help="of each record that names none")
    group.add_argument("--timestamp-field", metavar="NAME", help="the member of a JSON value that is its timestamp")
    group.add_argument("--skip", metavar="N", type=count, default=0, help="begin behind line N")


def _add_outcomes(verb: ArgumentParser) -> None:
    group = verb.add_argument_group("what becomes of the records")
    group.add_argument("--reports", metavar="FILE", help="one JSON a record with its line (- for stdout)")
    group.add_argument("--ordered", action="store_true", help="... in the order of the lines, not as they come")
    group.add_argument("--dead-letter", metavar="FILE", help="refused records with the reason, to be produced again")
    group.add_argument("--resume", metavar="STATE", help="keeps in this file what is done, and goes on where it ended")
    group.add_argument(
        "--on-unknown",
        choices=("raise", "resend", "report"),
        default="raise",
        help="what to do about records that may be stored or not: stop (raise), send them again, which may store them "
        "twice (resend), or say so and go on (report)",
    )
    group.add_argument("--max-errors", metavar="N", type=count, help="stop once more than N are not accepted")
    group.add_argument("--dry-run", action="store_true", help="look at each line and send nothing")


def _add_pace(verb: ArgumentParser) -> None:
    group = verb.add_argument_group("how fast")
    group.add_argument("--connections", metavar="N", type=positive, help="streams in parallel, of each process (1)")
    group.add_argument("--processes", metavar="N", type=positive, default=1, help="processes that produce (1)")
    group.add_argument("--rate", metavar="N", type=positive, help="records a second, at most")


def _add_engine(verb: ArgumentParser) -> None:
    group = verb.add_argument_group("over which protocol")
    group.add_argument(
        "--engine", choices=("rest", "kafka"), default="rest", help="kafka sends to the brokers themselves (rest)"
    )
    group.add_argument("--bootstrap-servers", metavar="HOST:PORT", help="those brokers, with commas between them")
    group.add_argument("--kafka-config", metavar="FILE", help="settings of librdkafka, a NAME=VALUE a line")


def count(text: str) -> int:
    return _whole(text, 0)


def positive(text: str) -> int:
    return _whole(text, 1)


def _whole(text: str, least: int) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < least:
        raise ArgumentTypeError(f"it is a whole number from {least}, not {text!r}")
    return int(text)
