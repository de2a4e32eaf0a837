"""The conversation as HTML: pure functions from values to markup that cannot act.

Every string that comes from an article, a question or an engine passes `markup.text`;
the rest is written here. The source panel is in `source`.
"""

import re
from collections.abc import Iterable

from bot.answers import Answer, Citation, Disagreement, Sentence, Value
from bot.service import Overview
from bot.ui.markup import Place, count, day, isolated, text
from bot.ui.talk import Turn, Turns

_ENGINES = {"extractive": "quoting, no model"}
_SNIPPET = 240


def header(overview: Overview) -> str:
    """Render the line at the top: name, engine, and how much is in the library."""
    return (
        '<div class="p-head"><h1 class="p-name">Parley</h1><p class="p-facts">'
        f"{text(engine(overview))} · {count(overview.articles, 'article')}</p></div>"
    )


def engine(overview: Overview) -> str:
    """Name what answers, in words."""
    return _ENGINES.get(overview.engine) or overview.model or overview.engine


def conversation(turns: Turns) -> str:
    """Render all turns.

    The outer element is there without any: screen readers only read out what comes into
    a live region that they knew before.
    """
    busy = bool(turns) and turns[-1].state == "running"
    return (
        '<div class="p-log" role="log" aria-live="polite" aria-label="Conversation" '
        f'aria-busy="{"true" if busy else "false"}">{"".join(map(_turn, turns))}</div>'
    )


def welcome(overview: Overview) -> str:
    """Render what a reader sees before the first question."""
    if not overview.articles:
        return (
            '<section class="p-welcome"><h2>There are no articles yet</h2>'
            "<p>Parley answers only from articles that you give it. Put some in, then "
            "reload this page:</p><pre><code>parley ingest FILE</code></pre></section>"
        )
    held = f"<strong>{count(overview.articles, 'article')}</strong>"
    if overview.samples:
        held += f", {count(overview.samples, 'sample')} among them"
    return (
        '<section class="p-welcome"><h2>Ask the articles</h2>'
        "<p>Every sentence of an answer cites the passage that says it. Where the articles "
        f'do not say, neither does Parley.</p><p class="p-held">In the library: {held}</p>'
        f"{_examples(overview.examples)}</section>"
    )


def _examples(questions: Iterable[str]) -> str:
    buttons = "".join(
        f'<li><button type="button" class="p-example" data-ask="{text(question)}">'
        f"{isolated(question)}</button></li>"
        for question in questions
    )
    return f'<h3>Try one of these</h3><ul class="p-examples">{buttons}</ul>' if buttons else ""


def _turn(turn: Turn) -> str:
    parts = [f'<h2 class="p-question" dir="auto">{text(turn.question)}</h2>']
    if turn.answer is not None:
        parts.append(_standalone(turn))
        parts.append(_answered(turn.answer, running=turn.state == "running"))
    said = turn.answer is not None and bool(turn.answer.sentences)
    if turn.state == "running":
        parts.append(
            f'<p class="p-wait" data-busy><span aria-hidden="true"></span>'
            f"{'Still answering …' if said else 'Looking through the articles …'}</p>"
        )
    if turn.state == "stopped":
        parts.append('<p class="p-note p-stopped">Stopped. The answer may be incomplete.</p>')
    if turn.error is not None:
        what = "The answer could not be finished" if said else "No answer: something went wrong"
        parts.append(_error(what, turn.error))
    if turn.error is not None or turn.state == "stopped":
        parts.append(
            '<p><button type="button" class="p-again" '
            f'data-ask="{text(turn.question)}">Ask again</button></p>'
        )
    return f'<article class="p-turn" aria-label="Question and answer">{"".join(parts)}</article>'


def _answered(whole: Answer, *, running: bool) -> str:
    if whole.refused:
        return refusal(whole)
    # While sentences still come, what stands below them would jump with each.
    return _sentences(whole) if running else answer(whole)


def _error(what: str, message: str) -> str:
    return (
        f'<div class="p-card p-error" role="alert"><p class="p-kicker">{what}</p>'
        f'<p dir="auto">{text(message)}</p></div>'
    )


def _standalone(turn: Turn) -> str:
    asked = turn.answer.standalone_question if turn.answer else ""
    if not asked or asked == turn.question:
        return ""
    return f'<p class="p-note">Understood as: {isolated(asked)}</p>'


def answer(whole: Answer) -> str:
    """Render an answer: its sentences with their citations, and what else is to be said."""
    cited = {citation.n: citation for citation in whole.citations}
    notices = list(whole.notices)
    if whole.incomplete:
        notices.insert(0, "The answer ended before it was whole.")
    parts = [
        _message(whole),
        _sentences(whole),
        "".join(_disagreement(found, cited) for found in whole.disagreements),
        _notices(notices),
        _sources(whole.citations),
    ]
    return "".join(parts)


def _message(whole: Answer) -> str:
    """Render what Parley says of itself: a greeting, what it can do, what a list is of."""
    paragraphs = re.split(r"\n\s*\n", whole.message or "")
    rows = "".join(f'<p dir="auto">{text(each)}</p>' for each in paragraphs if each.strip())
    return f'<div class="p-said">{rows}</div>' if rows else ""


def _sentences(whole: Answer) -> str:
    cited = {citation.n: citation for citation in whole.citations}
    sentences = " ".join(_sentence(sentence, cited) for sentence in whole.sentences)
    return f'<div class="p-answer" dir="auto">{sentences}</div>' if sentences else ""


def refusal(whole: Answer) -> str:
    """Render a refusal: that the articles do not say, and what comes nearest."""
    message = text(whole.message or "The articles do not say.")
    return (
        '<div class="p-card p-refusal"><p class="p-kicker">Not in these articles</p>'
        f'<p dir="auto">{message}</p></div>{_notices(whole.notices)}{_nearest(whole.nearest)}'
    )


def _sentence(sentence: Sentence, cited: dict[int, Citation]) -> str:
    links = "".join(f" {_link(n, cited.get(n))}" for n in sentence.citations)
    body = f"<bdi>{_bold(sentence)}</bdi>{links}"
    if sentence.status == "verified":
        return f'<span class="p-sentence">{body}</span>'
    problems = "".join(f"<li>{isolated(problem)}</li>" for problem in sentence.problems)
    why = f'<ul class="p-problems" aria-label="Why unverified">{problems}</ul>' if problems else ""
    return (
        f'<div class="p-sentence p-unverified"><strong class="p-flag">Unverified</strong> '
        f"{body}{why}</div>"
    )


def _bold(sentence: Sentence) -> str:
    if sentence.short_answer is None:
        return text(sentence.text)
    start, end = sentence.short_answer
    before, marked, after = sentence.text[:start], sentence.text[start:end], sentence.text[end:]
    return f"{text(before)}<strong>{text(marked)}</strong>{text(after)}"


def _href(citation: Citation) -> str:
    place = Place(citation.article_id, citation.version, citation.start, citation.end)
    return text(place.link)


def _about(citation: Citation) -> str:
    return f"{citation.publisher or 'publisher not given'}, {day(citation.published)}"


def _link(n: int, citation: Citation | None) -> str:
    # While an answer streams, a number can come before its citation.
    if citation is None:
        return f'<span class="p-cite">[{n}]</span>'
    about = text(_about(citation))
    tip = text(f"{_about(citation)}\n{_snippet(citation.quote)}")
    return (
        f'<a class="p-cite" href="{_href(citation)}" data-tip="{tip}" '
        f'aria-label="[{n}] source: {about}">[{n}]</a>'
    )


def _sources(citations: Iterable[Citation]) -> str:
    """List each article once, with all numbers that lead into it."""
    by_article: dict[tuple[str, int], list[Citation]] = {}
    for citation in citations:
        by_article.setdefault((citation.article_id, citation.version), []).append(citation)
    rows = "".join(
        f'<li><span class="p-numbers">{" ".join(_link(one.n, one) for one in cited)}</span>'
        f'<a class="p-source" href="{_href(cited[0])}">{_entry(cited[0])}</a></li>'
        for cited in by_article.values()
    )
    return f'<section class="p-sources"><h3>Sources</h3><ul>{rows}</ul></section>' if rows else ""


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
        f'<span class="p-about">{isolated(_about(citation))}</span></span>'
    )


def _snippet(quote: str) -> str:
    quote = " ".join(quote.split())
    if len(quote) <= _SNIPPET:
        return quote
    return quote[:_SNIPPET].rsplit(" ", 1)[0] + " …"


def _notices(notices: Iterable[str]) -> str:
    rows = "".join(f"<li>{isolated(notice)}</li>" for notice in notices)
    return f'<ul class="p-notices" aria-label="Notes">{rows}</ul>' if rows else ""


def _disagreement(found: Disagreement, cited: dict[int, Citation]) -> str:
    rows = "".join(_value(value, cited) for value in found.values)
    return (
        '<section class="p-card p-disagree"><p class="p-kicker">The articles disagree</p>'
        f"<p>{isolated(found.about)}</p><ul>{rows}</ul></section>"
    )


def _value(value: Value, cited: dict[int, Citation]) -> str:
    links = "".join(f" {_link(n, cited.get(n))}" for n in value.citations)
    newest = ' <span class="p-tag">newest</span>' if value.newest else ""
    return (
        f'<li><strong>{isolated(value.value)}</strong> <span class="p-about">'
        f"{text(day(value.published))}</span>{newest}{links}</li>"
    )
