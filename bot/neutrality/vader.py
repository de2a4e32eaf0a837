"""The words of VADER's lexicon, and how dense they stand outside quotations.

Hutto and Gilbert, "VADER: A Parsimonious Rule-based Model for Sentiment Analysis of Social
Media Text" (ICWSM 2014); its lexicon is MIT-licensed and comes with the package. Only the
list is used: a word's mean rating from -4 to 4, by people who saw it by itself.
"""

from functools import cache
from importlib import resources

from bot.grounding.quotes import without_quotations
from vectorstore.text import tokens


@cache
def ratings() -> dict[str, float]:
    """Return each word's mean rating; entries of several words and emoticons are left out."""
    text = (resources.files("vaderSentiment") / "vader_lexicon.txt").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line.strip())
    return {word: float(mean) for word, mean, *_ in rows if word.isalpha()}


def density(text: str) -> float:
    """Return the share of the words outside quotations that VADER's lexicon holds, in 0..1."""
    words = tokens(without_quotations(text))
    rated = ratings()
    return sum(word in rated for word in words) / len(words) if words else 0.0


def strongest(text: str) -> float:
    """Return how far from 0 the strongest word outside quotations is rated, in 0..4."""
    rated = ratings()
    return max((abs(rated.get(word, 0.0)) for word in tokens(without_quotations(text))), default=0)
