"""Takes out of an answer what articles said that were deleted for good.

Where it quoted them, the answer says so; who published what it quoted, and when, stays, and
so does the place, by which a link that is already open is still known. Nothing here knows
where answers are kept, or what a reader typed: a question stays as it was asked.
"""

from collections.abc import Collection
from dataclasses import replace
from typing import TypeVar

from bot.answers import Answer, Citation, Disagreement, Sentence, Value

REMOVED = "[removed]"

S = TypeVar("S", bound=Sentence)


def cites(answer: Answer, articles: Collection[str]) -> bool:
    """Whether an answer cites one of these articles, or offers it as near."""
    return any(citation.article_id in articles for citation in _cited(answer))


def is_redacted(answer: Answer) -> bool:
    """Whether something was taken out of what an answer cites."""
    return any(citation.quote == REMOVED for citation in _cited(answer))


def redact(
    answer: Answer,
    gone: Collection[str],
    *,
    after: bool = False,
    titles: Collection[str] = (),
) -> Answer:
    """Return `answer` without what articles said; itself if it has nothing of theirs.

    Args:
        answer: Of any engine, redacted before or not.
        gone: The ids of the articles.
        after: Whether an earlier answer of its conversation cites one of them.
        titles: What the articles were called, for where they are named and not cited.
    """
    if not gone:
        return answer
    lost = [citation for citation in _cited(answer) if citation.article_id in gone]
    named = {*titles, *(citation.title for citation in lost if citation.title)}
    # A notice of a summary names its article, also where no sentence of it could be quoted.
    # All other notices are Parley's own words, and so is a message: that the articles do not
    # say, how many there are, which words of the reader's no title holds.
    # What a model wrote and cites nothing for may be of any passage that it was given, also of
    # one that the answer does not cite.
    redacted = replace(
        answer,
        notices=tuple(redact_notice(each, named) for each in answer.notices),
        draft=None,
        missing=(),
    )
    if lost:
        redacted = _without_quotes(redacted, gone)
    if lost or after:
        redacted = _as_asked(redacted)
    return answer if redacted == answer else redacted


def _cited(answer: Answer) -> tuple[Citation, ...]:
    return (*answer.citations, *answer.nearest)


def redact_notice(notice: str, titles: Collection[str]) -> str:
    """Return a notice, unless it names an article by one of these titles."""
    return REMOVED if any(f"“{title}”" in notice for title in titles) else notice


def _without_quotes(answer: Answer, gone: Collection[str]) -> Answer:
    kept = {citation.n for citation in answer.citations if citation.article_id not in gone}
    return replace(
        answer,
        sentences=tuple(redact_sentence(each, kept) for each in answer.sentences),
        quoted=tuple(redact_sentence(each, kept) for each in answer.quoted),
        citations=tuple(redact_citation(each, gone) for each in answer.citations),
        disagreements=tuple(_disagreement(each, kept) for each in answer.disagreements),
        nearest=tuple(redact_citation(each, gone) for each in answer.nearest),
    )


def _as_asked(answer: Answer) -> Answer:
    """Return `answer` with nothing that was made of the articles before it was answered.

    A follow-up is made standalone with words of earlier answers (“Who said “…”?”), and what
    articles disagree about is the question as it was understood.
    """
    found = (replace(each, about=answer.question) for each in answer.disagreements)
    return replace(answer, standalone_question=answer.question, disagreements=tuple(found))


def _rests_on(citations: Collection[int], kept: Collection[int]) -> bool:
    # What cites nothing may be of any of the passages that were found.
    return bool(citations) and all(n in kept for n in citations)


def redact_sentence(sentence: S, kept: Collection[int]) -> S:
    """Return a sentence, without its text unless it rests on citations that are kept alone."""
    # So may what the passages that it cites do not hold.
    if sentence.status == "verified" and _rests_on(sentence.citations, kept):
        return sentence
    # That it could not be verified stays true of it; why not is told in its own words.
    return replace(sentence, text=REMOVED, problems=(), short_answer=None)


def _disagreement(found: Disagreement, kept: Collection[int]) -> Disagreement:
    return replace(found, values=tuple(redact_value(each, kept) for each in found.values))


def redact_value(value: Value, kept: Collection[int]) -> Value:
    """Return a value, which says that it was removed unless citations that are kept give it."""
    return value if _rests_on(value.citations, kept) else replace(value, value=REMOVED)


def redact_citation(citation: Citation, gone: Collection[str]) -> Citation:
    """Return a citation, without what it says of an article that is gone."""
    if citation.article_id not in gone:
        return citation
    # A title may be the text's first sentence, and an address its headline.
    return replace(citation, title=REMOVED, url=None, quote=REMOVED)
