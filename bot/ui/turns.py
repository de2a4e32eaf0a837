"""A turn of a conversation as HTML: the question, its answer, and what one can do with it.

Pure functions from values to markup that cannot act. What only the last turn offers is
marked `data-last`, so that older turns need not be rendered anew.
"""

from collections.abc import Mapping

from bot.answers import Answer
from bot.transcript import answer_as_text, scope_in_words
from bot.turns import Turn
from bot.ui import render
from bot.ui.markup import icon, isolated, moment, text
from bot.ui.render import Copies
from bot.wording import credit


def turn(whole: Turn, copies: Copies, titles: Mapping[str, str]) -> str:
    """Render a turn; `titles` are the articles' by their ids."""
    running = whole.state == "running"
    said = whole.answer is not None and bool(whole.answer.sentences)
    parts = [f'<h2 class="p-question" dir="auto">{text(whole.question)}</h2>']
    if whole.scope:
        words = "; ".join(scope_in_words(whole.scope, titles))
        parts.append(f'<p class="p-note">Asked of {isolated(words)}</p>')
    if whole.answer is not None:
        parts += [_standalone(whole.answer), _answered(whole.answer, copies, running=running)]
    if running:
        parts.append(_wait(whole.answer))
    if whole.state == "stopped":
        parts.append('<p class="p-note p-stopped">Stopped. The answer may be incomplete.</p>')
    if whole.error is not None:
        what = "The answer could not be finished" if said else "No answer: something went wrong"
        parts.append(_error(what, whole.error))
    if not running:
        parts.append(_actions(whole))
    return (
        f'<article class="p-turn" data-turn="{text(whole.id)}" '
        f'aria-label="Question and answer">{"".join(parts)}</article>'
    )


def _wait(answer: Answer | None) -> str:
    begun = answer is not None and bool(answer.sentences or answer.pending)
    doing = (answer and answer.doing) or (
        "Still answering …" if begun else "Looking through the articles …"
    )
    return (
        '<p class="p-wait" data-busy><span aria-hidden="true"></span>'
        f'<bdi dir="auto" data-live>{text(doing)}</bdi></p>'
    )


def _standalone(answer: Answer) -> str:
    asked = answer.standalone_question
    if not asked or asked == answer.question:
        return ""
    return f'<p class="p-note">Understood as: {isolated(asked)}</p>'


def _answered(answer: Answer, copies: Copies, *, running: bool) -> str:
    if answer.refused:
        return render.refusal(answer)
    # While sentences still come, what stands below them would jump with each.
    return render.so_far(answer) if running else render.answer(answer, copies)


def _error(what: str, message: str) -> str:
    return (
        f'<div class="p-card p-error" role="alert"><p class="p-kicker">{what}</p>'
        f'<p dir="auto">{text(message)}</p></div>'
    )


def _actions(whole: Turn) -> str:
    answer, buttons = whole.answer, ""
    if answer is not None:
        copied = text(f"{whole.question}\n\n{answer_as_text(answer)}")
        buttons += _button("copy", "Copy", f' data-copy="{copied}"')
    buttons += _button("retry", "Ask again", " data-last")
    buttons += _button("undo", "Undo", " data-last")
    rated = _rating(whole) if answer is not None else ""
    by = f"{text(credit(answer))} · " if answer is not None else ""
    return (
        f'<footer class="p-actions"><p class="p-about">{by}{moment(whole.asked_at)}</p>'
        f'<div class="p-tools" role="group" aria-label="This answer">{buttons}{rated}</div>'
        f"{_word(whole)}</footer>"
    )


def _button(action: str, label: str, more: str = "") -> str:
    return (
        f'<button type="button" class="p-tool" data-do="{action}"{more}>{icon(action)}'
        f"<span>{label}</span></button>"
    )


def _rating(whole: Turn) -> str:
    buttons = ""
    for rating, label in (("up", "Good answer"), ("down", "Bad answer")):
        pressed = "true" if whole.rating == rating else "false"
        buttons += (
            f'<button type="button" class="p-tool" data-do="rate" data-rating="{rating}" '
            f'aria-pressed="{pressed}" aria-label="{label}" title="{label}">{icon(rating)}'
            "</button>"
        )
    return buttons


def _word(whole: Turn) -> str:
    """Render the field for a word on the rating, once there is one."""
    if whole.rating is None:
        return ""
    return (
        f'<form class="p-word" data-form="word"><input class="p-field" name="comment" dir="auto" '
        f'maxlength="500" value="{text(whole.comment)}" placeholder="Why? (if you like)" '
        'aria-label="Why this rating" /><button type="submit" class="p-button">Save</button>'
        "</form>"
    )
