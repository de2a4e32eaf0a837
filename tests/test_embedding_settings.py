"""Which embedder the settings choose, and how the commands fare with one at an endpoint."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.app import make_embedder, open_library, open_owner, open_reader, own_corpus
from bot.cli import run as run_parley
from bot.service import Overview
from bot.settings import Settings, SettingsError, load
from tests import openai_server
from tests.openai_server import OpenAIServer
from vectorstore.embeddings import MiniLM
from vectorstore.endpoint_embeddings import EndpointEmbedder
from vectorstore.errors import FingerprintError, LibraryError
from vectorstore.ingest import ingest

KEY = "sk-a-key-that-nobody-may-see"
REFUSING = "http://127.0.0.1:1/v1"


@dataclass(frozen=True)
class Ran:
    status: int
    out: str
    err: str


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with openai_server.running() as running:
        yield running


@pytest.fixture(autouse=True)
def environ(home: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Leave none of Parley's variables set but the data folder's; return what sets more."""
    for name in list(os.environ):
        if name.startswith(("PARLEY_", "OPENAI_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PARLEY_HOME", str(home))
    monkeypatch.setenv("PARLEY_ENGINE", "extractive")

    def setter(**values: str) -> None:
        for name, value in values.items():
            monkeypatch.setenv(name, value)

    return setter


@pytest.fixture
def parley(capfd: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    def run(*arguments: str) -> Ran:
        status = run_parley(list(arguments))
        out, err = capfd.readouterr()
        assert "Traceback" not in out + err
        assert KEY not in out + err
        return Ran(status, out, err)

    return run


def _silent(_message: str) -> None:
    pass


def test_without_a_model_the_bundled_one_embeds_whatever_others_set(environ) -> None:
    environ(OPENAI_API_KEY="not for Parley", OPENAI_BASE_URL="neither is this")

    embedder = make_embedder(load())

    assert isinstance(embedder, MiniLM)
    assert (embedder.english_only, embedder.host) == (True, None)


def test_a_key_alone_means_openai(environ) -> None:
    environ(PARLEY_EMBEDDING_MODEL="text-embedding-3-small", OPENAI_API_KEY=KEY)

    embedder = make_embedder(load())

    assert isinstance(embedder, EndpointEmbedder)
    assert (embedder.english_only, embedder.host) == (False, "api.openai.com")


def test_an_address_alone_means_a_server_that_asks_for_no_key(
    environ, server: OpenAIServer
) -> None:
    environ(PARLEY_EMBEDDING_MODEL="any", OPENAI_BASE_URL=f"{server.url}/")

    embedder = make_embedder(load())
    embedder.embed(["talks"])

    assert embedder.host == server.host
    assert [asked.path for asked in server.asked] == ["/v1/embeddings"]


def test_the_file_names_model_and_address_and_the_environment_wins(environ, home: Path) -> None:
    home.mkdir()
    lines = 'embedding_model = "of-the-file"\nopenai_base_url = "http://file.example/v1"\n'
    (home / "parley.toml").write_text(lines, encoding="utf-8")
    # No such names: the endpoint's are those that other programs read too.
    environ(PARLEY_OPENAI_BASE_URL="http://prefixed.example/v1")
    assert make_embedder(load()).host == "file.example"
    assert load().embedding_model == "of-the-file"

    environ(PARLEY_EMBEDDING_MODEL="of-the-environment", OPENAI_BASE_URL="http://env.example/v1")

    assert make_embedder(load()).host == "env.example"
    assert load().embedding_model == "of-the-environment"


@pytest.mark.parametrize(
    "line", [f'openai_api_key = "{KEY}"', f'OPENAI_API_KEY = "{KEY}"', f'openai_key = "{KEY}"']
)
def test_a_key_in_the_file_is_refused_and_not_repeated(parley, home: Path, line: str) -> None:
    home.mkdir()
    (home / "parley.toml").write_text(line, encoding="utf-8")

    ran = parley("articles", "list")

    assert ran.status == 1
    assert "parley.toml" in ran.err
    assert ran.err.count("\n") == 1


def test_a_key_is_in_no_representation(environ) -> None:
    environ(PARLEY_EMBEDDING_MODEL="any", OPENAI_API_KEY=KEY)
    settings = load()

    shown = (settings, settings.endpoint(), settings.model_dump(), settings.model_dump_json())

    assert KEY not in repr(shown)
    assert settings.endpoint().key == KEY


def test_a_model_that_is_nowhere_is_refused_with_the_mend(parley, environ, inputs: Path) -> None:
    parley("ingest", str(inputs))
    environ(PARLEY_EMBEDDING_MODEL="any")

    for command in (["ask", "Who led the delegation?"], ["ingest", str(inputs)]):
        ran = parley(*command)
        assert ran.status == 1
        for mend in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "unset PARLEY_EMBEDDING_MODEL"):
            assert mend in ran.err
        assert ran.err.count("\n") == 1


@pytest.mark.parametrize(
    "address",
    [
        "ftp://secret.example/v1",
        "secret.example:80",
        "http://",
        "http://secret.example:99999/v1",
        "http://[secret.example/v1",
        "http://secret example/v1",
        "http://name:secret@host.example/v1",
        "http://host.example/v1?key=secret",
    ],
)
def test_an_address_of_no_use_is_refused_and_not_repeated(environ, address: str) -> None:
    environ(PARLEY_EMBEDDING_MODEL="any", OPENAI_BASE_URL=address)

    with pytest.raises(SettingsError, match=r"OPENAI_BASE_URL.*parley\.toml") as caught:
        make_embedder(load())

    assert "secret" not in str(caught.value) + repr(load())


@pytest.mark.parametrize("key", ["ключ", "two words", "sk-1\u200b"])
def test_a_key_of_no_use_is_refused_and_not_repeated(environ, key: str) -> None:
    environ(PARLEY_EMBEDDING_MODEL="any", OPENAI_API_KEY=key)

    with pytest.raises(SettingsError, match="OPENAI_API_KEY") as caught:
        make_embedder(load())

    assert key not in str(caught.value)


def test_articles_are_taken_in_and_asked_through_the_endpoint(
    parley, environ, server: OpenAIServer, inputs: Path
) -> None:
    environ(PARLEY_EMBEDDING_MODEL="any", OPENAI_BASE_URL=server.url, OPENAI_API_KEY=KEY)

    taken = parley("ingest", str(inputs))
    asked = parley("ask", "Who led the Norland delegation?")

    assert (taken.status, asked.status) == (0, 0)
    assert "Ana Kestrel. [1]" in asked.out
    assert {"The next round is planned for 20 May in the mountain town of Brenn."} <= {
        *server.texts
    }
    assert "Who led the Norland delegation?" in server.texts


def test_an_endpoint_that_fails_rejects_articles_and_is_named(
    parley, environ, server: OpenAIServer, inputs: Path
) -> None:
    environ(PARLEY_EMBEDDING_MODEL="any", OPENAI_BASE_URL=server.url, OPENAI_API_KEY=KEY)
    server.always = openai_server.status(401)

    ran = parley("ingest", str(inputs))

    assert ran.status == 1
    assert f"{server.host}, asked for vectors of the model any, refuses the key" in ran.err
    assert "OPENAI_API_KEY" in ran.err


def _verdicts(ran: Ran) -> dict[str, dict[str, str]]:
    return {each["part"]: each for each in json.loads(ran.out)["verdicts"]}


def test_doctor_says_what_embeds(parley, environ, server: OpenAIServer, inputs: Path) -> None:
    bundled = _verdicts(parley("doctor", "--json"))["embedder"]
    environ(PARLEY_EMBEDDING_MODEL="some-model", OPENAI_BASE_URL=server.url, OPENAI_API_KEY=KEY)
    parley("ingest", str(inputs))
    server.asked.clear()

    remote = _verdicts(parley("doctor", "--json"))

    assert bundled["well"]
    assert "bundled" in bundled["found"]
    assert "English only" in bundled["found"]
    assert all(verdict["well"] for verdict in remote.values())
    assert f"some-model, 16 dimensions, at {server.host}" in remote["embedder"]["found"]
    assert server.texts[0] == "talks"


def test_doctor_tells_an_endpoint_that_is_not_there_from_the_library(
    parley, environ, inputs: Path
) -> None:
    parley("ingest", str(inputs))
    environ(PARLEY_EMBEDDING_MODEL="any", OPENAI_BASE_URL=REFUSING, OPENAI_API_KEY=KEY)

    ran = parley("doctor", "--json")

    verdicts = _verdicts(ran)
    assert ran.status == 1
    assert (verdicts["library"]["well"], verdicts["model"]["well"]) == (True, True)
    assert not verdicts["embedder"]["well"]
    assert "127.0.0.1:1" in verdicts["embedder"]["found"]
    assert "OPENAI_BASE_URL" in verdicts["embedder"]["mend"]


def _at(server: OpenAIServer, home: Path) -> Settings:
    return Settings(home=home, embedding_model="any", openai_base_url=server.url)


def test_the_library_is_read_without_the_endpoint(
    server: OpenAIServer, home: Path, inputs: Path
) -> None:
    settings = _at(server, home)
    with pytest.raises(LibraryError, match="parley ingest"), open_library(settings):
        pass
    with own_corpus(settings, "test", _silent) as corpus:
        ingest(corpus, [str(inputs)])
    server.asked.clear()

    with open_library(settings) as library:
        titles = [article.title for article in library.articles()]

    assert titles == ["Envoy proposes a fishing treaty", "Harbour talks open in Vell"]
    assert server.asked == []


def test_another_model_under_the_same_name_is_noticed_when_a_folder_is_opened(
    server: OpenAIServer, home: Path, inputs: Path
) -> None:
    settings = _at(server, home)
    with own_corpus(settings, "test", _silent) as corpus:
        ingest(corpus, [str(inputs)])
    with open_reader(settings), own_corpus(settings, "test", _silent):
        pass

    server.vector = lambda text: openai_server.hashed(f"another model, {text}")

    with pytest.raises(FingerprintError, match="parley articles reindex"):
        open_reader(settings)
    with pytest.raises(FingerprintError, match="parley articles reindex") as refused:
        own_corpus(settings, "test", _silent)
    # The folder was given back at once, and re-indexing is what may open it.
    own_corpus(settings, "test", _silent, any_embedder=True).close()
    assert server.host in str(refused.value)


def test_what_needs_no_vector_needs_no_endpoint(
    parley, environ, server: OpenAIServer, inputs: Path
) -> None:
    environ(PARLEY_EMBEDDING_MODEL="any", OPENAI_BASE_URL=server.url)
    taken = json.loads(parley("ingest", str(inputs), "--json").out)
    server.asked.clear()

    for command in (
        ("articles", "list"),
        ("articles", "list", "--deleted"),
        ("articles", "show", taken["items"][0]["article_id"]),
        ("conversations", "list"),
        ("feedback", "export"),
    ):
        assert parley(*command).status == 0

    assert server.asked == []


def test_the_page_is_told_where_passages_are_sent(
    server: OpenAIServer, home: Path, inputs: Path
) -> None:
    with own_corpus(_at(server, home), "test", _silent) as corpus:
        ingest(corpus, [str(inputs)])

    def overview(settings: Settings) -> Overview:
        with (
            open_owner(settings, "test", _silent) as parley,
            closing(parley.service()) as service,
        ):
            return service.overview()

    remote, bundled = overview(_at(server, home)), overview(Settings(home=home / "other"))

    assert (remote.embedding_host, bundled.embedding_host) == (server.host, None)
