"""Ratings of answers: what is kept with one, and how they become a set of questions.

A rating is stored with the answer and the paragraphs behind it, so that it means something
after its articles are gone. An exported row has the form that `parley eval answers` reads.
Nothing here knows how a rating is given or where it is kept.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from bot.answers import Answer, Citation, Sentence
from bot.commands import recognise
from bot.redaction import REMOVED, is_redacted
from vectorstore.documents import Article
from vectorstore.errors import LibraryError, NotFoundError
from vectorstore.transcripts import StoredFeedback

# Returns a version of an article; NotFoundError if it is gone.
ArticleOf = Callable[[str, int], Article]

_METADATA = ("title", "publisher", "author", "published", "url", "language")
_KEPT = ("title", "publisher", "published", "url")


def passages(answer: Answer, article_of: ArticleOf) -> str:
    """Return, as JSON text, the paragraphs that hold the answer's citations and near passages.

    A list of objects, each with `article_id`, `version`, `start`, `end`, `title`, `publisher`,
    `published`, `url` and `text`, which is `[start, end)` of that version's text. Of an article
    that is gone it is the quote alone.
    """
    found: list[dict[str, Any]] = []
    for citation in _cited(answer):
        passage = _passage(citation, article_of)
        if passage not in found:
            found.append(passage)
    return json.dumps(found)


def _cited(answer: Answer) -> tuple[Citation, ...]:
    return (*answer.citations, *answer.nearest)


def _passage(citation: Citation, article_of: ArticleOf) -> dict[str, Any]:
    start, end, text = citation.start, citation.end, citation.quote
    about: Article | Citation = citation
    try:
        article = article_of(citation.article_id, citation.version)
    except NotFoundError:
        pass
    else:
        # Only where the quote stands as it was cited do its paragraphs tell what was read.
        if article.text[start:end] == text:
            start, end = _paragraphs(article.text, start, end)
            about, text = article, article.text[start:end]
    return {
        "article_id": citation.article_id,
        "version": citation.version,
        "start": start,
        "end": end,
        **{name: getattr(about, name) for name in _KEPT},
        "text": text,
    }


def _paragraphs(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a range to whole lines: a line of an article's text is a paragraph."""
    last = text.find("\n", end)
    return text.rfind("\n", 0, start) + 1, len(text) if last < 0 else last


def evaluation_items(
    stored: Iterable[StoredFeedback], article_of: ArticleOf
) -> Iterator[dict[str, Any]]:
    """Yield a row for every rating, in the form that `parley eval answers` reads.

    `answers` is None, for a person to fill in, where the rating does not tell what is right:
    the answer was rated down, or is no answer (small talk, a list, a summary), or rests on no
    article, or a model worded it, which another right answer need not do likewise. `rating`,
    `comment`, `given_at` and `shown` (the answer's JSON form) come with it.

    Raises:
        LibraryError: A stored rating cannot be read.
    """
    for given in stored:
        try:
            shown = json.loads(given.answer)
            answer = Answer.from_json(shown)
            kept: list[dict[str, Any]] = json.loads(given.passages)
        except ValueError as error:
            raise LibraryError(
                f"The rating of {given.given_at} (answer {given.turn_id}) cannot be read: "
                "restore the library from a backup, or rate that answer anew."
            ) from error
        articles = list(_articles(answer, kept, article_of))
        told = given.rating == "up" and articles and not is_redacted(answer)
        answers = _answers(answer) if told else None
        yield {
            "question": answer.standalone_question or answer.question,
            "answers": answers,
            "articles": articles,
            "sentences": _quoted(answer) if answers else [],
            "rating": given.rating,
            "comment": given.comment,
            "given_at": given.given_at,
            "shown": shown,
        }


def _answers(answer: Answer) -> list[str] | None:
    """Return what is right if `answer` is; nothing is if it rightly refused."""
    if answer.refused:
        return []
    if not answer.sentences or recognise(answer.question) is not None:
        return None
    short = replace(answer, sentences=_verified(answer)).short_answer
    return [short] if short and short.strip() else _quoted(answer) or None


def _verified(answer: Answer) -> tuple[Sentence, ...]:
    return tuple(each for each in answer.sentences if each.status == "verified")


def _quoted(answer: Answer) -> list[str]:
    """Return the sentences that stand in what they cite; another wording proves nothing."""
    quotes = {citation.n: citation.quote for citation in answer.citations}
    return [
        sentence.text
        for sentence in _verified(answer)
        if sentence.text.strip()
        and any(sentence.text in quotes.get(n, "") for n in sentence.citations)
    ]


def _articles(
    answer: Answer, kept: Sequence[dict[str, Any]], article_of: ArticleOf
) -> Iterator[dict[str, str]]:
    """Yield what the answer was drawn from: whole articles, or what was kept of them."""
    for key in dict.fromkeys((each.article_id, each.version) for each in _cited(answer)):
        try:
            article = article_of(*key)
        except NotFoundError:
            parts = [
                each
                for each in kept
                if (each["article_id"], each["version"]) == key and each["text"] != REMOVED
            ]
            parts.sort(key=lambda part: part["start"])
            text = "\n\n".join(dict.fromkeys(part["text"] for part in parts))
            about = parts[0] if parts else {}
        else:
            text = article.text
            about = {name: getattr(article, name) for name in _METADATA}
            if article.title_derived:
                # Reading the text derives it again; given, it would be cut from the text.
                del about["title"]
        metadata = {name: about[name] for name in _METADATA if about.get(name)}
        if re.search(r"\w", text):
            yield {"text": text, **metadata}
