"""Narrows the passages that a model cites to the sentences in them that carry what it says.

By the words that they share, and only where the check that every sentence passes still holds
with less: what it turns down with the whole passages is shown with these, since they are what
was cited. Nothing here judges a sentence.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.antecedents import start_with_antecedent
from bot.citing import cite
from bot.engine import Evidence
from bot.grounding import ground
from vectorstore.text import content_stems, sentence_ranges

_MOST_SENTENCES = 3
# Of what a passage shares with the sentence, so much must stand in less of it. Of 325 SQuAD
# questions, each told with its answer, 81 % were narrowed, to .31 of their paragraph, and .996 of
# these held the answer (with 0.75: 84 %, .29, .989).
_ENOUGH = 0.9
# A check takes a millisecond or two for each passage.
_MOST_CHECKS = 10


def narrowed(text: str, cited: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Return `cited`, in order, each narrowed to one, two or three neighbouring sentences.

    A passage stays whole if it shares no word of meaning with `text`, or if `text` does not
    verify without the rest of it; all do if `text` does not verify at all.
    """
    whole = tuple(cited)
    if not _holds(text, whole):
        return whole
    closest = [list(_windows(text, each)) for each in whole]
    tried = {whole}
    for sentences in range(1, _MOST_SENTENCES + 1):
        narrow = tuple(
            _up_to(sentences, windows) or each for each, windows in zip(whole, closest, strict=True)
        )
        if narrow not in tried and _holds(text, narrow):
            return narrow
        tried.add(narrow)
    return _one_by_one(text, whole, [windows[-1][1] if windows else None for windows in closest])


def _up_to(sentences: int, windows: Sequence[tuple[int, Evidence]]) -> Evidence | None:
    """Return the longest window of so many sentences, or the shortest if all are longer."""
    short = [window for size, window in windows if size <= sentences]
    return short[-1] if short else next((window for _, window in windows), None)


def _one_by_one(
    text: str, whole: tuple[Evidence, ...], windows: Sequence[Evidence | None]
) -> tuple[Evidence, ...]:
    """Narrow one passage after the other, while the text still verifies."""
    kept = whole
    for place, window in list(enumerate(windows))[:_MOST_CHECKS]:
        if window is not None:
            narrow = (*kept[:place], window, *kept[place + 1 :])
            if len(narrow) > 1 and _holds(text, narrow):
                kept = narrow
    return kept


def _holds(text: str, cited: Sequence[Evidence]) -> bool:
    citations = [cite(n, each) for n, each in enumerate(cited, start=1)]
    return ground(text, citations).status == "verified"


def _windows(text: str, cited: Evidence) -> Iterator[tuple[int, Evidence]]:
    """Yield the runs of one, two, three sentences that share the most, each with its length.

    A longer one only where it shares more than the one before, a first one only if it holds
    enough of what the passage shares.
    """
    article = cited.article
    stretch = article.text[cited.start : cited.end]
    wanted = frozenset(content_stems(text, article.language))
    ranges = sentence_ranges(stretch, article.language)
    shared = [wanted.intersection(content_stems(stretch[a:b], article.language)) for a, b in ranges]
    least = _ENOUGH * len(frozenset[str]().union(*shared))
    most = 0
    for size in range(1, min(_MOST_SENTENCES, len(ranges) - 1) + 1):
        runs = range(len(ranges) - size + 1)
        counts = [len(frozenset[str]().union(*shared[at : at + size])) for at in runs]
        best = max(runs, key=lambda at: (counts[at], -at), default=0)
        if counts[best] > most and counts[best] >= least:
            most = counts[best]
            start, end = cited.start + ranges[best][0], cited.start + ranges[best + size - 1][1]
            start = max(cited.start, start_with_antecedent(article, start, end))
            yield size, replace(cited, start=start, end=end)
