"""The prose that Parley speaks and prompts with: one Markdown file each, with front matter.

A file's front matter gives its `description`, the names of its `inputs` and its
`version`; its body may hold `{{name}}` for each input. Inputs are put in as they are and
never read again, so article text cannot smuggle one in. A body for a model may be divided
by lines that are exactly `## system` and `## user`; it is divided before anything is put in,
so article text cannot divide it either.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal, cast

import frontmatter

Role = Literal["system", "user"]

_PLACE = re.compile(r"\{\{(\w+)\}\}")
_DIVISION = re.compile(r"^## (system|user)$\n?", re.MULTILINE)


class PromptError(Exception):
    """A programmer's mistake: an unknown prompt, a missing input or one too many."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt as it stands in its file."""

    name: str
    description: str
    version: int
    inputs: tuple[str, ...]
    body: str

    def fill(self, **values: str) -> str:
        """Return the body with every input put in; PromptError if they do not match."""
        self._check(values)
        return _filled(self.body, values)

    def messages(self, **values: str) -> tuple[tuple[Role, str], ...]:
        """Return the body's parts, each with every input put in and who is to say it.

        A body without a division is one part, the user's. PromptError if the inputs do not
        match, or if something stands before the first division.
        """
        self._check(values)
        return tuple((role, _filled(part, values)) for role, part in self._parts())

    def _parts(self) -> tuple[tuple[Role, str], ...]:
        before, *divided = _DIVISION.split(self.body)
        if not divided:
            return (("user", self.body),)
        if before.strip():
            raise PromptError(f"prompt {self.name!r} says something before its first division")
        roles = cast("list[Role]", divided[::2])
        return tuple(zip(roles, map(str.strip, divided[1::2]), strict=True))

    def _check(self, values: Mapping[str, str]) -> None:
        if set(values) != set(self.inputs):
            raise PromptError(
                f"prompt {self.name!r} takes {sorted(self.inputs)}, got {sorted(values)}"
            )


def _filled(text: str, values: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda place: values[place[1]], text)


@lru_cache
def load(name: str) -> Prompt:
    """Return the prompt called `name`; PromptError if there is none or it is malformed."""
    file = files("prompts") / f"{name}.md"
    if not re.fullmatch(r"[a-z][a-z_]*", name) or not file.is_file():
        raise PromptError(f"there is no prompt {name!r}")
    post = frontmatter.loads(file.read_text(encoding="utf-8"))
    try:
        inputs = tuple(str(each) for each in cast("list[object]", post["inputs"]))
        version = int(str(post["version"]))
        prompt = Prompt(name, str(post["description"]), version, inputs, post.content)
    except (KeyError, TypeError, ValueError) as error:
        raise PromptError(f"prompt {name!r} has no proper front matter: {error}") from error
    if set(_PLACE.findall(prompt.body)) != set(inputs):
        raise PromptError(f"prompt {name!r} does not use exactly its inputs {sorted(inputs)}")
    return prompt
