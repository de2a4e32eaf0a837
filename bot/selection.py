"""Chooses, from the sentences found, those that answer.

What speaks of another round or another's envoy is dropped for every engine. An extractive
answer then quotes the best, copies of one sentence together, and stops where the next adds
nothing: more for a list, and where the first leaves a part of the question open. Nothing
here reads the articles or words anything.
"""

from collections.abc import Sequence
from dataclasses import replace

from vectorstore.distinctions import counted_alike, counts_beyond_first, owned_alike
from vectorstore.documents import ScoredSentence
from vectorstore.questions import Asked, asks_for_several
from vectorstore.retriever import Retrieval
from vectorstore.text import content_stems, tokens

Group = list[ScoredSentence]

# Another sentence is quoted if it is this likely to answer, compared with the first …
_ALMOST_AS_LIKELY = 0.7
# … or this likely, where it holds words of the question that those before it lack …
_ADDS = 0.35
# … or this likely, where several things are asked for.
_ONE_OF_SEVERAL = 0.2
_MOST, _MOST_OF_SEVERAL = 3, 5


def choose(asked: Asked, sentences: Sequence[ScoredSentence]) -> list[Group]:
    """Return the sentences to quote, best first, each with its copies in other articles."""
    groups: dict[str, Group] = {}
    for sentence in sentences:
        groups.setdefault(" ".join(tokens(sentence.text)), []).append(sentence)
    several = asks_for_several(asked.text)
    chosen: list[Group] = []
    covered: set[str] = set()
    for group in groups.values():
        likely = group[0].score / (next(iter(groups.values()))[0].score or 1.0)
        held = set(asked.stems) & set(content_stems(group[0].text))
        adds = bool(held - covered) and likely >= _ADDS
        listed = several and likely >= _ONE_OF_SEVERAL
        if len(chosen) < (_MOST_OF_SEVERAL if several else _MOST) and (
            not chosen or adds or listed or likely >= _ALMOST_AS_LIKELY
        ):
            chosen.append(group)
            covered |= held
    return chosen


def relevant(question: str, found: Retrieval) -> Retrieval:
    """Drop what speaks of the first round where the third is asked for, or of another's envoy.

    If that is the best that was found, only a sentence about the third will do; and where
    nothing found speaks of a third, not even a headline, nothing is evidence.
    """
    sentences = tuple(_of_what_is_asked(question, found.sentences))
    return replace(found, sentences=sentences, evidence=found.evidence if sentences else 0.0)


def _of_what_is_asked(
    question: str, sentences: Sequence[ScoredSentence]
) -> Sequence[ScoredSentence]:
    counted = [_counted_alike(question, sentence) for sentence in sentences]
    owned = [owned_alike(question, sentence.text) for sentence in sentences]
    if counts_beyond_first(question) and not any(counted):
        return []
    kept = list(zip(sentences, counted, owned, strict=True))
    for mark in (1, 2):
        only = bool(kept) and kept[0][mark] is False
        kept = [row for row in kept if (row[mark] if only else row[mark] is not False)]
    return [sentence for sentence, *_ in kept]


def _counted_alike(question: str, sentence: ScoredSentence) -> bool | None:
    """Judge by the sentence or, where it counts nothing off itself, by its headline."""
    alike = counted_alike(question, sentence.text)
    return counted_alike(question, sentence.article.title or "") if alike is None else alike
