"""The built-in engine: answers by quoting, with no model, no key and no network.

It quotes the sentence that the retriever ranks first, and the next where it ranks almost
as high; the same sentence in several articles is quoted once and cites them all. It
refuses when nothing found is evidence. It writes nothing of its own, so whatever it says
stands in an article.
"""

from collections.abc import Iterator, Sequence

from bot.engine import Draft, Evidence
from bot.short_answers import mark
from vectorstore.documents import ScoredSentence
from vectorstore.questions import Asked, analyse, counted_alike
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
        asked = analyse(question)
        sentences = _of_what_is_counted(asked, found.sentences)
        groups: dict[str, list[ScoredSentence]] = {}
        for sentence in sentences:
            groups.setdefault(" ".join(tokens(sentence.text)), []).append(sentence)
        for same in list(groups.values())[:_MOST_SENTENCES]:
            if same[0].score < _ALMOST_AS_LIKELY * sentences[0].score:
                break
            evidence = (Evidence(each.article, each.start, each.end) for each in same)
            text = " ".join(same[0].text.split())
            # Only the first sentence is sure enough to answer in a word.
            marked = mark(asked, text) if same[0] is sentences[0] else None
            yield Draft(text, tuple(evidence), marked)


def _of_what_is_counted(
    asked: Asked, sentences: Sequence[ScoredSentence]
) -> Sequence[ScoredSentence]:
    """Drop what speaks of the first round where the third is asked for.

    If that is the best that was found, only a sentence about the third will do; and where
    nothing found speaks of a third, not even a headline, nothing does.
    """
    alike = [counted_alike(asked, sentence.text) for sentence in sentences]
    titled = (counted_alike(asked, sentence.article.title or "") for sentence in sentences)
    if asked.counts_beyond_first and True not in alike and True not in titled:
        return []
    if alike and alike[0] is False:
        return [each for each, same in zip(sentences, alike, strict=True) if same]
    return [each for each, same in zip(sentences, alike, strict=True) if same is not False]
