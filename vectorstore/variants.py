"""Finds the other forms in which a question's names stand in the articles.

"Zelensky" in a question is to find "Zelenskyy", "Gomel" "Homyel", and "Ukraine" what is
Ukrainian. Only words that the library holds are compared, by `spelling`. Names are found
by their capitals, so that "turkey" is no country.
"""

from collections.abc import Callable, Mapping, Sequence

from vectorstore.spelling import is_same, spellings
from vectorstore.text import stem

# First letters that the rules of spelling may turn into each other; any other stays.
_INITIALS = ("cghkqtx", "eijy", "fp", "aou", "vw")
_MOST = 8
# A name that the articles do not have may be a slip of the keyboard, if it is as long as this.
_SHORTEST_MISTYPED = 6
_CACHED_NAMES = 2_000

Terms = Callable[[str], Sequence[str]]


class Variants:
    """The variants of names among the terms of an index, remembered while these last."""

    def __init__(self, terms: Terms) -> None:
        """`terms` returns the index's stems that begin with a letter."""
        self._terms = terms
        self._generation: str | None = None
        self._known: dict[str, tuple[str, ...]] = {}

    def of(self, names: Sequence[str], generation: str | None) -> Mapping[str, str]:
        """Return, for each other stem of one of `names` (folded words), the name's own stem.

        What was found holds until `generation` changes.
        """
        if generation != self._generation or len(self._known) > _CACHED_NAMES:
            self._generation, self._known = generation, {}
        aliases: dict[str, str] = {}
        for name in names:
            if name not in self._known:
                self._known[name] = tuple(self._find(name))[:_MOST]
            for variant in self._known[name]:
                aliases.setdefault(variant, stem(name))
        # A name that is asked for by itself is not another's variant.
        asked = {stem(name) for name in names}
        return {variant: own for variant, own in aliases.items() if variant not in asked}

    def _find(self, name: str) -> list[str]:
        if not name[:1].isalpha() or len(name) < 3:
            listed = {stem(other) for other in spellings(name)}
            return sorted(listed - {stem(name)})
        letters = next((group for group in _INITIALS if name[0] in group), name[0])
        held = [term for letter in letters for term in self._terms(letter)]
        near = {term for term in held if abs(len(term) - len(name)) <= 4 and is_same(name, term)}
        listed = {stem(other) for other in spellings(name)}
        if not near | listed and stem(name) not in held and len(name) >= _SHORTEST_MISTYPED:
            near = {term for term in held if _is_slip(stem(name), term)}
        return sorted((near | listed) - {stem(name)}, key=lambda term: (term not in listed, term))


def _is_slip(typed: str, meant: str) -> bool:
    """Whether one letter too many, too few or wrong, or two in the wrong order, part them."""
    if abs(len(typed) - len(meant)) > 1:
        return False
    pairs = enumerate(zip(typed, meant, strict=False))
    start = next((n for n, (one, other) in pairs if one != other), min(len(typed), len(meant)))
    rest, other = typed[start:], meant[start:]
    swapped = rest[1:2] + rest[:1] + rest[2:]
    return rest[1:] == other or rest == other[1:] or rest[1:] == other[1:] or swapped == other
