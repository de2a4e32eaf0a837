"""Which words of a sentence are negated?

A negator (“not”, “no”, “without”, “failed to”, “denied”) covers the next verb or noun of its
clause, numbers, times and names apart; two negators of one word take each
other back. Not covered is what denies nothing: “not only”, “no later than”, “not until”.
"""

import re
from collections.abc import Iterator

from bot.grounding.numerals import NUMBER_WORDS
from bot.grounding.quantities import PERIODS
from bot.grounding.words import Line, Word, listed, root_of

_NEGATORS = frozenset(
    listed("not no never none nobody nothing neither nor without cannot unable lack lacked lacks")
)
# Verbs that negate the verb or noun after them; their nouns (“rejection”) do not.
_DENYING = frozenset(listed("deny denies denied denying reject rejects rejected rejecting"))
_WITH_TO = frozenset(
    listed("fail fails failed failing refuse refuses refused refusing decline declines declined")
)
# “not only”, “no later than”, “no doubt” deny nothing.
_IDLE = frozenset(
    listed("only just later less more fewer earlier doubt matter least necessarily merely")
)
_STOPS = frozenset(listed("and but while although though because which who that whereas"))
# Quotation marks part no clause: “did not ‘want to go’”.
_CLAUSE = re.compile(r"[,;:.!?…()\n—]|\s[-–]\s")
_REACH = 12
# “not among those held” is about being held.
_PASSED = frozenset(listed("among being even still"))
_OBJECTS = ("nothing", "nobody", "none", "neither")
# Verbs that mean little without their noun: “failed to reach agreement”.
_LIGHT = frozenset(
    root_of(verb)
    for verb in listed("reach make take give get come produce bring achieve hold have")
)
_PHRASES = {"rule": "out", "rules": "out", "ruled": "out", "turned": "down", "yet": "to"}


def is_negator(key: str) -> bool:
    """Say whether a word negates, or may together with the next one."""
    return key in _NEGATORS or key in _DENYING or key in _WITH_TO or key.endswith("n't")


def negations(line: Line) -> list[int]:
    """Return for each word of `line` how many negators cover it; an odd number negates it."""
    counts = [0] * len(line.words)
    for index in range(len(line.words)):
        for covered in scope(line, index):
            counts[covered] += 1
    return counts


def scope(line: Line, index: int) -> Iterator[int]:
    """Yield the words that the negator at `index`, if it is one, negates."""
    if not negates(line, index):
        return
    # “signed nothing” is “did not sign”.
    if line.words[index].key in _OBJECTS and index and not line.breaks(index):
        yield index - 1
    denies = line.words[index].key in _DENYING
    # “no immediate agreement” has an adjective before what it is about.
    left = 2 if line.words[index].key in ("no", "without", "neither") else 1
    for at in range(index + 1, min(len(line.words), index + _REACH)):
        word = line.words[at]
        stop = word.key in _STOPS and not (denies and word.key == "that")
        if _CLAUSE.search(line.gap(at)) or stop or not left:
            return
        if word.root and not _is_detail(word):
            left -= word.root not in _LIGHT
            yield at


def _is_detail(word: Word) -> bool:
    """Say whether a word is a number, a time or a name, which a negation is not about."""
    return (
        word.key in _PASSED
        or word.is_capital
        or word.is_number
        or word.key in NUMBER_WORDS
        or word.key in PERIODS
    )


def negates(line: Line, index: int) -> bool:
    """Say whether the word at `index` negates what follows it."""
    key = line.words[index].key
    following = line.words[index + 1].key if index + 1 < len(line.words) else ""
    if key in _NEGATORS or key.endswith("n't"):
        before = line.words[index - 1].key if index else ""
        until = any(
            word.key in ("until", "before", "till") for word in line.words[index : index + 8]
        )
        return following not in _IDLE and before != "or" and not until
    if key in _PHRASES:
        return following == _PHRASES[key]
    return key in _DENYING or (key in _WITH_TO and following == "to")
