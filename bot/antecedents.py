"""Where to begin quoting a sentence, so that it reads by itself.

One that begins with "He" or "The move" gets the sentence before it, which says who or what;
an agency's dateline is left out. By its first words, for English. The sentence before is
taken whole and nothing is reworded: a wrong guess costs a line, not a false statement.
"""

import re

from vectorstore.documents import Article
from vectorstore.text import sentence_ranges

_OPENS = re.compile(
    r"^[\s\"“‘'(]*(?:(?:but|and|so|yet|still|however|meanwhile|later|then|instead|also),? )?"
    r"(?:(?:he|she|they|his|her|their|its|these|those|both|such|neither"
    r"|the (?:two(?! (?:sides|delegations|parties|countries|teams)\b)|three|former|latter|pair"
    r"|move|step|decision|announcement|offer|plan|statement|communiqu[eé]|remarks?|comments?"
    r"|proposals?|deal|document|letter|call))\b(?!['’])"
    r"|(?:it|this|that)\b(?! (?:is|was|will be|has been|remains|seems|appears|took|takes|came)"
    r" (?:not |still |un)?(?:clear|possible|known|likely|true|agreed|reported|expected|up to"
    r"|time|place|\w+ that)\b))",
    re.IGNORECASE,
)
# “…,” he said: the speaker is in the sentence before.
_SPEAKER = re.compile(
    r"[\"”’'],? (?:(?:he|she|they) (?:said|says|added|told|wrote|noted|warned)"
    r"|(?:said|added) (?:he|she|they))\b"
)
# "VELL (Harbour Wire) - ".
_DATELINE = re.compile(r"(?:[A-Z][\w .,'’/-]{0,40})?\([A-Z][^()]{1,30}\) ?[-–—] ?")
_LONGEST = 320  # characters; a longer sentence before would bury the answer


def leans_back(sentence: str) -> bool:
    """Whether a reader needs the sentence before to know who or what is spoken of."""
    opening = _OPENS.match(sentence)
    if opening is None:
        return _SPEAKER.search(sentence) is not None
    # "The statement by the Norlandic ministry said": it says itself whose it is.
    lead = sentence[opening.end() : opening.end() + 40].split(",")[0]
    words = opening.group().lower().split()
    return words[-2:-1] != ["the"] or not re.match(r" (?:by|from|of|in|between) .*[A-Z]", lead)


def past_dateline(text: str, start: int, end: int) -> int:
    """Return where the statement in `[start, end)` begins."""
    dateline = _DATELINE.match(text, start, end)
    return dateline.end() if dateline else start


def start_with_antecedent(article: Article, start: int, end: int) -> int:
    """Return where to begin quoting `[start, end)`: at the sentence before, where it leans back.

    At its own statement if it stands by itself, is the first of its article, or what is
    before is long.
    """
    if not leans_back(article.text[start:end]):
        return past_dateline(article.text, start, end)
    before = sentence_ranges(article.text[:start], article.language)
    if not before or end - start > 2 * _LONGEST:
        return start
    first, last = before[-1]
    previous = article.text[first:last]
    return start if last - first > _LONGEST or leans_back(previous) else first
