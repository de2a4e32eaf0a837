"""Are two words one name? Spellings, demonyms, initials and seats of government.

By general rules of transliteration (Zelenskyy and Zelensky, Gomel and Homyel, Lviv and
Lvov), by the endings of demonyms (Ukraine and Ukrainian), and by the table in `names.toml`
for what no rule covers. A rule can join two names that only look alike; it never parts one.
"""

import re
import tomllib
from functools import cache, lru_cache
from importlib.resources import files

from bot.grounding.words import key_of

# In order. Letters that one script writes several ways in another: Ukrainian and Belarusian
# h for Russian g, -iv for -ov, soft vowels with or without y, French, German and Polish
# renderings of the hushing sounds, Arabic emphatics.
_RULES = tuple(
    (re.compile(pattern), plain)
    for pattern, plain in (
        (r"[^\w]|_", ""),
        (r"x", "ks"),
        (r"tsch|tch|cz", "ch"),
        (r"sch|sz", "sh"),
        (r"kh|gh|g", "h"),
        (r"dh", "d"),
        (r"ph", "f"),
        (r"ck|q|c(?!h)", "k"),
        (r"w", "v"),
        (r"ou|oo", "u"),
        (r"ee|y|j", "i"),
        (r"(.)\1+", r"\1"),
        (r"ie", "e"),
        (r"[ieo]+v$", "ov"),
    )
)
_SHORTEST_SPELT = 4
# Belarusian writes an unstressed o as a: joined in long names only (Oman is not Amman).
_LONG = 8
_DEMONYM = re.compile(r"(?:ian|ean|an|n|ish|ese|uese|i|er|ic|al)s?$")
_COUNTRY = re.compile(r"(?:ia|a|e|y|ey|o|en|land|ine|on)?$")
_SHORTEST_STEM = 3


@cache
def _table() -> tuple[dict[str, int], dict[str, tuple[str, ...]]]:
    """Return the group of each name of the table, and the seats of each group's country."""
    text = files("bot.grounding").joinpath("names.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    groups = {key_of(name): n for n, names in enumerate(table["same"]) for name in names}
    seats = {
        key_of(country): tuple(key_of(seat) for seat in names)
        for country, names in table["seats"].items()
    }
    return groups, seats


def sound(key: str) -> str:
    """Return what the usual spellings of one foreign name have in common."""
    for pattern, plain in _RULES:
        key = pattern.sub(plain, key)
    return key


@lru_cache(maxsize=16_384)
def held_forms(key: str) -> frozenset[str]:
    """Return the forms under which a name in a passage may be claimed."""
    forms = _shared_forms(key)
    forms.update(f"country:{stem}" for stem in _stems(_COUNTRY, key))
    forms.update(f"demonym:{stem}" for stem in _stems(_DEMONYM, key))
    return frozenset(forms)


@lru_cache(maxsize=16_384)
def claimed_forms(key: str) -> frozenset[str]:
    """Return the forms that, held, support a claim of this name.

    A demonym is supported by its country and the other way round, never two countries by
    each other: Niger and Nigeria have demonyms in common. A country is supported by the seat
    of its government, not the other way round.
    """
    forms = _shared_forms(key)
    forms.update(f"demonym:{stem}" for stem in _stems(_COUNTRY, key))
    forms.update(f"country:{stem}" for stem in _stems(_DEMONYM, key))
    for country, seats in _table()[1].items():
        if not forms.isdisjoint(held_forms(country)):
            forms.update(f"name:{seat}" for seat in seats)
            forms.update(form for seat in seats for form in _group(seat))
    return frozenset(forms)


def is_same(claimed: str, held: str) -> bool:
    """Say whether the name `held` supports a claim of the name `claimed`, both as keys."""
    return not claimed_forms(claimed).isdisjoint(held_forms(held))


def _shared_forms(key: str) -> set[str]:
    forms = {f"name:{key}", *_group(key)}
    if len(key) > _SHORTEST_STEM and key.endswith("s"):
        forms.add(f"name:{key[:-1]}")
    if len(key) >= _SHORTEST_SPELT:
        spelt = sound(key)
        forms.add(f"sound:{spelt}")
        if len(spelt) >= _LONG:
            forms.add(f"long:{spelt.replace('o', 'a')}")
    return forms


def _group(key: str) -> list[str]:
    group = _table()[0].get(key)
    return [] if group is None else [f"group:{group}"]


def _stems(endings: re.Pattern[str], key: str) -> list[str]:
    """Return what is left of `key` without each ending that `endings` may find in it."""
    stems = [
        key[:cut]
        for cut in range(max(_SHORTEST_STEM, len(key) - 5), len(key) + 1)
        if endings.fullmatch(key[cut:])
    ]
    return stems if len(key) > _SHORTEST_STEM else []
