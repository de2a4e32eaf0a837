"""Numbers what an answer rests on, checks its sentences, and puts both into the answer.

A stretch of an article has one number in an answer, however often it is cited. Nothing here
knows who worded a sentence.
"""

from collections.abc import Callable, Sequence
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
    days = {variant: _day(variant) for variant in variants}
    newest = max((day for day in days.values() if day), default=None)
    if all(day == newest for day in days.values()):
        newest = None  # none of them is newer than another
    values: list[Value] = []
    for variant, day in days.items():
        evidence = [_evidence(sentence) for sentence in variant.sentences]
        answer, cited = _cited(answer, evidence)
        numbers = tuple(citation.n for citation in cited)
        values.append(Value(variant.value, day, day is not None and day == newest, numbers))
    return replace(
        answer, disagreements=(*answer.disagreements, Disagreement(about, tuple(values)))
    )


def _day(variant: Variant) -> str | None:
    """Return the last day on which the value was published."""
    days = (sentence.article.published for sentence in variant.sentences)
    return max((day[:10] for day in days if day), default=None)


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


def _cited(answer: Answer, evidence: Sequence[Evidence]) -> tuple[Answer, list[Citation]]:
    """Return the answer with each stretch among its citations, and those citations."""
    citations = list(answer.citations)
    cited: list[Citation] = []
    for each in evidence:
        known = next((citation for citation in citations if _is_of(citation, each)), None)
        if known is None:
            known = cite(len(citations) + 1, each)
            citations.append(known)
        cited.append(known)
    return replace(answer, citations=tuple(citations)), cited


def _is_of(citation: Citation, evidence: Evidence) -> bool:
    """Whether it is the very stretch, or holds it: a quote may begin a sentence earlier."""
    return (
        citation.article_id == evidence.article.id
        and citation.start <= evidence.start
        and evidence.end <= citation.end
    )


def _evidence(sentence: ScoredSentence) -> Evidence:
    return Evidence(sentence.article, sentence.start, sentence.end)
