"""ONNX graphs written node by node, with weights that are the same every time."""
import dataclasses

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

FLOAT = TensorProto.FLOAT
KINDS = {}  # name -> a function that builds the model


@dataclasses.dataclass
class Kind:
    """A model and what is explained of it, said apart from the program under test."""

    model: onnx.ModelProto
    image: tuple  # shape of one image, in the model's own layout
    opset: int
    explained: str  # the tensor whose element is explained
    element: str  # the element, without batch
    options: str  # how the command line is asked for it
    quantized: bool = False
    row: bool = True  # the tensor has a batch dimension
    batched: bool = True  # the input has one
    batch: int = 1
    constants: dict = dataclasses.field(default_factory=dict)


def kind(function):
    KINDS[function.__name__.replace("_", "-")] = function
    return function


class Graph:
    """shape: of one image; free sizes are names. batch: a name, a number, or None where the input has no batch dimension."""

    def __init__(self, opset, shape, batch="N", element=FLOAT, seed=1):
        self.opset, self.batch, self.element = opset, batch, element
        self.random = np.random.default_rng(seed)
        self.nodes, self.tensors, self.outputs, self.count, self.imports = [], [], [], 0, []
        self.inputs = [helper.make_tensor_value_info("image", element, list(shape) if batch is None else [batch, *shape])]

    def name(self, stem="t"):
        self.count += 1
        return f"{stem}{self.count}"

    def constant(self, value, element=None, name=None):
        """An initializer; Python floats become the graph's float type, whole numbers int64."""
        array = np.asarray(value)
        name = name or self.name("c")
        if element == TensorProto.BFLOAT16 or (element is None and array.dtype.kind == "f" and self.element == TensorProto.BFLOAT16):
            raw = (np.ascontiguousarray(array.astype(np.float32)).view(np.uint32) >> 16).astype(np.uint16)
            self.tensors.append(TensorProto(name=name, dims=array.shape, data_type=TensorProto.BFLOAT16, raw_data=raw.tobytes()))
            return name
        if element is None and array.dtype.kind == "f":
            element = self.element
        types = {FLOAT: np.float32, TensorProto.FLOAT16: np.float16, TensorProto.DOUBLE: np.float64, None: array.dtype}
        self.tensors.append(numpy_helper.from_array(np.ascontiguousarray(array.astype(types.get(element, array.dtype))).reshape(array.shape), name))
        return name

    def weight(self, *shape, fan=None, gain=1.4):
        """Random numbers that keep a signal's size; fan: how many products one output adds up."""
        fan = fan or int(np.prod(shape[1:])) or 1
        return self.constant(np.round(self.random.standard_normal(shape) * gain / np.sqrt(fan) * 128) / 128)

    def uniform(self, low, high, *shape):
        return self.constant(np.round(self.random.uniform(low, high, shape) * 128) / 128)

    def op(self, operator, *inputs, outputs=1, domain="", **attributes):
        names = [self.name() for _ in range(outputs)]
        inputs = ["" if i is None else i if isinstance(i, str) else self.constant(i) for i in inputs]
        self.nodes.append(helper.make_node(operator, inputs, names, domain=domain, **attributes))
        if domain and domain not in self.imports:
            self.imports.append(domain)
        return names[0] if outputs == 1 else names

    def conv(self, x, ins, outs, k=3, act="Relu", bias=True, rank=2, group=1, **attributes):
        attributes.setdefault("kernel_shape", [k] * rank)
        if "auto_pad" not in attributes:
            attributes.setdefault("pads", [k // 2] * 2 * rank)
        more = [self.uniform(-0.3, 0.3, outs)] if bias else []
        y = self.op("Conv", x, self.weight(outs, ins // group, *attributes["kernel_shape"]), *more, group=group, **attributes)
        return self.op(act, y) if act else y

    def dense(self, x, ins, outs, bias=True):
        y = self.op("MatMul", x, self.weight(ins, outs, fan=ins))
        return self.op("Add", y, self.uniform(-0.3, 0.3, outs)) if bias else y

    def axes(self, operator, x, axes, **attributes):
        """Squeeze, Unsqueeze and reductions: axes as an attribute in older opsets, as an input in newer ones."""
        since = 13 if operator in ("Squeeze", "Unsqueeze", "ReduceSum") else 18
        return self.op(operator, x, list(axes), **attributes) if self.opset >= since else self.op(operator, x, axes=list(axes), **attributes)

    def slice(self, x, starts, ends, axes, steps=None):
        if self.opset < 10:
            return self.op("Slice", x, starts=starts, ends=ends, axes=axes)
        return self.op("Slice", x, starts, ends, axes, *([steps] if steps else []))

    def split(self, x, sizes, axis):
        if self.opset >= 13:
            return self.op("Split", x, sizes, axis=axis, outputs=len(sizes))
        return self.op("Split", x, split=sizes, axis=axis, outputs=len(sizes))

    def layer_norm(self, x, width):
        """As exporters before opset 17 wrote it."""
        centred = self.op("Sub", x, self.axes("ReduceMean", x, [-1]))
        spread = self.op("Sqrt", self.op("Add", self.axes("ReduceMean", self.op("Pow", centred, 2.0), [-1]), 1e-5))
        return self.op("Add", self.op("Mul", self.op("Div", centred, spread), self.uniform(0.6, 1.4, width)), self.uniform(-0.2, 0.2, width))

    def heads(self, x, width, heads, tokens):
        """Self-attention with a projection for each of query, key and value."""
        size = width // heads
        q, k, v = (self.op("Transpose", self.op("Reshape", self.dense(x, width, width), [0, tokens, heads, size]), perm=p)
                   for p in ([0, 2, 1, 3], [0, 2, 3, 1], [0, 2, 1, 3]))
        scores = self.op("Softmax", self.op("Mul", self.op("MatMul", q, k), size**-0.5), axis=-1 if self.opset >= 13 else 3)
        joined = self.op("Reshape", self.op("Transpose", self.op("MatMul", scores, v), perm=[0, 2, 1, 3]), [0, tokens, width])
        return self.dense(joined, width, width)

    def out(self, tensor, *shape, name=None, element=None):
        """Makes a tensor an output; renames it where a name is given."""
        if name:
            self.nodes.append(helper.make_node("Identity", [tensor], [name]))
        self.outputs.append(helper.make_tensor_value_info(name or tensor, element or self.element, shape))
        return tensor

    def kind(self, image, explained, element, options=None, **more):
        graph = helper.make_graph(self.nodes, "g", self.inputs, self.outputs, self.tensors)
        opsets = [helper.make_opsetid("", self.opset), *(helper.make_opsetid(d, 1) for d in self.imports)]
        model = helper.make_model(graph, opset_imports=opsets, producer_name="written")
        # Opset 25 needs a later version of the file format than old runtimes know; each gets the least.
        model.ir_version = 3 if self.opset < 9 else 6 if self.opset < 15 else 8 if self.opset < 21 else 10 if self.opset < 23 else 11
        if model.ir_version < 4:  # initializers are inputs too
            graph_inputs = [helper.make_tensor_value_info(t.name, t.data_type, t.dims) for t in self.tensors]
            model.graph.input.extend(graph_inputs)
        batch = self.batch if isinstance(self.batch, int) else 1
        options = f"--target {element}" if options is None else options
        return Kind(model, tuple(image), self.opset, explained, element, options, batched=self.batch is not None, batch=batch, **more)


def doubles(value):
    return torch.from_numpy(np.asarray(value, np.float64))
