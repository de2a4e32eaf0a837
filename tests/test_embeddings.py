import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vectorstore.bundle import MODELS, SUMS_FILE, TOKENIZER_FILE, verify_bundle
from vectorstore.embeddings import MODEL_FILE, Embedder, MiniLM
from vectorstore.errors import ModelError

REFERENCE = Path(__file__).parent / "data" / "minilm_reference.json"
LONG = "The delegations met again on Monday to discuss the status of the port. " * 200


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return MiniLM()


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A copy of the model's files that a test may damage."""
    for name in (MODEL_FILE, TOKENIZER_FILE, SUMS_FILE):
        shutil.copy(MODELS / name, tmp_path)
    return tmp_path


def test_vectors_agree_with_the_float32_model(embedder: Embedder) -> None:
    rows = json.loads(REFERENCE.read_text(encoding="utf-8"))
    expected = np.array([row["vector"] for row in rows], dtype=np.float32)
    cosines = (embedder.embed([row["text"] for row in rows]) * expected).sum(axis=1)
    assert len(rows) == 10
    assert cosines.min() >= 0.98
    assert cosines.mean() >= 0.995


def test_vectors_are_float32_rows_of_unit_length(embedder: Embedder) -> None:
    vectors = embedder.embed(["The talks resumed.", LONG, "ceasefire"])
    assert vectors.dtype == np.float32
    assert vectors.shape == (3, embedder.fingerprint.dimension)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_no_text_gives_no_vector(embedder: Embedder) -> None:
    assert embedder.embed([]).shape == (0, embedder.fingerprint.dimension)
    assert embedder.count_tokens([]) == []


def test_a_text_has_its_vector_in_its_place_whatever_stands_beside_it(embedder: Embedder) -> None:
    texts = [f"The panel heard witness {i}. " * (1 + 7 * i % 11) for i in range(21)]
    together = embedder.embed(texts)
    backwards = embedder.embed(texts[::-1])[::-1]
    alone = np.concatenate([embedder.embed([text]) for text in texts])
    assert (together * alone).sum(axis=1).min() >= 0.9999
    assert (together * backwards).sum(axis=1).min() >= 0.9999
    # The texts themselves are told apart, so the agreement is no accident.
    assert (together @ together.T - 2 * np.eye(21)).max() < 0.9999


def test_a_paraphrase_is_nearer_than_an_unrelated_sentence(embedder: Embedder) -> None:
    for said, paraphrase, unrelated in (
        (
            "The two sides agreed to stop fighting on Friday.",
            "A truce between the parties begins at the end of the week.",
            "The museum opens a new wing for modern sculpture.",
        ),
        (
            "Who is mediating the negotiations?",
            "Qatar acts as the go-between in the talks.",
            "Wheat prices rose after a dry spring.",
        ),
    ):
        question, near, far = embedder.embed([said, paraphrase, unrelated])
        assert question @ near > question @ far + 0.2


def test_a_long_text_is_cut_at_the_limit(embedder: Embedder) -> None:
    assert embedder.count_tokens([LONG])[0] > embedder.max_tokens
    whole, more = embedder.embed([LONG, LONG + "An entirely different ending about football."])
    assert whole @ more >= 0.9999
    # Of one-token words, the limit less the two special tokens is what counts.
    at_limit = "peace " * (embedder.max_tokens - 2)
    assert embedder.count_tokens([at_limit]) == [embedder.max_tokens]
    fits, one_more, one_less = embedder.embed(
        [at_limit, at_limit + "war", at_limit.removesuffix("peace ") + "war"]
    )
    assert fits @ one_more >= 0.9999
    assert fits @ one_less < 0.9999


@pytest.mark.parametrize(
    "text",
    ["", " \n\t", "Переговоры в Женеве", "שיחות", "🕊️🤝", "\x00\x01\x7f\u200b\ufeff", "\ud800"],
)
def test_odd_texts_have_finite_unit_vectors(embedder: Embedder, text: str) -> None:
    (vector,) = embedder.embed([text])
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_special_tokens_in_a_text_are_plain_characters(embedder: Embedder) -> None:
    count_special, count_plain = embedder.count_tokens(["[SEP][MASK]", "[sep][mask]"])
    assert count_special == count_plain > 4


# The fixture lives as long as the module: hypothesis sees one embedder, as users do.
@settings(deadline=None, max_examples=60)
@given(st.lists(st.text(st.characters(codec=None), max_size=80), min_size=1, max_size=9))
def test_any_text_has_a_finite_unit_vector(embedder: Embedder, texts: list[str]) -> None:
    vectors = embedder.embed(texts)
    assert np.isfinite(vectors).all()
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert min(embedder.count_tokens(texts)) >= 2


def test_threads_that_start_together_agree(embedder: Embedder) -> None:
    fresh = MiniLM(threads=1)
    texts = [f"Round {i} of the talks ended without a statement." for i in range(4)]
    with ThreadPoolExecutor(4) as pool:
        vectors = np.concatenate(list(pool.map(fresh.embed, [[text] for text in texts])))
    assert (vectors * embedder.embed(texts)).sum(axis=1).min() >= 0.9999


def test_nothing_heavy_is_imported_before_a_text_is_embedded() -> None:
    code = (
        "import sys; from vectorstore.embeddings import MiniLM; MiniLM().fingerprint;"
        "sys.exit(any(m in sys.modules for m in ('onnxruntime', 'tokenizers')))"
    )
    root = Path(__file__).parent.parent
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0


def test_the_fingerprint_names_the_bundled_file(embedder: Embedder) -> None:
    fingerprint = embedder.fingerprint
    assert fingerprint.dimension == 384
    assert (MODELS / SUMS_FILE).read_text().startswith(fingerprint.revision)
    assert len(fingerprint.revision) == 12
    # The model cards give the sums, for a reader who checks the files by hand.
    cards = "".join(card.read_text(encoding="utf-8") for card in MODELS.glob("*.md"))
    for line in (MODELS / SUMS_FILE).read_text().splitlines():
        assert line.split()[0] in cards


def test_the_bundle_is_as_shipped() -> None:
    verify_bundle()


@pytest.mark.parametrize("name", [MODEL_FILE, TOKENIZER_FILE])
def test_one_changed_byte_is_found(bundle: Path, name: str) -> None:
    content = bytearray((bundle / name).read_bytes())
    content[len(content) // 2] ^= 1
    (bundle / name).write_bytes(content)
    with pytest.raises(ModelError, match=f"{name} cannot be used.*reinstall Parley"):
        verify_bundle(bundle)


@pytest.mark.parametrize("name", [MODEL_FILE, TOKENIZER_FILE, SUMS_FILE])
@pytest.mark.parametrize("content", [None, b"", b"not what it was\n", b"\xff\xfe\x00"])
def test_a_file_missing_or_spoilt_is_named_with_the_mend(
    bundle: Path, name: str, content: bytes | None
) -> None:
    if content is None:
        (bundle / name).unlink()
    else:
        (bundle / name).write_bytes(content)
    spoilt = MiniLM(bundle)
    with pytest.raises(ModelError, match=f"{name} .*reinstall Parley") as caught:
        _ = spoilt.fingerprint if name == SUMS_FILE else spoilt.embed(["The talks resumed."])
    assert "\n" not in str(caught.value)
    with pytest.raises(ModelError, match=f"{name} .*reinstall Parley"):
        verify_bundle(bundle)
