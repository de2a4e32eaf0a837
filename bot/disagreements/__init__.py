"""Finds where articles give different values for what is asked.

Two kinds of evidence, each between sentences of two articles that are likely to answer:
near-copies that differ in a value of the kind asked for; and numbers, spans of time or dates
of one thing in other words. What is counted off or owned otherwise (another round, another's
envoy) is another thing. Which value is right, and which is the newest, is not known here: all
are returned.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from bot.disagreements.candidates import Candidate, counting, sorts_asked, stems_asked
from bot.disagreements.near_copies import Difference, differences
from bot.disagreements.other_words import in_other_words, is_aside
from bot.disagreements.values import Stated, Told, differ, read
from bot.grounding.days import parse_day
from bot.grounding.words import read_line
from vectorstore.distinctions import counted_alike, owned_alike
from vectorstore.documents import Article, ScoredSentence
from vectorstore.questions import AnswerKind, Asked
from vectorstore.text import STOPWORDS, content_stems, fold, tokens

# The figures were found on 50 news queries of RGB, whose snippets come true and with the
# answer falsified: copies from .02 to .1 likely, and 0 to .5 of the question covered, show
# 42 to 44 of the 50 and nothing where all snippets are true.
# A sentence is read if it is this likely to answer, compared with the best; the ranker's
# probabilities fall steeply, and what is found in less likely ones is held to more.
_LIKELY = 0.01
_MOST_READ = 16
_MOST_VARIANTS = 5
# The share of the question's stems that a sentence, its title and its setting must have.
_COVERED = 0.3
# Near-copies are this likely to answer, compared with the best.
_LIKELY_COPY = 0.05
_INTO_PLACES = frozenset(("in", "at", "near", "outside", "across", "inside"))
_INTO_PERSONS = frozenset(("by", "mr", "mrs", "ms", "minister", "president", "envoy"))
# What joins a place and the place that it lies in, or two who act together.
_WITHIN = r"(?:['’]s|,| in| of| region| near| the)+ "
_TOGETHER = r"(?:,| and| with| &)+ "


@dataclass(frozen=True, slots=True)
class Variant:
    """One of the values given: the words as they stand, and where, the likeliest first."""

    value: str
    sentences: tuple[ScoredSentence, ...]


@dataclass(frozen=True, slots=True)
class _Conflict:
    """Two candidates, the likelier first, and what they give differently."""

    one: Candidate
    other: Candidate
    difference: Difference


@dataclass(slots=True)
class _Group:
    """A value and the candidates that give it."""

    value: Stated
    members: list[Candidate]


def find_variants(asked: Asked, sentences: Sequence[ScoredSentence]) -> tuple[Variant, ...]:
    """Return the different values that `sentences`, best first, give for what is asked.

    Empty where the articles agree, else at least two, that of the best sentence first.
    """
    if not sentences or not sorts_asked(asked):
        return ()
    candidates = list(_candidates(asked, sentences))
    pairs = (_conflict_of(asked, one, other) for one, other in combinations(candidates, 2))
    groups = _grouped([conflict for conflict in pairs if conflict is not None])
    groups.sort(key=lambda group: group.members[0].rank)
    return tuple(
        Variant(group.value.text, tuple(member.sentence for member in group.members))
        for group in groups[:_MOST_VARIANTS]
    )


def _candidates(asked: Asked, sentences: Sequence[ScoredSentence]) -> Iterator[Candidate]:
    """Yield the likely sentences that speak of what is asked, with what they give."""
    best = sentences[0].score or 1.0
    likely = [each for each in sentences if each.score >= _LIKELY * best][:_MOST_READ]
    known = _known_names(likely)
    articles = {each.article.id: each.article for each in likely}
    settings = {key: _setting(asked, article) for key, article in articles.items()}
    wanted = stems_asked(asked)
    for rank, sentence in enumerate(likely):
        own = {*content_stems(sentence.text), *settings[sentence.article.id]}
        titled = own.union(content_stems(sentence.article.title or ""))
        if len(titled & wanted) < _COVERED * len(wanted) or not _is_of(asked, sentence):
            continue
        day = parse_day(sentence.article.published)
        told = read(sentence.text, day, known)
        yield Candidate(rank, sentence, told, sentence.score / best, frozenset(own & wanted))


def _is_of(asked: Asked, sentence: ScoredSentence) -> bool:
    return (
        counted_alike(asked.text, sentence.text) is not False
        and owned_alike(asked.text, sentence.text) is not False
    )


def _known_names(sentences: Sequence[ScoredSentence]) -> frozenset[str]:
    """Return the keys of words that have a capital within a sentence, and never none."""
    lines = [read_line(sentence.text) for sentence in sentences]
    inside = {
        word.key
        for line in lines
        for index, word in enumerate(line.words)
        if word.is_capital and line.gap(index) in (" ", "-")
    }
    small = {word.key for line in lines for word in line.words if not word.is_capital}
    return frozenset(inside - small)


def _setting(asked: Asked, article: Article) -> frozenset[str]:
    """Return the stems of what the question names and `article` speaks of.

    It may be the setting of the whole article, which its sentences need not name again.
    """
    text = fold(article.text) if asked.names else ""
    return frozenset(stem for name in asked.names if name in text for stem in content_stems(name))


def _conflict_of(asked: Asked, one: Candidate, other: Candidate) -> _Conflict | None:
    """Return what two candidates give differently for what is asked, if they do."""
    if one.sentence.article.id == other.sentence.article.id or not _counted_alike(one, other):
        return None
    found = _in_copies(asked, one, other) or in_other_words(asked, one, other)
    if found is None or _go_together(asked, found, one, other):
        return None
    return _Conflict(one, other, found)


def _counted_alike(one: Candidate, other: Candidate) -> bool:
    return counted_alike(one.text, other.text) is not False and (
        counted_alike(other.text, one.text) is not False
    )


def _in_copies(asked: Asked, one: Candidate, other: Candidate) -> Difference | None:
    """Return what near-copies give differently, if that is asked for and all that differs."""
    if min(one.likely, other.likely) < _LIKELY_COPY:
        return None
    found = differences(one.told, other.told)
    sorts = sorts_asked(asked)
    wanted = [each for each in found if each.sort in sorts and _is_asked(asked, each, one, other)]
    others = [each for each in found if each not in wanted]
    # A count of Sunday and one of Thursday are shown dated; a meeting on Thursday is another.
    dated = asked.kind is AnswerKind.NUMBER and all(each.sort == "date" for each in others)
    return wanted[0] if len(wanted) == 1 and (not others or dated) else None


def _is_asked(asked: Asked, found: Difference, one: Candidate, other: Candidate) -> bool:
    """Say whether a difference is one in what is asked for, and not in what is known."""
    known = set(tokens(asked.text)) - STOPWORDS
    values = ((found.one, one), (found.other, other))
    # “since 4 May” and “since 8 May” are of one thing, “since 4 May” and “on 8 May” of two.
    if len({is_aside(candidate.told.line, value) for value, candidate in values}) > 1:
        return False
    if found.sort == "name" and any(known.intersection(tokens(value.text)) for value, _ in values):
        return False
    return all(_may_answer(asked, value, candidate.told) for value, candidate in values)


def _may_answer(asked: Asked, value: Stated, told: Told) -> bool:
    """Say whether a value stands where an answer would."""
    before = told.line.words[value.first - 1].key if value.first else ""
    if asked.kind is AnswerKind.PERSON:
        return before not in _INTO_PLACES
    if asked.kind is AnswerKind.PLACE:
        return before not in _INTO_PERSONS
    return value.sort != "number" or value in (counting(asked, told) or [value])


def _go_together(asked: Asked, found: Difference, one: Candidate, other: Candidate) -> bool:
    """Say whether either article names both in one breath: “Vell, Norland”, “Ana and Iven”."""
    if found.sort != "name":
        return False
    link = _WITHIN if asked.kind is AnswerKind.PLACE else _TOGETHER
    names = [re.escape(value.text) for value in (found.one, found.other)]
    pattern = re.compile("|".join(rf"\b{a}{link}{b}\b" for a, b in (names, names[::-1])))
    return any(pattern.search(each.sentence.article.text) for each in (one, other))


def _grouped(conflicts: Sequence[_Conflict]) -> list[_Group]:
    """Return the values of the likeliest conflict, and of those that have one in common."""
    groups: list[_Group] = []
    waiting = list(conflicts)
    while joining := next((each for each in waiting if _meets(groups, each)), None):
        waiting.remove(joining)
        _put(groups, joining.one, joining.difference.one)
        _put(groups, joining.other, joining.difference.other)
    for group in groups:
        group.members.sort(key=lambda member: member.rank)
    return groups


def _meets(groups: Sequence[_Group], conflict: _Conflict) -> bool:
    values = (conflict.difference.one, conflict.difference.other)
    return not groups or any(_is_same(group.value, value) for group in groups for value in values)


def _put(groups: list[_Group], candidate: Candidate, value: Stated) -> None:
    """Put a candidate with its value, unless it gives another already."""
    if any(candidate.rank == member.rank for each in groups for member in each.members):
        return
    group = next((each for each in groups if _is_same(each.value, value)), None)
    if group is None:
        groups.append(_Group(value, [candidate]))
    else:
        group.members.append(candidate)


def _is_same(one: Stated, other: Stated) -> bool:
    return one.sort == other.sort and not differ(one, other)
