"""The prose that Parley speaks and prompts with: one Markdown file each, with front matter.

A file's front matter gives its `description`, the names of its `inputs` and its
`version`; its body may hold `{{name}}` for each input. Inputs are put in as they are and
never read again, so article text cannot smuggle one in.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import cast

import frontmatter

_PLACE = re.compile(r"\{\{(\w+)\}\}")


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
        if set(values) != set(self.inputs):
            raise PromptError(
                f"prompt {self.name!r} takes {sorted(self.inputs)}, got {sorted(values)}"
            )
        return _PLACE.sub(lambda place: values[place[1]], self.body)


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
