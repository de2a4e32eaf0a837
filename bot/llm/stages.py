"""Writes from more than a model's window holds: article by article, then from what counted.

What is written of one article only serves to choose: the last text is written from the very
sentences of the articles that the first ones cite, so that every citation still leads into an
article and nothing is a summary of a summary.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from bot.answers import Usage
from bot.citing import cite
from bot.engine import Draft, Ended, Evidence, Line, Step, Writing
from bot.grounding import ground
from bot.llm.material import fitting
from bot.llm.writer import Writer
from prompts import Prompt
from vectorstore.text import tokens

# Words; each passage repeats what its article is.
_LONGEST_PASSAGE = 150
# A request each; twenty-four sentences are what a small window then holds.
_MOST_STAGES = 12
_OF_ONE_STAGE = "one or two sentences"
_SHORTENED = "Of long articles, or of many, only the first part of each was read."


def passages(lines: Sequence[Line]) -> list[Evidence]:
    """Return an article's sentences, in order, as passages of whole paragraphs."""
    found: list[Evidence] = []
    words = 0
    for _, paragraph in groupby(lines, lambda line: line.article.text.count("\n", 0, line.start)):
        each = list(paragraph)
        length = sum(len(tokens(line.text)) for line in each)
        if found and words + length <= _LONGEST_PASSAGE:
            found[-1] = replace(found[-1], end=each[-1].end)
            words += length
        else:
            found.append(Evidence(each[0].article, each[0].start, each[-1].end))
            words = length
    return found


@dataclass(frozen=True, slots=True)
class Stages:
    """Writes by `prompt` from articles of any number and length.

    `extract` is the prompt by which a part of them is gone through; it takes `sentences`.
    """

    writer: Writer
    extract: Prompt
    prompt: Prompt

    def write(self, articles: Sequence[Sequence[Evidence]], **inputs: str) -> Iterator[Step]:
        """Yield what is written from `articles`, given as passages; the last is an `Ended`."""
        every = [item for article in articles for item in article]
        if len(fitting(every, self.writer.room(self.prompt, **inputs))) == len(every):
            yield from self.writer.write(self.prompt, every, **inputs)
            return
        room = self.writer.room(self.extract, sentences=_OF_ONE_STAGE)
        parts = divided(articles, room)
        reading = _Reading()
        for number, part in enumerate(parts, start=1):
            doing = f"Reading part {number} of {len(parts)} …"
            yield Writing(doing=doing)
            steps = self.writer.write(self.extract, part, sentences=_OF_ONE_STAGE)
            yield from reading.read(steps, doing)
            if reading.ended.fault is not None:
                break
        if reading.ended.fault is not None or not reading.chosen:
            # What was written so far is all there is.
            yield from reading.drafts
            begun = reading.ended.begun or bool(reading.drafts)
            yield replace(
                reading.ended, refused=False, notices=(), begun=begun, usage=reading.usage
            )
            return
        notices = _notices(every, parts, reading.chosen)
        for step in self.writer.write(self.prompt, reading.chosen, **inputs):
            if isinstance(step, Ended):
                yield replace(
                    step, notices=(*notices, *step.notices), usage=_sum(reading.usage, step.usage)
                )
            else:
                yield step


def _notices(
    every: Sequence[Evidence], parts: Sequence[Sequence[Evidence]], chosen: Sequence[Evidence]
) -> tuple[str, ...]:
    """Say what was left out, so that nobody takes it for read or for told."""
    articles = {item.article.id for item in every}
    silent = len(articles - {item.article.id for item in chosen})
    told: list[str] = []
    if sum(map(len, parts)) < len(every):
        told.append(_SHORTENED)
    if silent:
        told.append(
            f"Nothing of {silent} of the {len(articles)} articles is in it, since what the model "
            "wrote of them could not be verified."
        )
    return tuple(told)


class _Reading:
    """What came of the stages so far."""

    def __init__(self) -> None:
        self.drafts: list[Draft] = []
        self.ended = Ended()
        self.usage: Usage | None = None

    def read(self, steps: Iterator[Step], doing: str) -> Iterator[Step]:
        """Take in what one stage writes; yield only that it goes on."""
        for step in steps:
            match step:
                case Draft():
                    self.drafts.append(step)
                case Writing():
                    yield Writing(doing=doing)
                case Ended():
                    self.ended = step
                    self.usage = _sum(self.usage, step.usage)

    @property
    def chosen(self) -> list[Evidence]:
        """The stretches of articles on which verified sentences rest, each once, in order."""
        return list(
            dict.fromkeys(
                evidence
                for draft in self.drafts
                if ground(draft.text, [cite(1, each) for each in draft.evidence]).status
                == "verified"
                for evidence in draft.evidence
            )
        )


def divided(articles: Sequence[Sequence[Evidence]], room: int) -> list[list[Evidence]]:
    """Return the parts in which articles are gone through, each fit for `room` tokens.

    A part is of one article, or several parts are, unless that makes more than twelve: then
    articles share a part, each with its beginning, where a report tells the most.
    """
    parts = [part for article in articles for part in _cut(article, room)]
    if len(parts) <= _MOST_STAGES:
        return parts
    each = -(-len(articles) // _MOST_STAGES)
    groups = [articles[start : start + each] for start in range(0, len(articles), each)]
    return [
        [item for article in group for item in fitting(article, room // len(group))]
        for group in groups
    ]


def _cut(article: Sequence[Evidence], room: int) -> Iterator[list[Evidence]]:
    left = list(article)
    while left:
        part = list(fitting(left, room))
        if not part:
            return
        yield part
        # A passage that is too long by itself comes back cut, and its rest is left out.
        left = left[len(part) :]


def _sum(one: Usage | None, other: Usage | None) -> Usage | None:
    return one + other if one and other else one or other
