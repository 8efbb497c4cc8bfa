"""Models with channels last, as TensorFlow's and Keras's exporters write them."""
from onnx import TensorProto

from graph import Graph, kind

FIRST, LAST = [0, 3, 1, 2], [0, 2, 3, 1]


@kind
def keras_cnn():
    g = Graph(9, [20, 20, 3], batch="unk__1")
    x = g.conv(g.op("Transpose", "image", perm=FIRST), 3, 6, pads=[0] * 4)
    x = g.op("MaxPool", x, kernel_shape=[2, 2], strides=[2, 2])
    x = g.op("Transpose", g.conv(x, 6, 8, pads=[0] * 4), perm=LAST)
    x = g.dense(g.op("Reshape", x, [-1, 7 * 7 * 8]), 392, 5)
    g.out(g.op("Softmax", x, axis=1), "unk__2", 5)
    return g.kind((20, 20, 3), x, "2")


@kind
def keras_mobilenet():
    g = Graph(13, [21, 21, 3], batch="unk__1")
    x = g.op("Transpose", "image", perm=FIRST)
    x = g.op("Clip", g.conv(x, 3, 8, act=None, strides=[2, 2], auto_pad="SAME_UPPER"), 0.0, 6.0)
    x = g.op("Clip", g.conv(x, 8, 8, act=None, group=8, auto_pad="SAME_UPPER", strides=[2, 2]), 0.0, 6.0)
    x = g.axes("Squeeze", g.op("GlobalAveragePool", g.conv(x, 8, 12, k=1)), [2, 3])
    x = g.dense(x, 12, 6)
    g.out(g.op("Softmax", x, axis=-1), "unk__2", 6)
    return g.kind((21, 21, 3), x, "3")


@kind
def keras_one_channel():
    """With one channel a Reshape does for a Transpose."""
    g = Graph(11, [12, 14, 1], batch="unk__1")
    x = g.conv(g.op("Reshape", "image", [-1, 1, 12, 14]), 1, 6)
    x = g.op("Transpose", g.op("AveragePool", x, kernel_shape=[2, 2], strides=[2, 2]), perm=LAST)
    x = g.dense(g.op("Flatten", x), 6 * 7 * 6, 4)
    g.out(x, "unk__2", 4)
    return g.kind((12, 14, 1), x, "1")


@kind
def keras_segmentation_free():
    g = Graph(12, ["h", "w", 3])
    x = g.conv(g.op("Transpose", "image", perm=FIRST), 3, 6, strides=[2, 2])
    x = g.op("Resize", g.conv(x, 6, 4, k=1, act=None), "", [1.0, 1.0, 2.0, 2.0], mode="linear", coordinate_transformation_mode="half_pixel")
    x = g.op("Transpose", x, perm=LAST)
    g.out(x, "N", "h2", "w2", 4)
    return g.kind((16, 22, 3), x, "5,9,2")


@kind
def keras_normalised():
    """Means, divisors and padding with channels last, before the Transpose."""
    g = Graph(13, [15, 18, 3], batch="unk__1")
    x = g.op("Div", g.op("Sub", "image", [0.1, 0.2, 0.3]), [0.5, 0.6, 0.7])
    x = g.op("Pad", x, [0, 1, 1, 0, 0, 2, 2, 0], 0.0)
    x = g.conv(g.op("Transpose", x, perm=FIRST), 3, 6, strides=[2, 2], pads=[0] * 4)
    x = g.op("Transpose", x, perm=LAST)
    x = g.dense(g.axes("ReduceMean", x, [1, 2], keepdims=0), 6, 5)
    g.out(g.op("Sigmoid", x), "unk__2", 5)
    return g.kind((15, 18, 3), x, "4")


@kind
def keras_dense_on_channels():
    """A dense layer mixes the channels before anything is transposed: the first convolution reads eight."""
    g = Graph(13, [10, 12, 3])
    x = g.op("Tanh", g.dense("image", 3, 8))
    x = g.conv(g.op("Transpose", x, perm=FIRST), 8, 6)
    x = g.dense(g.axes("ReduceMean", x, [2, 3], keepdims=0), 6, 3)
    g.out(x, "N", 3)
    return g.kind((10, 12, 3), x, "0")


@kind
def keras_flat_dense():
    g = Graph(13, [9, 11, 3])
    x = g.op("Relu", g.dense(g.op("Reshape", "image", [-1, 297]), 297, 8))
    x = g.dense(x, 8, 4)
    g.out(x, "N", 4)
    return g.kind((9, 11, 3), x, "3")


@kind
def keras_patches():
    """A vision transformer's patches, cut out with channels last."""
    g = Graph(14, [12, 16, 3])
    x = g.op("Transpose", g.op("Reshape", "image", [-1, 3, 4, 4, 4, 3]), perm=[0, 1, 3, 2, 4, 5])
    x = g.dense(g.op("Reshape", x, [-1, 12, 48]), 48, 8)
    x = g.op("Add", x, g.heads(g.layer_norm(x, 8), 8, 2, 12))
    x = g.dense(g.axes("ReduceMean", x, [1], keepdims=0), 8, 5)
    g.out(x, "N", 5)
    return g.kind((12, 16, 3), x, "1")


@kind
def keras_two_branches():
    """Each layer between Transposes of its own, joined along the last axis."""
    g = Graph(9, [12, 12, 3])

    def layer(x, ins, outs, k):
        return g.op("Transpose", g.conv(g.op("Transpose", x, perm=FIRST), ins, outs, k=k), perm=LAST)

    x = g.op("Concat", layer("image", 3, 4, 3), layer("image", 3, 4, 5), axis=3)
    x = g.op("GlobalMaxPool", g.op("Transpose", layer(x, 8, 6, 3), perm=FIRST))
    x = g.dense(g.axes("Squeeze", x, [2, 3]), 6, 4)
    g.out(g.op("Softmax", x, axis=1), "N", 4)
    return g.kind((12, 12, 3), x, "2")


@kind
def keras_squeeze_excite():
    """A gate from means over height and width, multiplied with channels last."""
    g = Graph(18, [10, 14, 3])
    x = g.op("Transpose", g.conv(g.op("Transpose", "image", perm=FIRST), 3, 8, act="HardSwish"), perm=LAST)
    gate = g.axes("ReduceMean", x, [1, 2], keepdims=1)
    gate = g.op("HardSigmoid", g.dense(g.op("Relu", g.dense(gate, 8, 4)), 4, 8), alpha=1 / 6, beta=0.5)
    x = g.dense(g.axes("ReduceMax", g.op("Mul", x, gate), [1, 2], keepdims=0), 8, 4)
    g.out(x, "N", 4)
    return g.kind((10, 14, 3), x, "2")


@kind
def keras_argmax():
    g = Graph(13, [11, 11, 3], batch=1)
    x = g.conv(g.op("Transpose", "image", perm=FIRST), 3, 6, strides=[2, 2])
    x = g.dense(g.axes("ReduceMean", x, [2, 3], keepdims=0), 6, 5)
    g.out(g.op("ArgMax", g.op("Softmax", x, axis=-1), axis=-1, keepdims=0), 1, element=TensorProto.INT64)
    return g.kind((11, 11, 3), x, "3", "--target 3")


@kind
def keras_depthwise_separable_free():
    g = Graph(11, ["h", "w", 4])
    x = g.conv(g.op("Transpose", "image", perm=FIRST), 4, 8, act=None, group=4)
    x = g.op("PRelu", x, g.uniform(0.1, 0.4, 8, 1, 1))
    x = g.dense(g.axes("Squeeze", g.op("GlobalAveragePool", x), [2, 3]), 8, 3)
    g.out(x, "N", 3)
    return g.kind((13, 17, 4), x, "1")


@kind
def keras_signal():
    """[time, channels]: a one-dimensional convolution between Transposes."""
    g = Graph(13, [40, 2])
    x = g.conv(g.op("Transpose", "image", perm=[0, 2, 1]), 2, 6, k=5, rank=1, strides=[2])
    x = g.dense(g.axes("ReduceMean", x, [2], keepdims=0), 6, 3)
    g.out(g.op("Softmax", x, axis=-1), "N", 3)
    return g.kind((40, 2), x, "0")


@kind
def keras_signal_unsqueezed():
    """As tf2onnx writes Conv1D: through a convolution of height 1."""
    g = Graph(11, [40, 2])
    x = g.axes("Unsqueeze", g.op("Transpose", "image", perm=[0, 2, 1]), [2])
    x = g.conv(x, 2, 6, kernel_shape=[1, 5], pads=[0, 2, 0, 2])
    x = g.op("Transpose", g.axes("Squeeze", x, [2]), perm=[0, 2, 1])
    x = g.dense(g.op("Reshape", x, [-1, 240]), 240, 3)
    g.out(x, "N", 3)
    return g.kind((40, 2), x, "2")


@kind
def keras_volume():
    g = Graph(13, [6, 8, 10, 2])
    x = g.conv(g.op("Transpose", "image", perm=[0, 4, 1, 2, 3]), 2, 4, rank=3, strides=[2, 2, 2])
    x = g.dense(g.axes("ReduceMean", g.op("Transpose", x, perm=[0, 2, 3, 4, 1]), [1, 2, 3], keepdims=0), 4, 3)
    g.out(x, "N", 3)
    return g.kind((6, 8, 10, 2), x, "1")


@kind
def hyperspectral_last():
    g = Graph(13, [9, 9, 16])
    x = g.conv(g.op("Transpose", "image", perm=FIRST), 16, 8)
    x = g.dense(g.axes("ReduceMean", x, [2, 3], keepdims=0), 8, 4)
    g.out(x, "N", 4)
    return g.kind((9, 9, 16), x, "3")
