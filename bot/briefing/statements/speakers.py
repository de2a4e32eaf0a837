"""Whom a sentence is by, as far as the sentence behind it may lean on it.

“He” and “it” stand for the speaker before them only where that is the one who fits. Who a
speaker is otherwise is not known here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

_SAID = "said"


@dataclass(frozen=True, slots=True)
class Speaker:
    """Whom a sentence is by, as far as the next sentence may lean on it."""

    name: str | None
    kind: str
    verb: str = _SAID
    is_quote: bool = False


def only_speaker(speakers: Sequence[Speaker]) -> Speaker | None:
    """Return the one speaker of a sentence, None if there are several or none is named."""
    names = {speaker.name for speaker in speakers}
    return speakers[-1] if len(names) == 1 and None not in names else None


def may_stand_for(pronoun: str, speaker: Speaker) -> bool:
    """Say whether a pronoun may stand for a speaker: “it” for no person, “he” for no body."""
    name = speaker.name or ""
    if pronoun in ("he", "she"):
        return speaker.kind == "person" and " and " not in name
    if pronoun == "it":
        return " and " not in name
    return speaker.kind != "person" or " and " in name
