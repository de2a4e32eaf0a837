"""Does what a command says: greets, helps, lists the articles, finds those to be summed up.

A reply is a message, or a list of articles, or the articles that an engine is to sum up. Its
list is numbered by publication, oldest first, and "article 3" means number 3 of the list that
the reader was shown. Nothing here knows how a command was worded or how a reply is shown.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath

import prompts
from bot.answers import Answer
from bot.catalogue import Catalogue
from bot.commands import Command, CommandKind
from bot.engine import Evidence, Line
from vectorstore.documents import Article
from vectorstore.text import content_stems, sentence_ranges

_MOST_LISTED = 50
# More are not read for one summary: a sentence in forty would be quoted, after seconds.
_MOST_SUMMED_UP = 200
_SMALL_TALK = {
    CommandKind.GREETING: "greeting",
    CommandKind.THANKS: "thanks",
    CommandKind.FAREWELL: "farewell",
    CommandKind.HELP: "help",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """What a command is answered with; `articles` are to be summed up, in so many `sentences`.

    `citations` are a list's entries, to be numbered from 1 in their order.
    """

    message: str | None = None
    articles: tuple[Sequence[Line], ...] = ()
    sentences: int | None = None
    citations: tuple[Evidence, ...] = ()
    notices: tuple[str, ...] = ()


def reply(command: Command, catalogue: Catalogue, earlier: Sequence[Answer] = ()) -> Reply:
    """Do what `command` says; `earlier` are the conversation's answers, oldest first."""
    if prompt := _SMALL_TALK.get(command.kind):
        return Reply(prompts.load(prompt).fill())
    articles = catalogue.articles()
    if not articles:
        empty = "no_articles_pass" if catalogue.narrowed else "no_articles"
        return Reply(prompts.load(empty).fill())
    if command.kind is CommandKind.LIST:
        return _listed(articles)
    return _summed_up(command, catalogue, articles, earlier)


def _listed(articles: Sequence[Article]) -> Reply:
    message = prompts.load("article_list").fill(there_are=_there_are(articles))
    more = len(articles) - _MOST_LISTED
    notices = (f"{more} more are not shown; a number beyond {_MOST_LISTED} names them too.",)
    return Reply(
        message,
        citations=tuple(_opening(article) for article in articles[:_MOST_LISTED]),
        notices=notices if more > 0 else (),
    )


def _opening(article: Article) -> Evidence:
    """Return the first sentence that says anything."""
    body = next(line for line in article.text.split("\n") if any(map(str.isalnum, line)))
    offset = article.text.index(body)
    ranges = sentence_ranges(body, article.language)
    start, end = next(
        place for place in ranges if any(char.isalnum() for char in body[slice(*place)])
    )
    return Evidence(article, offset + start, offset + end)


def _there_are(articles: Sequence[Article]) -> str:
    count = len(articles)
    return "There is 1 article" if count == 1 else f"There are {count:,} articles"


def _summed_up(
    command: Command,
    catalogue: Catalogue,
    articles: Sequence[Article],
    earlier: Sequence[Answer],
) -> Reply:
    named = ""
    if command.numbers:
        wanted = _numbered(command.numbers, articles, earlier)
        named = f"There is no article {_missing(command.numbers, articles)}"
    elif command.title is not None:
        wanted = _titled(command.title, articles)
        named = f"No article's title holds “{command.title}”"
    elif command.everything:
        wanted = list(articles)
    else:
        wanted = _spoken_of(articles, earlier) or list(articles)
    if not wanted:
        there_are = _there_are(articles)
        return Reply(prompts.load("no_such_article").fill(named=named, there_are=there_are))
    read = wanted[-_MOST_SUMMED_UP:]
    lines = tuple(catalogue.lines(article) for article in read)
    return Reply(
        articles=lines, sentences=command.sentences, notices=tuple(_remarks(command, wanted))
    )


def _remarks(command: Command, wanted: Sequence[Article]) -> Iterator[str]:
    """Yield what a reader should know about what was summed up."""
    if len(wanted) == 1:
        yield f"A summary of {_described(wanted[0])}."
    elif command.title is not None:
        yield f"{len(wanted)} articles are named so: “list the articles” gives their numbers."
    elif not command.numbers and not command.everything:
        yield (
            "These sentences are from all articles: “list the articles” numbers them, and "
            "“summarise article 1” sums up one."
        )
    if len(wanted) > _MOST_SUMMED_UP:
        yield f"Only the newest {_MOST_SUMMED_UP} of {len(wanted):,} articles were read."


def _described(article: Article) -> str:
    date = article.published[:10] if article.published else None
    about = ", ".join(part for part in (article.publisher, date) if part)
    return f"“{article.title}”" + (f" ({about})" if about else "")


def _numbered(
    numbers: Sequence[int], articles: Sequence[Article], earlier: Sequence[Answer]
) -> list[Article]:
    """Return the articles of these numbers, or none if one of them is not there.

    A list that was shown holds its numbers, whatever came into the library since.
    """
    of_id = {article.id: article for article in articles}
    dated = [article for article in articles if article.published] or articles
    shown = next((each.citations for each in reversed(earlier) if _is_list(each)), ())
    wanted: list[Article] = []
    for number in numbers:
        if 0 < number <= len(shown):
            found = of_id.get(shown[number - 1].article_id)
        elif number > 0:
            found = next(iter(articles[number - 1 : number]), None)
        else:
            # The latest is the last that has a date.
            found = dated[number] if -len(dated) <= number < 0 else None
        if found is None:
            return []
        wanted.append(found)
    return sorted(wanted, key=articles.index)


def _missing(numbers: Sequence[int], articles: Sequence[Article]) -> int:
    """Return the first of `numbers` that no article has, or simply the first."""
    beyond = (number for number in numbers if not 0 < number <= len(articles))
    return next(beyond, numbers[0])


def _is_list(answer: Answer) -> bool:
    return answer.message is not None and bool(answer.citations) and not answer.sentences


def _titled(words: str, articles: Sequence[Article]) -> list[Article]:
    """Return the articles whose titles hold all of `words`, or whose outlets and files do, too."""
    wanted = set(content_stems(words))
    if not wanted:
        return []
    titled = [each for each in articles if wanted <= set(content_stems(each.title or ""))]
    return titled or [each for each in articles if wanted <= _known_by(each)]


def _known_by(article: Article) -> set[str]:
    """Return the stems of all that an article may be called by."""
    file = PurePath(article.source).stem.replace("_", " ")
    return set(content_stems(f"{article.title or ''} {article.publisher or ''} {file}"))


def _spoken_of(articles: Sequence[Article], earlier: Sequence[Answer]) -> list[Article]:
    """Return the article that the last citing answer cites first; none after a list of many."""
    of_id = {article.id: article for article in articles}
    for answer in reversed(earlier):
        if _is_list(answer):
            return []
        for citation in answer.citations[:1]:
            if citation.article_id in of_id:
                return [of_id[citation.article_id]]
    return []
