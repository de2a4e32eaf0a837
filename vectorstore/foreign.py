"""Answers for questions that are not in English: which these are, and what is evidence for them.

The ranker's weights and the kinds of answers are English. Of a question in another language
only its words are known, so words decide: how much of what the question says, rare words
counting more, stands in a sentence and around it. Each article is compared by the stems of its
own language, as if the question were in it. Nothing here knows the library or the index.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from vectorstore.features import Candidate, Idf, Search
from vectorstore.languages import by_itself, primary
from vectorstore.ranker import Ranking, logistic
from vectorstore.text import STOPWORDS, content_stems, function_words, tokens

# Logits of a sentence that holds all of the question, of one with all of it around, and of the
# best by BM25.
_HELD, _NEAR, _SCORE = 6.0, 6.0, 3.0

# Where evidence is one in two. With the threshold of English, .43 of a question's weight is then
# enough. Of 153 clear questions over 66 articles in eleven languages 146 are answered by the
# right sentence, of 80 that these do not answer 67 refused; 36 of the 80 differ in a word from
# one that they do answer.
_EVEN, _STEEP = 0.52, 12.0

# Half of the names unknown to the article, as in English; see `ranker`.
_UNKNOWN = 0.5
# German writes every noun with a capital, so that capitals tell no names.
_CAPITAL_NOUNS = frozenset(("de", "lb"))
# Function words of other languages that are English words, too, and those that stand in names of
# any language ("Charles de Gaulle") or are seldom English: these tell little by themselves.
_ENGLISH_TOO = frozenset(
    "car care come era go man men met non one per plus pro son state take tech ten want war".split()  # noqa: SIM905
)
_UNTELLING = frozenset(
    """
    al ca co da de del della den der di die dos du ed el et han hat kim la las le los mi mit op
    pre sen sin sit uber un va van von
    """.split()  # noqa: SIM905 - as text it can be read
)
_LETTERS = re.compile(r"[^\W\d_]+")


def is_foreign(question: str, present: Sequence[str]) -> bool:
    """Whether a question is not in English, `present` being the articles' other languages.

    By its letters; in Latin ones, where function words of one of these languages tell so and
    none of English alone is there. So none of 2,920 English questions was taken for another
    language, though articles in twenty were there.
    """
    parts = (part for word in tokens(question) for part in word.split("'"))
    words = [part for part in parts if len(part) > 1 and part[0].isalpha()]
    if 2 * sum(map(_is_latin, words)) < len(words):
        return True
    lists = [function_words(code) for code in present if by_itself(code)]
    if not STOPWORDS.difference(*lists).isdisjoint(words):
        return False
    marked = any(word.islower() and not word.isascii() for word in _LETTERS.findall(question))
    return any(_tells(words, marked, own) for own in lists)


def _tells(words: Sequence[str], marked: bool, own: frozenset[str]) -> bool:
    """Whether words are of the language whose function words are `own`.

    `marked`: a letter of one of them is none of English.
    """
    hits = own.intersection(words) - _ENGLISH_TOO
    foreign = hits - STOPWORDS
    alike = marked or (len(hits) > 1 and words[0] in hits)
    return not foreign <= _UNTELLING or (bool(foreign) and alike)


def _is_latin(word: str) -> bool:
    return word.isascii() or unicodedata.name(word[0], "").startswith("LATIN")


def stems_of(question: str, present: Sequence[str], foreign: bool) -> Iterator[str]:
    """Yield the stems under which the articles of other languages hold a question's words."""
    for code in filter(by_itself, present):
        for stem in content_stems(question, code):
            if foreign or stem not in STOPWORDS:
                yield stem


def rank_by_words(search: Search, languages: Sequence[str | None], idf: Idf) -> Ranking:
    """Return how likely each candidate is to answer, and whether the best is evidence.

    `languages` are those of the candidates' articles, in order.
    """
    if not search.candidates:
        return Ranking(np.zeros(0), 0.0)
    weights: dict[str | None, Mapping[str, float]] = {}
    for language in set(languages):
        stems = dict.fromkeys(content_stems(search.asked.text, language))
        weights[language] = {stem: idf(stem) for stem in stems}
    shares = [
        _shares(candidate, language, weights[language])
        for candidate, language in zip(search.candidates, languages, strict=True)
    ]
    logits = np.array(
        [
            _HELD * held + _NEAR * near + _SCORE * candidate.sentence_score
            for candidate, (held, near) in zip(search.candidates, shares, strict=True)
        ]
    )
    best = int(np.argmax(logits))
    if _lacks_names(search.asked.text, search.candidates[best], languages[best]):
        return Ranking(logits, 0.0)
    return Ranking(logits, logistic(_STEEP * (shares[best][1] - _EVEN)))


def _lacks_names(question: str, candidate: Candidate, language: str | None) -> bool:
    """Whether an article knows none but few of the question's names.

    Names are words with a capital past the first; what is all capitals may be spelt out there.
    """
    if primary(language) in _CAPITAL_NOUNS:
        return False
    words = [word for word in _LETTERS.findall(question)[1:] if word.istitle()]
    names = content_stems(" ".join(words), language)
    known = {*content_stems(candidate.article, language), *content_stems(candidate.title, language)}
    return bool(names) and sum(name not in known for name in names) >= _UNKNOWN * len(names)


def _shares(
    candidate: Candidate, language: str | None, weight: Mapping[str, float]
) -> tuple[float, float]:
    """Return how much of the question stands in the sentence, and in it and around it."""
    total = sum(weight.values()) or 1.0
    held = set(content_stems(candidate.text, language))
    near = held.union(
        content_stems(candidate.previous, language), content_stems(candidate.title, language)
    )
    return (
        sum(value for stem, value in weight.items() if stem in held) / total,
        sum(value for stem, value in weight.items() if stem in near) / total,
    )
