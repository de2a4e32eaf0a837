"""Reads, from the words before a verb, whom a question may name: a person, a state, a body.

Titles go where the name tells enough (“Deputy Defence Minister Ana Vell” is Ana Vell, but
“President Vell” stays). Nobody is named by a pronoun, an office alone or a common noun;
since every sentence begins with a capital, the article's other sentences tell a name from
a word.
"""

import re

from bot.grounding.names import TITLES
from bot.grounding.words import listed
from vectorstore.questions import MONTHS, WEEKDAYS
from vectorstore.spelling import is_country
from vectorstore.text import STOPWORDS

LETTER = "A-Za-zÀ-ÖØ-öø-ɏ"
CAPITAL = rf"(?:(?:[A-Z]\.)+|[A-ZÀ-ÖØ-Þ][{LETTER}'’-]*\d*)"
_SHORT = r"(?:Mrs?|Ms|Dr|Gov|Sens?|Reps?|Gen|Lt|Col)\."
_ROLES = TITLES | frozenset(
    listed("""
    aide analyst attorney ayatollah candidate chairwoman cleric commander commissioner
    congressman congresswoman diplomat director drugmaker economist emeritus executive expert
    former founder historian lawmaker lawyer leading managing mayor nominee officer official
    organizer owner presidential press professor reporter researcher scientist senior top
    veteran whip
    """)
)
ROLE = rf"(?:(?:{'|'.join(sorted(_ROLES))})\b)"
_WORD = rf"(?:{_SHORT}|{CAPITAL}|{ROLE})"
# What may name someone: names, titles and the small words within them.
# Taken whole or not at all, since trying every part of a long run takes the cube of it.
RUN = rf"(?>(?:[Tt]he )?{_WORD}(?: (?:{_WORD}|(?:of|for|de|van|von|bin|al)\b))*)"

_BARE = frozenset(listed("mr mrs ms dr"))
_MOST_WORDS, _LONGEST_ACRONYM = 5, 5
_POSSESSIVE = re.compile(r"['’]s?$")
_APPOSED = re.compile(rf", ({CAPITAL}(?: {CAPITAL}){{1,2}}),")
_NO_NAMES = frozenset(
    (
        *MONTHS,
        *WEEKDAYS,
        *listed("according meanwhile however many several most democrat republican"),
    )
) | (STOPWORDS - {"of", "for"})


class Names:
    """Which words of an article are names."""

    def __init__(self, text: str, title: str) -> None:
        self._title = f" {title} "
        self._small = set(re.findall(r"\b[a-z]+\b", text))
        inside = re.findall(rf"[a-z,] ({CAPITAL})", text)
        self._inside = {_POSSESSIVE.sub("", name) for name in inside}

    def of(self, run: str, aside: str = "") -> str | None:
        """Return whom `run`, with the aside between commas behind it, names; None if nobody."""
        words = run.split()
        definite = words[0].lower() == "the"
        words = words[definite:]
        if not words:
            return None
        if words[-1] == "office" and len(words) > 1 and words[-2].endswith(("'s", "’s")):
            owner = self.of(" ".join(words[:-1])[:-2])
            return f"{owner}'s office" if owner else None
        if words[-1][0].islower():
            # “The envoy, Mira Sol, said”
            apposed = _APPOSED.fullmatch(aside)
            return apposed[1] if apposed else None
        if words[0][0].islower() and not {"of", "for"}.isdisjoint(words):
            return None  # “the office of President Vell”
        name, is_whole = _without_titles(words, definite)
        if not self._is_name(name):
            return None
        return " ".join(["the", *name] if definite and is_whole else name)

    def is_topic(self, name: str) -> bool:
        """Whether the headline has a name: what stands there the article is about."""
        words = name.removeprefix("the ").split()
        if len(words) > 1 and is_country(words[0].lower()):
            return False  # “American Ana Vell”
        if words[0].isupper() and words[0] == name:
            return False  # “the IG”, “the US”
        plain = {word.lower() for word in words}.isdisjoint(_NO_NAMES | _ROLES)
        return plain and "." not in name and self.in_title(words[-1])

    def in_title(self, word: str) -> bool:
        """Whether the headline has a word."""
        return f" {word}" in self._title

    def _is_name(self, words: list[str]) -> bool:
        folded = [_POSSESSIVE.sub("", word.lower()) for word in words]
        if len(words) > _MOST_WORDS or not _NO_NAMES.isdisjoint(folded):
            return False
        if any(word.isupper() and len(word) > _LONGEST_ACRONYM for word in words):
            return False
        if all(word in _ROLES or word in self._small for word in folded):
            return False
        if _POSSESSIVE.search(words[-1]) or not words[-1][0].isupper():
            return False
        if folded[0] in self._small and words[0] not in self._inside:
            return False
        return len(words) > 1 or words[0] in self._inside or is_country(folded[0])


def _without_titles(words: list[str], definite: bool) -> tuple[list[str], bool]:
    """Return the name behind the last title, and whether that is all of `words`."""
    last = max((at for at, word in enumerate(words) if _is_role(word)), default=-1)
    name = words[last + 1 :]
    if last < 0 or not name or name[0][0].islower():
        return words, True
    title = words[last].lower()
    if len(name) == 1 and words[last][0].isupper() and title in TITLES - _BARE:
        first = last
        while first and words[first - 1][0].isupper() and _is_role(words[first - 1]):
            first -= 1
        # “The State Department's” or “the Security Council” is no person with a title.
        return words[first:], definite and first == 0
    return name, False


def _is_role(word: str) -> bool:
    return re.fullmatch(_SHORT, word) is not None or word.lower() in _ROLES
