"""Members of kinds that were wrong once, under other shapes and names: dimensions of 3 where they mislead, odd turns, choices as outputs."""
from graph import Graph, kind

F, L = [0, 3, 1, 2], [0, 2, 3, 1]


@kind
def h_is_3():
    g = Graph(13, [3, 20, 3])
    x = g.conv(g.op("Transpose", "image", perm=F), 3, 5)
    x = g.dense(g.axes("ReduceMean", x, [2, 3], keepdims=0), 5, 3)
    g.out(x, "N", 3)
    return g.kind((3, 20, 3), x, "1")


@kind
def all_eight():
    g = Graph(13, [8, 8, 8])
    x = g.conv(g.op("Transpose", "image", perm=F), 8, 5, strides=[2, 1])
    x = g.dense(g.op("Flatten", x), 5 * 4 * 8, 3)
    g.out(x, "N", 3)
    return g.kind((8, 8, 8), x, "1")


@kind
def turned_and_swapped():
    g = Graph(13, [9, 12, 3])
    x = g.op("Transpose", "image", perm=[0, 2, 1, 3])
    x = g.conv(g.op("Transpose", x, perm=F), 3, 5, strides=[2, 1])
    x = g.dense(g.op("Flatten", x), 5 * 6 * 9, 3)
    g.out(x, "N", 3)
    return g.kind((9, 12, 3), x, "2")


@kind
def rows_as_steps():
    g = Graph(13, [10, 12, 3])
    x = g.op("Transpose", g.op("Reshape", "image", [-1, 10, 36]), perm=[1, 0, 2])
    y, h = g.op("RNN", x, g.weight(1, 5, 36, fan=36), g.weight(1, 5, 5, fan=5), hidden_size=5, outputs=2)
    x = g.dense(g.axes("Squeeze", h, [0]), 5, 3)
    g.out(x, "N", 3)
    return g.kind((10, 12, 3), x, "0")


@kind
def argmax_kept():
    g = Graph(13, [3, 9, 9])
    x = g.dense(g.axes("ReduceMean", g.conv("image", 3, 5), [2, 3], keepdims=0), 5, 4)
    g.out(g.op("ArgMax", x, axis=1, keepdims=1), "N", 1, element=7)
    return g.kind((3, 9, 9), x, "3", "--target 3")


@kind
def topk_indices_first():
    g = Graph(13, [3, 9, 9])
    x = g.dense(g.axes("ReduceMean", g.conv("image", 3, 5), [2, 3], keepdims=0), 5, 6)
    v, i = g.op("TopK", g.op("Softmax", x, axis=-1), [3], axis=1, outputs=2)
    g.out(i, "N", 3, name="indices", element=7)
    g.out(v, "N", 3, name="values")
    return g.kind((3, 9, 9), x, "2", "--output indices --target 2")


@kind
def ones_all_around():
    g = Graph(13, [3, 9, 9])
    x = g.dense(g.axes("ReduceMean", g.conv("image", 3, 5), [2, 3], keepdims=0), 5, 6)
    y = g.op("Reshape", g.op("Softmax", x, axis=-1), [-1, 1, 1, 6, 1])
    g.out(y, "N", 1, 1, 6, 1)
    return g.kind((3, 9, 9), x, "4", "--target 4")


@kind
def mean_of_softmaxes():
    g = Graph(13, [3, 9, 9])
    f = g.axes("ReduceMean", g.conv("image", 3, 5), [2, 3], keepdims=0)
    a = g.op("Softmax", g.dense(f, 5, 4), axis=-1)
    b = g.op("Softmax", g.dense(f, 5, 4), axis=-1)
    y = g.op("Mul", g.op("Add", a, b), 0.5)
    g.out(y, "N", 4)
    return g.kind((3, 9, 9), y, "1")


@kind
def flips_colours_nhwc():
    g = Graph(13, [8, 10, 3])
    x = g.op("Slice", "image", [-1], [-2**31], [3], [-1])
    x = g.conv(g.op("Transpose", x, perm=F), 3, 4)
    x = g.axes("ReduceMean", x, [2, 3], keepdims=0)
    g.out(x, "N", 4)
    return g.kind((8, 10, 3), x, "2")


@kind
def free_nhwc_flatten_pool():
    g = Graph(13, ["h", "w", 1])
    x = g.conv(g.op("Transpose", "image", perm=F), 1, 4, strides=[2, 2])
    x = g.op("Transpose", x, perm=L)
    s = g.op("Shape", x)
    n = g.op("Gather", s, [0], axis=0)
    x = g.op("Reshape", x, g.op("Concat", n, [-1, 4], axis=0))
    x = g.axes("ReduceMax", x, [1], keepdims=0)
    g.out(x, "N", 4)
    return g.kind((11, 14, 1), x, "3")


@kind
def hundred_channels_first():
    g = Graph(13, [100, 6, 6])
    x = g.conv("image", 100, 4, k=1)
    x = g.axes("ReduceMean", x, [2, 3], keepdims=0)
    g.out(x, "N", 4)
    return g.kind((100, 6, 6), x, "0")


@kind
def no_conv_nchw():
    g = Graph(13, [3, 6, 7])
    x = g.dense(g.op("Reshape", "image", [-1, 126]), 126, 3)
    g.out(x, "N", 3)
    return g.kind((3, 6, 7), x, "0")


def small_head(post, columns=4, explained=None, element="1"):
    """A small classifier whose last layer's result is explained through what stands behind it."""
    g = Graph(13, [3, 9, 9])
    x = g.dense(g.axes("ReduceMean", g.conv("image", 3, 5), [2, 3], keepdims=0), 5, columns)
    y = post(g, x)
    g.out(y, "N", 4 if columns == 4 else 2)
    return g.kind((3, 9, 9), explained(g, x) if explained else x, element)


@kind
def softmax_in_exponentials():
    def post(g, x):
        e = g.op("Exp", g.op("Sub", x, g.axes("ReduceMax", x, [-1])))
        return g.op("Div", e, g.axes("ReduceSum", e, [-1]))

    return small_head(post)


@kind
def sigmoid_in_exponentials():
    return small_head(lambda g, x: g.op("Div", 1.0, g.op("Add", 1.0, g.op("Exp", g.op("Neg", x)))))


@kind
def per_cents_clipped():
    def post(g, x):
        p = g.op("Cast", g.op("Cast", g.op("Softmax", x, axis=-1), to=11), to=1)
        return g.op("Mul", g.op("Clip", p, 1e-7, 1.0), 100.0)

    return small_head(post)


@kind
def the_other_class():
    """Two columns from one Sigmoid: the first is what the second leaves."""
    def post(g, x):
        s = g.op("Sigmoid", x)
        return g.op("Concat", g.op("Sub", 1.0, s), s, axis=1)

    return small_head(post, 1, lambda g, x: g.op("Neg", x), "0")


@kind
def bands_dense():
    g = Graph(13, [20, 24, 13])
    x = g.conv(g.op("Transpose", g.dense("image", 13, 6), perm=F), 6, 5, strides=[2, 2])
    x = g.dense(g.axes("ReduceMean", x, [2, 3], keepdims=0), 5, 3)
    g.out(x, "N", 3)
    return g.kind((20, 24, 13), x, "2")
