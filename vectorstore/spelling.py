"""Are two words one name? Spellings, demonyms and seats of government.

By general rules of transliteration (Zelenskyy and Zelensky, Gomel and Homyel, Lviv and
Lvov), by the endings of demonyms (Ukraine and Ukrainian), and by the table in `names.toml`
for what no rule covers, to which a user's own may be added. A rule can join two names that
only look alike; it never parts one. Search and the check of grounding both ask here.
"""

import re
import tomllib
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path

from vectorstore.errors import NamesError
from vectorstore.text import key_of

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
_DEMONYM = re.compile(r"(?:ian|ean|an|n|ish|ese|uese|i|er|ern|ic|al)s?$")
_COUNTRY = re.compile(r"(?:ia|a|e|y|ey|o|en|land|ine|on)?$")
_SHORTEST_STEM = 3


# The user's own table, for the whole process: what is one name does not depend on who asks.
_own: list[Path] = []


def use_names(file: Path) -> None:
    """Add the names of a user's table, of the form of `names.toml`, from now on.

    A file that is not there adds nothing. NamesError if it is of another form.
    """
    _own[:] = [file] if file.is_file() else []
    for cached in (_table, held_forms, claimed_forms, is_country):
        cached.cache_clear()
    _table()


@cache
def _table() -> tuple[dict[str, frozenset[int]], dict[str, tuple[str, ...]]]:
    """Return the groups of each name of the tables, and the seats of each country."""
    groups: dict[str, frozenset[int]] = {}
    seats: dict[str, tuple[str, ...]] = {}
    for number, names in enumerate(_rows("same")):
        for name in names:
            groups[key_of(name)] = groups.get(key_of(name), frozenset()) | {number}
    for country, *names in _rows("seats"):
        seats[key_of(country)] = (*seats.get(key_of(country), ()), *map(key_of, names))
    return groups, seats


def _rows(part: str) -> Iterator[list[str]]:
    """Yield the lists of names of one part of each table; a seat's first is its country."""
    for file in (files("vectorstore").joinpath("names.toml"), *_own):
        try:
            table = tomllib.loads(file.read_text(encoding="utf-8"))
            if part == "same":
                rows = [list(names) for names in table.get("same", [])]
            else:
                rows = [[country, *names] for country, names in table.get("seats", {}).items()]
            if not all(isinstance(name, str) and key_of(name) for row in rows for name in row):
                raise ValueError("a name is no text")
        except (OSError, ValueError, TypeError, AttributeError) as error:
            raise NamesError(
                f"{file} cannot be read as a table of names ({error}): it holds lines such as "
                'same = [["Kyiv", "Kiev"]]. Mend it or take it away.'
            ) from error
        yield from rows


def spellings(key: str) -> frozenset[str]:
    """Return the names that the tables join with `key`: other spellings, and a seat's country."""
    groups, seats = _table()
    mine = groups.get(key, frozenset())
    same = {name for name, theirs in groups.items() if mine & theirs}
    ruled = {country for country, names in seats.items() if not {key, *same}.isdisjoint(names)}
    return frozenset(same | ruled) - {key}


@lru_cache(maxsize=65_536)
def is_country(key: str) -> bool:
    """Whether it is a country, a demonym or a seat of government, as far as the tables know."""
    return any(
        key == name or is_same(key, country)
        for country, names in _table()[1].items()
        for name in (country, *names)
    )


def sound(key: str) -> str:
    """Return what the usual spellings of one foreign name have in common."""
    for pattern, plain in _RULES:
        key = pattern.sub(plain, key)
    return key


@lru_cache(maxsize=65_536)
def held_forms(key: str) -> frozenset[str]:
    """Return the forms under which a name in a passage may be claimed."""
    forms = _shared_forms(key)
    forms.update(f"country:{stem}" for stem in _stems(_COUNTRY, key))
    forms.update(f"demonym:{stem}" for stem in _stems(_DEMONYM, key))
    return frozenset(forms)


@lru_cache(maxsize=65_536)
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
    return [f"group:{number}" for number in _table()[0].get(key, ())]


def _stems(endings: re.Pattern[str], key: str) -> list[str]:
    """Return what is left of `key` without each ending that `endings` may find in it."""
    stems = [
        key[:cut]
        for cut in range(max(_SHORTEST_STEM, len(key) - 5), len(key) + 1)
        if endings.fullmatch(key[cut:])
    ]
    return stems if len(key) > _SHORTEST_STEM else []
