"""What tells two things of one kind apart: which of a series it is, and whose.

The third round is not the first, and the Ukrainian delegation not the Russian one, however
alike the sentences about them are. By pattern, for English.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from vectorstore.questions import MONTHS, WEEKDAYS
from vectorstore.spelling import is_country, is_same
from vectorstore.text import PAST_FORMS, STOPWORDS, content_stems, fold

Marks = dict[str, set[str]]

_ORDINALS = {
    word: str(number)
    for number, word in enumerate(
        ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"), 1
    )
} | dict.fromkeys(("opening", "initial", "inaugural"), "1")
_NUMBERED = re.compile(rf"\b({'|'.join(_ORDINALS)}|\d+(?=st|nd|rd|th))(?:st|nd|rd|th)? (\w+)")
_NAME = r"[^\W\d_a-z][\w-]*[^\W\d_]"
# "the delegation of Norway".
_OF = re.compile(rf"\b(\w+) (?:of|from) (?:the )?({_NAME})")
# What a question may tell apart by whose it is: after an article or a preposition, so that
# "did Norway demand" makes no demand of Norway's.
_ASKED_OWNED = re.compile(
    rf"\b(?:the|of|from|by|to|with|in|for|which|what|and) (?:the )?({_NAME})(?:['’]s)? ([a-z]+)"
    rf"|\b({_NAME})['’]s ([a-z]+)",
)
_DEMONYM = re.compile(r"(?:ian|ean|an|ish|ese|ic|i)s?$")
# Written with a capital before a name, and owned all the same.
_OFFICES = frozenset(
    "president minister chancellor premier ambassador king queen parliament".split()  # noqa: SIM905
)
# Named by where they are held, and so nobody's.
_EVENTS = frozenset(
    """
    meeting meetings talks summit forum round rounds conference session sessions call visit deal
    agreement accord treaty negotiations
    """.split()  # noqa: SIM905
)
# Who negotiates for a party goes by many names.
_ONE_THING = dict.fromkeys(
    content_stems("team side delegate mission negotiator envoy representative"), "deleg"
)
_PARTS = tuple(',.;:!?)]”"')
_NO_OWNERS = frozenset((*MONTHS, *WEEKDAYS, *STOPWORDS))


def counts_beyond_first(question: str) -> bool:
    """Whether it asks of a third round, say; "first" is often only a manner of speaking."""
    return any(ordinals - {"1"} for ordinals in _numbered(question).values())


def counted_alike(question: str, text: str) -> bool | None:
    """Whether `text` speaks of the third round, say, where the question asks of the third.

    False if the same thing stands in it with other ordinals only; None if the question
    counts nothing off, or the thing is not in the text.
    """
    return _alike(_numbered(question), _numbered(text), lambda mine, theirs: mine == theirs)


def owned_alike(question: str, text: str) -> bool | None:
    """Whether `text` speaks of the Ukrainian delegation, say, where the question asks of it.

    False if the same thing is in it as others' only; None if the question asks of nobody's,
    or the thing is not in the text, or nobody's there.
    """
    return _alike(dict(_asked_owned(question)), _owned(text), _same_name)


def _alike(wanted: Marks, held: Marks, same: Callable[[str, str], bool]) -> bool | None:
    shared = wanted.keys() & held.keys()
    if not shared:
        return None
    return all(
        any(same(mine, theirs) for mine in wanted[thing] for theirs in held[thing])
        for thing in shared
    )


# A question is compared with the same sentences several times.
@lru_cache(maxsize=4_096)
def _numbered(text: str) -> Marks:
    """Return the ordinals of each thing that is counted off, by the thing's stem."""
    found: Marks = {}
    for ordinal, thing in _NUMBERED.findall(fold(text)):
        for stem in content_stems(thing):
            found.setdefault(stem, set()).add(_ORDINALS.get(str(ordinal), str(ordinal)))
    return found


def _asked_owned(question: str) -> Iterator[tuple[str, set[str]]]:
    for name, thing, owner, owned in _ASKED_OWNED.findall(question):
        key = fold(name or owner)
        if key not in _NO_OWNERS and (owner or _may_own(name, thing)):
            yield from ((stem, {key}) for stem in _things(thing or owned))


def _may_own(name: str, thing: str) -> bool:
    """Whether it says whose, as "the Norwegian meeting" does; "the Oslo meeting" is nobody's."""
    key = fold(name)
    return thing not in _EVENTS or is_country(key) or _DEMONYM.search(key) is not None


def _things(words: str) -> Iterator[str]:
    """Yield the stems of what can be owned: neither names nor what somebody did."""
    for word in words.split():
        low = word[:1].islower() or word.lower() in _OFFICES
        if low and word not in PAST_FORMS and not word.endswith("ed"):
            for stem in content_stems(word):
                yield _ONE_THING.get(stem, stem)


@lru_cache(maxsize=4_096)
def _owned(text: str) -> Marks:
    """Return whose each thing is, by the thing's stem."""
    found: Marks = {}
    words = text.split()
    for place, word in enumerate(words):
        name = re.match(_NAME, word.strip("“\"'‘(["))
        if name is None or word[-1:] in _PARTS:
            continue
        possessive = word.endswith(("'s", "’s"))
        owner = fold(name.group().removesuffix("'s").removesuffix("’s"))
        if owner in _NO_OWNERS:
            continue
        for thing in words[place + 1 : place + 3]:
            if not thing[:1].isalpha() or not (possessive or _may_own(owner, thing)):
                break
            for stem in _things(thing):
                found.setdefault(stem, set()).add(owner)
            if not thing.isalpha():
                break
    for thing, name in _OF.findall(text):
        for stem in _things(thing):
            found.setdefault(stem, set()).add(fold(name))
    return found


def _same_name(mine: str, theirs: str) -> bool:
    if is_same(mine, theirs) or is_same(theirs, mine):
        return True
    shorter, longer = sorted((mine, theirs), key=len)
    return longer.startswith(shorter[: max(4, len(shorter) - 2)])
