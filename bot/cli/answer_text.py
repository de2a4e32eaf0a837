"""An answer in a terminal: as text, and while it comes.

What a model or an article says is shown and never obeyed: no escape sequence of theirs reaches
a terminal, and no word of theirs is markup. Nothing here knows how an answer is asked for.
"""

import sys
from collections import deque
from collections.abc import Iterator
from contextlib import closing

import click
from rich.console import Console
from rich.live import Live
from rich.text import Text

from bot.answers import Answer, Citation, Disagreement, Sentence
from bot.cli.common import console
from bot.run import closable
from bot.wording import DRAFT, MISSING, QUOTED, credit, gaps, remarks
from vectorstore.text import clean_unicode


def as_text(answer: Answer) -> str:
    """Return an answer as it is printed, with its sources."""
    parts: list[str] = []
    if answer.standalone_question != answer.question:
        parts += [f"Understood as: {_line(answer.standalone_question)}", ""]
    parts += [_clean(answer.message) if answer.message else _marked(answer.sentences), ""]
    parts += _problems(answer.sentences)
    if missing := "; ".join(map(_line, gaps(answer))):
        parts += [f"{MISSING}: {missing}", ""]
    parts.extend(_disagreement(found) for found in answer.disagreements)
    parts.extend(f"Note: {_line(remark)}" for remark in remarks(answer))
    if answer.quoted:
        parts += ["", f"{QUOTED}:", _marked(answer.quoted), *_problems(answer.quoted), ""]
    if draft := _clean(answer.draft or ""):
        parts += ["", f"{DRAFT}:", *(f"    {line}".rstrip() for line in draft.split("\n")), ""]
    if answer.nearest:
        parts.append("Nearest passages, which do not answer the question:")
    parts.extend(_source(citation) for citation in (*answer.citations, *answer.nearest))
    if answer.usage is not None:
        parts += ["", _line(credit(answer))]
    return "\n".join(parts) + "\n"


def last_of(answers: Iterator[Answer], *, watched: bool) -> Answer | None:
    """Return the last of what are one answer as far as it has come; None if none comes.

    If it is `watched` and standard error is a terminal, it is shown there until it is whole,
    and wiped then.
    """
    with closing(closable(answers)) as coming:
        if not (watched and sys.stderr.isatty()):
            return next(iter(deque(coming, maxlen=1)), None)
        screen, last = console(), None
        # What is printed is for standard output alone, whatever stands there meanwhile.
        with Live(
            console=screen, auto_refresh=False, transient=True, redirect_stdout=False
        ) as live:
            for answer in coming:
                if answer is not last:
                    live.update(_so_far(answer, screen), refresh=True)
                last = answer
        return last


def _so_far(answer: Answer, screen: Console) -> Text:
    """Return what has come of an answer, or what is being done, as far as it fits the window."""
    shown = Text()
    for sentence in answer.sentences:
        style = "" if sentence.status == "verified" else "yellow"
        shown.append(f"{_line(sentence.text)}{_numbers(sentence.citations)} ", style)
    shown.append(_line(answer.pending), "dim")
    if answer.doing or not shown:
        doing = _line(answer.doing or "Looking through the articles …")
        shown.append(f"\n{doing}" if shown else doing, "dim")
    lines = shown.wrap(screen, screen.width)
    return Text("\n").join(lines[-max(1, screen.height - 1) :])


def _clean(given: str) -> str:
    return clean_unicode(given)[0].strip()


def _line(given: str) -> str:
    return " ".join(_clean(given).split())


def _numbers(citations: tuple[int, ...]) -> str:
    return "".join(f" [{n}]" for n in citations)


def _marked(sentences: tuple[Sentence, ...]) -> str:
    """Return sentences with their short answers in bold, which a pipe is not sent."""
    return " ".join(_bold(each) + _numbers(each.citations) for each in sentences)


def _bold(sentence: Sentence) -> str:
    text = sentence.text
    if sentence.short_answer is None:
        return _line(text)
    start, end = sentence.short_answer
    before, marked, after = (
        clean_unicode(part)[0] for part in (text[:start], text[start:end], text[end:])
    )
    return f"{before}{click.style(marked, bold=True)}{after}"


def _problems(sentences: tuple[Sentence, ...]) -> Iterator[str]:
    for sentence in sentences:
        for problem in sentence.problems:
            yield f"  ! unverified: {_line(problem)}"


def _disagreement(found: Disagreement) -> str:
    rows = [f"The articles disagree: {_line(found.about)}"]
    for value in found.values:
        newest = ", newest" if value.newest else ""
        about = f"{value.published or 'date unknown'}{newest}"
        rows.append(f"  {_line(value.value)} ({about}){_numbers(value.citations)}")
    return "\n".join([*rows, ""])


def _source(citation: Citation) -> str:
    described = (citation.title, citation.publisher, citation.published or "date unknown")
    about = ", ".join(_line(part) for part in described if part)
    return f"[{citation.n}] {about}\n    “{_line(citation.quote)}”"
