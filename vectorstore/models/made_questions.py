"""Makes questions by rule from plain text: what the reader trains on before annotated questions.

From a plain clause ("The council met in Basel in 1990") the part that answers is taken out and
the rest is turned into a question ("When did the council meet in Basel?"). Some words are then
left out or said otherwise, so that shared words alone do not give the answer away. English
only; the same text gives the same questions. Nothing here knows about training.
"""

import hashlib
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from vectorstore.documents import Article
from vectorstore.models import made_adjuncts, made_answers
from vectorstore.models.made_clauses import PRONOUNS, Clause, Range, clauses
from vectorstore.models.made_phrases import Source, Taken, person_words
from vectorstore.models.made_words import SYNONYMS
from vectorstore.text import STOPWORDS, sentence_ranges, tokens

_MOST_WORDS = 26
_SHORTEST, _LONGEST = 20, 600  # characters of a sentence
# Headings and what a lost formula has torn are no whole sentences.
_WHOLE = re.compile(r"[A-Z\"“‘'(À-ÖØ-Þ].*[.!?:][\"”’')]*", re.DOTALL)
_PAREN = re.compile(r"\s*[(\[][^)\]]*[)\]]")
# An adverbial at the end that a shorter question does without.
_TAIL = re.compile(
    r"(?<=\w) (?:in|during|after|before|throughout|within|across|under|through|with|on|at|for)"
    r" [^,]+$"
)
# "the largest city in Peru" is not the largest city.
_RANKED = re.compile(r"\b(?:most|least|first|last|only|\w{3,}est|\w{2,}er than)\b")
_ADVERB = re.compile(
    r"\b(?:also|then|later|only|often|usually|generally|typically|mainly|largely|however|still"
    r"|eventually|subsequently|finally|already|probably|originally|formally|officially) "
)
_NEGATED = re.compile(r"\b(?:not|never|no|neither|nor|cannot|without)\b|n['’]t\b")
_UNNAMED = re.compile(r"\b(?:this|these|those|such|it|they|he|she|him|them)\b", re.IGNORECASE)
_RULES = (
    made_adjuncts.time, made_adjuncts.place, made_adjuncts.number, made_adjuncts.duration,
    made_adjuncts.reason, made_adjuncts.manner, made_answers.agent, made_answers.copula,
    made_answers.content, made_answers.to_do, made_answers.stranded, made_answers.object_,
    made_answers.subject,
)  # fmt: skip
_OFTEN_SHORTENED = 0.45
_OFTEN_REWORDED = 0.5


@dataclass(frozen=True, slots=True)
class Made:
    """A question; its sentence and answer are ranges of the article's text."""

    question: str
    article_id: str
    sentence: Range
    answer: Range
    rule: str


def make_questions(articles: Sequence[Article], per_sentence: int = 3) -> Iterator[Made]:
    """Yield the questions that the sentences of `articles` allow, at most so many of each."""
    for article in articles:
        text = article.text
        small = frozenset(re.findall(r"\b[a-z][a-z'’-]*", text))
        persons = person_words(text)
        before: Range | None = None
        end = 0
        for sentence in sentence_ranges(text):
            if "\n" in text[end : sentence[0]]:
                before = None
            end = sentence[1]
            long = _SHORTEST < sentence[1] - sentence[0] <= _LONGEST
            if not long or not _WHOLE.fullmatch(text[slice(*sentence)]):
                before = None
                continue
            source = Source(text, sentence, persons)
            found = clauses(text, *sentence, _fitting(source, before))
            made = _of_sentence(article, source, found, small)
            yield from made[:per_sentence]
            before = found[0].subject if found else None


def _fitting(source: Source, before: Range | None) -> Range | None:
    """Return what the sentence before was about if a pronoun here can stand for it."""
    if before is None:
        return None
    text = source.text
    word = re.match(r"\w*", text[source.sentence[0] :])
    pronoun = word.group().lower() if word else ""
    named = text[slice(*before)]
    many = named.split(" of ")[0].endswith("s") or " and " in named
    person = source.is_person(named)
    fits = {"it": not many and not person, "they": many, "he": person, "she": person}
    return (
        before if fits.get(pronoun, pronoun not in PRONOUNS and not many and not person) else None
    )


def spread(made: Iterable[Made], wanted: int) -> list[Made]:
    """Choose `wanted` of them, in turn from every rule and article, first of unused sentences."""
    piles: dict[tuple[str, str], list[Made]] = {}
    for one in made:
        piles.setdefault((one.rule, one.article_id), []).append(one)
    for (rule, article), pile in piles.items():
        _seeded(rule, article).shuffle(pile)
    chosen: list[Made] = []
    used: Counter[tuple[str, Range]] = Counter()
    while piles and len(chosen) < wanted:
        for key in sorted(piles):
            pile = piles[key]
            one = min(pile, key=lambda one: used[one.article_id, one.sentence])
            pile.remove(one)
            used[one.article_id, one.sentence] += 1
            chosen.append(one)
            if not pile:
                del piles[key]
    return chosen[:wanted]


def _of_sentence(
    article: Article, source: Source, found: list[Clause], small: frozenset[str]
) -> list[Made]:
    text, sentence = source.text, source.sentence
    rng = _seeded(article.id, text[slice(*sentence)])
    asked: dict[tuple[str, Range], list[str]] = {}
    for rule, question, answer in (
        *made_adjuncts.existing(source), *made_answers.asides(source)
    ):  # fmt: skip
        asked.setdefault((rule, answer), []).append(_finished(question))
    for clause in found:
        if _NEGATED.search(text, clause.place, clause.rest[1]):
            continue
        for rule in _RULES:
            for one in rule(source, clause):
                # "Russia reported on Monday that …": what it reported is lost.
                if not one.rest and text.startswith(" that ", clause.plain[1]):
                    continue
                if question := _worded(text, clause, one, small, rng):
                    asked.setdefault((one.rule, one.answer), []).append(question)
    made: list[Made] = []
    for (rule, answer), questions in asked.items():
        fair = [question for question in questions if _is_fair(question, text[slice(*answer)])]
        if fair and sentence[0] <= answer[0] < answer[1] <= sentence[1]:
            made.append(Made(rng.choice(fair), article.id, sentence, answer, rule))
    rng.shuffle(made)
    # Of subjects there are most.
    made.sort(key=lambda one: one.rule == "subject")
    return made


def _worded(
    text: str, clause: Clause, one: Taken, small: frozenset[str], rng: random.Random
) -> str | None:
    """Return the question for what is taken out, or None if too little or too much is left."""
    subject = _plain(_uncapitalised(one.subject or text[slice(*clause.subject)], small))
    rest = _ADVERB.sub("", _plain(one.rest))
    ranked = _RANKED.search(rest)
    if one.shortens and not ranked and rng.random() < _OFTEN_SHORTENED and len(rest.split()) > 3:
        shorter = _TAIL.sub("", rest)
        rest = shorter if len(shorter.split()) > 2 else rest
    if one.asks_subject:
        parts = (one.wh, text[slice(*clause.finite)], rest)
    else:
        helper = clause.helper if one.helper is None else one.helper
        base = clause.base if one.base is None else one.base
        parts = (one.wh, helper, subject, base, rest)
    question = " ".join(part for part in parts if part)
    if rng.random() < _OFTEN_REWORDED:
        question = _reworded(question, rng)
    return _finished(question) if not _UNNAMED.search(question) else None


def _finished(question: str) -> str:
    question = re.sub(r"\s+", " ", question).strip(" ,;:-–—.\"'")
    question = re.sub(r" ([,;:])", r"\1", question)
    return question[:1].upper() + question[1:] + "?"


def _reworded(question: str, rng: random.Random) -> str:
    """Say at most two words otherwise."""
    words = question.split(" ")
    places = [place for place, word in enumerate(words) if word in SYNONYMS]
    for place in rng.sample(places, min(2, len(places))):
        words[place] = rng.choice(SYNONYMS[words[place]])
        if place and words[place - 1] in ("a", "an"):
            words[place - 1] = "an" if words[place][0] in "aeiou" else "a"
    return " ".join(words)


def _is_fair(question: str, answer: str) -> bool:
    """Whether the question says enough and does not hold its own answer."""
    asked = {word for word in tokens(question) if word not in STOPWORDS}
    new = {word for word in tokens(answer) if word not in STOPWORDS}
    defined = re.match(r"(?:What|Who) (?:is|are|was|were) [A-Z]", question)
    if len(asked) < (1 if defined else 2) or len(question.split()) < (3 if defined else 4):
        return False
    return len(question.split()) <= _MOST_WORDS and bool(new) and not new <= asked


def _plain(text: str) -> str:
    return _PAREN.sub("", text).replace("\n", " ")


def _uncapitalised(subject: str, small: frozenset[str]) -> str:
    """Return the subject with a small first letter unless its first word is a name."""
    first, _, others = subject.partition(" ")
    folded = first.lower()
    named = re.match(r"(?:of )?[A-Z]", others)
    if first[1:] == folded[1:] and (folded in STOPWORDS or (folded in small and not named)):
        return folded + subject[len(first) :]
    return subject


def _seeded(*parts: str) -> random.Random:
    """Return a generator that the parts alone decide."""
    return random.Random(hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).digest())
