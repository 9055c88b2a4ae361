"""A tree as JSON that a browser reads as it was: its numbers are floats, and it knows no NaN.

9223372036854775807  ->  {"$number": "9223372036854775807"}
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

MOST_EXACT = 2**53
HALF = re.compile("[\ud800-\udfff]")


def kept(value: Any) -> Any:
    """What a browser would change, as the text of it."""
    if isinstance(value, dict):
        return {key: kept(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [kept(one) for one in value]
    exact = not isinstance(value, int) or -MOST_EXACT <= value <= MOST_EXACT
    finite = not isinstance(value, float) or math.isfinite(value)
    return value if exact and finite else {"$number": json.dumps(value)}


def embedded(tree: Any) -> str:
    """JSON that can stand in a script of a page: nothing in it ends that script, or is a comment to HTML."""
    text = json.dumps(kept(tree), ensure_ascii=False, separators=(",", ":"))
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return HALF.sub(lambda half: f"\\u{ord(half[0]):04x}", text)


def pretty(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
