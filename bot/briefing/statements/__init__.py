"""Finds who says what in an article, by pattern, with the words as they stand.

What someone says, demands, offers, denies, agrees to or warns of is a statement. Its words
are a stretch of the article, verbatim; the speaker is given in the fullest form that the
article has, and is None where the article names none: “officials said”, or a pronoun that
may be anyone's. A quotation that goes on keeps its speaker. English only. Nothing here
knows whether what is said is so.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from bot.antecedents import past_dateline
from bot.briefing.statements.attribution import Attribution, mask
from bot.briefing.statements.clauses import attributions
from bot.briefing.statements.nouns import Phrase
from bot.briefing.statements.people import People
from bot.briefing.statements.speakers import Speaker, may_stand_for, only_speaker
from bot.briefing.statements.subjects import first_subject
from bot.briefing.statements.told import day_told
from bot.engine import Evidence, Line, Statement
from bot.grounding.quotes import quotations
from vectorstore.documents import Article

Range = tuple[int, int]

_FEWEST_QUOTED = 3  # words
_FEWEST_CARRIED = 4  # words: fewer are a term in marks, and nothing goes on from it
_LONGEST_QUOTE = 2_000  # characters; a mark that nothing closes quotes the whole paragraph
_LABEL = re.compile(r"(?:\d{1,2} [A-Z][a-z]+|[A-Z][a-z]+ \d{1,2})(?:,? \d{4})?: ")
_TRIM_AHEAD = re.compile(r"[\s,;:.…—–-]*(?:(?:that|and|but),?\s+(?=\S))?", re.IGNORECASE)
_TRIM_BEHIND = re.compile(r"(?:[\s,;:—–-]|(?<=\s)[\"“]|(?<!\.\w)\.)*$")
_ANOTHER = re.compile(r"[;,]? ?(?:but|while|whereas|and|though|although) [^.]{0,20}?[A-Z]")
_MARKS = "\"“”„«»‘’' \x01"
_WORDS = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence with its quotations, in places of the article, and its attributions."""

    line: Line
    quotes: tuple[Range, ...]
    found: tuple[Attribution, ...]


def find_statements(lines: Sequence[Line]) -> list[Statement]:
    """Return who says what in one article; `lines` are its sentences, in order.

    Statements are in the order in which they stand. A statement whose speaker is None is
    someone's word all the same.
    """
    if not lines:
        return []
    article = lines[0].article
    reader = _Reader(article)
    found: list[Statement] = []
    for place, paragraph in groupby(lines, key=lambda line: paragraph_at(article.text, line.start)):
        found += reader.paragraph(place, list(paragraph))
    return found


def paragraph_at(text: str, place: int) -> Range:
    """Return the range of the line of `text` in which `place` lies."""
    start = text.rfind("\n", 0, place) + 1
    end = text.find("\n", place)
    return start, end if end >= 0 else len(text)


def quotations_in(text: str, start: int, end: int) -> list[Range]:
    """Return the ranges inside quotation marks in `[start, end)` of `text`, none if they cross."""
    found = [(start + a, start + b) for a, b in quotations(text[start:end])]
    return [] if any(_crosses(text, a, b) for a, b in found) else found


def _crosses(text: str, start: int, end: int) -> bool:
    """Say whether what is taken for a quotation is what stands between two."""
    return text[start : start + 1].isspace() or end - start > _LONGEST_QUOTE


class _Reader:
    """Reads the paragraphs of one article, in order."""

    def __init__(self, article: Article) -> None:
        self._article = article
        self._text = article.text
        self._people = People([article.text, article.title or ""])
        # Whose quotation the paragraph before ended within.
        self._open: Speaker | None = None

    def paragraph(self, place: Range, lines: Sequence[Line]) -> Iterator[Statement]:
        """Yield the statements of one paragraph."""
        quotes = quotations_in(self._text, *place)
        sentences = [self._sentence(line, quotes) for line in lines]
        before = self._open if self._text[place[0] : place[0] + 1] in ('"', "“", "«") else None
        speakers: list[Speaker] = []
        for number, sentence in enumerate(sentences):
            if sentence.found:
                speakers = []
                for each in sentence.found:
                    speaker = self._speaker(each, sentence, before, speakers)
                    speakers.append(speaker)
                    yield from self._statements(each, speaker, sentence)
                before = None if self._names_another(sentence) else only_speaker(speakers)
                continue
            carried = self._carrier(sentences, number, before)
            if carried is not None:
                yield from self._carried(sentence, carried)
                before = carried
            else:
                after = sentences[number + 1 : number + 2]
                before = self._subject(sentence, after[0]) if after else None
        closed = not quotes or quotes[-1][1] < place[1]
        self._open = None if closed else before

    def _sentence(self, line: Line, quotes: Sequence[Range]) -> _Sentence:
        text = self._text[line.start : line.end]
        local = [
            (max(a, line.start) - line.start, min(b, line.end) - line.start)
            for a, b in (quotes or quotations_in(self._text, line.start, line.end))
            if a < line.end and b > line.start
        ]
        own = tuple((line.start + a, line.start + b) for a, b in local)
        return _Sentence(line, own, tuple(attributions(text, local)))

    def _speaker(
        self,
        found: Attribution,
        sentence: _Sentence,
        before: Speaker | None,
        here: Sequence[Speaker],
    ) -> Speaker:
        """Return whose words an attribution gives."""
        who = found.who
        quoted = any(
            sentence.line.start + a < end and sentence.line.start + b > start
            for a, b in found.content
            for start, end in sentence.quotes
            if self._words((start, end)) >= _FEWEST_CARRIED
        )
        if who is None:
            return Speaker(None, "unnamed", found.verb, quoted)
        if who.kind == "pronoun":
            known = only_speaker(here) or before
            if known is None or not may_stand_for(who.pronoun, known):
                return Speaker(None, "pronoun", found.verb, quoted)
            return Speaker(known.name, known.kind, found.verb, quoted)
        name = None if who.kind == "outlet" else self._full(who)
        return Speaker(name, who.kind, found.verb, quoted)

    def _full(self, who: Phrase | None) -> str | None:
        return self._people.full(who.name) if who and who.name else None

    def _statements(
        self, found: Attribution, speaker: Speaker, sentence: _Sentence
    ) -> Iterator[Statement]:
        line = sentence.line
        outlet = found.who if found.who and found.who.kind == "outlet" else None
        to = self._people.full(found.to) if found.to else None
        pieces = (
            self._text[line.start + a : line.start + b] for a, b in _told(found, line, self._text)
        )
        date = day_told(pieces, self._article.published)
        via = self._full(found.via or outlet)
        if via == speaker.name:
            via = None

        def statement(span: Range, quoted: bool) -> Statement:
            evidence = Evidence(self._article, *span)
            text = self._text[slice(*span)]
            return Statement(speaker.name, to, via, found.verb, text, quoted, date, evidence)

        spans = [self._trimmed(line, each, sentence.quotes) for each in found.content]
        best = max(spans, key=lambda span: self._words(span[0]), default=None)
        if best is None or self._words(best[0]) < 1:
            return
        yield statement(*best)
        if not best[1]:
            for start, end in sentence.quotes:
                inside = best[0][0] <= start and end <= best[0][1] + 1
                span = self._inner((start, end))
                if inside and self._words(span) >= _FEWEST_QUOTED:
                    yield statement(span, True)

    def _trimmed(self, line: Line, content: Range, quotes: Sequence[Range]) -> tuple[Range, bool]:
        """Return a content's words without what belongs to the attribution, and if quoted."""
        start, end = line.start + content[0], line.start + content[1]
        if content[0] == 0:
            start = past_dateline(self._text, line.start, line.end)
            if label := _LABEL.match(self._text, start, end):
                start = label.end()
        # “Said that that is so”: the second one is said.
        is_clause = self._text.endswith("that ", line.start, start)
        ahead = None if is_clause else _TRIM_AHEAD.match(self._text, start, end)
        start = ahead.end() if ahead else start
        behind = _TRIM_BEHIND.search(self._text[start:end])
        end = start + behind.start() if behind else end
        bare = self._text[start:end].strip(_MARKS)
        inner = self._text.find(bare, start) if bare else start
        for a, b in quotes:
            if bare and a <= inner and inner + len(bare) <= b:
                return self._inner((max(a, start), min(b, max(end, inner + len(bare) + 1)))), True
        return (start, end), False

    def _inner(self, span: Range) -> Range:
        """Return what is quoted without the comma that the sentence put there."""
        text = self._text[slice(*span)]
        start = span[0] + len(text) - len(text.lstrip(_MARKS))
        return start, max(start, span[0] + len(text.rstrip(' ,;"“”«»')))

    def _words(self, span: Range) -> int:
        return len(_WORDS.findall(self._text[slice(*span)]))

    def _carrier(
        self, sentences: Sequence[_Sentence], number: int, before: Speaker | None
    ) -> Speaker | None:
        """Return whose quotation a sentence without attribution is."""
        sentence = sentences[number]
        if not sentence.quotes:
            return None
        if not self._is_all_quoted(sentence):
            return None
        later = self._later(sentences, number)
        return later or (before if before is not None and before.is_quote else None)

    def _later(self, sentences: Sequence[_Sentence], number: int) -> Speaker | None:
        """Return who is named only behind a quotation of several sentences."""
        end = sentences[number].quotes[-1][1]
        for following in sentences[number + 1 :]:
            goes_on = end >= sentences[number].line.end and following.quotes
            if not goes_on or following.quotes[0][0] > following.line.start:
                return None
            if following.found:
                found = following.found[0]
                if found.form != "behind" or found.who is None or found.who.kind == "pronoun":
                    return None
                return Speaker(self._full(found.who), found.who.kind, found.verb, True)
            end = following.quotes[-1][1]
            number += 1
        return None

    def _is_all_quoted(self, sentence: _Sentence) -> bool:
        local = [(a - sentence.line.start, b - sentence.line.start) for a, b in sentence.quotes]
        text = self._text[sentence.line.start : sentence.line.end]
        return not _WORDS.search(mask(text, local))

    def _carried(self, sentence: _Sentence, speaker: Speaker) -> Iterator[Statement]:
        span = self._inner((sentence.quotes[0][0], sentence.quotes[-1][1]))
        if self._words(span) >= _FEWEST_QUOTED:
            text = self._text[slice(*span)]
            evidence = Evidence(self._article, *span)
            yield Statement(speaker.name, None, None, speaker.verb, text, True, None, evidence)

    def _names_another(self, sentence: _Sentence) -> bool:
        """Say whether another clause, of someone else, stands behind all that is said."""
        last = max(end for each in sentence.found for end in (each.end, *_ends(each)))
        rest = self._text[sentence.line.start + last : sentence.line.end]
        return _ANOTHER.match(rest) is not None

    def _subject(self, sentence: _Sentence, following: _Sentence) -> Speaker | None:
        """Return whom a sentence that says nothing is about, if the next one has a pronoun."""
        line = sentence.line
        if not any(each.who and each.who.kind == "pronoun" for each in following.found):
            return None
        who = first_subject(self._text[line.start : line.end])
        if who is None or who.kind not in ("person", "body"):
            return None
        return Speaker(self._full(who), who.kind)


def _ends(found: Attribution) -> Iterator[int]:
    return (end for _, end in found.content)


def _told(found: Attribution, line: Line, text: str) -> Iterator[Range]:
    """Yield where a sentence may say when something was said."""
    yield from found.told
    start = paragraph_at(text, line.start)[0]
    if label := _LABEL.match(text, start, line.end):
        yield start - line.start, label.end() - line.start
