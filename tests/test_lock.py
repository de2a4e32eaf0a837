import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from vectorstore.errors import LibraryError, LockedError
from vectorstore.lock import FolderLock

_HOLDER = """
import sys, time
from pathlib import Path
from vectorstore.lock import FolderLock
with FolderLock(Path(sys.argv[1]), "chat"):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(home: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(home)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_second_process_is_told_who_holds_the_folder(
    home: Path, holder: subprocess.Popen[str]
) -> None:
    with pytest.raises(LockedError) as refused:
        FolderLock(home, "ingest").acquire()

    assert f"`parley chat` (process {holder.pid}" in str(refused.value)
    assert "PARLEY_HOME" in str(refused.value)


def test_a_killed_holder_leaves_the_folder_free(home: Path, holder: subprocess.Popen[str]) -> None:
    holder.send_signal(signal.SIGKILL)
    holder.wait()

    with FolderLock(home, "ingest"):
        pass


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(LibraryError, match="PARLEY_HOME"):
        FolderLock(tmp_path / "file" / "home", "ingest").acquire()
