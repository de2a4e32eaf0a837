"""Reads JSON Lines: one object with a `text` a line, the other keys its metadata."""

import json
from collections.abc import Iterator
from typing import Any, cast

from vectorstore.errors import ReadError
from vectorstore.readers.raw import MAX_BYTES, Input, Raw, select_metadata


def read(file: Input) -> Iterator[Raw | ReadError]:
    """Yield each line's article, or the error that says why there is none.

    Lines are read one at a time, so a file may be larger than memory; a bad line loses
    only itself.
    """
    with file.open() as stream:
        number, found = 0, False
        while line := stream.readline(MAX_BYTES + 1):
            number += 1
            source = f"{file.source}:{number}"
            if len(line) > MAX_BYTES:
                found = True
                yield ReadError(f"{source} is longer than {MAX_BYTES / 1e6:.0f} MB: split it.")
                while not line.endswith(b"\n") and (line := stream.readline(MAX_BYTES)):
                    pass
            elif line.strip():
                found = True
                yield from_line(line, source)
        if not found:
            yield ReadError(f"{file.name} is empty: there is nothing to read.")


def from_line(line: bytes, source: str) -> Raw | ReadError:
    """Return the article that `line` holds, or the error that says what is wrong with it."""
    try:
        parsed: object = json.loads(line)
    except RecursionError:
        return ReadError(f"{source} is nested too deeply: give the article under the key `text`.")
    except ValueError as error:
        return ReadError(f"{source} is not valid JSON ({error}): mend or remove the line.")
    if not isinstance(parsed, dict):
        return ReadError(f"{source} is not a JSON object with a key `text`.")
    fields = cast("dict[str, Any]", parsed)
    text = fields.get("text")
    if not isinstance(text, str) or not text.strip():
        return ReadError(f"{source} has no text: give the article under the key `text`.")
    metadata = select_metadata(fields.items())
    return Raw(source, text, metadata, "JSON key" if "published" in metadata else None)
