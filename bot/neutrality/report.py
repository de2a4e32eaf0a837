"""The neutrality report of a text: its flagged words, and whose words it gives.

It is made from plain values: what a sentence says, who carries it, whose word it is. How that
was found out is not known here. It tells what the rules flag and counts words; it gives no
verdict on a text, a party or a publisher.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.grounding.quotes import quotations
from bot.neutrality.allegations import Allegation, SideOf, allegations, is_denied, is_one
from bot.neutrality.flags import ClaimStatus, Flag, Neutrality
from bot.neutrality.rules import find_flags

_LAST_LATIN = "\u024f"


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence of a text, who prints it and whose word it is.

    `publishers` are those whose articles it rests on, `party` whose word it gives, if anyone's,
    and `origins` how many independent origins carry it.
    """

    text: str
    publishers: tuple[str, ...] = ()
    party: str | None = None
    origins: int = 1
    status: ClaimStatus = "outlet"


def report(
    sentences: Sequence[Told], *, origins: int | None = None, side_of: SideOf | None = None
) -> Neutrality:
    """Return the report on a text.

    `origins` is how many the whole text rests on, by default what its sentences show: with one
    alone, nothing is flagged as carried by one. `side_of` tells the party of an accused person.
    Nothing is flagged in a sentence of another script than English has.
    """
    several = _origins(sentences) > 1 if origins is None else origins > 1
    flags = [
        *find_flags([told.text for told in sentences]),
        *_unanswered(sentences, side_of or (lambda _: None)),
        *(_single(sentences) if several else ()),
    ]
    flags = [flag for flag in flags if is_checked(sentences[flag.sentence].text)]
    flags.sort(key=lambda flag: (flag.sentence, flag.start))
    by_party: Counter[str] = Counter()
    quoted: Counter[str | None] = Counter()
    by_publisher: dict[str, float] = {}
    for told in sentences:
        words = len(told.text.split())
        by_party[told.party or ""] += words
        quoted[told.party] += sum(
            len(told.text[start:end].split()) for start, end in quotations(told.text)
        )
        for publisher in told.publishers:
            share = words / len(told.publishers)
            by_publisher[publisher] = by_publisher.get(publisher, 0) + share
    return Neutrality(
        flags=tuple(flags),
        share_by_party=_shares(by_party),
        share_by_publisher=_shares(by_publisher),
        quotes_by_party=_shares(quoted),
    )


def is_checked(sentence: str) -> bool:
    """Whether the rules can say anything of a sentence: they are for English and its script.

    Letters decide, half of them at least: a name in its own script makes no other language.
    """
    letters = [char for char in sentence if char.isalpha()]
    return 2 * sum(char <= _LAST_LATIN for char in letters) >= len(letters)


def _origins(sentences: Sequence[Told]) -> int:
    publishers = {publisher for told in sentences for publisher in told.publishers}
    return max([len(publishers), *(told.origins for told in sentences)])


def _single(sentences: Sequence[Told]) -> Iterator[Flag]:
    for index, told in enumerate(sentences):
        if told.status == "outlet" and told.origins == 1:
            yield Flag(
                "single source", told.text, index, "No other origin was found to say this.", 0
            )


def _unanswered(sentences: Sequence[Told], side_of: SideOf) -> Iterator[Flag]:
    """Yield an allegation where no sentence gives the word of the accused."""
    for index, told in enumerate(sentences):
        for found in allegations(index, told.text, told.party):
            if not _is_answered(found, sentences, side_of(found.accused)):
                yield Flag(
                    "allegation without an answer",
                    told.text[found.start : found.end],
                    index,
                    f"No answer of {found.shown} is given here.",
                    found.start,
                )


def _is_answered(found: Allegation, sentences: Sequence[Told], side: str | None) -> bool:
    accused = {found.accused, side or found.accused}
    return any(
        (
            index != found.sentence
            and told.party is not None
            and any(is_one(name, told.party) for name in accused)
        )
        or any(is_denied(name, told.text) for name in accused)
        for index, told in enumerate(sentences)
    )


def _shares(counts: Mapping[str, float] | Mapping[str | None, float]) -> dict[str, float]:
    """Return the shares of those who have a name, the largest first; all words are the whole."""
    total = sum(counts.values())
    shares = {name: round(count / total, 4) for name, count in counts.items() if name and count}
    return dict(sorted(shares.items(), key=lambda each: (-each[1], each[0])))
