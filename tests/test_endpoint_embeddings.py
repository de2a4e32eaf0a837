"""A model behind an endpoint, against a real server on loopback that is scripted."""

import inspect
import json
import logging
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import numpy as np
import openai
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import openai_server
from tests.openai_server import OpenAIServer, Reply
from vectorstore.corpus import Corpus
from vectorstore.curation import reindex
from vectorstore.documents import Article
from vectorstore.embeddings import Embedder, MiniLM
from vectorstore.endpoint_embeddings import EndpointEmbedder
from vectorstore.endpoint_errors import Place, translate
from vectorstore.errors import EndpointError, FingerprintError
from vectorstore.ingest import ingest
from vectorstore.retriever import Retriever
from vectorstore.token_estimates import cut, estimate
from vectorstore.upkeep import wanting

MODEL = "some-lab/multilingual-small"
KEY = "sk-a-key-that-nobody-may-see"
REFUSING = "http://127.0.0.1:1/v1"
UNREACHABLE = "cannot be reached.*start it.*OPENAI_BASE_URL"

RUSSIAN = (
    "Во главе переговорщиков Норландии стояла министр торговли Ана Кестрел. "
    "Встреча прошла в порту Велл.",
    "Делегация моряков посетила музей. Экскурсией руководил смотритель Ивен Орло.",
)
ARABIC = "قال الوسيط إن الطرفين اتفقا على هدنة تبدأ يوم الجمعة."
HEBREW = "המתווך אמר כי שני הצדדים הסכימו על הפסקת אש שתתחיל ביום שישי."
CHINESE = "调解人表示双方同意从周五开始停火。"
JAPANESE = "仲介者は、双方が金曜日から停戦することで合意したと述べた。"
KOREAN = "중재자는 양측이 금요일부터 휴전하기로 합의했다고 말했다."


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with openai_server.running() as running:
        yield running


@pytest.fixture
def remote(server: OpenAIServer) -> EndpointEmbedder:
    return to(server)


def to(server: OpenAIServer, model: str = MODEL, *, seconds: float = 30.0) -> EndpointEmbedder:
    return EndpointEmbedder(model, server.url, KEY, seconds=seconds, retries=0)


def test_vectors_are_float32_rows_of_unit_length_in_order(
    server: OpenAIServer, remote: Embedder
) -> None:
    texts = [f"Round {i} of the talks. " * (1 + 7 * i % 11) for i in range(70)]

    together = remote.embed(texts)

    assert (together.dtype, together.shape) == (np.float32, (70, remote.fingerprint.dimension))
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-6)
    alone = np.concatenate([remote.embed([text]) for text in texts])
    np.testing.assert_allclose(together, alone, atol=1e-6)
    assert (together @ together.T - 2 * np.eye(70)).max() < 0.99


def test_no_text_gives_no_vector(remote: Embedder) -> None:
    assert remote.embed([]).shape == (0, remote.fingerprint.dimension)
    assert remote.count_tokens([]) == []


@pytest.mark.parametrize(
    "text", ["", " \n\t", "שיחות", "🕊️🤝", "\x00\x01\x7f\u200b\ufeff", "\ud800", " " * 100_000]
)
def test_odd_texts_have_vectors(server: OpenAIServer, remote: Embedder, text: str) -> None:
    (vector,) = remote.embed([text])

    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    # Endpoints refuse empty texts.
    assert all(server.texts)


def test_requests_are_small_and_say_what_they_want(server: OpenAIServer, remote: Embedder) -> None:
    texts = [f"{i} " + "The delegations met again in the port of Vell. " * 40 for i in range(100)]

    remote.embed(texts)

    assert sorted(server.texts) == sorted(cut(text, 256) for text in texts)
    for asked in server.asked:
        assert asked.path == "/v1/embeddings"
        assert asked.headers["authorization"] == f"Bearer {KEY}"
        assert (asked.body["model"], asked.body["encoding_format"]) == (MODEL, "float")
        assert len(asked.body["input"]) <= 32
        assert sum(map(len, asked.body["input"])) <= 20_000


def test_a_long_text_is_cut_at_the_limit(server: OpenAIServer, remote: Embedder) -> None:
    whole, more = remote.embed(["peace " * 254, "peace " * 254 + "war"])

    assert whole @ more == pytest.approx(1)
    assert {len(text.split()) for text in server.texts} == {254}


def test_an_endpoint_may_number_its_vectors_in_any_order(
    server: OpenAIServer, remote: Embedder
) -> None:
    expected = remote.embed(["longer than b", "b"])

    async def shuffled(asked: openai_server.Asked) -> openai_server.Response:
        answer = openai_server.embeddings([server.vector(text) for text in asked.body["input"]])
        answer["data"].reverse()
        return openai_server.JSONResponse(answer)

    server.always = shuffled

    np.testing.assert_allclose(remote.embed(["longer than b", "b"]), expected)


def test_threads_that_start_together_agree(server: OpenAIServer, remote: Embedder) -> None:
    texts = [f"Round {i} of the talks ended without a statement." for i in range(8)]

    with ThreadPoolExecutor(8) as pool:
        vectors = np.concatenate(list(pool.map(remote.embed, [[text] for text in texts])))

    np.testing.assert_allclose(vectors, to(server).embed(texts), atol=1e-6)


def test_the_fingerprint_costs_one_tiny_request(server: OpenAIServer, remote: Embedder) -> None:
    fingerprint = remote.fingerprint

    assert fingerprint == remote.fingerprint
    assert (fingerprint.model, fingerprint.dimension) == (MODEL, 16)
    # Part of the name of a collection.
    assert re.fullmatch(r"[a-zA-Z0-9._-]+", fingerprint.revision)
    assert len(server.asked) == len(server.texts) == 1


def test_a_model_may_move_house_and_two_models_share_nothing(
    server: OpenAIServer, remote: Embedder
) -> None:
    with openai_server.running() as elsewhere:
        assert to(elsewhere).fingerprint == remote.fingerprint

    other = to(server, "some-lab/multilingual-large").fingerprint
    assert other.revision != remote.fingerprint.revision


def test_what_is_served_under_a_name_is_known_by_its_vectors(
    server: OpenAIServer, remote: EndpointEmbedder
) -> None:
    texts = ["The talks resumed.", "Нет.", "The envoy left for Brenn."]
    stored = remote.embed(texts)

    remote.check_unchanged(texts, stored + np.float32(0.01))
    server.vector = lambda text: openai_server.hashed(f"another model, {text}")

    with pytest.raises(FingerprintError, match=f"{server.host}.*{MODEL}.*articles reindex"):
        remote.check_unchanged(texts, stored)


@pytest.mark.parametrize("code", [408, 409, 429, 500, 503])
def test_an_endpoint_that_is_busy_is_tried_again_twice(server: OpenAIServer, code: int) -> None:
    patient = EndpointEmbedder(MODEL, server.url, KEY)
    busy = openai_server.status(code, retry_after_ms="1")

    server.replies.extend([busy, busy])
    assert patient.embed(["talks"]).shape == (1, 16)

    server.replies.extend([busy, busy, busy])
    with pytest.raises(EndpointError, match=server.host):
        patient.embed(["talks"])
    assert len(server.asked) == 6


def test_what_cannot_succeed_is_not_tried_again(server: OpenAIServer) -> None:
    server.always = openai_server.status(400, "This model does not embed.")

    with pytest.raises(EndpointError):
        EndpointEmbedder(MODEL, server.url, KEY).embed(["talks"])

    assert len(server.asked) == 1


def vectors(*rows: Sequence[object]) -> Reply:
    return openai_server.body(openai_server.embeddings(rows))  # type: ignore[arg-type]


FAULTS: list[tuple[Reply, str]] = [
    (openai_server.status(400, "This is a chat model."), "chat model.*PARLEY_EMBEDDING_MODEL"),
    (openai_server.status(401, f"Incorrect key: {KEY}"), "refuses the key: set OPENAI_API_KEY"),
    (openai_server.status(403, f"{KEY}: not in your plan."), "forbids.*your plan.*OPENAI_API_KEY"),
    (
        openai_server.status(404, "No such model.", "model_not_found"),
        "does not have that model.*set PARLEY_EMBEDDING_MODEL",
    ),
    (
        openai_server.body({"error": f'model "{MODEL}" not found, try pulling it first'}, 404),
        "does not have that model.*try pulling it",
    ),
    (openai_server.body({"detail": "Not Found"}, 404), "no embeddings at.*OPENAI_BASE_URL.*/v1"),
    (openai_server.body("<!doctype html><h1>404</h1>", 404), "no embeddings at that address:"),
    (openai_server.status(405, "Method not allowed."), "status 405"),
    (openai_server.status(413, "Too many texts."), "refuses the request.*Too many texts"),
    (openai_server.status(422, "Too many texts."), "refuses the request.*Too many texts"),
    (openai_server.status(429, "You are out of credit."), "no more.*out of credit.*wait"),
    (openai_server.status(500, "CUDA is out of memory."), "status 500.*out of memory.*its log"),
    (openai_server.body("<html>Bad gateway</html>", 502), "status 502: look into its log"),
    (openai_server.elsewhere("https://example.org/v1/embeddings"), "elsewhere: set OPENAI_BASE"),
    (openai_server.body("<!doctype html><h1>Welcome</h1>"), "no JSON.*OPENAI_BASE_URL.*/v1"),
    (openai_server.body(b'{"data": ['), "no JSON"),
    (openai_server.body(b"\xff\xfe{"), "no JSON"),
    (openai_server.body(b"[" * 100_000), "no JSON"),
    (openai_server.body([]), "no list of embeddings"),
    (openai_server.body({"error": "out of memory"}), "no list of embeddings"),
    (openai_server.body({"data": [1, 2]}), "no list of numbers"),
    (openai_server.body({"data": [{"embedding": "AACAPw=="}] * 2}), "no list of numbers"),
    (vectors(), "each of 2 texts"),
    (vectors([1.0, 2.0]), "each of 2 texts"),
    (vectors([1.0, 2.0], [3.0, 4.0], [5.0, 6.0]), "each of 2 texts"),
    (
        openai_server.body({"data": [{"embedding": [1.0], "index": 0}] * 2}),
        "each of 2 texts",
    ),
    (vectors([1.0, 2.0], [1.0]), "unequal length"),
    (vectors([], []), "empty"),
    (vectors([1.0, 2.0], [float("nan"), 1.0]), "finite"),
    (vectors([1.0, 2.0], ["1.0", "2.0"]), "finite"),
    (vectors([1.0, 2.0], [[1.0], [2.0]]), "inhomogeneous|finite"),
    (vectors([1.0, 2.0], [0.0, 0.0]), "zeros"),
    (openai_server.break_off(), "broke off.*its log"),
    (openai_server.silence(), "did not answer within 0.5 seconds"),
    (openai_server.drip(), "did not answer within 0.5 seconds"),
    (openai_server.drip(b" " * 1_000_000, 0), "without end"),
]


@pytest.mark.parametrize(("reply", "said"), FAULTS)
def test_each_fault_is_told_with_the_host_the_model_and_the_mend(
    server: OpenAIServer, caplog: pytest.LogCaptureFixture, reply: Reply, said: str
) -> None:
    # A megabyte a part needs some time to come to 32.
    embedder = to(server, seconds=20 if "end" in said else 0.5)
    server.replies.append(reply)

    with (
        caplog.at_level(logging.DEBUG),
        pytest.raises(EndpointError, match=said) as caught,
    ):
        embedder.embed(["The talks resumed.", "talks"])

    message = str(caught.value)
    assert server.host in message
    assert MODEL in message
    assert message.endswith("or unset PARLEY_EMBEDDING_MODEL to use the bundled model.")
    assert message.isprintable()
    # `parley doctor` divides it into what happened and the mend.
    assert message.count(": ") == 1
    assert KEY not in message + repr(caught.value) + caplog.text
    assert KEY not in repr(embedder) + repr(vars(embedder))


@pytest.mark.parametrize("host", ["127.0.0.1:1", "no-such-host.invalid"])
def test_an_endpoint_that_is_not_there_is_named(host: str) -> None:
    with pytest.raises(EndpointError, match=UNREACHABLE) as caught:
        EndpointEmbedder(MODEL, f"http://{host}/v1", retries=0).embed(["talks"])

    assert host in str(caught.value)


def test_a_wrong_key_and_a_missing_one_are_told_apart(server: OpenAIServer) -> None:
    server.key = "the right one"

    with pytest.raises(EndpointError, match="refuses the key"):
        to(server).embed(["talks"])
    with pytest.raises(EndpointError, match="asks for a key: set OPENAI_API_KEY"):
        EndpointEmbedder(MODEL, server.url, retries=0).embed(["talks"])


def test_an_address_without_its_path_is_told(server: OpenAIServer) -> None:
    with pytest.raises(EndpointError, match=r"no embeddings at that address.*ends in /v1"):
        EndpointEmbedder(MODEL, server.url.removesuffix("/v1"), KEY).embed(["talks"])


def test_a_model_that_is_not_served_is_told(server: OpenAIServer) -> None:
    server.models = ["another"]

    with pytest.raises(EndpointError, match="does not have that model"):
        to(server).embed(["talks"])


def test_a_model_whose_dimension_changes_is_not_believed(
    server: OpenAIServer, remote: Embedder
) -> None:
    remote.embed(["talks"])
    server.vector = lambda _: [1.0, 2.0, 3.0]

    with pytest.raises(EndpointError, match="3 numbers after some of 16"):
        remote.embed(["talks"])


def test_texts_go_to_no_other_host(server: OpenAIServer, remote: Embedder) -> None:
    with openai_server.running() as elsewhere:
        server.replies.append(openai_server.elsewhere(f"{elsewhere.url}/embeddings"))
        with pytest.raises(EndpointError, match="elsewhere"):
            remote.embed(["a secret"])

        assert elsewhere.asked == []


def _below(kind: type[Exception]) -> set[type[Exception]]:
    return {kind}.union(*(_below(each) for each in kind.__subclasses__()))


# Every class that the client may raise of a request, and what is told of it.
TOLD: dict[type[Exception], str] = {
    openai.APIConnectionError: "cannot be reached",
    openai.APIError: "broke off",
    openai.APIResponseValidationError: "something else than one sound vector",
    openai.APIStatusError: "status 500",
    openai.APITimeoutError: "did not answer within",
    openai.AuthenticationError: "refuses the key",
    openai.BadRequestError: "refuses the request",
    openai.ConflictError: "status 409",
    openai.InternalServerError: "status 500",
    openai.NotFoundError: "no embeddings at that address",
    openai.OAuthError: "refuses the key",
    openai.PermissionDeniedError: "forbids",
    openai.RateLimitError: "no more for now",
    openai.UnprocessableEntityError: "refuses the request",
}
# What it lets through of its transport, while a body is read.
TRANSPORTS = _below(httpx2.TransportError) | _below(httpx2.StreamError) | {httpx2.DecodingError}


def _made(kind: type[Exception]) -> Exception:
    request = httpx2.Request("POST", "http://127.0.0.1/v1/embeddings")
    response = httpx2.Response(getattr(kind, "status_code", 500), request=request)
    known = {"message": "It failed.", "request": request, "response": response, "body": None}
    wanted = inspect.signature(kind.__init__).parameters
    return kind(**{name: value for name, value in known.items() if name in wanted})


def test_no_exception_of_the_client_is_forgotten() -> None:
    # A new class after an upgrade is to be thought about, and to be added above.
    own = {kind for kind in _below(openai.APIError) if kind.__module__.startswith("openai")}
    assert own == set(TOLD)


@pytest.mark.parametrize("kind", sorted(TOLD, key=lambda kind: kind.__name__))
def test_every_exception_of_the_client_is_translated(kind: type[Exception]) -> None:
    told = translate(_made(kind), Place("host", MODEL, KEY))

    assert type(told) is EndpointError
    happened, _, mend = str(told).partition(": ")
    assert happened.startswith(f"The endpoint host, asked for vectors of the model {MODEL}, ")
    assert TOLD[kind] in happened
    assert "PARLEY_EMBEDDING_MODEL" in mend


@pytest.mark.parametrize(
    "kind",
    [*sorted(TRANSPORTS, key=lambda kind: kind.__name__), openai.OpenAIError, TimeoutError],
)
def test_what_the_client_lets_through_is_translated(kind: type[Exception]) -> None:
    told = translate(_made(kind) if kind in TRANSPORTS else kind(), Place("host", MODEL))

    slow = "Timeout" in kind.__name__
    assert ("did not answer within" if slow else "broke off") in str(told)


def test_openai_is_not_imported_before_a_text_is_embedded() -> None:
    code = (
        "import sys; from bot.app import make_embedder; from bot.settings import Settings;"
        "make_embedder(Settings(embedding_model='m', openai_base_url='http://127.0.0.1:1/v1'));"
        "sys.exit('openai' in sys.modules)"
    )
    root = Path(__file__).parent.parent
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0


@pytest.mark.parametrize("text", [ARABIC, HEBREW, CHINESE, JAPANESE])
def test_other_scripts_are_not_undercounted(embedder: MiniLM, text: str) -> None:
    # A vocabulary that knows only the letters, not one group of them, is the worst there is.
    assert estimate(text) >= embedder.count_tokens([text])[0]


def test_cyrillic_and_hangul_are_counted_by_their_letters() -> None:
    # Vocabularies for many languages have groups of these letters: two for three are enough.
    for text in RUSSIAN:
        assert estimate(text) >= 2 / 3 * sum(char.isalpha() for char in text)
    assert estimate(KOREAN) >= 2 * sum(char.isalpha() for char in KOREAN)


def test_english_is_counted_about_as_the_bundled_model_does(embedder: MiniLM) -> None:
    seeds = Path(__file__).parents[1] / "seeds"
    paragraphs = [
        part
        for file in seeds.glob("2022-*.md")
        for part in file.read_text(encoding="utf-8").split("---")[-1].split("\n\n")
        if len(part) > 100
    ]
    ratio = np.array([*map(estimate, paragraphs)]) / embedder.count_tokens(paragraphs)
    assert ratio.min() > 0.85
    assert 1 < ratio.mean() < 1.3


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(st.characters(codec=None), max_size=90), max_size=9), st.integers(3, 60))
def test_a_cut_text_fits_and_a_whole_is_no_more_than_its_parts(
    parts: list[str], tokens: int
) -> None:
    whole = " ".join(parts)

    assert estimate(cut(whole, tokens)) <= tokens
    assert estimate(whole) - 2 <= sum(estimate(part) - 2 for part in parts)


def knowing(*concepts: str) -> Callable[[str], list[float]]:
    """Return a model that knows which words mean the same: "a|b|c", or nothing if none holds."""

    def vector(text: str) -> list[float]:
        held = [any(word in text.lower() for word in each.split("|")) for each in concepts]
        return [*map(float, held), 0.1]

    return vector


@pytest.mark.parametrize(
    ("same", "found"),
    [
        ("представлял|во главе", "Во главе переговорщиков Норландии"),
        ("представлял|руковод", "Экскурсией руководил смотритель"),
        ("представлял|посетил", "Делегация моряков посетила музей"),
        ("представлял|прошл", "Встреча прошла в порту Велл"),
    ],
)
def test_the_endpoint_decides_what_a_russian_question_means(
    server: OpenAIServer, remote: Embedder, home: Path, tmp_path: Path, same: str, found: str
) -> None:
    server.vector = knowing(same, "норланди", "музе")
    # Not a word of it stands in either article, so that only its meaning can find a sentence.
    question = "Кто её представлял?"
    for number, text in enumerate(RUSSIAN):
        (tmp_path / f"{number}.md").write_text(text, encoding="utf-8")

    with Corpus.own(home, remote, "test") as corpus:
        ingest(corpus, [str(tmp_path / f"{number}.md") for number in range(len(RUSSIAN))])
        (best, *others) = Retriever(corpus).retrieve(question).sentences

    assert best.text.startswith(found)
    assert len(others) == 3


def test_a_library_moves_to_the_endpoint_and_back(
    server: OpenAIServer, remote: Embedder, embedder: MiniLM, home: Path, inputs: Path
) -> None:
    question = "Who led the Norland delegation?"
    with Corpus.own(home, embedder, "test") as corpus:
        ingest(corpus, [str(inputs)])

    for before, after in ((embedder, remote), (remote, embedder)):
        with pytest.raises(FingerprintError, match="parley articles reindex"):
            Corpus.own(home, after, "test")
        with pytest.raises(FingerprintError, match="parley articles reindex"):
            Corpus.read(home, after)
        with Corpus.own(home, after, "test", any_embedder=True) as corpus:
            reindex(corpus)
        with pytest.raises(FingerprintError, match="parley articles reindex"):
            Corpus.read(home, before)
        for corpus in (Corpus.own(home, after, "test"), Corpus.read(home, after)):
            server.asked.clear()
            with corpus:
                (best, *_) = Retriever(corpus).retrieve(question).sentences
            assert "Ana Kestrel" in best.text
            assert (question in server.texts) == (after is remote)


def test_a_move_that_was_interrupted_is_ended_by_another(
    server: OpenAIServer, remote: Embedder, embedder: MiniLM, home: Path, tmp_path: Path
) -> None:
    lines = [json.dumps({"text": f"Envoy {i} flew to the town of Brenn."}) for i in range(20)]
    (tmp_path / "articles.jsonl").write_text("\n".join(lines), encoding="utf-8")
    with Corpus.own(home, embedder, "test") as corpus:
        ingest(corpus, [str(tmp_path / "articles.jsonl")])

    def give_up(article: Article) -> None:
        server.always = openai_server.status(503)

    with (
        Corpus.own(home, remote, "test", any_embedder=True) as corpus,
        pytest.raises(EndpointError, match="503"),
    ):
        reindex(corpus, give_up)
    with pytest.raises(FingerprintError, match="parley articles reindex"):
        Corpus.read(home, remote)
    server.always = None

    for after in (remote, embedder):
        with Corpus.own(home, after, "test", any_embedder=True) as corpus:
            assert reindex(corpus) == 20
        with Corpus.own(home, after, "test") as corpus:
            assert wanting(corpus.spans, corpus.index) is None
            assert len(Retriever(corpus).retrieve("Which envoy flew?").sentences) == 20
