"""What a model is given to read: numbered passages between lines that no article can forge.

The lines hold a mark that is drawn anew for each request. Titles, outlets and days of
publication are as hostile as the text, and stand inside too; `hostile` says what is done to
them. What a model is to do with the passages is the prompt's business.
"""

import secrets
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from bot.engine import Evidence
from bot.llm.hostile import harmless, one_line
from vectorstore.documents import Article
from vectorstore.text import sentence_ranges, tokens
from vectorstore.token_estimates import SPECIAL_TOKENS, estimate

_MARK_BYTES = 8
# Digits weigh more than letters: no mark is longer.
_LONGEST_MARK = "0" * (2 * _MARK_BYTES)
_LONGEST_METADATA = 200  # characters
# Of an answer, its beginning says whom and what the next question can mean.
_LONGEST_SAID = 1_200


@dataclass(frozen=True, slots=True)
class Material:
    """Passages as a model reads them: `items` are numbered from 1 in their order.

    What stands word for word in one of them already has no number of its own; `copies` gives
    such stretches by the number under which they are given.
    """

    mark: str
    items: tuple[Evidence, ...]
    text: str = field(repr=False)
    copies: tuple[tuple[Evidence, ...], ...] = field(default=(), repr=False)

    def evidence(self, n: int) -> tuple[Evidence, ...]:
        """Return what stands under the number `n`, and its copies; KeyError if nothing does."""
        if not 1 <= n <= len(self.items):
            raise KeyError(n)
        copies = self.copies[n - 1] if self.copies else ()
        return (self.items[n - 1], *copies)


def wrap(items: Sequence[Evidence], mark: str | None = None) -> Material:
    """Return `items` as a model may be given them.

    `mark` is drawn by chance, and drawn again while an item holds it.
    """
    groups: dict[str, list[Evidence]] = {}
    for item in items:
        groups.setdefault(_words(item), []).append(item)
    numbered = [first for first, *_ in groups.values()]
    bodies = [_body(item) for item in numbered]
    while mark is None or any(mark.casefold() in body.casefold() for body in bodies):
        mark = secrets.token_hex(_MARK_BYTES)
    passages = (_between(mark, f"passage {n}", body) for n, body in enumerate(bodies, start=1))
    return Material(
        mark,
        tuple(numbered),
        "\n\n".join(passages),
        tuple(tuple(copies) for _, *copies in groups.values()),
    )


def fitting(items: Sequence[Evidence], tokens: int) -> tuple[Evidence, ...]:
    """Return the first of `items`, as many as make a text of at most `tokens` when wrapped.

    The first is cut behind one of its sentences if it does not fit by itself; none is left
    if not even its first sentence does.
    """
    kept: list[Evidence] = []
    told: set[str] = set()
    left = tokens - SPECIAL_TOKENS
    for item in items:
        words = _words(item)
        if words not in told:
            cost = _cost(item, len(told) + 1)
            if cost > left:
                break
            left -= cost
            told.add(words)
        kept.append(item)
    return tuple(kept or (_cut(items[0], left) if items else ()))


def quoted_data(pairs: Iterable[tuple[str, str]], mark: str) -> str:
    """Return questions with what was answered, numbered between lines with `mark`."""
    said = [
        f"Question: {_said(question, mark)}\nAnswer: {_said(answer, mark)}"
        for question, answer in pairs
    ]
    return "\n\n".join(_between(mark, f"exchange {n}", each) for n, each in enumerate(said, 1))


def _between(mark: str, name: str, body: str) -> str:
    return f"<<<{mark} {name}>>>\n{body}\n<<<{mark} end of {name}>>>"


def _body(item: Evidence) -> str:
    text = item.article.text[item.start : item.end]
    head = "".join(f"{line}\n" for line in _metadata(item.article))
    return f"{head}\n{harmless(text)}" if head else harmless(text)


def _metadata(article: Article) -> Iterator[str]:
    title = None if article.title_derived else article.title
    given = (("Title", title), ("Outlet", article.publisher), ("Published", article.published))
    for name, value in given:
        if value and (line := one_line(value, _LONGEST_METADATA)):
            yield f"{name}: {line}"


def _words(item: Evidence) -> str:
    """Return what word-for-word copies have in common."""
    text = item.article.text[item.start : item.end]
    return " ".join(tokens(text)) or text


def _cost(item: Evidence, n: int) -> int:
    """Return how many tokens the passage adds to a text; words add up."""
    return estimate(_between(_LONGEST_MARK, f"passage {n}", _body(item))) - SPECIAL_TOKENS


def _cut(item: Evidence, tokens: int) -> tuple[Evidence, ...]:
    """Return the longest run of the item's first sentences that costs at most `tokens`."""
    text = item.article.text[item.start : item.end]
    ends = [item.start + end for _, end in sentence_ranges(text, item.article.language)]
    fit = bisect_right(ends, tokens, key=lambda end: _cost(replace(item, end=end), 1))
    return (replace(item, end=ends[fit - 1]),) if fit else ()


def _said(text: str, mark: str) -> str:
    return one_line(text, _LONGEST_SAID).replace(mark, "…")
