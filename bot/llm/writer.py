"""Has a model write from numbered passages, and reads its text as sentences with evidence.

Passages are fitted to the model's window. What the model is asked for is the prompt's
business, and whether a sentence holds that of whoever takes it.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from bot.answers import Usage
from bot.engine import Draft, Ended, Evidence, Step, Writing
from bot.llm.material import Material, fitting, wrap
from bot.llm.model import Message, Model, Piece
from bot.llm.narrowing import narrowed
from bot.llm.sentences import Said, SentenceReader
from bot.settings import Price
from prompts import Prompt
from vectorstore.errors import EndpointError, IncompleteError
from vectorstore.token_estimates import estimate

# Room for a model that thinks aloud first; the prompts ask for far less.
_MOST_WRITTEN, _SHARE_WRITTEN = 2_000, 4
# What a server puts around the messages, and what an estimate may be short of.
_SPARE = 64
# A text that broke off may have broken off in its last sentence: that one counts where a
# full stop that ends no number, or a citation beside one, closes it.
_CLOSED = re.compile(r"(?:[^\W\d][\"'”’»)]*[.!?…]|[.!?…][\"'”’»)]*\s*\[[^\[\]]*\]|\][.!?…])\s*$")
_TAIL = 200  # characters
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Writer:
    """A model that writes from passages, at a price if that is known."""

    model: Model
    price: Price | None = None

    @property
    def most_tokens(self) -> int:
        """The most that may be written in one go, in tokens."""
        return min(_MOST_WRITTEN, self.model.window // _SHARE_WRITTEN)

    def room(self, prompt: Prompt, **inputs: str) -> int:
        """Return how many tokens of passages fit beside the rest of a prompt."""
        asked = _messages(prompt, Material("0" * 16, (), ""), inputs)
        said = sum(estimate(text) for _, text in asked)
        return self.model.window - self.most_tokens - said - _SPARE

    def write(self, prompt: Prompt, items: Sequence[Evidence], **inputs: str) -> Iterator[Step]:
        """Yield what the model writes from as many of `items` as fit, the first ones.

        The last step is an `Ended`. The inputs are the prompt's, without mark and passages.
        """
        kept = fitting(items, self.room(prompt, **inputs))
        if not kept:
            yield Ended(
                f"The window of {self.model.name}, {self.model.window:,} tokens, is too small for "
                "a passage beside the question: ask a shorter one, or set PARLEY_CONTEXT_TOKENS "
                "to the model's window."
            )
            return
        material = wrap(kept)
        yield from self._steps(_messages(prompt, material, inputs), material)

    def _steps(self, messages: Sequence[Message], material: Material) -> Iterator[Step]:
        text = _Text(material)
        usage: Usage | None = None
        fault: EndpointError | None = None
        try:
            with closing(self.model.stream(messages, most_tokens=self.most_tokens)) as pieces:
                for piece in pieces:
                    usage = piece.usage or usage
                    yield from text.take(piece)
                    yield Writing(text.pending)
        except EndpointError as error:
            fault = error
        yield from text.end(broken_off=fault is not None)
        yield Ended(
            fault=str(fault) if fault else None,
            begun=isinstance(fault, IncompleteError),
            refused=text.refused,
            missing=tuple(text.missing),
            # Whose word it is that the articles do not say.
            notices=(f"{self.model.name} finds no answer in these passages.",)
            if text.refused
            else (),
            usage=self.priced(usage),
        )

    def priced(self, usage: Usage | None) -> Usage | None:
        """Return `usage` with what it cost, where the price is known."""
        if usage is None or self.price is None:
            return usage
        cost = usage.input_tokens * self.price.input + usage.output_tokens * self.price.output
        return replace(usage, cost_usd=cost / _MILLION)


class _Text:
    """A model's text as it comes in, as sentences with what they rest on."""

    def __init__(self, material: Material) -> None:
        self.refused = False
        self.missing: list[str] = []
        self._material = material
        self._reader = SentenceReader(len(material.items))
        self._tail = ""

    @property
    def pending(self) -> str:
        """What of the next sentence is there."""
        return self._reader.pending

    def take(self, piece: Piece) -> Iterator[Draft]:
        """Yield the sentences that became whole with `piece`."""
        if piece.refused:
            self.refused = True  # what it says then is no answer
        else:
            self._tail = (self._tail + piece.text)[-_TAIL:]
            yield from self._drafts(self._reader.take(piece.text))

    def end(self, *, broken_off: bool) -> Iterator[Draft]:
        """Yield what was left; of a text that broke off only what is surely whole."""
        rest = self._reader.end()
        if not broken_off or _CLOSED.search(self._tail):
            yield from self._drafts(rest)

    def _drafts(self, told: Sequence[Said]) -> Iterator[Draft]:
        for said in told:
            match said.kind:
                case "refusal":
                    self.refused = True
                case "gap":
                    self.missing.append(said.text)
                case "sentence":
                    cited = [each for n in said.numbers for each in self._material.evidence(n)]
                    yield Draft(said.text, narrowed(said.text, cited))


def _messages(prompt: Prompt, material: Material, inputs: dict[str, str]) -> tuple[Message, ...]:
    return prompt.messages(mark=material.mark, passages=material.text, **inputs)
