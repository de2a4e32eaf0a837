"""The reader as PyTorch trains it: MiniLM's encoder with a relevance and a span head.

The same network as `reader_graph` lays out for running, from the same weights by the names of
their safetensors file; but the relevance head is only trained beside the other, which tells
sentences that answer from others better (see `ranker.READ_EVIDENCE`). Needs torch, which only
training does. Knows nothing of questions.
"""

from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from vectorstore.models.minilm_graph import EPSILON, HEADS, INNER, LAYERS, WIDTH

Weights = Mapping[str, NDArray[np.float32]]

_DROPOUT = 0.1


class ReaderNetwork(nn.Module):
    """Relevance (batch,) and span logits (batch, length, 2) of pairs (batch, length) of ids.

    The embeddings and the first layer stay as they are: with so few questions they would
    only forget words that none of them has.
    """

    def __init__(self, weights: Weights) -> None:
        super().__init__()
        self.embeddings = _Embeddings()
        self.layers = nn.ModuleList(_Layer() for _ in range(LAYERS))
        self.relevance = nn.Linear(WIDTH, 1)
        self.spans = nn.Linear(WIDTH, 2)
        # Heads that were never trained begin at random.
        state = self.state_dict()
        state |= {ours: torch.tensor(weights[theirs]) for ours, theirs in _NAMES.items()}
        state |= {name: torch.tensor(weights[name].T) for name in _HEADS if name in weights}
        self.load_state_dict(state)
        for frozen in (self.embeddings, self.layers[0]):
            frozen.requires_grad_(False)

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Return both heads' logits."""
        seen = mask.bool()[:, None, None, :]
        with torch.no_grad():
            hidden = self.layers[0](self.embeddings(ids), seen, 0.0)
        dropout = _DROPOUT if self.training else 0.0
        for layer in self.layers[1:]:
            hidden = layer(hidden, seen, dropout)
        return self.relevance(hidden[:, 0])[:, 0], self.spans(hidden)

    def heads(self) -> list[nn.Parameter]:
        """Return the parameters that begin at random."""
        return [*self.relevance.parameters(), *self.spans.parameters()]

    def trained_body(self) -> list[nn.Parameter]:
        """Return the encoder's parameters that are trained."""
        return [each for each in self.layers.parameters() if each.requires_grad]

    def tensors(self) -> dict[str, NDArray[np.float32]]:
        """Return all weights: the encoder's by their old names, the heads' as (inputs, outputs)."""
        state = {name: value.detach().float().numpy() for name, value in self.state_dict().items()}
        encoder = {theirs: state[ours] for ours, theirs in _NAMES.items()}
        # As the graph has them: weights as (inputs, outputs).
        return encoder | {name: np.ascontiguousarray(state[name].T) for name in _HEADS}


class _Embeddings(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.word = nn.Embedding(30_522, WIDTH)
        self.position = nn.Embedding(512, WIDTH)
        self.kind = nn.Embedding(2, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, EPSILON)

    def forward(self, ids: Tensor) -> Tensor:
        places = self.position.weight[: ids.shape[1]]
        return self.norm(self.word(ids) + places + self.kind.weight[0])


class _Layer(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.query, self.key, self.value, self.attended = (
            nn.Linear(WIDTH, WIDTH) for _ in range(4)
        )
        self.attended_norm = nn.LayerNorm(WIDTH, EPSILON)
        self.inner = nn.Linear(WIDTH, INNER)
        self.outer = nn.Linear(INNER, WIDTH)
        self.outer_norm = nn.LayerNorm(WIDTH, EPSILON)

    def forward(self, hidden: Tensor, seen: Tensor, dropout: float) -> Tensor:
        batch, length, _ = hidden.shape
        query, key, value = (
            part(hidden).view(batch, length, HEADS, -1).transpose(1, 2)
            for part in (self.query, self.key, self.value)
        )
        # By hand: PyTorch's own attention is five times slower backwards on a CPU.
        scores = (query @ key.transpose(2, 3)) * (WIDTH // HEADS) ** -0.5
        drawn = scores.masked_fill(~seen, -1e4).softmax(-1, query.dtype) @ value
        attended = self.attended(drawn.transpose(1, 2).reshape(batch, length, WIDTH))
        hidden = self.attended_norm(hidden + functional.dropout(attended, dropout))
        outer = self.outer(functional.gelu(self.inner(hidden)))
        return self.outer_norm(hidden + functional.dropout(outer, dropout))


def _names() -> dict[str, str]:
    """Return the weights' names in the safetensors file, by their names here."""
    modules = {
        "embeddings.word": "embeddings.word_embeddings",
        "embeddings.position": "embeddings.position_embeddings",
        "embeddings.kind": "embeddings.token_type_embeddings",
        "embeddings.norm": "embeddings.LayerNorm",
    }
    for number in range(LAYERS):
        modules |= {
            f"layers.{number}.{ours}": f"encoder.layer.{number}.{theirs}"
            for ours, theirs in (
                ("query", "attention.self.query"),
                ("key", "attention.self.key"),
                ("value", "attention.self.value"),
                ("attended", "attention.output.dense"),
                ("attended_norm", "attention.output.LayerNorm"),
                ("inner", "intermediate.dense"),
                ("outer", "output.dense"),
                ("outer_norm", "output.LayerNorm"),
            )
        }
    tables = ("embeddings.word", "embeddings.position", "embeddings.kind")
    return {
        f"{ours}.{part}": f"{theirs}.{part}"
        for ours, theirs in modules.items()
        for part in (("weight",) if ours in tables else ("weight", "bias"))
    }


_NAMES = _names()
_HEADS = tuple(f"{head}.{part}" for head in ("relevance", "spans") for part in ("weight", "bias"))
