"""What waits to be taken into the library: files and pasted texts, on the disk.

Each lies in a folder of its own in the data folder's inbox until the library has what it
holds, so that neither a stop nor a kill loses it. Nothing here knows how or when it is read.
"""

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from vectorstore.reading import Found, Reading

# What the folders' names begin with; the files' names are their readers'.
_UPLOAD, _PASTED = "file-", "text-"
# A file whose copying was cut off must not be taken for a whole one.
_PART = ".part"
_PASTED_NAME = "pasted text"


class Given:
    """A file or a pasted text that waits; `unsettled` of its articles are on their way."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.name = path.name
        self.unsettled = 0
        self.whole = False

    def read(self, reading: Reading) -> Iterator[Found]:
        """Yield what it holds, under the name that its reader knows it by."""
        if not self._path.parent.name.startswith(_PASTED):
            yield from reading.file(self._path, self.name)
            return
        given = json.loads(self._path.read_text(encoding="ascii"))
        yield from reading.text(given["text"], given["metadata"], self.name)

    def discard(self) -> None:
        """Delete it, and its folder unless that holds anything else."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)
            self._path.parent.rmdir()


class Inbox:
    """The inbox of a data folder, which this process owns."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "inbox"

    def waiting(self) -> list[Given]:
        """Return what an earlier process left, the first that came first."""
        found: list[tuple[float, Path]] = []
        for path in self._folder.glob("*/*"):
            with suppress(OSError):
                if path.name == _PART or not path.is_file():
                    continue
                found.append((path.stat().st_mtime, path))
        return [Given(path) for _, path in sorted(found)]

    def take(self, file: Path, name: str) -> Given:
        """Move a file in, under its reader's name for it."""
        place = self._place(_UPLOAD) / name
        part = place.with_name(_PART)
        # The file may come from another disk, where moving is copying.
        shutil.move(file, part)
        return Given(part.replace(place))

    def paste(self, text: str, metadata: Mapping[str, str]) -> Given:
        """Put a pasted text in, with what its reader says of it."""
        place = self._place(_PASTED) / _PASTED_NAME
        part = place.with_name(_PART)
        part.write_text(json.dumps({"text": text, "metadata": dict(metadata)}), encoding="ascii")
        return Given(part.replace(place))

    def _place(self, kind: str) -> Path:
        self._folder.mkdir(exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=kind, dir=self._folder))
