"""What the suites share: a real embedder, real data folders, articles to put in them.

The network is closed but for loopback (pytest-socket, in pyproject.toml).
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from vectorstore.corpus import Corpus
from vectorstore.embeddings import MiniLM
from vectorstore.ingest import IngestReport, ingest

HARBOUR = """\
---
title: Harbour talks open in Vell
publisher: Vell Courier
published: 2031-05-06
url: https://example.org/harbour-talks
---
Delegations from Norland and Sudmark met in the port of Vell on Tuesday for the first talks
since the blockade began.

The Norland delegation was led by Trade Minister Ana Kestrel. Sudmark sent its ambassador,
Iven Orlo.

Kestrel said that 22 ships were still waiting outside the harbour. "We came to open the
harbour, not to close a door," she said.

Follow the Vell Courier on Facebook and Instagram

Orlo told reporters that Sudmark would lift the blockade only after a fishing treaty was signed.

The next round is planned for 20 May in the mountain town of Brenn.
"""

ENVOY = """\
---
title: Envoy proposes a fishing treaty
publisher: Brenn Gazette
published: 2031-05-21
url: https://example.org/envoy
---
The United Nations envoy, Mira Sol, proposed a fishing treaty on Wednesday at the second round
of talks in Brenn.

Under the proposal, both navies would withdraw thirty miles from the coast. Norland accepted
the proposal in principle, its delegation said.

Sudmark asked for two weeks to study the text.
"""


@pytest.fixture(scope="session", autouse=True)
def _quoting() -> Iterator[None]:
    """Have Parley quote where a test wants nothing else, whatever runs on this machine."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "PARLEY_MODEL"):
            patch.delenv(name, raising=False)
        patch.setenv("PARLEY_ENGINE", "extractive")
        yield


@pytest.fixture(scope="session")
def embedder() -> MiniLM:
    return MiniLM()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    folder = tmp_path / "inputs"
    folder.mkdir()
    (folder / "envoy.md").write_text(ENVOY, encoding="utf-8")
    (folder / "harbour.md").write_text(HARBOUR, encoding="utf-8")
    return folder


@pytest.fixture
def corpus(home: Path, embedder: MiniLM) -> Iterator[Corpus]:
    with Corpus.own(home, embedder, "test") as opened:
        yield opened


@pytest.fixture
def filled(corpus: Corpus, inputs: Path) -> Corpus:
    ingest(corpus, [str(inputs)])
    return corpus


@pytest.fixture
def take_in(corpus: Corpus, tmp_path: Path) -> Callable[..., IngestReport]:
    """Ingest one text, given as what its file would hold."""

    def take(text: str, name: str = "article.md") -> IngestReport:
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        return ingest(corpus, [str(file)])

    return take
