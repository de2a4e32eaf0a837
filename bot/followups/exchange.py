"""Who and what an exchange was about: its event, its things, its persons and its parties.

What a later question may mean by "it", "there", "he" or "the other side". What is a person
or a party is told by how the exchange itself writes the name, since no list has every
minister and country.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from bot.answers import Answer
from bot.followups.phrases import ACTORS, EVENTS, PLACING, Phrase, key_at, phrases
from bot.grounding.names import Name, capitalised, names
from bot.grounding.verbs import AUXILIARIES, SAYING
from bot.grounding.words import Line, listed, read_line, read_lines
from vectorstore.questions import AnswerKind, analyse
from vectorstore.spelling import is_same
from vectorstore.text import PAST_FORMS, key_of

_TITLES = ACTORS | frozenset(
    listed("secretary general mr mrs ms dr sir lord lady senator governor colonel admiral prince")
)
# Names of several words that are no person's, even where no article stands before them.
_ORGANISATIONS = frozenset(
    listed("""
    united nations states kingdom emirates league union arabia korea africa zealand council
    assembly front movement alliance authority palace city
    """)
)
_ADJECTIVE_ENDINGS = ("ian", "ean", "an", "ish", "ese", "ic", "ch", "er", "i")
# Found beside the party that was asked about, a name is the other one, not a bystander.
_BESIDE = 3
_LOOKED_BACK = 2


@dataclass(frozen=True)
class Exchange:
    """One question, as it was searched, and what came of it."""

    question: str
    first_sentence: str = ""
    short_answer: str = ""
    texts: tuple[str, ...] = ()

    @classmethod
    def of(cls, answer: Answer) -> "Exchange":
        """Return what `answer` says and rests on; a refusal has only its question."""
        question = " ".join((answer.standalone_question or answer.question).split())
        sentences = [sentence.text for sentence in answer.sentences]
        cited = [part for c in answer.citations for part in (c.quote, c.title) if part]
        texts = tuple(dict.fromkeys([*sentences, *cited]))
        first = sentences[0] if sentences else ""
        return cls(question, first, answer.short_answer or "", texts)

    @cached_property
    def line(self) -> Line:
        """The question's words."""
        return read_line(self.question)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The question, the sentences and what they cite."""
        return (self.line, *(line for text in self.texts for line in read_lines(text)))

    @cached_property
    def phrases(self) -> tuple[Phrase, ...]:
        """The question's noun phrases in order."""
        return tuple(phrases(self.line))

    @cached_property
    def event(self) -> str | None:
        """The meeting that the question is about."""
        return next((phrase.said for phrase in self.phrases if phrase.head in EVENTS), None)

    @cached_property
    def thing(self) -> str | None:
        """What "it" may be: the event or another thing; never a person or a party."""
        singular = (
            p.said
            for p in self.phrases
            if not (p.is_plural or p.head in ACTORS or p.text[0].isdecimal())
            and (not p.is_name or p.text.startswith(("the ", "The ")))
        )
        return self.event or next(singular, None)

    @cached_property
    def group(self) -> str | None:
        """What "they" may be: several, or one party."""
        several = [p for p in self.phrases if p.is_plural and p.head not in EVENTS]
        asked = [p for p in several if p.is_asked]
        return next((p.said for p in (*asked, *self._party_phrases, *several)), None)

    @cached_property
    def party(self) -> str | None:
        """The party that the question is about, which is an "it" as well."""
        return next((p.said for p in self._party_phrases if not p.is_plural), None)

    @cached_property
    def _party_phrases(self) -> list[Phrase]:
        return [p for p in self.phrases if p.head in ACTORS or self._is_party_name(p)]

    def _is_party_name(self, phrase: Phrase) -> bool:
        people = self._people_of(self.line)
        return phrase.is_name and not phrase.is_placed and phrase.text not in people

    @cached_property
    def place(self) -> str | None:
        """Where it was, as "in Antalya"; a short answer if a place was asked for."""
        if self.short_answer and analyse(self.question).kind is AnswerKind.PLACE:
            has_link = self.short_answer[:1].islower()
            return self.short_answer if has_link else f"in {self.short_answer}"
        placed = (phrase for phrase in self.phrases if phrase.is_placed and phrase.is_name)
        return next((f"in {phrase.text}" for phrase in placed), None)

    @cached_property
    def people(self) -> tuple[str, ...]:
        """Who "he" or "she" may be, from the likeliest source that names anybody."""
        short, kind = read_line(self.short_answer), analyse(self.question).kind
        if kind is AnswerKind.PERSON and (found := capitalised(short)):
            return tuple(dict.fromkeys(surface(short, name) for name in found))
        answering = capitalised(short) if kind is AnswerKind.OTHER else []
        first = read_line(self.first_sentence)
        for line, found in ((short, answering), (self.line, names(self.line)), (first, None)):
            if people := self._people_of(line, found):
                return people
        # Nobody by any other sign: a name alone that is neither a place nor an adjective.
        return tuple(p.text for p in self.phrases if p.is_name and self._may_be_person(p))

    def _may_be_person(self, phrase: Phrase) -> bool:
        text = phrase.text
        forms = (word.text for line in self.lines for word in line.words if word.is_capital)
        has_adjective = any(form != text and are_same(form, text) for form in forms)
        return not (phrase.is_placed or " " in text or is_adjective(text) or has_adjective)

    def _people_of(self, line: Line, found: list[Name] | None = None) -> tuple[str, ...]:
        every = names(line) if found is None else found
        people = (surface(line, name) for name in every if self.is_person(line, name))
        return tuple(dict.fromkeys(people))

    @cached_property
    def _surnames(self) -> frozenset[str]:
        return frozenset(
            name.keys[-1]
            for line in self.lines
            for name in names(line)
            if len(name.keys) > 1 and _reads_as_person(line, name)
        )

    def is_person(self, line: Line, name: Name) -> bool:
        """Whether `name` is somebody's, as far as this exchange shows."""
        return _reads_as_person(line, name) or (
            len(name.keys) == 1 and name.keys[0] in self._surnames
        )

    def adjective(self, country: str) -> str | None:
        """Return the adjective of `country` if the exchange's texts have it."""
        words = (word.text for line in self.lines for word in line.words if word.is_capital)
        return next(
            (w for w in words if w != country and is_adjective(w) and are_same(w, country)), None
        )

    def other_party(self) -> str | None:
        """Return the party that is most spoken of, but for the one asked about.

        None where no party was asked about or no other stands out.
        """
        asked = next(self._parties(self.line, self._is_party), None)
        if asked is None:
            return None
        counts: Counter[str] = Counter()
        for line in self.lines:
            spoken_of = list(self._parties(line, self._acts))
            beside = any(are_same(name, asked) for name in spoken_of)
            for name in spoken_of:
                if not are_same(name, asked):
                    known = next((other for other in counts if are_same(name, other)), name)
                    counts[known] += _BESIDE if beside else 1
        ranked = counts.most_common(2)
        if not ranked or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
            return None
        return self.country(ranked[0][0])

    def country(self, name: str) -> str:
        """Return the form of `name` that is no adjective, if the texts have one."""
        forms = (surface(line, found) for line in self.lines for found in names(line))
        return next((f for f in forms if not is_adjective(f) and are_same(f, name)), name)

    def is_place(self, name: str) -> bool:
        """Whether the exchange has `name` only as where something is."""
        held = [
            (line, found)
            for line in self.lines
            for found in names(line)
            if are_same(surface(line, found), name)
        ]
        return bool(held) and all(is_placed(line, found) for line, found in held)

    def _parties(self, line: Line, is_party: Callable[[Line, Name], bool]) -> Iterator[str]:
        return (surface(line, name) for name in names(line) if is_party(line, name))

    def _is_party(self, line: Line, name: Name) -> bool:
        return not is_placed(line, name) and not self.is_person(line, name)

    def _acts(self, line: Line, name: Name) -> bool:
        """Whether `name` does something here, has something, or stands beside another."""
        if not self._is_party(line, name):
            return False
        after = key_at(line, name.last + 1)
        return (
            name.is_possessive
            or after in ACTORS | SAYING | AUXILIARIES | PAST_FORMS
            or "and" in (after, key_at(line, name.first - 1))
        )


def recent(earlier: Iterable[Answer]) -> list[Exchange]:
    """Return the last exchanges about the articles, the newest first; small talk is none."""
    asked = [a for a in earlier if a.refused or a.message is None]
    exchanges = (Exchange.of(answer) for answer in reversed(asked[-_LOOKED_BACK:]))
    return [exchange for exchange in exchanges if exchange.question]


def surface(line: Line, name: Name) -> str:
    """Return `name` as it is written, without a possessive ending."""
    text = line.surface(name.first, name.last)
    return text[:-2] if name.is_possessive else text


def is_adjective(word: str) -> bool:
    """Whether `word` ends as the adjectives of countries do."""
    return word.lower().endswith(_ADJECTIVE_ENDINGS)


def are_same(one: str, other: str) -> bool:
    """Whether two names are one country's, or one name in two spellings."""
    first, second = key_of(one), key_of(other)
    return is_same(first, second) or is_same(second, first)


def is_placed(line: Line, name: Name) -> bool:
    """Whether `name` is where something is."""
    return key_at(line, name.first - 1) in PLACING


def _reads_as_person(line: Line, name: Name) -> bool:
    before = key_at(line, name.first - 1)
    if before in _TITLES:
        return True
    several = len(name.keys) > 1 and _ORGANISATIONS.isdisjoint(name.keys)
    return several and before != "the" and not is_placed(line, name)
