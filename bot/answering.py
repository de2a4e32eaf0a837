"""From an engine's steps to an answer whose every sentence is checked, whatever becomes of it.

What a model writes is never trusted: where most of it cannot be verified, or nothing of it
came, the answer is quoted instead and says why, with what was written kept beside it. Where
the writing broke off, what was verified stays, and what the articles say is quoted besides.
Nothing here knows what is asked, or of which articles.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.answers import Answer
from bot.citing import with_quoted, with_sentence
from bot.engine import Draft, Ended, Engine, Step, Writing
from bot.wording import count

Ask = Callable[[Engine], Iterator[Step]]
"""Has an engine do what is wanted."""


@dataclass(frozen=True, slots=True)
class _Written:
    """All that an engine wrote: `answer` with its sentences checked, and what they came from."""

    answer: Answer
    drafts: tuple[Draft, ...]
    ended: Ended

    @property
    def verified(self) -> list[Draft]:
        pairs = zip(self.drafts, self.answer.sentences, strict=True)
        return [draft for draft, sentence in pairs if sentence.status == "verified"]

    @property
    def text(self) -> str | None:
        """What was written, without its citations."""
        return " ".join(draft.text for draft in self.drafts) or None


def answered(begun: Answer, engine: Engine, quoting: Engine, ask: Ask) -> Iterator[Answer]:
    """Yield `begun` as far as `engine` has got with it; the last is as good as it gets.

    The same answer is yielded again where nothing is new. `quoting` is the engine that is
    fallen back to; where neither has anything to say, the last answer has no sentences.
    """
    written = _Written(begun, (), Ended())
    for step in ask(engine):
        written = _with_step(written, step)
        yield written.answer
    yield _settled(begun, written, lambda: _drafts(ask(quoting)))


def _with_step(written: _Written, step: Step) -> _Written:
    answer = written.answer
    match step:
        case Draft():
            answer = replace(with_sentence(answer, step), pending="", doing=None)
            return replace(written, answer=answer, drafts=(*written.drafts, step))
        case Writing():
            if (answer.pending, answer.doing) == (step.text, step.doing):
                return written
            answer = replace(answer, pending=step.text, doing=step.doing)
            return replace(written, answer=answer)
        case Ended():
            return replace(written, ended=step)


def _drafts(steps: Iterator[Step]) -> list[Draft]:
    return [step for step in steps if isinstance(step, Draft)]


def _settled(begun: Answer, written: _Written, quote: Callable[[], Sequence[Draft]]) -> Answer:
    """Return what is to be shown of what was written, or what is quoted instead."""
    ended = written.ended
    whole = _with_end(replace(written.answer, pending="", doing=None), ended)
    if begun.model is None or ended.refused:
        return whole
    verified = written.verified
    if ended.fault is None:
        problem = _turned_down(len(verified), len(written.drafts))
        if problem is None:
            return whole
    elif verified:
        return _broken_off(begun, written, quote())
    else:
        problem = ended.fault
    instead = replace(
        _with_end(begun, replace(ended, missing=())),
        engine="extractive",
        model=None,
        incomplete=ended.begun,
        draft=written.text,
    )
    for draft in quote():
        instead = with_sentence(instead, draft)
    said = "These are quotations: " if instead.sentences else ""
    return replace(instead, notices=(*instead.notices, said + problem))


def _broken_off(begun: Answer, written: _Written, quoted: Sequence[Draft]) -> Answer:
    """Return what was verified before the fault, with what the articles say beside it."""
    answer = _with_end(begun, written.ended)
    verified = written.verified
    for draft in verified:
        answer = with_sentence(answer, draft)
    for draft in quoted:
        answer = with_quoted(answer, draft)
    return replace(
        answer,
        incomplete=True,
        draft=written.text if len(verified) < len(written.drafts) else None,
        notices=(*answer.notices, written.ended.fault or ""),
    )


def _with_end(answer: Answer, ended: Ended) -> Answer:
    used = (each for each in (answer.usage, ended.usage) if each is not None)
    total = next(used, None)
    for usage in used:
        total = total + usage if total else usage
    return replace(
        answer,
        usage=total,
        missing=(*answer.missing, *ended.missing),
        notices=(*answer.notices, *ended.notices),
    )


def _turned_down(verified: int, written: int) -> str | None:
    """Say why what was written is not shown, if it is not: most of it must hold."""
    if not written:
        return "the model wrote nothing."
    if 2 * verified >= written:
        return None
    if not verified:
        return "no sentence that the model wrote could be verified."
    return (
        f"only {verified} of the {count(written, 'sentence')} that the model wrote could be "
        "verified."
    )
