"""INTERFACE NOTE for whoever builds this module (near-copies): ingest and planning call exactly
`sketch`, `are_near` and `NearCopies` as below. Replace everything here, keep these signatures.

`are_near(one, other)`: cheap comparison of two sketches (microseconds; it is called for the 16
articles of a batch): whether their texts may be near-copies; generous, never misses one.
`find(..., besides=ID)`: that article itself is not looked at.
"""

from collections.abc import Callable, Iterable


def sketch(text: str) -> bytes:
    import hashlib

    return hashlib.sha256(text.encode()).digest()


def are_near(one: bytes, other: bytes) -> bool:
    return bool(one) and one == other


class NearCopies:
    def __init__(
        self, sketches: Iterable[tuple[str, bytes]], text_of: Callable[[str], str | None]
    ) -> None:
        self._sketches = dict(sketches)
        self._text_of = text_of

    def add(self, article_id: str, sketch: bytes) -> None:
        self._sketches[article_id] = sketch

    def find(self, text: str, sketch: bytes, besides: str | None = None) -> str | None:
        for article_id, known in self._sketches.items():
            if known == sketch and article_id != besides and self._text_of(article_id) is not None:
                return article_id
        return None
