"""Orders the sentences found for a question by how likely each is to answer it.

A linear model over features of the best candidates, trained listwise (softmax over the
candidates of a question, Cao et al. 2007), and a logistic one on the winner's features
that says whether anything found is evidence at all. Similarity alone is none: it barely
tells a question that only looks answerable from one that is. With a reader (see `reader`) the
best are read besides, and what it says of them counts in both models, which then have other
weights. The weights stand, readable, in `models/ranker.json`, beside the script that makes
them. Nothing here knows the library or the index.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from vectorstore.features import FEATURES, TYPED, Floats, Idf, Search, features
from vectorstore.offers import offered, states
from vectorstore.questions import AnswerKind, Asked
from vectorstore.reader import Reader

WEIGHTS_FILE = Path(__file__).parent / "models" / "ranker.json"

# What the winner looks like, and how far it stands out.
EVIDENCE = (
    "highest_cosine",
    "best_cosine",
    "passage_cosine",
    "covered_passage",
    "covered_context",
    "missing_names",
    "missing_numbers",
    "unknown_names",  # the question's names that its whole article lacks
    "unknown_numbers",
    "lacks_kind",
    "searched",  # the logarithm of how many sentences: among many, one lies near by chance
    "probability",
    "logit",
    "bm25_context",
)
# With a reader fewer do better, since what the others know it knows, too: on unseen articles .654
# of the answerable come before the unanswerable, .638 with all of the others besides.
READ_EVIDENCE = (
    "highest_cosine",
    "best_cosine",
    "passage_cosine",
    "missing_names",
    "missing_numbers",
    "unknown_names",
    "unknown_numbers",
    "lacks_kind",
    "searched",
    "margin",  # the reader's of the winner,
    "highest_margin",  # and of any
)

# So many of the best by the linear model are read, 5 ms a sentence: with 8, 12 or 20 the right one
# comes first in .748, .747 and .749 of SQuAD's questions, and among three in .895, .896 and .898.
_READ = 12

# What an answer of these kinds cannot do without; of dates and places, too much can be one.
_NEEDED = (AnswerKind.PERSON, AnswerKind.NUMBER, AnswerKind.DURATION)
# Half of the names unknown to the article: so in 1 % of SQuAD's questions with an answer, and
# in 50 % of those whose article is absent.
_UNKNOWN = 0.5
# Logits. What lacks the kind is judged only if all that is nearly as likely lacks it, too.
_LACKS_NEEDED = -3.0
_PASSED_OVER = -1.0
_STUB = -1.5  # a headline is about a fifth as likely to answer as a sentence


@dataclass(frozen=True, slots=True)
class Readings:
    """What a reader makes of the candidates, (candidates,) each; see `reader.Reading`.

    A candidate that was not read has the least margin of those that were, and no certainty.
    """

    margins: Floats
    certainties: Floats
    spans: Sequence[tuple[int, int] | None]


@dataclass(frozen=True, slots=True)
class Ranking:
    """Candidates judged: `logits` (candidates,); `evidence` (0..1), that the best answers.

    `readings` is what a reader made of them, if one was asked.
    """

    logits: Floats
    evidence: float
    readings: Readings | None = None

    @property
    def probabilities(self) -> Floats:
        """How likely each candidate is to be the one that answers; they sum to 1."""
        return softmax(self.logits) if len(self.logits) else self.logits


@dataclass(frozen=True, slots=True)
class Weights:
    """The two models: (features,) for ranking, (evidence,) and a bias for evidence.

    `margin` is what a reader's margin weighs in the ranking. Evidence with a reader has the
    features `READ_EVIDENCE`.
    """

    ranking: Floats
    evidence: Floats
    bias: float
    margin: float = 0.0


@lru_cache
def load_weights(read: bool = False, file: Path = WEIGHTS_FILE) -> Weights:
    """Read the trained weights; `read`: those for use with a reader."""
    stored = json.loads(file.read_text(encoding="utf-8"))
    stored, seen = (stored["with_reader"], READ_EVIDENCE) if read else (stored, EVIDENCE)
    return Weights(
        np.array([stored["ranking"][name] for name in FEATURES]),
        np.array([stored["evidence"][name] for name in seen]),
        float(stored["evidence"]["bias"]),
        float(stored.get("margin", 0.0)),
    )


def rank(
    search: Search, idf: Idf, reader: Reader | None = None, file: Path = WEIGHTS_FILE
) -> Ranking:
    """Return how likely each candidate is to answer, and whether the best is evidence."""
    if not search.candidates:
        return Ranking(np.zeros(0), 0.0)
    rows = features(search, idf)
    readings = read_best(search, rows, reader, file) if reader else None
    weights = load_weights(readings is not None, file)
    logits = rows @ weights.ranking + stubs(search)
    if readings:
        logits = logits + weights.margin * readings.margins
    best = likeliest(search, logits)
    seen = evidence_features(search, rows, logits, best, readings)
    sure = float(seen @ weights.evidence) + weights.bias + doubt(search, logits, best)
    return Ranking(logits, logistic(sure), readings)


def read_best(search: Search, rows: Floats, reader: Reader, file: Path = WEIGHTS_FILE) -> Readings:
    """Have the best candidates read, by the linear model without a reader; there must be one.

    Those are the same however a reader is weighed, so that its weight can be fitted.
    """
    linear = rows @ load_weights(False, file).ranking + stubs(search)
    best: list[int] = np.argsort(-linear, kind="stable")[:_READ].tolist()
    read = reader.read(search.asked.text, [search.candidates[place].surrounded for place in best])
    margins = np.full(len(rows), min(each.margin for each in read), np.float64)
    certainties = np.zeros(len(rows))
    margins[best] = [each.margin for each in read]
    certainties[best] = [each.certainty for each in read]
    spans = dict(zip(best, (each.span for each in read), strict=True))
    return Readings(margins, certainties, [spans.get(place) for place in range(len(rows))])


def doubt(search: Search, logits: Floats, place: int) -> float:
    """Return what to add to the logit of the evidence of the candidate at `place`.

    Rules, since the texts that the weights are made from hardly know such questions: it
    cannot answer, however alike, if its article lacks half of the question's names or it has
    nothing of a kind that an answer cannot do without; and it is doubtful if one that is
    more alike was passed over for that.
    """
    if search.lacking(place)[0] >= _UNKNOWN:
        return -math.inf
    if _lacks_needed(search.asked, search.candidates[place].text):
        return -math.inf
    return _PASSED_OVER if place != int(np.argmax(logits)) else 0.0


def likeliest(search: Search, logits: Floats) -> int:
    """Return the place of the best candidate that is not hopeless by its kind, if one is not."""
    lacks = [_lacks_needed(search.asked, each.text) for each in search.candidates]
    return int(np.argmax(np.where(lacks, logits + _LACKS_NEEDED, logits)))


def stubs(search: Search) -> Floats:
    """Return (candidates,): what to add to the logits of headlines that offer nothing.

    A rule and no feature: the texts that the weights are made from have no headlines.
    """
    asked = search.asked
    typed = asked.kind in TYPED
    found = [
        not states(each.text) and not (typed and offered(asked, each.text) == 1)
        for each in search.candidates
    ]
    return np.where(found, _STUB, 0.0)


def _lacks_needed(asked: Asked, text: str) -> bool:
    return asked.kind in _NEEDED and not offered(asked, text)


def logistic(logit: float) -> float:
    """Return the probability, 0..1."""
    return 0.0 if logit == -math.inf else 1 / (1 + math.exp(-logit))


def softmax(logits: Floats) -> Floats:
    """Return the probabilities, (candidates,)."""
    odds = np.exp(logits - logits.max())
    return odds / odds.sum()


def evidence_features(
    search: Search, rows: Floats, logits: Floats, best: int, readings: Readings | None = None
) -> Floats:
    """Return (evidence,) of the candidate at `best`, one of (candidates, features)."""
    named: dict[str, float] = dict(zip(FEATURES, rows[best].tolist(), strict=True))
    named["highest_cosine"] = float(rows[:, FEATURES.index("cosine")].max())
    named["unknown_names"], named["unknown_numbers"] = search.lacking(best)
    named["searched"] = math.log(max(1, search.searched))
    named["probability"] = float(softmax(logits)[best])
    named["logit"] = float(logits[best])
    if readings is None:
        return np.array([named[name] for name in EVIDENCE])
    named["margin"] = float(readings.margins[best])
    named["highest_margin"] = float(readings.margins.max())
    return np.array([named[name] for name in READ_EVIDENCE])
