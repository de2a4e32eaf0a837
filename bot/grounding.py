"""The check that every sentence passes before it is shown: is it in what it cites?

Numbers, names and quoted words of a sentence must stand in the passages that it cites,
compared through the one normaliser; a sentence without a citation is never verified. The
check is the same whichever engine wrote the sentence, and knows nothing of engines.
"""

import re
from collections.abc import Sequence

from bot.answers import Citation, Sentence
from vectorstore.text import tokens

_NUMBER = re.compile(r"(?<!\w)\d+(?:[.,:]\d+)*(?!\w)")
_NAME = re.compile(r"(?<![.!?…]\s)(?<!^)\b[^\W\d_a-z][\w'’-]+")
_QUOTED = re.compile(r"[\"“«„]([^\"“”«»„]{3,}?)[\"”»“]")


def ground(text: str, cited: Sequence[Citation]) -> Sentence:
    """Return `text` as a sentence, verified if its citations carry it, else with why not."""
    numbers = tuple(citation.n for citation in cited)
    if any(text in " ".join(citation.quote.split()) for citation in cited):
        return Sentence(text, numbers)  # word for word
    if not cited:
        return Sentence(text, (), "unverified", ("it cites no passage",))
    evidence = " ".join(citation.quote for citation in cited)
    problems = (
        *_missing("number", _NUMBER.findall(text), evidence),
        *_missing("name", _NAME.findall(text), evidence),
        *_missing("quotation", _QUOTED.findall(text), evidence),
    )
    return Sentence(text, numbers, "unverified" if problems else "verified", problems)


def _missing(what: str, claimed: Sequence[str], evidence: str) -> tuple[str, ...]:
    held = f" {' '.join(tokens(evidence))} "
    return tuple(
        f"the {what} “{item}” is not in the cited passage"
        for item in dict.fromkeys(claimed)
        if tokens(item) and f" {' '.join(tokens(item))} " not in held
    )
