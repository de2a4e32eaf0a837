"""Sums up an article, or several, by choosing sentences and quoting them.

A sentence counts for how near it is to all the others (the mean cosine of their vectors)
and how early it stands, since a report tells the most in its first lines, and for telling
what someone said; of what has been said, nothing is said again (MMR: Carbonell and
Goldstein, SIGIR 1998). A sentence that needs the one before it is taken only behind that
one, and one that calls a person by a bare surname rather behind the one that introduces
him. Which sentences can stand at all, `quotable` says. Nothing here knows what was asked
for, or how citations are numbered.
"""

from collections.abc import Sequence

import numpy as np

from bot.engine import Draft, Floats, Line
from bot.quotable import Candidate, quotable
from vectorstore.corpus import Corpus
from vectorstore.documents import Article, Filter, Kind

# About 90 words: what a reader takes in at one look.
_WORDS, _MOST_WORDS = 80, 115
_LEAST, _MOST = 3, 5
_MOST_OF_SEVERAL = 6
_READ = 200  # sentences of an article; behind so many, none has a chance

# Weights, found by reading the summaries of a dozen reports. More for the place, and what
# a report tells last is lost; more for the centre, and of several articles those win that
# tell what most of them tell.
_PLACE, _PLACE_IN_SEVERAL = 0.5, 0.7
_FADES = 4.0  # sentences after which the place counts for half
_NOVELTY = 0.6
_LENGTHY, _SLIGHT = 0.01, 0.02  # for each word beyond these two, or short of the other
_EASY, _FULL = 30, 10
_SPOKEN = 0.12  # what the parties say is what talks consist of; where they sat is not
_STRANGER = 0.05  # a surname that nothing taken introduces
_SAME_PARAGRAPH = 0.05
_SAME_DAY = 0.1  # another article of the same day, so that the weeks between are told too
# Of a story's copies, sentences with a word or two changed lie above this cosine; sentences
# that merely speak of the same below it.
_SAME = 0.9


def summarise(articles: Sequence[Sequence[Line]], sentences: int | None = None) -> list[Draft]:
    """Return the sentences that sum up `articles`, each verbatim, in the order given.

    One article gets three to five sentences of about 90 words, several get six sentences
    from as many of them as can be; or `sentences`. Each article's lines must be in order.
    None are returned if no sentence can stand by itself.
    """
    candidates = [
        candidate
        for number, lines in enumerate(articles)
        for candidate in quotable(number, lines[:_READ])
    ]
    if not candidates:
        return []
    chosen = _Choice(candidates, sentences, len(articles))
    while (best := chosen.best()) is not None:
        chosen.take(best)
    return chosen.drafts()


def read_lines(corpus: Corpus, article: Article) -> list[Line]:
    """Return the sentences of an article's current version with their stored vectors."""
    narrow = Filter(articles=(article.id,))
    spans = corpus.spans.get(corpus.spans.allowed(Kind.SENTENCE, narrow))
    spans.sort(key=lambda span: span.start)
    return [Line(article, span.start, span.end, span.vector) for span in spans]


class _Choice:
    """What has been chosen so far, and what is the best to choose next."""

    def __init__(
        self, candidates: Sequence[Candidate], sentences: int | None, articles: int
    ) -> None:
        self._candidates = candidates
        self._vectors = np.stack([candidate.line.vector for candidate in candidates])
        self._worth = _worth(candidates, self._vectors, articles > 1)
        self._said = np.zeros(len(candidates), np.float32)
        self._taken: list[int] = []
        self._most = sentences or (_MOST if articles == 1 else _MOST_OF_SEVERAL)
        self._most_of_one = -(-self._most // articles)
        self._counted = sentences is None and articles == 1

    def best(self) -> int | None:
        """Return the row of the next sentence, or None if that is enough."""
        taken = [self._candidates[row] for row in self._taken]
        words = sum(each.words for each in taken)
        if len(taken) >= self._most or (self._counted and len(taken) >= _LEAST and words >= _WORDS):
            return None
        allowed = [row for row in range(len(self._candidates)) if self._may(row, taken, words)]
        return max(allowed, key=lambda row: self._score(row, taken), default=None)

    def take(self, row: int) -> None:
        """Choose the sentence in `row`."""
        self._taken.append(row)
        np.maximum(self._said, self._vectors @ self._vectors[row], out=self._said)

    def _may(self, row: int, taken: Sequence[Candidate], words: int) -> bool:
        candidate = self._candidates[row]
        beside = [each.number for each in taken if each.article == candidate.article]
        if self._said[row] >= _SAME or row in self._taken or len(beside) >= self._most_of_one:
            return False
        if candidate.leans and candidate.number - 1 not in beside:
            return False
        if candidate.resumes and not any(number < candidate.number for number in beside):
            return False
        return not self._counted or len(taken) < _LEAST or words + candidate.words <= _MOST_WORDS

    def _score(self, row: int, taken: Sequence[Candidate]) -> float:
        candidate = self._candidates[row]
        beside = [each for each in taken if each.article == candidate.article]
        strange = candidate.introduced_in - {each.number for each in beside}
        same_paragraph = any(each.paragraph == candidate.paragraph for each in beside)
        same_day = candidate.day and sum(each.day == candidate.day for each in taken) - len(beside)
        return (
            _NOVELTY * float(self._worth[row])
            - (1 - _NOVELTY) * float(self._said[row])
            - _STRANGER * bool(strange)
            - _SAME_PARAGRAPH * same_paragraph
            - _SAME_DAY * (same_day or 0)
        )

    def drafts(self) -> list[Draft]:
        """Return the chosen sentences in order, each with its word-for-word copies."""
        copies: dict[str, list[Candidate]] = {}
        for candidate in self._candidates:
            copies.setdefault(candidate.said, []).append(candidate)
        drafts: list[Draft] = []
        for row in sorted(self._taken):
            chosen = self._candidates[row]
            others = [each for each in copies[chosen.said] if each.article != chosen.article]
            quoted = tuple(each.evidence for each in (chosen, *others))
            drafts.append(Draft(chosen.text, quoted))
        return drafts


def _worth(candidates: Sequence[Candidate], vectors: Floats, several: bool) -> Floats:
    """Return what each sentence is worth by itself, in 0..1."""
    nearness = (vectors @ vectors.sum(axis=0) - 1) / max(1, len(candidates) - 1)
    spread = float(nearness.max() - nearness.min()) or 1.0
    central = (nearness - nearness.min()) / spread
    place = np.array([1 / (1 + each.number / _FADES) for each in candidates], np.float32)
    weight = _PLACE_IN_SEVERAL if several else _PLACE
    spoken = np.array([_SPOKEN * each.speaks for each in candidates], np.float32)
    awkward = [
        _LENGTHY * max(0, each.words - _EASY) + _SLIGHT * max(0, _FULL - each.words)
        for each in candidates
    ]
    return weight * place + (1 - weight) * central + spoken - np.array(awkward, np.float32)
