"""Heads of detectors, one of each family."""
import numpy as np

from graph import Graph, kind

SIDE = 32


def backbone(g, x="image", ins=3):
    """Feature maps of strides 8, 16 and 32."""
    x = g.conv(g.conv(x, ins, 4, strides=[2, 2], act="Relu"), 4, 6, strides=[2, 2])
    eight = g.op("Mul", x, g.op("Sigmoid", x))
    eight = g.conv(eight, 6, 8, strides=[2, 2])
    sixteen = g.conv(eight, 8, 8, strides=[2, 2])
    return eight, sixteen, g.conv(sixteen, 8, 8, strides=[2, 2])


@kind
def detector_yolov5():
    g = Graph(12, [3, SIDE, SIDE], batch=1)
    rows = []
    for stride, level in zip((8, 16, 32), backbone(g)):
        n = SIDE // stride
        y = g.op("Reshape", g.conv(level, 8, 24, k=1, act=None), [1, 3, 8, n, n])
        y = g.op("Sigmoid", g.op("Transpose", y, perm=[0, 1, 3, 4, 2]))
        xy, wh, rest = g.split(y, [2, 2, 4], 4)
        grid = np.stack(np.meshgrid(np.arange(n), np.arange(n)), -1).reshape(1, 1, n, n, 2) - 0.5
        xy = g.op("Mul", g.op("Add", g.op("Mul", xy, 2.0), grid), float(stride))
        wh = g.op("Mul", g.op("Pow", g.op("Mul", wh, 2.0), 2.0), np.full((1, 3, 1, 1, 2), float(stride)))
        rows.append(g.op("Reshape", g.op("Concat", xy, wh, rest, axis=4), [1, 3 * n * n, 8]))
    y = g.op("Concat", *rows, axis=1)
    g.out(y, 1, 63, 8)
    return g.kind((3, SIDE, SIDE), y, "17,6", "--target 17,6 --score probability")


@kind
def detector_yolov8():
    """Distances as expectations over a Softmax of bins, boxes from them."""
    g = Graph(17, [3, SIDE, SIDE])
    boxes, classes, centres, strides = [], [], [], []
    for stride, level in zip((8, 16, 32), backbone(g)):
        n = SIDE // stride
        boxes.append(g.op("Reshape", g.conv(level, 8, 16, k=1, act=None), [0, 16, n * n]))
        classes.append(g.op("Reshape", g.conv(level, 8, 3, k=1, act=None), [0, 3, n * n]))
        centres.append((np.stack(np.meshgrid(np.arange(n), np.arange(n)), 0) + 0.5).reshape(2, -1))
        strides.append(np.full(n * n, float(stride)))
    bins = g.op("Transpose", g.op("Reshape", g.op("Concat", *boxes, axis=2), [0, 4, 4, 21]), perm=[0, 2, 1, 3])
    distances = g.op("Conv", g.op("Softmax", bins, axis=1), np.arange(4.0).reshape(1, 4, 1, 1))
    low, high = g.split(g.op("Reshape", distances, [0, 4, 21]), [2, 2], 1)
    centre = np.concatenate(centres, 1)[None]
    low, high = g.op("Sub", centre, low), g.op("Add", centre, high)
    box = g.op("Concat", g.op("Div", g.op("Add", low, high), 2.0), g.op("Sub", high, low), axis=1)
    y = g.op("Concat", g.op("Mul", box, np.concatenate(strides)), g.op("Sigmoid", g.op("Concat", *classes, axis=2)), axis=1)
    g.out(y, "N", 7, 21, name="output0")
    return g.kind((3, SIDE, SIDE), y, "2,9")


@kind
def detector_yolox():
    g = Graph(11, [3, SIDE, SIDE], batch=1)
    rows = []
    for stride, level in zip((8, 16, 32), backbone(g)):
        y = g.op("Concat", g.conv(level, 8, 4, k=1, act=None), g.op("Sigmoid", g.conv(level, 8, 1, k=1, act=None)),
                 g.op("Sigmoid", g.conv(level, 8, 3, k=1, act=None)), axis=1)
        rows.append(g.op("Reshape", y, [1, 8, (SIDE // stride) ** 2]))
    y = g.op("Transpose", g.op("Concat", *rows, axis=2), perm=[0, 2, 1])
    g.out(y, 1, 21, 8)
    return g.kind((3, SIDE, SIDE), y, "18,3")


@kind
def detector_ssd():
    """Two outputs; the default is the scores."""
    g = Graph(10, [3, SIDE, SIDE])
    boxes, scores = [], []
    for stride, level in zip((8, 16, 32), backbone(g)):
        n = SIDE // stride
        boxes.append(g.op("Reshape", g.op("Transpose", g.conv(level, 8, 8, k=3, act=None), perm=[0, 2, 3, 1]), [0, 2 * n * n, 4]))
        scores.append(g.op("Reshape", g.op("Transpose", g.conv(level, 8, 6, k=3, act=None), perm=[0, 2, 3, 1]), [0, 2 * n * n, 3]))
    logits = g.op("Concat", *scores, axis=1)
    offsets = g.op("Concat", *boxes, axis=1)
    priors = np.concatenate([np.random.default_rng(4).uniform(0.1, 0.9, (42, 2)), np.full((42, 2), 0.3)], 1)
    centre, size = g.split(offsets, [2, 2], 2)
    centre = g.op("Add", g.op("Mul", centre, 0.03), priors[:, :2])
    size = g.op("Mul", g.op("Exp", g.op("Mul", size, 0.2)), priors[:, 2:] / 2)
    g.out(g.op("Concat", g.op("Sub", centre, size), g.op("Add", centre, size), axis=2), "N", 42, 4, name="boxes")
    g.out(g.op("Softmax", logits, axis=2), "N", 42, 3, name="scores")
    return g.kind((3, SIDE, SIDE), logits, "35,1")


@kind
def detector_detr():
    """Queries attend to the image; logits with "no object" and boxes of sigmoids."""
    g = Graph(14, [3, SIDE, SIDE])
    memory = g.op("Transpose", g.op("Reshape", backbone(g)[0], [0, 8, 16]), perm=[0, 2, 1])
    queries = g.op("Add", g.weight(1, 5, 8, fan=2), g.op("Mul", g.axes("ReduceMean", memory, [1]), 0.0))
    weights = g.op("Softmax", g.op("MatMul", g.dense(queries, 8, 8), g.op("Transpose", g.dense(memory, 8, 8), perm=[0, 2, 1])), axis=-1)
    x = g.layer_norm(g.op("Add", queries, g.op("MatMul", weights, memory)), 8)
    logits = g.dense(x, 8, 4)
    g.out(logits, "N", 5, 4, name="pred_logits")
    g.out(g.op("Sigmoid", g.dense(x, 8, 4)), "N", 5, 4, name="pred_boxes")
    return g.kind((3, SIDE, SIDE), logits, "3,1")


@kind
def detector_rt_detr():
    """The best places become queries, which sample the feature map again where their boxes say."""
    g = Graph(16, [3, SIDE, SIDE])
    features = backbone(g)[0]
    memory = g.op("Transpose", g.op("Reshape", features, [0, 8, 16]), perm=[0, 2, 1])
    best = g.axes("ReduceMax", g.dense(memory, 8, 3), [2], keepdims=0)
    _, places = g.op("TopK", best, [4], axis=1, outputs=2)
    index = g.op("Expand", g.axes("Unsqueeze", places, [2]), [1, 1, 8])
    queries = g.op("GatherElements", memory, index, axis=1)
    at = g.op("Tanh", g.dense(queries, 8, 2))
    sampled = g.op("GridSample", features, g.axes("Unsqueeze", at, [2]), align_corners=0, mode="bilinear", padding_mode="zeros")
    sampled = g.op("Transpose", g.axes("Squeeze", sampled, [3]), perm=[0, 2, 1])
    x = g.layer_norm(g.op("Add", queries, sampled), 8)
    logits = g.dense(x, 8, 3)
    g.out(logits, "N", 4, 3, name="logits")
    g.out(g.op("Sigmoid", g.dense(x, 8, 4)), "N", 4, 4, name="boxes")
    return g.kind((3, SIDE, SIDE), logits, "1,2")


@kind
def detector_end_to_end():
    """The model chooses its three best rows itself."""
    g = Graph(13, [3, SIDE, SIDE], batch=1)
    x = g.op("Transpose", g.op("Reshape", g.conv(backbone(g)[0], 8, 7, k=1, act=None), [1, 7, 16]), perm=[0, 2, 1])
    box, logits = g.split(x, [4, 3], 2)
    scores = g.op("Sigmoid", logits)
    values, places = g.op("TopK", g.op("Flatten", scores), [3], axis=1, outputs=2)
    row, label = g.op("Div", places, 3), g.op("Mod", places, 3)
    index = g.op("Tile", g.axes("Unsqueeze", row, [2]), [1, 1, 4])
    y = g.op("Concat", g.op("GatherElements", box, index, axis=1), g.axes("Unsqueeze", values, [2]),
             g.axes("Unsqueeze", g.op("Cast", label, to=1), [2]), axis=2)
    g.out(y, 1, 3, 6, name="output0")
    return g.kind((3, SIDE, SIDE), y, "1,4")


@kind
def detector_yunet():
    """An output for each stride and kind."""
    g = Graph(11, [3, SIDE, SIDE])
    levels = list(zip((8, 16, 32), backbone(g)))
    wanted = None
    for name, numbers, act in (("cls", 1, "Sigmoid"), ("obj", 1, "Sigmoid"), ("bbox", 4, None), ("kps", 10, None)):
        for stride, level in levels:
            y = g.op("Transpose", g.conv(level, 8, numbers, k=1, act=None), perm=[0, 2, 3, 1])
            y = logit = g.op("Reshape", y, [0, -1, numbers])
            y = g.op(act, y) if act else y
            wanted = logit if (name, stride) == ("cls", 16) else wanted
            g.out(y, "N", (SIDE // stride) ** 2, numbers, name=f"{name}_{stride}")
    return g.kind((3, SIDE, SIDE), wanted, "2,0", "--output cls_16 --target 2,0")


@kind
def detector_centernet():
    """A heat map whose peaks are kept by comparing it with its maximum over neighbours."""
    g = Graph(11, [3, SIDE, SIDE])
    x = g.op("Sigmoid", g.conv(backbone(g)[0], 8, 2, act=None))
    peaks = g.op("Cast", g.op("Equal", g.op("MaxPool", x, kernel_shape=[3, 3], pads=[1, 1, 1, 1]), x), to=1)
    y = g.op("Mul", x, peaks)
    g.out(y, "N", 2, 4, 4, name="heatmap")
    g.out(g.conv(backbone(g)[0], 8, 2, act=None), "N", 2, 4, 4, name="size")
    return g.kind((3, SIDE, SIDE), y, "1,:,:")


@kind
def detector_fcos():
    """Scores are square roots of products of class and centreness, from shared heads with scales of their own."""
    g = Graph(13, [3, SIDE, SIDE])
    eight, sixteen, _ = backbone(g)
    w, b = g.weight(4, 8, 3, 3), g.uniform(-0.3, 0.3, 4)
    rows = []
    for level, scale, n in ((eight, 1.3, 16), (sixteen, 0.7, 4)):
        y = g.op("Mul", g.op("Conv", level, w, b, pads=[1, 1, 1, 1], kernel_shape=[3, 3]), scale)
        rows.append(g.op("Transpose", g.op("Reshape", y, [0, 4, n]), perm=[0, 2, 1]))
    classes, centre = g.split(g.op("Concat", *rows, axis=1), [3, 1], 2)
    y = g.op("Sqrt", g.op("Mul", g.op("Sigmoid", classes), g.op("Sigmoid", centre)))
    g.out(y, "N", 20, 3, name="scores")
    return g.kind((3, SIDE, SIDE), y, "13,2")


@kind
def detector_blazeface():
    """Channels last, anchors of two feature maps."""
    g = Graph(12, [SIDE, SIDE, 3], batch=1)
    eight, sixteen, _ = backbone(g, g.op("Transpose", "image", perm=[0, 3, 1, 2]))
    scores, boxes = [], []
    for level, n in ((eight, 16), (sixteen, 4)):
        scores.append(g.op("Reshape", g.op("Transpose", g.conv(level, 8, 2, k=1, act=None), perm=[0, 2, 3, 1]), [1, 2 * n, 1]))
        boxes.append(g.op("Reshape", g.op("Transpose", g.conv(level, 8, 32, k=1, act=None), perm=[0, 2, 3, 1]), [1, 2 * n, 16]))
    g.out(g.op("Concat", *boxes, axis=1), 1, 40, 16, name="regressors")
    y = g.op("Concat", *scores, axis=1)
    g.out(y, 1, 40, 1, name="classificators")
    return g.kind((SIDE, SIDE, 3), y, "33,0")


@kind
def detector_two_stage():
    """Features of fixed regions, as the second stage of a Faster R-CNN."""
    g = Graph(16, [3, SIDE, SIDE], batch=1)
    rois = g.constant(np.array([[1.5, 2, 20, 25], [8, 4, 31, 30.5], [0, 0, 12, 9]]))
    x = g.op("RoiAlign", backbone(g)[0], rois, [0, 0, 0], output_height=2, output_width=2, sampling_ratio=2, spatial_scale=1 / 8, coordinate_transformation_mode="half_pixel")
    y = g.op("Reshape", g.dense(g.op("Reshape", x, [-1, 32]), 32, 4), [1, 3, 4])
    g.out(y, 1, 3, 4)
    return g.kind((3, SIDE, SIDE), y, "1,2")
