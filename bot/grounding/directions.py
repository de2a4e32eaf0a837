"""Does a sentence turn a passage's word of direction into its opposite?

“Rose” for “fell”, “accepted” for “rejected”, “before” for “after”: a sentence is at fault
where a sentence of the passage shares most of its other words and has the opposite, and the
passages nowhere have the word itself, or have the opposite beside the same word before it.
“B after A” says the same as “A before B”, and “did not support” the same as “opposed”.
"""

from collections.abc import Sequence

from bot.grounding.negation import negations
from bot.grounding.words import Line, Word, overlap, root_of

# .4 to .8 give the same figures with `parley eval grounding` on tests/data/grounding.jsonl.
_SIMILAR = 0.6

_PAIRS = (
    "increase rise grow climb / decrease fall drop shrink decline down",
    "raise / lower cut reduce",
    "before / after",
    "north northern / south southern",
    "east eastern / west western",
    "accept approve / reject",
    "support back / oppose",
    "begin start / end finish",
    "arrive / leave depart",
    "import / export",
    "allow permit / ban forbid prohibit",
    "include / exclude",
    "first / last",
    "early earlier / late later",
    "lift ease / impose tighten",
    "join / quit leave withdraw",
    "advance / retreat withdraw",
    "win / lose",
    "expand widen / shrink narrow",
    "resume / suspend break",
    "success succeed / failure fail",
    "release free / detain arrest",
    "strengthen / weaken",
    "upgrade / downgrade",
    "extend / shorten",
    "publicly / privately secretly",
    "accelerate / slow",
    "majority / minority",
    # What one side proposed, both did not agree to.
    "agree accept approve sign / propose offer suggest request",
    "more / less fewer",
    "above / below",
)


def _mark(word: Word) -> str:
    return word.root or word.key


def _opposites() -> dict[str, frozenset[str]]:
    table: dict[str, frozenset[str]] = {}
    for pair in _PAIRS:
        sides = [frozenset(root_of(key) or key for key in side.split()) for side in pair.split("/")]
        for ours, theirs in (sides, sides[::-1]):
            for mark in ours:
                table[mark] = table.get(mark, frozenset()) | theirs
    return table


_OPPOSITES = _opposites()


def is_opposite(root: str, other: str) -> bool:
    """Say whether two stems are opposites of the table."""
    return other in _OPPOSITES.get(root, ())


def reversed_direction(line: Line, held: Sequence[Line]) -> tuple[str, str] | None:
    """Return a word of `line` and its opposite in the passages, where it stands instead."""
    cited = {_mark(word) for each in held for word in each.words}
    for index, word in enumerate(line.words):
        opposites = _OPPOSITES.get(_mark(word), frozenset[str]())
        # “Some supported it, others opposed it” says both.
        if not opposites or any(_mark(each) in opposites for each in line.words):
            continue
        is_absent = _family(_mark(word)).isdisjoint(cited)
        rest = line.roots - {word.root}
        for each in held:
            if overlap(rest, each) < _SIMILAR and not _is_part(each, opposites, line):
                continue
            found = _opposite(line, index, each, opposites, is_absent=is_absent)
            if found is not None:
                return word.text, each.words[found].text
    return None


def _is_part(held: Line, opposites: frozenset[str], line: Line) -> bool:
    """Say whether `line` has all the words of a short sentence of the passage but one."""
    rest = held.roots - opposites
    return len(rest) > 1 and rest <= line.roots


def _family(mark: str) -> frozenset[str]:
    """Return the words of a pair's side that `mark` is on."""
    ours = _OPPOSITES.get(mark, frozenset[str]())
    return frozenset(word for word, theirs in _OPPOSITES.items() if theirs & ours)


def _opposite(
    line: Line, index: int, held: Line, opposites: frozenset[str], *, is_absent: bool
) -> int | None:
    """Return where `held` has the opposite of word `index` of `line`, meant as an opposite."""
    if is_absent:
        marks = enumerate(map(_mark, held.words))
        found = next((at for at, mark in marks if mark in opposites), None)
    else:
        found = _with_same_subject(line, index, held, opposites)
    if found is None or negations(line)[index] % 2 != negations(held)[found] % 2:
        return None
    return found if _is_turned(line, index, held, found) else None


def _with_same_subject(line: Line, index: int, held: Line, opposites: frozenset[str]) -> int | None:
    """Return where the word before a verb has the opposite verb in `held`, and never this one.

    “One side accepted, the other rejected”: both verbs stand in the passage.
    """
    subject, family = _before(line, index), _family(_mark(line.words[index]))
    if not subject:
        return None
    beside = [at for at in range(len(held.words)) if _before(held, at) == subject]
    if any(_mark(held.words[at]) in family for at in beside):
        return None
    return next((at for at in beside if _mark(held.words[at]) in opposites), None)


def _before(line: Line, index: int) -> str:
    """Return the stem of the word of meaning before word `index`, in the same clause."""
    while index and not line.breaks(index):
        index -= 1
        if line.words[index].root:
            return line.words[index].root
    return ""


def _is_turned(line: Line, index: int, held: Line, found: int) -> bool:
    """Say whether an opposite turns the meaning, as “B after A” for “A before B” does not."""
    word = line.words[index].key
    if word in ("first", "last"):
        # “The first meeting since May”: the last before it was in May.
        return all(each.key != "since" for each in (*line.words, *held.words))
    if word not in ("before", "after"):
        return True
    ours, theirs = _sides(line, index), _sides(held, found)
    straight = min(len(ours[0] & theirs[0]), len(ours[1] & theirs[1]))
    crossed = min(len(ours[0] & theirs[1]), len(ours[1] & theirs[0]))
    return straight > crossed


def _sides(line: Line, index: int) -> tuple[frozenset[str], frozenset[str]]:
    """Return the stems of what comes before “before” or “after”, and of what follows."""
    if index == 0:
        comma = next((at for at in range(1, len(line.words)) if line.breaks(at)), len(line.words))
        return _stems(line.words[comma:]), _stems(line.words[1:comma])
    return _stems(line.words[:index]), _stems(line.words[index + 1 :])


def _stems(words: Sequence[Word]) -> frozenset[str]:
    return frozenset(word.root for word in words if word.root)
