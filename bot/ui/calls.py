"""What all calls of the page's scripts share.

A call takes one JSON object from a browser, which is not to be trusted, and returns another:
markup for a part of the page, or `error` with a message fit to be shown. Nothing here knows
Gradio. The calls are in `conversation_calls` and `library_calls`.
"""

from collections.abc import Mapping
from typing import Any

Given = Mapping[str, Any]
Result = dict[str, Any]


def word(given: Given, name: str) -> str:
    """Return a text that a browser gave, empty if it gave none."""
    value = given.get(name)
    return storable(value) if isinstance(value, str) else ""


def storable(value: str) -> str:
    """Return `value` without halves of characters, which a script can send and nobody store."""
    return value.encode(errors="replace").decode()
