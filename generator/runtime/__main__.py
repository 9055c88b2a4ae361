"""``python -m`` and the name of the package: the command line of the client."""

from __future__ import annotations

import sys

from ._cli import main

if __name__ == "__main__":
    sys.exit(main())
