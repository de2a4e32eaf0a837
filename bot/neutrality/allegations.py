"""Who is accused of what in a text, and whether the text gives an answer.

Read by patterns: a verb of accusing with a name, or a party's word that a named side did wrong.
An answer is a denial, a refusal to comment or any word of the accused's in another sentence;
whether it answers this accusation is not known. Whether the accusation is right is not, either.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.grounding.quotes import without_quotations
from vectorstore.spelling import is_same
from vectorstore.text import STOPWORDS, key_of

SideOf = Callable[[str], str | None]
"""Which party a name belongs to; None where it is not known."""

_WORD = r"[A-Z][\w’'-]{0,30}"
_NAME = rf"\b(?:the )?(?P<accused>{_WORD}(?: {_WORD}){{0,4}})"
_HELPER = r"(?:(?:had|has|have|was|were|is|are|been|again|repeatedly|deliberately) ){0,3}"
_SIDE = (
    r"(?P<side> (?:forces|troops|army|soldiers|military|government|authorities|officials|fighters"
    r"|jets|planes|aircraft|warplanes|artillery|missiles|drones|gunmen|militants|police|side))?"
)
_WRONG = (
    r"(?:violat|breach|brok|break|shell|bomb|attack|target|fir|kill|murder|tortur|abduct|kidnapp"
    r"|deport|loot|stol|steal|sabotag|undermin|block|blockad|obstruct|shoot|shot|poison|hack|bribe"
    r"|rigg|falsif|provok|meddl|interfer|annex|invad|lied|l[yi]ing|cheat|misle|spy)\w*"
)
_ACCUSING = (
    re.compile(rf"\b[Aa]ccus(?:e|es|ed|ing) {_NAME}{_SIDE} of\b"),
    re.compile(rf"\b[Bb]lam(?:e|es|ed|ing) {_NAME}{_SIDE}(?: for\b|(?= ?[.,;]|$))"),
    re.compile(rf"\b[Bb]lam(?:e|es|ed|ing) [^.;]{{1,80}} on {_NAME}"),
    re.compile(rf"{_NAME}{_SIDE} (?:is|are|was|were|been|stands?) (?:accused of|blamed for)\b"),
)
_CHARGED = re.compile(rf"{_NAME}{_SIDE} {_HELPER}{_WRONG}\b")
_SAYING = re.compile(r"\b(?:said|says|alleg\w+|charg\w+|claim\w+|told|accord\w+|insist\w+)\b")
_DENYING = re.compile(
    r"\b(?:den(?:y|ies|ied|ying)|reject\w*|dismiss\w*|disput\w*|refut\w*|rebut\w*"
    r"|declin\w+ to (?:comment|respond|say)|could not be reached|respond\w*|repl(?:y|ied|ies)"
    r"|(?:did|has|have|had) not (?:\w+ )?(?:respond|comment|repl)\w*"
    r"|no (?:immediate )?(?:comment|response|reply))\b"
)


@dataclass(frozen=True, slots=True)
class Allegation:
    """That `accused` did something, as sentence `sentence` has it in `[start, end)`.

    `shown` is the accused as the sentence has them: “Russian troops” of Russia.
    """

    sentence: int
    accused: str
    shown: str
    start: int
    end: int


def allegations(index: int, text: str, party: str | None) -> Iterator[Allegation]:
    """Yield whom a sentence that gives `party`'s word accuses; nobody accuses himself."""
    masked = without_quotations(text)
    patterns = list(_ACCUSING)
    if party is not None and _SAYING.search(masked):
        patterns.append(_CHARGED)
    seen: set[str] = set()
    for pattern in patterns:
        for match in pattern.finditer(masked):
            accused = _name(match.group("accused"))
            if accused and accused not in seen and not (party and is_one(accused, party)):
                seen.add(accused)
                shown = accused + (match.groupdict().get("side") or "")
                yield Allegation(index, accused, shown, *match.span())


def _name(words: str) -> str:
    """Return a name without the pronoun or article that opens a sentence; empty if it is none."""
    kept = words.split()
    while kept and key_of(kept[0]) in STOPWORDS:
        kept = kept[1:]
    return " ".join(kept).removesuffix("'s").removesuffix("’s")


def is_one(name: str, party: str) -> bool:
    """Say whether a name is a party's: “Russian”, “Kremlin” and “Russia” are one."""
    held = [key_of(word) for word in party.split()]
    return any(
        is_same(claimed, each) or is_same(each, claimed)
        for claimed in map(key_of, name.split())
        for each in held
    )


def is_denied(accused: str, text: str) -> bool:
    """Say whether a sentence has the accused deny something, or decline to answer."""
    for match in _DENYING.finditer(text):
        around = text[max(0, match.start() - 120) : match.end() + 60]
        if any(is_one(accused, word) for word in re.findall(r"[A-Z][\w’'-]+", around)):
            return True
    return False
