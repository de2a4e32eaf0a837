"""Lays out all-MiniLM-L6-v2 as an ONNX graph, in int8 to run and in float32 to compare.

Written node by node rather than traced from a framework, for control over three things:
the quantiser (see `Graph.quantise`), the query, key and value matrices as one product,
and a result that is the same bytes on every run. Needs only `onnx` and `numpy`; knows
neither the tokenizer nor where the weights come from.

The tensors of both graphs have names of their own, given by `prepare`; in the int8 file a
tensor `x` is stored as `x.int8` and `x.scale`, which `dequantised` reads back.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

Floats = NDArray[np.float32]
Tensors = dict[str, Floats]

NAME = "all-MiniLM-L6-v2"
LAYERS, HEADS, WIDTH, INNER = 6, 12, 384, 1536
EPSILON = 1e-12  # of the layer norms, from the model's config.json

STEPS = 127  # of int8 on either side of zero
# An activation is stored unsigned, around this point.
ACTIVATION_ZERO = 128


def prepare(weights: Mapping[str, Floats]) -> Tensors:
    """Return the graph's tensors from the model's own, as named in the safetensors file.

    Query, key and value become one matrix, the attention's division by the root of a
    head's width moves into the query, matrices are turned to (inputs, outputs), and the
    type of a single text's tokens is added to the positions.
    """
    position = weights["embeddings.position_embeddings.weight"]
    tensors = {
        "word": weights["embeddings.word_embeddings.weight"],
        "position": position + weights["embeddings.token_type_embeddings.weight"][0],
        "norm.weight": weights["embeddings.LayerNorm.weight"],
        "norm.bias": weights["embeddings.LayerNorm.bias"],
    }
    shrink = np.float32(1 / np.sqrt(WIDTH // HEADS))
    for layer in range(LAYERS):
        source, target = f"encoder.layer.{layer}.", f"layer{layer}."
        heads = source + "attention.self."
        for part in ("weight", "bias"):
            tensors[target + "qkv." + part] = np.concatenate(
                [
                    weights[heads + "query." + part] * shrink,
                    weights[heads + "key." + part],
                    weights[heads + "value." + part],
                ]
            ).T
            for ours, theirs in (
                ("attended", "attention.output.dense."),
                ("attended_norm", "attention.output.LayerNorm."),
                ("inner", "intermediate.dense."),
                ("outer", "output.dense."),
                ("outer_norm", "output.LayerNorm."),
            ):
                tensors[f"{target}{ours}.{part}"] = weights[source + theirs + part].T
    return tensors


def int8_model(tensors: Tensors) -> onnx.ModelProto:
    """Return the model that Parley runs, from `prepare`d tensors.

    `input_ids` and `attention_mask`, int64 (batch, length), give `embedding`, float32
    (batch, 384): the mean of the masked token vectors, scaled to unit length.
    """
    graph = Graph(tensors, int8=True)
    hidden = graph.encoder()
    weights = graph.op("Unsqueeze", graph.mask, graph.ints(-1))
    # The mean's divisor cancels when the vector is scaled to unit length.
    total = graph.op("ReduceSum", graph.op("Mul", hidden, weights), graph.ints(1), keepdims=0)
    graph.op("LpNormalization", total, axis=-1, p=2, outputs=["embedding"])
    return graph.model(NAME, {"embedding": ["batch", WIDTH]})


def float32_model(tensors: Tensors) -> onnx.ModelProto:
    """Return the model in the form that Chroma's own function loads, for comparisons.

    Takes `token_type_ids` besides, which it ignores (that function always sends zeros),
    and gives `last_hidden_state`, float32 (batch, length, 384).
    """
    graph = Graph(tensors, int8=False)
    graph.op("Identity", graph.encoder(), outputs=["last_hidden_state"])
    outputs = {"last_hidden_state": ["batch", "length", WIDTH]}
    return graph.model(NAME, outputs, ["token_type_ids"])


def dequantised(path: Path) -> Tensors:
    """Return the tensors of an int8 file as float32, fit for `float32_model`."""
    stored = {
        tensor.name: numpy_helper.to_array(tensor) for tensor in onnx.load(path).graph.initializer
    }
    tensors: Tensors = {}
    for name, value in stored.items():
        if name.endswith(".int8"):
            plain = name.removesuffix(".int8")
            tensors[plain] = value.astype(np.float32) * stored[plain + ".scale"]
        elif name.endswith((".weight", ".bias")):
            tensors[name] = value
    return tensors


def _row_steps(table: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Return a table in whole steps of -127 to 127, and each row's step: (rows, 1)."""
    return _steps(table, np.abs(table).max(axis=1, keepdims=True))


def _column_steps(weight: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Return a weight (inputs, outputs) in whole steps, and each output's step: (1, outputs).

    Processors with AVX2 but without VNNI add two products of a byte (0 to 255) and a weight
    in 16 bits and saturate there, so that a full-range model gives other vectors on them.
    Of four inputs in a row, which is what they pack together, no two weights of one sign
    may thus exceed 128 together: 255 × 128 = 32,640. That leaves a mean of 92 steps instead
    of 127, and the same cosine to float32; 64 for each, the usual way, loses .001.
    """
    largest = np.abs(weight).max(axis=0)
    for signed in (weight, -weight):
        fours = np.sort(np.maximum(signed, 0).reshape(-1, 4, weight.shape[1]), axis=1)
        largest = np.maximum(largest, fours[:, -2:].sum(axis=1).max(axis=0))
    # Of 127 steps for two, rounding makes 128 at most.
    return _steps(weight, largest[np.newaxis])


def _steps(values: Floats, largest: Floats) -> tuple[NDArray[np.int8], Floats]:
    scale = np.maximum(largest, np.float32(1e-12)) / np.float32(STEPS)
    return np.round(values / scale).astype(np.int8), scale


class Graph:
    """An ONNX graph under construction; every method that computes returns a value's name."""

    def __init__(self, tensors: Tensors, int8: bool) -> None:
        self.tensors = tensors
        self.int8 = int8
        self.nodes: list[onnx.NodeProto] = []
        self.stored: dict[str, onnx.TensorProto] = {}
        self.mask = self.op("Cast", "attention_mask", to=TensorProto.FLOAT)

    def op(self, kind: str, *inputs: str, outputs: Sequence[str] = (), **attributes: object) -> str:
        """Return the first output of a new node; without `outputs` it has a name by its number."""
        names = list(outputs) or [f"{kind}_{len(self.nodes)}"]
        self.nodes.append(
            helper.make_node(
                kind, list(inputs), names, name=f"node_{len(self.nodes)}", **attributes
            )
        )
        return names[0]

    def store(self, name: str, values: NDArray[np.generic]) -> str:
        """Return `name`, under which `values` are stored once."""
        if name not in self.stored:
            self.stored[name] = numpy_helper.from_array(np.ascontiguousarray(values), name)
        return name

    def ints(self, *values: int) -> str:
        """Return a constant: (values,) int64."""
        name = "ints_" + "_".join(map(str, values))
        return self.store(name, np.array(values, dtype=np.int64))

    def number(self, value: float) -> str:
        """Return a constant: one float32."""
        return self.store(f"number_{value}", np.array(value, dtype=np.float32))

    def tensor(self, name: str) -> str:
        """Return a tensor of the model's, as it is."""
        return self.store(name, self.tensors[name])

    def encoder(self) -> str:
        """The six layers over `input_ids`: (batch, length, 384)."""
        length = self.op("Shape", "input_ids", start=1, end=2)
        words = self.table("word", lambda rows: self.op("Gather", rows, "input_ids"))
        places = self.table("position", lambda rows: self.op("Slice", rows, self.ints(0), length))
        embedded = self.op("Add", words, places)
        hidden = self.norm(embedded, "norm")
        absent = self.op("Unsqueeze", self.op("Sub", self.number(1), self.mask), self.ints(1, 2))
        blind = self.op("Mul", absent, self.number(-10_000))
        for layer in range(LAYERS):
            name = f"layer{layer}."
            attended = self.linear(self.attention(hidden, blind, name), name + "attended")
            hidden = self.norm(self.op("Add", attended, hidden), name + "attended_norm")
            inner = self.op("Gelu", self.linear(hidden, name + "inner"))
            outer = self.linear(inner, name + "outer")
            hidden = self.norm(self.op("Add", outer, hidden), name + "outer_norm")
        return hidden

    def table(self, name: str, pick: Callable[[str], str]) -> str:
        """Pick rows of an embedding table, each row with a scale of its own in int8."""
        if not self.int8:
            return pick(self.tensor(name))
        steps, scale = _row_steps(self.tensors[name])
        rows = pick(self.store(name + ".int8", steps))
        scales = pick(self.store(name + ".scale", scale))
        return self.op("Mul", self.op("Cast", rows, to=TensorProto.FLOAT), scales)

    def norm(self, value: str, name: str) -> str:
        """Return the layer norm over the last axis."""
        scale, shift = self.tensor(name + ".weight"), self.tensor(name + ".bias")
        return self.op("LayerNormalization", value, scale, shift, axis=-1, epsilon=EPSILON)

    def attention(self, hidden: str, blind: str, name: str) -> str:
        """Return what each token draws from the others, absent ones blinded by a large minus."""
        parts = [name + "query", name + "key", name + "value"]
        thirds = self.ints(WIDTH, WIDTH, WIDTH)
        self.op("Split", self.linear(hidden, name + "qkv"), thirds, axis=-1, outputs=parts)
        by_head = self.ints(0, 0, HEADS, WIDTH // HEADS)
        query, key, value = (
            self.op("Transpose", self.op("Reshape", part, by_head), perm=order)
            for part, order in zip(parts, ([0, 2, 1, 3], [0, 2, 3, 1], [0, 2, 1, 3]), strict=True)
        )
        scores = self.op("Add", self.op("MatMul", query, key), blind)
        drawn = self.op("MatMul", self.op("Softmax", scores, axis=-1), value)
        by_token = self.op("Transpose", drawn, perm=[0, 2, 1, 3])
        return self.op("Reshape", by_token, self.ints(0, 0, WIDTH))

    def linear(self, value: str, name: str) -> str:
        """Return the linear layer's output, in whole numbers inside where the model is int8."""
        if not self.int8:
            return self.exact(value, name)
        bias = self.tensor(name + ".bias")
        steps, scale = _column_steps(self.tensors[name + ".weight"])
        weight = self.store(name + ".weight.int8", steps)
        quantised, unit, zero = self.quantise(value)
        total = self.op(
            "Cast", self.op("MatMulInteger", quantised, weight, zero), to=TensorProto.FLOAT
        )
        # One factor after the other: onnxruntime 1.32 takes a product of two scales for
        # the output of DynamicQuantizeLinear, whose scale is a single number, and fuses
        # the chain into a wrong result (cosine .63).
        scaled = self.op(
            "Mul", self.op("Mul", total, unit), self.store(name + ".weight.scale", scale)
        )
        return self.op("Add", scaled, bias)

    def exact(self, value: str, name: str) -> str:
        """Return the linear layer's output in float32, also in an int8 model."""
        bias = self.tensor(name + ".bias")
        return self.op("Add", self.op("MatMul", value, self.tensor(name + ".weight")), bias)

    def quantise(self, value: str) -> tuple[str, str, str]:
        """Return `value` in unsigned steps, a step's size for each token, and the zero point.

        DynamicQuantizeLinear has one scale for the whole batch, so that a text's vector
        depends on its neighbours and on the padding (mean cosine .993 between a text alone
        and the same text in a batch of eight) and an outlier in one token coarsens all.
        """
        top = self.op("ReduceMax", self.op("Abs", value), self.ints(-1), keepdims=1)
        unit = self.op("Mul", self.op("Max", top, self.number(1e-12)), self.number(1 / STEPS))
        # The cast drops the fraction, hence the half.
        shifted = self.op("Add", self.op("Div", value, unit), self.number(ACTIVATION_ZERO + 0.5))
        zero = self.store("activation_zero", np.array(ACTIVATION_ZERO, dtype=np.uint8))
        return self.op("Cast", shifted, to=TensorProto.UINT8), unit, zero

    def model(
        self, name: str, outputs: Mapping[str, Sequence[str | int]], ignored: Sequence[str] = ()
    ) -> onnx.ModelProto:
        """Return the whole, with the shape of each output; `ignored` are inputs besides."""
        inputs = ["input_ids", "attention_mask", *ignored]
        graph = helper.make_graph(
            self.nodes,
            name,
            [
                helper.make_tensor_value_info(n, TensorProto.INT64, ["batch", "length"])
                for n in inputs
            ],
            [
                helper.make_tensor_value_info(output, TensorProto.FLOAT, list(shape))
                for output, shape in outputs.items()
            ],
            list(self.stored.values()),
        )
        model = helper.make_model(
            graph, producer_name="parley", ir_version=9, opset_imports=[helper.make_opsetid("", 20)]
        )
        onnx.checker.check_model(model, full_check=True)
        return model
