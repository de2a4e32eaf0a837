"""Is what a sentence says said by the one who says it in the passage?

A sentence is at fault where it gives to X what the passage gives to Y, or tells as a fact
what the passage only has someone say. Both are judged only where statement and passage
share most of their words. A pronoun is nobody in particular; “the head of the delegation,
Y” makes Y and the delegation one speaker.
"""

from collections.abc import Iterator, Sequence

from bot.grounding.names import capitalised
from bot.grounding.speech import Attribution, attributions, people
from bot.grounding.verbs import CLAIMING
from bot.grounding.words import Line, listed, overlap, root_of
from vectorstore.spelling import is_same, sound

# The share of a statement's stems that makes two statements one, and that makes a sentence
# tell another's statement. On tests/data/grounding.jsonl: .5 to .8 the same, .4 one more right
# sentence turned down; .7 to .75 the same, .6 two more turned down, .85 one fewer.
_SAME_STATEMENT = 0.6
_PLAINLY_TOLD = 0.75
_FEWEST_WORDS = 3
_APPOSED = 6
_ATTRIBUTING = CLAIMING | {"to", "put", "puts"}
_PRONOUNS = frozenset(listed("he she it they him her them his its their"))
# Stems of what one takes a position with, as noun or verb.
_STANCES = frozenset(
    root_of(word)
    for word in listed("""
    accuse appeal ask call claim condition demand denial expect hope insist intend offer
    opinion opposition plan position promise proposal propose refusal refuse reject request
    seek stance statement suggest urge version view want warn wish
    """)
)


def misattributed(line: Line, held: Sequence[Line]) -> Iterator[tuple[str, str]]:
    """Yield each speaker of `line` with the one to whom the passages give the statement."""
    cited = [(each, attributions(each)) for each in held]
    known = [found for _, each in cited for found in each]
    for claimed in attributions(line):
        if len(claimed.statement) < _FEWEST_WORDS:
            continue
        # A line that says it without a speaker, or in someone's words within another's,
        # may be anyone's.
        rivals = [
            list(_covering(claimed.statement, several, _SAME_STATEMENT))
            for each, several in cited
            if _is_same_statement(claimed.statement, each)
        ]
        if rivals and all(
            several and all(_differ(claimed, rival, known, held) for rival in several)
            for several in rivals
        ):
            yield claimed.speaker, rivals[0][0].speaker


def _is_same_statement(statement: frozenset[str], line: Line) -> bool:
    """Say whether `line` holds most of a statement, and every number in it."""
    figures = {root for root in statement if root[0].isdecimal()}
    return overlap(statement, line) >= _SAME_STATEMENT and figures <= line.roots


def _covering(
    statement: frozenset[str], several: Sequence[Attribution], share: float
) -> Iterator[Attribution]:
    """Yield the attributions whose statements hold `share` of `statement`."""
    for each in several:
        if len(statement & each.statement) >= share * len(statement):
            yield each


def _differ(
    claimed: Attribution, held: Attribution, known: Sequence[Attribution], lines: Sequence[Line]
) -> bool:
    """Say whether two speakers are surely two; `known` tells who speaks for whom."""
    if not claimed.main:
        return _is_other_role(claimed, held, lines)
    if not held.main or is_same(claimed.main, held.main):
        return False
    titled = frozenset(key for line in lines for key in people(line))
    described = [held, *(each for each in known if each.main and is_same(held.main, each.main))]
    return not any(
        is_same(claimed.main, other) for each in described for other in each.others(titled)
    )


def _is_other_role(claimed: Attribution, held: Attribution, lines: Sequence[Line]) -> bool:
    """Say whether a speaker without a name (“the army”) is another of the passages' parties.

    It is where the passages speak of that party, and never beside the speaker's name.
    """
    roles, theirs = claimed.roots, held.roots
    keys = {word.key for word in held.line.words[held.first : held.last + 1]}
    if not roles or roles & theirs or (not held.main and keys & _PRONOUNS):
        return False
    places = [
        (line, index)
        for line in lines
        for index, word in enumerate(line.words)
        if word.root in roles
    ]
    return bool(places) and not any(_is_near(line, index, held.main) for line, index in places)


def _is_near(line: Line, index: int, name: str) -> bool:
    around = line.words[max(0, index - _APPOSED) : index + _APPOSED + 1]
    return any(word.key == name for word in around)


def unattributed(line: Line, held: Sequence[Line]) -> str | None:
    """Return the speaker whose statement `line` tells as a fact, None if it does not.

    A sentence that names the speaker, or speaks of the speaker's side and of a stance
    (“Sudmark's demand”, “Sudmark wants”), is taken to attribute.
    """
    if any(each.verb in _ATTRIBUTING for each in attributions(line)):
        return None
    speakers: list[str] = []
    for each in held:
        claimed = _claimed(line, each)
        if len(claimed) < _FEWEST_WORDS or overlap(claimed, each) < _PLAINLY_TOLD:
            continue
        found = next(_covering(claimed, attributions(each), _PLAINLY_TOLD), None)
        if found and found.verb in ("denied", "denies"):
            continue
        if not found or found.verb not in _ATTRIBUTING or _names_speaker(line, found):
            return None
        speakers.append(found.speaker)
    return speakers[0] if speakers else None


def _claimed(line: Line, held: Line) -> frozenset[str]:
    """Return the stems of `line`, without names where `held` has pronouns for them."""
    if _PRONOUNS.isdisjoint(word.key for word in held.words):
        return line.roots
    named = {key for name in capitalised(line) for key in name.keys}
    words = (word for word in line.words if word.root)
    return frozenset(
        word.root for word in words if word.key not in named or word.root in held.roots
    )


def _names_speaker(line: Line, found: Attribution) -> bool:
    keys = [word.key for word in line.words if word.is_capital]
    if not found.main:
        return not found.roots.isdisjoint(line.roots)
    if any(sound(key) == sound(found.main) for key in keys):
        return True
    takes_side = any(
        is_same(key, name) for key in keys for name in (found.main, *found.others(frozenset()))
    )
    return takes_side and not _STANCES.isdisjoint(line.roots)
