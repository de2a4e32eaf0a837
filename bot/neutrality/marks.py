"""What a rule marks in one sentence, before it becomes a flag of a text."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mark:
    """The range that a rule flags in a sentence, and why."""

    rule: str
    start: int
    end: int
    note: str


def instead(why: str, plainer: str | None) -> str:
    """Return a note: why a word is flagged, and the plainer word if there is one.

    An empty one means that the word can be left out.
    """
    if plainer is None:
        return f"{why}."
    return f"{why}; plainer: “{plainer}”." if plainer else f"{why}; it can be left out."
