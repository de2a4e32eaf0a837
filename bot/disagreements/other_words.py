"""Finds where two sentences in other words give another number, span or date of one thing.

Of one thing: the same stems counted, or an event told with most of the question's stems and
of each other's. A date after “since” or “before” is that of something else. Careful rather
than complete, since words in common are weak evidence; English prepositions.
"""

import re
from itertools import product

from bot.disagreements.candidates import (
    Candidate,
    counting,
    noun,
    roots_after,
    sorts_asked,
    stems_asked,
    uncounted,
)
from bot.disagreements.near_copies import Difference
from bot.disagreements.values import Stated, Told, differ
from bot.grounding.words import Line
from vectorstore.distinctions import owned_alike
from vectorstore.questions import Asked
from vectorstore.text import STOPWORDS, tokens

# The figures were found on 700 SQuAD questions with each paragraph taken for an article,
# which hardly ever disagree: 3 show something; .5 covered shows 5, .8 covered 2.
# Both sentences are this likely to answer, compared with the best, unless they count the
# very thing that is asked for.
_LIKELY = 0.1
# Two sentences speak of one thing with so many stems in common …
_IN_COMMON = 2
# … and this share of the question's in each, or, where both are about as likely as the best
# and lack the same of them (“fled” for refugees), this one …
_COVERED = 0.66
_ABOUT_AS_LIKELY, _COVERED_IF_LIKELY = 0.3, 0.5
# … and of one event with this share of the shorter's stems.
_ALIKE = 0.7
# “since 24 February”: the date of something else, unless it is what is asked for.
_ASIDE = frozenset(("since", "until", "till", "before", "after"))
_ASIDE_ASKED = re.compile(r"\b(?:since|until|till|before|after|last)\b", re.IGNORECASE)


def in_other_words(asked: Asked, one: Candidate, other: Candidate) -> Difference | None:
    """Return the numbers, spans or dates that two sentences give for one thing."""
    if "name" in sorts_asked(asked) or not _of_one_thing(asked, one, other):
        return None
    mine, theirs = _sole(asked, one), _sole(asked, other)
    if mine is None or theirs is None or not differ(mine, theirs):
        return None
    likely = min(one.likely, other.likely) >= _LIKELY
    if mine.sort == "number":
        counted = noun(asked)
        known = counted in one.roots & other.roots
        alike = known if counted else likely and _count_alike(one, other, mine, theirs)
        return Difference(mine, theirs) if alike and _one_unit(mine, theirs) else None
    return Difference(mine, theirs) if likely and _one_event(asked, one, other) else None


def _of_one_thing(asked: Asked, one: Candidate, other: Candidate) -> bool:
    shared = one.roots & other.roots
    if len(shared) < _IN_COMMON or shared.isdisjoint(asked.stems):
        return False
    likely = min(one.likely, other.likely) >= _ABOUT_AS_LIKELY and one.held == other.held
    enough = (_COVERED_IF_LIKELY if likely else _COVERED) * len(stems_asked(asked))
    if min(len(one.held), len(other.held)) < enough:
        return False
    pairs = ((one.text, other.text), (other.text, one.text))
    return all(owned_alike(first, second) is not False for first, second in pairs)


def _sole(asked: Asked, candidate: Candidate) -> Stated | None:
    """Return the one value of the sorts asked for that the question lacks, if it is one."""
    told, sorts = candidate.told, sorts_asked(asked)
    found = [value for value in told.values if value.sort in sorts]
    if noun(asked):
        found = counting(asked, told) or uncounted(told)
    known = {*asked.numbers, *tokens(asked.text)} - STOPWORDS
    found = [value for value in found if known.isdisjoint(tokens(value.text))]
    if not _ASIDE_ASKED.search(asked.text):
        found = [value for value in found if not is_aside(told.line, value)]
    return found[0] if len(found) == 1 else None


def is_aside(line: Line, value: Stated) -> bool:
    """Say whether a date is that of something else: “since Norland closed it on 4 May”."""
    if value.sort != "date":
        return False
    for index in range(value.first - 1, -1, -1):
        if line.words[index].key in _ASIDE:
            return True
        if line.breaks(index):
            break
    return False


def _one_unit(mine: Stated, theirs: Stated) -> bool:
    return (
        mine.quantity is not None
        and theirs.quantity is not None
        and mine.quantity.unit == theirs.quantity.unit
    )


def _count_alike(one: Candidate, other: Candidate, mine: Stated, theirs: Stated) -> bool:
    """Say whether what stands after one of two numbers is in the other's sentence as well."""
    counted = roots_after(one.told.line, mine.last + 1)
    counted_there = roots_after(other.told.line, theirs.last + 1)
    return bool(counted & other.roots or counted_there & one.roots)


def _one_event(asked: Asked, one: Candidate, other: Candidate) -> bool:
    """Say whether two sentences tell of one event, as far as their words and days show."""
    if min(len(one.held), len(other.held)) < _COVERED * len(stems_asked(asked)):
        return False
    told, told_there = (_without_values(each.told) for each in (one, other))
    if len(told & told_there) < _ALIKE * min(len(told), len(told_there)):
        return False
    return "date" in sorts_asked(asked) or not _on_other_days(one, other)


def _without_values(told: Told) -> set[str]:
    valued = {
        index
        for each in told.values
        if each.sort != "name"
        for index in range(each.first, each.last + 1)
    }
    return {word.root for index, word in enumerate(told.line.words) if index not in valued} - {""}


def _on_other_days(one: Candidate, other: Candidate) -> bool:
    dates, dates_there = (
        [value for value in each.told.values if value.sort == "date"] for each in (one, other)
    )
    return bool(dates and dates_there) and all(
        differ(mine, theirs) for mine, theirs in product(dates, dates_there)
    )
