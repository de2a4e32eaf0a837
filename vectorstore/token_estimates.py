"""Estimates the tokens of a text whose tokenizer is elsewhere, and cuts texts by them.

For models behind an endpoint, whose vocabularies are not here. The estimate is of the text
alone, and high rather than low.
"""

import math
from functools import lru_cache

from vectorstore.bundle import storable

SPECIAL_TOKENS = 2  # what an encoder puts around each text


def estimate(text: str) -> int:
    """Return about how many tokens `text` makes, special ones included.

    Words are what stands between spaces. Each has its characters' weights (see `_weight`),
    rounded up, so that a text has no more than its parts together.
    """
    return SPECIAL_TOKENS + sum(map(_word_tokens, text.split()))


def cut(text: str, tokens: int) -> str:
    """Return the words of `text`, up to an estimate of `tokens`; never an empty text."""
    left = tokens - SPECIAL_TOKENS
    kept: list[str] = []
    for word in storable(text).split():
        spent = _word_tokens(word)
        kept.append(word if spent <= left else _cut_word(word, left))
        left -= spent
        if left <= 0:
            break
    # Some endpoints refuse an empty text.
    return " ".join(kept) or "."


def _cut_word(word: str, tokens: int) -> str:
    total = 0.0
    for place, char in enumerate(word):
        total += _weight(char)
        if total > tokens:
            return word[:place]
    return word


def _word_tokens(word: str) -> int:
    # The longest words are addresses, and texts in scripts without spaces: each comes once.
    return _known_word_tokens(word) if len(word) <= 32 else _count(word)


@lru_cache(maxsize=65_536)
def _known_word_tokens(word: str) -> int:
    return _count(word)


def _count(word: str) -> int:
    # Thirds and sixths can add up to a little more than the whole number that they make.
    return math.ceil(sum(map(_weight, word)) - 1e-6)


def _weight(char: str) -> float:
    """Return how many tokens a character makes in a vocabulary that spends many on it.

    With a sixth for a Latin letter, English has 1.2 times the bundled model's wordpieces (in
    passages .84 to 1.44 times; 380,000 characters of news and encyclopedia), so that passages
    stay about as long. A vocabulary that has a script's letters spends at most one token on a
    letter. Those that know Cyrillic or Greek also have groups of their letters: two for three
    letters is still more than they spend. What has three or four bytes in UTF-8 may be
    spelled out in bytes, of which the commonest pairs are one token.
    """
    code = ord(char)
    if code < 0x80:
        return 1 / 6 if char.isalpha() else 1.0
    if code < 0x530:  # Latin with marks, Greek, Cyrillic
        return 2 / 3
    if code < 0x800 or 0x2000 <= code < 0x2070:  # Hebrew, Arabic; dashes, quotation marks
        return 1.0
    return 2.0 if code < 0x10000 else 3.0
