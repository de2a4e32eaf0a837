"""Which mentions are of one thing, and which of their values differ: a rule for each sort.

Every rule asks for sentences that are near each other, of different origins, and of one day
where the value may change from day to day. The bounds of the cosines were found by reading
what each rule shows on the samples and on a hundred triples of domestic news, where reports
hardly ever differ: lower, and things that only sound alike are put against each other.
"""

from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from bot.briefing.differences.counted import Count, is_kept, may_be_one
from bot.briefing.differences.mentions import Group, Mention, Pair, joined, pairs
from bot.briefing.differences.slots import Slot
from bot.briefing.timeline.happened import read_happened
from bot.disagreements.values import differ
from bot.grounding.words import listed
from vectorstore.distinctions import counted_alike, owned_alike
from vectorstore.spelling import is_country, is_same
from vectorstore.text import STOPWORDS, content_stems, fold

Found = Iterator[tuple[str, list[Group]]]

_TOTALS, _COUNTS, _FAR_COUNTS = 0.45, 0.6, 0.8
# Counts of which one is so many times the other are hardly of one thing.
_FAR_APART = 3
_SINCE, _REASONS, _BEFORE_REASONS, _PLACES = 0.3, 0.4, 0.6, 0.35
# Days between reports on one event.
_AT_ONCE, _SOON = 2, 7
_PLAIN_MINISTERS = frozenset(listed("minister former new acting interim the a an his her its"))
_NO_NAME = frozenset(listed("talks meeting round crisis day they it he she and who which that"))


def _slots(mentions: Sequence[Mention], kind: str) -> list[tuple[Mention, Slot]]:
    return [
        (each, each.told)
        for each in mentions
        if isinstance(each.told, Slot) and each.told.kind == kind
    ]


def _slot(mention: Mention) -> Slot:
    if not isinstance(mention.told, Slot):
        raise TypeError("this mention fills no slot")
    return mention.told


def _count(mention: Mention) -> Count:
    if not isinstance(mention.told, Count):
        raise TypeError("this mention counts nothing")
    return mention.told


def _within(one: Mention, other: Mention, days: int) -> bool:
    """Say whether two were published within so many days; what has no day is of any."""
    if one.published is None or other.published is None:
        return True
    return abs((one.published - other.published).days) <= days


def _by_key(mentions: Sequence[Mention], key: Callable[[Mention], str]) -> dict[str, list[Mention]]:
    buckets: dict[str, list[Mention]] = {}
    for mention in mentions:
        buckets.setdefault(key(mention), []).append(mention)
    return buckets


def all_counts(mentions: Sequence[Mention]) -> Found:
    """Yield where origins count the same things differently."""
    counts = [each for each in mentions if isinstance(each.told, Count)]
    for bucket in _by_key(counts, lambda each: f"{_count(each).noun} {_count(each).fate}").values():
        comparable = [pair for pair in pairs(bucket, _TOTALS) if _of_one_count(*pair)]
        for groups in joined(comparable, _count_differs):
            yield _count(groups[0].mentions[0]).label, groups


def own_counts(mentions: Sequence[Mention]) -> Found:
    """Yield where a sentence gives two counts of one thing itself, and no other does."""
    counts = [each for each in mentions if isinstance(each.told, Count)]
    for one, other in pairwise(counts):
        is_own = one.line is other.line and _count(one).label == _count(other).label
        if is_own and _count_differs(one, other):
            yield _count(one).label, [Group((one,)), Group((other,))]


def _of_one_count(one: Mention, other: Mention) -> bool:
    mine, theirs = _count(one), _count(other)
    if not may_be_one(mine, theirs):
        return False
    if mine.total and theirs.total:
        # A total that grew is shown too, each figure with its day.
        return _distinct_alike(one, other)
    same_day = mine.when is None or theirs.when is None or mine.when.iso == theirs.when.iso
    if not same_day or not _within(one, other, _AT_ONCE) or mine.near.isdisjoint(theirs.near):
        return False
    near = float(one.line.vector @ other.line.vector)
    return near >= _least_near(mine, theirs) and _distinct_alike(one, other)


def _least_near(one: Count, other: Count) -> float:
    low, high = sorted(_size(each) for each in (one, other))
    return _COUNTS if high <= _FAR_APART * low else _FAR_COUNTS


def _size(count: Count) -> float:
    return float(count.value.quantity.numeral.value) if count.value.quantity else 0.0


def _distinct_alike(one: Mention, other: Mention) -> bool:
    """Say whether nothing shows that one is of the second round, say, or of another's."""
    texts = (one.line.text, other.line.text)
    return all(
        alike(*each) is not False
        for alike in (counted_alike, owned_alike)
        for each in (texts, texts[::-1])
    )


def _count_differs(one: Mention, other: Mention) -> bool:
    mine, theirs = _count(one).value, _count(other).value
    return differ(mine, theirs) and not (one.day == other.day and is_kept(mine, theirs))


def all_since(mentions: Sequence[Mention]) -> Found:
    """Yield where origins give another day since when something was the first."""
    told = [each for each, _ in _slots(mentions, "since")]
    comparable = [
        pair
        for pair in pairs(told, _SINCE)
        if _within(*pair, _AT_ONCE) and len(content_stems(_common(*pair))) >= 2
    ]
    for groups in joined(comparable, _detail_differs):
        first, last = groups[0].mentions[0], groups[-1].mentions[0]
        common = _common(first, last)
        whole = _slot(first).about.removesuffix("since").strip()
        # “Face to face” is two words, and one word of meaning.
        yield common if len(set(content_stems(common))) > 1 else whole, groups


def _common(one: Mention, other: Mention) -> str:
    """Return the longest run of words that both slots' surroundings have, as it stands."""
    mine, theirs = _slot(one).about.split(), _slot(other).about.split()
    matcher = SequenceMatcher(None, [fold(word) for word in mine], [fold(word) for word in theirs])
    block = matcher.find_longest_match()
    first = 0 if fold(mine[0]) == "first" else block.a
    run = mine[first : block.a + block.size]
    while run and fold(run[-1].strip(",")) in STOPWORDS:
        run.pop()
    return " ".join(run) if content_stems(" ".join(run)) else ""


def _detail_differs(one: Mention, other: Mention) -> bool:
    return _slot(one).detail.isdisjoint(_slot(other).detail)


def all_reasons(mentions: Sequence[Mention]) -> Found:
    """Yield where one thing is put down to different causes."""
    told = [each for each, _ in _slots(mentions, "reason")]
    comparable = [pair for pair in pairs(told, 0.2) if _of_one_effect(*pair)]
    for groups in joined(comparable, _reason_differs):
        yield groups[0].mentions[0].about, groups


def _of_one_effect(one: Mention, other: Mention) -> bool:
    shared = set(_slot(one).mark.split()) & set(_slot(other).mark.split())
    if not _within(one, other, _SOON) and len(shared) < 2:
        return False
    near = float(one.line.vector @ other.line.vector)
    before = float(one.before @ other.before)
    if shared:
        return near >= _REASONS
    return near >= _REASONS and before >= _BEFORE_REASONS


def _reason_differs(one: Mention, other: Mention) -> bool:
    mine, theirs = _slot(one).detail, _slot(other).detail
    return len(mine & theirs) * 3 <= min(len(mine), len(theirs))


def all_offices(mentions: Sequence[Mention]) -> Found:
    """Yield where a person is given different offices of one sort."""
    told = [each for each, _ in _slots(mentions, "office")]
    for bucket in _by_key(told, lambda each: _slot(each).key).values():
        comparable: list[Pair] = [
            pair for pair in pairs(bucket, -1.0) if _is_person(*pair) and _may_be_office(*pair)
        ]
        for groups in joined(comparable, _office_differs):
            yield groups[0].mentions[0].about, groups


def _is_person(one: Mention, other: Mention) -> bool:
    first, second = (fold(each.about).split()[0] for each in (one, other))
    return is_same(first, second) or is_same(second, first)


def _may_be_office(one: Mention, other: Mention) -> bool:
    return bool(one.value and other.value)


def _office_differs(one: Mention, other: Mention) -> bool:
    mine, theirs = _slot(one), _slot(other)
    if mine.mark == "minister":
        portfolios = [_portfolio(each.value) for each in (one, other)]
        return all(portfolios) and portfolios[0].isdisjoint(portfolios[1])
    charges = [_charge(each.value) for each in (one, other)]
    if all(charges):
        return charges[0].isdisjoint(charges[1])
    return any(charges) and mine.mark != theirs.mark


def _portfolio(office: str) -> frozenset[str]:
    words = [fold(word.strip(",")).removesuffix("'s") for word in office.split()]
    head = words.index("minister") if "minister" in words else len(words)
    return frozenset(
        word for word in words[:head] if word not in _PLAIN_MINISTERS and not is_country(word)
    )


def _charge(office: str) -> frozenset[str]:
    """Return what an adviser advises on, empty where that is not told."""
    for link in (" on ", " for "):
        before, found, charge = office.partition(link)
        if found and before:
            return frozenset(content_stems(charge))
    return frozenset()


def all_places(mentions: Sequence[Mention]) -> Found:
    """Yield where one report names the place that another says is not disclosed."""
    told = [each for each, _ in _slots(mentions, "place")]
    if not any(map(_is_withheld, told)):
        return
    for _, bucket in sorted(_by_key(told, _day_of).items()):
        if not any(map(_is_withheld, bucket)):
            continue
        comparable = [pair for pair in pairs(bucket, _PLACES) if any(map(_is_withheld, pair))]
        for groups in joined(comparable, _place_differs):
            yield f"place of the {_slot(groups[0].mentions[0]).about}", groups


def _is_withheld(mention: Mention) -> bool:
    return _slot(mention).mark == "withheld"


def _day_of(mention: Mention) -> str:
    text = mention.evidence.article.text[mention.line.start : mention.line.end]
    events = read_happened(text, mention.published).events
    return next((each.when.iso for each in events if not each.clause), mention.day)


def _place_differs(one: Mention, other: Mention) -> bool:
    return _slot(one).mark != _slot(other).mark


def all_names(mentions: Sequence[Mention]) -> Found:
    """Yield where one side has a name of its own, in quotation marks, for what others name."""
    told = [each for each, _ in _slots(mentions, "name")]
    for bucket in _by_key(told, lambda each: _slot(each).key).values():
        called = [each for each in bucket if _slot(each).mark == "called"]
        plain = [each for each in bucket if _is_plain_name(each)]
        comparable = [
            (one, other)
            for one in called
            for other in plain
            if one.source.origin != other.source.origin
        ]
        for groups in joined(comparable, _detail_differs):
            yield f"what began on {_slot(groups[0].mentions[0]).about}", groups


def _is_plain_name(mention: Mention) -> bool:
    words = [fold(word) for word in mention.value.split()]
    return _slot(mention).mark == "plain" and words[-1] not in _NO_NAME
