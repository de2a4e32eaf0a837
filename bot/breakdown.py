"""Figures by what a question asks for: a person, a time, a number.

The kinds are those of `vectorstore.questions`. A kind's figures are computed as those of the
whole set are, over its questions alone, with the intervals that so few questions give.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from bot.metrics import Figures, measure
from vectorstore.questions import analyse

FEW = 10
"""A figure over fewer questions than this is marked as such."""


class Asked(Protocol):
    """A row that knows its question."""

    @property
    def question(self) -> str:
        """What was asked."""
        ...


Row = TypeVar("Row", bound=Asked)


def by_kind(
    rows: Sequence[Row], figures: Callable[[Sequence[Row]], Figures]
) -> dict[str, dict[str, Any]]:
    """Return the figures of each kind of question, the commonest first.

    `few` names those of a kind's metrics that are over fewer than `FEW` questions.
    """
    kinds: dict[str, list[Row]] = {}
    for row in rows:
        kinds.setdefault(analyse(row.question).kind.value, []).append(row)
    broken_down: dict[str, dict[str, Any]] = {}
    for kind in sorted(kinds, key=lambda each: (-len(kinds[each]), each)):
        found = figures(kinds[kind])
        metrics = measure(found)
        broken_down[kind] = {
            "questions": len(kinds[kind]),
            "metrics": metrics,
            "few": [name for name in metrics if found[name].items < FEW],
        }
    return broken_down
