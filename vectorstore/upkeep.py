"""Keeps the vector index in step with the library, and makes it anew when it is wanting.

The library's outbox says what the index has still to take; `sync` hands it over. Before
an embedded index is opened, a child process probes it, since damaged files end the
process that opens them (SIGSEGV), which cannot be caught. Run as
`python -m vectorstore.upkeep FOLDER NAME` this module is that child.
"""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

from vectorstore.documents import Kind
from vectorstore.errors import ParleyError
from vectorstore.index import BATCH, ChromaIndex, VectorIndex, remove_folder
from vectorstore.library import Library
from vectorstore.spans import Spans

# Enough to notice an index that lost a segment; each costs a query of a few milliseconds.
_PROBES = 24
_PROBE_SECONDS = 120
# HNSW is approximate: a vector that is there is among its own ten nearest all but always.
_NEIGHBOURS = 10
_SAME = 0.9995


def sync(spans: Spans, index: VectorIndex) -> None:
    """Hand everything in the outbox to the index."""
    while pending := spans.outbox(BATCH):
        present = {span.id: span.vector for span in spans.get(pending)}
        gone = [span_id for span_id in pending if span_id not in present]
        if present:
            index.upsert(list(present), np.stack(list(present.values())))
        if gone:
            index.delete(gone)
        spans.clear_outbox(pending)


def wanting(spans: Spans, index: VectorIndex) -> str | None:
    """Say what the index lacks that the library holds, from a sample; None if nothing.

    `count()` would not do: an index can count vectors that it can no longer find.
    """
    for span in spans.sample(Kind.PASSAGE, _PROBES):
        found = index.query(span.vector, _NEIGHBOURS)
        if span.id not in found and sum(c > _SAME for c in found.values()) < _NEIGHBOURS:
            return f"the vector of passage {span.id} cannot be found"
    return None


def mend_words(library: Library, on_notice: Callable[[str], None]) -> None:
    """Make the word index anew if it lacks passages, or another Parley stemmed its words."""
    if not library.words_whole():
        on_notice("The word index is made anew from the library (it was not whole, or older).")
        library.rebuild_words()


def probe(folder: Path, name: str) -> str | None:
    """Open the embedded index of a data folder in a child process; say what is wrong."""
    # -P keeps the reader's working folder off the path: a file there must never be run.
    command = [sys.executable, "-P", "-m", "vectorstore.upkeep", str(folder), name]
    try:
        child = subprocess.run(
            command, capture_output=True, text=True, timeout=_PROBE_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return f"it does not answer within {_PROBE_SECONDS} seconds"
    if child.returncode < 0:
        return f"opening it ends the process with signal {-child.returncode}"
    if child.returncode:
        said = child.stdout.strip() or child.stderr.strip().rpartition("\n")[2]
        return said or f"probing it failed with status {child.returncode}"
    return None


def open_embedded(
    library: Library, folder: Path, name: str, on_notice: Callable[[str], None]
) -> ChromaIndex:
    """Open the data folder's own index, made anew from the library if it is wanting."""
    spans, index_folder = Spans(library), folder / "index"
    mend_words(library, on_notice)
    if not index_folder.exists():
        spans.fill_outbox()
    elif problem := probe(folder, name):
        on_notice(f"The vector index is made anew from the library ({problem}).")
        remove_folder(index_folder)
        spans.fill_outbox()
    return ChromaIndex.embedded(index_folder, name)


def open_server(
    library: Library, url: str, name: str, on_notice: Callable[[str], None]
) -> ChromaIndex:
    """Connect to a Chroma server, and fill it from the library if it is wanting."""
    mend_words(library, on_notice)
    spans, index = Spans(library), ChromaIndex.server(url, name)
    if problem := wanting(spans, index):
        on_notice(f"The Chroma server at {url} is filled from the library ({problem}).")
        index.clear()
        spans.fill_outbox()
    return index


def _main(folder: Path, name: str) -> int:
    """Probe as the child: status 0 if the index is sound, else 3 and the reason on stdout."""
    if not (folder / "index").exists():
        sys.stdout.write("there is no index yet")
        return 3
    library = Library.open(folder)
    try:
        index = ChromaIndex.embedded(folder / "index", name)
        problem = wanting(Spans(library), index)
        index.close()
    except ParleyError as error:
        problem = str(error)
    finally:
        library.close()
    if problem:
        sys.stdout.write(problem)
    return 3 if problem else 0


if __name__ == "__main__":
    sys.exit(_main(Path(sys.argv[1]), sys.argv[2]))
