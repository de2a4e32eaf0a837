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
    unless: str


class Phrase(_Form):
    """A phrase of saying that judges, and what is said of it."""

    plainer: str
    why: str


class _Doubt(_Form):
    patterns: list[str]
    unsourced: list[str]


class _Weasel(_Form):
    crowds: str
    quantity: str
    verbs: str
    patterns: list[str]


class _Speculation(_Form):
    patterns: list[str]
    modal: str


class _Editorial(_Form):
    patterns: list[str]
    advice: str
    rules: str


class _File(_Form):
    judging_verbs: dict[str, _Verb]
    judging_phrases: dict[str, Phrase]
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
    unsourced: re.Pattern[str]
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
        judged=_whole(*(f"({pattern})" for pattern in form.judging_phrases)),
        judging_phrases=tuple(form.judging_phrases.values()),
        doubt=_whole(*form.doubt_markers.patterns),
        unsourced=_whole(*form.doubt_markers.unsourced),
        crowds=frozenset(weasel.crowds.split("|")),
        crowd=_crowd(weasel),
        weasel=_whole(*weasel.patterns),
        guess=_whole(*form.speculation.patterns),
        modal=re.compile(rf"\b(?:may|might|[Cc]ould|Might) (?:{form.speculation.modal})\b"),
        voice=_whole(*voice.patterns),
        advice=_whole(voice.advice),
        rules=_whole(voice.rules),
    )


def _whole(*patterns: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w'’-])(?:{'|'.join(patterns)})(?![\w'’-])", re.IGNORECASE)


def _sayings(verbs: dict[str, _Verb]) -> list[tuple[str, Saying]]:
    found: list[tuple[str, Saying]] = []
    for base, verb in verbs.items():
        unless = re.compile(rf"\s+(?:{verb.unless})", re.IGNORECASE) if verb.unless else None
        # The bare form is a noun (“a claim”) or leave (“to claim”) more often than a report.
        forms = zip(inflections.verb(base), inflections.verb(verb.plainer), strict=True)
        found += [(form, Saying(plain, verb.why, unless)) for form, plain in [*forms][1:]]
    return found


def _crowd(form: _Weasel) -> re.Pattern[str]:
    """Return the pattern of a crowd that says something, at the start of a clause.

    “US officials” and “two analysts” are of a kind or a number: a reader learns more.
    """
    adverb = r"(?: (?:also|now|have|had|long|widely|often|privately|close to \w+))*"
    return re.compile(
        r"(?:^\W*|[,;:–—] |\b(?:and|but|while|as|that|what|although|though|when|because) )"
        rf"(?P<span>(?:(?:{form.quantity}) )?(?:{form.crowds}){adverb} (?:{form.verbs}))\b",
        re.IGNORECASE,
    )
