"""Writes floors into the text of a TOML file, so that the change is a line a metric.

Tables and metrics are kept in order; lines that say something else, comments among them, stay
as they are. Nothing here knows what a floor is for, or whether it may be changed.
"""

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

_TABLE = re.compile(r"\[([A-Za-z0-9_.-]+)\]")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_VALUE = re.compile(r"""^(\s*(?:[\w-]+|"(?:[^"\\]|\\.)*"|'[^']*')\s*=\s*)[^\s#]+""")


@dataclass(slots=True)
class _Table:
    """A table's lines: what stands above its header, the header, and its keys."""

    name: str
    above: list[str] = field(default_factory=list[str])
    lines: list[str] = field(default_factory=list[str])


def with_floors(
    text: str, name: str, sha256: str, evaluation: str, floors: Mapping[str, float]
) -> str:
    """Return `text` with these floors in the table of the set's evaluation, and its checksum."""
    preamble, tables = _split(text.rstrip().splitlines())
    pinned = _table(preamble, tables, name)
    if not any(_key(line) == "sha256" for line in pinned.lines):
        pinned.lines.insert(0, f'sha256 = "{sha256}"')
    table = _table(preamble, tables, f"{name}.{evaluation}")
    for metric in sorted(floors):
        _put(table.lines, metric, repr(floors[metric]))
    lines = [*preamble]
    for each in tables:
        lines += [*each.above, f"[{each.name}]", *each.lines]
    return "\n".join(lines) + "\n"


def _split(lines: Sequence[str]) -> tuple[list[str], list[_Table]]:
    """Divide a file into what opens it, up to a blank line, and its tables."""
    tables: list[_Table] = []
    body: list[str] = []
    preamble: list[str] = []
    for line in lines:
        header = _TABLE.match(line)
        if header is None:
            body.append(line)
            continue
        # What stands right above a header is about the table that it opens.
        cut = max((n for n, each in enumerate(body, start=1) if _key(each)), default=0)
        above = body[cut:]
        if tables:
            tables[-1].lines += body[:cut]
        else:
            blank = max((n for n, each in enumerate(body, start=1) if not each.strip()), default=0)
            preamble, above = body[:blank], body[blank:]
        tables.append(_Table(header[1], above))
        body = []
    if tables:
        tables[-1].lines += body
    else:
        preamble = [*body, ""] if body else []
    return preamble, tables


def _table(preamble: list[str], tables: list[_Table], name: str) -> _Table:
    """Return the table of this name, which is put in its place if it is new."""
    for table in tables:
        if table.name == name:
            return table
    place = sum(table.name < name for table in tables)
    if place < len(tables) and not _opens_blank(tables[place].above):
        tables[place].above.insert(0, "")
    apart = place > 0 or (preamble and preamble[-1].strip())
    table = _Table(name, [""] if apart else [])
    tables.insert(place, table)
    return table


def _opens_blank(lines: list[str]) -> bool:
    return bool(lines) and not lines[0].strip()


def _put(lines: list[str], metric: str, value: str) -> None:
    """Change the line of a metric, or add it in its place, after the lines of those before it."""
    keys = [_key(line) for line in lines]
    if metric in keys:
        place = keys.index(metric)
        lines[place] = _VALUE.sub(rf"\g<1>{value}", lines[place], count=1)
        return
    name = metric if _BARE.fullmatch(metric) else json.dumps(metric, ensure_ascii=False)
    place = max((n for n, key in enumerate(keys, start=1) if key and key < metric), default=0)
    lines.insert(place, f"{name} = {value}")


def _key(line: str) -> str | None:
    """Return the key that a line gives a value, if it does."""
    try:
        return next(iter(tomllib.loads(line)), None)
    except tomllib.TOMLDecodeError:
        return None
