"""The noun phrases of a question: "the second round of talks", "Norland and Sudia".

Found by what cannot be part of one: a closed class word, or a verb out of a short list.
A verb that is not in the list is taken into the phrase before it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.grounding.verbs import AUXILIARIES
from bot.grounding.words import Line, listed
from vectorstore.text import PAST_FORMS, STOPWORDS

EVENTS = frozenset(
    listed("""
    round rounds talks meeting meetings summit negotiations conference session sessions forum
    ceremony consultations discussions visit dialogue mediation
    """)
)
ACTORS = frozenset(
    listed("""
    delegation delegations side sides party parties team teams minister ministers president
    presidents government governments envoy envoys negotiator negotiators ministry office leader
    leaders ambassador ambassadors mediator mediators official officials delegate delegates
    spokesman spokeswoman spokesperson adviser advisers country countries forces army troops
    diplomat diplomats premier chancellor king emir rebels
    """)
)
GROUPS = frozenset(
    listed("""
    delegation delegations side sides party parties team teams government governments ministry
    country countries forces army troops rebels
    """)
)
# In the form that follows "did"; a noun phrase ends before one.
VERBS = frozenset(
    listed("""
    accept agree aim announce appear arrive ask attack attend back be become begin blame break
    bring build buy call cause chair change claim collapse come conclude concern confirm continue
    cover cut decide declare demand deny describe die discuss do end enter exchange expect explain
    fail fall feel finish get give go happen have head hold hope host impose include insist invade
    involve join last launch lead leave lift look lose make mean mediate meet name need negotiate
    occur offer open oppose order pay plan pledge produce promise propose raise reach react receive
    reduce refuse reject release remain report represent resume respond return rise say see seek
    seem sell send set show sign speak start stay stop succeed suggest support take talk tell think
    threaten travel urge visit want warn welcome win withdraw work
    """)
)
_CLOSED = AUXILIARIES | (STOPWORDS - {"own", "same", "such"}) | frozenset(listed("without within"))
DETERMINERS = frozenset(listed("the a an this that these those both all its their his her"))
_ASKING = frozenset(listed("many much which what whose"))
TIMES = frozenset(listed("year day date month time week morning evening weekend"))
_LEADING = frozenset(listed("in on at by for from to with about after before during since against"))
PLACING = frozenset(listed("in at near outside inside around"))
_OF_EVENTS = frozenset(listed("in at on over about"))

# Followed by a verb in its plain form.
_PLAIN = frozenset(listed("do does did can could will would should may might must"))


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase as written, in `[start, end)`; `head` is the key of its noun.

    `is_placed`: something is in it; `is_asked`: its question word stands before it.
    """

    text: str
    head: str
    is_name: bool
    start: int
    end: int
    is_placed: bool = False
    is_asked: bool = False

    @property
    def said(self) -> str:
        """How a later question speaks of it."""
        if self.is_asked:
            return f"the {self.text}"
        return (
            f"the {self.text.partition(' ')[2]}"
            if self.text.startswith(("a ", "an "))
            else self.text
        )

    @property
    def is_plural(self) -> bool:
        """Whether "they" may stand for it."""
        conjoined = self.is_name and " and " in self.text
        return conjoined or (not self.is_name and self.head[-1:] == "s" and self.head[-2:] != "ss")


def key_at(line: Line, index: int) -> str:
    """Return the key of word `index`, or nothing outside the line."""
    return line.words[index].key if 0 <= index < len(line.words) else ""


def phrases(line: Line) -> Iterator[Phrase]:
    """Yield the noun phrases of `line` in order; no two share a word."""
    index = 0
    while index < len(line.words):
        head = _head(line, index) if _begins(line, index) else None
        if head is None:
            index += 1
            continue
        last = _extended(line, index, head)
        is_name = line.words[index].is_capital and line.words[head].is_capital
        start, end = line.words[index].start, line.words[last].end
        before = key_at(line, index - 1)
        yield Phrase(
            line.text[start:end],
            line.words[head].key,
            is_name,
            start,
            end,
            before in PLACING,
            before in _ASKING,
        )
        index = last + 1


def _begins(line: Line, index: int) -> bool:
    word = line.words[index]
    if word.key in DETERMINERS or (word.is_capital and word.key not in STOPWORDS):
        return index > 0 or word.key in DETERMINERS
    before = key_at(line, index - 1)
    if not word.root or word.key in VERBS | PAST_FORMS or word.key.endswith("ed"):
        return False
    return before in _LEADING | AUXILIARIES | (_ASKING if word.key not in TIMES else frozenset())


def _head(line: Line, first: int) -> int | None:
    """Return the last word of the noun phrase that begins at `first`, if it has a noun."""
    last = first
    while last + 1 < len(line.words) and not line.breaks(last + 1) and _goes_on(line, last + 1):
        last += 1
    # After "did" and its subject comes a verb, whether or not the lists know it: "the ferry sink".
    ends = last + 1 == len(line.words)
    if (
        ends
        and last > first
        and key_at(line, first - 1) in _PLAIN
        and not line.words[last].is_capital
    ):
        last -= 1
    return None if line.words[last].key in DETERMINERS else last


def _goes_on(line: Line, index: int) -> bool:
    word, before = line.words[index], line.words[index - 1]
    if word.is_capital:
        return True
    qualified = before.key in DETERMINERS or before.text.endswith(("'s", "’s"))
    if word.key in _CLOSED:
        return False
    # With "did" the verb is in its plain form; else "offer" is a noun: "was the offer made".
    is_verb = word.key in VERBS and not _PLAIN.isdisjoint(key_at(line, n) for n in range(index))
    if is_verb or word.key in PAST_FORMS or word.key.endswith("ed"):
        return qualified
    # "Antalya meeting", but not "Lavrov reportedly": what follows a bare name is its verb.
    return qualified or not before.is_capital or word.key in EVENTS | ACTORS


def _extended(line: Line, first: int, head: int) -> int:
    """Return where a phrase ends with its "of …", "between … and …", "in Antalya"."""
    end = head
    while end + 2 < len(line.words) and not line.breaks(end + 1):
        link, begins = key_at(line, end + 1), line.words[end + 2]
        named = begins.is_capital and begins.key not in STOPWORDS
        is_event = line.words[head].key in EVENTS
        joins = (
            link == "of"
            or (link == "and" and named and line.words[end].is_capital)
            or (link in ("between", "with") and not line.words[head].is_capital)
            or (link in _OF_EVENTS and is_event)
        )
        following = _head(line, end + 2) if joins else None
        if following is None:
            return end
        end = following
    return end
