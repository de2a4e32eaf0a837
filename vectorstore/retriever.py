"""Finds the passages and sentences that bear on a question, dense and by words.

What is found by both is scored together (see `fusion`), the best sentences are ranked (see
`ranker`), and for a question that is not in English words decide (see `foreign`). Nothing here
knows what will be answered, or by whom.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from vectorstore.corpus import Corpus
from vectorstore.documents import Article, Filter, Kind, ScoredPassage, ScoredSentence
from vectorstore.features import Candidate, Search
from vectorstore.foreign import is_foreign, rank_by_words, stems_of
from vectorstore.fusion import Floats, Row, Scored, by_sentence, fuse, own_score
from vectorstore.languages import primary
from vectorstore.questions import analyse
from vectorstore.ranker import WEIGHTS_FILE, Ranking, rank
from vectorstore.reader import Reader
from vectorstore.spans import StoredSpan
from vectorstore.text import content_stems
from vectorstore.variants import Variants

# How many of each list by words become candidates.
_CANDIDATES = {Kind.PASSAGE: 60, Kind.SENTENCE: 120}
# Passages found by their vectors, for their own sake and for their sentences'. With every list
# a tenth as long, as if the library were ten times as large, these twice as many are within .002
# of a search for sentences' vectors, too, in each figure on SQuAD; half of them lose .005 of R@5,
# and nothing where there are as few passages as SQuAD has.
_NEAREST, _NEAREST_OF_MANY, _MANY = 60, 120, 10_000
# Word scores are asked for this many times deeper, so that a candidate found by its
# vector alone is not taken to hold none of the words.
_DEEPER = 4

# So many sentences are ranked by their features; 96.5 % of SQuAD's answers are among them.
_SHORTLIST = 30
# What asks does not answer, however alike; of the best, so many may be questions.
_QUESTIONS = 10
_ASK = ("?", "؟", "？")

# Evidence at which 95 % of the questions about an article at hand are answered, on articles
# that the weights had not seen: `models/train_ranker.py` moves the evidence model so.
ENOUGH = 0.25

# Sentences this likely, compared with the first, may be outdone by a newer one.
_ABOUT_AS_LIKELY = 0.25

ANY = Filter()

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Retrieval:
    """What was found, best first; scores lie in 0..1 and compare within one question.

    A sentence's score is its probability to be the one that answers, if one does;
    `evidence` (0..1) is how sure it is that one does, and compares across questions. `foreign`:
    the question is not in English.
    """

    passages: tuple[ScoredPassage, ...]
    sentences: tuple[ScoredSentence, ...]
    evidence: float = 0.0
    foreign: bool = False

    def newest_first(self) -> "Retrieval":
        """Return the same with, of the sentences about as likely as the first, the newest ahead."""
        least = _ABOUT_AS_LIKELY * max((each.score for each in self.sentences), default=0.0)
        likely = [each for each in self.sentences if each.score >= least]
        others = [each for each in self.sentences if each.score < least]
        likely.sort(key=lambda each: each.article.published or "", reverse=True)
        # Their scores go by place: who reads them takes the first for the likeliest.
        scores = sorted((each.score for each in likely), reverse=True)
        ahead = [replace(each, score=score) for each, score in zip(likely, scores, strict=True)]
        return replace(self, sentences=(*ahead, *others))


@dataclass(frozen=True, slots=True)
class Shortlist:
    """What is worth ranking: sentences, as candidates and as rows, and where they stand.

    `foreign`: the question is not in English.
    """

    search: Search
    sentences: Sequence[Row]
    passages: Scored
    articles: Mapping[str, Article]
    foreign: bool


class Retriever:
    """Finds passages and sentences in a corpus; safe to share between threads.

    With a `reader`, the sentences found for a question in English are read before they are ranked;
    `weights` is the ranker's file.
    """

    def __init__(
        self, corpus: Corpus, reader: Reader | None = None, weights: Path = WEIGHTS_FILE
    ) -> None:
        self.corpus = corpus
        self._reader = reader
        self._weights = weights
        self._variants = Variants(corpus.spans.terms)

    def retrieve(
        self, question: str, *, passages: int = 10, sentences: int = 30, narrow: Filter = ANY
    ) -> Retrieval:
        """Return up to so many passages and sentences for `question`, best first."""
        with self.corpus.library.snapshot():
            short = self.shortlist(question, narrow)
            ranking = self._rank(short)
        order: list[int] = np.argsort(-ranking.logits, kind="stable").tolist()
        likely: list[float] = ranking.probabilities.tolist()
        ordered = [short.sentences[place] for place in order]
        articles = short.articles
        return Retrieval(
            tuple(
                ScoredPassage(articles[span.article_id], span.id, span.start, span.end, *scores)
                for span, *scores in by_sentence(short.passages, ordered)[:passages]
            ),
            tuple(
                ScoredSentence(
                    articles[span.article_id],
                    span.passage_id,
                    span.start,
                    span.end,
                    likely[place],
                    cosine,
                    *_marked(ranking, place, span.start),
                )
                for place in order[:sentences]
                for span, _, cosine in [short.sentences[place]]
            ),
            ranking.evidence,
            short.foreign,
        )

    def newest(self, narrow: Filter = ANY) -> str | None:
        """Return the ISO date of the newest article that `narrow` lets pass, if any is dated."""
        return self.corpus.spans.newest(narrow)

    def shortlist(self, question: str, narrow: Filter = ANY) -> Shortlist:
        """Return what is worth ranking, by fused scores."""
        vector = self.corpus.embedder.embed([question])[0]
        asked = analyse(question)
        present = self.corpus.spans.languages()
        foreign = is_foreign(question, present)
        # Names are known by their capitals, which other languages use otherwise or not at all.
        names = () if foreign else asked.names
        aliases = self._variants.of(names, self.corpus.spans.generation())
        stems = [*content_stems(question), *aliases, *stems_of(question, present, foreign)]
        words = {
            kind: self.corpus.spans.words(kind, stems, _DEEPER * limit, narrow)
            for kind, limit in _CANDIDATES.items()
        }
        found = {kind: set(list(words[kind])[:limit]) for kind, limit in _CANDIDATES.items()}
        found[Kind.PASSAGE] |= self._dense(vector, narrow).keys()
        words_alone = foreign and self.corpus.embedder.english_only
        scored = fuse(*self._gather(found), vector, words, words_alone)
        articles = _Articles(self.corpus)
        sentences = [
            row
            for row in scored[Kind.SENTENCE].best(_SHORTLIST + _QUESTIONS)
            if not _asks(articles[row[0].article_id], row[0])
        ][:_SHORTLIST]
        candidates = _as_candidates(scored, sentences, articles)
        passages = scored[Kind.PASSAGE]
        searched = self.corpus.spans.count(Kind.SENTENCE, narrow)
        search = Search(asked, candidates, searched, aliases)
        return Shortlist(search, sentences, passages, articles, foreign)

    def _rank(self, short: Shortlist) -> Ranking:
        if not short.foreign:
            return rank(short.search, self.idf(), self._reader, self._weights)
        languages = [short.articles[span.article_id].language for span, *_ in short.sentences]
        return rank_by_words(short.search, languages, self.idf())

    def idf(self) -> Callable[[str], float]:
        """Return what weighs a stem by how few sentences hold it (never below zero)."""
        total = self.corpus.spans.count(Kind.SENTENCE)

        def idf(stem: str) -> float:
            held = self.corpus.spans.frequency(stem)
            return math.log(1 + (total - held + 0.5) / (held + 0.5))

        return idf

    def _gather(self, found: Mapping[Kind, set[str]]) -> tuple[list[StoredSpan], list[StoredSpan]]:
        """Return the passages found, or of sentences found, and all sentences of those."""
        store = self.corpus.spans
        owners = {span.passage_id for span in store.get(sorted(found[Kind.SENTENCE]))}
        passage_ids = sorted(found[Kind.PASSAGE] | owners)
        return store.get(passage_ids), store.sentences_of(passage_ids)

    def _dense(self, vector: Floats, narrow: Filter) -> Mapping[str, float]:
        """Return the nearest passages; their sentences are read with them, and need no search."""
        many = self.corpus.spans.count(Kind.PASSAGE) > _MANY
        count = _NEAREST_OF_MANY if many else _NEAREST
        if narrow:
            return self.corpus.spans.nearest(vector, count, narrow)
        return self.corpus.index.query(vector, count)


def _marked(ranking: Ranking, place: int, start: int) -> tuple[Range | None, float]:
    """Return the range of the article that a reader marked in the sentence at `start`, how surely.

    None and 0 if it read none of it.
    """
    if ranking.readings is None or (span := ranking.readings.spans[place]) is None:
        return None, 0.0
    return (start + span[0], start + span[1]), float(ranking.readings.certainties[place])


class _Articles(dict[str, Article]):
    """The articles of one question, each read once."""

    def __init__(self, corpus: Corpus) -> None:
        super().__init__()
        self._corpus = corpus

    def __missing__(self, article_id: str) -> Article:
        self[article_id] = article = self._corpus.library.article(article_id)
        return article


def _asks(article: Article, span: StoredSpan) -> bool:
    text = article.text[span.start : span.end].rstrip("\"'”’»)」』")
    return text.endswith(_ASK) or (text.endswith(";") and primary(article.language) == "el")


def _as_candidates(
    scored: Mapping[Kind, Scored],
    shortlist: Sequence[Row],
    articles: Mapping[str, Article],
) -> list[Candidate]:
    """Give each sentence its passage, its neighbour and their scores."""
    passages = {
        span.id: (span, score, cosine)
        for span, score, cosine in scored[Kind.PASSAGE].best(len(scored[Kind.PASSAGE].spans))
    }
    siblings: dict[str, list[tuple[int, int, float]]] = {}
    sentences = scored[Kind.SENTENCE]
    for span, cosine in zip(sentences.spans, sentences.cosines.tolist(), strict=True):
        siblings.setdefault(span.passage_id, []).append((span.start, span.end, cosine))
    candidates: list[Candidate] = []
    for span, score, cosine in shortlist:
        passage, passage_score, passage_cosine = passages[span.passage_id]
        article = articles[span.article_id]
        beside = siblings[span.passage_id]
        start, end = max((place[:2] for place in beside if place[0] < span.start), default=(0, 0))
        candidates.append(
            Candidate(
                text=article.text[span.start : span.end],
                previous=article.text[start:end],
                passage=article.text[passage.start : passage.end],
                article=article.text,
                title=article.title or "",
                sentence_score=own_score(score, passage_score),
                passage_score=passage_score,
                cosine=cosine,
                best_cosine=max(each for _, _, each in beside),
                passage_cosine=passage_cosine,
            )
        )
    return candidates
