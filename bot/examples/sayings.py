"""What a named speaker said: about what, or whose plans, where the statement tells plainly.

A statement is about what stands before its first verb, or about a name that the headline
has, too. Patterns of English. Nothing here knows who else speaks in an article.
"""

import re
from collections.abc import Iterator

from bot.examples.speakers import CAPITAL, Names
from bot.grounding.words import listed
from vectorstore.questions import WEEKDAYS
from vectorstore.spelling import is_country
from vectorstore.text import STOPWORDS

# Kind, dullness (more is put behind others) and text of a question.
Made = Iterator[tuple[str, float, str]]

DAY = rf"(?:{'|'.join(map(str.capitalize, WEEKDAYS))})"
# What may stand between a speaker and the verb, or the verb and the rest.
WHEN = (
    rf"(?: (?:(?:late |early )?(?:on )?{DAY}(?: (?:morning|afternoon|evening|night))?"
    r"|also|later|then|again|earlier|publicly|repeatedly|has|have|had"
    r"|(?:this|last) (?:week|month)|in an? [a-z ]{0,20}?(?:statement|tweet|speech|interview"
    r"|communiqu[eé]|letter|call)|at an? (?:[a-z]+ )?(?:conference|briefing))){0,3}"
)
_SAID = re.compile(
    rf"(?:said|told reporters|(?:stressed|insisted)(?= that)){WHEN}"
    r"(?: of (?P<of>[^,]{4,40}?) that|(?:,? that)?) (?P<said>.+)"
)
# Not before a word that makes a name an adjective: “the Norland proposal”.
_TOPIC = re.compile(
    rf"(?<=[a-z,] )(?<! an )(?<! a )((?:the )?{CAPITAL}(?: {CAPITAL}){{0,3}})"
    rf"(?:(?<=['’]s)|(?=[.,;]| (?:{'|'.join(sorted(STOPWORDS))})\b))(?!\.\w)"
)
# What a statement is about stands before its first verb.
_SUBJECT = re.compile(
    r"(?P<about>(?:(?:[Tt]he|[Aa]ny|[Aa]ll) )?(?:[\w'’-]+ ){0,6}?[\w’'-]+)"
    r" (?P<verb>would|will|was|were|is|are|had|has|have|could|should|must|can|may|might)"
    r" (?P<next>[a-z]+)"
)
# Nobody asks about them without a name.
_VAGUE = frozenset(
    listed("""
    sides parties delegations situation presidents men women people group country government
    ministry statement move words president minister agency time world company decision report
    conditions officials points committee administration department man woman thing things
    senate house congress court something nothing everyone no day week year issue others work
    """)
)


def sayings(who: str, rest: str, names: Names) -> Made:
    """Yield what may be asked of `who`, whose words `rest`, from the verb on, tells."""
    found = _SAID.fullmatch(rest)
    if found is None:
        return
    if found["of"]:
        yield "say", 0, f"What did {who} say about {found['of']}?"
        return
    yield from about_what(who, found["said"], names)
    for named in _TOPIC.finditer(found["said"]):
        topic = re.sub("['’]s$", "", named[1])
        if names.is_topic(topic) and topic not in who:
            yield "say", 1, f"What did {who} say about {topic}?"
    if rest.startswith("said") and (" " in who or is_country(who.lower())):
        yield "say", 6, f"What did {who} say?"


def about_what(who: str, said: str, names: Names) -> Made:
    """Yield what may be asked where `who` says `said`, a statement that tells what it is about."""
    found = _SUBJECT.match(said)
    if found is None:
        return
    about = re.sub("^T(?=he )", "t", found["about"])
    words = about.split()
    if words[-1].lower() in _VAGUE or words[-1].endswith(("ly", "ed")) or "that" in words:
        return
    if all(word[0].isupper() for word in words if word not in ("the", "of", "and")):
        if names.of(about):
            plans = found["verb"] in ("would", "will") and found["next"] not in ("be", "have")
            asked = f"say {about} {found['verb']} do" if plans else f"say about {about}"
            yield "say", 0 if plans else 1, f"What did {who} {asked}?"
        return
    definite = words[0] in ("the", "any", "all") or "'s " in about
    if definite and (len(words) > 2 or names.in_title(words[-1])):
        yield "say", 1, f"What did {who} say about {about}?"
