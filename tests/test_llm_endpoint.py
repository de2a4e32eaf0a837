"""A model that writes behind an endpoint, against a real server on loopback that is scripted."""

import logging
import socket
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from langchain_core.callbacks import get_usage_metadata_callback

from bot.answers import Usage
from bot.llm.endpoint import ChatEndpoint
from bot.llm.model import Message, Piece
from tests import openai_server
from tests.openai_server import (
    Asked,
    OpenAIServer,
    Reply,
    Response,
    StreamingResponse,
    body,
    chunk,
    completion,
    event,
    hang_up,
    raw,
    said,
    silence,
    status,
)
from vectorstore.errors import EndpointError, IncompleteError

MODEL = "some-lab/writer-7b"
KEY = "sk-a-key-that-nobody-may-see"
TEXT = "Ana Kestrel led the delegation. The talks ended on Tuesday."
ASKED: list[Message] = [("system", "Answer briefly."), ("user", "Who led {the} delegation?")]


@pytest.fixture(scope="module")
def shared() -> Iterator[OpenAIServer]:
    with openai_server.running() as running:
        yield running


@pytest.fixture
def server(shared: OpenAIServer) -> OpenAIServer:
    shared.reset()
    shared.says = lambda _asked: TEXT
    return shared


@pytest.fixture
def alone() -> Iterator[OpenAIServer]:
    """A server whose every client is the test's, so that those who leave can be counted."""
    with openai_server.running() as running:
        yield running


@pytest.fixture
def model(server: OpenAIServer) -> ChatEndpoint:
    return to(server)


def to(server: OpenAIServer, **options: Any) -> ChatEndpoint:
    return ChatEndpoint(MODEL, server.url, KEY, **{"retries": 0, **options})


def streamed(model: ChatEndpoint, **options: Any) -> Piece:
    """Return all of a stream as one piece."""
    *pieces, last = model.stream(ASKED, **{"most_tokens": 100, **options})
    text = "".join(piece.text for piece in pieces)
    return last if last.refused else Piece(text + last.text, last.usage)


def completed(model: ChatEndpoint, **options: Any) -> Piece:
    return model.complete(ASKED, **{"most_tokens": 100, **options})


both = pytest.mark.parametrize("ask", [streamed, completed])
Ask = Callable[..., Piece]


def held(*before: str, after: str = "") -> tuple[Reply, threading.Event]:
    """Return a reply that streams, and that goes on after `before` once the event is set."""
    go_on = threading.Event()

    async def reply(asked: Asked) -> Response:
        async def parts() -> AsyncIterator[str]:
            for text in before:
                yield chunk(asked, {"content": text})
            while not go_on.is_set():
                yield ": nothing new\n\n"
                await openai_server.asyncio.sleep(0.02)
            yield chunk(asked, {"content": after}, "stop")
            yield event("[DONE]")

        return StreamingResponse(parts(), media_type="text/event-stream")

    return reply, go_on


def eventually(true: Callable[[], bool]) -> bool:
    until = time.monotonic() + 10
    while not true() and time.monotonic() < until:
        time.sleep(0.01)
    return true()


def asking() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "model"]


@both
def test_the_text_is_what_the_model_said_and_its_tokens_are_counted(
    server: OpenAIServer, model: ChatEndpoint, ask: Ask
) -> None:
    assert ask(model) == Piece(TEXT, Usage(12, 5))

    (asked,) = server.asked
    assert asked.path == "/v1/chat/completions"
    assert asked.headers["authorization"] == f"Bearer {KEY}"
    assert (asked.body["model"], asked.body["temperature"]) == (MODEL, 0)
    assert asked.body["max_tokens"] == 100
    assert "max_completion_tokens" not in asked.body
    # Braces stay as they are: a message is no template.
    assert asked.body["messages"] == [{"role": role, "content": content} for role, content in ASKED]


def test_text_is_handed_on_as_it_comes_in_and_time_is_told_meanwhile(
    server: OpenAIServer, model: ChatEndpoint
) -> None:
    reply, go_on = held("Ana ", "Kestrel", after=" led it.")
    server.always = reply

    pieces = model.stream(ASKED, most_tokens=100)
    text = ""
    while text != "Ana Kestrel":
        text += next(pieces).text
    # The server waits for the test, and so would whoever waits for the server.
    assert [next(pieces) for _ in range(3)] == [Piece()] * 3
    go_on.set()

    assert "".join(piece.text for piece in pieces) == " led it."


def test_time_is_told_before_an_endpoint_says_anything(
    server: OpenAIServer, model: ChatEndpoint
) -> None:
    server.always = silence()

    pieces = model.stream(ASKED, most_tokens=100)

    assert [next(pieces) for _ in range(3)] == [Piece()] * 3
    pieces.close()


@both
@pytest.mark.parametrize(
    ("reply", "usage"),
    [
        (said(TEXT, usage=None), None),
        (said(TEXT, finish="eos"), Usage(12, 5)),
        (said(TEXT, finish="tool_calls", usage=(0, 0)), Usage(0, 0)),
    ],
)
def test_an_end_may_have_another_name_and_tokens_may_not_be_told(
    server: OpenAIServer, model: ChatEndpoint, ask: Ask, reply: Reply, usage: Usage | None
) -> None:
    server.always = reply

    assert ask(model) == Piece(TEXT, usage)


@both
def test_an_empty_answer_is_whole(server: OpenAIServer, model: ChatEndpoint, ask: Ask) -> None:
    server.always = said("")

    assert ask(model).text == ""


@both
def test_a_model_that_declines_is_told_from_one_that_writes(
    server: OpenAIServer, model: ChatEndpoint, ask: Ask
) -> None:
    server.always = openai_server.declined("I cannot help with that.")

    piece = ask(model)

    assert (piece.text, piece.refused) == ("I cannot help with that.", True)


def oddly(*more: Callable[[Asked], str]) -> Reply:
    """Return a stream of these events, made from what was asked."""

    async def reply(asked: Asked) -> Response:
        return await raw(*(each(asked) for each in more))(asked)

    return reply


def delta(**fields: Any) -> Callable[[Asked], str]:
    finish = fields.pop("finish", None)
    return lambda asked: chunk(asked, fields, finish)


DONE: Callable[[Asked], str] = lambda _asked: event("[DONE]")  # noqa: E731


@pytest.mark.parametrize(
    "reply",
    [
        # As Ollama, vLLM, and servers of models that think.
        oddly(delta(reasoning="Hm."), delta(reasoning_content="Hm."), delta(content=TEXT),
              delta(finish="stop"), DONE),
        oddly(delta(role="assistant", content=TEXT, finish="stop")),
        oddly(lambda _: ": ping\n\n", lambda _: "event: x\n", delta(content=TEXT, finish="stop")),
        oddly(delta(content=None), delta(content=TEXT), delta(content=None, finish="stop"), DONE),
        oddly(lambda a: chunk(a), delta(content=TEXT, finish="stop"), lambda a: chunk(a), DONE),
        # The end has been told: what comes after it can change nothing.
        oddly(delta(content=TEXT), delta(finish="stop"), lambda _: hang_up),
        oddly(delta(content=TEXT), delta(finish="stop"), lambda _: event("{")),
        # Not a stream, though one was asked for.
        lambda asked: body(completion(asked, TEXT))(asked),
        lambda asked: body(openai_server.json.dumps(completion(asked, TEXT), indent=2).encode())(
            asked
        ),
    ],
)  # fmt: skip
def test_servers_stream_in_many_ways(
    server: OpenAIServer, model: ChatEndpoint, reply: Reply
) -> None:
    server.always = reply

    assert streamed(model).text == TEXT


def test_a_stream_that_stays_open_after_its_end_is_left(alone: OpenAIServer) -> None:
    async def reply(asked: Asked) -> Response:
        async def parts() -> AsyncIterator[str]:
            yield chunk(asked, {"content": TEXT}, "stop")
            await openai_server.asyncio.sleep(60)

        return StreamingResponse(parts(), media_type="text/event-stream")

    alone.always = reply

    begun = time.monotonic()
    assert streamed(to(alone, seconds=40, read_seconds=40)).text == TEXT
    assert time.monotonic() - begun < 20
    assert eventually(lambda: alone.gone == 1)


# What goes wrong, how it is told when it is streamed, and whether an answer had begun.
FAULTS: list[tuple[Reply, str, bool]] = [
    (status(400, "No chat here."), "refuses the request.*No chat.*PARLEY_MODEL", False),
    (status(401, f"Incorrect key: {KEY}"), "refuses the key: set OPENAI_API_KEY", False),
    (status(403, f"{KEY}: not in your plan."), "forbids.*your plan.*OPENAI_API_KEY", False),
    (
        status(404, "No such model.", "model_not_found"),
        "does not have that model.*set PARLEY_MODEL",
        False,
    ),
    (
        body({"error": {"message": f'model "{MODEL}" not found, try pulling it first'}}, 404),
        "does not have that model.*try pulling it.*set PARLEY_MODEL",
        False,
    ),
    (body({"detail": "Not Found"}, 404), "no chat at that.*OPENAI_BASE_URL.*/v1", False),
    (openai_server.page(404), "no chat at that address: set OPENAI_BASE_URL", False),
    (status(405, "Method not allowed."), "status 405", False),
    (status(429, "Slow down."), "takes no more for now.*Slow down", False),
    (
        status(429, "You exceeded your quota.", "insufficient_quota"),
        "quota is spent.*exceeded.*OPENAI_API_KEY",
        False,
    ),
    (status(429, "Slow.", retry_after="3600"), "asks to wait 3600 seconds.*Slow", False),
    (status(500, "CUDA is out of memory."), "status 500.*out of memory.*its log", False),
    (body("<html>Bad gateway</html>", 502), "status 502: look into its log", False),
    (body({"error": "a: b: c"}, 503), "status 503", False),
    (openai_server.elsewhere("http://127.0.0.1:1/"), "sends elsewhere: set OPENAI_BASE", False),
    *(
        (status(code, words, kind), "more than the model takes in.*PARLEY_CONTEXT_TOKENS", False)
        for code, words, kind in [
            (400, "Too long.", "context_length_exceeded"),
            (400, "This model's maximum context length is 4096 tokens; max_tokens 9", None),
            (400, "the request exceeds the available context size, try increasing it", None),
            (400, "The number of tokens to keep is greater than the context length", None),
            (500, "the request exceeds the available context size", None),
        ]
    ),
    (silence(), "did not answer within 0.6 seconds.*PARLEY_DEADLINE", False),
    (openai_server.page(), "sends a web page.*OPENAI_BASE_URL.*/v1", True),
    (raw("\n <html>", media_type="text/plain"), "sends a web page.*OPENAI_BASE_URL.*/v1", True),
    (raw(""), "empty answer.*OPENAI_BASE_URL.*/v1", True),
    (raw(event("[DONE]")), "something else than what the protocol has", True),
    (body([]), "something else than what the protocol has", True),
    (body(b"[" * 100_000), "something else than what the protocol has", True),
    (body({"choices": None}), "something else|no answer", True),
    (openai_server.garbled(""), "something else than what the protocol has", True),
    (openai_server.garbled(TEXT), "something else than what the protocol has", True),
    (openai_server.cut_off(""), "broke off", True),
    (openai_server.cut_off(TEXT), "broke off.*its log", True),
    (openai_server.unfinished(TEXT), "broke off before the end.*its log", True),
    (said(TEXT, finish="error"), "broke off", True),
    (openai_server.failing_inside(TEXT), "fails inside.*CUDA is out of memory.*its log", True),
    (openai_server.failing_inside("", f"{KEY} is bad"), "fails inside", True),
    (openai_server.failing_inside("", "exceeds the context window"), "PARLEY_CONTEXT_TOK", True),
    (said(TEXT, finish="length"), "was cut at 100 tokens: .*PARLEY_MODEL", True),
    (said("", finish="length"), "was cut at 100 tokens before any text: ", True),
    (said(TEXT, finish="content_filter"), "content_filter: ", True),
    (said("word " * 300), "without end", True),
    (openai_server.dripping(pause=0.02), "not come to an end within 0.6.*PARLEY_DEADLINE", True),
    (openai_server.drip(b":\n\n"), "not come to an end within 0.6.*PARLEY_DEADLINE", True),
]


@both
@pytest.mark.parametrize(("reply", "told", "begun"), FAULTS)
def test_each_fault_is_told_with_the_host_the_model_and_the_mend(
    server: OpenAIServer,
    caplog: pytest.LogCaptureFixture,
    ask: Ask,
    reply: Reply,
    told: str,
    begun: bool,
) -> None:
    model = to(server)
    if "0.6" in told:
        ask(model)  # the client is there, so that all the time is the endpoint's
    server.always = reply

    with caplog.at_level(logging.DEBUG), pytest.raises(EndpointError, match=told) as caught:
        ask(model, seconds=0.6 if "0.6" in told else 20)

    message = str(caught.value)
    assert isinstance(caught.value, IncompleteError) == begun
    assert message.startswith(f"The endpoint {server.host}, asked to write with the model {MODEL}")
    assert message.count(": ") == 1
    assert message.endswith(".")
    assert message.isprintable()
    assert "EMBEDDING" not in message
    assert KEY not in message + repr(caught.value) + caplog.text
    assert KEY not in repr(model) + repr(vars(model))


def test_an_answer_that_fell_silent_is_told_from_one_that_never_came(
    server: OpenAIServer,
) -> None:
    async def mute(asked: Asked) -> Response:
        async def parts() -> AsyncIterator[str]:
            yield chunk(asked, {"content": "Ana "})
            await openai_server.asyncio.sleep(60)

        return StreamingResponse(parts(), media_type="text/event-stream")

    server.always = mute
    with pytest.raises(IncompleteError, match=r"fell silent for 0\.3 seconds.*PARLEY_DEADLINE"):
        streamed(to(server, read_seconds=0.3))
    server.always = silence()
    with pytest.raises(EndpointError, match=r"did not answer within 0\.3 seconds") as caught:
        streamed(to(server, read_seconds=0.3))
    assert type(caught.value) is EndpointError


def test_what_came_before_a_fault_has_been_handed_on(
    server: OpenAIServer, model: ChatEndpoint
) -> None:
    server.always = openai_server.cut_off(TEXT)
    pieces: list[Piece] = []

    with pytest.raises(IncompleteError):
        pieces.extend(model.stream(ASKED, most_tokens=100))

    assert "".join(piece.text for piece in pieces) == TEXT


@both
def test_an_endpoint_that_is_not_there_is_named(ask: Ask) -> None:
    refusing = ChatEndpoint(MODEL, "http://127.0.0.1:1/v1", retries=0)
    with pytest.raises(EndpointError, match=r"127\.0\.0\.1:1,.* nothing listens there: start it"):
        ask(refusing)

    unknown = ChatEndpoint(MODEL, "http://no-such-host.invalid/v1", retries=0)
    with pytest.raises(EndpointError, match=r"no-such-host\.invalid,.*OPENAI_BASE_URL"):
        ask(unknown)


def test_a_wrong_key_and_a_missing_one_are_told_apart(server: OpenAIServer) -> None:
    server.key = "the right one"

    with pytest.raises(EndpointError, match="refuses the key: set OPENAI_API_KEY"):
        streamed(to(server))
    with pytest.raises(EndpointError, match="asks for a key: set OPENAI_API_KEY"):
        streamed(ChatEndpoint(MODEL, server.url, retries=0))
    assert "authorization" not in server.asked[-1].headers


def test_an_address_without_its_path_is_told(server: OpenAIServer) -> None:
    model = ChatEndpoint(MODEL, server.url.removesuffix("/v1"), KEY)

    with pytest.raises(EndpointError, match=r"no chat at that address.*ends in /v1"):
        streamed(model)


@contextmanager
def answering(parts: list[bytes], pause: float) -> Iterator[str]:
    """Run a server that sends these bytes, whatever it is sent, and yield its address."""
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            client, _ = listening.accept()
            with client:
                for part in parts:
                    try:
                        client.sendall(part)
                    except OSError:
                        return
                    if ended.wait(pause):
                        return

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/v1"
        ended.set()
        thread.join()


@both
def test_headers_that_drip_end_by_the_deadline(ask: Ask) -> None:
    with answering([b"HTTP/1.1 200 OK\r\n", *[b"x"] * 10_000], 0.02) as address:
        model = ChatEndpoint(MODEL, address, seconds=0.5)
        with pytest.raises(EndpointError, match=r"did not answer within 0\.5 seconds") as caught:
            ask(model)

    assert type(caught.value) is EndpointError


@both
def test_what_is_no_http_is_told(ask: Ask) -> None:
    with answering([b"SSH-2.0-OpenSSH_9.6\r\n"], 0) as address:
        model = ChatEndpoint(MODEL, address, seconds=5, retries=0)
        with pytest.raises(EndpointError, match=r"broke off.*its log"):
            ask(model)


@both
@pytest.mark.parametrize("code", [408, 409, 429, 500, 503])
def test_an_endpoint_that_is_busy_is_tried_again_twice(
    server: OpenAIServer, ask: Ask, code: int
) -> None:
    patient = to(server, retries=2)
    busy = status(code, "Busy.", retry_after_ms="50")

    server.replies.extend([busy, busy])
    assert ask(patient).text == TEXT
    assert len(server.asked) == 3

    server.replies.extend([busy] * 3)
    with pytest.raises(EndpointError, match="Busy"):
        ask(patient)
    assert len(server.asked) == 6


@both
@pytest.mark.parametrize(
    "reply",
    [openai_server.cut_off(""), openai_server.break_off(b""), silence()],
)
def test_an_answer_that_failed_before_any_text_is_asked_for_again(
    server: OpenAIServer, ask: Ask, reply: Reply
) -> None:
    server.replies.append(reply)

    assert ask(to(server, retries=1, read_seconds=0.3)).text == TEXT


@both
@pytest.mark.parametrize(
    "reply",
    [
        status(400),
        status(401),
        status(403),
        status(404),
        status(429, "Spent.", "insufficient_quota"),
        openai_server.page(),
        openai_server.elsewhere("http://127.0.0.1:1/v1"),
    ],
)
def test_what_cannot_succeed_is_not_tried_again(
    server: OpenAIServer, ask: Ask, reply: Reply
) -> None:
    server.always = reply

    with pytest.raises(EndpointError):
        ask(to(server, retries=2))

    assert len(server.asked) == 1


def test_an_answer_that_had_text_is_not_begun_anew(server: OpenAIServer) -> None:
    server.replies.append(openai_server.cut_off(TEXT))

    with pytest.raises(IncompleteError):
        streamed(to(server, retries=2))

    assert len(server.asked) == 1


@pytest.mark.parametrize("dated", [False, True])
def test_a_wait_that_is_asked_for_is_kept(server: OpenAIServer, dated: bool) -> None:
    # A date has whole seconds: in two of them is in more than one.
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
    server.replies.append(status(503, retry_after=soon if dated else "1"))
    begun = time.monotonic()

    assert streamed(to(server, retries=1)).text == TEXT

    assert time.monotonic() - begun > 0.9


@both
@pytest.mark.parametrize(
    "told",
    ["90", format_datetime(datetime.now(UTC) + timedelta(days=1))],
    # Processes that run the tests side by side must call them by the same names.
    ids=["seconds", "a day"],
)
def test_a_wait_longer_than_the_deadline_is_told_at_once(
    server: OpenAIServer, ask: Ask, told: str
) -> None:
    server.always = status(429, "Slow down.", retry_after=told)

    with pytest.raises(EndpointError, match=r"asks to wait \d+ seconds.*Slow down"):
        ask(to(server, retries=2, seconds=10))

    assert len(server.asked) == 1


@pytest.mark.parametrize("told", ["soon", "nan", "-5", "", "1e400"])
def test_a_wait_that_makes_no_sense_is_ignored(server: OpenAIServer, told: str) -> None:
    server.replies.append(status(503, retry_after=told))

    assert streamed(to(server, retries=1)).text == TEXT


@both
@pytest.mark.parametrize("code", [400, 422])
def test_parameters_that_are_refused_are_left_out_from_then_on(
    server: OpenAIServer, ask: Ask, code: int
) -> None:
    model = to(server)
    names = ["temperature", "stream_options", "response_format", "max_tokens"]

    async def strict(asked: Asked) -> Response:
        for name in names:
            if name in asked.body:
                return await status(code, f"{name}: Extra inputs are not permitted")(asked)
        return await said(TEXT)(asked)

    server.always = strict
    more: dict[str, Any] = {"schema": {"type": "object"}} if ask is completed else {}

    assert ask(model, **more).text == TEXT
    refused = len(server.asked) - 1
    assert refused == 3
    assert server.asked[-1].body["max_completion_tokens"] == 100
    assert ask(model, **more).text == TEXT
    assert len(server.asked) == refused + 2


def test_a_limit_may_have_neither_name(server: OpenAIServer, model: ChatEndpoint) -> None:
    server.refuses = ["max_tokens", "max_completion_tokens"]

    assert streamed(model).text == TEXT
    assert not {"max_tokens", "max_completion_tokens"} & server.asked[-1].body.keys()


def test_a_parameter_that_is_not_optional_is_not_asked_without(
    server: OpenAIServer, model: ChatEndpoint
) -> None:
    server.refuses = ["messages"]

    with pytest.raises(EndpointError, match=r"messages.*not supported"):
        streamed(model)
    assert len(server.asked) == 1


def test_a_schema_is_asked_for_as_the_protocol_has_it(
    server: OpenAIServer, model: ChatEndpoint
) -> None:
    schema = {"type": "object", "properties": {"who": {"type": "string"}}}
    server.says = lambda _asked: '{"who": "Ana Kestrel"}'

    assert completed(model, schema=schema).text == '{"who": "Ana Kestrel"}'

    (asked,) = server.asked
    assert not asked.streams
    assert asked.body["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": "reply", "schema": schema},
    }


@both
def test_the_environment_decides_nothing(
    server: OpenAIServer, monkeypatch: pytest.MonkeyPatch, ask: Ask
) -> None:
    nowhere = "http://127.0.0.1:1"
    for name, value in {
        "OPENAI_API_KEY": "of the environment",
        "OPENAI_ADMIN_KEY": "of the environment",
        "OPENAI_ORG_ID": "org-secret",
        "OPENAI_ORGANIZATION": "org-secret",
        "OPENAI_PROJECT_ID": "project-secret",
        "OPENAI_CUSTOM_HEADERS": "x-secret: yes\nauthorization: Bearer another",
        "OPENAI_PROXY": nowhere,
        "OPENAI_API_BASE": nowhere,
        "OPENAI_BASE_URL": nowhere,
        "LANGSMITH_GATEWAY": "true",
        "HTTP_PROXY": nowhere,
        "ALL_PROXY": nowhere,
    }.items():
        monkeypatch.setenv(name, value)

    assert ask(to(server)).text == TEXT
    headers = server.asked[0].headers
    assert headers["authorization"] == f"Bearer {KEY}"
    assert not {name for name in headers if name.startswith(("x-", "openai-"))}

    assert ask(ChatEndpoint(MODEL, server.url)).text == TEXT
    assert "authorization" not in server.asked[1].headers


@both
def test_openai_itself_is_asked_in_its_own_way_and_by_a_proxy(
    server: OpenAIServer, monkeypatch: pytest.MonkeyPatch, ask: Ask
) -> None:
    monkeypatch.setenv("HTTP_PROXY", server.url.removesuffix("/v1"))

    model = ChatEndpoint("gpt-4.1-mini", "http://api.openai.com/v1", KEY)

    assert (model.host, ask(model).text) == ("api.openai.com", TEXT)
    (asked,) = server.asked
    assert asked.headers["host"] == "api.openai.com"
    assert asked.body["max_completion_tokens"] == 100
    # Its models that think refuse either.
    assert not {"max_tokens", "temperature"} & asked.body.keys()


@both
def test_passages_go_to_no_other_host(server: OpenAIServer, model: ChatEndpoint, ask: Ask) -> None:
    with openai_server.running() as elsewhere:
        server.always = openai_server.elsewhere(f"{elsewhere.url}/chat/completions")
        with pytest.raises(EndpointError, match="elsewhere"):
            ask(model)

        assert elsewhere.asked == []


def test_a_password_in_an_address_is_not_shown() -> None:
    model = ChatEndpoint(MODEL, "http://user:password@127.0.0.1:1/v1", retries=0)

    assert model.host == "127.0.0.1:1"
    with pytest.raises(EndpointError) as caught:
        streamed(model)
    assert "password" not in str(caught.value)


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        (openai_server.dripping(pause=0.02), True),
        (held("Ana ")[0], True),
        (silence(), False),
        (openai_server.drip(b":\n\n"), False),
    ],
)
def test_whoever_leaves_ends_the_request(alone: OpenAIServer, reply: Reply, text: bool) -> None:
    alone.always = reply
    pieces = to(alone).stream(ASKED, most_tokens=10_000, seconds=60)
    while not (next(pieces).text or (alone.asked and not text)):
        pass

    pieces.close()

    assert eventually(lambda: alone.gone == 1)
    assert eventually(lambda: not asking())


def test_whoever_leaves_while_a_retry_is_waited_for_is_let_go(server: OpenAIServer) -> None:
    server.always = status(503, retry_after="30")
    pieces = to(server, retries=2, seconds=60).stream(ASKED, most_tokens=100)
    while not server.asked:
        next(pieces)

    pieces.close()

    assert eventually(lambda: not asking())
    assert len(server.asked) == 1


@both
def test_the_deadline_ends_the_request(alone: OpenAIServer, ask: Ask) -> None:
    model = to(alone, retries=2)
    ask(model)  # the client is there, so that all the time is the endpoint's
    for reply in (silence(), openai_server.dripping(pause=0.02)):
        alone.always, alone.gone = reply, 0
        with pytest.raises(EndpointError, match="PARLEY_DEADLINE"):
            ask(model, seconds=0.5, most_tokens=10_000)

        assert eventually(lambda: alone.gone == 1)
        assert eventually(lambda: not asking())


def test_nothing_is_asked_before_something_is_wanted(
    server: OpenAIServer, model: ChatEndpoint
) -> None:
    model.stream(ASKED, most_tokens=100).close()

    assert server.asked == []


def test_threads_share_a_model(server: OpenAIServer, model: ChatEndpoint) -> None:
    server.says = lambda asked: asked.prompt

    def echo(number: int) -> bool:
        messages: list[Message] = [("user", f"Question {number}?")]
        *pieces, _ = model.stream(messages, most_tokens=100)
        whole = model.complete(messages, most_tokens=100).text
        return "".join(piece.text for piece in pieces) == whole == f"Question {number}?"

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(echo, range(24)))
    assert eventually(lambda: not asking())


@both
def test_callbacks_of_whoever_asks_hold(
    server: OpenAIServer, model: ChatEndpoint, ask: Ask
) -> None:
    with get_usage_metadata_callback() as counted:
        ask(model)

    assert counted.usage_metadata[MODEL]["total_tokens"] == 17


def test_the_client_is_not_imported_before_the_model_is_asked() -> None:
    code = (
        "import sys; from bot.llm.endpoint import ChatEndpoint;"
        "ChatEndpoint('m', 'http://127.0.0.1:1/v1').window;"
        "sys.exit(bool({'openai', 'langchain_openai', 'httpx2'} & set(sys.modules)))"
    )
    root = Path(__file__).parent.parent
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0


def outcome(ask: Ask, model: ChatEndpoint) -> str:
    """Return the text, or what is told of its lack; any other exception is a bug."""
    try:
        return ask(model).text
    except EndpointError as error:
        return str(error)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=2)
    | st.dictionaries(
        st.sampled_from(
            ["choices", "delta", "message", "content", "role", "usage", "error", "finish_reason",
             "refusal", "index", "prompt_tokens", "completion_tokens", "tool_calls", "type", "text"]
        ),
        inner,
        max_size=4,
    ),
    max_leaves=8,
)  # fmt: skip


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(content=json_values, field=st.sampled_from(["", "choices", "delta", "content", "usage"]))
def test_whatever_json_comes_it_is_text_or_an_error_that_is_told(
    server: OpenAIServer, model: ChatEndpoint, content: object, field: str
) -> None:
    async def reply(asked: Asked) -> Response:
        sent: Any = {"choices": [{"delta": {"content": "a"}, "finish_reason": "stop"}]}
        if field == "delta":
            sent["choices"][0]["delta"] = content
        elif field == "content":
            sent["choices"][0]["delta"]["content"] = content
        else:
            sent = {**sent, field: content} if field else content
        if asked.streams:
            return await raw(event(sent), event("[DONE]"))(asked)
        text = openai_server.json.dumps(sent).replace('"delta"', '"message"')
        return await body(text.encode())(asked)

    server.always = reply
    for ask in (streamed, completed):
        told = outcome(ask, model)
        assert isinstance(told, str)
