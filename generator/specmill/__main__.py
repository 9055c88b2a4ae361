"""``python -m specmill`` is the same as ``specmill``."""

from __future__ import annotations

import sys

from specmill.cli import main

if __name__ == "__main__":
    sys.exit(main())
