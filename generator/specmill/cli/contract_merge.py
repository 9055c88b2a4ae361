"""``specmill contract merge REPORT…``: the shards of a run as one run."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from specmill.cli.contract_told import tell
from specmill.contract.merge import merged, read


def run(options: Namespace) -> int:
    return tell(options, merged([report for one in options.reports for report in read(Path(one))]))
