"""What follows a verb of saying: where the words that are said begin and end, if it is that.

Many verbs tell of other things as often: someone “called a meeting”, “posted a video”,
“asked whether”. Nothing here knows who speaks.
"""

import re

from bot.briefing.statements import sayings
from bot.briefing.statements.attribution import words
from bot.briefing.statements.subjects import MASK
from bot.grounding.words import listed

_THAT = re.compile(r"\s*[,:]?\s*(?:that|for|on)\s+(?=\S)")
TO_THAT = re.compile(
    rf",?[^.;:{MASK}\"“”]{{1,170}}?(?<! with)(?<! of)(?<! to)(?<! at)(?<! in)(?<! on) that\s+"
    r"(?!(?:[a-z]+ly )?(?:[a-z]+ed|would|will|has|had|was|were|is|are|found|could|may|led)\b)"
)
_CONTRAST = re.compile(
    r";|,\s(?:but|whereas|although|though|while|citing|even as|according to"
    r"|and (?:added|adding|(?:it|he|she|they)(?:['’](?:ve|d|s|re|ll))?))\s"
)
# “Demanded a truce, rejected the draft, and closed the border”, “offered aid, even saying …”.
_DEED = r"(?:[a-z]+ly )?(?:[a-z]{3,}ed|sought|took|made|gave|sent|told|met|went|put|held|cut|led)"
_DEEDS = re.compile(
    rf",\s{_DEED}\s(?!by|in|on|at|under|with)[^.;]{{3,}}?,? and {_DEED}\s|, and {_DEED}\s(?!by\b)"
    r"|,\s(?:instead|even|also|further)\s(?:saying|suggesting|arguing|adding|insisting|claiming)\s"
)
FINITE = re.compile(
    r"\b(?:is|are|was|were|has|have|had|would|will|could|can|may|might|must|should|do|did|does"
    r"|[a-z]{3,}ed|went|came|took|made|met|got|held|led|fell|began)\b"
    r"|n['’]t\b|['’](?:s|re|ve|ll|d) "
)
_GOES_ON = re.compile(
    r",\s(?=(?:[a-z]+ly |also |then )?(?:is|are|was|were|has|have|had|would|will|could|can|may"
    r"|might|must|should|did|does|[a-z]{3,}ed|went|came|took|made|met|said|told|says|left|began|plans"
    r"|wants)\b)"
)
_DAY_BEHIND = re.compile(rf",?\s(?:{sayings.DAY_ADJUNCT})(?=\s*[.,;!?]?[\"”]?\s*$)", re.IGNORECASE)
# What is held on a day: the day behind it may be its own.
_HELD = re.compile(
    r"\b(?:meetings?|talks|summits?|rounds?|sessions?|votes?|visits?|negotiations|elections?|to)\b"
    r"|\x01",
    re.IGNORECASE,
)
OPENS = re.compile(rf"\s*[,:]?\s*[\"“„«‘']*{MASK}")
# Verbs that tell of other things as often: only before a clause or a quotation.
_STRICT = frozenset(
    listed("""
    added adds posted wrote writes responded answered replied concluded repeated commented
    remarked tweeted pointed signaled signalled thought thinks noted notes hinted believed
    believes believe estimated predicted recalled joked testified explained explains disclosed
    revealed reported reports suggested suggests maintained maintains
    """)
)
_QUOTES_ONLY = frozenset(
    listed("""
    posted wrote writes tweeted responded answered pointed concluded repeated commented remarked
    joked recalled
    """)
)
_TO_WHAT = re.compile(r"\s*(?:to|of|for|from|about|over|by)\b")
_REDUCED = re.compile(
    r"\s*(?:[a-z]+ly\s+)?(?:[a-z]{2,}ed|has|have|had|was|were|is|are|will|would)\b"
)
_NP_ALLOWED = frozenset(
    listed("""
    reported reports added disclosed predicted revealed suggested
    """)
)
_NOTHING = re.compile(
    r"\s*(?:to (?:comment|answer|say|discuss)|about|whether|if|why|how|what|off|back|up)\b"
)
_CALLED = re.compile(rf"\s+\S.{{0,70}}?\s(?:an?\s|[\"“‘']?{MASK}|the\s\w+est\b)|\s*[\"“]")
_PUT = re.compile(r".{0,80}?\s(?:down to|at(?=.{0,30}(?:\d|million|billion|hundred|thousand)))\s")


def may_be_told(key: str) -> bool:
    """Say whether someone who is told it may stand behind a verb."""
    return key in sayings.HEARER or key in (
        "called on",
        "calls on",
        "call on",
        "appealed to",
        "urged",
    )


def content_start(masked: str, end: int, key: str) -> tuple[int, bool]:
    """Return where what is said begins behind the verb, and whether it is told as a clause."""
    while more := sayings.BEHIND.match(masked, end):
        end = more.end()
    if (that := _THAT.match(masked, end)) is not None:
        return that.end(), "that" in that.group()
    rest = masked[end:]
    object_ahead = rest.startswith(" to ") or (key in sayings.THING and _TO_WHAT.match(rest))
    if (
        not object_ahead
        and sayings.PLACE.match(rest.lstrip(" ,"))
        and (that := TO_THAT.match(rest))
    ):
        return end + that.end(), True
    opens = OPENS.match(rest) is not None or rest.lstrip()[:1] == ":"
    space = len(rest) - len(rest.lstrip(" ,:"))
    return end + space, opens


def says_something(key: str, rest: str, is_clause: bool) -> bool:
    """Say whether what follows a verb is something that is said."""
    if key in ("put", "puts"):
        return _PUT.match(rest) is not None
    if key in ("called", "calls", "call"):
        return _NOTHING.match(rest) is None and _CALLED.match(f" {rest}") is not None
    if key in ("described", "describes"):
        return " as " in rest
    count = words(rest)
    if is_clause:
        return count >= 2
    if _NOTHING.match(rest) or (key in sayings.CLAUSE and _REDUCED.match(rest)):
        return False
    if key in _QUOTES_ONLY:
        return False
    ahead = " ".join(rest.split()[:14])
    if key in _STRICT and key not in _NP_ALLOWED:
        return count >= 3 and FINITE.search(ahead) is not None
    is_of = rest.startswith("of ")
    return count >= (3 if key in sayings.PLAIN and not is_of else 2)


def content_end(masked: str, start: int, *, is_thing: bool = False) -> int:
    """Return where what is said ends: at a “but” or a semicolon, or with the sentence.

    `is_thing`: what is said is no clause, and what its subject did besides is none of it.
    """
    found = _CONTRAST.search(masked, start + 1)
    end = found.start() if found else len(masked)
    deeds = _DEEDS.search(masked, start + 1, end) if is_thing else None
    return deeds.start() if deeds else end


def relative_end(masked: str, start: int, end: int) -> int:
    """Return where “…, who rejected S, is to meet Y” ends: at the comma before the main verb."""
    found = _GOES_ON.search(masked, start, end)
    return found.start() if found else end


def day_behind(masked: str, start: int, end: int, key: str) -> int | None:
    """Return where a day stands behind a thing that someone accepts or rejects on that day."""
    if key not in sayings.REACTIONS:
        return None
    content = masked[start:end]
    found = _DAY_BEHIND.search(content)
    if found is None or FINITE.search(content) or _HELD.search(content, 0, found.start()):
        return None
    return start + found.start() if words(content[: found.start()]) else None
