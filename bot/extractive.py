"""The built-in engine: answers by quoting, with no model, no key and no network.

It quotes the sentences that the retriever ranks first; the same sentence in several
articles is quoted once and cites them all, and one that begins with "He" brings along the
sentence before. It refuses when nothing found is evidence. It writes nothing of its own,
so whatever it says stands in an article.
"""

from collections.abc import Iterator, Sequence

from bot.answers import Answer
from bot.antecedents import start_with_antecedent
from bot.briefing.statements import find_statements
from bot.engine import Draft, Evidence, Line, Selected, Standalone, Statement
from bot.followups import standalone
from bot.selection import choose
from bot.short_answers import Range, mark, settle
from bot.summary import summarise
from vectorstore.documents import ScoredSentence
from vectorstore.questions import Asked, analyse
from vectorstore.retriever import ENOUGH, Retrieval

# Only a first sentence this likely to be the right one is sure enough to answer in a word by rule.
_SURE_ENOUGH = 0.5
# How likely it must be that the sentence is right and the reader's words in it are: so much is
# said of 18 % of SQuAD's answers, which have then a mean F1 of .80 on articles it has not seen.
SURE = 0.35


class ExtractiveEngine:
    """Quotes the sentences that answer; see `bot.engine.Engine`.

    `sure` (0..1) is how likely a reader's words must be right for them to be marked.
    """

    name = "extractive"
    model = None
    host = None

    def __init__(self, sure: float = SURE) -> None:
        self._sure = sure

    def condense(self, question: str, earlier: Sequence[Answer]) -> Standalone:
        """Make a follow-up standalone by rule."""
        return Standalone(standalone(question, earlier))

    def answer(self, question: str, found: Retrieval) -> Iterator[Draft]:
        """Yield the sentences that answer, verbatim, or none."""
        if found.evidence < ENOUGH:
            return
        asked = analyse(question)
        told: list[Evidence] = []
        for number, same in enumerate(choose(asked, found.sentences)):
            quoted = [_quoted(sentence) for sentence in same]
            # A sentence may have come along already, with the one after it.
            if any(_holds(earlier, quoted[0]) for earlier in told):
                continue
            # So may the one before, which it leans on.
            if any(_holds(quoted[0], earlier) for earlier in told):
                quoted = [Evidence(each.article, each.start, each.end) for each in same]
            told.append(quoted[0])
            text = " ".join(quoted[0].article.text[quoted[0].start : quoted[0].end].split())
            short = self._short_answer(asked, text, quoted[0], same) if number == 0 else None
            yield Draft(text, tuple(quoted), short)

    def _short_answer(
        self, asked: Asked, text: str, quoted: Evidence, same: Sequence[ScoredSentence]
    ) -> Range | None:
        """Return the range in `text`, which is what is quoted, that answers by itself.

        By rule, which is more often right where it says anything, or as a reader is sure of it.
        """
        best = same[0]
        likely = sum(each.score for each in same)
        if likely >= _SURE_ENOUGH and (found := mark(asked, text)):
            return found
        if best.marked is None or best.certainty * likely < self._sure:
            return None
        place = _in_one_line(quoted, *best.marked)
        return settle(asked, text, place) if place else None

    def summarise(
        self, articles: Sequence[Sequence[Line]], sentences: int | None = None
    ) -> Iterator[Draft]:
        """Yield the sentences that sum up the articles, verbatim, or none."""
        yield from summarise(articles, sentences)

    def brief(
        self, selected: Selected, topic: str | None, words: int, as_of: str
    ) -> Iterator[Draft]:
        """Yield the sentences that were selected: they are as many as fit."""
        yield from selected.drafts

    def statements(self, articles: Sequence[Sequence[Line]]) -> Iterator[Statement]:
        """Yield who says what, by patterns."""
        for lines in articles:
            yield from find_statements(lines)


def _in_one_line(quoted: Evidence, start: int, end: int) -> Range | None:
    """Return where `[start, end)` of the article stands in what is quoted, put in one line."""
    if start < quoted.start:  # in an agency's dateline, which is not quoted
        return None
    before = quoted.article.text[quoted.start : start]
    words = " ".join([*before.split(), ""] if before[-1:].isspace() else before.split())
    told = " ".join(quoted.article.text[start:end].split())
    return len(words), len(words) + len(told)


def _holds(one: Evidence, other: Evidence) -> bool:
    same = one.article.id == other.article.id
    return same and one.start <= other.start and other.end <= one.end


def _quoted(sentence: ScoredSentence) -> Evidence:
    start = start_with_antecedent(sentence.article, sentence.start, sentence.end)
    return Evidence(sentence.article, start, sentence.end)
