"""Lays out the reader as an ONNX graph in int8: the embedder's encoder with a head for spans.

The head is linear and stays float32: it is 3 kB, and what it gives is compared with
thresholds. Knows neither how a pair is laid out nor where the weights come from.
"""

import onnx

from vectorstore.models.minilm_graph import Graph, Tensors

# Beside those of the encoder, as `minilm_graph.prepare` names them.
HEAD = ("spans.weight", "spans.bias")


def reader_model(tensors: Tensors) -> onnx.ModelProto:
    """Return the model that Parley runs.

    `input_ids` and `attention_mask`, int64 (batch, length), give `spans`, float32
    (batch, length, 2): each token's logits of being an answer's first and its last.
    """
    graph = Graph(tensors, int8=True)
    graph.op("Identity", graph.exact(graph.encoder(), "spans"), outputs=["spans"])
    return graph.model("reader", {"spans": ["batch", "length", 2]})
