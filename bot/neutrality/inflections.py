"""English verbs and nouns in all their forms, so that a list needs only the first of them.

`verb("slam")` is (slam, slams, slammed, slamming). It knows the regular patterns and the
irregular verbs that this package's lists use; it does not know whether a word is a verb.
"""

import re

Forms = tuple[str, str, str, str]

_PAST = {
    "begin": "began",
    "break": "broke",
    "cut": "cut",
    "fall": "fell",
    "give": "gave",
    "hit": "hit",
    "leave": "left",
    "mislead": "misled",
    "overthrow": "overthrew",
    "rise": "rose",
    "say": "said",
    "speak": "spoke",
    "spread": "spread",
    "swear": "swore",
    "tell": "told",
    "think": "thought",
    "be": "was",
    "make": "made",
    "slay": "slew",
}
# Verbs of one syllable double a last consonant behind one vowel; of the longer ones, only those
# whose stress lies at the end.
_DOUBLING = re.compile(r"[^aeiou]*[aeiou][bdgklmnprtvz]|qu[aeiou][bdgmnprt]")
_DOUBLED = frozenset({"begin", "rebut", "rebel", "repel", "befit", "admit", "concur", "handbag"})


def verb(base: str) -> Forms:
    """Return a verb's base form, third person, past and -ing form; only its first word changes."""
    first, space, rest = base.partition(" ")
    stem = _before_ending(first)
    past = _PAST.get(first) or _past(first, stem)
    forms = (first, _with_s(first), past, f"{stem}ing")
    return tuple(f"{form}{space}{rest}" for form in forms)  # pyright: ignore[reportReturnType]


def noun(base: str) -> tuple[str, str]:
    """Return a noun's singular and plural."""
    if base.endswith("man"):
        return base, f"{base[:-2]}en"
    return base, _with_s(base)


def _past(base: str, stem: str) -> str:
    if base.endswith("y") and base[-2] not in "aeiou":
        return f"{base[:-1]}ied"
    return f"{stem}ed" if not base.endswith("ee") else f"{base}d"


def _before_ending(base: str) -> str:
    if _DOUBLING.fullmatch(base) or base in _DOUBLED:
        return base + base[-1]
    if base.endswith("e") and not base.endswith(("ee", "oe", "ye")) and base != "be":
        return base[:-1]
    return base


def _with_s(base: str) -> str:
    if base.endswith("y") and base[-2] not in "aeiou":
        return f"{base[:-1]}ies"
    return f"{base}es" if base.endswith(("s", "sh", "ch", "x", "z")) else f"{base}s"
