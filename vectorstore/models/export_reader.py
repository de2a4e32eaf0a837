"""Makes the bundled reader from the weights that its training leaves.

A maintainer's script, run from the root of a checkout with the dev dependencies:

    python -m vectorstore.models.export_reader WEIGHTS

WEIGHTS is an .npz or .safetensors file of float32 tensors: the encoder's, named as
`minilm_graph.prepare` names them or as in the official file, and the head's
(`reader_graph.HEAD`). Writes the int8 model and its line in the list of sums. The same
weights give the same bytes.
"""

import argparse
import hashlib
import sys
from pathlib import Path

import numpy as np

from vectorstore.bundle import MODELS, SUMS_FILE, verify_bundle
from vectorstore.models.minilm_graph import Tensors, prepare
from vectorstore.models.reader_graph import HEAD, reader_model
from vectorstore.reader import READER_FILE

_OFFICIAL = "embeddings.word_embeddings.weight"


def export(tensors: Tensors, folder: Path) -> str:
    """Write the model into `folder`, list its sum there, and return the sum."""
    path = folder / READER_FILE
    path.write_bytes(reader_model(tensors).SerializeToString(deterministic=True))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    sums = folder / SUMS_FILE
    others = [line for line in sums.read_text("utf-8").splitlines() if READER_FILE not in line]
    sums.write_text("\n".join([*others, f"{digest}  {READER_FILE}"]) + "\n", encoding="utf-8")
    verify_bundle(folder, (READER_FILE,))
    return digest


def load_tensors(path: Path) -> Tensors:
    """Return the tensors under the names that the graph uses; exits with a line if some lack."""
    if path.suffix == ".npz":
        with np.load(path) as stored:
            weights = {name: stored[name] for name in stored.files}
    else:
        from safetensors.numpy import load_file

        weights = load_file(path)
    if missing := [name for name in HEAD if name not in weights]:
        sys.exit(f"{path} lacks {', '.join(missing)}: give the file that train_reader wrote.")
    head = {name: weights[name] for name in HEAD}
    tensors = prepare(weights) | head if _OFFICIAL in weights else weights
    return {name: np.asarray(value, np.float32) for name, value in tensors.items()}


def main() -> None:
    """Export, and print the sum for the model card."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("weights", type=Path, help=".npz or .safetensors")
    parser.add_argument("--output", type=Path, default=MODELS, help="folder of the bundle")
    arguments = parser.parse_args()
    digest = export(load_tensors(arguments.weights), arguments.output)
    path = arguments.output / READER_FILE
    print(f"{path}: {path.stat().st_size:,} bytes, SHA-256 {digest}")


if __name__ == "__main__":
    main()
