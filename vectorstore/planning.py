"""Compares an article with what the library has, and says what is to become of it.

Compared is what was read, then and now, and not the reader's corrections of it. Nothing here
stores an article.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from vectorstore.documents import Article
from vectorstore.errors import NotFoundError
from vectorstore.families import Families
from vectorstore.library import Library
from vectorstore.near_copies import NearCopies, are_near, is_current, is_near_copy, sketch
from vectorstore.rows import Embedded

Status = Literal["added", "updated", "unchanged", "duplicate", "rejected"]

# Where a date stood; what is given with an article goes before what stands in its text.
_TRUST = {"file name": 0, "date line": 1, "dateline": 1}

_OPTIONAL = ("publisher", "author", "url", "language")


@dataclass(frozen=True, slots=True)
class Taken:
    """An article as it was read; `sketch` is of its text, `reason` what was mended."""

    article: Article
    sketch: bytes
    reason: str | None


@dataclass(frozen=True, slots=True)
class Planned:
    """An article as the library is to have it, and how it will be reported."""

    article: Article
    sketch: bytes
    source: str
    status: Status
    duplicate_of: str | None
    reason: str | None
    leaves_family: bool = False


class Known:
    """What the library has, for comparing what comes with it."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._families = Families(library)
        self._made: NearCopies | None = None

    def add(self, stored: Iterable[Embedded]) -> None:
        """Note what the library has now."""
        for item in stored:
            self._near_copies.add(item.article.id, item.sketch)

    def plan(self, taken: Taken) -> Planned:
        """Compare an article with the library, and say what is to become of it."""
        library, article = self._library, taken.article
        same_text = library.find(text_hash=article.text_hash)
        known = library.find(url=article.url) if article.url else []
        known = known or [other for other in same_text if _is_same(article, other)]
        planned = partial(Planned, sketch=taken.sketch, source=article.source, reason=taken.reason)
        if not known:
            new = article.identified()
            origin, _ = self._place(new, taken.sketch)
            return planned(new, status="duplicate" if origin else "added", duplicate_of=origin)
        merged = _merge(article, known[0])
        if library.is_binned(merged.id):
            # Whoever takes in again what they once deleted wants it: it comes out of the bin, as
            # an article of their own choosing even if it was a sample.
            merged = replace(merged, sample=article.sample)
            origin, _ = self._place(merged, taken.sketch)
            return planned(merged, status="added", duplicate_of=origin)
        # An earlier text of the article says nothing new, whenever it is read.
        earlier = article.text != known[0].text and library.had(known[0].id, article.text_hash)
        if earlier or merged == replace(known[0], source=merged.source):
            return planned(known[0], status="unchanged", duplicate_of=None)
        origin, leaves = self._place(merged, taken.sketch)
        return planned(merged, status="updated", duplicate_of=origin, leaves_family=leaves)

    def origin(self, article: Article) -> str | None:
        """Return the origin of the family that an article belongs to, None if it is its own."""
        return self._place(article, sketch(article.text))[0]

    def _place(self, article: Article, sketch: bytes) -> tuple[str | None, bool]:
        """Return the origin as `origin` does, and whether the article leaves its copies.

        It does if none of them prints what it prints now.
        """
        family = self._families.of(article.id)
        others = [each for each in family if each.id != article.id]
        if any(is_near_copy(each.text, article.text) for each in others):
            return (family[0].id if family[0].id != article.id else None), False
        near = self._near_copies.find(article.text, sketch, besides=article.id)
        return None if near is None else self._families.origin(near), bool(others)

    @property
    def _near_copies(self) -> NearCopies:
        if self._made is None:
            self._made = NearCopies(self._sketches(), self._text_of)
        return self._made

    def _sketches(self) -> Iterator[tuple[str, bytes]]:
        """Yield every article's sketch; those of an older Parley's articles are made now."""
        made: list[tuple[str, bytes]] = []
        for article_id, known in self._families.sketches():
            if known is None or not is_current(known):
                (article,) = self._library.find(article_id=article_id)
                made.append((article_id, sketch(article.text)))
            else:
                yield article_id, known
        if made:
            self._families.put_sketches(made)
        yield from made

    def _text_of(self, article_id: str) -> str | None:
        try:
            return self._library.article(article_id).text
        except NotFoundError:
            return None


def may_be_one(one: Taken, other: Taken) -> bool:
    """Whether what becomes of one article may depend on the other."""
    url = one.article.url
    return (url is not None and url == other.article.url) or are_near(one.sketch, other.sketch)


def _is_same(article: Article, known: Article) -> bool:
    """Whether an article of the same text is the known one, as far as both say who they are."""
    return all(
        None in (getattr(article, name), getattr(known, name))
        or getattr(article, name) == getattr(known, name)
        for name in ("publisher", "url")
    )


def _merge(article: Article, known: Article) -> Article:
    """Return the known article as `article` has it now.

    What `article` does not say stays as it was known, and a sample stays a sample: reading
    a poorer copy must not cost what a richer one told.
    """
    kept = {name: getattr(article, name) or getattr(known, name) for name in _OPTIONAL}
    if article.title_derived and not known.title_derived:
        kept |= {"title": known.title, "title_derived": False}
    if _knows_better(known, article):
        dated = ("published", "published_precision", "published_from")
        kept |= {name: getattr(known, name) for name in dated}
    version = known.version + (article.text != known.text)
    return replace(article, id=known.id, version=version, sample=known.sample, **kept)


def _knows_better(known: Article, article: Article) -> bool:
    """Whether an article's date is known from a better place, or more exactly, than now."""
    if article.published is None or known.published is None:
        return article.published is None
    trust, before = (_TRUST.get(each.published_from or "", 2) for each in (article, known))
    coarser = known.published.startswith(article.published) and known.published != article.published
    return trust < before or (trust == before and coarser)
