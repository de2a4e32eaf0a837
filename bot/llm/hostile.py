"""Takes from a text what a model, or the server before it, could mistake for something else.

That is: lines like those between which passages stand, the tokens by which servers mark turns
and tools inside a conversation, numbers in brackets, which in an answer name a passage, and
characters that no reader sees. Each is broken with a bracket that looks alike, so that a
person still reads what stood there. Words are left as they are, whatever they ask for:
telling an order from a report is not done here, nor anywhere by patterns.
"""

import re
import unicodedata

from bot.llm import markers
from vectorstore.text import clean_unicode

# What a passage's first and last line begin with; see `material`.
_DELIMITER = re.compile(r"[<＜﹤](?:[ \t]?[<＜﹤]){2,}")
# <|im_start|>, <｜begin▁of▁sentence｜>; <s>, </think>, <start_of_turn> and any bare tag;
# <<SYS>>; the names that some servers look for in square brackets; Alpaca's headings.
_OPENING = re.compile(
    r"<(?=[|｜]|/?[A-Za-z_][\w:.▁-]{0,40}\s?/?>|<\s?/?SYS>|/?SYS>)", re.IGNORECASE
)
_CLOSING = re.compile(r"(?<=[|｜])>")
_SQUARE = re.compile(
    r"\[(?=/?(?:INST|SYS|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS?|TOOL_RESULTS?|TOOL_CONTENT"
    r"|IMG|THINK|ARGS|CALL_ID|MASK|gMASK|sMASK|CLS|SEP|PAD|UNK|BOS|EOS)\])",
    re.IGNORECASE,
)
_HEADING = re.compile(
    r"^([ \t]*)(#{1,6})(?=[ \t]*(?:instructions?|inputs?|responses?|system|users?|assistant|human)"
    r"\b[^\n]{0,20}$)",
    re.IGNORECASE | re.MULTILINE,
)
_ROUND = str.maketrans("[]【】", "()()")
_WIDE = str.maketrans("[]【】()", "（）（）（）")
# Joiners that Persian and emoji need, and Arabic signs that are seen.
_NEEDED = "\u200c\u200d\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u08e2"
# One mark may choose a sign's look; a row of them holds a text of its own.
_SELECTORS = re.compile(r"[\ufe00-\ufe0f\U000e0100-\U000e01ef]{2,}|[\U000e0100-\U000e01ef]")
# Blank letters, and joiners in a row, of which one is enough.
_BLANK = re.compile(r"[\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0]")
_JOINERS = re.compile(r"([\u200c\u200d])[\u200c\u200d]+")


def harmless(text: str) -> str:
    """Return `text` with all that could be mistaken broken; ordinary text as it is.

    Line ends are kept. Characters that no reader sees are left out, and what remains of
    others is in NFC.
    """
    text = _visible(clean_unicode(text)[0])
    if not any(char in text for char in "<＜﹤[【(#|｜"):
        return text
    text = _DELIMITER.sub(lambda found: re.sub(r"[<＜﹤]", "‹", found.group()), text)
    text = _CLOSING.sub("›", _OPENING.sub("‹", text))
    text = _HEADING.sub(lambda found: found[1] + "＃" * len(found[2]), _SQUARE.sub("［", text))
    return markers.PATTERN.sub(_not_cited, text)


def one_line(text: str, longest: int) -> str:
    """Return `text`, harmless and in one line of at most `longest` characters."""
    line = " ".join(harmless(text[: 4 * longest]).split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def _visible(text: str) -> str:
    """Leave out format characters and others that show nothing."""
    if text.isascii():
        return text
    hidden = {
        char for char in set(text) if unicodedata.category(char) == "Cf" and char not in _NEEDED
    }
    for char in hidden:
        text = text.replace(char, "")
    return _JOINERS.sub(r"\1", _SELECTORS.sub("", _BLANK.sub("", text)))


def _not_cited(found: re.Match[str]) -> str:
    """Return an article's own “[3]” with brackets that name no passage."""
    said = found.group()
    return said.translate(_WIDE if any(map(str.isalpha, said)) else _ROUND)
