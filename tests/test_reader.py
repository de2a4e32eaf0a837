"""The bundled reader as the retriever asks it, and the making of its file."""

import math
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.test_text import any_text
from vectorstore.bundle import (
    MODELS,
    SUMS_FILE,
    TOKENIZER_FILE,
    open_session,
    open_tokenizer,
    verify_bundle,
)
from vectorstore.errors import ModelError
from vectorstore.models.export_reader import export, load_tensors
from vectorstore.models.minilm_graph import WIDTH, Tensors, dequantised
from vectorstore.models.reader_graph import HEAD
from vectorstore.pairs import Pair, Surrounded, lay_out, padded
from vectorstore.reader import READER_FILE, PairReader, Reading

ROOT = Path(__file__).parent.parent
LED = "Who led the Norland delegation?"
SENTENCES = [
    Surrounded(
        "The Norland delegation was led by Trade Minister Ana Kestrel.",
        "Harbour talks open in Vell",
        "Delegations from Norland and Sudmark met in the port of Vell on Tuesday.",
    ),
    Surrounded("Sudmark sent its ambassador, Iven Orlo."),
    Surrounded("“We came to open the harbour,” she said — “not to close a door.”", "", "Yes."),
    Surrounded("Talks!"),
    Surrounded(
        "Orlo told reporters that Sudmark would lift the blockade only after a fishing treaty "
        "was signed, " + "and that no date had been set for the next meeting, " * 5 + "he said."
    ),
]


@pytest.fixture(scope="module")
def reader() -> PairReader:
    return PairReader()


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A copy of the reader's files that a test may damage."""
    for name in (READER_FILE, TOKENIZER_FILE, SUMS_FILE):
        shutil.copy(MODELS / name, tmp_path)
    return tmp_path


def _near(one: Sequence[Reading], other: Sequence[Reading]) -> bool:
    """Whether they agree but for rounding; of two spans equally good either will do."""
    told, again = ([(each.margin, each.certainty) for each in side] for side in (one, other))
    return np.allclose(told, again, atol=1e-2)


def test_every_sentence_has_a_reading_in_its_place_whatever_stands_beside_it(
    reader: PairReader,
) -> None:
    many = [
        Surrounded(f"Witness {i} spoke for an hour. " * (1 + 7 * i % 11), "The panel", "It sat.")
        for i in range(21)
    ]

    together = reader.read(LED, many)

    assert _near(together, reader.read(LED, many[::-1])[::-1])
    assert _near(together, [reader.read(LED, [each])[0] for each in many])
    # They differ among themselves, so the agreement is no accident.
    assert not _near(together, together[::-1])


def test_what_stands_around_a_sentence_and_what_is_asked_count(reader: PairReader) -> None:
    sentence = Surrounded("She led the Norland delegation.", "Talks open", "Ana Kestrel came.")
    (asked,) = reader.read(LED, [sentence])

    for question, other in (
        ("How many ships were waiting?", sentence),
        (LED, Surrounded(sentence.text, "A cup is won", sentence.previous)),
        (LED, Surrounded(sentence.text, sentence.title, "The museum opens a new wing.")),
    ):
        assert not _near([asked], reader.read(question, [other]))


def test_a_span_is_a_stretch_of_whole_wordpieces_of_the_sentence(reader: PairReader) -> None:
    for sentence, reading in zip(SENTENCES, reader.read(LED, SENTENCES), strict=True):
        assert reading.span is not None
        start, end = reading.span
        assert 0 <= start < end <= len(sentence.text)
        marked = sentence.text[start:end]
        assert marked == marked.strip()
        assert len(marked.split()) <= 30


def test_no_sentence_has_no_reading_and_no_words_no_span(reader: PairReader) -> None:
    assert reader.read(LED, []) == []
    (empty, *others) = reader.read(LED, [Surrounded(""), *SENTENCES])
    assert (empty.span, empty.certainty) == (None, 0)
    assert -np.inf < empty.margin < min(each.margin for each in others)


def test_what_is_too_long_is_cut_and_read_as_far_as_it_goes(reader: PairReader) -> None:
    long = "The delegations met again on Monday to discuss the status of the port. " * 200
    cut, more = reader.read(
        long, [Surrounded(long, long, long), Surrounded(long + "It ended.", long, long)]
    )

    assert cut.span is not None
    assert _near([cut], [more])


@pytest.mark.parametrize(
    "text",
    [
        "[SEP]",
        "[CLS] [PAD] [MASK] [UNK]",
        "\ud800 she said \udfff",
        "Переговоры в Женеве",
        "שיחות שלום",
        "🕊️🤝",
        "\x00\x01\x7f\u200b\ufeff",
        " \n\t",
        "Ｆｕｌｌ ﬁ Å e\u0301 ǅ İstanbul",
    ],
)
def test_odd_and_hostile_texts_are_texts(reader: PairReader, text: str) -> None:
    readings = reader.read(text, [Surrounded(text, text, text), Surrounded("Plain.", text, "")])

    for reading, sentence in zip(readings, (text, "Plain."), strict=True):
        assert np.isfinite(reading.margin)
        assert 0 <= reading.certainty <= 1
        assert reading.span is None or 0 <= reading.span[0] < reading.span[1] <= len(sentence)


def test_special_tokens_in_an_article_part_nothing(reader: PairReader) -> None:
    # Were "[SEP]" the separator, these would be read alike.
    plain, forged = reader.read(
        LED, [Surrounded("Yes.", "No."), Surrounded("Yes. [SEP] No. [SEP]", "")]
    )

    assert not _near([plain], [forged])


# The fixture lives as long as the module: hypothesis sees one reader, as users do.
@settings(deadline=None, max_examples=40)
@given(any_text, st.lists(st.builds(Surrounded, any_text, any_text, any_text), max_size=5))
def test_any_text_can_be_read(
    reader: PairReader, question: str, sentences: list[Surrounded]
) -> None:
    readings = reader.read(question, sentences)

    assert len(readings) == len(sentences)
    for reading, sentence in zip(readings, sentences, strict=True):
        assert np.isfinite(reading.margin)
        assert 0 <= reading.certainty <= 1
        assert reading.span is None or 0 <= reading.span[0] < reading.span[1] <= len(sentence.text)


def test_threads_that_start_together_agree(reader: PairReader) -> None:
    fresh = PairReader(threads=1)

    with ThreadPoolExecutor(4) as pool:
        read = list(pool.map(fresh.read, [LED] * 4, [SENTENCES] * 4))

    assert all(_near(each, reader.read(LED, SENTENCES)) for each in read)


def test_nothing_heavy_is_imported_before_a_sentence_is_read() -> None:
    code = (
        "import sys; from vectorstore.reader import PairReader; PairReader();"
        "sys.exit(any(m in sys.modules for m in ('onnxruntime', 'tokenizers')))"
    )

    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


@pytest.mark.parametrize("name", [READER_FILE, TOKENIZER_FILE])
@pytest.mark.parametrize("content", [None, b"", b"not what it was\n"])
def test_a_file_missing_or_spoilt_is_named_with_the_mend(
    bundle: Path, name: str, content: bytes | None
) -> None:
    if content is None:
        (bundle / name).unlink()
    else:
        (bundle / name).write_bytes(content)

    with pytest.raises(ModelError, match=f"{name} .*reinstall Parley") as caught:
        PairReader(bundle).read(LED, SENTENCES)

    assert "\n" not in str(caught.value)


def test_an_embedder_in_the_readers_place_is_no_reader(bundle: Path) -> None:
    shutil.copy(MODELS / "all-MiniLM-L6-v2.int8.onnx", bundle / READER_FILE)

    with pytest.raises(ModelError, match=f"{READER_FILE} cannot be used"):
        PairReader(bundle).read(LED, SENTENCES)


def test_a_model_that_is_not_listed_or_was_changed_is_found(bundle: Path) -> None:
    verify_bundle(bundle, (READER_FILE, TOKENIZER_FILE))
    content = bytearray((bundle / READER_FILE).read_bytes())
    content[len(content) // 2] ^= 1
    (bundle / READER_FILE).write_bytes(content)
    with pytest.raises(ModelError, match=f"{READER_FILE} cannot be used"):
        verify_bundle(bundle, (READER_FILE,))
    verify_bundle(bundle, (TOKENIZER_FILE,))

    lines = (bundle / SUMS_FILE).read_text("utf-8").splitlines(keepends=True)
    (bundle / SUMS_FILE).write_text("".join(x for x in lines if READER_FILE not in x), "utf-8")

    with pytest.raises(ModelError, match="not listed"):
        verify_bundle(bundle, (TOKENIZER_FILE,))


@pytest.fixture(scope="module")
def tensors() -> Tensors:
    """The shipped encoder with a head that points somewhere."""
    random = np.random.default_rng(7)
    shapes = dict(zip(HEAD, ((WIDTH, 2), (2,)), strict=True))
    return dequantised(MODELS / READER_FILE) | {
        name: random.normal(0, 0.5, shape).astype(np.float32) for name, shape in shapes.items()
    }


def test_the_same_weights_make_the_same_file_and_it_reads_as_they_say(
    tensors: Tensors, bundle: Path
) -> None:
    first, others = export(tensors, bundle), (bundle / SUMS_FILE).read_text("utf-8").splitlines()
    exact = dequantised(bundle / READER_FILE)
    assert all((exact[name] == tensors[name]).all() for name in HEAD)
    before = PairReader(bundle).read(LED, SENTENCES)

    assert export(tensors, bundle) == first
    assert (bundle / SUMS_FILE).read_text("utf-8").splitlines() == others
    # A head twice as large leads by twice as much, and to the same words.
    assert export(tensors | {name: 2 * tensors[name] for name in HEAD}, bundle) != first
    after = PairReader(bundle).read(LED, SENTENCES)
    assert [each.span for each in after] == [each.span for each in before]
    led = [2 * each.margin for each in before]
    np.testing.assert_allclose([each.margin for each in after], led, rtol=1e-4)


# Of several long sentences, some would be marked from end to end if a span might be so long.
LONG = SENTENCES[4].text.split()
TURNED = [Surrounded(" ".join(LONG[place:] + LONG[:place])) for place in range(0, 40, 5)]


def _spans(
    folder: Path, sentences: Sequence[Surrounded]
) -> Iterator[tuple[Pair, float, list[tuple[float, int, int]]]]:
    """Yield what the model says: each pair, the logit of no span, and (logit, start, end) of all.

    A wordpiece is meant by its place in the sentence; spans of any length are among them.
    """
    session = open_session(folder / READER_FILE)
    for pair in lay_out(open_tokenizer(folder), LED, sentences):
        ids, mask = padded([pair.ids])
        (logits,) = session.run(["spans"], {"input_ids": ids, "attention_mask": mask})[0].tolist()
        size, first = len(pair.places), pair.first
        spans = [
            (logits[first + start][0] + logits[first + end][1], start, end)
            for start in range(size)
            for end in range(start, size)
        ]
        yield pair, sum(logits[0]), spans


def test_a_span_is_the_likeliest_of_the_sentence_and_its_margin_the_lead_over_none(
    tensors: Tensors, bundle: Path
) -> None:
    export(tensors, bundle)
    sentences, longest = [*SENTENCES, *TURNED], 0

    readings = PairReader(bundle).read(LED, sentences)

    for reading, (pair, none, spans) in zip(readings, _spans(bundle, sentences), strict=True):
        _, start, end = max(spans)
        longest = max(longest, end - start + 1)
        best, start, end = max(each for each in spans if each[2] - each[1] < 30)
        assert reading.span == (pair.places[start][0], pair.places[end][1])
        assert reading.margin == pytest.approx(best - none, abs=1e-2)
    assert longest > 30


def test_certainty_is_the_probability_of_the_span_among_all_and_none(
    tensors: Tensors, bundle: Path
) -> None:
    # A head so faint that many spans have their share.
    export(tensors | {name: tensors[name] / 5 for name in HEAD}, bundle)
    sentences = [*SENTENCES, *TURNED]

    readings = PairReader(bundle).read(LED, sentences)

    for reading, (_, none, spans) in zip(readings, _spans(bundle, sentences), strict=True):
        odds = [math.exp(logit) for logit, start, end in spans if end - start < 30]
        probability = max(odds) / (sum(odds) + math.exp(none))
        assert reading.certainty == pytest.approx(probability, rel=0.03)
    assert max(each.certainty for each in readings) > 0.1


def test_a_reader_that_knows_nothing_is_certain_of_nothing(tensors: Tensors, bundle: Path) -> None:
    export(tensors | {name: np.zeros_like(tensors[name]) for name in HEAD}, bundle)

    (led, _, _, few, _) = PairReader(bundle).read(LED, SENTENCES)

    # "Talks", "!" and both, or nothing: one is as likely as the other.
    assert (few.margin, few.certainty) == (0, pytest.approx(1 / 4))
    assert 0 < led.certainty < 1 / 50


def test_weights_without_a_head_are_refused(tmp_path: Path, tensors: Tensors) -> None:
    np.savez(tmp_path / "w.npz", **{n: v for n, v in tensors.items() if n != "spans.bias"})

    with pytest.raises(SystemExit, match=r"lacks spans\.bias"):
        load_tensors(tmp_path / "w.npz")


def test_weights_are_taken_from_a_file(tmp_path: Path, tensors: Tensors) -> None:
    np.savez(tmp_path / "w.npz", **tensors)

    loaded = load_tensors(tmp_path / "w.npz")

    assert loaded.keys() == tensors.keys()
    assert all((loaded[name] == tensors[name]).all() for name in tensors)
