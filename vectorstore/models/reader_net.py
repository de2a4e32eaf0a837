"""The reader as a PyTorch module: MiniLM's encoder with a relevance head and a span head.

For training only. It starts from the bundled embedder's own weights, read back from int8,
and gives its tensors back under the names that `minilm_graph` lays out. A pair is
[CLS] question [SEP] sentence [SEP] title, previous sentence [SEP]; its relevance is read
off the first token, its answer's ends off the sentence's tokens, with the first token as
"no answer here".
"""

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from vectorstore.bundle import MODELS
from vectorstore.embeddings import MODEL_FILE
from vectorstore.models.minilm_graph import EPSILON, HEADS, LAYERS, WIDTH, Tensors, dequantised

# The embeddings and the first layer stay as they are: 2,000 questions are too few to move
# them, and without them a step takes two thirds of the time.
FROZEN_LAYERS = 1


class ReaderNet(nn.Module):
    """(batch, length) token ids to relevance (batch,) and ends (batch, length, 2)."""

    def __init__(self, source: Path = MODELS / MODEL_FILE) -> None:
        super().__init__()
        tensors = {name: torch.tensor(value) for name, value in dequantised(source).items()}
        trained = tuple(f"layer{n}." for n in range(FROZEN_LAYERS, LAYERS))
        self.frozen = {n: t for n, t in tensors.items() if not n.startswith(trained)}
        self.trained = nn.ParameterDict(
            {
                n.replace(".", "/"): nn.Parameter(t)
                for n, t in tensors.items()
                if n not in self.frozen
            }
        )
        self.heads = nn.Linear(WIDTH, 3)
        nn.init.normal_(self.heads.weight, std=0.02)
        nn.init.zeros_(self.heads.bias)

    def forward(self, ids: Tensor) -> tuple[Tensor, Tensor]:
        """Return relevance logits and start and end logits; token id 0 is padding."""
        blind = torch.where(ids == 0, -10_000.0, 0.0)[:, None, None, :]
        hidden = self._tensor("word")[ids] + self._tensor("position")[: ids.shape[1]]
        hidden = self._norm(hidden, "norm")
        for layer in range(LAYERS):
            if layer == FROZEN_LAYERS:
                hidden = hidden.detach()
            name = f"layer{layer}."
            attended = self._linear(self._attention(hidden, blind, name), name + "attended")
            hidden = self._norm(hidden + self._drop(attended), name + "attended_norm")
            inner = functional.gelu(self._linear(hidden, name + "inner"))
            outer = self._linear(inner, name + "outer")
            hidden = self._norm(hidden + self._drop(outer), name + "outer_norm")
        scores = self.heads(self._drop(hidden))
        return scores[:, 0, 0], scores[:, :, 1:]

    def tensors(self) -> Tensors:
        """Return all weights as float32 under `minilm_graph`'s names, heads included."""
        named = {n.replace("/", "."): p for n, p in self.trained.items()}
        named |= self.frozen | {"heads.weight": self.heads.weight.T, "heads.bias": self.heads.bias}
        return {n: t.detach().float().contiguous().numpy() for n, t in named.items()}

    def _tensor(self, name: str) -> Tensor:
        return self.frozen[name] if name in self.frozen else self.trained[name.replace(".", "/")]

    def _drop(self, value: Tensor) -> Tensor:
        return functional.dropout(value, 0.1, self.training)

    def _linear(self, value: Tensor, name: str) -> Tensor:
        return value @ self._tensor(name + ".weight").to(value.dtype) + self._tensor(name + ".bias")

    def _norm(self, value: Tensor, name: str) -> Tensor:
        weight, bias = self._tensor(name + ".weight"), self._tensor(name + ".bias")
        return functional.layer_norm(value.float(), (WIDTH,), weight, bias, EPSILON)

    def _attention(self, hidden: Tensor, blind: Tensor, name: str) -> Tensor:
        batch, length, _ = hidden.shape
        parts = self._linear(hidden, name + "qkv").split(WIDTH, dim=-1)
        query, key, value = (
            part.reshape(batch, length, HEADS, WIDTH // HEADS).transpose(1, 2) for part in parts
        )
        # The query's weights hold the division by the root of a head's width.
        scores = query @ key.transpose(-1, -2) + blind
        drawn = scores.softmax(-1).to(value.dtype) @ value
        return drawn.transpose(1, 2).reshape(batch, length, WIDTH)
