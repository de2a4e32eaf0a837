"""Finds what a briefing tells that an earlier one on the topic did not.

A sentence is new unless words of the earlier briefing, of what it cites or of its timeline
say the same: nearly all its words of meaning in one stretch, and every number, date and name.
It is compared by words alone. What a statement means is not known here, so that a position in
entirely other words counts as moved, and so does a party's first on an issue.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.briefing.parts import Briefing, Changes, Position
from bot.grounding.words import Line, read_line, root_of
from bot.redaction import REMOVED
from vectorstore.spelling import is_same
from vectorstore.text import fold

# A stretch tells a sentence that has so much of its words of meaning in it: by reading
# rewordings of a dozen sentences, which keep three quarters and more, beside sentences on the
# same matter, which share up to a half.
_TOLD = 0.7
# A statement is the same in other words with this share of the shorter one's words.
_SAME = 0.6
_NEGATIONS = frozenset(("not", "no", "never", "cannot", "nor", "neither", "without", "none"))


@dataclass(frozen=True, slots=True)
class _Words:
    """What a stretch of text says, as sets that can be compared."""

    roots: frozenset[str]
    numbers: frozenset[str]
    names: frozenset[str]
    negated: bool


def find_changes(earlier: Briefing, now: Briefing, texts: Mapping[str, str]) -> Changes:
    """Return what is new in `now` since `earlier`.

    `texts` are the articles' current texts by id. An article that is not among them and has
    no hash in `now` cannot be compared, and is not said to be edited.
    """
    return Changes(
        since=earlier.as_of or earlier.made_at[:10],
        new=tuple(_new(earlier, now)),
        moved=tuple(_moved(earlier, now)),
        edited=tuple(_edited(earlier, now, texts)),
    )


def _new(earlier: Briefing, now: Briefing) -> Iterator[int]:
    known = [_words(text) for text in dict.fromkeys(_told_earlier(earlier))]
    for index, sentence in enumerate(now.sentences):
        words = _words(sentence.text)
        if not any(_is_told(words, each) for each in known):
            yield index


def _told_earlier(earlier: Briefing) -> Iterator[str]:
    yield from (sentence.text for sentence in earlier.sentences)
    yield from (citation.quote for citation in earlier.citations)
    yield from (event.text for event in earlier.timeline)


def _words(text: str) -> _Words:
    line = read_line(text)
    return _Words(
        roots=line.roots,
        numbers=frozenset(word.key for word in line.words if word.is_number),
        names=frozenset(_names(line)),
        negated=any(_is_negation(word.key) for word in line.words),
    )


def _is_negation(key: str) -> bool:
    return key in _NEGATIONS or key.endswith("n't")


def _names(line: Line) -> Iterator[str]:
    """Yield the keys of words that are names, as far as their capital shows.

    The word that opens a sentence has one in any case; in the plural it is hardly a name.
    """
    for index, word in enumerate(line.words):
        if word.is_capital and word.root and (index or not word.key.endswith("s")):
            yield word.key


def _is_told(claimed: _Words, held: _Words) -> bool:
    """Say whether `held` tells what `claimed` does, or more."""
    if claimed.roots <= held.roots and claimed.numbers <= held.numbers:
        return claimed.negated == held.negated
    return (
        len(claimed.roots & held.roots) >= _TOLD * len(claimed.roots)
        and claimed.numbers <= held.numbers
        and claimed.negated == held.negated
        and all(_is_named(name, held) for name in claimed.names)
    )


def _is_named(name: str, held: _Words) -> bool:
    if root_of(name) in held.roots:
        return True
    return any(is_same(name, other) or is_same(other, name) for other in held.names)


def _moved(earlier: Briefing, now: Briefing) -> Iterator[int]:
    if earlier.incomplete and not earlier.positions:
        # It ended before anyone's position was looked for.
        return
    stated: dict[tuple[str, str], list[str]] = {}
    for position in earlier.positions:
        if position.statement is not None:
            stated.setdefault(_cell(position), []).append(position.statement)
    for index, position in enumerate(now.positions):
        if position.statement is None:
            continue
        before = stated.get(_cell(position), ())
        if not any(_same_statement(position.statement, each) for each in before):
            yield index


def _cell(position: Position) -> tuple[str, str]:
    return fold(position.party), fold(position.issue)


def stated_before(earlier: Briefing, position: Position) -> Iterator[Position]:
    """Yield what the party of a position stated on its issue in an earlier briefing."""
    for each in earlier.positions:
        if each.statement is not None and _cell(each) == _cell(position):
            yield each


def _same_statement(one: str, other: str) -> bool:
    """Say whether two statements are one, whatever the wording: not if they count otherwise."""
    mine, theirs = _words(one), _words(other)
    shorter = min(len(mine.roots), len(theirs.roots))
    return (
        len(mine.roots & theirs.roots) >= _SAME * shorter
        and mine.numbers == theirs.numbers
        and mine.negated == theirs.negated
    )


def _edited(earlier: Briefing, now: Briefing, texts: Mapping[str, str]) -> Iterator[str]:
    quotes: dict[str, list[str]] = {}
    for citation in earlier.citations:
        quotes.setdefault(citation.article_id, []).append(citation.quote)
    for article_id in dict.fromkeys((*quotes, *earlier.hashes)):
        text = texts.get(article_id)
        current = now.hashes.get(article_id) or (_hash(text) if text is not None else None)
        before = earlier.hashes.get(article_id)
        is_other = before is not None and current is not None and before != current
        quoted = (quote for quote in quotes.get(article_id, ()) if quote != REMOVED)
        lacks = before is None and text is not None and any(quote not in text for quote in quoted)
        if is_other or lacks:
            yield article_id


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
