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

_NETWORKS = (
    r"(?:facebook|twitter|x|instagram|telegram|whatsapp|youtube|tiktok|linkedin|threads|"
    r"bluesky|mastodon|google news|social media|flipboard|viber|vkontakte)"
)

_PROMOTION = (
    rf"(?:please )?(?:follow|like|find|join|friend|connect with) .{{0,80}}"
    rf"\b(?:on|via) {_NETWORKS}\b.*",
    r"follow (?:us|@\w+)\b.*",
    r"(?:please )?(?:subscribe|sign up|sign in|log in|register)(?: now| here| today| free)?"
    r"(?: (?:to|for|with|and|or)\b.*|[.!:>]*)",
    r"(?:get|receive) (?:our|the|all the|today's|breaking) .{0,80}"
    r"\b(?:newsletter|inbox|app|alerts?)\b.*",
    r"download (?:our|the) .{0,40}\bapp\b.*",
    r"(?:read|see|watch|listen|hear|view) (?:more|also|next|now|live|full story)"
    r"(?:\s*[:>»→|–—-].*| (?:about|on|at|here|from|in)\b.{0,80}|[.…>]*)",
    r"(?:see also|also read|related(?: articles?| stories| topics| news| content)?|"
    r"more on this(?: story)?|more from .{1,60}|recommended(?: for you| stories)?|"
    r"you (?:may|might) also like|most read|most popular|trending(?: now)?|editors?'? picks?)"
    r"(?:\s*[:>»|–—-].*)?",
    r"(?:click|tap) (?:here|on|the) .{0,120}",
    r"(?:the )?(?:story|article) continues (?:below|after)\b.*|continue reading\b.*",
    r"(?:advertisement|advertising|advert|ad|sponsored(?: content| by .*)?|promoted(?: content)?|"
    r"paid content|partner content)[.:]?",
    r"support (?:our|independent|quality) journalism.*",
    r"(?:donate|become a (?:member|supporter))\b.{0,60}",
    r"skip (?:past|to|ad|advert).{0,60}|(?:end|start) of .{0,30}newsletter.{0,30}",
)

_CONTRIBUTORS = (
    r".{2,140}\bcontributed (?:to (?:this|the) (?:report|article|story)|reporting)\b.{0,80}",
    r"\(?(?:additional |with )?(?:reporting|writing|editing|edited|compiled|translated) by\b"
    r".{2,180}",
    r"with (?:inputs?|files|(?:additional )?reporting|contributions?|material) (?:by|from)\b"
    r".{2,140}",
)

_DEBRIS = (
    r"(?:share|tweet|print|e-?mail|save|copy link|whatsapp|facebook|twitter|telegram|linkedin|"
    r"comments?|reply|listen|play|pause|menu|home|search|close|back to top|loading)[.:…]*",
    r"share (?:this|on|via|the) .{0,60}|\d+ (?:comments?|shares?|min(?:ute)?s? read)",
    r"(?:©|\(c\)|copyright\b).{0,160}|.{0,80}\ball rights reserved\b.{0,80}",
    r"(?:this (?:site|website)|we) uses? cookies.*|(?:accept|reject|manage)(?: all)? cookies.*",
    r"(?:https?://|www\.)\S+",
    r"[\W_]+",
)

_CUT = re.compile(
    "|".join(f"(?:{pattern})" for pattern in (*_PROMOTION, *_CONTRIBUTORS, *_DEBRIS)),
    re.IGNORECASE,
)


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
    return len(line) <= _LONGEST_CUT and _CUT.fullmatch(line) is not None
