"""Which models an address serves, against a real server on loopback that is scripted."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.llm.discovery import (
    LOCAL_PORTS,
    PREFERRED,
    Listed,
    choose,
    find_local,
    is_loopback,
    list_models,
)
from tests import openai_server
from tests.openai_server import OpenAIServer, Reply, body, drip, elsewhere, page, silence, status
from vectorstore.errors import EndpointError

KEY = "sk-a-key-that-nobody-may-see"


@pytest.fixture(scope="module")
def shared() -> Iterator[OpenAIServer]:
    with openai_server.running() as running:
        yield running


@pytest.fixture
def server(shared: OpenAIServer) -> OpenAIServer:
    shared.reset()
    return shared


def port(server: OpenAIServer) -> int:
    return int(server.host.partition(":")[2])


def listing(*items: object) -> Reply:
    return body({"object": "list", "data": list(items)})


def test_models_are_listed_in_their_order(server: OpenAIServer) -> None:
    server.models, server.key = ["writer-7b", "all-minilm", "another"], KEY

    listed = list_models(server.url, KEY)

    assert [model.name for model in listed] == ["writer-7b", "all-minilm", "another"]
    assert {model.window for model in listed} == {None}
    (asked,) = server.asked
    assert (asked.method, asked.path) == ("GET", "/v1/models")
    assert list_models(server.url + "/", KEY) == listed


@pytest.mark.parametrize(
    ("told", "window"),
    [
        ({"max_model_len": 8192}, 8192),  # vLLM
        ({"meta": {"n_ctx_train": 32768, "n_params": 7}}, 32768),  # llama.cpp
        ({"meta": {"n_ctx": 4096, "n_ctx_train": 32768}}, 4096),
        ({"context_length": 128_000}, 128_000),  # OpenRouter, Together
        ({"context_window": 131_072}, 131_072),  # Groq
        ({"max_context_length": 32768}, 32768),  # LM Studio
        ({"max_context_length": 32768, "loaded_context_length": 4096}, 4096),
        ({"max_model_len": None, "context_length": 2048}, 2048),
        ({"context_length": "8192"}, None),
        ({"context_length": True, "meta": [1]}, None),
        ({"context_length": -5}, None),
        ({}, None),
    ],
)
def test_what_a_model_takes_in_is_read_from_whichever_field_tells(
    server: OpenAIServer, told: dict[str, object], window: int | None
) -> None:
    server.always = listing({"id": "writer-7b", "object": "model", **told})

    assert list_models(server.url, None) == (Listed("writer-7b", window),)


def test_names_that_are_none_are_left_out(server: OpenAIServer) -> None:
    odd = [{"id": name} for name in ("", 5, None, "two\nlines", "\x1b[31mred", "x" * 1000)]
    server.always = listing(*odd, {"name": "no id"}, "text", None, {"id": "writer-7b"})

    assert list_models(server.url, None) == (Listed("writer-7b"),)


def test_a_bare_list_is_one_too(server: OpenAIServer) -> None:
    server.always = body([{"id": "writer-7b", "context_length": 4096}])

    assert list_models(server.url, None) == (Listed("writer-7b", 4096),)


def test_no_model_is_an_empty_list(server: OpenAIServer) -> None:
    assert list_models(server.url, None) == ()


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (status(401, f"Incorrect key: {KEY}"), "refuses the key: set OPENAI_API_KEY"),
        (status(403, f"{KEY}: no."), "forbids"),
        (status(404), "has no models at that address: set OPENAI_BASE_URL.*/v1"),
        (status(429, "Slow down."), "takes no more for now"),
        (status(500, "It failed."), "status 500.*It failed"),
        (elsewhere("http://127.0.0.1:1/"), "sends elsewhere: set OPENAI_BASE_URL"),
        (page(), "sends a web page: set OPENAI_BASE_URL"),
        (body(b""), "empty answer: set OPENAI_BASE_URL"),
        (body(b'{"data": ['), "something else than a list of models"),
        (body(b"[" * 100_000), "something else than a list of models"),
        (body({"data": None}), "something else than a list of models"),
        (body("no page, no JSON"), "web page|something else than a list of models"),
        (openai_server.break_off(), "broke off"),
        (silence(), "did not answer within 0.5 seconds: look whether"),
        (drip(), "did not answer within 0.5 seconds: look whether"),
        (drip(b" " * 1_000_000, 0), "without end"),
    ],
)
def test_each_fault_of_a_list_is_told_with_the_host_and_the_mend(
    server: OpenAIServer, reply: Reply, told: str
) -> None:
    server.always = reply

    with pytest.raises(EndpointError, match=told) as caught:
        list_models(server.url, KEY, seconds=20 if "end" in told else 0.5)

    message = str(caught.value)
    assert type(caught.value) is EndpointError
    assert message.startswith(f"The endpoint {server.host}, asked for its models, ")
    assert message.endswith("; or set PARLEY_MODEL to the name of a model that it serves.")
    assert message.isprintable()
    assert message.count(": ") == 1
    assert KEY not in message
    assert len(server.asked) == 1


def test_a_missing_key_is_told(server: OpenAIServer) -> None:
    server.key = KEY

    with pytest.raises(EndpointError, match="asks for a key: set OPENAI_API_KEY"):
        list_models(server.url, None)


def test_where_nothing_listens_is_told() -> None:
    with pytest.raises(EndpointError, match=r"127\.0\.0\.1:1,.*nothing listens there: start it"):
        list_models("http://127.0.0.1:1/v1", None)


def test_the_key_goes_to_no_other_host(
    server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with openai_server.running() as other:
        monkeypatch.setenv("HTTP_PROXY", other.url)
        server.always = elsewhere(f"{other.url}/models")

        with pytest.raises(EndpointError, match="sends elsewhere"):
            list_models(server.url, KEY)
        assert find_local([port(server)]) is None

        assert other.asked == []
        assert len(server.asked) == 2


def test_a_server_on_this_machine_is_found(server: OpenAIServer) -> None:
    server.models = ["all-minilm", "llama3.2:3b"]

    assert find_local([1, port(server)]) == f"http://127.0.0.1:{port(server)}/v1"


def test_where_nothing_listens_nothing_is_found_at_once() -> None:
    begun = time.perf_counter()
    assert find_local([1, 2, 3, 4]) is None
    # A bound against a wait for each, which would take two seconds.
    assert time.perf_counter() - begun < 0.4


@pytest.mark.parametrize(
    "reply",
    [
        page(),
        status(401),
        status(404),
        status(500),
        body("Hello"),
        body({"data": "no list"}),
        body({"models": ["x"]}),
        body([]),
        body(5),
        body(b"[" * 100_000),
        listing({"id": "nomic-embed-text"}, {"id": "bge-reranker-v2-m3"}),
        openai_server.break_off(),
        silence(),
        drip(),
        drip(b" " * 1_000_000, 0),
    ],
)
def test_whatever_else_listens_is_passed_over(server: OpenAIServer, reply: Reply) -> None:
    server.replies.append(reply)

    assert find_local([port(server)], seconds=0.3) is None
    server.models = ["writer-7b"]
    assert find_local([port(server)], seconds=5) is not None


@contextmanager
def sending(sent: bytes, *, drips: bool) -> Iterator[int]:
    """Run a server that sends these bytes, and drips others if it does, and yield its port."""
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            client, _ = listening.accept()
            with client, suppress(OSError):
                client.sendall(sent)
                for _ in range(1000 if drips else 0):
                    if ended.wait(0.02):
                        return
                    client.sendall(b"x")

        thread = threading.Thread(target=serve)
        thread.start()
        yield listening.getsockname()[1]
        ended.set()
        thread.join()


@pytest.mark.parametrize(
    "sent", [b"", b"SSH-2.0-OpenSSH_9.6\r\n", b"HTTP/1.1 200 OK\r\nX: ", b"\x00" * 1000]
)
@pytest.mark.parametrize("drips", [False, True])
def test_what_is_no_web_server_is_passed_over_in_time(sent: bytes, drips: bool) -> None:
    begun = time.perf_counter()
    with sending(sent, drips=drips) as its_port:
        assert find_local([its_port], seconds=0.3) is None
        # Without a bound on the whole it would take twenty.
        assert time.perf_counter() - begun < 8


def test_a_list_whose_headers_drip_is_given_up_in_time() -> None:
    begun = time.perf_counter()
    with sending(b"HTTP/1.1 200 OK\r\nX: ", drips=True) as its_port:
        with pytest.raises(EndpointError, match=r"did not answer within 0\.3 seconds"):
            list_models(f"http://127.0.0.1:{its_port}/v1", KEY, seconds=0.3)
        assert time.perf_counter() - begun < 8


def test_the_usual_ports_are_known() -> None:
    assert LOCAL_PORTS == (11434, 1234, 8080, 8000)


def listed(*names: str) -> list[Listed]:
    return [Listed(name) for name in names]


@pytest.mark.parametrize(
    "names",
    [
        ["writer-7b"],
        ["text-embedding-3-small", "writer-7b"],
        ["BAAI/bge-m3", "nomic-embed-text:latest", "all-minilm:22m", "writer-7b", "another"],
        ["whisper-large-v3", "bge-reranker-v2-m3", "kokoro-tts", "writer-7b"],
        ["dall-e-3", "gpt-image-1", "stable-diffusion-xl", "omni-moderation-latest", "writer-7b"],
        ["intfloat/e5-base", "gte-small", "paraphrase-multilingual", "writer-7b"],
    ],
)
def test_the_first_model_that_chats_writes(names: list[str]) -> None:
    assert choose(listed(*names)) == Listed("writer-7b")


@pytest.mark.parametrize(
    "name",
    ["llama3.2:3b", "Qwen/Qwen3-8B-Instruct", "gpt-oss:20b", "gemma3", "mistral-small3.2",
     "phi-4-mini", "deepseek-r1:8b", "command-r", "smollm2", "clipper-9b", "google/gemma-3-4b"],
)  # fmt: skip
def test_models_that_chat_are_known_by_their_names(name: str) -> None:
    assert choose(listed("text-embedding-small", name)) == Listed(name)


def test_of_a_shop_s_many_models_one_that_is_known_writes_or_none() -> None:
    many = [f"model-{number}" for number in range(60)]

    assert choose(listed(*many, "gpt-4o-mini", PREFERRED[0], "gpt-4o")) == Listed(PREFERRED[0])
    assert choose(listed(*many)) is None
    assert choose(listed(*many), preferred=["model-7"]) == Listed("model-7")


def test_of_none_that_chats_none_writes() -> None:
    assert choose([]) is None
    assert choose(listed("text-embedding-3-small", "whisper-1")) is None


@pytest.mark.parametrize(
    ("address", "here"),
    [
        ("http://127.0.0.1:11434/v1", True),
        ("http://127.5.5.5/v1", True),
        ("http://localhost:1234/v1", True),
        ("http://LOCALHOST./v1", True),
        ("http://[::1]:8000/v1", True),
        ("https://api.openai.com/v1", False),
        ("http://192.168.0.7/v1", False),
        ("http://127.0.0.1.example.org/v1", False),
        ("http://localhost.example.org/v1", False),
        ("http://example.org/127.0.0.1", False),
        ("http://127.0.0.1@example.org/v1", False),
        ("http://[::1", False),
        ("", False),
    ],
)
def test_this_machine_is_known_by_its_address(address: str, here: bool) -> None:
    assert is_loopback(address) == here


@given(st.text(max_size=60))
def test_any_address_is_here_or_not(address: str) -> None:
    assert is_loopback(address) in (True, False)
