"""Marks, inside a quoted sentence, the few words that answer by themselves.

By the kind that the question asks for: a date, a number or a span of time where the
sentence holds exactly one that the question lacks, and who does what "Who led …?" asks
for. None rather than a wrong one: places and other persons, by such rules, were right in
six of ten. Where a reader found the words, `settle` says whether, and how much of them, can
be shown. English patterns. Nothing here knows where the sentence comes from.
"""

import re
from collections.abc import Iterator

from vectorstore.offers import offered
from vectorstore.questions import MONTHS, NUMBER_WORDS, WEEKDAYS, AnswerKind, Asked
from vectorstore.spelling import is_country
from vectorstore.text import STOPWORDS, content_stems, stems, tokens

Range = tuple[int, int]

_MONTH = (
    r"(?:"
    + "|".join(name.capitalize() for name in MONTHS)
    + r"|(?:Jan|Feb|Aug|Sept?|Oct|Nov|Dec)\.)"
)
_WEEKDAY = r"(?:" + "|".join(name.capitalize() for name in WEEKDAYS) + r")"
_YEAR = r"(?:1\d|20)\d\d"
_DATE = re.compile(
    rf"(?:{_WEEKDAY},? )?(?:\d{{1,2}}(?:st|nd|rd|th)? {_MONTH}|{_MONTH} \d{{1,2}}\b(?!\d)|{_MONTH})"
    rf"(?:,? {_YEAR})?\b|\b(?:\d{{1,2}}(?:st|nd|rd|th) century|{_YEAR}s?)\b|\b{_WEEKDAY}\b"
)
_SMALL = "|".join(sorted(NUMBER_WORDS, key=len, reverse=True))
_SCALE = r"(?: (?:hundred|thousand|million|billion|trillion))*"
_COUNT = rf"(?:\d+(?:[.,]\d+)*|(?:{_SMALL})(?:[- ](?:{_SMALL}))*){_SCALE}"
# A figure without its hedge would be another figure.
_HEDGES = "nearly|almost|about|around|over|more than|less than|fewer than|some|at least|up to"
_HEDGE = rf"(?:\b(?:{_HEDGES}) )?"
_NUMBER = re.compile(rf"{_HEDGE}[$€£]?\b{_COUNT}\b(?: ?%| per ?cent\b| percent\b)?", re.IGNORECASE)
_DURATION = re.compile(
    rf"{_HEDGE}\b(?:{_COUNT}|an?|several|a few)[- ]"
    r"(?:second|minute|hour|day|week|month|year|decade)s?\b"
    r"(?! (?:after|before|ago|later|earlier|old)\b)",
    re.IGNORECASE,
)
# "Article 5" counts nothing.
_LABELLED = re.compile(r"\b(?:Article|Chapter|Section|Part|No\.?|Protocol|Resolution|Group) $")
_QUESTION_WORDS = re.compile(r"\b(?:who|when|where|why|how)\b", re.IGNORECASE)
_NEGATED = re.compile(r"\b(?:not|never|no|nobody|n['’]t|denied|without)\b", re.IGNORECASE)
# A sentence that lacks more of the question's words may be about something else.
_COVERED = 0.6
# A number beside what is counted, a date and no mere weekday's neighbour (`offers.offered`).
_PLAIN = 0.6
_NAME_WORD = r"[A-ZÀ-ÖØ-ÞА-ЯЁ][\w'’-]*"
_NAME = re.compile(rf"{_NAME_WORD}(?: (?:(?:of|the|de|van|von|bin|al) )*{_NAME_WORD})*")
_ANOTHER_AFTER = re.compile(
    rf" (?:and|or) (?:the )?{_NAME_WORD}|, (?:the )?{_NAME.pattern}(?:,| and )"
)
_ANOTHER_BEFORE = re.compile(rf"{_NAME_WORD}(?:,| and| or) (?:the )?$")
_WORD = re.compile(r"\w+")
_OPENERS = {"after", "before", "during", "when", "while", "since", "although", "despite", "under"}
_REACH = 60

# What a reader may cut in two: a number with its unit and its scale is one thing, and so is a word.
_WHOLE = re.compile(rf"[$€£¥]?\d+(?:[.,:/]\d+)*\w*(?: ?%|{_SCALE}\b)|\w+")
_HEDGED = re.compile(rf"\b(?:{_HEDGES}) $", re.IGNORECASE)
_LOOSE = re.compile(r"[\s,;:!?…*\"“”„«»—–‘’']|-(?!\d)|\.(?!\d)")
_ARTICLE = re.compile(r"(?:the|an?) ")
_ABBREVIATED = re.compile(r"\b[^\W\d_]\.$")
# A short answer is a phrase: 98 % of SQuAD's answers are so short.
_LONGEST = 12
_COUNTING = (AnswerKind.NUMBER, AnswerKind.DURATION)
# "the cartel in Syria proclaimed": what a preposition governs does nothing.
_GOVERNED = re.compile(r"\b(?:in|of|from|to|at|with|for|by|near|against|on|between|and) (?:the )?$")
_DATED = {*MONTHS, *WEEKDAYS}


def mark(asked: Asked, sentence: str) -> Range | None:
    """Return the range in `sentence` that answers by itself, or None if that is not plain."""
    held = set(content_stems(sentence))
    covered = sum(stem in held for stem in asked.stems)
    if covered < _COVERED * len(asked.stems) or len(_QUESTION_WORDS.findall(asked.text)) > 1:
        return None
    if asked.kind is AnswerKind.PERSON:
        return _doer(asked, sentence)
    if offered(asked, sentence) < _PLAIN:
        return None
    new = [place for place in _candidates(asked.kind, sentence) if _is_new(asked, sentence, place)]
    return new[0] if len(new) == 1 else None


def settle(asked: Asked, sentence: str, place: Range) -> Range | None:
    """Return the range in `sentence` to be shown of what a reader found at `place`, if any.

    Whole words and numbers, and no loose punctuation; None if that is more than a phrase, is
    in the question already, or is no date where one is asked for, and the like.
    """
    start, end = _trimmed(asked, sentence, *_whole(asked, sentence, *place))
    phrase = sentence[start:end]
    said = set(tokens(phrase)) - STOPWORDS
    if not said or said <= set(tokens(asked.text)) or len(phrase.split()) > _LONGEST:
        return None
    if not any(map(str.isalnum, sentence[:start] + sentence[end:])):
        return None
    # An event may say when, where no date is there to say it.
    dated = asked.kind is AnswerKind.TIME and offered(asked, sentence)
    if (dated or asked.kind in _COUNTING) and not offered(asked, phrase):
        return None
    return start, end


def _whole(asked: Asked, sentence: str, start: int, end: int) -> Range:
    """Return the range with the words at its edges whole, and with a figure's hedge."""
    for found in _WHOLE.finditer(sentence):
        if found.start() < end and start < found.end():
            start, end = min(start, found.start()), max(end, found.end())
    if asked.kind in _COUNTING and (hedge := _HEDGED.search(sentence[:start])):
        start = hedge.start()
    return start, end


def _trimmed(asked: Asked, sentence: str, start: int, end: int) -> Range:
    """Return the range without punctuation at its edges, nor an article that counts nothing."""
    while start < end:
        phrase = sentence[start:end]
        article = None if asked.kind in _COUNTING else _ARTICLE.match(phrase)
        if _LOOSE.match(phrase) or _opens_alone(phrase):
            start += 1
        elif article:
            start += len(article.group())
        elif _closes_alone(phrase) or _is_loose_at_end(phrase, sentence[end:]):
            end -= 1
        else:
            break
    return start, end


def _opens_alone(phrase: str) -> bool:
    return phrase[0] in "([)]" and not {")", "]"} & set(phrase[1:-1])


def _closes_alone(phrase: str) -> bool:
    return phrase[-1] in "([)]" and not {"(", "["} & set(phrase[:-1])


def _is_loose_at_end(phrase: str, after: str) -> bool:
    if phrase[-1] != ".":
        return _LOOSE.fullmatch(phrase[-1]) is not None
    # "Feb. 24" and "the U.S." keep theirs.
    return not any(map(str.isalnum, after)) and not _ABBREVIATED.search(phrase)


def _candidates(kind: AnswerKind, sentence: str) -> Iterator[Range]:
    match kind:
        case AnswerKind.TIME:
            yield from (found.span() for found in _DATE.finditer(sentence))
        case AnswerKind.DURATION:
            yield from (found.span() for found in _DURATION.finditer(sentence))
        case AnswerKind.NUMBER:
            dates = [found.span() for found in _DATE.finditer(sentence)]
            for found in _NUMBER.finditer(sentence):
                inside = any(start <= found.start() < end for start, end in dates)
                labelled = _LABELLED.search(sentence[: found.start()])
                ordinal = found.group().lower() in ("first", "second", "third", "once", "both")
                if not inside and not labelled and not ordinal:
                    yield found.span()
        case _:
            return


_WHO_DID = re.compile(r"^\W*who (?!(?:is|are|was|were|do|does|did|has|have|had)\b)(\w+)", re.I)
_BY = re.compile(r"[\w ]{0,20}\bby (?:the )?$")


def _doer(asked: Asked, sentence: str) -> Range | None:
    """Return who does what "Who led …?" asks for: before the verb, or after "led by"."""
    did = _WHO_DID.match(asked.text)
    if did is None:
        return None
    verb = next(iter(stems(did[1])), "")
    verbs = [word for word in _WORD.finditer(sentence) if stems(word.group()) == [verb]]
    if len(verbs) != 1:
        return None
    start, end = verbs[0].span()
    if _NEGATED.search(sentence):
        return None
    names = [place for place in _names(sentence) if _is_new(asked, sentence, place)]
    after = [place for place in names if _BY.fullmatch(sentence[end : place[0]])]
    if after:
        return after[0] if not _goes_on(sentence, after[0]) else None
    passive = re.search(r"\b(?:was|were|is|are|been|be|being)(?: \w+ly)? $", sentence[:start])
    before = [
        place for place in names if place[1] < start and not _GOVERNED.search(sentence[: place[0]])
    ]
    # Another clause's subject stands further away than an apposition reaches.
    if passive or not before or start - before[-1][1] > _REACH:
        return None
    between = sentence[before[-1][1] : start]
    return None if " and " in between or _goes_on(sentence, before[-1]) else before[-1]


def _goes_on(sentence: str, place: Range) -> bool:
    """Whether the name is one of several, or no more than a country or a people."""
    listed = _ANOTHER_AFTER.match(sentence, place[1])
    joined = _ANOTHER_BEFORE.search(sentence[: place[0]])
    words = tokens(sentence[slice(*place)])
    return bool(listed or joined) or all(map(is_country, words))


def _names(sentence: str) -> Iterator[Range]:
    """Yield runs of capitalised words that are neither dates nor owners of something."""
    for found in _NAME.finditer(sentence):
        start, end = found.span()
        words = tokens(found.group())
        if words and words[0] in STOPWORDS:  # "The Kremlin": the article is no name
            start += len(found.group().partition(" ")[0]) + 1
            words = words[1:]
        opening = not any(char.isalnum() for char in sentence[:start])
        owner = found.group().endswith(("'s", "’s", "s'", "s’"))
        alone = opening and len(words) == 1 and words[0] in _OPENERS
        if words and not alone and not owner and not _DATED & set(words):
            yield start, end


def _is_new(asked: Asked, sentence: str, place: Range) -> bool:
    """Whether what stands there is not already in the question, not even in part."""
    known = set(tokens(asked.text)) - STOPWORDS
    words = set(tokens(sentence[slice(*place)])) - STOPWORDS
    return bool(words) and not words & known
