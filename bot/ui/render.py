"""An answer as HTML: pure functions from values to markup that cannot act.

Every string that comes from an article, a question or an engine passes `markup.text`;
the rest is written here. What stands around an answer is in `turns`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from bot.answers import Answer, Citation, Disagreement, Sentence, Value
from bot.ui.markup import Place, direction, icon, isolated, text
from bot.wording import DRAFT, MISSING, QUOTED, day, gaps, origins, remarks

_SNIPPET = 240

Copies = Mapping[str, str]
"""For an article that is a copy of another, the other's id."""


def answer(whole: Answer, copies: Copies) -> str:
    """Render an answer: its sentences with their citations, and what else is to be said."""
    cited = _cited(whole)
    told = bool(whole.sentences or whole.quoted)
    parts = [
        _message(whole),
        _said(whole.sentences, cited),
        _missing(whole),
        "".join(disagreement(found, cited) for found in whole.disagreements),
        notices(remarks(whole)),
        _quoted(whole, cited),
        draft(whole.draft),
        sources(whole.citations, copies, told=told),
    ]
    return "".join(parts)


def so_far(whole: Answer) -> str:
    """Render what has come of an answer: its sentences, and the beginning of the next one.

    That is marked as not checked, and nothing but its text changes while it is written.
    """
    pending = " ".join(whole.pending.split())
    if not pending:
        return _said(whole.sentences, _cited(whole))
    written = (
        '<span class="p-pending"><span class="p-unseen">Not checked yet: </span>'
        f'<bdi dir="auto" data-live>{text(pending)}</bdi></span>'
    )
    return _said(whole.sentences, _cited(whole), written, pending)


def refusal(whole: Answer) -> str:
    """Render a refusal: that the articles do not say, and what comes nearest."""
    message = text(whole.message or "The articles do not say.")
    kicker = "Not in these articles" if whole.nearest else "No answer"
    return (
        f'<div class="p-card p-refusal"><p class="p-kicker">{kicker}</p>'
        f'<p dir="auto">{message}</p></div>{_missing(whole)}{notices(remarks(whole))}'
        f"{draft(whole.draft)}{_nearest(whole.nearest)}"
    )


def _cited(whole: Answer) -> dict[int, Citation]:
    return {citation.n: citation for citation in whole.citations}


def _message(whole: Answer) -> str:
    """Render what Parley says of itself: a greeting, what it can do, what a list is of."""
    rows = _paragraphs(whole.message or "")
    return f'<div class="p-said">{rows}</div>' if rows else ""


def _paragraphs(said: str) -> str:
    paragraphs = re.split(r"\n\s*\n", said)
    return "".join(f'<p dir="auto">{text(each)}</p>' for each in paragraphs if each.strip())


def _said(
    sentences: Sequence[Sentence], cited: dict[int, Citation], after: str = "", words: str = ""
) -> str:
    """Render sentences, and `after` them what says `words`, with all citations that are there."""
    parts = [sentence(each, cited) for each in sentences]
    whole = " ".join([*parts, after] if after else parts)
    way = direction(" ".join([*(each.text for each in sentences), words]))
    return f'<div class="p-answer" dir="{way}">{whole}</div>' if whole else ""


def _missing(whole: Answer) -> str:
    return missing(gaps(whole))


def missing(said: Iterable[str]) -> str:
    """Render what the articles do not say by a model's account."""
    found = "; ".join(map(isolated, said))
    return f'<p class="p-note p-missing">{MISSING}: {found}</p>' if found else ""


def _quoted(whole: Answer, cited: dict[int, Citation]) -> str:
    said = _said(whole.quoted, cited)
    return f'<section class="p-quoted"><h3>{QUOTED}</h3>{said}</section>' if said else ""


def draft(written: str | None) -> str:
    """Render what a model wrote and grounding turned down, folded away."""
    rows = _paragraphs(written or "")
    return f'<details class="p-draft"><summary>{DRAFT}</summary>{rows}</details>' if rows else ""


def sentence(one: Sentence, cited: Mapping[int, Citation], after: str = "") -> str:
    """Render a sentence with its citations, and `after` them what else is to be told of it."""
    links = "".join(f" {cite_link(n, cited.get(n))}" for n in one.citations)
    body = f"<bdi>{_bold(one)}</bdi>{links}{after}"
    if one.status == "verified":
        return f'<span class="p-sentence">{body}</span>'
    problems = "".join(f"<li>{isolated(problem)}</li>" for problem in one.problems)
    why = f'<ul class="p-problems" aria-label="Why unverified">{problems}</ul>' if problems else ""
    return (
        f'<div class="p-sentence p-unverified"><strong class="p-flag">{icon("warn")}Unverified'
        f"</strong> {body}{why}</div>"
    )


def _bold(sentence: Sentence) -> str:
    if sentence.short_answer is None:
        return text(sentence.text)
    start, end = sentence.short_answer
    before, marked, after = sentence.text[:start], sentence.text[start:end], sentence.text[end:]
    return f"{text(before)}<strong>{text(marked)}</strong>{text(after)}"


def place_of(citation: Citation) -> Place:
    """Return where a citation leads."""
    return Place(citation.article_id, citation.version, citation.start, citation.end)


def _href(citation: Citation) -> str:
    return text(place_of(citation).link)


def _about(citation: Citation) -> str:
    return f"{citation.publisher or 'publisher not given'}, {day(citation.published)}"


def about(citation: Citation) -> str:
    """Render outlet and day, each by itself: an outlet's right-to-left name turns no date."""
    outlet = isolated(citation.publisher or "publisher not given")
    return f"{outlet}, {isolated(day(citation.published))}"


def cite_link(n: int, citation: Citation | None) -> str:
    """Render a citation's number as the way to its passage."""
    # While an answer streams, a number can come before its citation.
    if citation is None:
        return f'<span class="p-cite">[{n}]</span>'
    about = text(_about(citation))
    tip = text(f"{_about(citation)}\n{_snippet(citation.quote)}")
    return (
        f'<a class="p-cite" href="{_href(citation)}" data-tip="{tip}" '
        f'aria-label="[{n}] source: {about}">[{n}]</a>'
    )


def sources(citations: Iterable[Citation], copies: Copies, *, told: bool) -> str:
    """List each story once, with all numbers that lead into it and all outlets that ran it.

    `told`: whether sentences rest on them, or they are what was asked for themselves.
    """
    by_origin: dict[str, list[Citation]] = {}
    for citation in citations:
        origin = copies.get(citation.article_id, citation.article_id)
        by_origin.setdefault(origin, []).append(citation)
    rows = "".join(map(_story, by_origin.values()))
    head = "Sources" if told else "Articles"
    return f'<section class="p-sources"><h3>{head}</h3><ul>{rows}</ul></section>' if rows else ""


def _story(cited: Sequence[Citation]) -> str:
    first = cited[0]
    others = {each.article_id: each for each in reversed(cited)}
    del others[first.article_id]
    outlets = [first.publisher, *(each.publisher for each in others.values())]
    same = ", ".join(
        f'<a class="p-copy" href="{_href(other)}">{about(other)}</a>' for other in others.values()
    )
    also = f'<p class="p-about">{origins(outlets)}: the same story is in {same}</p>' if same else ""
    return (
        f'<li><span class="p-numbers">{" ".join(cite_link(one.n, one) for one in cited)}</span>'
        f'<div><a class="p-source" href="{_href(first)}">{_entry(first)}</a>{also}</div></li>'
    )


def _nearest(citations: Iterable[Citation]) -> str:
    rows = "".join(
        f'<li><a class="p-source" href="{_href(citation)}">{_entry(citation)}'
        f'<span class="p-snippet" dir="auto">{text(_snippet(citation.quote))}</span></a></li>'
        for citation in citations
    )
    if not rows:
        return ""
    return (
        '<section class="p-sources p-nearest"><h3>Nearest passages, which do not answer the '
        f"question</h3><ul>{rows}</ul></section>"
    )


def _entry(citation: Citation) -> str:
    title = isolated(citation.title or "Untitled article")
    return (
        f'<span class="p-entry"><span class="p-title">{title}</span> '
        f'<span class="p-about">{about(citation)}</span></span>'
    )


def _snippet(quote: str) -> str:
    quote = " ".join(quote.split())
    if len(quote) <= _SNIPPET:
        return quote
    return quote[:_SNIPPET].rsplit(" ", 1)[0] + " …"


def notices(said: Iterable[str]) -> str:
    """Render what is to be noted besides."""
    rows = "".join(f"<li>{isolated(notice)}</li>" for notice in said)
    return f'<ul class="p-notices" aria-label="Notes">{rows}</ul>' if rows else ""


def disagreement(found: Disagreement, cited: Mapping[int, Citation]) -> str:
    """Render what the articles disagree about, and each value they give."""
    rows = "".join(_value(value, cited) for value in found.values)
    return (
        '<section class="p-card p-disagree"><p class="p-kicker">The articles disagree</p>'
        f"<p>{isolated(found.about)}</p><ul>{rows}</ul></section>"
    )


def _value(value: Value, cited: Mapping[int, Citation]) -> str:
    links = "".join(f" {cite_link(n, cited.get(n))}" for n in value.citations)
    outlets = dict.fromkeys(cited[n].publisher for n in value.citations if n in cited)
    by = "".join(f"{isolated(outlet)}, " for outlet in outlets if outlet)
    newest = ' <span class="p-tag">newest</span>' if value.newest else ""
    return (
        f'<li><strong>{isolated(value.value)}</strong> <span class="p-about">'
        f"{by}{text(day(value.published))}</span>{newest}{links}</li>"
    )
