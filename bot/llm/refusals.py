"""Tells what a model answers from what it says of not answering.

The prompts ask for “NOT STATED”, alone or with what is missing behind a colon. Models also say
it in words of their own, which is told by patterns, for English; in another language such a
sentence is one like any other, and cites nothing.
"""

import re
from typing import Literal, NamedTuple

_STRICT = "not stated"
_EDGES = " \t\"“”„«»'‘’.*_!"
_GIVEN = re.compile(
    r"[\"“'‘]?not stated[\"”'’]?\s*(?::|[-–—]+(?=\s))\s*(.*)", re.IGNORECASE | re.DOTALL
)

_MATERIAL = (
    r"(?:passages?|articles?|texts?|excerpts?|snippets?|sources?|documents?|contexts?|materials?"
    r"|information|content|extracts?|data)"
)
_THESE = (
    rf"(?:(?:the|these|those|this|any|your|given|provided|supplied|available|above|cited|numbered"
    rf"|news|source|following|of|retrieved|\w+ed) ){{1,4}}{_MATERIAL}"
    r"(?: (?:provided|given|above|supplied|available|here|you (?:gave|provided|shared)))?"
)
_TELL = (
    r"(?:say|state|mention|contain|provide|give|specify|include|indicate|answer|address|name|tell"
    r"|report|describe|discuss|reveal|disclose|offer|cover|have|identify|explain|clarify|note"
    r"|support|refer|speak|hold|make|list|show|detail|allow|touch)"
)
_TOLD = (
    r"(?:said|stated|mentioned|contained|provided|given|specified|included|indicated|answered"
    r"|addressed|named|told|reported|described|discussed|revealed|disclosed|covered|identified"
    r"|explained|clear|available|known|found|present|possible to \w+)"
)
_NOT = r"(?:do not|does not|did not|don['’]t|doesn['’]t|didn['’]t|cannot|can['’]t|fails? to)"
_MISSING = (
    r"(?:information|mention|answer|indication|details?|evidence|reference|statement|data|record)"
)
_LEAD = (
    r"(?:(?:unfortunately|however|but|therefore|so|sorry"
    r"|(?:based on|from|in|according to|given)[^,]{1,80}),? )?"
)
_PLAIN = re.compile(
    rf"{_LEAD}(?:"
    # The passages do not say; say nothing; none of them says.
    rf"{_THESE} (?:\w+ly )?(?:{_NOT} (?:\w+ ){{0,2}}?{_TELL}\b"
    r"|(?:says?|contains?|gives?|makes?|ha(?:ve|s)|provides?|offers?|holds?|includes?)"
    r" no(?:thing)?\b"
    r"|(?:is|are) silent|lacks?\b)"
    rf"|(?:none|neither|nothing) (?:of|in) {_THESE} \w+"
    r"|no (?:passage|article|source|document) (?:\w+ly )?\w+s\b"
    # There is no information; no information is given there.
    r"|(?:there (?:is|are|was|were)|there['’]s|i (?:see|find|found|have))"
    rf" (?:no|not enough|insufficient|not any) (?:\w+ ){{0,3}}?{_MISSING}\b"
    rf"|(?:no|insufficient|not enough) (?:\w+ ){{0,3}}?{_MISSING}\b.{{0,160}}"
    r"\b(?:given|provided|found|available|stated|passages?|articles?|texts?|sources?|documents?)\b"
    # I am sorry; I cannot; as an AI.
    r"|(?:i['’]m|i am|we are|we['’]re|my) (?:very |so |truly )?"
    r"(?:sorry|unable|not able|apologies)\b"
    r"|(?:sorry|apologies),"
    r"|i (?:can['’]?t|cannot|can not|could not|couldn['’]t|won['’]t|will not|must decline"
    r"|do not|don['’]t|apologi[sz]e)\b"
    r"|as an (?:ai|artificial|llm|language)\b"
    # It cannot be told from the passages.
    r"|it (?:is|['’]s) (?:impossible|not possible|unclear|not clear)\b.{0,160}"
    r"\b(?:passages?|articles?|texts?|sources?|documents?|context|information)\b"
    r"|(?:this|the|your|that) question (?:cannot|can['’]t|is not|isn['’]t)\b"
    r")",
    re.IGNORECASE | re.DOTALL,
)
_NOT_THERE = re.compile(
    rf"(?:\bnot|n['’]t) (?:\w+ly )?{_TOLD} (?:\w+ )?(?:in|by|from|within) {_THESE}\b", re.IGNORECASE
)


class Declined(NamedTuple):
    """What a model says instead of an answer, and what is missing by its account.

    "refusal": that it finds no answer; "gap": what the passages do not say; "plain": one of
    the two, in words of its own.
    """

    kind: Literal["refusal", "gap", "plain"]
    text: str


def declined(sentence: str) -> Declined | None:
    """Return what a sentence without markers declines; None where it says something."""
    if sentence.strip(_EDGES).casefold() == _STRICT:
        return Declined("refusal", sentence)
    if given := _GIVEN.match(sentence):
        missing = given[1].strip()
        return Declined("gap", missing) if missing.strip(_EDGES) else Declined("refusal", sentence)
    if _PLAIN.match(sentence) or _NOT_THERE.search(sentence):
        return Declined("plain", sentence)
    return None


def begins_strictly(text: str) -> bool:
    """Whether `text` begins as the prompts ask for, or may yet do so when there is more of it."""
    said = text.lstrip(_EDGES).casefold()[: len(_STRICT)]
    return said != "" and _STRICT.startswith(said)
