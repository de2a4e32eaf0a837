"""Does a sentence deny what its passage says, or say what it denies?

Judged only where a sentence of the passage shares most of the words: a word that is negated
in one and not in the other (“did not agree”, “failed to agree”, “without agreement”,
“disagreed”). Where both negate something that they share, they are taken to agree: the same
“no” is said in many ways. Sentences with “only”, “unless”, “first” or two negations of one
word are left alone, and so is “opposed” for “did not support”.
"""

from collections.abc import Sequence

from bot.grounding.directions import is_opposite
from bot.grounding.negation import is_negator, negates, negations, scope
from bot.grounding.verbs import AUXILIARIES
from bot.grounding.words import Line, listed, overlap

# The share of a claim's stems that makes two sentences similar: .4 to .8 give the same
# figures with `parley eval grounding` on tests/data/grounding.jsonl.
_SIMILAR = 0.6
_FEWEST = 3
# “only if A” is “not without A”, “the first since May” is “none since May”: one says both ways.
_EXCLUSIVE = frozenset(listed("only unless until except first if"))
_PREFIXES = ("un", "dis", "non")
_SHORTEST = 4
_SUFFIXES = ("ement", "ment", "ance", "ence", "ation", "ion", "al")


def _base(root: str) -> str:
    """Return a stem that “agree” and “agreement”, “refuse” and “refusal” have in common."""
    for suffix in _SUFFIXES:
        if root.endswith(suffix) and len(root) - len(suffix) >= _SHORTEST:
            root = root.removesuffix(suffix)
            break
    return root.removesuffix("e")


class _Polarity:
    """The stems of a line that are negated wherever they stand, and all of them."""

    def __init__(self, line: Line) -> None:
        counts = negations(line)
        marked = not _EXCLUSIVE.isdisjoint(word.key for word in line.words)
        # A negation that is negated itself: “neither side ruled out contacts”.
        doubled = any(n and any(scope(line, index)) for index, n in enumerate(counts))
        self.is_exclusive = marked or doubled or max(counts, default=0) > 1
        self.roots = line.roots
        self.negators = {
            word.root: counts[index] % 2 == 0
            for index, word in enumerate(line.words)
            if word.root and negates(line, index)
        }
        self.denied = {word.root for word, n in zip(line.words, counts, strict=True) if n % 2}
        self.words: dict[str, str] = {}
        asserted: set[str] = set()
        negated: set[str] = set()
        for word, count in zip(line.words, counts, strict=True):
            if word.root:
                base = _base(word.root)
                self.words.setdefault(base, word.text)
                (negated if count % 2 else asserted).add(base)
        self.negated = negated - asserted
        self.sometimes = negated
        self.asserted = asserted

    def negates(self, other: "_Polarity") -> set[str]:
        """Return the stems that this line negates and the other one asserts."""
        prefixed = {
            base.removeprefix(prefix)
            for base in self.asserted - other.asserted
            for prefix in _PREFIXES
            if base.startswith(prefix) and len(base) - len(prefix) >= _SHORTEST
        }
        return (self.negated | prefixed) & other.asserted

    def restates(self, other: "_Polarity") -> bool:
        """Say whether one line negates the opposite of what the other says."""
        ours = any(is_opposite(a, b) for a in self.denied for b in other.roots)
        return ours or any(is_opposite(a, b) for a in other.denied for b in self.roots)


def contradicted(line: Line, held: Sequence[Line]) -> str | None:
    """Return a word of `line` on which the passages say the opposite by a negation."""
    claimed = _Polarity(line)
    plain = _plain(line)
    cited = [_Polarity(each) for each in held]
    similar = [
        polarity
        for polarity, each in zip(cited, held, strict=True)
        if _is_similar(plain, line, each)
    ]
    for each in similar:
        if turned := _turned_back(claimed, each):
            return claimed.words.get(turned, turned)
        if claimed.is_exclusive or each.is_exclusive or claimed.restates(each):
            continue
        if claimed.negated:
            word = _denied(claimed, each, cited)
        else:
            word = _affirmed(claimed, each, similar)
        if word is not None:
            return claimed.words.get(word, word)
    return _unsaid(line, held)


def _turned_back(claimed: _Polarity, held: _Polarity) -> str | None:
    """Return a verb of denial that one has and the other negates: “did not rule out”."""
    both = claimed.negators.keys() & held.negators.keys()
    return next((root for root in both if claimed.negators[root] != held.negators[root]), None)


def _unsaid(line: Line, held: Sequence[Line]) -> str | None:
    """Return a verb that `line` has without the “not” of the passages, its auxiliary beside it.

    So much of a phrase (“will not be monitored”) says the same thing even where a pronoun
    hides what it is about.
    """
    ours = _keys(line)
    said = "".join(_keys(each) for each in held)
    for each in held:
        for index in range(1, len(each.words) - 2):
            before, negator, verb, behind = (word.key for word in each.words[index - 1 : index + 3])
            if negator != "not" or before not in AUXILIARIES:
                continue
            phrase = f" {before} {verb} {behind} "
            if phrase in ours and phrase not in said:
                return f"{verb} {behind}" if verb in AUXILIARIES else verb
    return None


def _keys(line: Line) -> str:
    return f" {' '.join(word.key for word in line.words)} "


def _denied(claimed: _Polarity, held: _Polarity, cited: Sequence[_Polarity]) -> str | None:
    """Return a stem that the claim negates and a passage asserts, and no other negates."""
    if any(claimed.negated & each.sometimes for each in cited):
        return None
    if held.sometimes & (claimed.asserted | claimed.negated):
        return None
    denied = claimed.negates(held)
    return next((base for base in claimed.words if base in denied), None)


def _affirmed(claimed: _Polarity, held: _Polarity, similar: Sequence[_Polarity]) -> str | None:
    """Return a stem that the claim asserts and a passage negates, and no other asserts."""
    denied = held.negates(claimed)
    if claimed.negates(held):
        return None
    return next(
        (
            base
            for base in held.words
            if base in denied and not any(base in each.asserted for each in similar)
        ),
        None,
    )


def _is_similar(plain: frozenset[str], line: Line, held: Line) -> bool:
    """Say whether a passage's sentence is what `line` restates, wholly or in part of it."""
    if overlap(plain, held) >= _SIMILAR:
        return True
    theirs = _plain(held)
    return len(theirs) >= _FEWEST and overlap(theirs, line) == 1


def _plain(line: Line) -> frozenset[str]:
    """Return the stems of a line without those of its negators."""
    return frozenset(word.root for word in line.words if word.root and not is_negator(word.key))
