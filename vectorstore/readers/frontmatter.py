"""Takes YAML front matter off a text and keeps of it what Parley knows."""

import re
from collections.abc import Sequence
from typing import cast

import yaml

from vectorstore.readers.raw import select_metadata

# Six short fields need no more; a longer block is not front matter but an attack or a dump.
_MAX_LINES = 60
_MAX_CHARACTERS = 20_000
_PAIR = re.compile(r"([A-Za-z_][\w-]*):[ \t]+(\S.*)")
_WORD = re.compile(r"[\w-]+")


def split_front_matter(text: str) -> tuple[dict[str, str], str, tuple[str, ...]]:
    """Return the metadata, the body, and notes on what could not be read.

    Front matter that is not YAML stays in the body, with a note: nothing is lost. Every
    scalar is taken as it is written (`no` is Norwegian, not false).
    """
    text = text.replace("\r\n", "\n").lstrip("\ufeff\n ")
    lines = text.split("\n", _MAX_LINES)
    if lines[0].rstrip() != "---":
        return {}, text, ()
    fences = (number for number, line in enumerate(lines[1:], 1) if line.rstrip() == "---")
    end = next(fences, None)
    if end is None:
        return {}, text, ()
    block = "\n".join(lines[1:end])
    if len(block) > _MAX_CHARACTERS:
        return {}, text, ("the front matter is too long and was left in",)
    try:
        # Python's own loader of strings: it builds no objects, expands no merges, and ends
        # in a RecursionError where the C one ends the process.
        parsed = yaml.load(block, yaml.BaseLoader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        if simple := _simple(lines[1:end]):
            return simple, "\n".join(lines[end + 1 :]).strip("\n"), ()
        problem = str(getattr(error, "problem", None) or error).splitlines()[0]
        return {}, text, (f"the front matter is not valid YAML ({problem}) and was left in",)
    if not isinstance(parsed, dict):
        return {}, text, ()
    fields = cast("dict[object, object]", parsed)
    metadata = select_metadata(fields.items())
    if not metadata and not all(_WORD.fullmatch(str(key)) for key in fields):
        return {}, text, ()  # a paragraph between two rules that happens to hold a colon
    return metadata, "\n".join(lines[end + 1 :]).strip("\n"), ()


def _simple(lines: Sequence[str]) -> dict[str, str]:
    """Read lines of `key: value` as they stand, as for a title with a colon in it.

    Nothing if a line is of another form, or none of the keys is known.
    """
    pairs = [_PAIR.fullmatch(line) for line in lines if line.strip()]
    fields = [(pair[1], pair[2].strip("\"' ")) for pair in pairs if pair is not None]
    return select_metadata(fields) if len(fields) == len(pairs) else {}
