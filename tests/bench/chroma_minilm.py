"""Chroma's own ONNX embedding function, unchanged, on the bundled model's weights.

The function loads a float32 model from a folder laid out like its download. That model is the
exact export where there is one (`export_minilm --fp32`, given by name or found as
$PARLEY_BENCH/minilm-fp32.onnx); else the bundled int8 weights, written out as float32, in the
same graph and so as fast. Chroma's download itself is float32, too. Nothing is downloaded.
"""

import os
import shutil
import sys
from pathlib import Path
from typing import Any

from vectorstore.bundle import MODELS, TOKENIZER_FILE
from vectorstore.embeddings import MODEL_FILE

# The files whose presence tells Chroma's function that its download is complete.
CHROMA_FILES = ("config.json", "special_tokens_map.json", "tokenizer_config.json", "vocab.txt")

EXPORT = "float32 export"
WRITTEN_OUT = "bundled int8, written as float32"


def lay_out(folder: Path, exact: Path | None) -> str:
    """Make `folder` look like Chroma's download; say whose weights are in it."""
    from chromadb.utils.embedding_functions import ONNXMiniLM_L6_V2

    inside = folder / ONNXMiniLM_L6_V2.EXTRACTED_FOLDER_NAME
    inside.mkdir(parents=True, exist_ok=True)
    for name in CHROMA_FILES:
        (inside / name).touch()
    shutil.copy(MODELS / TOKENIZER_FILE, inside)
    model = inside / "model.onnx"
    if exact:
        shutil.copy(exact, model)
    else:
        _write_float32(model)
    return EXPORT if exact else WRITTEN_OUT


def function_in(folder: Path) -> Any:
    """Return Chroma's function on the model that was laid out in `folder`."""
    from chromadb.utils.embedding_functions import ONNXMiniLM_L6_V2

    function = ONNXMiniLM_L6_V2()
    function.DOWNLOAD_PATH = folder
    return function


def exact_model(named: Path | None) -> Path | None:
    """Return the exact export that was named, or the one in $PARLEY_BENCH, if any."""
    return found(named, "minilm-fp32.onnx")


def found(named: Path | None, in_bench: str) -> Path | None:
    """Return the file that was named, which must exist, or the one in $PARLEY_BENCH, if any."""
    if named is not None:
        if not named.is_file():
            sys.exit(f"There is no file {named}.")
        return named
    bench = os.environ.get("PARLEY_BENCH")
    path = Path(bench) / in_bench if bench else None
    return path if path and path.is_file() else None


def _write_float32(path: Path) -> None:
    try:
        from vectorstore.models.minilm_graph import dequantised, float32_model
    except ImportError as error:
        sys.exit(f"{error}: install the package onnx, or give --chroma-model FILE.")
    model = float32_model(dequantised(MODELS / MODEL_FILE))
    path.write_bytes(model.SerializeToString())
