"""Finds articles that print one story: a wire text under other headlines, cut or edited.

Candidates are found by sketches of their texts (MinHash over pairs of words, and locality
sensitive hashing: Broder 1997, Indyk and Motwani 1998), and decided on by the words themselves.
Only words and their order are compared, in whatever language: what the texts say, when they were
printed and by whom is not known here. Two texts that follow one pattern and differ in names
alone look like copies.
"""

import re
from collections.abc import Callable, Iterable, Sequence, Set
from itertools import islice

from rensa import RMinHash, RMinHashLSH

from vectorstore.text import tokens

# Raised whenever what is sketched changes: sketches of another seed are never compared.
_SEED = 1
# Of 5,372 pairs of edited copies made of AllSides leads (tests/bench/near_copies.py) that are
# near-copies by the words, none is estimated to have less than .26 of all pairs of words in
# common (Jaccard), and with bands of two values each is found that has so much. Of articles that
# are made of the same ten articles' sentences (tests/bench/ask_speed.py), one pair in fifty is
# estimated at .25 or more; of 420,904 pairs of leads on different events, none.
_VALUES, _BANDS, _PAIR = 256, 128, 2
_LEAST_ALIKE = 0.25
# No more texts than these are read for one article, the likeliest first.
_MOST_READ = 8

# A word is shared if it stands in a run of three that both texts have. Shares of the shorter
# text, of the longer one, and of that one's head: its beginning up to where the shorter one ends.
# Chosen on the first half of the events in tests/bench/near_copies.py, in five draws: of linked
# pairs 99.6 % are right, of copies' pairs 98.7 % linked. Runs of two have 98.9 and 99.3 %, of
# four 99.6 and 96.1 %; without the head's share, 18 of 221 later stories are linked instead of 6.
# No two outlets' texts there, but for one agency's, share more than .58 of the shorter one.
_RUN = 3
_OF_SHORTER, _OF_LONGER, _OF_HEAD = 0.65, 0.4, 0.6
# Bulletins that are filled in anew each day share a third of their words or more by their
# pattern. They are told by numbers: of three or more, most differ. By judgement, not measured.
_FEWEST_NUMBERS, _SAME_NUMBERS, _ALL_ELSE = 3, 0.5, 0.95

# Thai, Lao, Burmese, Khmer, Japanese and Chinese have no spaces: each letter counts as a word.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_PIECE = re.compile(f"[{_UNSPACED}]|[^{_UNSPACED}]+")

_Words = Sequence[str]


def sketch(text: str) -> bytes:
    """Return what near-copies of `text` are found by, some 1,200 bytes; b"" if it has no words.

    The same text has the same sketch on every machine, as long as Rensa's algorithm and `_SEED`
    stay.
    """
    words = _words(text)
    if not words:
        return b""
    made = _empty()
    made.update([" ".join(run) for run in _runs(words, _PAIR)])
    return made.__getstate__()


def is_current(sketch: bytes) -> bool:
    """Whether `sketch` would be made so now; another Parley may have made it otherwise."""
    return not sketch or _restored(sketch) is not None


def are_near(one: bytes, other: bytes) -> bool:
    """Whether the texts of two sketches may be near-copies; if not, they are none."""
    first, second = _restored(one), _restored(other)
    if first is None or second is None:
        return False
    return first.jaccard(second) >= _LEAST_ALIKE


def is_near_copy(one: str, other: str) -> bool:
    """Whether one of two texts is an edited copy of the other, or both are of a third.

    Most of the shorter text is in the longer, and there it fills the part from the beginning to
    where it ends: a copy may be cut at its end, but a later story that goes on with an earlier
    one, and a long one that quotes a short one, are no copies.
    """
    return _is_near(_words(one), _words(other))


class NearCopies:
    """Finds which of the known texts a text is a near-copy of.

    `sketches` are articles' ids with their sketches; those that `sketch` would not make now are
    passed over. `text_of` gives an article's text, None if it is gone.
    """

    def __init__(
        self, sketches: Iterable[tuple[str, bytes]], text_of: Callable[[str], str | None]
    ) -> None:
        self._text_of = text_of
        self._index = RMinHashLSH(_LEAST_ALIKE, _VALUES, _BANDS)
        self._keys: dict[str, int] = {}
        self._ids: list[str] = []
        self._known: dict[int, RMinHash] = {}
        for article_id, known in sketches:
            self.add(article_id, known)

    def add(self, article_id: str, sketch: bytes) -> None:
        """Know an article by its sketch from now on, instead of by an earlier one."""
        key = self._keys.setdefault(article_id, len(self._ids))
        if key == len(self._ids):
            self._ids.append(article_id)
        elif self._known.pop(key, None):
            self._index.remove(key)
        if restored := _restored(sketch):
            self._known[key] = restored
            self._index.insert(key, restored)

    def find(self, text: str, sketch: bytes, besides: str | None = None) -> str | None:
        """Return the article that `text` is a near-copy of, None if there is none.

        Of several it is the one whose sketch is nearest, and then the one that was added first.
        `besides` is the article that is not looked at: the text's own.
        """
        words = _words(text)
        candidates = (self._ids[key] for key in self._nearest(sketch))
        others = (
            (article_id, other)
            for article_id in candidates
            if article_id != besides and (other := self._text_of(article_id)) is not None
        )
        for article_id, other in islice(others, _MOST_READ):
            if _is_near(words, _words(other)):
                return article_id
        return None

    def _nearest(self, sketch: bytes) -> list[int]:
        """Return the keys of the articles that may be near, the likeliest first."""
        restored = _restored(sketch)
        if restored is None:
            return []
        alike = {key: restored.jaccard(self._known[key]) for key in self._index.query(restored)}
        near = [key for key, share in alike.items() if share >= _LEAST_ALIKE]
        return sorted(near, key=lambda key: (-alike[key], key))


def _empty() -> RMinHash:
    return RMinHash(_VALUES, _SEED)


def _restored(sketch: bytes) -> RMinHash | None:
    """Return what a sketch was made of; None if it is empty or not one of these."""
    if not sketch:
        return None
    restored = _empty()
    try:
        restored.__setstate__(sketch)
        restored.jaccard(_empty())
    except ValueError:
        # Made by another algorithm, or with another number of values or seed.
        return None
    return restored


def _words(text: str) -> list[str]:
    words = tokens(text)
    if text.isascii():
        return words
    return [piece for word in words for piece in _PIECE.findall(word)]


def _runs(words: _Words, length: int) -> list[tuple[str, ...]]:
    """Return all runs of `length` words, or all words as one run if there are fewer."""
    if len(words) < length:
        return [tuple(words)]
    return list(zip(*(words[start:] for start in range(length)), strict=False))


def _is_near(one: _Words, other: _Words) -> bool:
    # Texts of one length have an order as well, for the answer to be the same both ways round.
    shorter, longer = sorted((one, other), key=lambda words: (len(words), words))
    if len(shorter) < _OF_LONGER * len(longer):
        return False
    if _other_numbers(shorter, longer):
        in_shorter, in_longer = _shared(_without_numbers(shorter), _without_numbers(longer))
        return min(_share(in_shorter), _share(in_longer)) >= _ALL_ELSE
    in_shorter, in_longer = _shared(shorter, longer)
    head = in_longer[: len(in_longer) - in_longer[::-1].index(True)] if any(in_longer) else []
    return (
        _share(in_shorter) >= _OF_SHORTER
        and _share(in_longer) >= _OF_LONGER
        and _share(head) >= _OF_HEAD
    )


def _shared(one: _Words, other: _Words) -> tuple[list[bool], list[bool]]:
    """Return for each word of both texts whether it stands in a run that both have."""
    runs = _runs(one, _RUN), _runs(other, _RUN)
    common = {*runs[0]} & {*runs[1]}
    return _marked(runs[0], common), _marked(runs[1], common)


def _marked(runs: Sequence[tuple[str, ...]], common: Set[tuple[str, ...]]) -> list[bool]:
    marked = [False] * (len(runs) - 1 + len(runs[0]))
    for start, run in enumerate(runs):
        if run in common:
            marked[start : start + len(run)] = [True] * len(run)
    return marked


def _share(marked: Sequence[bool]) -> float:
    return sum(marked) / max(1, len(marked))


def _other_numbers(one: _Words, other: _Words) -> bool:
    """Whether two texts have numbers enough to compare, and most are not the same."""
    numbers = [{word for word in words if word[0].isdecimal()} for words in (one, other)]
    fewer = min(map(len, numbers))
    return fewer >= _FEWEST_NUMBERS and len(numbers[0] & numbers[1]) < _SAME_NUMBERS * fewer


def _without_numbers(words: _Words) -> list[str]:
    return ["0" if word[0].isdecimal() else word for word in words]
