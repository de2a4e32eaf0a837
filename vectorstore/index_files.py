"""Clears the room that Chroma's files hold for vectors to come.

A new collection's files are written with room for a hundred vectors as it was found in this
process's memory, with whatever had stood there: words of articles, too (Chroma 1.5 does not
initialise it). From its first full writing on a file holds its vectors and nothing else.
Nothing here opens an index.
"""

import os
import struct
from pathlib import Path

_VERSION = 1
# hnswlib's: a version, an offset, how many vectors there is room for, how many there are, and
# how many bytes of `data_level0.bin` each takes; of `length.bin` it is a float.
_HEADER = struct.Struct("<i4Q")
_LENGTH_BYTES = 4


def clear_unused(folder: Path) -> None:
    """Overwrite what stands behind the last vector in the files of the index in `folder`.

    It may be open, as long as nothing writes to it: that room is never read. Files of another
    form are let be; those that are damaged are made anew at the next start.
    """
    for header in folder.glob("*/header.bin"):
        begins = header.read_bytes()[: _HEADER.size]
        if len(begins) < _HEADER.size:
            continue
        version, _, _, count, size = _HEADER.unpack(begins)
        if version == _VERSION:
            _clear(header.with_name("length.bin"), count * _LENGTH_BYTES)
            _clear(header.with_name("data_level0.bin"), count * size)


def _clear(file: Path, used: int) -> None:
    if not file.exists():
        return
    with file.open("r+b") as opened:
        opened.seek(used)
        unused = opened.read()
        if any(unused):
            opened.seek(used)
            opened.write(bytes(len(unused)))
            opened.flush()
            os.fsync(opened.fileno())
