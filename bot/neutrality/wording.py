"""The patterns of the rules of wording, read from `wording.toml` and compiled once.

Each pattern is one alternation, so that a text is gone through once a rule. What is asked
beyond the pattern (whether a source stands in the sentence) is for the rules.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from pydantic import BaseModel, ConfigDict

from bot.neutrality import inflections


class _Form(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


class _Verb(_Form):
    plainer: str
    why: str
    unless: list[str]


class Phrase(_Form):
    """A phrase of saying that judges, and what is said of it."""

    pattern: str
    plainer: str
    why: str


class _Doubt(_Form):
    patterns: list[str]


class _Weasel(_Form):
    crowds: list[str]
    quantity: list[str]
    verbs: list[str]
    patterns: list[str]


class _Speculation(_Form):
    patterns: list[str]
    modal: list[str]


class _Editorial(_Form):
    patterns: list[str]
    advice: list[str]
    rules: list[str]


class _File(_Form):
    judging_verbs: dict[str, _Verb]
    judging_phrases: list[Phrase]
    doubt_markers: _Doubt
    weasel_sourcing: _Weasel
    speculation: _Speculation
    editorial_voice: _Editorial


@dataclass(frozen=True)
class Saying:
    """A form of a verb of saying that judges; `unless` matches what follows in another sense."""

    plainer: str
    why: str
    unless: re.Pattern[str] | None


@dataclass(frozen=True)
class Wording:
    """The compiled patterns; the groups of `judged` are `judging_phrases` in their order."""

    sayings: dict[str, Saying]
    judged: re.Pattern[str]
    judging_phrases: tuple[Phrase, ...]
    doubt: re.Pattern[str]
    crowds: frozenset[str]
    crowd: re.Pattern[str]
    weasel: re.Pattern[str]
    guess: re.Pattern[str]
    modal: re.Pattern[str]
    voice: re.Pattern[str]
    advice: re.Pattern[str]
    rules: re.Pattern[str]


@cache
def wording() -> Wording:
    """Return the patterns; pydantic.ValidationError if the file is not well formed."""
    text = (resources.files("bot.neutrality") / "wording.toml").read_text("utf-8")
    form = _File.model_validate(tomllib.loads(text))
    weasel, voice = form.weasel_sourcing, form.editorial_voice
    return Wording(
        sayings=dict(_sayings(form.judging_verbs)),
        judged=_whole(*(f"({each.pattern})" for each in form.judging_phrases)),
        judging_phrases=tuple(form.judging_phrases),
        doubt=_whole(*form.doubt_markers.patterns),
        crowds=frozenset(weasel.crowds),
        crowd=_crowd(weasel),
        weasel=_whole(*weasel.patterns),
        guess=_whole(*form.speculation.patterns),
        modal=_modal(form.speculation.modal),
        voice=_whole(*voice.patterns),
        advice=_whole(*voice.advice),
        rules=_whole(*voice.rules),
    )


def _whole(*patterns: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w'’-])(?:{'|'.join(patterns)})(?![\w'’-])", re.IGNORECASE)


def _modal(verbs: list[str]) -> re.Pattern[str]:
    """Return the pattern of a modal verb with one of `verbs`; “May” is a month or a name."""
    return re.compile(rf"\b(?:may|[Mm]ight|[Cc]ould) (?:{'|'.join(verbs)})\b")


def _sayings(verbs: dict[str, _Verb]) -> list[tuple[str, Saying]]:
    found: list[tuple[str, Saying]] = []
    for base, verb in verbs.items():
        senses = "|".join(verb.unless)
        unless = re.compile(rf"\s+(?:{senses})", re.IGNORECASE) if senses else None
        # The bare form is a noun (“a claim”) or leave (“to claim”) more often than a report.
        forms = zip(inflections.verb(base), inflections.verb(verb.plainer), strict=True)
        found += [(form, Saying(plain, verb.why, unless)) for form, plain in [*forms][1:]]
    return found


def _crowd(form: _Weasel) -> re.Pattern[str]:
    """Return the pattern of a crowd that says something, at the start of a clause.

    “US officials” and “two analysts” are of a kind or a number: a reader learns more.
    """
    adverb = r"(?: (?:also|now|have|had|long|widely|often|privately|close to \w+))*"
    quantity, crowds, verbs = map("|".join, (form.quantity, form.crowds, form.verbs))
    return re.compile(
        r"(?:^\W*|[,;:–—] |\b(?:and|but|while|as|that|what|although|though|when|because) )"
        rf"(?P<span>(?:(?:{quantity}) )?(?:{crowds}){adverb} (?:{verbs}))\b",
        re.IGNORECASE,
    )
