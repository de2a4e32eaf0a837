"""Checks what a reader says of an article's metadata, before the library takes it.

A correction stands beside what was read, never in its place. Nothing here stores anything.
"""

import re
from collections.abc import Callable, Mapping

from vectorstore.assembly import normalise_url
from vectorstore.dates import parse_published
from vectorstore.documents import Article
from vectorstore.errors import CorrectionError
from vectorstore.text import clean_unicode

_LONGEST = 500
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")


def check(changes: Mapping[str, str], read: Article) -> dict[str, str | None]:
    """Return what the library is to store for `changes`, by column.

    None takes a correction back: the value is what was `read`, or the title is empty. An
    empty value says that the field is unknown. A date's precision comes along with it.

    Raises:
        CorrectionError: There is no such field, or a value is of no use in it.
    """
    stored: dict[str, str | None] = {}
    for field, given in changes.items():
        if field not in _CHECKS:
            raise CorrectionError(
                f"An article has no field {field}: correct its {', '.join(_CHECKS)}."
            )
        value = " ".join(clean_unicode(given)[0].split())
        was = getattr(read, field) or ""
        # What was read need not be what a reader would be let write.
        if value and value != was:
            value = _checked(field, value)
        same = value == was or (field == "title" and not value)
        stored[field] = None if same else value
        if field == "published":
            dated = parse_published(value) if value and not same else None
            stored["published_precision"] = dated[1] if dated else None
    return stored


def _checked(field: str, value: str) -> str:
    if len(value) > _LONGEST:
        raise CorrectionError(
            f"The {field} has {len(value)} characters: give it in at most {_LONGEST}."
        )
    return _CHECKS[field](value)


def _any(value: str) -> str:
    return value


def _published(value: str) -> str:
    dated = parse_published(value)
    if dated is None:
        raise CorrectionError(
            f"The date {value!r} is unclear: write the published day as YYYY-MM-DD, or as much "
            "of it as is known (YYYY-MM, YYYY)."
        )
    return dated[0]


def _url(value: str) -> str:
    address = normalise_url(value)
    if address is None:
        raise CorrectionError(
            f"The url {value!r} is no address of the web: write it in full, from https:// on."
        )
    return address


def _language(value: str) -> str:
    if not _LANGUAGE.fullmatch(value):
        raise CorrectionError(
            f"The language {value!r} is no language code: write it like en, ru or pt-BR."
        )
    return value


_CHECKS: dict[str, Callable[[str], str]] = {
    "title": _any,
    "publisher": _any,
    "author": _any,
    "published": _published,
    "url": _url,
    "language": _language,
}
