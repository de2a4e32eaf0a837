"""Cuts what is not the article's own text: promotion, contributor lines, paste debris.

Works on whole lines only, since in pasted news a line is a paragraph: a sentence inside a
paragraph is never touched. What was cut is kept with the place where it stood. Nothing
here knows about formats or metadata.
"""

import re

from vectorstore.documents import Removed
from vectorstore.text import clean_unicode

# A longer line is prose, whatever it begins with.
_LONGEST_CUT = 220

# A line with one of these reports what somebody said, however it begins ("Donate blood,
# officials urged").
_REPORTED = re.compile(r"\b(?:said|says|told|urged|announced|warned|added|reported)\b", re.I)

_NETWORK = (
    r"(?:facebook|twitter|x|instagram|telegram|whatsapp|youtube|tiktok|linkedin|threads|"
    r"bluesky|mastodon|google news|social media|flipboard|viber|vkontakte)"
)
_NETWORKS = rf"{_NETWORK}(?:(?:,? and |,? or |, | & |/){_NETWORK})*"

_PROMOTION = (
    rf"(?:please )?(?:follow|like|find|join|friend|connect with) [^,]{{0,80}}\b(?:on|via) "
    rf"{_NETWORKS}(?:[.!:]*| (?:for|to|and never) .*| (?:page|channel)s?[.!]*)",
    r"follow (?:us|@\w+)[.!:]*",
    r"(?:please )?(?:subscribe|sign up|sign in|log in|register)(?: now| here| today| for free)*"
    r"(?: (?:to|for|with|and|or)\b.*|[.!:>]*)",
    r"(?:get|receive) (?:our|the|all the|today's|breaking) .{0,80}"
    r"\b(?:newsletter|inbox|app|alerts?)\b.*",
    r"download (?:our|the) .{0,40}\bapp\b.*",
    r"(?:read|see|hear|view) (?:more|also|next|full story)"
    r"(?:\s*[:>»→|–—-].*| (?:about|on|at|here|from|in)\b[^,.]{0,80}|[.…>]*)",
    r"(?:watch|listen)(?: now| live| more| to this (?:article|story))?(?:\s*[:>»→|].*|[.…>]*)",
    r"(?:see also|also read|related(?: articles?| stories| topics| news| content)?|"
    r"more on this(?: story)?|more from [^,.]{1,60}|recommended(?: for you| stories)?|"
    r"you (?:may|might) also like|most read|most popular|trending(?: now)?|editors?'?s? picks?)"
    r"(?:\s*[:>»|–—-].*)?",
    r"(?:click|tap) here\b.{0,120}",
    r"(?:view|read|open) (?:this|it)(?: e-?mail| message| newsletter)? "
    r"(?:in (?:your|a) (?:web )?browser|online)[.!:]*",
    r"unsubscribe(?: here| now)?[.!]*(?:\s*[|/·•]\s*[\w ]{1,40})*",
    r"(?:the )?(?:story|article) continues (?:below|after (?:the |this )?"
    r"(?:ad|advert|promotion|video|gallery|newsletter|image|photo))\b.*|continue reading[.…]*",
    r"(?:advertisement|advertising|advert|ad|sponsored(?: content| by [^,.]*)?|"
    r"promoted(?: content)?|paid content|partner content)[.:]?",
    r"support (?:our|independent|quality) journalism.*",
    r"donate(?: now| today| here)?|become a (?:supporter|subscriber|member|patron)[.!]*",
    r"skip (?:past|to|ad|advert).{0,60}|(?:end|start) of .{0,30}(?:newsletter|promotion).{0,30}",
)

# A credit is names and roles and the few words between them, nothing that tells a story.
_CREDIT = re.compile(
    r"\(?(?:additional )?(?:reporting|writing|editing|edited|compiled|translated) by\b(.+)"
    r"|with (?:inputs?|files|(?:additional )?reporting|contributions?|material) (?:by|from)\b(.+)",
    re.IGNORECASE,
)
_CREDITED = re.compile(
    r"[A-Z].*|[^\W\d_a-z].*|and|in|at|from|for|with|the|of|de|van|von|bin|al|by|additional|"
    r"reporting|writing|editing|agencies|wires|staff"
)

_CONTRIBUTORS = (
    r".{2,140}\bcontributed (?:to this (?:report|article|story)|reporting)"
    r"(?: from [\w ]{2,40})?[.]?",
)

_BUTTON = (
    r"(?:share|tweet|print|e-?mail|save|copy link|whatsapp|facebook|twitter|telegram|linkedin|"
    r"comments?|reply|listen|play|pause|menu|home|search|close|back to top|loading)"
)

_DEBRIS = (
    rf"{_BUTTON}(?:[\s|/,·•]+{_BUTTON})*[.:…]*",
    r"share (?:this|on|via)\b.{0,40}|share the (?:article|story|post|page|link)",
    r"\d+ (?:comments?|shares?|min(?:ute)?s? read)",
    r"(?:©|(?:\(c\)|copyright)(?: ©)?(?=\s*\d{4})).{0,160}|.{0,80}\ball rights reserved\b.{0,80}",
    r"(?:this (?:site|website)|we) uses? cookies.*|(?:accept|reject|manage)(?: all)? cookies.*",
    r"(?:https?://|www\.)\S+",
)

_CUT = re.compile(
    "|".join(f"(?:{pattern})" for pattern in (*_PROMOTION, *_CONTRIBUTORS, *_DEBRIS)),
    re.IGNORECASE,
)
# Bullets, arrows and brackets around a label; quotation marks are left, for a quoted
# sentence is the article's own.
_ORNAMENT = re.compile(r"^[^\w\"'“”‘’«»„©@]+|[^\w\"'“”‘’«»„.!?…]+$")
_WORDLESS = re.compile(r"[\W_]+")


def clean(text: str) -> tuple[str, tuple[Removed, ...], int]:
    """Return the article's own text, what was cut from it, and the surrogates replaced.

    Lines keep their order; blank lines between paragraphs are kept as one. A cut line's
    `offset` is where it stood in the returned text.
    """
    normal, surrogates = clean_unicode(text)
    kept: list[str] = []
    removed: list[Removed] = []
    length = 0
    blank_before = False
    for line in normal.split("\n"):
        stripped = line.strip()
        if not stripped:
            blank_before = True
        elif _is_cut(stripped):
            removed.append(Removed(length, stripped))
        else:
            separator = ("\n\n" if blank_before else "\n") if kept else ""
            kept.append(separator + stripped)
            length += len(kept[-1])
            blank_before = False
    return "".join(kept), tuple(removed), surrogates


def _is_cut(line: str) -> bool:
    if _WORDLESS.fullmatch(line):
        return True
    if len(line) > _LONGEST_CUT or _REPORTED.search(line):
        return False
    plain = line.replace("’", "'")
    return any(
        _CUT.fullmatch(form) is not None or _is_credit(form)
        for form in (plain, _ORNAMENT.sub("", plain))
    )


def _is_credit(line: str) -> bool:
    credit = _CREDIT.fullmatch(line)
    if credit is None:
        return False
    words = re.split(r"[\s,;/&.()-]+", credit[1] or credit[2])
    return all(_CREDITED.fullmatch(word) for word in words if word)
