"""`parley doctor`: each part probed, each with a verdict and a mend."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from time import monotonic
from typing import TYPE_CHECKING

import click

import prompts
from bot.cli.common import notice, print_json
from vectorstore.errors import ParleyError

if TYPE_CHECKING:
    from bot.settings import Settings


# Enough for a model that thinks before it says a word.
_FEW_TOKENS = 500


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a probe found; `mend` says what to do where it is not well."""

    part: str
    well: bool
    found: str
    mend: str | None = None


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def doctor(context: click.Context, as_json: bool) -> None:
    """Probe the library, the index and the models. Exit status 1 if one is not well."""
    from bot.settings import load

    verdicts = list(_probe_all(load()))
    if as_json:
        print_json({"verdicts": [asdict(verdict) for verdict in verdicts]})
    else:
        for verdict in verdicts:
            mark = (
                click.style("well   ", fg="green")
                if verdict.well
                else click.style("not well", fg="red")
            )
            click.echo(f"{mark} {verdict.part}: {verdict.found}")
            if verdict.mend:
                click.echo(f"         {verdict.mend}")
    context.exit(0 if all(verdict.well for verdict in verdicts) else 1)


def _probe_all(settings: "Settings") -> Iterator[Verdict]:
    probes = {
        "model": _model,
        "reader": _reader,
        "embedder": _embedder,
        "library": _library,
        "index": _index,
        "engine": _engine,
    }
    for part, probe in probes.items():
        yield _guarded(part, probe, settings)


def _guarded(part: str, probe: Callable[["Settings"], str], settings: "Settings") -> Verdict:
    try:
        return Verdict(part, True, probe(settings))
    except ParleyError as error:
        found, _, mend = str(error).partition(": ")
        return Verdict(part, False, found, mend or None)


def _model(settings: "Settings") -> str:
    from vectorstore.bundle import MODELS, TOKENIZER_FILE, verify_bundle
    from vectorstore.embeddings import MODEL_FILE, MiniLM

    del settings
    verify_bundle(MODELS, (MODEL_FILE, TOKENIZER_FILE))
    embedder = MiniLM()
    embedder.embed(["talks"])
    return f"{embedder.fingerprint}, its files are whole"


def _reader(settings: "Settings") -> str:
    from bot.app import make_reader
    from vectorstore.bundle import MODELS, verify_bundle
    from vectorstore.pairs import Surrounded
    from vectorstore.reader import READER_FILE

    reader = make_reader(settings)
    if reader is None:
        return "not asked, since PARLEY_READER is off"
    verify_bundle(MODELS, (READER_FILE,))
    reader.read("Who talks?", [Surrounded("They talk.")])
    return f"{READER_FILE} is whole; it reads the sentences found before one is chosen"


def _embedder(settings: "Settings") -> str:
    from bot.app import make_embedder

    embedder = make_embedder(settings)
    fingerprint = embedder.fingerprint  # of a model at an endpoint, by one tiny request
    knows = "English only" if embedder.english_only else "what languages it knows, its card says"
    where = "bundled" if embedder.host is None else f"at {embedder.host}, where passages are sent"
    return f"{fingerprint.model}, {fingerprint.dimension} dimensions, {where}; {knows}"


def _library(settings: "Settings") -> str:
    from bot.app import open_library

    with open_library(settings) as library:
        (verdict,) = library.connection.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise ParleyError(
                f"{library.path} is damaged ({verdict}): restore it from a backup, "
                "or move it away and ingest again"
            )
        counts = library.counts()
    return f"{counts['articles']} articles, {counts['passages']} passages in {settings.home}"


def _index(settings: "Settings") -> str:
    from vectorstore.errors import LockedError

    try:
        problem, waiting = _probe_index(settings)
    except LockedError as error:
        return f"in use, so not probed. {error}"
    if problem:
        raise ParleyError(f"{problem}: `parley articles reindex` makes it anew")
    return f"sound, {waiting} passages waiting to be taken in"


def _probe_index(settings: "Settings") -> tuple[str | None, int]:
    """Return what is wrong with the index, if anything, and how much it has still to take."""
    from bot.app import read_corpus
    from vectorstore.corpus import index_name
    from vectorstore.lock import FolderLock
    from vectorstore.upkeep import probe, wanting

    with read_corpus(settings) as corpus:
        waiting = corpus.spans.outbox_size()
        if not corpus.library.words_whole():
            return "the word index lacks some passages", waiting
        if settings.chroma_url:
            return wanting(corpus.spans, corpus.index), waiting
        # Two processes must not open one index, not even to look.
        with FolderLock(settings.home, "doctor"):
            return probe(settings.home, index_name(corpus.library, corpus.embedder)), waiting


def _engine(settings: "Settings") -> str:
    """Say what words the answers; a model is asked for a word."""
    from bot.engines import find_endpoint, make_engine, make_model

    if settings.engine == "extractive":
        return "answers are quotations, since PARLEY_ENGINE is extractive"
    endpoint = find_endpoint(settings)
    if endpoint is None:
        make_engine(settings, notice)  # an error where a model was asked for
        return (
            "answers are quotations; neither OPENAI_API_KEY nor OPENAI_BASE_URL is set, and no "
            "server of a model answers on this machine"
        )
    model = make_model(settings, endpoint)
    started = monotonic()
    pieces = list(model.stream(prompts.load("probe").messages(), most_tokens=_FEW_TOKENS))
    seconds = monotonic() - started
    usage = pieces[-1].usage if pieces else None
    counted = (
        f"{usage.input_tokens} + {usage.output_tokens} tokens counted"
        if usage
        else "no tokens told"
    )
    return (
        f"{model.name} at {model.host} answered in {seconds:.1f} s, {counted}; it is given at most "
        f"{model.window:,} tokens at once"
    )
