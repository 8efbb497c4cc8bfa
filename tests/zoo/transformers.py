"""Vision transformers and towers of image-text models."""
import numpy as np

from graph import Graph, doubles, kind


def patches(g, width, side=4, image=16):
    n = (image // side) ** 2
    x = g.conv("image", 3, width, act=None, kernel_shape=[side, side], strides=[side, side], pads=[0] * 4)
    return g.op("Transpose", g.op("Reshape", x, [0, width, n]), perm=[0, 2, 1]), n


def block(g, x, width, tokens, act):
    x = g.op("Add", x, g.heads(g.layer_norm(x, width), width, 2, tokens))
    return g.op("Add", x, g.dense(act(g, g.dense(g.layer_norm(x, width), width, 2 * width)), 2 * width, width))


def gelu(g, x):
    return g.op("Mul", g.op("Mul", x, g.op("Add", g.op("Erf", g.op("Div", x, 2**0.5)), 1.0)), 0.5)


def quick_gelu(g, x):
    return g.op("Mul", x, g.op("Sigmoid", g.op("Mul", x, 1.702)))


def with_tokens(g, x, width, count):
    """Learned tokens in front, repeated for each image by shape arithmetic."""
    first = g.op("Gather", g.op("Shape", x), [0], axis=0)
    token = g.op("Expand", g.weight(1, count, width, fan=2), g.op("Concat", first, [count, width], axis=0))
    return g.op("Concat", token, x, axis=1)


@kind
def vit_opset13():
    g = Graph(13, [3, 16, 16])
    x, n = patches(g, 8)
    x = g.op("Add", with_tokens(g, x, 8, 1), g.weight(1, n + 1, 8, fan=9))
    for _ in range(2):
        x = block(g, x, 8, n + 1, gelu)
    x = g.dense(g.op("Gather", g.layer_norm(x, 8), 0, axis=1), 8, 5)
    g.out(x, "N", 5)
    return g.kind((3, 16, 16), x, "2")


@kind
def deit_distilled():
    """Two tokens with a head of their own each; the mean of both is the output."""
    g = Graph(12, [3, 16, 16])
    x, n = patches(g, 8)
    x = g.layer_norm(block(g, g.op("Add", with_tokens(g, x, 8, 2), g.weight(1, n + 2, 8, fan=9)), 8, n + 2, gelu), 8)
    one, two = (g.dense(g.op("Gather", x, i, axis=1), 8, 5) for i in (0, 1))
    x = g.op("Div", g.op("Add", one, two), 2.0)
    g.out(x, "N", 5)
    return g.kind((3, 16, 16), x, "4")


@kind
def swin_shifted():
    """Windows of a rolled grid with a mask between strangers."""
    g = Graph(13, [3, 32, 32])
    x = g.conv("image", 3, 8, act=None, kernel_shape=[4, 4], strides=[4, 4], pads=[0] * 4)
    x = g.op("Transpose", x, perm=[0, 2, 3, 1])
    for axis in (1, 2):  # roll by -2
        x = g.op("Concat", g.slice(x, [2], [2**31 - 1], [axis]), g.slice(x, [0], [2], [axis]), axis=axis)
    x = g.op("Transpose", g.op("Reshape", x, [-1, 2, 4, 2, 4, 8]), perm=[0, 1, 3, 2, 4, 5])
    x = g.op("Reshape", x, [-1, 16, 8])
    q, k, v = g.split(g.dense(g.layer_norm(x, 8), 8, 24), [8, 8, 8], 2)
    scores = g.op("Mul", g.op("MatMul", q, g.op("Transpose", k, perm=[0, 2, 1])), 8**-0.5)
    mask = np.where(np.random.default_rng(2).random((4, 16, 16)) < 0.3, -100.0, 0.0)
    scores = g.op("Reshape", g.op("Add", g.op("Reshape", scores, [-1, 4, 16, 16]), mask[None]), [-1, 16, 16])
    y = g.op("Add", x, g.op("MatMul", g.op("Softmax", scores, axis=-1), v))
    y = g.op("Transpose", g.op("Reshape", y, [-1, 2, 2, 4, 4, 8]), perm=[0, 1, 3, 2, 4, 5])
    y = g.dense(g.axes("ReduceMean", g.op("Reshape", y, [-1, 64, 8]), [1], keepdims=0), 8, 4)
    g.out(y, "N", 4)
    return g.kind((3, 32, 32), y, "1")


def tower(g):
    x, n = patches(g, 8)
    x = g.layer_norm(g.op("Add", with_tokens(g, x, 8, 1), g.weight(1, n + 1, 8, fan=9)), 8)
    x = block(g, x, 8, n + 1, quick_gelu)
    x = g.op("MatMul", g.op("Gather", g.layer_norm(x, 8), 0, axis=1), g.weight(8, 6, fan=8))
    return g.op("Div", x, g.axes("ReduceL2", x, [-1], keepdims=1))


@kind
def clip_tower():
    g = Graph(14, [3, 16, 16])
    x = tower(g)
    g.out(x, "N", 6, name="image_embeds")
    return g.kind((3, 16, 16), x, "4")


@kind
def clip_zero_shot():
    """Similarities with texts that are weights, scaled."""
    g = Graph(14, [3, 16, 16])
    texts = np.random.default_rng(3).standard_normal((6, 5))
    x = g.op("Mul", g.op("MatMul", tower(g), texts / np.linalg.norm(texts, axis=0)), 10.0)
    g.out(g.op("Softmax", x, axis=-1), "N", 5)
    return g.kind((3, 16, 16), x, "2")


@kind
def clip_two_inputs():
    """Texts are a second input."""
    import onnx
    g = Graph(14, [3, 16, 16])
    g.inputs.append(onnx.helper.make_tensor_value_info("text_embeds", 1, [1, 6]))
    x = g.op("MatMul", tower(g), g.op("Transpose", "text_embeds", perm=[1, 0]))
    g.out(x, "N", 1, name="logits_per_image")
    return g.kind((3, 16, 16), x, "0", "--target 0 --input-value text_embeds=0.5", constants={"text_embeds": doubles([[0.5] * 6])})


@kind
def vit_opset23():
    """Attention, RMSNormalization and rotated positions are operators; keys and values are shared by two heads each."""
    g = Graph(23, [3, 16, 16])
    x, n = patches(g, 16)
    y = g.op("RMSNormalization", x, g.uniform(0.6, 1.4, 16), axis=-1)
    q, k, v = g.dense(y, 16, 16), g.dense(y, 16, 8), g.dense(y, 16, 8)
    y = g.op("Attention", q, k, v, q_num_heads=4, kv_num_heads=2, is_causal=1)
    x = g.op("Add", x, g.dense(g.op("Attention", x, x, x, q_num_heads=2, kv_num_heads=2, softcap=2.0), 16, 16))
    x = g.op("Add", x, g.dense(y, 16, 16))
    x = g.op("Add", x, g.dense(g.op("Gelu", g.dense(x, 16, 16), approximate="tanh"), 16, 16))
    x = g.dense(g.op("LayerNormalization", g.axes("ReduceMean", x, [1], keepdims=0), g.uniform(0.6, 1.4, 16), axis=-1), 16, 5)
    g.out(x, "N", 5)
    return g.kind((3, 16, 16), x, "3")


@kind
def mixer():
    """Layers over places and over channels in turn."""
    g = Graph(15, [3, 16, 16])
    x, n = patches(g, 8)
    y = g.op("Transpose", g.layer_norm(x, 8), perm=[0, 2, 1])
    x = g.op("Add", x, g.op("Transpose", g.dense(gelu(g, g.dense(y, n, 12)), 12, n), perm=[0, 2, 1]))
    x = g.op("Einsum", x, g.weight(8, 4, fan=8), equation="bnc,cd->bd")
    g.out(x, "N", 4)
    return g.kind((3, 16, 16), x, "0")


@kind
def experts():
    """Each place is sent to the best of three experts, weighed by what the gate gave it."""
    g = Graph(13, [3, 16, 16])
    x, n = patches(g, 8)
    gate = g.op("Softmax", g.dense(x, 8, 3), axis=-1)
    chosen = g.op("OneHot", g.op("ArgMax", gate, axis=-1, keepdims=0), 3, [0.0, 1.0], axis=-1)
    weight = g.op("Mul", gate, chosen)
    every = g.op("Einsum", x, g.weight(3, 8, 6, fan=8), equation="bnc,ecd->bned")
    x = g.axes("ReduceSum", g.op("Mul", every, g.axes("Unsqueeze", weight, [3])), [1, 2], keepdims=0)
    g.out(x, "N", 6)
    return g.kind((3, 16, 16), x, "5")
