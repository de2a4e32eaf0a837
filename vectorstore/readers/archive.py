"""Opens ZIP archives: each file in one becomes an input of its own, read only if it is asked for.

Nothing is ever written to a disk. A member is unpacked piece by piece as its reader asks for
it, so that what an archive says of its members' sizes is never relied on; and all that is
unpacked of an archive, and of archives in it, comes out of one allowance. Nothing here knows
formats, or how deep archives may lie in one another.
"""

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, BinaryIO, cast

from vectorstore.errors import ReadError
from vectorstore.readers.raw import MAX_ARCHIVE_BYTES, Input, printable

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MAX_MEMBERS = 10_000
MAX_UNPACKED_BYTES = 200_000_000
# Text is packed to a fifth, a table of zeros to a fiftieth; a bomb to a thousandth.
_BOMB_RATIO = 200
_BOMB_BYTES = 1_000_000
# A member's entry in the archive's directory, with its name, is seldom as long as that.
_LONGEST_ENTRY = 1_000
_LONGEST_NAME = 200

_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_OTHER_METHODS = {9: "Deflate64", 12: "bzip2", 14: "LZMA", 93: "Zstandard", 95: "xz"}
_AES = 99
_ENCRYPTED = 0x1
_NAMED_IN_UTF8 = 0x800

_DRIVE = re.compile(r"[A-Za-z]:")
_READMES = ("readme.md", "readme.txt")
UNPACKING_ERRORS = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError),
    *(NotImplementedError, RuntimeError, ValueError, OverflowError),
)


def parts(file: Input) -> Iterator[Input | ReadError]:
    """Yield the archive's files in the order of their names; ReadError for each that is refused.

    Folders, hidden files and READMEs are passed over, as in a folder on a disk.
    """
    opener = file.opener
    allowance = opener.allowance if isinstance(opener, _Opener) else _Allowance(file.source)
    found = False
    with ExitStack() as closing:
        archive = _opened(file, closing)
        members = [(_name(member), member) for member in archive.infolist()]
        for name, member in sorted(members, key=lambda each: each[0]):
            if name.endswith("/") or _is_passed_over(name):
                continue
            found = True
            if allowance.left < 0:
                yield ReadError(
                    f"{allowance.refusal} Not read: {_shown(name)} and what follows it."
                )
                return
            refusal = _refusal(name, member)
            shown = f"{file.source}/{_shown(name)}"
            if refusal is not None:
                yield ReadError(f"{shown} {refusal}")
            else:
                last = _shown(name.rpartition("/")[2])
                yield Input(shown, last, _Opener(file, archive, member, shown, allowance))
    if not found:
        raise ReadError(f"{file.name} holds no files: pack articles in it.")


class _Allowance:
    """How much may still be unpacked of an archive, and of those within it."""

    def __init__(self, source: str) -> None:
        self.left = MAX_UNPACKED_BYTES
        self.refusal = (
            f"{source} unpacks to more than {MAX_UNPACKED_BYTES / 1e6:.0f} MB, as a bomb does: "
            "if it is none, unpack it and add the folder."
        )

    def take(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise ReadError(self.refusal)


class _Opener:
    """Opens a member, as often as it is asked to, also once the archive was closed."""

    def __init__(
        self,
        file: Input,
        archive: zipfile.ZipFile,
        member: zipfile.ZipInfo,
        shown: str,
        allowance: _Allowance,
    ) -> None:
        self.allowance = allowance
        self._taken = 0
        self._file = file
        self._archive = archive
        self._member = member
        self._shown = shown

    def __call__(self) -> BinaryIO:
        closing = ExitStack()
        try:
            archive = self._archive if self._archive.fp else _opened(self._file, closing)
            unpacked = closing.enter_context(archive.open(self._member))
        except (ReadError, *UNPACKING_ERRORS) as error:
            closing.close()
            raise ReadError(f"{self._shown} is damaged: pack it anew.") from error
        member = _Member(cast("BinaryIO", unpacked), self._shown, self._take, closing)
        return cast("BinaryIO", io.BufferedReader(member, 1 << 16))

    def _take(self, position: int) -> None:
        """Take what is read for the first time; a file's beginning is looked at more than once."""
        self.allowance.take(max(0, position - self._taken))
        self._taken = max(self._taken, position)


class _Member(io.RawIOBase):
    """A member's content, unpacked as it is read; `take` is told how far that has come."""

    def __init__(
        self, unpacked: BinaryIO, shown: str, take: Callable[[int], None], closing: ExitStack
    ) -> None:
        self._unpacked = unpacked
        self._shown = shown
        self._take = take
        self._position = 0
        self._closing = closing

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        view = memoryview(buffer).cast("B")
        try:
            content = self._unpacked.read(len(view))
        except UNPACKING_ERRORS as error:
            raise ReadError(f"{self._shown} is damaged: pack it anew.") from error
        self._position += len(content)
        self._take(self._position)
        view[: len(content)] = content
        return len(content)

    def close(self) -> None:
        self._closing.close()
        super().close()


def _opened(file: Input, closing: ExitStack) -> zipfile.ZipFile:
    """Return the archive, to be closed with `closing`; ReadError if it is none or too large."""
    stream = closing.enter_context(file.open())
    if not stream.seekable():
        stream = io.BytesIO(file.read(MAX_ARCHIVE_BYTES))
    size = stream.seek(0, io.SEEK_END)
    if size > MAX_ARCHIVE_BYTES:
        raise ReadError(
            f"{file.name} is larger than {MAX_ARCHIVE_BYTES / 1e6:.0f} MB: unpack it, and add "
            "the folder."
        )
    _check_directory(stream, size, file.name)
    try:
        try:
            return closing.enter_context(zipfile.ZipFile(stream))
        except UnicodeDecodeError:
            mended = io.BytesIO(_with_names_of_bytes(stream))
            return closing.enter_context(zipfile.ZipFile(mended))
    except UNPACKING_ERRORS as error:
        raise ReadError(f"{file.name} is cut off or damaged: pack it anew.") from error


def _check_directory(stream: BinaryIO, size: int, name: str) -> None:
    """Read how many members there are from the archive's end, before any is listed.

    APPNOTE.TXT 4.3.16: the end record has the number of entries at byte 10, and the size of
    the directory at byte 12; 0xFFFF stands for more than it can say.
    """
    stream.seek(max(0, size - 65_557))
    end = stream.read()
    start = end.rfind(b"PK\x05\x06")
    if start < 0 or len(end) - start < 22:
        raise ReadError(f"{name} is cut off, or no ZIP archive: pack it anew.")
    count, length = struct.unpack("<HL", end[start + 10 : start + 16])
    if count > MAX_MEMBERS or length > MAX_MEMBERS * _LONGEST_ENTRY:
        raise ReadError(f"{name} holds more than {MAX_MEMBERS} files: split it.")
    stream.seek(0)


def _with_names_of_bytes(stream: BinaryIO) -> bytes:
    """Return the archive with no name said to be UTF-8 that is not; zipfile opens none else."""
    stream.seek(0)
    content = bytearray(stream.read(MAX_ARCHIVE_BYTES))
    start = content.find(b"PK\x01\x02")
    while start >= 0 and start + 46 <= len(content):
        flags, length = struct.unpack("<8xH18xH", content[start : start + 30])
        name = bytes(content[start + 46 : start + 46 + length])
        if name != name.decode("utf-8", errors="replace").encode():
            struct.pack_into("<H", content, start + 8, flags & ~_NAMED_IN_UTF8)
            (local,) = struct.unpack("<L", content[start + 42 : start + 46])
            if content.startswith(b"PK\x03\x04", local):
                struct.pack_into("<H", content, local + 6, flags & ~_NAMED_IN_UTF8)
        start = content.find(b"PK\x01\x02", start + 46 + length)
    return bytes(content)


def _name(member: zipfile.ZipInfo) -> str:
    """Return the member's whole name; many programs write UTF-8 and do not say so."""
    if member.flag_bits & _NAMED_IN_UTF8:
        return member.orig_filename
    try:
        return member.orig_filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return member.orig_filename


def _shown(name: str) -> str:
    short = name if len(name) <= _LONGEST_NAME else f"{name[:80]}…{name[-80:]}"
    return printable(short)


def _is_passed_over(name: str) -> bool:
    pieces = [piece for piece in name.split("/") if piece not in ("", ".", "..")]
    if not pieces:
        return False
    hidden = any(piece.startswith(".") for piece in pieces)
    return hidden or pieces[0] == "__MACOSX" or pieces[-1].lower() in _READMES


def _refusal(name: str, member: zipfile.ZipInfo) -> str | None:
    """Return why a member is not read, as what it does or is."""
    if not name.strip("\0. "):
        return "has no name, and is not read: pack it anew."
    if _leads_out(name):
        return "has a name that leads out of the archive, and is not read: pack it anew."
    if stat.S_ISLNK(member.external_attr >> 16):
        return "is a link and no file: pack the file itself."
    if member.flag_bits & _ENCRYPTED or member.compress_type == _AES:
        return "is encrypted: pack it without a password."
    if member.compress_type not in _METHODS:
        method = _OTHER_METHODS.get(member.compress_type, f"method {member.compress_type}")
        return f"is packed with {method}, which Parley does not unpack: pack it as usual (Deflate)."
    if member.file_size > max(_BOMB_BYTES, _BOMB_RATIO * member.compress_size):
        return (
            f"unpacks to more than {_BOMB_RATIO} times its size, as a bomb does: if it is none, "
            "unpack it and add the file."
        )
    return None


def _leads_out(name: str) -> bool:
    pieces = name.split("/")
    return name.startswith("/") or ".." in pieces or "\\" in name or bool(_DRIVE.match(name))
