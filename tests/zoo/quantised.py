"""Quantised models: pairs around layers, operators on integers, scales from the image, weights of 4 bits."""
import numpy as np
from onnx import TensorProto

from graph import Graph, kind

U8, I8 = np.uint8, np.int8


def pair(g, x, scale, zero, kind=U8):
    q = g.op("QuantizeLinear", x, float(scale), g.constant(np.array(zero, kind)))
    return g.op("DequantizeLinear", q, float(scale), g.constant(np.array(zero, kind)))


def codes(g, *shape):
    return g.random.integers(-127, 128, shape).astype(I8)


def per_channel(g, w):
    """A weight of int8 with a scale for each output channel."""
    count = w.shape[0]
    scales = g.constant(np.linspace(0.5, 1.5, count) / 60 / np.sqrt(np.prod(w.shape[1:])))
    return g.op("DequantizeLinear", g.constant(w), scales, g.constant(np.zeros(count, I8)), axis=0)


@kind
def qdq_static():
    """The rectifiers are folded into the ranges of uint8."""
    g = Graph(13, [3, 12, 12])
    x = pair(g, "image", 0.012, 128)
    x = pair(g, g.op("Conv", x, per_channel(g, codes(g, 6, 3, 3, 3)), g.uniform(-0.3, 0.3, 6), pads=[1] * 4), 0.01, 0)
    x = pair(g, g.op("Conv", x, per_channel(g, codes(g, 8, 6, 3, 3)), g.uniform(-0.3, 0.3, 8), strides=[2, 2]), 0.008, 0)
    x = pair(g, g.op("GlobalAveragePool", x), 0.004, 0)
    x = g.dense(g.op("Flatten", x), 8, 4)
    g.out(pair(g, x, 0.02, 100), "N", 4)
    return g.kind((3, 12, 12), g.nodes[-1].output[0], "1", quantized=True)


@kind
def qdq_int8_symmetric():
    g = Graph(13, [3, 12, 12])
    x = pair(g, "image", 0.011, 0, I8)
    x = g.op("Relu", g.op("Conv", x, per_channel(g, codes(g, 6, 3, 3, 3)), pads=[1] * 4, strides=[2, 2]))
    x = pair(g, x, 0.006, -128, I8)
    x = g.op("MatMul", g.op("Flatten", g.op("MaxPool", x, kernel_shape=[2, 2], strides=[2, 2])), per_channel(g, codes(g, 54, 4)))
    g.out(x, "N", 4)
    return g.kind((3, 12, 12), x, "2", quantized=True)


@kind
def qoperator():
    """QLinearConv and QLinearMatMul: everything between is integers."""
    g = Graph(10, [1, 10, 10])
    s = [g.constant(v) for v in (0.013, 0.005, 0.004, 0.02)]
    z = [g.constant(np.array(v, U8)) for v in (128, 0, 110)]
    x = g.op("QuantizeLinear", "image", s[0], z[0])
    x = g.op("QLinearConv", x, s[0], z[0], g.constant(codes(g, 4, 1, 3, 3)), g.constant([0.004, 0.005, 0.006, 0.007]), g.constant(np.zeros(4, I8)),
             s[1], z[1], g.constant(np.array([300, -200, 100, 0], np.int32)), pads=[0] * 4, strides=[2, 2], kernel_shape=[3, 3])
    x = g.op("Reshape", x, [-1, 64])
    x = g.op("QLinearMatMul", x, s[1], z[1], g.constant(g.random.integers(0, 256, (64, 3)).astype(U8)), s[2], g.constant(np.array(120, U8)), s[3], z[2])
    x = g.op("DequantizeLinear", x, s[3], z[2])
    g.out(x, "N", 3)
    return g.kind((1, 10, 10), x, "1", quantized=True)


@kind
def dynamic_int8():
    """Scales from the image itself, integer products, a scale back."""
    g = Graph(13, [3, 10, 10])
    q, s, z = g.op("DynamicQuantizeLinear", "image", outputs=3)
    y = g.op("Cast", g.op("ConvInteger", q, g.constant(codes(g, 4, 3, 3, 3)), z, pads=[0] * 4, kernel_shape=[3, 3]), to=1)
    x = g.op("Relu", g.op("Add", g.op("Mul", y, g.op("Mul", s, 0.004)), g.uniform(-0.3, 0.3, 4, 1, 1)))
    q, s, z = g.op("DynamicQuantizeLinear", g.op("Flatten", g.op("GlobalAveragePool", x)), outputs=3)
    y = g.op("Cast", g.op("MatMulInteger", q, g.constant(codes(g, 4, 5)), z, g.constant(np.array(0, I8))), to=1)
    x = g.op("Add", g.op("Mul", y, g.op("Mul", s, 0.01)), g.uniform(-0.3, 0.3, 5))
    g.out(x, "N", 5)
    return g.kind((3, 10, 10), x, "3", quantized=True)


@kind
def weights_of_blocks():
    """Weights of int8 whose scales hold for blocks of four rows (opset 21)."""
    g = Graph(21, [3, 8, 8])
    x = g.axes("ReduceMean", g.conv("image", 3, 8), [2, 3], keepdims=0)
    w = g.op("DequantizeLinear", g.constant(codes(g, 8, 5)), g.uniform(0.003, 0.01, 2, 5), g.constant(np.zeros((2, 5), I8)), axis=0, block_size=4)
    x = g.op("MatMul", x, w)
    g.out(x, "N", 5)
    return g.kind((3, 8, 8), x, "2")


@kind
def weights_of_4_bits():
    from onnx import TensorProto as T
    g = Graph(21, [3, 8, 8])
    x = g.axes("ReduceMean", g.conv("image", 3, 8), [2, 3], keepdims=0)
    values = g.random.integers(0, 16, 48)
    packed = (values[0::2] | (values[1::2] << 4)).astype(np.uint8)
    # onnx 1.12 does not know the type's name: 22 is INT4
    proto = T(name="w4", dims=[8, 6], raw_data=packed.tobytes())
    proto.data_type = 22
    g.tensors.append(proto)
    w = g.op("DequantizeLinear", "w4", g.constant(np.linspace(0.05, 0.1, 6)), axis=1)
    x = g.op("MatMul", x, w)
    g.out(x, "N", 6)
    return g.kind((3, 8, 8), x, "4")


@kind
def qdq_softmax_last():
    """The probabilities are quantised too."""
    g = Graph(13, [3, 10, 10])
    x = pair(g, g.conv(pair(g, "image", 0.012, 128), 3, 6, act="Relu", strides=[2, 2]), 0.01, 0)
    x = g.dense(g.axes("ReduceMean", x, [2, 3], keepdims=0), 6, 4)
    x = pair(g, x, 0.02, 128)
    g.out(pair(g, g.op("Softmax", x, axis=-1), 1 / 256, 0), "N", 4)
    return g.kind((3, 10, 10), x, "1", quantized=True)


@kind
def qlinear_softmax_last():
    g = Graph(13, [3, 10, 10])
    s, z = g.constant(0.02), g.constant(np.array(128, U8))
    x = g.dense(g.axes("ReduceMean", g.conv("image", 3, 6, strides=[2, 2]), [2, 3], keepdims=0), 6, 4)
    q = g.op("QuantizeLinear", x, s, z)
    logits = g.op("DequantizeLinear", q, s, z)
    p = g.op("QLinearSoftmax", q, s, z, 1 / 256, g.constant(np.array(0, U8)), domain="com.microsoft", axis=-1, opset=13)
    g.out(g.op("DequantizeLinear", p, 1 / 256, g.constant(np.array(0, U8))), "N", 4)
    return g.kind((3, 10, 10), logits, "1", quantized=True)
