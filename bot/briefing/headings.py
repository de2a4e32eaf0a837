"""What a briefing is called, and what is said of what it was made from."""

from collections.abc import Sequence

import prompts
from bot.briefing.gathering import Gathered
from bot.briefing.request import Request
from bot.briefing.sources import Source
from bot.wording import count, day


def title(request: Request, sources: Sequence[Source]) -> str:
    """Return the topic, the title of the one article, or how many articles of which days."""
    if request.topic is not None:
        return request.topic
    if len(sources) == 1:
        return sources[0].article.title or "One article"
    days = sorted(each.article.published[:10] for each in sources if each.article.published)
    told = count(len(sources), "article")
    if not days:
        return told
    first, last = day(days[0]), day(days[-1])
    return f"{told}, {first}" if first == last else f"{told}, {first} to {last}"


def nothing(request: Request) -> str:
    """Say that no article bears on what is asked for, and what to do."""
    if request.topic is None:
        return prompts.load("no_articles_pass" if request.scope else "no_articles").body
    among = " that the filter lets pass" if request.scope else ""
    return (
        f"The articles{among} say nothing about “{request.topic}”: name the topic in words that "
        "they may use, or leave it out to be briefed on all of them."
    )


def unread(gathered: Gathered) -> tuple[str, ...]:
    """Say how many articles were not read, if any."""
    if not gathered.left_out:
        return ()
    read, left = len(gathered.sources), gathered.left_out
    return (f"The newest {count(read, 'article')} were read, and {left:,} older ones were not.",)
