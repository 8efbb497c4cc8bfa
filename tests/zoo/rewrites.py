"""The same small network as other exporters and tools write it. Every rewrite keeps the function, hence the gradient."""
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def _take(graph, name):
    tensor = next(t for t in graph.initializer if t.name == name)
    graph.initializer.remove(tensor)
    return numpy_helper.to_array(tensor)


def _constant(name, value):
    return helper.make_node("Constant", [], [name], value=numpy_helper.from_array(np.asarray(value), name))


def hidden_weights(model):
    """No initializer is left: weights are Constant, Identity, Unsqueeze and ConstantOfShape nodes, or sums of such."""
    graph, first = model.graph, []
    for position, name in enumerate([t.name for t in list(graph.initializer)]):
        value = _take(graph, name)
        if value.dtype != np.float32:
            first.append(_constant(name, value))
        elif position % 3 == 0:
            first += [_constant(name + ".raw", value), helper.make_node("Identity", [name + ".raw"], [name])]
        elif position % 3 == 1:
            first += [_constant(name + ".flat", value[0]), _constant(name + ".axis", np.array([0])), _constant(name + ".rest", value[1:]),
                      helper.make_node("Unsqueeze", [name + ".flat", name + ".axis"], [name + ".row"]),
                      helper.make_node("Concat", [name + ".row", name + ".rest"], [name], axis=0)]
        else:
            half = numpy_helper.from_array(np.array([0.5], np.float32))
            first += [_constant(name + ".shape", np.array(value.shape)), _constant(name + ".less", value - np.float32(0.5)),
                      helper.make_node("ConstantOfShape", [name + ".shape"], [name + ".half"], value=half),
                      helper.make_node("Add", [name + ".half", name + ".less"], [name])]
    _prepend(graph, first)


def dequantized_weights(model):
    """Convolution weights are stored as int8 with a scale, as weight-only quantisation does (they are multiples of 1/128)."""
    graph, first = model.graph, []
    for node in [n for n in graph.node if n.op_type == "Conv"]:
        name = node.input[1]
        value = _take(graph, name)
        scale = np.full(value.shape[0], 1 / 128, np.float32)
        first += [_constant(name + ".q", np.round(value * 128).astype(np.int8)), _constant(name + ".s", scale),
                  _constant(name + ".z", np.zeros(value.shape[0], np.int8)),
                  helper.make_node("DequantizeLinear", [name + ".q", name + ".s", name + ".z"], [name], axis=0)]
    _prepend(graph, first)


def shape_arithmetic(model):
    """The flattening before the last layer by Shape, Gather, Unsqueeze, Concat and Reshape, as TensorFlow and Keras write it."""
    graph = model.graph
    last = next(n for n in graph.node if n.op_type == "Gemm")
    rows = last.input[0]
    nodes = [
        helper.make_node("Shape", [rows], ["rows.shape"]), _constant("zero", np.array(0)), _constant("axis", np.array([0])),
        helper.make_node("Gather", ["rows.shape", "zero"], ["rows.count"], axis=0),
        helper.make_node("Unsqueeze", ["rows.count", "axis"], ["rows.count1"]), _constant("minus", np.array([-1])),
        helper.make_node("Concat", ["rows.count1", "minus"], ["rows.flat"], axis=0),
        helper.make_node("Size", ["rows.flat"], ["two"]), helper.make_node("Cast", ["two"], ["two.float"], to=TensorProto.FLOAT),
        _constant("half", np.float32(0.5)), helper.make_node("Mul", ["two.float", "half"], ["one"]),
        helper.make_node("Reshape", [rows, "rows.flat"], ["rows.again"]), helper.make_node("Mul", ["rows.again", "one"], ["rows.scaled"]),
    ]
    position = list(graph.node).index(last)
    last.input[0] = "rows.scaled"
    _insert(graph, position, nodes)


def model_function(model):
    """Convolution with its activation as a function local to the model, called twice with different attributes of the caller."""
    graph, opset = model.graph, model.opset_import[0].version
    domain, renamed = "custom.blocks", {}
    body = [helper.make_node("Conv", ["x", "w", "b"], ["y"]), helper.make_node("Relu", ["y"], ["z"])]
    strides = onnx.AttributeProto(name="strides", ref_attr_name="steps", type=onnx.AttributeProto.INTS)
    body[0].attribute.append(strides)
    model.functions.append(helper.make_function(domain, "ConvRelu", ["x", "w", "b"], ["z"], body, [helper.make_opsetid("", opset)], ["steps"]))
    model.opset_import.append(helper.make_opsetid(domain, 1))
    model.ir_version = 8
    for node in [n for n in graph.node if n.op_type == "Relu"]:
        conv = next((n for n in graph.node if node.input[0] in n.output and n.op_type == "Conv"), None)
        if conv is not None:
            steps = next(list(a.ints) for a in conv.attribute if a.name == "strides")
            call = helper.make_node("ConvRelu", conv.input, node.output, domain=domain, steps=steps)
            renamed[id(node)] = call
            position = list(graph.node).index(node)
            graph.node.remove(node)
            graph.node.remove(conv)
            graph.node.insert(position - 1, call)


def element_type(code):
    """All weights, the input and the output in another float type."""
    def rewrite(model):
        graph = model.graph
        for tensor in graph.initializer:
            if tensor.data_type == TensorProto.FLOAT:
                value = numpy_helper.to_array(tensor)
                if code == TensorProto.BFLOAT16:
                    raw = (np.ascontiguousarray(value).view(np.uint32) >> 16).astype(np.uint16)
                else:
                    raw = value.astype({TensorProto.FLOAT16: np.float16, TensorProto.DOUBLE: np.float64}[code])
                tensor.CopyFrom(TensorProto(name=tensor.name, dims=value.shape, data_type=code, raw_data=raw.tobytes()))
        for value in [*graph.input, *graph.output]:
            value.type.tensor_type.elem_type = code
        del graph.value_info[:]
    return rewrite


def float16_inside(model):
    """float32 in and out, float16 inside: the form of ONNX converters that keep the interface."""
    element_type(TensorProto.FLOAT16)(model)
    graph = model.graph
    image, output = graph.input[0].name, graph.output[0].name
    for node in graph.node:
        node.input[:] = ["image.half" if n == image else n for n in node.input]
        node.output[:] = ["logits.half" if n == output else n for n in node.output]
    graph.node.insert(0, helper.make_node("Cast", [image], ["image.half"], to=TensorProto.FLOAT16))
    graph.node.append(helper.make_node("Cast", ["logits.half"], [output], to=TensorProto.FLOAT))
    for value in [graph.input[0], graph.output[0]]:
        value.type.tensor_type.elem_type = TensorProto.FLOAT


def _prepend(graph, nodes):
    _insert(graph, 0, nodes)


def _insert(graph, position, nodes):
    for offset, node in enumerate(nodes):
        graph.node.insert(position + offset, node)


REWRITES = {
    "plain-hidden-weights": hidden_weights,
    "plain-dequantized-weights": dequantized_weights,
    "plain-shape-arithmetic": shape_arithmetic,
    "plain-model-function": model_function,
    "plain-float16": element_type(TensorProto.FLOAT16),
    "plain-float16-inside": float16_inside,
    "plain-bfloat16": element_type(TensorProto.BFLOAT16),
    "plain-double": element_type(TensorProto.DOUBLE),
}
