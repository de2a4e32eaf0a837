"""Finds, without a parser, plain clauses in English sentences: who does, with which verb, what.

Precision before recall: of a sentence that is not plain, nothing is returned. Ranges are of
characters in the text given. Nothing here knows about questions.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from vectorstore.models.made_words import (
    AUXILIARIES,
    DETERMINERS,
    HAVE,
    PREPOSITIONS,
    base_of,
    is_participle,
    is_past_only,
    present_base,
)
from vectorstore.text import STOPWORDS

Range = tuple[int, int]

PRONOUNS = frozenset(("it", "he", "she", "they"))
_NO_SUBJECT = DETERMINERS - {"the", "a", "an", "one", "two", "three", "four", "five", "six",
                             "seven", "eight", "nine", "ten", "all", "most", "many",
                             "some", "several"} | PREPOSITIONS | frozenset(
    """
    it he she they there here we i you such others other what who which when where how if either
    neither few none much more nor not having being according although while because therefore
    thus but and or so also then instead moreover furthermore let only even just today now
    meanwhile however unlike due
    """.split()  # noqa: SIM905
)  # fmt: skip
_BREAKERS = frozenset(
    """
    that which who whom whose when while where if because although though whether as unless but
    nor than later earlier ago latter latter's
    """.split()  # noqa: SIM905
)
_NO_VERB_AFTER = DETERMINERS | PREPOSITIONS | {"be", "been", "being", "not"}
_ADVERBS = frozenset(
    "also then later often usually still soon even now both each only sometimes always".split()  # noqa: SIM905
)
_WORD = re.compile(r"[^\W_]+(?:[.'’–-][^\W_]+)*|[^\w\s]")
_SENTENCE_END = re.compile(r"[.!?:;\s\"”’]+$")
_ADVERBIAL = re.compile(
    r"(?:also|then|often|usually|now|still|soon|therefore|thus|even|currently|widely|[a-z]{3,}ly) "
)
# Where the plain part of what follows the verb ends.
_BOUNDARY = re.compile(
    r",(?=\s|$)(?! (?:1\d|20)\d\d\b)|:(?=\s|$)|[;(\[—\"“”]|\s[–-]\s"
    r"|\s(?:which|who|whose|whom|where|when|while|although|though|because|but|if|so|whereas"
    r"|as|that|unless|than|due to|in order)\s|\ssince\s(?!\d|[A-Z]\w+ \d)"
)
# What a plain part cut short may not end with.
_DANGLING = re.compile(
    r"\s*\b(?:and|or|of|in|on|at|by|for|from|to|with|into|through|as|the|an?|titled|entitled|called"
    r"|named|only|its|their|than|about|such|including|known|mainly|even|rather|best|ensure|both)$"
)
_LEAD = re.compile(
    r"(?:However|Therefore|Thus|Moreover|Furthermore|Also|Instead|Meanwhile|Nevertheless"
    r"|In addition|As a result|For example|For instance|Similarly|Later|Then|Today|Finally"
    r"|Consequently|Additionally|Subsequently|Traditionally|Historically|Generally|Originally"
    r"|On the other hand|In contrast|In fact|By contrast|But|And|Indeed|Still|Overall), ?"
)
_LATER = re.compile(
    r"(?:[,;:] (?:and|but|while|whereas|although|though|because|so) |; |\bbecause "
    r"|\b(?:sa(?:id|ys)|argue[ds]|found|showed|reported|announced|state[ds]|suggest(?:s|ed)|noted"
    r"|observed|believe[ds]?|claim(?:s|ed)|concluded|discovered|means?|indicates?|fact) that )"
)
_RELATIVE = re.compile(
    r"\b((?:[Tt]he|[Aa]n?) (?:[a-z][\w-]* ){0,3}[\w-]+|[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)*)"
    r",? (?:which|who) (?=[a-z])"
)
_LINK = re.compile(r",? and (?:later |then |also )?(?=[a-z])")
_LONGEST_SUBJECT = 12
_LONGEST_LEAD = 130
_OPENERS = frozenset("although though when while if because once due".split())  # noqa: SIM905
_COMMA = re.compile(", ")
# What may stand between a subject and its verb.
_INSERTED = re.compile(
    r" ?(?:\([^()]*\)|, (?:(?:a|an|the|which|who|also|or|formerly|known)\b[^,;()]*),)"
)


@dataclass(frozen=True, slots=True)
class Clause:
    """A subject, its verb, and what follows the verb.

    `subject` is where the subject is named, a sentence earlier if a pronoun stands at `place`.
    `finite` is the finite verb as it stands; a question puts `helper` before the subject and
    `base` behind it (empty where the finite verb is itself the helper). `rest` goes on to the
    end of the sentence, `plain` to where another clause begins.
    """

    start: int
    place: int
    subject: Range
    finite: Range
    helper: str
    base: str
    rest: Range
    plain: Range


def clauses(text: str, start: int, end: int, antecedent: Range | None = None) -> list[Clause]:
    """Return the plain clauses of a sentence, its main clause first.

    `antecedent` is where what a pronoun at its beginning would stand for is named.
    """
    ending = _SENTENCE_END.search(text, start, end)
    end = ending.start() if ending else end
    lead = _LEAD.match(text, start, end)
    found = list(_main(text, lead.end() if lead else start, end, antecedent))
    for later in _LATER.finditer(text, start, end):
        if clause := _clause(text, later.end(), later.end(), end, None):
            found += (clause, *_joined(text, clause))
    for head in _RELATIVE.finditer(text, start, end):
        word = _WORD.match(text, head.end(), end)
        words = [word, *_WORD.finditer(text, word.end(), end)] if word else []
        named = list(_WORD.finditer(text, *head.span(1)))
        plain = not any(_verb(named, place) for place in range(1, len(named)))
        if words and plain and (verb := _verb(words, 0)):
            found.append(_made(text, head.start(), head.start(), head.span(1), words[0], verb, end))
    return found


def _main(text: str, first: int, end: int, antecedent: Range | None) -> Iterator[Clause]:
    found = _clause(text, first, first, end, antecedent)
    opening = text[first:end].split(" ")[0].lower().rstrip(",")
    if found is None and opening in PREPOSITIONS | _OPENERS:
        # "In 1990, the council met": what is before the comma is an adverbial.
        for comma in _COMMA.finditer(text, first, min(end, first + _LONGEST_LEAD)):
            found = found or _clause(text, first, comma.end(), end, antecedent)
    if found is not None:
        yield found
        yield from _joined(text, found)


def _joined(text: str, clause: Clause) -> Iterator[Clause]:
    """Yield what the same subject does besides: "… and signed …"."""
    for link in _LINK.finditer(text, clause.plain[1], clause.rest[1]):
        words = list(_WORD.finditer(text, link.end(), clause.rest[1]))
        verb = _verb(words, 0) if words and link.start() == clause.plain[1] else None
        if verb and (
            (verb[0] == clause.helper and clause.base)
            or words[0].group() in AUXILIARIES
            or (is_past_only(words[0].group()) and clause.helper in ("was", "were"))
        ):
            yield _made(
                text, link.end(), link.end(), clause.subject, words[0], verb, clause.rest[1]
            )
        return


def _clause(text: str, whole: int, start: int, end: int, antecedent: Range | None) -> Clause | None:
    words, alone = _words(text, start, end)
    for place, word in enumerate(words[: _LONGEST_SUBJECT + 1]):
        said = word.group()
        if not said[0].isalnum() or said in _BREAKERS:
            return None
        verb = _verb(words, place) if place else None
        if verb is None and 0 < place == alone:
            verb = present_base(said, "the")
        if verb is None and 0 < place == alone:
            return None
        if verb is None or _is_reduced(words, place, verb[0]):
            continue
        subject = words[:place]
        while len(subject) > 1 and _is_adverb(subject[-1].group()):
            subject.pop()
        if len(subject) == 1 and subject[0].group().lower() in PRONOUNS:
            named = antecedent
        else:
            named = (subject[0].start(), subject[-1].end()) if _is_subject(subject) else None
        if named is None:
            return None
        return _made(text, whole, start, named, word, verb, end)
    return None


def _is_adverb(word: str) -> bool:
    return word in _ADVERBS or (word.endswith("ly") and word.islower())


def _words(text: str, start: int, end: int) -> tuple[list[re.Match[str]], int]:
    """Return the words, without what is inserted behind the first few, and where a verb must be.

    "The Main (524 km), a tributary, joins it": behind the insertion; 0 if there is none.
    """
    words = list(_WORD.finditer(text, start, end))
    for place, word in enumerate(words[: _LONGEST_SUBJECT + 1]):
        if word.group() in ("(", ",") and place:
            before = words[place - 1].end()
            inserted = _INSERTED.match(text, before, end)
            while inserted and (further := _INSERTED.match(text, inserted.end(), end)):
                inserted = further
            if inserted is None:
                break
            behind = [one for one in words[place:] if one.start() >= inserted.end()]
            return words[:place] + behind, place * inserted.group().endswith(",")
    return words, 0


def _made(
    text: str,
    whole: int,
    place: int,
    subject: Range,
    word: re.Match[str],
    verb: tuple[str, str],
    end: int,
) -> Clause:
    first = min(word.end() + 1, end)
    while adverb := _ADVERBIAL.match(text, first, end):
        first = adverb.end()
    last = _second_verb(text, first, _boundary(text, word.end(), end))
    cut = text[first:last] if last > first else ""
    cut = cut.rstrip()
    while last < end and cut and (dangling := _DANGLING.search(cut)):
        cut = cut[: dangling.start()]
    return Clause(
        whole, place, subject, word.span(), *verb, (first, end), (first, first + len(cut))
    )


def _boundary(text: str, start: int, end: int) -> int:
    for stop in _BOUNDARY.finditer(text, start, end):
        # "served as the capital": no new clause so near the verb.
        if stop.group().strip() != "as" or len(text[start : stop.start()].split()) > 1:
            return stop.start()
    return end


def _second_verb(text: str, start: int, end: int) -> int:
    """Return where "… and signed …" or "… and was …" begins, or `end`."""
    for link in _LINK.finditer(text, start, end):
        words = list(_WORD.finditer(text, link.end(), end))
        if words and _verb(words, 0):
            return link.start()
    return end


def _verb(words: list[re.Match[str]], place: int) -> tuple[str, str] | None:
    """Return (helper, base) if the word at `place` may be a finite verb."""
    said = words[place].group()
    before = words[place - 1].group() if place else ""
    following = words[place + 1].group() if place + 1 < len(words) else ""
    if said in AUXILIARIES:
        return said, ""
    if said in HAVE:
        adverb = following.endswith("ly") or following in ("also", "since", "long", "already")
        after = words[place + 2].group() if adverb and place + 2 < len(words) else following
        if is_participle(after):
            return said, ""
        return {"has": "does", "have": "do", "had": "did"}[said], "have"
    if before.lower() in _NO_VERB_AFTER or (before.endswith("ly") and place < 3):
        return None
    if said == "used" and following == "to":
        return None
    present = present_base(said, following)
    if present and (place or said.endswith("s") or following in DETERMINERS | PREPOSITIONS):
        return present
    base = base_of(said)
    return ("did", base) if base else None


def _is_subject(words: list[re.Match[str]]) -> bool:
    said = [word.group() for word in words]
    first = said[0].lower()
    if first in _NO_SUBJECT or said[-1].lower() in PREPOSITIONS | {"and", "or"}:
        return False
    if first.endswith("ing") and not (len(said) > 1 and said[1][0].isupper()):
        return False
    if said[0].isdigit() and len(said[0]) == 4:
        return False
    return any(word.lower() not in STOPWORDS and word[0].isalpha() for word in said)


def _is_reduced(words: list[re.Match[str]], place: int, helper: str) -> bool:
    """Whether a past form is rather a participle: "The treaty signed in Rome was …"."""
    if helper != "did" or is_past_only(words[place].group()):
        return False
    following = words[place + 1].group() if place + 1 < len(words) else ""
    for later in range(place + 1, len(words)):
        said = words[later].group()
        if said == "by" and later == place + 1:
            return True
        if said in _BREAKERS or said in (",", "–", "—", "(", ";", "to"):
            return False
        if words[later - 1].group() in ("and", "or"):
            continue
        if said in AUXILIARIES | HAVE:
            return True
        if _verb(words, later) and (is_past_only(said) or following in PREPOSITIONS):
            return True
    return False
