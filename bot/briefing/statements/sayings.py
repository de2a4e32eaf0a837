"""The verbs by which someone says, demands, offers, denies, and what may stand beside them.

By what follows a verb: a clause (“said that …”), whom it is said to (“told X that …”,
“urged X to …”), or a thing (“demanded a ceasefire”, “described the talks as civil”).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.grounding.words import listed

_CLAUSE = listed("""
    said says say claimed insisted insists insist argued argues argue asserted asserts alleged
    alleges maintained maintains contended contends complained complains stressed stresses
    emphasised emphasises emphasized emphasizes reiterated reiterates commented remarked
    suggested suggests predicted predicts added adds stated replied responded answered estimated
    believed believes believe vowed vows wrote writes tweeted posted thought thinks noted
    explained explains declared declares announced announces revealed reveals disclosed discloses
    reported reports confirmed confirms acknowledged acknowledges admitted admits conceded
    concedes pointed recalled repeated hinted joked testified testifies concluded
    promised promises pledged pledges denied denies
""")
_HEARER = listed("""
    told tells tell warned warns warn urged urges urge asked asks ask assured assures reminded
    reminds informed informs begged implored notified
""")
_THING = listed("""
    demanded demands proposed proposes offered offers agreed agrees agree rejected rejects reject
    refused refuses refuse accepted accepts accused accuses accuse condemned condemns condemn
    welcomed welcomes criticised criticises criticized criticizes dismissed dismisses blamed
    blames blasted praised praises hailed hails requested requests threatened threatens described
    describes called calls questioned disputed disputes denounced denounces slammed slams
    defended defends expressed expresses urged put puts invited signalled signaled appealed
""")
_PAIRS = (
    "called for", "calls for", "called on", "calls on", "call for", "call on", "played down",
    "plays down", "ruled out", "rules out", "appealed for", "appealed to",
)  # fmt: skip
CLAUSE, HEARER, THING = frozenset(_CLAUSE), frozenset(_HEARER), frozenset((*_THING, *_PAIRS))
# Plainly said, with nothing but words.
PLAIN = frozenset(
    listed("said says say told tells warned warns assured announced claimed insisted stressed")
)
# “Reports” and “demands” are nouns as often: verbs only behind a name or a pronoun.
DOUBTFUL = frozenset(
    listed("""
    reports demands calls offers requests claims promises pledges urges puts posted pointed
    thought blames put accepted called say ask call tell warn
    """)
)
# Said against something: what is denied or refused is not what the speaker holds.
AGAINST = frozenset(
    listed("""
    denied denies rejected rejects reject refused refuses refuse dismissed dismisses disputed
    disputes questioned doubted doubts opposed opposes accused accuses accuse condemned condemns
    condemn criticised criticises criticized criticizes blamed blames blasted denounced
    denounces slammed slams
    """)
) | {"ruled out", "rules out", "played down", "plays down"}
# What is said of a thing at once: a day behind the thing is the day on which it is said.
REACTIONS = (AGAINST - {"denied", "denies", "refused", "refuses", "refuse"}) | frozenset(
    listed("accepted accepts welcomed welcomes praised praises hailed hails")
)
_PARTICIPLES = listed("saying adding insisting warning arguing claiming stressing noting telling")
PARTICIPLES = frozenset(_PARTICIPLES)
_FIRST = frozenset(
    (
        *_CLAUSE, *_HEARER, *_THING, *_PARTICIPLES,
        *listed("quoted cited quotes cites according plays played ruled rules"),
    )
)  # fmt: skip
_NEEDED = {"according": ("to",), "played": ("down",), "plays": ("down",), "ruled": ("out",),
           "rules": ("out",)}  # fmt: skip
_JOINED = {"called": ("for", "on"), "calls": ("for", "on"), "call": ("for", "on"),
           "appealed": ("for", "to")}  # fmt: skip
_WORD = re.compile(r"(?<![\w'’-])[A-Za-z]{3,}(?![\w'’-])")
_NEXT = re.compile(r"\s+([a-z]+)\b")


@dataclass(frozen=True, slots=True)
class Hit:
    """A verb of saying at `[start, end)`, with the word that belongs to it (“called for”)."""

    text: str
    key: str
    start: int
    end: int


def verbs(masked: str) -> Iterator[Hit]:
    """Yield the verbs of saying, and what is like them, in a sentence."""
    for found in _WORD.finditer(masked):
        key = found.group().lower()
        if key not in _FIRST:
            continue
        start, end = found.span()
        if key in _NEEDED or key in _JOINED:
            following = _NEXT.match(masked, end)
            word = following[1] if following else ""
            if following and word in (_NEEDED.get(key) or _JOINED[key]):
                key, end = f"{key} {word}", following.end()
            elif key in _NEEDED:
                continue
        yield Hit(" ".join(masked[start:end].split()), key, start, end)


_DAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_MONTH = (
    r"(?:Jan(?:uary|\.)|Feb(?:ruary|\.)|March|April|May|June|July|Aug(?:ust|\.)|Sept(?:ember|\.)"
    r"|Oct(?:ober|\.)|Nov(?:ember|\.)|Dec(?:ember|\.))"
)
_DATE = rf"(?:\d{{1,2}} {_MONTH}|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?)(?:,? \d{{4}})?"
_OCCASION = (
    r"(?:in|via|through|by|on) (?:an?|the|his|her|its|their|another|one) (?:[\w'’-]+ ){0,4}?"
    r"(?:statement|tweet|speech|interview|letter|call|post|video|address|memo|report|note|email"
    r"|e-mail|release|message|article|op-ed|tweets|statements|telephone|phone|conversation|filing"
    r"|communiqu[eé]|readout|declaration|decree|document"
    r"|Twitter|Facebook|Telegram)"
    r"(?: (?:with|to|by) (?:the )?(?:[A-Z][\w'’.&-]*)(?: [A-Z][\w'’.&-]*){0,4})?"
    r"|(?:at|during) (?:an?|the|his|her|its|their) (?:[\w'’-]+ ){0,3}?"
    r"(?:conference|briefing|rally|meeting|event|hearing|summit|ceremony|session|debate)"
)
ADVERBIAL = (
    rf"(?:(?:late|early|later|earlier) )?(?:on )?(?:the (?:previous|same|following) )?{_DAY}"
    r"(?: (?:morning|afternoon|evening|night))?"
    rf"|(?:on|in|by|as of) (?:{_DATE}|{_MONTH}(?: \d{{4}})?|\d{{4}})"
    r"|(?:this|last|earlier this|later this) (?:week|month|year|morning|evening|night|summer|spring"
    r"|autumn|fall|winter)"
    r"|yesterday|today|(?:the|that) same day|earlier|later|again|also|then|once|already|meanwhile"
    r"|now|just|beforehand|afterwards?|recently|repeatedly|publicly|bluntly|separately|simply|clearly"
    r"|flatly|further|explicitly|formally|jointly|immediately|quickly|previously|initially"
    r"|privately|briefly|openly|strongly|reportedly|however|too"
    r"|for (?:his|her|its|their) part|in turn|in response|in part|in public|on (?:Twitter|Facebook)"
    rf"|{_OCCASION}"
)
DAY_ADJUNCT = (
    rf"(?:(?:late|early|later|earlier) )?(?:on )?{_DAY}(?: (?:morning|afternoon|evening|night))?"
    rf"|on {_DATE}|(?:last|this) (?:week|month|{_DAY})|yesterday|today"
)
BEHIND = re.compile(rf"(?:\s*,)?\s+(?:{ADVERBIAL})(?![\w'’-])", re.IGNORECASE)
MAY_END = re.compile(
    rf"(?:^|[^\w'’])(?:[^\W\dA-Z]\w*|\d+|{_DAY}|{_MONTH}|Twitter|Facebook|Telegram)\s*$|,\s*$"
)
AHEAD = re.compile(rf"(?:^|[\s,]+)(?:{ADVERBIAL}|has|have|had|did|does)\s*,?\s*$", re.IGNORECASE)
PLACE = re.compile(
    rf"(?:on|in|at|after|before|during|following|from|of|to|ahead|by|when|as|with|while|since|over"
    rf"|about|amid|without|late|early|{_DAY})(?![\w'’-])"
)
