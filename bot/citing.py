"""Numbers what an answer rests on, checks its sentences, and puts both into the answer.

A stretch of an article has one number in an answer, however often it is cited. Nothing here
knows who worded a sentence.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from bot.answers import Answer, Citation, Disagreement, Sentence, Value
from bot.disagreements import Variant
from bot.engine import Draft, Evidence
from bot.grounding import ground
from bot.wording import origins
from vectorstore.documents import ScoredSentence


def with_sentence(answer: Answer, draft: Draft) -> Answer:
    """Number the draft's citations, check the draft, and append it."""
    answer, cited = _cited(answer, draft.evidence)
    sentence: Sentence = ground(draft.text, cited)
    if sentence.status == "verified":
        sentence = replace(sentence, short_answer=draft.short_answer)
    return replace(answer, sentences=(*answer.sentences, sentence))


def with_quoted(answer: Answer, draft: Draft) -> Answer:
    """Append the draft to what is quoted beside an answer that is not whole."""
    answer, cited = _cited(answer, draft.evidence)
    return replace(answer, quoted=(*answer.quoted, ground(draft.text, cited)))


def with_disagreement(answer: Answer, about: str, variants: Sequence[Variant]) -> Answer:
    """Append what the articles disagree about: each value once, cited and dated."""
    values = [(each.value, [_evidence(told) for told in each.sentences]) for each in variants]
    citations, found = disagreement(answer.citations, about, values)
    return replace(answer, citations=citations, disagreements=(*answer.disagreements, found))


def disagreement(
    citations: Sequence[Citation],
    about: str,
    values: Sequence[tuple[str, Sequence[Evidence]]],
    day_of: Callable[[Sequence[Evidence]], str | None] | None = None,
) -> tuple[tuple[Citation, ...], Disagreement]:
    """Return `values` as a disagreement, and the citations with those that it needs.

    A value is of the day that `day_of` gives it, by default the last on which it was published;
    the newest is marked, unless all are of one day.
    """
    days = [(day_of or last_day)(evidence) for _, evidence in values]
    newest = max((day for day in days if day), default=None)
    if all(day == newest for day in days):
        newest = None  # none of them is newer than another
    told: list[Value] = []
    for (value, evidence), day in zip(values, days, strict=True):
        citations, numbers = numbered(citations, evidence)
        told.append(Value(value, day, day is not None and day == newest, numbers))
    return tuple(citations), Disagreement(about, tuple(told))


def last_day(evidence: Sequence[Evidence]) -> str | None:
    """Return the last day on which one of these articles was published."""
    return max(_days(evidence), default=None)


def first_day(evidence: Sequence[Evidence]) -> str | None:
    """Return the first day on which one of these articles was published."""
    return min(_days(evidence), default=None)


def _days(evidence: Sequence[Evidence]) -> Iterator[str]:
    yield from (each.article.published[:10] for each in evidence if each.article.published)


def with_list(answer: Answer, evidence: Sequence[Evidence]) -> Answer:
    """Append citations that no sentence rests on: the entries of a list."""
    return _cited(answer, evidence)[0]


def nearest(sentences: Sequence[ScoredSentence]) -> tuple[Citation, ...]:
    """Return passages that do not answer, numbered by themselves."""
    return tuple(cite(n, _evidence(sentence)) for n, sentence in enumerate(sentences, start=1))


def with_origins(answer: Answer, origin_of: Callable[[str], str | None]) -> Answer:
    """Add a notice of the cited articles that print one story: they are no second source."""
    stories: dict[str, list[Citation]] = {}
    for citation in answer.citations:
        origin = origin_of(citation.article_id) or citation.article_id
        stories.setdefault(origin, []).append(citation)
    notices: list[str] = []
    for cited in stories.values():
        publishers = {citation.article_id: citation.publisher for citation in cited}
        if len(publishers) > 1:
            numbers = ", ".join(f"[{citation.n}]" for citation in cited)
            notices.append(f"{numbers}: {origins(list(publishers.values()))}.")
    return replace(answer, notices=(*answer.notices, *notices))


def cite(n: int, evidence: Evidence) -> Citation:
    """Return the citation of a stretch of an article."""
    article = evidence.article
    return Citation(
        n=n,
        article_id=article.id,
        title=article.title,
        publisher=article.publisher,
        published=article.published[:10] if article.published else None,
        url=article.url,
        start=evidence.start,
        end=evidence.end,
        quote=article.text[evidence.start : evidence.end],
        version=article.version,
    )


def numbered(
    citations: Sequence[Citation], evidence: Sequence[Evidence]
) -> tuple[tuple[Citation, ...], tuple[int, ...]]:
    """Return the citations with each stretch among them, and the stretches' numbers."""
    known = list(citations)
    numbers: list[int] = []
    for each in evidence:
        found = next((citation for citation in known if _is_of(citation, each)), None)
        if found is None:
            found = cite(len(known) + 1, each)
            known.append(found)
        numbers.append(found.n)
    return tuple(known), tuple(numbers)


def _cited(answer: Answer, evidence: Sequence[Evidence]) -> tuple[Answer, list[Citation]]:
    """Return the answer with each stretch among its citations, and those citations."""
    citations, numbers = numbered(answer.citations, evidence)
    answer = replace(answer, citations=citations)
    return answer, [answer.citation(n) for n in numbers]


def _is_of(citation: Citation, evidence: Evidence) -> bool:
    """Whether it is the very stretch, or holds it: a quote may begin a sentence earlier."""
    return (
        citation.article_id == evidence.article.id
        and citation.start <= evidence.start
        and evidence.end <= citation.end
    )


def _evidence(sentence: ScoredSentence) -> Evidence:
    return Evidence(sentence.article, sentence.start, sentence.end)
