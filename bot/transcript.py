"""Answers and conversations as text that leaves Parley: for a mail, and as a Markdown file.

Titles, articles, questions and answers are hostile data, and whoever opens the file may show
it with any Markdown program, HTML and automatic links switched on. So every string passes
`plain`, after which nothing in it is markup, and the only links are the sources' own.
Nothing here knows where conversations are kept.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, Protocol

from bot.answers import Answer, Citation, Disagreement, Sentence, Value
from bot.escaping import address, line, plain
from bot.scope import Scope
from bot.wording import DRAFT, MISSING, QUOTED, count, day, gaps, remarks

_NEAREST = "Nearest passages, which do not answer the question"
_REFUSAL = "The articles do not say."

# More names make a line that nobody reads.
_MOST_NAMED = 3
_LONGEST_NAME = 80


class Turn(Protocol):
    """A question with its answer as far as it has come, or with what went wrong."""

    @property
    def question(self) -> str:
        """The question, as it was typed."""
        ...

    @property
    def answer(self) -> Answer | None:
        """What has been answered so far."""
        ...

    @property
    def error(self) -> str | None:
        """What went wrong, in words for the reader."""
        ...

    @property
    def state(self) -> Literal["running", "done", "stopped"]:
        """Whether more is to come, and if not, whether the reader stopped it."""
        ...

    @property
    def scope(self) -> Scope:
        """The articles that the question was asked of."""
        ...


@dataclass(frozen=True, slots=True)
class _Style:
    """How strings become plain text or Markdown: `say` is the only road for given ones."""

    say: Callable[[str], str]
    strong: str
    line_break: str
    list_gap: str
    aside: str
    source: Callable[[Citation], str]


def answer_as_text(answer: Answer) -> str:
    """Return an answer, or a refusal, as plain text with its sources."""
    return "\n\n".join(_blocks(answer, _TEXT)) + "\n"


def as_markdown(
    title: str,
    turns: Iterable[Turn],
    exported_at: datetime,
    titles: Mapping[str, str] | None = None,
) -> str:
    """Return a conversation as Markdown.

    `exported_at` knows its time zone. `titles` are articles' titles by their ids, for what a
    question was asked of; those of cited articles are known without it.
    """
    turns = list(turns)
    answers = [turn.answer for turn in turns if turn.answer is not None]
    cited = (citation for answer in answers for citation in (*answer.citations, *answer.nearest))
    known = {each.article_id: each.title for each in cited if each.title} | dict(titles or {})
    at = exported_at.astimezone(UTC)
    when = f"{day(at.date().isoformat())}, {at:%H:%M} UTC"
    blocks = [f"# {plain(title) or 'Conversation'}", f"Exported from Parley on {when}."]
    for turn in turns:
        blocks.extend(_turn(turn, known))
    return "\n\n".join(blocks) + "\n"


def scope_in_words(scope: Scope, titles: Mapping[str, str]) -> tuple[str, ...]:
    """Return what a scope leaves, in short parts that have still to be escaped.

    `titles` are articles' titles by their ids; an article without one is only counted.
    """
    parts: list[str] = []
    if scope.articles:
        found = [titles[each] for each in scope.articles if titles.get(each)]
        parts.append(_counted("article", found, len(scope.articles)))
    if scope.publishers:
        names = list(map(_short, scope.publishers[:_MOST_NAMED]))
        others = len(scope.publishers) - len(names)
        names += [count(others, "other publisher")] if others else []
        parts.append(" or ".join(names))
    days = (("from", scope.since), ("to", scope.until), ("as of", scope.as_of))
    parts.extend(f"{word} {day(given)}" for word, given in days if given)
    return tuple(parts)


def _counted(noun: str, names: list[str], number: int) -> str:
    shown = list(map(_short, names[:_MOST_NAMED]))
    others = number - len(shown)
    if shown and others:
        shown.append(count(others, "other"))
    return count(number, noun) + (f": {'; '.join(shown)}" if shown else "")


def _short(name: str) -> str:
    name = line(name)
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 2].rstrip() + " …"


def _turn(turn: Turn, titles: Mapping[str, str]) -> Iterator[str]:
    yield f"## {plain(turn.question)}"
    answer = turn.answer
    if answer is not None and answer.standalone_question not in ("", turn.question):
        yield f"Understood as: {plain(answer.standalone_question)}"
    if turn.scope:
        yield f"Asked of: {' · '.join(map(plain, scope_in_words(turn.scope, titles)))}"
    if answer is not None:
        yield from _blocks(answer, _MARKDOWN)
    if turn.state == "running":
        yield "**Still being answered when this was exported.**"
    if turn.state == "stopped":
        yield "**Stopped.** The answer may be incomplete."
    if turn.error is not None:
        said = answer is not None and bool(answer.sentences)
        what = "The answer could not be finished" if said else "No answer"
        yield f"**{what}:** {plain(turn.error)}"


def _blocks(answer: Answer, style: _Style) -> Iterator[str]:
    """Yield an answer's parts, to be set apart by blank lines."""
    yield from _message(answer, style)
    yield from _sentences(answer.sentences, style)
    if missing := "; ".join(map(style.say, gaps(answer))):
        yield f"{MISSING}: {missing}"
    for found in answer.disagreements:
        yield _disagreement(found, style)
    for notice in remarks(answer):
        yield f"Note: {style.say(notice)}"
    if answer.quoted:
        yield f"{style.strong}{QUOTED}:{style.strong}"
        yield from _sentences(answer.quoted, style)
    yield from _draft(answer, style)
    yield from _sources("Sources", answer.citations, style)
    yield from _sources(_NEAREST, answer.nearest, style)


def _message(answer: Answer, style: _Style) -> Iterator[str]:
    return _paragraphs(answer.message or (_REFUSAL if answer.refused else ""), style)


def _draft(answer: Answer, style: _Style) -> Iterator[str]:
    """Yield what a model wrote and what is not the answer, set apart so that its end is seen."""
    paragraphs = list(_paragraphs(answer.draft or "", style))
    if paragraphs:
        yield f"{style.strong}{DRAFT}:{style.strong}"
        lines = "\n\n".join(paragraphs).split("\n")
        yield "\n".join(f"{style.aside}{row}".rstrip() for row in lines)


def _paragraphs(given: str, style: _Style) -> Iterator[str]:
    for paragraph in re.split(r"\n\s*\n", given):
        lines = filter(None, map(style.say, paragraph.splitlines()))
        if block := style.line_break.join(lines):
            yield block


def _sentences(sentences: Iterable[Sentence], style: _Style) -> Iterator[str]:
    if said := " ".join(_sentence(sentence, style) for sentence in sentences):
        yield said


def _sentence(sentence: Sentence, style: _Style) -> str:
    said = style.say(sentence.text) + _numbers(sentence.citations)
    if sentence.status == "verified":
        return said
    why = "; ".join(style.say(problem).removesuffix(".") for problem in sentence.problems)
    return f"{said} {style.strong}(unverified{': ' if why else ''}{why}){style.strong}"


def _numbers(citations: Iterable[int]) -> str:
    return "".join(f" [{n}]" for n in citations)


def _disagreement(found: Disagreement, style: _Style) -> str:
    values = "\n".join(f"- {_value(value, style)}" for value in found.values)
    about = f"{style.strong}The articles disagree:{style.strong} {style.say(found.about)}"
    return f"{about}{style.list_gap}{values}"


def _value(value: Value, style: _Style) -> str:
    newest = ", newest" if value.newest else ""
    published = style.say(day(value.published))
    return f"{style.say(value.value)} ({published}{newest}){_numbers(value.citations)}"


def _sources(label: str, citations: Iterable[Citation], style: _Style) -> Iterator[str]:
    rows = [style.source(citation) for citation in citations]
    if rows:
        label = f"{style.strong}{label}:{style.strong}"
        yield style.list_gap.join([label, *rows])


def _text_source(citation: Citation) -> str:
    return f"[{citation.n}] “{line(citation.quote)}” — {_about(citation, line, '{}')}"


def _markdown_source(citation: Citation) -> str:
    about = _about(citation, plain, "<{}>")
    return f"[{citation.n}] {about}\n\n> “{plain(citation.quote)}”"


def _about(citation: Citation, say: Callable[[str], str], link: str) -> str:
    described = (
        citation.title or "Untitled article",
        citation.publisher,
        day(citation.published),
    )
    parts = [say(part) for part in described if part]
    if found := address(citation.url):
        parts.append(link.format(found))
    return ", ".join(parts)


_TEXT = _Style(line, "", "\n", "\n", "    ", _text_source)
_MARKDOWN = _Style(plain, "**", "\\\n", "\n\n", "> ", _markdown_source)
