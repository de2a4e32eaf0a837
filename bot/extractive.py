"""The built-in engine: answers by quoting, with no model, no key and no network.

It quotes the sentences that the retriever ranks first; the same sentence in several
articles is quoted once and cites them all, and one that begins with "He" brings along the
sentence before. It refuses when nothing found is evidence. It writes nothing of its own,
so whatever it says stands in an article.
"""

from collections.abc import Iterator, Sequence

from bot.answers import Answer
from bot.antecedents import start_with_antecedent
from bot.engine import Draft, Evidence
from bot.followups import standalone
from bot.selection import choose
from bot.short_answers import mark
from vectorstore.documents import ScoredSentence
from vectorstore.questions import analyse
from vectorstore.retriever import ENOUGH, Retrieval


class ExtractiveEngine:
    """Quotes the sentences that answer; see `bot.engine.Engine`."""

    name = "extractive"
    model = None

    def condense(self, question: str, earlier: Sequence[Answer]) -> str:
        """Make a follow-up standalone by rule."""
        return standalone(question, earlier)

    def answer(self, question: str, found: Retrieval) -> Iterator[Draft]:
        """Yield the sentences that answer, verbatim, or none."""
        if found.evidence < ENOUGH:
            return
        asked = analyse(question)
        for number, same in enumerate(choose(asked, found.sentences)):
            quoted = [_quoted(sentence) for sentence in same]
            text = " ".join(quoted[0].article.text[quoted[0].start : quoted[0].end].split())
            # Only the first sentence is sure enough to answer in a word.
            marked = mark(asked, text) if number == 0 else None
            yield Draft(text, tuple(quoted), marked)


def _quoted(sentence: ScoredSentence) -> Evidence:
    start = start_with_antecedent(sentence.article, sentence.start, sentence.end)
    return Evidence(sentence.article, start, sentence.end)
