"""The built-in engine: answers by quoting, with no model, no key and no network.

It quotes the sentence that the retriever ranks first, and the next where it ranks almost
as high; the same sentence in several articles is quoted once and cites them all. It
refuses when nothing found is evidence. It writes nothing of its own, so whatever it says
stands in an article.
"""

from collections.abc import Iterator

from bot.engine import Draft, Evidence
from bot.short_answers import mark
from vectorstore.documents import ScoredSentence
from vectorstore.questions import analyse
from vectorstore.retriever import Retrieval
from vectorstore.text import tokens

# A second sentence is quoted if it is this likely to answer, compared with the first.
_ALMOST_AS_LIKELY = 0.7
_MOST_SENTENCES = 2

# Evidence at which 95 % of the questions about an article at hand are answered and 9 % of
# those about an absent one: both on articles that the weights had not seen, as printed by
# `vectorstore/models/train_ranker.py`.
ENOUGH = 0.25


class ExtractiveEngine:
    """Quotes the sentences that answer; see `bot.engine.Engine`."""

    name = "extractive"
    model = None

    def answer(self, question: str, found: Retrieval) -> Iterator[Draft]:
        """Yield the sentences that answer, verbatim, or none."""
        if found.evidence < ENOUGH:
            return
        groups: dict[str, list[ScoredSentence]] = {}
        for sentence in found.sentences:
            groups.setdefault(" ".join(tokens(sentence.text)), []).append(sentence)
        best = found.sentences[0].score
        asked = analyse(question)
        for same in list(groups.values())[:_MOST_SENTENCES]:
            if same[0].score < _ALMOST_AS_LIKELY * best:
                break
            evidence = (Evidence(each.article, each.start, each.end) for each in same)
            text = " ".join(same[0].text.split())
            # Only the first sentence is sure enough to answer in a word.
            marked = mark(asked, text) if same[0] is found.sentences[0] else None
            yield Draft(text, tuple(evidence), marked)
