"""Are a sentence's names in its passages, in whatever spelling?

A name is a word with a capital letter that is no title, month or weekday; at the start of
a sentence, where every word has one, only what reads like a name. Names side by side make
one name, and its first and last words must not come from two people of the passage. An
acronym is supported by the words that it stands for, and they by it. A name that the
passage has, put in another's place, is left to `swaps` and `speakers`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from bot.grounding.numerals import NUMBER_WORDS
from bot.grounding.verbs import AUXILIARIES, SAYING
from bot.grounding.words import Line, Word, listed
from vectorstore.spelling import claimed_forms, held_forms, is_same
from vectorstore.text import PAST_FORMS, STOPWORDS

# Capitalised beside a name or instead of one, and no name themselves.
TITLES = frozenset(
    listed("""
    president vice prime minister foreign defence defense interior finance trade deputy first
    secretary general ambassador chancellor king queen prince princess sheikh emir sultan pope
    mr mrs ms dr sir lord lady sen senator rep representative gov governor col colonel gen lt
    maj major admiral envoy special speaker chairman chairwoman chair spokesman spokeswoman
    spokesperson head chief leader premier judge justice professor ministry affairs
    office government parliament council committee commission delegation party state
    department embassy republic federation negotiator negotiators adviser advisor mediator
    delegate delegates ministers presidents resolution article chapter treaty agreement
    summit conference round act law protocol
    """)
)
_CALENDAR = frozenset(
    listed("""
    january february march april may june july august september october november december jan
    feb mar apr jun jul aug sept sep oct nov dec monday tuesday wednesday thursday friday
    saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays sundays gmt utc am
    pm mon tue tues wed weds thu thur thurs fri sat sun
    """)
)
_OPENERS = frozenset(
    listed("""
    according although among amid amidst another any anyone because besides beyond despite each
    earlier early either else even every everyone everything few fewer finally former further
    hence however including indeed instead last lastly late later least less like many
    meanwhile most much neither never nevertheless next nobody none nothing now official often
    one others overall peace perhaps progress recent rather several since some somebody someone
    something soon still such that them then there thereby therefore these they though thus
    today together tomorrow tonight toward towards twice unless unlike upon us what whatever
    whenever whereas whether which whoever within without yesterday yet aid fuel trade war work
    oil gas grain food news access power water time
    """)
)
_COMMON_ENDINGS = listed(
    "ing ed ly tion sion ment ness ity ship ism ance ence ors ers ists men ages ies sts"
)
_JOINING = ("of", "and", "for", "the", "in", "on", "de")
_LONGEST_ACRONYM = 8


@dataclass(frozen=True, slots=True)
class Name:
    """A name in words `first` to `last` of a line; `keys` are those words' keys."""

    first: int
    last: int
    keys: tuple[str, ...]
    is_possessive: bool = False


class NameIndex:
    """Every form under which a word of the cited passages may be claimed as a name."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._forms: set[str] = set()
        self._words: set[str] = set()
        self.small: set[str] = set()
        self._before: dict[str, set[str]] = {}
        self._after: dict[str, set[str]] = {}
        for line in lines:
            self._add(line)

    def _add(self, line: Line) -> None:
        for word in line.words:
            self._words.add(word.key)
            if word.is_capital:
                self._forms |= held_forms(word.key)
            else:
                self.small.add(word.key)
        for acronym in _acronyms(line):
            self._forms |= held_forms(acronym)
        for _, ahead, behind in pairs(list(_runs(line))):
            self._after.setdefault(ahead, set()).add(behind)
            self._before.setdefault(behind, set()).add(ahead)

    def holds(self, word: Word) -> bool:
        """Say whether the passages have `word`, in any spelling.

        A word in small letters supports a capitalised one ("Security Council", "the security
        council") unless that is an acronym: "us" is not "US".
        """
        if not claimed_forms(word.key).isdisjoint(self._forms):
            return True
        return word.key in self._words and not _is_acronym(word)

    def holds_initials(self, words: Sequence[Word]) -> bool:
        """Say whether the passages have an acronym of `words`: "UN" for "United Nations"."""
        initials = "".join(word.key[:1] for word in words)
        return len(initials) > 1 and not claimed_forms(initials).isdisjoint(self._forms)

    def mixes(self, first: str, last: str) -> bool:
        """Say whether two names stand side by side only with others in the passages.

        “Russia's Lavrov” is right of “Russia's Sergei Lavrov”.
        """
        others, partners = self._before.get(last, set()), self._after.get(first, set())
        reached = partners.union(*(self._after.get(partner, set()) for partner in partners))
        if not others or not partners or last in reached:
            return False
        return not any(is_same(first, other) for other in others)


def pairs(found: Sequence[Name]) -> Iterator[tuple[Name, str, str]]:
    """Yield each two words that stand side by side in a name, or in “Kenya's Uhuru Mwangi”."""
    for name in found:
        for ahead, behind in pairwise(name.keys):
            yield name, ahead, behind
    for name, following in pairwise(found):
        # Only a possessive ends a name right before another one.
        if following.first == name.last + 1 and name.is_possessive:
            yield following, name.keys[-1], following.keys[0]


def _is_acronym(word: Word) -> bool:
    letters = word.text.replace(".", "").removesuffix("'s").removesuffix("’s")
    return 1 < len(letters) <= _LONGEST_ACRONYM and letters.isupper()


def _acronyms(line: Line) -> Iterator[str]:
    """Yield the initials of capitalised words in a row, and of every part of the row.

    Small words between them do not count: the OSCE is the Organization for Security and
    Co-operation in Europe.
    """
    row: list[str] = []
    for index, word in enumerate(line.words):
        if index and line.breaks(index):
            row = []
        if line.gap(index) == "-":
            continue
        if word.is_capital:
            row = [*row[1 - _LONGEST_ACRONYM :], word.key[:1]]
            yield from ("".join(row[start:]) for start in range(len(row) - 1))
        elif word.key not in _JOINING:
            row = []


def names(line: Line, small: set[str] | None = None) -> list[Name]:
    """Return the names of `line`; `small` are words that the passages have uncapitalised."""
    known = small if small is not None else set[str]()
    found: list[Name] = []
    for run in _runs(line):
        name = _without_opener(line, run, known) if _opens(line, run.first) else run
        if name is not None:
            found.append(name)
    return found


def capitalised(line: Line) -> list[Name]:
    """Return the names of `line` where every capitalised word is taken for one.

    For a place where a name is expected, as before “said”: “Norlandic officials said”.
    """
    return [
        run
        for run in _runs(line)
        if run.first != run.last or line.words[run.first].key not in _OPENERS
    ]


def _runs(line: Line) -> Iterator[Name]:
    """Yield the runs of capitalised words with only a space or hyphen between them."""
    run: list[Word] = []
    first = 0
    for index, word in enumerate(line.words):
        if run and not (_is_name(word) and _joins(line, index)):
            yield Name(first, index - 1, tuple(word.key for word in run))
            run = []
        if _is_name(word):
            first = first if run else index
            run.append(word)
            if _is_possessive(word):
                yield Name(first, index, tuple(word.key for word in run), is_possessive=True)
                run = []
    if run:
        yield Name(first, len(line.words) - 1, tuple(word.key for word in run))


def _joins(line: Line, index: int) -> bool:
    gap = line.gap(index)
    return gap in (" ", "-", "‑") or (gap == ". " and len(line.words[index - 1].key) <= 4)


def _is_name(word: Word) -> bool:
    if not word.is_capital or len(word.key) < 2 or word.key in TITLES or word.key in _CALENDAR:
        return False
    return word.key not in STOPWORDS | NUMBER_WORDS or _is_acronym(word)


def _is_possessive(word: Word) -> bool:
    return word.text.endswith(("'s", "’s"))


def _opens(line: Line, index: int) -> bool:
    """Say whether a sentence or a quotation begins with word `index`."""
    gap = line.gap(index)
    if index == 0 or any(mark in gap for mark in '!?…:;\n"“”«»„(‘•*'):
        return True
    before = line.words[index - 1]
    # A stop after a short capitalised word cuts that word short: "Gen. Orlo", "St. Vell".
    return "." in gap and not (before.is_capital and len(before.key) <= 4)


def _without_opener(line: Line, name: Name, small: set[str]) -> Name | None:
    """Return a name at the start of a sentence without a first word that is none."""
    if _is_common(line.words[name.first], small):
        if name.first == name.last:
            return None
        return replace(name, first=name.first + 1, keys=name.keys[1:])
    if name.first < name.last or _is_possessive(line.words[name.first]):
        return name
    return name if _acts(line, name.first) else None


def _is_common(word: Word, small: set[str]) -> bool:
    if word.key in _OPENERS or word.key in small:
        return True
    return not _is_possessive(word) and word.key.endswith(_COMMON_ENDINGS)


def _acts(line: Line, index: int) -> bool:
    """Say whether one word does something without an article before it, as only names do.

    Plurals do so as well ("Envoys met"), so a word in -s is no name here.
    """
    word = line.words[index]
    if any(char.isdecimal() for char in word.key) or _is_acronym(word):
        return True
    if word.key.endswith("s") or index + 1 >= len(line.words) or line.breaks(index + 1):
        return False
    following = line.words[index + 1]
    verb = following.key.endswith("ed") or following.key in PAST_FORMS | AUXILIARIES
    return verb or following.key in SAYING
