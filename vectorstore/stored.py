"""What tables of kept work have in common: times, texts that can be stored, searches for words."""

import json
import re
from datetime import UTC, datetime

from vectorstore.text import fold


def now() -> str:
    """Return this moment as an ISO date-time in UTC.

    So fine that of two writes the later has the later time, by which they are ordered.
    """
    return datetime.now(UTC).isoformat(timespec="microseconds")


def storable(text: str) -> str:
    """Return `text` without lone surrogates, which a browser may send and no file can store."""
    return re.sub(r"[\ud800-\udfff]", "\ufffd", text)


def sought(search: str) -> str:
    """Return the folded words of a search as a JSON list.

    One parameter for all words: SQLite bounds how deep a condition may nest, and how long the
    pattern of a LIKE may be, which a pasted page would exceed.
    """
    return json.dumps(list(dict.fromkeys(fold(storable(search)).split())))
