"""Reads who said what from a model's JSON, and keeps what the passages bear out.

A claim's text must stand in its passage, and its evidence is the place where it does; the
rest of what a model gives is kept only where the article holds it. Whether the one who is
named said it, the check of a sentence tells, and not this.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Any, cast

from bot.engine import Evidence, Statement
from bot.grounding.quotes import flat, quotations
from vectorstore.text import clean_unicode

_NULLABLE: dict[str, Any] = {"type": ["string", "null"]}
_PROPERTIES: dict[str, Any] = {
    "speaker": _NULLABLE,
    "to": _NULLABLE,
    "via": _NULLABLE,
    "verb": {"type": "string"},
    "text": {"type": "string"},
    "quoted": {"type": "boolean"},
    "date": _NULLABLE,
    "passage": {"type": "integer"},
}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "claims": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": _PROPERTIES,
                "required": list(_PROPERTIES),
                "additionalProperties": False,
            },
        }
    },
    "required": ["claims"],
    "additionalProperties": False,
}

_MOST_CLAIMS = 200
_LONGEST_OBJECT, _LONGEST_TEXT, _LONGEST_NAME, _LONGEST_VERB = 6_000, 2_000, 120, 30
_THOUGHT = re.compile(r"<(think(?:ing)?)>.*?(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)
# An object of ours begins with one of its names; what is no such is passed over.
_OBJECT = re.compile(rf'\{{\s*"(?:{"|".join(_PROPERTIES)})"\s*:')
_STRING_OR_END = re.compile(r'"(?:[^"\\]|\\.)*"|\}', re.DOTALL)
_TRAILING = re.compile(r'("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])', re.DOTALL)
_DAY = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")
_UNNAMED = ("", "null", "none", "unknown", "n/a")
_SAID = "said"


def read_claims(text: str, items: Sequence[Evidence]) -> list[Statement]:
    """Return the claims in a model's `text` that `items`, numbered from 1, bear out.

    The text may be cut, stand in a fence or among prose, or be no JSON at all: then there
    are fewer claims, or none.
    """
    read = _Reader(items)
    found = (read.claim(form) for form in _objects(_THOUGHT.sub("", text)))
    claims = dict.fromkeys(claim for claim in found if claim is not None)
    return list(claims)[:_MOST_CLAIMS]


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """Yield the whole objects that may be claims."""
    starts = [found.start() for found in _OBJECT.finditer(text)][: 2 * _MOST_CLAIMS]
    for start, following in pairwise([*starts, len(text)]):
        piece = text[start : min(following, start + _LONGEST_OBJECT)]
        end = next((at.end() for at in _STRING_OR_END.finditer(piece) if at.group() == "}"), 0)
        whole = _TRAILING.sub(lambda at: at[1] or "", piece[:end])
        try:
            form: object = json.loads(whole, strict=False)
        except (ValueError, RecursionError):
            continue
        if isinstance(form, dict):
            yield cast("dict[str, Any]", form)


class _Reader:
    """Checks claims against passages, each of which is read once."""

    def __init__(self, items: Sequence[Evidence]) -> None:
        self._items = items
        self._flattened: Callable[[int], _Flat] = lru_cache(maxsize=None)(self._flatten)
        self._said: Callable[[int], str] = lru_cache(maxsize=None)(self._words)

    def claim(self, form: dict[str, Any]) -> Statement | None:
        """Return the claim, or None if its passage does not hold it."""
        place = _number(form.get("passage"))
        text = _clean(form.get("text"), _LONGEST_TEXT)
        if place is None or not 1 <= place <= len(self._items) or text is None:
            return None
        item = self._items[place - 1]
        span = self._flattened(place - 1).find(text)
        if span is None:
            return None
        start, end = item.start + span[0], item.start + span[1]
        said = self._said(place - 1)
        verb = _clean(form.get("verb"), _LONGEST_VERB)
        return Statement(
            speaker=_named(form.get("speaker"), said),
            to=_named(form.get("to"), said),
            via=_named(form.get("via"), said),
            verb=verb if verb and flat(verb) in said else _SAID,
            text=item.article.text[start:end],
            quoted=_is_quoted(item.article.text, start, end),
            date=_day(form.get("date"), flat(item.article.text[item.start : item.end])),
            evidence=Evidence(item.article, start, end),
        )

    def _flatten(self, place: int) -> "_Flat":
        item = self._items[place]
        return _Flat(item.article.text[item.start : item.end])

    def _words(self, place: int) -> str:
        """Return the words of the passage's article, its title and its outlet."""
        article = self._items[place].article
        return flat(f"{article.title or ''} | {article.publisher or ''} | {article.text}")


class _Flat:
    """A passage as it is compared: quotation marks, brackets and spaces are alike."""

    def __init__(self, text: str) -> None:
        self._text, self._places = _flat_with_places(text)

    def find(self, text: str) -> tuple[int, int] | None:
        """Return where `text` stands as whole words, in the passage's own characters."""
        wanted = _flat_with_places(text)[0].strip()
        for form in dict.fromkeys((wanted, wanted.strip("\"' .,;…"))):
            at = self._text.find(form) if form else -1
            while at >= 0:
                end = at + len(form)
                if self._apart(at) and self._apart(end):
                    return self._places[at], self._places[end - 1] + 1
                at = self._text.find(form, at + 1)
        return None

    def _apart(self, at: int) -> bool:
        """Whether no word goes on from before `at` to behind it."""
        return not (self._text[at - 1 : at].isalnum() and self._text[at : at + 1].isalnum())


_ALIKE = str.maketrans(
    {
        **dict.fromkeys("“”„‟«»＂", '"'),
        **dict.fromkeys("‘’‚‛ʼ＇`", "'"),
        **dict(zip("‹›", "<>", strict=True)),
        **dict.fromkeys("[［【（", "("),
        **dict.fromkeys("]］】）", ")"),
        "＃": "#",
    }
)


def _flat_with_places(text: str) -> tuple[str, list[int]]:
    """Return `text` as it is compared, and where each character of that stood.

    A model is shown some signs in another form (see `hostile`), and some not at all.
    """
    flattened: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        if not char.isspace():
            if not char.isprintable():
                continue
            flattened.append(char.translate(_ALIKE))
        elif flattened and flattened[-1] != " ":
            flattened.append(" ")
        else:
            continue
        places.append(place)
    return "".join(flattened), places


def _is_quoted(text: str, start: int, end: int) -> bool:
    """Whether `[start, end)`, without marks at its ends, lies inside quotation marks."""
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    paragraph = text[first : last if last >= 0 else len(text)]
    inside = text[start:end].strip(" \n\"“”„«»‘’'.,;")
    if not inside:
        return False
    begin = text.index(inside, start) - first
    return any(a <= begin and begin + len(inside) <= b for a, b in quotations(paragraph))


def _number(value: object) -> int | None:
    """Return the number of a passage, however it is given."""
    if isinstance(value, str) and (found := re.fullmatch(r"\D{0,12}(\d{1,4})\D{0,2}", value)):
        return int(found[1])
    if isinstance(value, int | float) and not isinstance(value, bool):
        return int(value) if value == value and abs(value) < 10_000 else None
    return None


def _clean(value: object, longest: int) -> str | None:
    """Return a string that is not too long, in one line."""
    if not isinstance(value, str) or len(value) > longest:
        return None
    return " ".join(clean_unicode(value)[0].split()) or None


def _named(value: object, said: str) -> str | None:
    """Return a name whose words stand in the article as they are."""
    name = _clean(value, _LONGEST_NAME)
    if name is None or name.casefold() in _UNNAMED:
        return None
    words = flat(name)
    return name if words.strip() and words in said else None


def _day(value: object, said: str) -> str | None:
    """Return a date that is ISO, or stands in the passage as it is."""
    day = _clean(value, _LONGEST_NAME)
    if day is None or _DAY.fullmatch(day) is None:
        return _named(value, said)
    try:
        date.fromisoformat(f"{day}-01-01"[:10] if len(day) < 8 else day)
    except ValueError:
        return None
    return day
