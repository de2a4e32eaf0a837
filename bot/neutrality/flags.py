"""What the rules of neutral wording find, as plain values."""

from dataclasses import dataclass, field
from typing import Literal

ClaimStatus = Literal["party", "outlet", "unnamed", "document"]
"""Whose word a sentence gives: a named party's, the outlet's own, a source's without a name,
or an official document's."""


@dataclass(frozen=True, slots=True)
class Flag:
    """Words `span` of sentence `sentence` that a rule flags; `start` is where they stand in it.

    `note` says why, for the reader, and names a plainer word where there is one.
    """

    rule: str
    span: str
    sentence: int
    note: str
    start: int = 0


@dataclass(frozen=True, slots=True)
class Neutrality:
    """What the rules of neutral wording find; a flag is no verdict. Shares are in 0..1.

    `quotes_by_party` is each party's share of the words in quotation marks.
    """

    flags: tuple[Flag, ...] = ()
    share_by_party: dict[str, float] = field(default_factory=dict[str, float])
    share_by_publisher: dict[str, float] = field(default_factory=dict[str, float])
    quotes_by_party: dict[str, float] = field(default_factory=dict[str, float])
