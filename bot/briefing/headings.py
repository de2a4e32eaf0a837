"""What a briefing is called, and what is said of what it was made from."""

from collections.abc import Sequence

import prompts
from bot.briefing.gathering import Gathered
from bot.briefing.parts import Briefing
from bot.briefing.request import Request
from bot.briefing.selection import Pick, outlet_of_most
from bot.briefing.sources import Source
from bot.wording import count, day
from vectorstore.languages import is_english


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


def remarks(request: Request, gathered: Gathered, earlier: Briefing | None) -> tuple[str, ...]:
    """Return what a reader should know of what the briefing was made from."""
    return tuple(
        filter(None, (_unread(request, gathered), _foreign(gathered), _other(request, earlier)))
    )


def of_one_outlet(sources: Sequence[Source], picks: Sequence[Pick]) -> str:
    """Say that most sentences are one outlet's, where there are others."""
    publishers = {(each.article.publisher or "").casefold() for each in sources}
    outlet = outlet_of_most(picks) if len(publishers) > 1 else None
    if outlet is None:
        return ""
    return "Most of these sentences are one outlet's: the others have too little on this."


def without_side(statements: int) -> str:
    """Say how many statements are on no board of positions, since nobody knows whose they are."""
    if not statements:
        return ""
    are = "is" if statements == 1 else "are"
    return (
        f"{count(statements, 'statement')} on these issues {are} by persons whose side no article "
        "tells, and so on no board of positions."
    )


def _unread(request: Request, gathered: Gathered) -> str:
    if gathered.read == gathered.passing:
        return ""
    which = "newest" if request.topic is None else "nearest to the topic"
    return f"Of {count(gathered.passing, 'article')}, the {gathered.read:,} {which} were read."


def _foreign(gathered: Gathered) -> str:
    foreign = sum(not is_english(each.article.language) for each in gathered.sources)
    if not foreign:
        return ""
    return (
        f"{count(foreign, 'article')} in other languages than English: whose word a sentence is, "
        "who said what, days and differences are read in English alone, and so may be missing."
    )


def _other(request: Request, earlier: Briefing | None) -> str:
    if earlier is None or earlier.topic == request.topic:
        return ""
    about = f"“{earlier.topic}”" if earlier.topic else "no topic"
    return f"The earlier briefing is on {about}: what seems new may only be another topic's."
