"""Which sentences of an article may be quoted by themselves, and what the others need.

A sentence must be whole, state something, and say whose words it gives. By patterns, for
English; in another language a sentence is only seen to be whole. Nothing here knows what
the sentences are quoted for.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.antecedents import leans_back, past_dateline
from bot.engine import Evidence, Line
from vectorstore.text import STOPWORDS, fold, sentence_ranges, tokens

_ENDS = re.compile(r"[.!…。।؟?][\"'”’»)\]]*$")
# A mark that opens what the next sentence says, left behind by the splitter.
_NEXT_OPENS = re.compile(r"\s+[\"“«]$")
_ASKS = re.compile(r"[?؟][\"'”’»)\]]*$")
_ALL_QUOTED = re.compile(r"[\"“«‘'][^\"“”«»]*[\"”»’']$")
# "This is how the talks went:" announces what follows and tells nothing.
_ANNOUNCES = re.compile(
    r"(?:this|here)(?:['’]s| is| are) (?:how|what|why|where|when|the|a|some|everything)\b",
    re.IGNORECASE,
)
# What goes on from the sentence before without a pronoun at its head.
_GOES_ON = re.compile(
    r"(?:but|and|so|yet|still|however|meanwhile|instead|nevertheless|moreover|nor|then|later"
    r"|earlier|in addition|for (?:its|his|her|their) part|in (?:a|the|another|other) (?:call|words)"
    r"|as a result|on the other hand|for example|among them|with (?:him|her|them)"
    r"|(?:in |at |on |from )?(?:the )?others?(?! than)|elsewhere)\b"
    r"|[^,]{0,60}\b(?:had|has|have) since\b"
    r"|(?:\S+ ){0,12}(?:also|too|likewise)\b(?! (?:late|long|soon|early|much|many|far|few))"
    r"|[^,]{0,60}\b(?:of|in|at|on|to|for|from|since|before|after|during|with|by)"
    r" (?:that|those|the same) (?:\w+ )?(?:rounds?|meetings?|calls?|days?|sessions?|talks|plans?"
    r"|deals?|order|demands?|occasion|level|place)\b"
    r"|.*\bboth(?=[,.;])"
    r"|.*,[\"”]? (?:(?:s?he|they) (?:said|says|added|told|wrote)\b|(?:said|added) (?:s?he|they)\b)",
    re.IGNORECASE,
)
# "The meeting", "hosted the meeting": which, some sentence before it says.
_RESUMES = re.compile(r"(?i:(?:(?:under|at|in|on|after|before|during|as|by) )?the) [a-z]")
_SPOKEN_OF = re.compile(
    r"\b(?:host(?:ed|s)|held|left|attend(?:ed|s)|opened|before|after|during|at) the"
    r" (?:meeting|session|round|call|summit)\b(?! (?:of|between|in|on|with|at)\b)"
)
# What a party did with words.
_SPEAKS = re.compile(
    r"\b(?:said|says|told|agreed|accepted|announced|asked|called (?:on|for)|declared"
    r"|demand(?:ed|s)?|denied|insisted|offer(?:ed|s)|pledged|propos(?:ed|es)|refused|rejected|stressed|threatened"
    r"|urged|vowed|warned)\b"
)
_MARKS = re.compile(r"[\"“”«»]")
_NAME = re.compile(r"[^\W\d_a-zß-ÿ][\w’'-]+(?: [^\W\d_a-zß-ÿ][\w’'-]+)*")
_SHORTEST, _LONGEST = 5, 60  # words


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may be quoted: number `number` of article `article`, both from 0.

    `leans`: only directly behind the sentence before it; `resumes`: only behind some
    earlier one. `bare` are the names, folded, that it gives barely although its article gave
    them in full before; `full` are those that it gives in full.
    """

    line: Line
    article: int
    number: int
    words: int
    leans: bool
    resumes: bool
    bare: frozenset[str]
    full: frozenset[str]

    @property
    def text(self) -> str:
        """What is quoted: the sentence in one line, without the agency's dateline."""
        quoted = self.evidence
        return " ".join(quoted.article.text[quoted.start : quoted.end].split())

    @property
    def evidence(self) -> Evidence:
        """Where that stands."""
        line = self.line
        start = past_dateline(line.article.text, line.start, line.end)
        stray = _NEXT_OPENS.search(line.article.text[start : line.end])
        return Evidence(line.article, start, start + stray.start() if stray else line.end)

    @property
    def speaks(self) -> bool:
        """Whether it tells what someone said, demanded, offered or agreed to."""
        return _SPEAKS.search(self.line.text) is not None

    @property
    def day(self) -> str | None:
        """The day on which its article was published."""
        published = self.line.article.published
        return published[:10] if published else None

    @property
    def said(self) -> str:
        """The words alone: equal for word-for-word copies."""
        return " ".join(tokens(self.text))


def quotable(number: int, lines: Sequence[Line]) -> Iterator[Candidate]:
    """Yield those sentences of article `number` that may be quoted; `lines` are all, in order."""
    if not lines:
        return
    article = lines[0].article
    whole = set(sentence_ranges(article.text, article.language))
    known = dict.fromkeys(tokens(article.title or ""), False)
    for place, line in enumerate(lines):
        bare, full = _names(line.text, known)
        words = len(tokens(line.text))
        if (line.start, line.end) in whole and _stands(line, words):
            begins = place > 0 and _RESUMES.match(line.text) is not None
            resumes = begins or (place > 0 and _SPOKEN_OF.search(line.text) is not None)
            leans = (
                leans_back(line.text)
                or _GOES_ON.match(line.text) is not None
                or (begins and bool(_before(line).strip()))
            )
            yield Candidate(line, number, place, words, leans, resumes, bare, full)


def _names(text: str, known: dict[str, bool]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names that stand here barely and were given in full before, and the full ones.

    A name is its last word. `known` says of each whether it needs to be given in full, and
    what stands here is noted there.
    """
    bare: set[str] = set()
    full: set[str] = set()
    for found in _NAME.findall(text):
        names = [word for word in found.split() if fold(word) not in STOPWORDS]
        if not names:
            continue
        last = fold(names[-1]).removesuffix("'s")
        if len(names) > 1:
            full.add(last)
        if known.setdefault(last, len(names) > 1) and len(names) == 1:
            bare.add(last)
    return frozenset(bare - full), frozenset(full)


def _stands(line: Line, words: int) -> bool:
    """Whether the sentence is whole, states something, and says whose words it gives."""
    text = _NEXT_OPENS.sub("", line.text)
    first = next((char for char in text if char.isalnum()), "")
    return (
        _SHORTEST <= words <= _LONGEST
        and not first.islower()
        and _ENDS.search(text) is not None
        and _ASKS.search(text) is None
        and _ANNOUNCES.match(text) is None
        and _ALL_QUOTED.match(text) is None
        and not _open_quotation(text)
        and not _open_quotation(_before(line))
    )


def _before(line: Line) -> str:
    """Return what stands before the sentence in its paragraph."""
    text = line.article.text
    return text[text.rfind("\n", 0, line.start) + 1 : line.start]


def _open_quotation(text: str) -> bool:
    """Whether a quotation begins in `text` and does not end there, or the other way round."""
    is_open = False
    for mark in _MARKS.findall(text):
        # Where a straight mark meets a curly one, it closes what that opened.
        opens = not is_open if mark == '"' else mark in "“«"
        if opens == is_open:
            return True
        is_open = opens
    return is_open
