"""The model files that come with Parley: their sums, and opening them.

The only module that imports onnxruntime and tokenizers, and not before a model is used.
Knows nothing of what the models are for.
"""

import hashlib
from collections.abc import Collection, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from vectorstore.errors import ModelError

MODELS = Path(__file__).parent / "models"
TOKENIZER_FILE = "tokenizer.json"
SUMS_FILE = "SHA256SUMS"

_MEND = "reinstall Parley, or in a checkout run `git restore vectorstore/models`"


def open_tokenizer(folder: Path) -> Any:
    """Return the tokenizer, which neither cuts nor pads; ModelError if it cannot be used."""
    with usable(folder / TOKENIZER_FILE) as path:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(path))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        # An article that contains "[SEP]" contains five characters, not a separator.
        tokenizer.encode_special_tokens = True
        return tokenizer


def open_session(path: Path) -> Any:
    """Return an onnxruntime session of one thread; ModelError if the file cannot be used."""
    with usable(path):
        import onnxruntime

        runtime: Any = onnxruntime  # it has no types
        options = runtime.SessionOptions()
        options.intra_op_num_threads = 1
        return runtime.InferenceSession(str(path), options, ["CPUExecutionProvider"])


def storable(text: str) -> str:
    """Return `text` fit for the tokenizer: a lone surrogate, which has no bytes, becomes "?"."""
    return text.encode(errors="replace").decode()


def batches(lengths: list[int], texts: int, tokens: int) -> list[list[int]]:
    """Return the places in `lengths`, the longest first, divided into batches.

    A batch has at most so many texts, and so many tokens with what its texts are padded to.
    """
    order = sorted(range(len(lengths)), key=lengths.__getitem__, reverse=True)
    divided: list[list[int]] = []
    while order:
        # The first is the longest, to which the others are padded.
        size = max(1, min(texts, tokens // lengths[order[0]]))
        divided.append(order[:size])
        del order[:size]
    return divided


def verify_bundle(folder: Path = MODELS, names: Collection[str] = ()) -> None:
    """Hash the bundled files (46 MB), or those named.

    ModelError names the first that is not as shipped.
    """
    listed = sums(folder)
    for name, expected in listed.items():
        if names and name not in names:
            continue
        with usable(folder / name) as path, path.open("rb") as file:
            if (actual := hashlib.file_digest(file, "sha256").hexdigest()) != expected:
                raise ValueError(f"its SHA-256 is {actual[:12]}…, not {expected[:12]}…")


def sums(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each bundled file, as `sha256sum` writes them."""
    with usable(folder / SUMS_FILE) as path:
        lines = path.read_text(encoding="utf-8").splitlines()
        listed = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
        shipped = {file.name for file in folder.glob("*.onnx")} | {TOKENIZER_FILE}
        if not shipped <= listed.keys():
            raise ValueError("a file is not listed")
        return listed


@contextmanager
def usable(path: Path) -> Generator[Path]:
    """Turn whatever goes wrong with a file of the bundle into a ModelError."""
    if not path.is_file():
        raise ModelError(f"The model's file {path} is missing: {_MEND}.")
    try:
        yield path
    except Exception as error:  # the vendors' exceptions share no base class
        message = f"The model's file {path} cannot be used ({error}): {_MEND}."
        raise ModelError(" ".join(message.split())) from error
