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
from bot.short_answers import mark
from bot.summary import summarise
from vectorstore.documents import ScoredSentence
from vectorstore.questions import analyse
from vectorstore.retriever import ENOUGH, Retrieval

# Only a first sentence this likely to be the right one is sure enough to answer in a word.
_SURE_ENOUGH = 0.5


class ExtractiveEngine:
    """Quotes the sentences that answer; see `bot.engine.Engine`."""

    name = "extractive"
    model = None
    host = None

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
            told.append(quoted[0])
            text = " ".join(quoted[0].article.text[quoted[0].start : quoted[0].end].split())
            sure = number == 0 and sum(each.score for each in same) >= _SURE_ENOUGH
            yield Draft(text, tuple(quoted), mark(asked, text) if sure else None)

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


def _holds(one: Evidence, other: Evidence) -> bool:
    same = one.article.id == other.article.id
    return same and one.start <= other.start and other.end <= one.end


def _quoted(sentence: ScoredSentence) -> Evidence:
    start = start_with_antecedent(sentence.article, sentence.start, sentence.end)
    return Evidence(sentence.article, start, sentence.end)
