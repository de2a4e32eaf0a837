"""What an endpoint may do instead of answering, for tests and benchmarks of the writing engine."""

from dataclasses import dataclass

from tests.openai_server import (
    Reply,
    body,
    break_off,
    cut_off,
    dripping,
    elsewhere,
    failing_inside,
    garbled,
    page,
    raw,
    said,
    silence,
    status,
    unfinished,
)


@dataclass(frozen=True)
class Fault:
    """`word` is in what the reader is told; `begun`: something of an answer had come by then."""

    reply: Reply
    word: str
    begun: bool


FAULTS = {
    "wrong key": Fault(status(401, "Incorrect API key provided.", "invalid_api_key"), "key", False),
    "forbidden": Fault(status(403, "No access."), "key", False),
    "unknown model": Fault(
        status(404, "The model `tale-1` does not exist.", "model_not_found"),
        "PARLEY_MODEL",
        False,
    ),
    "no API there": Fault(status(404), "OPENAI_BASE_URL", False),
    "window too small": Fault(
        status(400, "maximum context length is 2048 tokens", "context_length_exceeded"),
        "PARLEY_CONTEXT_TOKENS",
        False,
    ),
    "bad request": Fault(status(400, "No such thing."), "No such thing", False),
    "too many requests": Fault(status(429, "Slow down.", retry_after="60"), "60", False),
    "quota spent": Fault(status(429, "Pay first.", "insufficient_quota"), "quota", False),
    "busy again and again": Fault(status(503, "Busy."), "503", False),
    "redirect": Fault(elsewhere("http://127.0.0.1:1/v1/chat/completions"), "elsewhere", False),
    "silence": Fault(silence(60), "seconds", False),
    "page": Fault(page(), "OPENAI_BASE_URL", True),
    "page as a stream": Fault(raw("<!doctype html><p>Welcome</p>\n\n"), "", True),
    "nothing": Fault(raw(""), "", True),
    "no JSON": Fault(body(b"%PDF-1.7"), "", True),
    "broken off at once": Fault(break_off(b"data: "), "", True),
    "cut off in a sentence": Fault(cut_off("Ana Kestrel of"), "", True),
    "cut off in a number": Fault(cut_off("There were 2."), "", True),
    "garbled": Fault(garbled("Ana Kestrel of"), "", True),
    "error inside": Fault(failing_inside("Ana Kestrel of"), "CUDA", True),
    "no reason to end": Fault(unfinished("Ana Kestrel of"), "", True),
    "too long": Fault(said("Ana Kestrel of", finish="length"), "", True),
    "filtered": Fault(said("Ana Kestrel of", finish="content_filter"), "", True),
    "drip": Fault(dripping(), "PARLEY_DEADLINE", True),
    "drip of nothing": Fault(
        raw(*[": still here\n\n"] * 2_000, pause=0.05), "PARLEY_DEADLINE", True
    ),
}
