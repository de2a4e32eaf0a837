"""The built-in engine: answers by quoting, with no model, no key and no network.

It quotes the sentence that the retriever ranks first, and the next where it ranks almost
as high; the same sentence in several articles is quoted once and cites them all. It
refuses when nothing found is evidence. It writes nothing of its own, so whatever it says
stands in an article.
"""

from collections.abc import Iterator

from bot.engine import Draft, Evidence
from vectorstore.documents import ScoredSentence
from vectorstore.retriever import Retrieval
from vectorstore.text import content_stems, tokens

# A second sentence is quoted if it scores this share of the first: at .9 a fifth of
# SQuAD's answers get one, and it holds the answer where the first does not in a third.
_ALMOST_AS_GOOD = 0.9
_MOST_SENTENCES = 2

# Evidence is the mean of the best sentence's cosine and the share of the question's words
# in its passage and title; see `confidence`.
_ENOUGH = 0.5


class ExtractiveEngine:
    """Quotes the sentences that answer; see `bot.engine.Engine`."""

    name = "extractive"
    model = None

    def answer(self, question: str, found: Retrieval) -> Iterator[Draft]:
        """Yield the sentences that answer, verbatim, or none."""
        if confidence(question, found) < _ENOUGH:
            return
        groups: dict[str, list[ScoredSentence]] = {}
        for sentence in found.sentences:
            groups.setdefault(" ".join(tokens(sentence.text)), []).append(sentence)
        best = found.sentences[0].score
        for same in list(groups.values())[:_MOST_SENTENCES]:
            if same[0].score < _ALMOST_AS_GOOD * best:
                break
            evidence = (Evidence(each.article, each.start, each.end) for each in same)
            yield Draft(" ".join(same[0].text.split()), tuple(evidence))


def confidence(question: str, found: Retrieval) -> float:
    """Return how strongly what was found bears on the question, in about 0..1.

    The mean of the best cosine among the first sentences and the share of the question's
    content words that stand in the first sentence's passage or its article's title.
    """
    if not found.sentences:
        return 0.0
    first = found.sentences[0]
    passage = next((p for p in found.passages if p.id == first.passage_id), None)
    held = set(content_stems(passage.text if passage else first.text))
    held.update(content_stems(first.article.title or ""))
    asked = set(content_stems(question))
    covered = len(asked & held) / len(asked) if asked else 0.0
    return (max(sentence.cosine for sentence in found.sentences[:5]) + covered) / 2
