"""Stems of words that no Snowball stemmer fits, by what such words begin and end with.

Hebrew and Arabic write article, prepositions and "and" onto the word; Ukrainian and
Belarusian decline as Russian does, in letters of their own; Bulgarian and Macedonian put the
article behind the noun. Every function takes a word as `text.fold` leaves it. What is left
need not be a word: only that forms of one word leave the same matters. Nothing here knows
which language a word is of.
"""

import re

# Ukrainian and Belarusian letters, as Russian endings have them.
_AS_RUSSIAN = str.maketrans({"і": "и", "ї": "и", "є": "е", "ґ": "г", "'": ""})
_SOFTENED = re.compile("(?<=[сц])ь(?=к)")  # "-ський" is "-ский"

_HEBREW_PREFIXES = "והבכלמש"
_HEBREW_ENDING = re.compile(r"(?:(?<=..)(?:יים|ים|ות)|(?<=...)(?:יה|ית|ה|ת|י))$")
_HEBREW_FINALS = str.maketrans("םןץףך", "מנצפכ")

# After light10 (Larkey, Ballesteros and Connell 2002), which does as well as any stemmer of
# Arabic in search; "and" only where more is left of the word than of "minister" (وزير).
_ARABIC_OPENING = re.compile(r"و?(?:[بكف]?ال|لل)(?=...)|و(?=.....)")
_ARABIC_ENDINGS = ("ها", "ان", "ات", "ون", "ين", "يه", "ية", "ه", "ة", "ا", "ي")

_ARTICLE_BEHIND = re.compile(r"(?<=...)(?:та|то|те|ът|ят)$")


def as_russian(word: str) -> str:
    """Return a Cyrillic word in letters that a stemmer of Russian knows the endings in."""
    return _SOFTENED.sub("", word.translate(_AS_RUSSIAN))


def without_article(word: str) -> str:
    """Return a Bulgarian or Macedonian word without the article behind it."""
    return _ARTICLE_BEHIND.sub("", word)


def hebrew(word: str) -> str:
    """Return what a Hebrew word has in common with its forms.

    Every letter that may be a prefix goes, also where it belongs to the word: so "the
    government" and "government" come to the same, whichever letters their word begins with.
    """
    word = _HEBREW_ENDING.sub("", word)
    while word[:1] in _HEBREW_PREFIXES and len(word) > (2 if word[0] == "ה" else 3):
        word = word[1:]
    return word.translate(_HEBREW_FINALS)


def arabic(word: str) -> str:
    """Return what a word in Arabic letters has in common with its forms."""
    if opening := _ARABIC_OPENING.match(word):
        word = word[opening.end() :]
    for ending in _ARABIC_ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word.removesuffix(ending)
    return word
