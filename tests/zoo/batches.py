"""Models with the exporter's batch written into them, or without a batch dimension."""
import numpy as np

from graph import Graph, kind
from transformers import patches


@kind
def batch_10_reshape():
    """The batch in the target of a Reshape, and a bias for each row."""
    g = Graph(11, [3, 12, 12], batch=10)
    x = g.conv(g.conv("image", 3, 4, strides=[2, 2]), 4, 6, strides=[2, 2])
    x = g.op("Relu", g.dense(g.op("Reshape", x, [10, -1]), 54, 16))
    x = g.op("Gemm", x, g.weight(16, 7, fan=16), g.constant(np.tile(np.linspace(-0.3, 0.4, 7), (10, 1))))
    g.out(x, 10, 7)
    return g.kind((3, 12, 12), x, "3")


@kind
def batch_128_vectors():
    """A perceptron for 128 rows; everything free in the Reshape but the batch."""
    g = Graph(9, [6, 6], batch=128)
    x = g.op("Tanh", g.dense(g.op("Reshape", "image", [128, 36]), 36, 10))
    x = g.op("Softmax", g.dense(x, 10, 5), axis=1)
    g.out(x, 128, 5)
    return g.kind((6, 6), x, "2", options="--target 2 --score probability")


@kind
def batch_12_channels_last():
    """Padding, a mean and a mask that all have the batch, channels last."""
    g = Graph(13, [9, 10, 3], batch=12)
    x = g.op("Sub", "image", g.constant(np.broadcast_to(np.float64([0.5, 0.25, -0.125]), (12, 1, 1, 3))))
    x = g.conv(g.op("Transpose", x, perm=[0, 3, 1, 2]), 3, 5, strides=[2, 2])
    mask = np.broadcast_to(np.arange(25).reshape(1, 1, 5, 5) % 3 != 0, (12, 5, 5, 5))
    x = g.op("Where", g.constant(np.array(mask)), x, g.constant(np.zeros((12, 1, 1, 1))))
    x = g.op("Squeeze", g.op("GlobalAveragePool", g.conv(x, 5, 6)))  # [12,6]: no axes are named
    x = g.dense(x, 6, 4)
    g.out(x, 12, 4)
    return g.kind((9, 10, 3), x, "1")


@kind
def batch_8_class_token():
    """A class token and positions for each of eight images, heads whose Reshapes have the batch in all places."""
    g = Graph(13, [3, 16, 16], batch=8)
    x, n = patches(g, 8)
    x = g.op("Reshape", x, [8, n, 8])
    x = g.op("Concat", g.constant(np.tile(np.linspace(-1, 1, 8), (8, 1, 1))), x, axis=1)
    x = g.op("Add", x, g.constant(np.tile(np.round(g.random.standard_normal((1, n + 1, 8)) * 32) / 128, (8, 1, 1))))
    y = g.layer_norm(x, 8)
    q, k, v = (g.op("Reshape", g.op("Transpose", g.op("Reshape", g.dense(y, 8, 8), [8, n + 1, 2, 4]), perm=[0, 2, 1, 3]), [16, n + 1, 4])
               for _ in range(3))
    s = g.op("Softmax", g.op("MatMul", q, g.op("Transpose", k, perm=[0, 2, 1])), axis=-1)
    y = g.op("Reshape", g.op("Transpose", g.op("Reshape", g.op("MatMul", s, v), [8, 2, n + 1, 4]), perm=[0, 2, 1, 3]), [8, n + 1, 8])
    x = g.op("Add", x, g.dense(y, 8, 8))
    x = g.op("Reshape", g.slice(x, [0, 0, 0], [8, 1, 8], [0, 1, 2]), [8, 8])
    x = g.dense(x, 8, 5)
    g.out(x, 8, 5)
    return g.kind((3, 16, 16), x, "4")


@kind
def batch_6_sequence_first():
    """A transformer with the sequence in front: rows of sequence times batch, and scores for each image and head."""
    g = Graph(14, [5, 8], batch=6)
    x = g.op("Transpose", "image", perm=[1, 0, 2])
    flat = g.op("Reshape", x, [5 * 6, 8])
    q, k, v = (g.op("Transpose", g.op("Reshape", g.dense(flat, 8, 8), [5, 6 * 2, 4]), perm=[1, 0, 2]) for _ in range(3))
    s = g.op("Softmax", g.op("MatMul", q, g.op("Transpose", k, perm=[0, 2, 1])), axis=-1)
    y = g.op("Reshape", g.op("Transpose", g.op("MatMul", s, v), perm=[1, 0, 2]), [5 * 6, 8])
    y = g.op("Add", x, g.op("Reshape", g.dense(y, 8, 8), [5, 6, 8]))
    y = g.dense(g.op("Gather", y, 0, axis=0), 8, 3)
    g.out(y, 6, 3)
    return g.kind((5, 8), y, "1")


@kind
def batch_4_shapes():
    """Shape arithmetic beside a written batch: sizes from the shape, a grid expanded to the batch, a tile of zeros, a resize."""
    g = Graph(13, [2, 8, 8], batch=4)
    shape = g.op("Shape", "image")
    first = g.op("Gather", shape, [0], axis=0)
    zeros = g.op("ConstantOfShape", g.op("Concat", first, [1, 8, 8], axis=0))
    ones = g.op("Expand", g.constant(np.full((1, 1, 8, 8), 0.5)), [4, 1, 8, 8])
    x = g.op("Concat", "image", zeros, ones, axis=1)
    x = g.op("Resize", g.conv(x, 4, 3), "", "", g.constant([4, 3, 12, 12]), mode="nearest", coordinate_transformation_mode="asymmetric")
    weights = g.op("Expand", g.axes("ReduceMean", x, [2, 3], keepdims=1), [4, 3, 12, 12])
    x = g.op("Mul", x, g.op("Sigmoid", weights))
    x = g.op("Reshape", x, g.op("Concat", [4], [-1], axis=0))
    x = g.dense(x, 432, 3)
    g.out(x, 4, 3)
    return g.kind((2, 8, 8), x, "2")


@kind
def batch_10_windows():
    """Windows of all images in one axis, with a bias and a mask for each window of each image."""
    g = Graph(13, [4, 8, 8], batch=10)
    x = g.op("Reshape", "image", [10, 4, 2, 4, 2, 4])
    x = g.op("Reshape", g.op("Transpose", x, perm=[0, 2, 4, 3, 5, 1]), [40, 16, 4])
    mask = np.tile((np.arange(4 * 16).reshape(4, 16, 1) % 5 == 0) * -0.5, (10, 1, 1))
    x = g.op("Add", x, g.constant(mask))
    s = g.op("Softmax", g.op("MatMul", x, g.op("Transpose", x, perm=[0, 2, 1])), axis=2)
    y = g.op("Reshape", g.op("MatMul", s, x), [-1, 4 * 16 * 4])
    y = g.dense(y, 256, 3)
    g.out(y, 10, 3)
    return g.kind((4, 8, 8), y, "0")


@kind
def batch_5_recurrent():
    """Rows of an image one after another; the first states are zeros for each of five images."""
    g = Graph(13, [7, 6], batch=5)
    x = g.op("Transpose", "image", perm=[1, 0, 2])
    zeros = g.constant(np.zeros((2, 5, 4)))
    y, _, _ = g.op("LSTM", x, g.weight(2, 16, 6, fan=6), g.weight(2, 16, 4, fan=4), g.uniform(-0.3, 0.3, 2, 32), "", zeros, zeros,
                   hidden_size=4, direction="bidirectional", outputs=3)
    y = g.op("Reshape", g.op("Transpose", y, perm=[0, 2, 1, 3]), [7, 5, 8])
    y, last = g.op("GRU", y, g.weight(1, 9, 8, fan=8), g.weight(1, 9, 3, fan=3), g.uniform(-0.3, 0.3, 1, 18), "", g.constant(np.zeros((1, 5, 3))),
                   hidden_size=3, outputs=2)
    y = g.op("Reshape", g.op("Transpose", y, perm=[0, 2, 1, 3]), [7, 5, 3])
    _, last = g.op("RNN", y, g.weight(1, 3, 3, fan=3), g.weight(1, 3, 3, fan=3), "", "", g.op("Add", last, 0.25), hidden_size=3, outputs=2)
    x = g.dense(g.op("Reshape", last, [5, 3]), 3, 4)
    g.out(x, 5, 4)
    return g.kind((7, 6), x, "2")


@kind
def batch_3_segmentation():
    """A batch as large as a colour image's channels are many; the output is as large as the image."""
    g = Graph(12, [1, 10, 10], batch=3)
    x = g.conv(g.conv("image", 1, 4), 4, 2, act=None)
    x = g.op("Reshape", g.op("Reshape", x, [3, 2, 100]), [3, 2, 10, 10])
    g.out(x, 3, 2, 10, 10)
    return g.kind((1, 10, 10), x, "1,4,:")


@kind
def image_alone():
    """[3,H,W] to [classes]: the batch is added in front of the first convolution and taken away behind the last layer."""
    g = Graph(13, [3, 10, 12], batch=None)
    x = g.conv(g.op("Unsqueeze", "image", [0]), 3, 4, strides=[2, 2])
    x = g.dense(g.op("Flatten", x), 120, 6)
    x = g.op("Squeeze", x, [0])
    g.out(x, 6)
    return g.kind((3, 10, 12), x, "5", row=False)


@kind
def image_alone_channels_last():
    g = Graph(11, [9, 11, 3], batch=None)
    x = g.op("Unsqueeze", g.op("Transpose", "image", perm=[2, 0, 1]), axes=[0])
    x = g.conv(x, 3, 5, strides=[2, 2])
    x = g.op("Squeeze", g.op("GlobalAveragePool", x), axes=[0, 2, 3])
    x = g.op("Softmax", g.dense(x, 5, 4), axis=0)
    g.out(x, 4)
    return g.kind((9, 11, 3), x, "1", options="--target 1 --score probability", row=False)


@kind
def image_alone_layer_by_layer():
    """As PyTorch exports layers on an image without a batch: each convolution adds one and takes it away."""
    g = Graph(13, [3, 8, 8], batch=None)
    x = "image"
    for ins, outs in ((3, 4), (4, 5)):
        x = g.op("Relu", g.op("Squeeze", g.conv(g.op("Unsqueeze", x, [0]), ins, outs, act=None, strides=[2, 2]), [0]))
        x = g.op("Mul", x, g.uniform(0.6, 1.4, outs, 1, 1))
    x = g.op("Reshape", x, [-1])
    x = g.dense(x, 20, 3)
    g.out(x, 3)
    return g.kind((3, 8, 8), x, "2", row=False)


@kind
def image_alone_segmentation():
    """[3,H,W] to [3,H,W]: as many outputs as channels, and no batch."""
    g = Graph(13, [3, 9, 7], batch=None)
    x = g.op("Squeeze", g.conv(g.conv(g.op("Unsqueeze", "image", [0]), 3, 4), 4, 3, act=None), [0])
    g.out(x, 3, 9, 7)
    return g.kind((3, 9, 7), x, "1,4,:", row=False)


@kind
def image_alone_free_sides():
    g = Graph(13, [3, "h", "w"], batch=None)
    x = g.conv(g.op("Unsqueeze", "image", [0]), 3, 4, strides=[2, 2])
    x = g.op("Squeeze", g.op("Flatten", g.op("GlobalAveragePool", x)), [0])
    x = g.dense(x, 4, 3)
    g.out(x, 3)
    return g.kind((3, 9, 14), x, "0", row=False)


@kind
def vector_alone():
    g = Graph(13, [20], batch=None)
    x = g.op("Sigmoid", g.dense("image", 20, 8))
    x = g.dense(x, 8, 3)
    g.out(x, 3)
    return g.kind((20,), x, "1", row=False)
