"""Free sizes, volumes, signals, vectors, odd outputs, narrow floats, and each opset's own form of the same network."""
import numpy as np
from onnx import TensorProto, helper

from graph import KINDS, Graph, kind


@kind
def unet_free():
    """Enlarged to the size of the skip connection, which is read from its shape; odd sizes work."""
    g = Graph(11, [3, "h", "w"])
    a = g.conv("image", 3, 4)
    b = g.conv(g.conv(a, 4, 6, strides=[2, 2]), 6, 6)
    sizes = g.op("Concat", g.op("Slice", g.op("Shape", b), [0], [2]), g.op("Slice", g.op("Shape", a), [2], [4]), axis=0)
    up = g.op("Resize", b, "", g.constant(np.zeros(0)), sizes, mode="linear", coordinate_transformation_mode="align_corners")
    y = g.conv(g.op("Concat", a, up, axis=1), 10, 3, k=1, act=None)
    g.out(y, "N", 3, "h", "w")
    return g.kind((3, 13, 18), y, "1,12,17")


@kind
def unet_cropped():
    """Enlarged by a transposed convolution and cut to the skip connection's size; the layer before is padded to even sizes."""
    g = Graph(13, [1, "h", "w"])
    h, w = (g.op("Gather", g.op("Shape", "image"), axis, axis=0) for axis in (2, 3))
    odd = [g.op("Mod", d, 2) for d in (h, w)]
    pads = g.op("Concat", [0, 0, 0, 0, 0, 0], *(g.op("Unsqueeze", d, [0]) for d in odd), axis=0)
    a = g.conv(g.op("Pad", "image", pads, mode="reflect"), 1, 4, act="Relu")
    b = g.conv(a, 4, 6, strides=[2, 2])
    up = g.op("ConvTranspose", b, g.weight(6, 4, 2, 2, fan=6), strides=[2, 2], kernel_shape=[2, 2])
    y = g.conv(g.op("Concat", a, up, axis=1), 8, 2, k=1, act=None)
    ends = g.op("Concat", g.op("Unsqueeze", h, [0]), g.op("Unsqueeze", w, [0]), axis=0)
    y = g.op("Slice", y, [0, 0], ends, [2, 3])
    g.out(y, "N", 2, "h", "w", name="segmentation")
    return g.kind((1, 11, 14), y, "1,:,:")


@kind
def free_everything():
    """All of channels, height and width are free; the weights say three channels."""
    g = Graph(13, ["c", "h", "w"])
    x = g.conv("image", 3, 6, strides=[2, 2])
    x = g.dense(g.op("Flatten", g.op("GlobalAveragePool", x)), 6, 4)
    g.out(x, "N", "k")
    return g.kind((3, 15, 9), x, "3")


@kind
def text_line_free_width():
    """Rows of classes for each column, batch second, as recognisers of text lines have them."""
    g = Graph(13, [1, 16, "w"], batch=1)
    x = g.op("MaxPool", g.conv("image", 1, 6, act="Relu"), kernel_shape=[2, 2], strides=[2, 2])
    x = g.axes("ReduceMean", x, [2], keepdims=0)  # [1,6,w/2]
    x = g.op("Transpose", x, perm=[2, 0, 1])
    x = g.op("LogSoftmax", g.dense(x, 6, 5), axis=-1)  # [w/2,1,5]; log-probabilities are explained as they are
    g.out(x, "t", 1, 5)
    return g.kind((1, 16, 20), x, "4,0,2", row=False)


@kind
def captcha_lstm():
    g = Graph(11, [1, 16, 24])
    x = g.op("MaxPool", g.conv("image", 1, 6), kernel_shape=[2, 2], strides=[2, 2])
    x = g.op("Reshape", g.op("Transpose", x, perm=[3, 0, 1, 2]), [12, -1, 48])
    h = 5
    y, _, _ = g.op("LSTM", x, g.weight(2, 4 * h, 48, fan=48), g.weight(2, 4 * h, h, fan=h), g.uniform(-0.3, 0.3, 2, 8 * h), direction="bidirectional", hidden_size=h, outputs=3)
    x = g.op("Reshape", g.op("Transpose", y, perm=[2, 0, 1, 3]), [-1, 12, 2 * h])
    x = g.dense(x, 2 * h, 7)
    g.out(g.op("Softmax", x, axis=2), "N", 12, 7)
    return g.kind((1, 16, 24), x, "5,3")


@kind
def rows_gru():
    """The last state of a unit that reads image rows; reset before the product and after it."""
    g = Graph(14, [1, 9, 10])
    x = g.op("Transpose", g.axes("Squeeze", "image", [1]), perm=[1, 0, 2])
    y, _ = g.op("GRU", x, g.weight(1, 18, 10, fan=10), g.weight(1, 18, 6, fan=6), g.uniform(-0.3, 0.3, 1, 36), hidden_size=6, linear_before_reset=1, outputs=2)
    _, last = g.op("GRU", g.axes("Squeeze", y, [1]), g.weight(1, 18, 6, fan=6), g.weight(1, 18, 6, fan=6), g.uniform(-0.3, 0.3, 1, 36), hidden_size=6, direction="reverse", outputs=2)
    x = g.dense(g.axes("Squeeze", last, [0]), 6, 4)
    g.out(x, "N", 4)
    return g.kind((1, 9, 10), x, "2")


@kind
def rows_rnn_batch_first():
    g = Graph(14, [9, 10])
    y, last = g.op("RNN", "image", g.weight(1, 6, 10, fan=10), g.weight(1, 6, 6, fan=6), g.uniform(-0.3, 0.3, 1, 12), hidden_size=6, layout=1, outputs=2)
    x = g.dense(g.op("Reshape", y, [-1, 54]), 54, 3)
    g.out(x, "N", 3)
    return g.kind((9, 10), x, "1")


@kind
def resnet3d():
    g = Graph(12, [1, 8, 12, 12])
    x = a = g.conv("image", 1, 4, rank=3, strides=[1, 2, 2])
    x = g.conv(g.conv(x, 4, 4, rank=3), 4, 4, rank=3, act=None)
    x = g.op("Relu", g.op("Add", x, a))
    x = g.op("MaxPool", x, kernel_shape=[2, 2, 2], strides=[2, 2, 2])
    x = g.dense(g.op("Flatten", g.op("GlobalAveragePool", x)), 4, 3)
    g.out(x, "N", 3)
    return g.kind((1, 8, 12, 12), x, "1")


@kind
def satellite16():
    g = Graph(13, [16, 12, 12])
    x = g.conv("image", 16, 8, group=4, dilations=[2, 2], pads=[2, 2, 2, 2])
    x = g.conv(x, 8, 3, act=None, k=1)
    g.out(g.op("Sigmoid", x), "N", 3, 12, 12, name="classes")
    return g.kind((16, 12, 12), x, "2,4,:")


@kind
def signal():
    g = Graph(13, [1, 80])
    x = g.conv("image", 1, 6, k=7, rank=1, strides=[2], act="LeakyRelu")
    x = g.conv(g.op("AveragePool", x, kernel_shape=[3], strides=[2], ceil_mode=1), 6, 6, k=3, rank=1)
    x = g.dense(g.op("Flatten", g.op("GlobalMaxPool", x)), 6, 4)
    g.out(x, "N", 4)
    return g.kind((1, 80), x, "0")


@kind
def vector():
    g = Graph(13, [12])
    x = g.dense(g.op("Tanh", g.dense("image", 12, 8)), 8, 3)
    g.out(g.op("Softmax", x, axis=-1), "N", 3)
    return g.kind((12,), x, "2")


@kind
def matrix():
    """[height, width] without channels."""
    g = Graph(11, [14, 14])
    x = g.conv(g.axes("Unsqueeze", "image", [1]), 1, 5, strides=[2, 2])
    x = g.dense(g.op("Flatten", x), 245, 4)
    g.out(x, "N", 4)
    return g.kind((14, 14), x, "1")


@kind
def scores_1x1():
    """[N,classes,1,1], as fully convolutional classifiers have it."""
    g = Graph(9, [3, 12, 12])
    x = g.op("GlobalAveragePool", g.conv(g.conv("image", 3, 6, strides=[2, 2]), 6, 5, k=1))
    g.out(g.op("Softmax", x, axis=1), "N", 5, 1, 1)
    return g.kind((3, 12, 12), x, "3,0,0", "--target 3")


@kind
def scores_of_one_token():
    g = Graph(13, [3, 12, 12])
    x = g.axes("ReduceMean", g.conv("image", 3, 6), [2, 3], keepdims=0)
    x = g.dense(g.axes("Unsqueeze", x, [1]), 6, 5)
    g.out(g.op("Softmax", x, axis=-1), "N", 1, 5)
    return g.kind((3, 12, 12), x, "0,2", "--target 2")


@kind
def one_number():
    """[N]: a sigmoid with its dimension squeezed away."""
    g = Graph(13, [3, 12, 12])
    x = g.dense(g.axes("ReduceMean", g.conv("image", 3, 6), [2, 3], keepdims=0), 6, 1)
    x = g.axes("Squeeze", x, [1])
    g.out(g.op("Sigmoid", x), "N")
    return g.kind((3, 12, 12), x, "", "--score logit")


@kind
def label_and_probabilities():
    """The class as an integer first, as scikit-learn's converters have it, then the scores."""
    g = Graph(13, [3, 12, 12])
    x = g.dense(g.axes("ReduceMean", g.conv("image", 3, 6), [2, 3], keepdims=0), 6, 4)
    p = g.op("Softmax", x, axis=-1)
    g.out(g.op("ArgMax", p, axis=-1, keepdims=0), "N", name="label", element=TensorProto.INT64)
    g.out(p, "N", 4, name="probabilities")
    return g.kind((3, 12, 12), x, "3")


@kind
def auxiliary_output_first():
    g = Graph(13, [3, 12, 12])
    f = g.conv("image", 3, 6, strides=[2, 2])
    pooled = g.axes("ReduceMean", f, [2, 3], keepdims=0)
    g.out(pooled, "N", 6, name="features")
    x = g.dense(pooled, 6, 4)
    g.out(x, "N", 4, name="logits")
    return g.kind((3, 12, 12), x, "1")


@kind
def class_map():
    """The best class of each pixel as an integer; the score of one class at one pixel is explained."""
    g = Graph(13, [3, 10, 10])
    x = g.conv(g.conv("image", 3, 6), 6, 4, act=None)
    g.out(g.op("ArgMax", x, axis=1, keepdims=0), "N", 10, 10, element=TensorProto.INT64)
    return g.kind((3, 10, 10), x, "2,4,5", "--target 2,4,5")


def narrow(name, element):
    def build():
        g = Graph(13, [3, 12, 12], element=element)
        x = g.conv(g.conv("image", 3, 6, strides=[2, 2]), 6, 6)
        x = g.dense(g.op("Flatten", g.op("GlobalAveragePool", x)), 6, 4)
        g.out(g.op("Softmax", x, axis=-1), "N", 4)
        return g.kind((3, 12, 12), x, "2")
    KINDS[name] = build


narrow("float16-classifier", TensorProto.FLOAT16)
narrow("bfloat16-classifier", TensorProto.BFLOAT16)
narrow("float64-classifier", TensorProto.DOUBLE)


@kind
def float16_last():
    """Channels last in float16 with a Cast in front."""
    g = Graph(13, [10, 12, 3], element=TensorProto.FLOAT16)
    x = g.conv(g.op("Transpose", "image", perm=[0, 3, 1, 2]), 3, 6)
    x = g.dense(g.axes("ReduceMean", x, [2, 3], keepdims=0), 6, 4)
    g.out(g.op("Cast", x, to=1), "N", 4, element=1)
    return g.kind((10, 12, 3), x, "1")


@kind
def loop_refines():
    """Three turns of the same convolution."""
    g = Graph(13, [3, 8, 8])
    w = g.weight(3, 3, 3, 3, gain=0.8)
    body = helper.make_graph(
        [helper.make_node("Conv", ["state", w], ["conv"], pads=[1, 1, 1, 1]), helper.make_node("Tanh", ["conv"], ["bent"]),
         helper.make_node("Add", ["state", "bent"], ["next"]), helper.make_node("Identity", ["going"], ["on"])],
        "body", [helper.make_tensor_value_info("turn", 7, []), helper.make_tensor_value_info("going", 9, []), helper.make_tensor_value_info("state", 1, None)],
        [helper.make_tensor_value_info("on", 9, []), helper.make_tensor_value_info("next", 1, None)])
    x = g.op("Loop", 3, "", "image", body=body)
    x = g.axes("ReduceMean", x, [2, 3], keepdims=0)
    g.out(x, "N", 3)
    return g.kind((3, 8, 8), x, "1")


@kind
def scan_rows():
    """A running state over the rows of the image, batch 1."""
    g = Graph(11, [6, 8], batch=1)
    w = g.weight(4, 4, fan=4)
    u = g.weight(8, 4, fan=8)
    body = helper.make_graph(
        [helper.make_node("MatMul", ["row", u], ["a"]), helper.make_node("MatMul", ["state", w], ["b"]), helper.make_node("Add", ["a", "b"], ["s"]),
         helper.make_node("Tanh", ["s"], ["next"]), helper.make_node("Identity", ["next"], ["kept"])],
        "body", [helper.make_tensor_value_info("state", 1, [1, 4]), helper.make_tensor_value_info("row", 1, [1, 8])],
        [helper.make_tensor_value_info("next", 1, [1, 4]), helper.make_tensor_value_info("kept", 1, [1, 4])])
    last, every = g.op("Scan", np.zeros((1, 4)), "image", body=body, num_scan_inputs=1, scan_input_axes=[1], outputs=2)
    x = g.op("Add", last, g.axes("ReduceMean", every, [0], keepdims=0))
    g.out(x, 1, 4)
    return g.kind((6, 8), x, "2")


@kind
def spatial_transformer():
    """A grid from the image samples the image: both ways have a gradient."""
    g = Graph(20, [2, 12, 12], batch=1)
    theta = g.op("Tanh", g.dense(g.op("Flatten", g.conv("image", 2, 2, strides=[4, 4])), 18, 2))
    base = np.stack(np.meshgrid(np.linspace(-0.8, 0.8, 5), np.linspace(-0.7, 0.9, 6)), -1)[None]
    grid = g.op("Add", base, g.op("Mul", g.op("Reshape", theta, [1, 1, 1, 2]), 0.2))
    x = g.op("GridSample", "image", grid, mode="linear", padding_mode="border", align_corners=1)
    x = g.axes("ReduceMean", g.conv(x, 2, 4, act="Softplus"), [2, 3], keepdims=0)
    g.out(x, 1, 4)
    return g.kind((2, 12, 12), x, "0")


@kind
def colour_mixing():
    """Written into an empty tensor channel by channel, as exported assignments are."""
    g = Graph(16, [3, 8, 8], batch=1)
    image = g.op("Squeeze", "image", [0])
    grey = g.op("Einsum", image, [0.3, 0.59, 0.11], equation="chw,c->hw")
    y = g.op("ScatterND", g.op("ConstantOfShape", [3, 8, 8]), [[2], [0]], g.op("Concat", g.op("Unsqueeze", grey, [0]), g.op("Unsqueeze", g.op("Exp", grey), [0]), axis=0))
    y = g.conv(g.op("Unsqueeze", g.op("Add", y, image), [0]), 3, 4, strides=[2, 2])
    y = g.dense(g.op("Flatten", g.op("CumSum", y, 3)), 64, 3)
    g.out(y, 1, 3)
    return g.kind((3, 8, 8), y, "2")


@kind
def normalisations():
    g = Graph(21, [4, 9, 9])
    x = g.op("GroupNormalization", g.conv("image", 4, 6, act=None), g.uniform(0.6, 1.4, 6), g.uniform(-0.2, 0.2, 6), num_groups=3, epsilon=1e-3)
    x = g.op("InstanceNormalization", g.conv(x, 6, 6, act="Mish"), g.uniform(0.6, 1.4, 6), g.uniform(-0.2, 0.2, 6))
    x = g.op("LpNormalization", g.op("LRN", x, size=3, alpha=0.3), axis=1, p=2)
    x = g.axes("ReduceLogSumExp", x, [2, 3], keepdims=0)
    g.out(x, "N", 6)
    return g.kind((4, 9, 9), x, "4")


@kind
def super_resolution_both_orders():
    g = Graph(13, [1, 7, 9])
    x = g.op("DepthToSpace", g.conv("image", 1, 8, act="Tanh"), blocksize=2, mode="CRD")
    x = g.op("DepthToSpace", g.conv(x, 2, 8, act="Softsign"), blocksize=2, mode="DCR")
    x = g.op("SpaceToDepth", x, blocksize=4)
    g.out(x, "N", 32, 7, 9)
    return g.kind((1, 7, 9), x, "9,3,4")


def network(opset):
    """The same layers in the form that each opset has for them."""
    def build():
        g = Graph(opset, [3, 12, 12])
        pads = [0, 0, 1, 0, 0, 0, 2, 1]
        x = g.op("Pad", "image", pads, 0.5) if opset >= 11 else g.op("Pad", "image", pads=pads, value=0.5)
        x = g.conv(x, 3, 6, act=None, bias=False, pads=[0, 0, 0, 0], strides=[1, 1])
        x = g.op("BatchNormalization", x, g.uniform(0.6, 1.4, 6), g.uniform(-0.2, 0.2, 6), g.uniform(-0.2, 0.2, 6), g.uniform(0.6, 1.4, 6))
        x = g.op("Clip", x, -0.5, 1.5) if opset >= 11 else g.op("Clip", x, min=-0.5, max=1.5)
        a, b = g.split(x, [2, 4], 1)
        x = g.op("Concat", g.op("Elu", b), g.op("HardSigmoid", a), axis=1)
        x = g.slice(x, [1, 0], [12, 11], [2, 3])
        if opset >= 10:
            x = g.op("Resize", x, *([""] if opset >= 11 else []), [1.0, 1.0, 1.5, 2.0], mode="nearest")
        elif opset == 9:
            x = g.op("Upsample", x, [1.0, 1.0, 2.0, 2.0], mode="nearest")
        else:
            x = g.op("Upsample", x, scales=[1.0, 1.0, 2.0, 2.0], mode="nearest")
        x = g.op("MaxPool", x, kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])
        if opset >= 12:
            x = g.op("Dropout", x, 0.5)
        else:
            x = g.op("Dropout", x, ratio=0.5)
        x = g.axes("ReduceMean", x, [2], keepdims=1)
        x = g.axes("ReduceMax", g.axes("Squeeze", x, [2]), [2], keepdims=0)
        x = g.op("Gemm", x, g.weight(5, 6), g.uniform(-0.3, 0.3, 5), transB=1, alpha=0.5, beta=2.0)
        g.out(g.op("Softmax", x, axis=1), "N", 5)
        return g.kind((3, 12, 12), x, "3")
    KINDS[f"network-opset{opset}"] = build


for version in (7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25):
    network(version)
