"""The neutrality report of a briefing as the appendix of its Markdown.

It says which words are flagged, and never that anything is biased. Nothing here knows the
rules that flag.
"""

from collections.abc import Iterator

from bot.briefing.export.tables import percent, table
from bot.briefing.parts import Briefing
from bot.escaping import line, plain
from bot.neutrality.flags import Flag
from bot.wording import count

HEADING = "Appendix: neutrality report"
FLAGGED = "Flagged words"
BY_PUBLISHER = "Share of the cited sentences by publisher"
BY_PARTY = "Share of words and of quoted words by party"

_AROUND = 30  # characters on each side of what is flagged
_LONGEST = 60  # characters of what is flagged; a whole sentence may be
_NOTHING = "No words flagged."


def neutrality_appendix(briefing: Briefing) -> Iterator[str]:
    """Yield the report's blocks."""
    found = briefing.neutrality
    yield f"## {HEADING}"
    yield f"### {FLAGGED}"
    if found.flags:
        yield (
            f"{count(len(found.flags), 'flag')} by rule. A flag points at words to weigh; "
            "it is no verdict on them."
        )
        rows = [
            [plain(flag.rule), plain(_short(flag.span)), _place(briefing, flag), plain(flag.note)]
            for flag in sorted(found.flags, key=lambda each: (each.rule, each.sentence))
        ]
        yield table(["Rule", "Words", "In sentence", "Note"], rows)
    else:
        yield _NOTHING
    yield from _by_party(briefing)
    if found.share_by_publisher:
        yield f"### {BY_PUBLISHER}"
        rows = [
            [plain(name or "publisher unknown"), percent(share)]
            for name, share in found.share_by_publisher.items()
        ]
        yield table(["Publisher", "Share"], rows)


def _by_party(briefing: Briefing) -> Iterator[str]:
    words = briefing.neutrality.share_by_party
    quotes = briefing.neutrality.quotes_by_party
    if not words and not quotes:
        return
    yield f"### {BY_PARTY}"
    rows = [
        [
            plain(party),
            *(percent(each[party]) if party in each else "–" for each in (words, quotes)),
        ]
        for party in dict.fromkeys((*words, *quotes))
    ]
    yield table(["Party", "Words", "Quoted words"], rows)


def _place(briefing: Briefing, flag: Flag) -> str:
    """Return the sentence's number with the words around those flagged."""
    number = str(flag.sentence + 1)
    if not 0 <= flag.sentence < len(briefing.sentences):
        return number
    text = briefing.sentences[flag.sentence].text
    end = flag.start + len(flag.span)
    if text[flag.start : end] != flag.span or len(flag.span) > _LONGEST:
        return number
    before = line(text[: flag.start])[-_AROUND:].partition(" ") if flag.start > _AROUND else None
    ahead = f"… {before[2]}" if before else line(text[: flag.start])
    behind = line(text[end:])
    if len(behind) > _AROUND:
        behind = f"{behind[:_AROUND].rpartition(' ')[0]} …"
    return f"{number}: {plain(' '.join(filter(None, (ahead, flag.span, behind))))}"


def _short(span: str) -> str:
    said = line(span)
    return said if len(said) <= _LONGEST else f"{said[:_LONGEST].rpartition(' ')[0]} …"
