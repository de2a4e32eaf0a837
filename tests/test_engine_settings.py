"""Which engine the settings choose, what is told of it, and how the commands fare with it."""

import json
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.app import open_owner
from bot.cli import run as run_parley
from bot.engines import make_engine
from bot.extractive import ExtractiveEngine
from bot.llm import WritingEngine, discovery
from bot.settings import SettingsError, load
from tests import openai_server
from tests.openai_server import OpenAIServer, body, page, said, silence, status
from vectorstore.errors import EndpointError, ParleyError

KEY = "sk-a-key-that-nobody-may-see"
REFUSING = "http://127.0.0.1:1/v1"
LED = "Who led the Norland delegation?"
HELD = "Trade Minister Ana Kestrel led the delegation of Norland."


@dataclass(frozen=True)
class Ran:
    status: int
    out: str
    err: str


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with openai_server.running() as running:
        running.says = lambda _asked: f"{HELD} [1]"
        running.models = ["tale-1"]
        yield running


@pytest.fixture(autouse=True)
def environ(home: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Leave none of Parley's variables set but the data folder's; return what sets more.

    No server of this machine's owner is found on the usual ports.
    """
    for name in list(os.environ):
        if name.startswith(("PARLEY_", "OPENAI_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PARLEY_HOME", str(home))
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.setattr(discovery, "LOCAL_PORTS", ())

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
        return Ran(status, out, err)

    return run


@pytest.fixture
def told() -> list[str]:
    return []


def made(told: list[str]) -> object:
    return make_engine(load(), told.append)


def test_with_nothing_set_and_nothing_running_parley_quotes(told: list[str]) -> None:
    assert isinstance(made(told), ExtractiveEngine)
    assert told == []


def test_an_address_alone_makes_its_only_model_write_and_says_so(
    environ, server: OpenAIServer, told: list[str]
) -> None:
    environ(OPENAI_BASE_URL=server.url)
    engine = made(told)

    assert isinstance(engine, WritingEngine)
    assert (engine.model, engine.host) == ("tale-1", None)
    assert told == [
        f"tale-1 writes the answers, at {server.host}, on this machine; "
        "PARLEY_ENGINE=extractive quotes instead."
    ]


def test_for_a_remote_model_it_is_said_which_host_receives_passages(
    environ, told: list[str]
) -> None:
    environ(
        OPENAI_BASE_URL="https://models.example.org/v1",
        PARLEY_MODEL="tale-1",
        PARLEY_CONTEXT_TOKENS="8000",
    )
    engine = made(told)

    assert isinstance(engine, WritingEngine)
    assert engine.host == "models.example.org"
    (notice,) = told
    assert "questions and the passages found for them are sent to models.example.org" in notice


def test_a_key_alone_means_openai(environ, told: list[str]) -> None:
    environ(OPENAI_API_KEY=KEY, PARLEY_MODEL="tale-1")
    engine = made(told)

    assert isinstance(engine, WritingEngine)
    assert engine.host == "api.openai.com"
    assert KEY not in told[0] + repr(engine)


def test_quoting_can_be_insisted_on(environ, server: OpenAIServer, told: list[str]) -> None:
    environ(OPENAI_BASE_URL=server.url, PARLEY_ENGINE="extractive")

    assert isinstance(made(told), ExtractiveEngine)
    assert (told, server.asked) == ([], [])


def test_a_model_that_is_insisted_on_and_nowhere_is_an_error_with_the_mend(
    environ, parley, inputs: Path
) -> None:
    parley("ingest", str(inputs))
    environ(PARLEY_ENGINE="llm")

    ran = parley("ask", LED)

    assert (ran.status, ran.out) == (1, "")
    assert ran.err.count("\n") == 1
    for mend in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "PARLEY_ENGINE=extractive"):
        assert mend in ran.err


@pytest.mark.parametrize(
    "values",
    [
        {"OPENAI_BASE_URL": REFUSING},
        {"OPENAI_BASE_URL": "ftp://models.example.org"},
        {"OPENAI_API_KEY": "clé", "PARLEY_MODEL": "tale-1"},
    ],
)
def test_what_cannot_be_used_is_an_error_if_insisted_on_and_else_a_notice(
    environ, told: list[str], values: dict[str, str]
) -> None:
    environ(**values)

    assert isinstance(made(told), ExtractiveEngine)
    assert told[0].endswith("Until then answers are quotations.")
    environ(PARLEY_ENGINE="llm")
    with pytest.raises((SettingsError, EndpointError)):
        made(told)


def test_a_model_that_is_named_is_used_though_its_endpoint_sleeps(environ, told) -> None:
    environ(OPENAI_BASE_URL=REFUSING, PARLEY_MODEL="tale-1")
    engine = made(told)

    assert isinstance(engine, WritingEngine)
    assert engine.model == "tale-1"


def test_of_too_many_models_one_must_be_named(environ, server: OpenAIServer, told) -> None:
    server.models = [f"tale-{number}" for number in range(300)]
    environ(OPENAI_BASE_URL=server.url, PARLEY_ENGINE="llm")

    with pytest.raises(ParleyError, match=r"300 models \(tale-0, tale-1, tale-2 …\).*PARLEY_MODEL"):
        made(told)


def test_of_no_model_one_must_be_named(environ, server: OpenAIServer, told) -> None:
    server.models = ["text-embedding-small"]
    environ(OPENAI_BASE_URL=server.url)

    assert isinstance(made(told), ExtractiveEngine)
    assert "PARLEY_MODEL" in told[0]


def test_the_window_is_the_one_that_is_told_or_set(environ, server: OpenAIServer, told) -> None:
    server.always = body({"object": "list", "data": [{"id": "tale-1", "max_model_len": 9_000}]})
    environ(OPENAI_BASE_URL=server.url)
    from bot.engines import make_model

    def window() -> int:
        settings = load()
        endpoint = settings.endpoint()
        assert endpoint is not None
        return make_model(settings, endpoint).window

    assert window() == 9_000
    environ(PARLEY_MODEL="tale-1")
    assert window() == 9_000
    environ(PARLEY_MODEL="tale-2")
    assert window() == 4_096
    environ(PARLEY_CONTEXT_TOKENS="6000")
    assert window() == 6_000


@pytest.mark.parametrize("address", ["", "https://api.openai.com/v1"])
def test_openais_own_models_take_in_more_however_they_are_named(environ, address: str) -> None:
    from bot.engines import make_model

    environ(OPENAI_API_KEY=KEY, PARLEY_MODEL="tale-1", OPENAI_BASE_URL=address)
    endpoint = load().endpoint()

    assert endpoint is not None
    assert make_model(load(), endpoint).window == 32_768


def port(server: OpenAIServer) -> int:
    return int(server.host.rpartition(":")[2])


def test_a_server_on_its_usual_port_is_found_and_named(
    server: OpenAIServer, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discovery, "LOCAL_PORTS", (1, port(server)))
    engine = made(told)

    assert isinstance(engine, WritingEngine)
    assert engine.model == "tale-1"
    assert "on this machine" in told[0]


@pytest.mark.parametrize("reply", [page(), page(404), status(401), silence(), body([1, 2])])
def test_another_program_on_such_a_port_is_passed_over(
    server: OpenAIServer, told: list[str], monkeypatch: pytest.MonkeyPatch, reply
) -> None:
    server.always = reply
    monkeypatch.setattr(discovery, "LOCAL_PORTS", (port(server),))

    assert isinstance(made(told), ExtractiveEngine)
    assert told == []


def test_what_accepts_and_never_speaks_is_passed_over(
    told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        monkeypatch.setattr(discovery, "LOCAL_PORTS", (mute.getsockname()[1],))

        assert isinstance(made(told), ExtractiveEngine)


# The commands.


@pytest.fixture
def writing(environ, parley, inputs: Path, server: OpenAIServer) -> OpenAIServer:
    """Return the server of the model that answers; two articles are in the library."""
    environ(PARLEY_ENGINE="extractive")
    parley("ingest", str(inputs))
    environ(PARLEY_ENGINE="auto", OPENAI_BASE_URL=server.url, OPENAI_API_KEY=KEY)
    return server


def test_ask_prints_what_the_model_wrote_and_tells_apart_which_does(
    parley, writing: OpenAIServer
) -> None:
    ran = parley("ask", LED)

    assert ran.status == 0
    assert ran.out.startswith(f"{HELD} [1]\n")
    assert ran.err.count("tale-1 writes the answers") == 1
    assert KEY not in ran.out + ran.err


def test_ask_gives_usage_and_cost_as_json(parley, writing: OpenAIServer, home: Path) -> None:
    price = '[prices."tale-1"]\ninput = 1.0\noutput = 10.0\n'
    (home / "parley.toml").write_text(price, encoding="utf-8")
    writing.always = None

    form = json.loads(parley("ask", "--json", LED).out)

    assert (form["engine"], form["model"], form["incomplete"]) == ("llm", "tale-1", False)
    assert form["usage"]["input_tokens"] == 12
    assert form["usage"]["cost_usd"] == pytest.approx(62e-6)
    assert form["sentences"][0]["status"] == "verified"


def test_ask_falls_back_when_the_endpoint_refuses(parley, writing: OpenAIServer) -> None:
    writing.replies.append(writing.by_protocol)  # the list of models
    writing.always = status(401, f"Incorrect API key provided: {KEY[:8]}…")

    form = json.loads(parley("ask", "--json", LED).out)

    assert (form["engine"], form["refused"]) == ("extractive", False)
    assert "Ana Kestrel" in form["answer"]
    assert "OPENAI_API_KEY" in form["notices"][0]
    assert KEY not in json.dumps(form)


def test_the_page_says_what_writes_and_makes_its_examples_by_quoting(
    writing: OpenAIServer, told: list[str]
) -> None:
    with open_owner(load(), "test", told.append) as opened, closing(opened.service()) as service:
        overview = service.overview()

    assert (overview.engine, overview.model, overview.host) == ("llm", "tale-1", None)
    assert overview.examples
    assert writing.prompts == []


def test_a_conversation_keeps_what_a_model_wrote_and_no_key(
    parley, writing: OpenAIServer, home: Path
) -> None:
    parley("ask", "--conversation", "Harbour", LED)
    (found,) = json.loads(parley("conversations", "list", "--json").out)["conversations"]

    exported = parley("conversations", "export", found["id"])

    assert HELD[:20] in exported.out
    for file in home.rglob("*"):
        assert not file.is_file() or KEY.encode() not in file.read_bytes()


def test_tracing_is_off_though_another_programs_variables_turn_it_on(
    writing: OpenAIServer, environ, parley
) -> None:
    from langsmith.utils import tracing_is_enabled

    environ(LANGSMITH_TRACING="true", LANGCHAIN_TRACING_V2="true", LANGSMITH_API_KEY="x")
    parley("ask", LED)

    assert not tracing_is_enabled()


# The doctor.


def verdict(ran: Ran) -> dict[str, object]:
    (found,) = (each for each in json.loads(ran.out)["verdicts"] if each["part"] == "engine")
    return found


def test_the_doctor_asks_a_model_for_a_word(parley, writing: OpenAIServer) -> None:
    writing.always = None
    ran = parley("doctor", "--json")

    found = verdict(ran)
    assert (ran.status, found["well"]) == (0, True)
    for part in ("tale-1", writing.host, "12 + 5 tokens", "4,096"):
        assert part in str(found["found"])
    (prompt,) = writing.prompts
    assert len(prompt) < 100


@pytest.mark.parametrize(
    ("reply", "mend"),
    [
        (status(401), "OPENAI_API_KEY"),
        (status(404, "No model tale-1.", "model_not_found"), "PARLEY_MODEL"),
        (page(), "OPENAI_BASE_URL"),
    ],
)
def test_the_doctor_tells_what_is_the_matter(
    parley, writing: OpenAIServer, environ, reply, mend: str
) -> None:
    environ(PARLEY_MODEL="tale-1", PARLEY_CONTEXT_TOKENS="4096")
    writing.always = reply

    ran = parley("doctor", "--json")

    assert (ran.status, verdict(ran)["well"]) == (1, False)
    assert mend in str(verdict(ran)["mend"])
    assert KEY not in ran.out + ran.err


def test_the_doctor_is_content_without_a_model(parley, writing: OpenAIServer, environ) -> None:
    environ(OPENAI_BASE_URL="", OPENAI_API_KEY="")

    found = verdict(parley("doctor", "--json"))

    assert found["well"] is True
    assert "quotations" in str(found["found"])
    environ(PARLEY_ENGINE="llm")
    assert verdict(parley("doctor", "--json"))["well"] is False
    environ(PARLEY_ENGINE="extractive")
    assert "PARLEY_ENGINE is extractive" in str(verdict(parley("doctor", "--json"))["found"])


def test_streamed_and_whole_are_the_same_to_a_reader(parley, writing: OpenAIServer) -> None:
    writing.replies.extend([writing.by_protocol, said(f"{HELD} [1]", pieces=[*f"{HELD} [1]"])])

    assert parley("ask", LED).out.startswith(f"{HELD} [1]\n")
