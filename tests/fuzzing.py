"""Makes damaged files from sound ones: the same ones for the same seed.

A damaged file has one to six of the damages below, at places drawn by chance. They are what
happens to files (a cut, a lost block, a flipped bit) and what people do to parsers (deep
nesting, long runs, markup in the wrong place, numbers that are too large).
"""

import random
from collections.abc import Callable

Damage = Callable[[bytes, random.Random], bytes]

_TOKENS = (
    *(b"<div>", b"</p>", b"<![CDATA[", b"<!--", b"<script>", b"<table><tr>", b"&#xD800;", b"&amp"),
    *(b'"', b"\\ud800", b"[", b"{", b"}", b":1e999", b"\x00", b"\xff\xfe", b"\xed\xa0\x80"),
    *(b"stream\n", b"endstream", b"/Length 99999999", b"<<", b">>", b"/Filter /FlateDecode"),
    *(b"0 0 obj", b"trailer", b"startxref\n0", b"(\\", b"-1 -1 R", b"/Kids [1 0 R]"),
    *(b"PK\x03\x04", b"PK\x01\x02", b"<w:t>", b"<w:p><w:p>", b"\r", "ﷺ".encode() * 40),
)


def damaged(sound: bytes, seed: object) -> bytes:
    """Return `sound` with some damages, drawn by `seed`."""
    drawn = random.Random(str(seed))
    for _ in range(drawn.randint(1, 6)):
        sound = drawn.choice(_DAMAGES)(sound, drawn)
    return sound


def _flip(content: bytes, drawn: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(drawn.randint(1, 30)):
        if changed:
            changed[drawn.randrange(len(changed))] ^= 1 << drawn.randrange(8)
    return bytes(changed)


def _cut(content: bytes, drawn: random.Random) -> bytes:
    return content[: drawn.randrange(len(content) + 1)]


def _drop(content: bytes, drawn: random.Random) -> bytes:
    start, end = _range(content, drawn)
    return content[:start] + content[end:]


def _repeat(content: bytes, drawn: random.Random) -> bytes:
    start, end = _range(content, drawn)
    times = drawn.choice((2, 20, 2_000))
    return (content[:start] + content[start:end][:500] * times + content[end:])[:2_000_000]


def _swap(content: bytes, drawn: random.Random) -> bytes:
    first, second = sorted((_range(content, drawn), _range(content, drawn)))
    if first[1] > second[0]:
        return content
    return b"".join(
        (
            *(content[: first[0]], content[slice(*second)], content[first[1] : second[0]]),
            *(content[slice(*first)], content[second[1] :]),
        )
    )


def _insert(content: bytes, drawn: random.Random) -> bytes:
    at = drawn.randrange(len(content) + 1)
    token = drawn.choice(_TOKENS) * drawn.choice((1, 1, 3, 300, 30_000))
    return (content[:at] + token[:400_000] + content[at:])[:2_000_000]


def _noise(content: bytes, drawn: random.Random) -> bytes:
    at = drawn.randrange(len(content) + 1)
    return content[:at] + drawn.randbytes(drawn.randint(1, 400)) + content[at:]


def _number(content: bytes, drawn: random.Random) -> bytes:
    """Put another number for one that stands there."""
    places = [at for at, char in enumerate(content) if 48 <= char <= 57]
    if not places:
        return content
    at = drawn.choice(places)
    number = drawn.choice((b"0", b"-1", b"99999999999", b"2147483648", b"1e308"))
    return content[:at] + number + content[at + 1 :]


def _range(content: bytes, drawn: random.Random) -> tuple[int, int]:
    start = drawn.randrange(len(content) + 1)
    return start, min(len(content), start + drawn.randint(0, max(1, len(content) // 4)))


_DAMAGES: tuple[Damage, ...] = (
    _flip,
    _cut,
    _drop,
    _repeat,
    _swap,
    _insert,
    _insert,
    _noise,
    _number,
)
