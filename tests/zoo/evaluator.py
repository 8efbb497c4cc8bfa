"""Evaluates ONNX graphs in float64 with PyTorch, operator by operator as the specification says, and keeps autograd's graph.

Every float type counts as float64. Codes of quantised tensors are float64 too and carry the straight-through gradient: that of
the value before rounding where that lies within their range, 0 elsewhere. Scales and zero points count as constants.
"""
import math

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import TensorProto, helper, numpy_helper

FLOATS = {TensorProto.FLOAT, TensorProto.FLOAT16, TensorProto.DOUBLE, TensorProto.BFLOAT16}
RANGES = {TensorProto.UINT8: (0, 255), TensorProto.INT8: (-128, 127), TensorProto.INT32: (-2**31, 2**31 - 1), 21: (0, 15), 22: (-8, 7)}
OPERATORS = {}


def tensor(proto):
    if proto.data_type == TensorProto.BFLOAT16:
        raw = np.frombuffer(proto.raw_data, np.uint16).astype(np.uint32) << 16
        return torch.from_numpy(raw.view(np.float32).astype(np.float64).reshape(tuple(proto.dims)))
    if proto.data_type in (21, 22):
        codes = np.frombuffer(proto.raw_data, np.uint8)
        codes = np.stack([codes & 15, codes >> 4], 1).ravel()[:int(np.prod(proto.dims))].astype(np.int64)
        return torch.from_numpy((np.where(codes > 7, codes - 16, codes) if proto.data_type == 22 else codes).reshape(tuple(proto.dims)))
    array = numpy_helper.to_array(proto)
    return torch.from_numpy(np.array(array.astype(np.float64 if array.dtype.kind == "f" else np.int64 if array.dtype.kind in "iu" else array.dtype)))


def evaluate(model, feeds, wanted):
    """The tensors of the names in wanted."""
    opset = next(o.version for o in model.opset_import if o.domain == "")
    values = run(model.graph, dict(feeds), opset)
    return [values[name] for name in wanted]


def run(graph, values, opset):
    types = {t.name: t.data_type for t in graph.initializer}
    values = {**values, **{t.name: tensor(t) for t in graph.initializer if t.name not in values}}
    for node in graph.node:
        attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
        attributes = {k: v.decode() if isinstance(v, bytes) else v for k, v in attributes.items()}
        context = Context(node, attributes, opset, values, types)
        results = OPERATORS[node.op_type](context, *[values[i] if i else None for i in node.input])
        for name, value in zip(node.output, results if isinstance(results, (tuple, list)) else [results]):
            values[name] = value
    return values


class Context:
    def __init__(self, node, attributes, opset, scope, types):
        self.node, self.attributes, self.opset, self.scope, self.types = node, attributes, opset, scope, types

    def __getattr__(self, name):
        return self.attributes.get(name)

    def get(self, name, default):
        return self.attributes.get(name, default)

    def type_of(self, position, default):
        name = self.node.input[position] if position < len(self.node.input) else ""
        return self.types.get(name, default)


def operator(*names):
    def add(function):
        for name in names:
            OPERATORS[name] = function
        return function
    return add


def listed(value):
    return [int(v) for v in value.reshape(-1)] if torch.is_tensor(value) else [int(v) for v in value]


def simple(name, function):
    OPERATORS[name] = lambda c, *inputs: function(*inputs)


for name, function in {
    "Relu": F.relu, "Sigmoid": torch.sigmoid, "Tanh": torch.tanh, "Exp": torch.exp, "Log": torch.log, "Sqrt": torch.sqrt, "Abs": torch.abs,
    "Neg": torch.neg, "Erf": torch.erf, "Floor": torch.floor, "Ceil": torch.ceil, "Reciprocal": torch.reciprocal, "Sin": torch.sin,
    "Cos": torch.cos, "Softplus": F.softplus, "Softsign": F.softsign, "Mish": F.mish, "HardSwish": F.hardswish, "Identity": lambda x: x,
    "Sub": lambda a, b: a - b, "Mul": lambda a, b: a * b, "Div": lambda a, b: a / b if a.is_floating_point() else torch.div(a, b, rounding_mode="trunc"), "MatMul": lambda a, b: a @ b, "Equal": torch.eq,
    "Less": torch.lt, "Greater": torch.gt, "GreaterOrEqual": torch.ge, "LessOrEqual": torch.le, "And": torch.logical_and, "Not": torch.logical_not,
    "Where": torch.where, "Round": torch.round, "Sign": torch.sign, "Dropout": lambda x, *rest: x,
    "PRelu": lambda x, s: torch.where(x < 0, x * s, x), "GlobalAveragePool": lambda x: x.mean(tuple(range(2, x.dim())), keepdim=True),
    "GlobalMaxPool": lambda x: x.amax(tuple(range(2, x.dim())), keepdim=True),
}.items():
    simple(name, function)


@operator("Add", "Sum")
def _sum(c, *inputs):
    return sum(inputs[1:], inputs[0])


@operator("Mean")
def _mean(c, *inputs):
    return sum(inputs) / len(inputs)


@operator("Max", "Min")
def _extreme(c, *inputs):
    pick = torch.maximum if c.node.op_type == "Max" else torch.minimum
    y = inputs[0]
    for x in inputs[1:]:
        y = pick(y, x)
    return y


@operator("Pow")
def _pow(c, x, e):
    return x ** e


@operator("Mod")
def _mod(c, a, b):
    return torch.fmod(a, b) if c.get("fmod", 0) else torch.remainder(a, b)


@operator("LeakyRelu")
def _leaky(c, x):
    return F.leaky_relu(x, c.get("alpha", 0.01))


@operator("Elu")
def _elu(c, x):
    return F.elu(x, c.get("alpha", 1.0))


@operator("HardSigmoid")
def _hard(c, x):
    return (x * c.get("alpha", 0.2) + c.get("beta", 0.5)).clamp(0, 1)


@operator("Gelu")
def _gelu(c, x):
    return F.gelu(x, approximate=c.get("approximate", "none"))


@operator("Swish")
def _swish(c, x):
    return x * torch.sigmoid(c.get("alpha", 1.0) * x)


@operator("Clip")
def _clip(c, x, low=None, high=None):
    low, high = c.get("min", low), c.get("max", high)
    return x.clamp(None if low is None else float(low), None if high is None else float(high))


@operator("Constant")
def _constant(c):
    return tensor(c.value) if c.value is not None else torch.tensor(c.value_float or c.value_int or list(c.value_ints))


@operator("ConstantOfShape")
def _filled(c, shape):
    value = tensor(c.value) if c.value is not None else torch.zeros(1, dtype=torch.float64)
    return value.reshape(()).expand(listed(shape)).clone()


@operator("Shape")
def _shape(c, x):
    return torch.tensor(list(x.shape)[c.get("start", 0):c.get("end", x.dim())])


@operator("Cast")
def _cast(c, x):
    return x.double() if c.to in FLOATS else x.bool() if c.to == TensorProto.BOOL else x.long()


@operator("Range")
def _range(c, start, limit, delta):
    return torch.arange(int(start), int(limit), int(delta))


def spatial(c, x, kernel, auto):
    """Strides, dilations, and pads as [before..., after...] of a windowed operator."""
    rank = x.dim() - 2
    strides, dilations = list(c.get("strides", [1] * rank)), list(c.get("dilations", [1] * rank))
    pads = list(c.get("pads", [0] * 2 * rank))
    if auto in ("SAME_UPPER", "SAME_LOWER"):
        needed = [max((math.ceil(n / s) - 1) * s + d * (k - 1) + 1 - n, 0) for n, s, d, k in zip(x.shape[2:], strides, dilations, kernel)]
        small, large = [n // 2 for n in needed], [n - n // 2 for n in needed]
        pads = small + large if auto == "SAME_UPPER" else large + small
    return strides, dilations, pads


def padded(x, pads, value=0.0):
    rank = len(pads) // 2
    return F.pad(x, [p for d in reversed(range(rank)) for p in (pads[d], pads[d + rank])], value=value)


def convolve(c, x, w, bias=None):
    strides, dilations, pads = spatial(c, x, w.shape[2:], c.get("auto_pad", "NOTSET"))
    return [F.conv1d, F.conv2d, F.conv3d][x.dim() - 3](padded(x, pads), w, bias, strides, 0, dilations, c.get("group", 1))


OPERATORS["Conv"] = convolve


@operator("ConvTranspose")
def _transposed(c, x, w, b=None):
    rank = x.dim() - 2
    pads, strides, extra = list(c.get("pads", [0] * 2 * rank)), list(c.get("strides", [1] * rank)), list(c.get("output_padding", [0] * rank))
    full = [F.conv_transpose1d, F.conv_transpose2d, F.conv_transpose3d][rank - 1](x, w, b, strides, 0, extra, c.get("group", 1))
    return padded(full, [-p for p in pads])


@operator("MaxPool", "AveragePool")
def _pool(c, x):
    kernel = list(c.kernel_shape)
    strides, dilations, pads = spatial(c, x, kernel, c.get("auto_pad", "NOTSET"))
    rank, largest = len(kernel), c.node.op_type == "MaxPool"
    extra = [0] * rank
    if c.get("ceil_mode", 0):
        for d in range(rank):
            room = x.shape[2 + d] + pads[d] + pads[d + rank] - dilations[d] * (kernel[d] - 1) - 1
            windows = math.ceil(room / strides[d]) + 1
            if (windows - 1) * strides[d] >= x.shape[2 + d] + pads[d]:
                windows -= 1
            extra[d] = max(0, (windows - 1) * strides[d] - room)
    after = pads[:rank] + [p + e for p, e in zip(pads[rank:], extra)]

    def windows_of(values):
        for d in range(rank):
            values = values.unfold(2 + d, dilations[d] * (kernel[d] - 1) + 1, strides[d])
        for d in range(rank):
            values = values.index_select(2 + rank + d, torch.arange(0, values.shape[2 + rank + d], dilations[d]))
        return values.flatten(2 + rank)

    if largest:
        return windows_of(padded(x, after, -math.inf)).amax(-1) if c.get("ties", 0) else windows_of(padded(x, after, -math.inf)).max(-1)[0]
    ones = torch.ones_like(x)
    inside = padded(padded(ones, pads, 1.0 if c.get("count_include_pad", 0) else 0.0), [0] * rank + extra)
    return windows_of(padded(x, after)).sum(-1) / windows_of(inside).sum(-1)


@operator("BatchNormalization")
def _batch_norm(c, x, scale, bias, mean, variance):
    return F.batch_norm(x, mean, variance, scale, bias, False, 0, c.get("epsilon", 1e-5))


@operator("InstanceNormalization")
def _instance_norm(c, x, scale, bias):
    return F.instance_norm(x, weight=scale, bias=bias, eps=c.get("epsilon", 1e-5))


@operator("GroupNormalization")
def _group_norm(c, x, scale, bias):
    if c.opset < 21:  # one scale for each group
        scale, bias = (v.repeat_interleave(x.shape[1] // c.num_groups) for v in (scale, bias))
    return F.group_norm(x, c.num_groups, scale, bias, c.get("epsilon", 1e-5))


@operator("LayerNormalization")
def _layer_norm(c, x, scale, bias=None):
    axis = c.get("axis", -1) % x.dim()
    return F.layer_norm(x, x.shape[axis:], scale.expand(x.shape[axis:]), None if bias is None else bias.expand(x.shape[axis:]), c.get("epsilon", 1e-5))


@operator("RMSNormalization")
def _rms_norm(c, x, scale):
    axes = tuple(range(c.get("axis", -1) % x.dim(), x.dim()))
    return x / torch.sqrt((x * x).mean(axes, keepdim=True) + c.get("epsilon", 1e-5)) * scale


@operator("LpNormalization")
def _lp(c, x):
    return x / x.norm(p=c.get("p", 2), dim=c.get("axis", -1), keepdim=True)


@operator("LRN")
def _lrn(c, x):
    return F.local_response_norm(x, c.size, c.get("alpha", 1e-4), c.get("beta", 0.75), c.get("bias", 1.0))


@operator("Gemm")
def _gemm(c, a, b, bias=None):
    a, b = a.T if c.get("transA", 0) else a, b.T if c.get("transB", 0) else b
    return c.get("alpha", 1.0) * (a @ b) + (0 if bias is None else c.get("beta", 1.0) * bias)


@operator("Einsum")
def _einsum(c, *inputs):
    return torch.einsum(c.equation, *inputs)


@operator("Transpose")
def _transpose(c, x):
    return x.permute(*c.get("perm", list(reversed(range(x.dim())))))


@operator("Reshape")
def _reshape(c, x, shape=None):
    wanted = listed(c.get("shape", shape))
    return x.reshape([x.shape[i] if d == 0 and not c.get("allowzero", 0) else d for i, d in enumerate(wanted)])


@operator("Flatten")
def _flatten(c, x):
    axis = c.get("axis", 1)
    return x.reshape(int(np.prod(x.shape[:axis])), -1)


@operator("Squeeze")
def _squeeze(c, x, axes=None):
    axes = c.get("axes", axes)
    axes = [i for i, d in enumerate(x.shape) if d == 1] if axes is None else [a % x.dim() for a in listed(axes)]
    return x.reshape([d for i, d in enumerate(x.shape) if i not in axes])


@operator("Unsqueeze")
def _unsqueeze(c, x, axes=None):
    axes = listed(c.get("axes", axes))
    rank = x.dim() + len(axes)
    for a in sorted(a % rank for a in axes):
        x = x.unsqueeze(a)
    return x


@operator("Concat")
def _concat(c, *inputs):
    return torch.cat(inputs, c.get("axis", 1))


@operator("Split")
def _split(c, x, sizes=None):
    axis, count = c.get("axis", 0), len(c.node.output)
    sizes = c.get("split", sizes)
    if sizes is None:
        each = math.ceil(x.shape[axis] / count)
        sizes = [each] * (count - 1) + [x.shape[axis] - each * (count - 1)]
    return torch.split(x, listed(sizes), axis)


@operator("Slice")
def _slice(c, x, starts=None, ends=None, axes=None, steps=None):
    starts, ends = listed(c.get("starts", starts)), listed(c.get("ends", ends))
    axes = c.get("axes", axes)
    axes = list(range(len(starts))) if axes is None else listed(axes)
    steps = [1] * len(starts) if steps is None else listed(steps)
    for start, end, axis, step in zip(starts, ends, axes, steps):
        x = x.index_select(axis, torch.tensor(list(range(x.shape[axis]))[start:end if end > -2**31 else None:step], dtype=torch.long))
    return x


@operator("Gather")
def _gather(c, x, indices):
    axis = c.get("axis", 0) % x.dim()
    indices = indices.long()
    flat = x.index_select(axis, indices.reshape(-1) % x.shape[axis])
    return flat.reshape([*x.shape[:axis], *indices.shape, *x.shape[axis + 1:]])


@operator("GatherElements")
def _gather_elements(c, x, indices):
    return x.gather(c.get("axis", 0), indices.long() % x.shape[c.get("axis", 0)])


@operator("ScatterND")
def _scatter_nd(c, x, indices, updates):
    y = x.clone()
    y[tuple(indices.long().unbind(-1))] = updates
    return y


@operator("Expand")
def _expand(c, x, shape):
    return x.expand(torch.broadcast_shapes(x.shape, listed(shape)))


@operator("Tile")
def _tile(c, x, repeats):
    return x.repeat(listed(repeats))


@operator("Pad")
def _pad(c, x, pads=None, value=None, axes=None):
    pads = listed(c.get("pads", pads))
    axes = list(range(x.dim())) if axes is None else [a % x.dim() for a in listed(axes)]
    mode, count = c.get("mode", "constant"), len(axes)
    for i, axis in enumerate(axes):
        before, after, n = pads[i], pads[i + count], x.shape[axis]
        if before == after == 0:
            continue
        if mode == "constant":
            fill = float(c.get("value", 0.0) if value is None else value)
            sides = [torch.full([*x.shape[:axis], max(k, 0), *x.shape[axis + 1:]], fill, dtype=x.dtype) for k in (before, after)]
            x = torch.cat([sides[0], x.narrow(axis, max(-before, 0), n - max(-before, 0) - max(-after, 0)), sides[1]], axis)
        else:
            index = torch.arange(-before, n + after)
            index = index.clamp(0, n - 1) if mode == "edge" else (n - 1) - ((index % (2 * n - 2)) - (n - 1)).abs()
            x = x.index_select(axis, index)
    return x


def reduction(name, function):
    def apply(c, x, axes=None):
        axes = c.get("axes", axes)
        axes = tuple(range(x.dim())) if axes is None else tuple(listed(axes))
        return function(x, axes, bool(c.get("keepdims", 1)))
    OPERATORS[name] = apply


reduction("ReduceMean", lambda x, a, k: x.mean(a, k))
reduction("ReduceSum", lambda x, a, k: x.sum(a, k))
reduction("ReduceMax", lambda x, a, k: x.amax(a, k))
reduction("ReduceMin", lambda x, a, k: x.amin(a, k))
reduction("ReduceL2", lambda x, a, k: x.pow(2).sum(a, k).sqrt())
reduction("ReduceLogSumExp", lambda x, a, k: x.logsumexp(a, k))


@operator("Softmax", "LogSoftmax")
def _softmax(c, x):
    apply = F.softmax if c.node.op_type == "Softmax" else F.log_softmax
    if c.opset >= 13:
        return apply(x, c.get("axis", -1))
    axis = c.get("axis", 1) % x.dim()  # over all dimensions from the axis on
    return apply(x.reshape(*x.shape[:axis], -1), -1).reshape(x.shape)


@operator("ArgMax")
def _argmax(c, x):
    return x.argmax(c.get("axis", 0), bool(c.get("keepdims", 1)))


@operator("TopK")
def _topk(c, x, k=None):
    return x.topk(int(c.get("k", k)), c.get("axis", -1), bool(c.get("largest", 1)), True)


@operator("OneHot")
def _one_hot(c, indices, depth, values):
    return torch.where(F.one_hot(indices, int(depth)).bool(), values[1], values[0])


@operator("CumSum")
def _cumsum(c, x, axis):
    return x.cumsum(int(axis))


@operator("Trilu")
def _trilu(c, x, k=None):
    return (torch.triu if c.get("upper", 1) else torch.tril)(x, 0 if k is None else int(k))


@operator("DepthToSpace")
def _depth_to_space(c, x):
    n, channels, h, w = x.shape
    b = c.blocksize
    if c.get("mode", "DCR") == "CRD":
        return F.pixel_shuffle(x, b)
    return x.reshape(n, b, b, channels // b // b, h, w).permute(0, 3, 4, 1, 5, 2).reshape(n, channels // b // b, h * b, w * b)


@operator("SpaceToDepth")
def _space_to_depth(c, x):
    n, channels, h, w = x.shape
    b = c.blocksize
    return x.reshape(n, channels, h // b, b, w // b, b).permute(0, 3, 5, 1, 2, 4).reshape(n, channels * b * b, h // b, w // b)


@operator("Upsample", "Resize")
def _resize(c, x, *rest):
    if c.node.op_type == "Upsample":
        scales, sizes, form = (c.scales or [float(v) for v in rest[0]]), None, "asymmetric"
    elif c.opset < 11:
        scales, sizes, form = [float(v) for v in rest[0]], None, "asymmetric"
    else:
        scales = [float(v) for v in rest[1]] if len(rest) > 1 and rest[1] is not None and rest[1].numel() else None
        sizes = listed(rest[2]) if len(rest) > 2 and rest[2] is not None else None
        form = c.get("coordinate_transformation_mode", "half_pixel")
    outs = sizes or [int(math.floor(n * s)) for n, s in zip(x.shape, scales)]
    rounding = c.get("nearest_mode", "round_prefer_floor") if c.opset >= 11 and c.node.op_type == "Resize" else "floor"
    for axis, (n, out) in enumerate(zip(list(x.shape), outs)):
        scale = scales[axis] if scales else out / n
        if scale == 1:
            continue
        at = torch.arange(out, dtype=torch.float64)
        at = {"asymmetric": at / scale, "half_pixel": (at + 0.5) / scale - 0.5, "align_corners": at * (n - 1) / max(out - 1, 1),
              "pytorch_half_pixel": (at + 0.5) / scale - 0.5 if out > 1 else at * 0}[form]
        if c.get("mode", "nearest") == "nearest":
            index = {"floor": torch.floor(at), "ceil": torch.ceil(at), "round_prefer_floor": torch.ceil(at - 0.5),
                     "round_prefer_ceil": torch.floor(at + 0.5)}[rounding]
            x = x.index_select(axis, index.long().clamp(0, n - 1))
        else:
            at = at.clamp(0, n - 1)
            low = at.floor().long()
            share = (at - low).reshape([-1 if d == axis else 1 for d in range(x.dim())])
            x = x.index_select(axis, low) * (1 - share) + x.index_select(axis, (low + 1).clamp(max=n - 1)) * share
    return x


@operator("GridSample")
def _grid_sample(c, x, grid):
    mode = {"linear": "bilinear", "cubic": "bicubic"}.get(c.get("mode", "linear"), c.get("mode", "linear"))
    return F.grid_sample(x, grid, mode, c.get("padding_mode", "zeros"), bool(c.get("align_corners", 0)))


@operator("Attention")
def _attention(c, q, k, v, mask=None):
    flat = q.dim() == 3
    if flat:
        q, k, v = (t.reshape(t.shape[0], t.shape[1], h, -1).transpose(1, 2) for t, h in ((q, c.q_num_heads), (k, c.kv_num_heads), (v, c.kv_num_heads)))
    if k.shape[1] != q.shape[1]:
        k, v = (t.repeat_interleave(q.shape[1] // t.shape[1], 1) for t in (k, v))
    scores = q @ k.transpose(-1, -2) * c.get("scale", 1 / math.sqrt(q.shape[-1]))
    if mask is not None:
        scores = scores.masked_fill(~mask, -math.inf) if mask.dtype == torch.bool else scores + mask
    if c.get("is_causal", 0):
        scores = scores.masked_fill(torch.ones(scores.shape[-2:]).tril() == 0, -math.inf)
    if c.get("softcap", 0.0):
        scores = c.softcap * torch.tanh(scores / c.softcap)
    y = torch.softmax(scores, -1) @ v
    return y.transpose(1, 2).flatten(2) if flat else y


def gates(c, x, w, r, b, lengths, initial, count, activations, step):
    """A recurrent operator: x [T,N,I], w [D,count*H,I], r [D,count*H,H], b [D,2*count*H]."""
    batch_first = c.get("layout", 0)
    x = x.transpose(0, 1) if batch_first else x
    steps, batch, _ = x.shape
    h, directions = c.hidden_size, w.shape[0]
    outputs, lasts = [], []
    for d in range(directions):
        backward = c.get("direction", "forward") == "reverse" or d == 1
        both = b[d] if b is not None else torch.zeros(2 * count * h, dtype=torch.float64)
        states = [torch.zeros(batch, h, dtype=torch.float64) if s is None else (s.transpose(0, 1) if batch_first else s)[d] for s in initial]
        rows = [None] * steps
        for t in reversed(range(steps)) if backward else range(steps):
            states = step(x[t] @ w[d].T + both[:count * h], states, r[d], both[count * h:], h)
            rows[t] = states[0]
        outputs.append(torch.stack(rows))
        lasts.append(states)
    y = torch.stack(outputs, 1)  # [T,D,N,H]
    last = [torch.stack([states[i] for states in lasts]) for i in range(len(initial))]
    return [y.permute(2, 0, 1, 3), *(s.transpose(0, 1) for s in last)] if batch_first else [y, *last]


@operator("LSTM")
def _lstm(c, x, w, r, b=None, lengths=None, h0=None, c0=None, p=None):
    def step(projected, states, r, rb, h):
        hidden, cell = states
        i, o, f, g = (projected + hidden @ r.T + rb).split(h, -1)
        cell = torch.sigmoid(f) * cell + torch.sigmoid(i) * torch.tanh(g)
        return [torch.sigmoid(o) * torch.tanh(cell), cell]
    return gates(c, x, w, r, b, lengths, [h0, c0], 4, None, step)


@operator("GRU")
def _gru(c, x, w, r, b=None, lengths=None, h0=None):
    def step(projected, states, r, rb, h):
        (hidden,) = states
        z, s, n = projected.split(h, -1)
        rz, rs, rn = r.split(h, 0)
        bz, bs, bn = rb.split(h, -1)
        z, s = torch.sigmoid(z + hidden @ rz.T + bz), torch.sigmoid(s + hidden @ rs.T + bs)
        n = torch.tanh(n + s * (hidden @ rn.T + bn)) if c.get("linear_before_reset", 0) else torch.tanh(n + (s * hidden) @ rn.T + bn)
        return [(1 - z) * n + z * hidden]
    return gates(c, x, w, r, b, lengths, [h0], 3, None, step)


@operator("RNN")
def _rnn(c, x, w, r, b=None, lengths=None, h0=None):
    return gates(c, x, w, r, b, lengths, [h0], 1, None, lambda p, s, r, rb, h: [torch.tanh(p + s[0] @ r.T + rb)])


@operator("Loop")
def _loop(c, count, condition, *carried):
    body, collected = c.body, None
    for i in range(int(count)):
        names = [v.name for v in body.input]
        inner = run(body, {**c.scope, names[0]: torch.tensor(i), names[1]: torch.tensor(True), **dict(zip(names[2:], carried))}, c.opset)
        results = [inner[o.name] for o in body.output][1:]
        carried, scanned = results[:len(carried)], results[len(carried):]
        collected = [[] for _ in scanned] if collected is None else collected
        for rows, row in zip(collected, scanned):
            rows.append(row)
    return [*carried, *(torch.stack(rows) for rows in collected)]


@operator("Scan")
def _scan(c, *inputs):
    body, count = c.body, c.num_scan_inputs
    carried, scanned, rows = list(inputs[:-count]), inputs[-count:], None
    axes = c.get("scan_input_axes", [0] * count)
    for i in range(scanned[0].shape[axes[0]]):
        slices = [s.select(a, i) for s, a in zip(scanned, axes)]
        inner = run(body, {**c.scope, **dict(zip([v.name for v in body.input], [*carried, *slices]))}, c.opset)
        results = [inner[o.name] for o in body.output]
        carried = results[:len(carried)]
        rows = [[*r, v] for r, v in zip(rows or [[]] * len(results[len(carried):]), results[len(carried):])]
    return [*carried, *(torch.stack(r) for r in rows or [])]


@operator("If")
def _if(c, condition):
    branch = c.then_branch if bool(condition) else c.else_branch
    inner = run(branch, c.scope, c.opset)
    return [inner[o.name] for o in branch.output]


class StraightThrough(torch.autograd.Function):
    """Rounds to the nearest even code and cuts off; the gradient passes where the value before rounding lies within the range."""

    nearest_tie = 1.0  # how near to the middle of two codes any value has been

    @staticmethod
    def forward(context, value, low, high):
        context.save_for_backward((value >= low - 1e-6) & (value <= high + 1e-6))
        inside = value[(value > low) & (value < high)]
        StraightThrough.nearest_tie = min(StraightThrough.nearest_tie, float(((inside - inside.floor()) - 0.5).abs().min()) if inside.numel() else 1)
        return torch.round(value).clamp(low, high)

    @staticmethod
    def backward(context, dy):
        return dy * context.saved_tensors[0], None, None


def along(parameter, x, axis, block=0):
    if parameter is None or parameter.dim() == 0 or parameter.numel() == 1:
        return parameter if parameter is None else parameter.reshape(())
    if block:
        return parameter.repeat_interleave(block, axis)
    return parameter.reshape([-1 if d == axis % x.dim() else 1 for d in range(x.dim())])


def quantize(x, scale, zero, low, high):
    return StraightThrough.apply(x / scale + zero, low, high)


@operator("QuantizeLinear")
def _quantize(c, x, scale, zero=None):
    axis = c.get("axis", 1)
    zero = 0 if zero is None else along(zero, x, axis).double()
    return quantize(x, along(scale, x, axis), zero, *RANGES[c.type_of(2, TensorProto.UINT8)])


@operator("DequantizeLinear")
def _dequantize(c, x, scale, zero=None):
    axis, block = c.get("axis", 1), c.get("block_size", 0)
    return (x.double() - (0 if zero is None else along(zero, x, axis, block).double())) * along(scale, x, axis, block)


@operator("DynamicQuantizeLinear")
def _dynamic(c, x):
    low, high = min(float(x.min()), 0.0), max(float(x.max()), 0.0)
    scale = torch.tensor((high - low) / 255, dtype=torch.float64)
    zero = torch.round(torch.tensor(-low) / scale).clamp(0, 255)
    return quantize(x, scale, zero, -math.inf, math.inf), scale, zero  # its range is that of x: nothing is cut off


@operator("MatMulInteger")
def _matmul_integer(c, a, b, za=None, zb=None):
    return (a.double() - (0 if za is None else za)) @ (b.double() - (0 if zb is None else zb))


@operator("ConvInteger")
def _conv_integer(c, x, w, zx=None, zw=None):
    return convolve(c, x.double() - (0 if zx is None else zx), w.double() - (0 if zw is None else zw))


@operator("QLinearConv")
def _qlinear_conv(c, x, xs, xz, w, ws, wz, ys, yz, b=None):
    shape = [-1 if d == 0 else 1 for d in range(w.dim())]
    ws, wz = (v.reshape(shape) if v.numel() > 1 else v.reshape(()) for v in (ws, wz))
    y = convolve(c, (x - xz.double()) * xs, (w.double() - wz) * ws, None if b is None else b.double() * xs * ws.reshape(-1))
    return quantize(y, ys, yz.double(), *RANGES[c.type_of(7, TensorProto.UINT8)])


@operator("QLinearMatMul")
def _qlinear_matmul(c, a, sa, za, b, sb, zb, sy, zy):
    y = ((a - za.double()) * sa) @ ((b.double() - zb) * sb)
    return quantize(y, sy, zy.double(), *RANGES[c.type_of(7, TensorProto.UINT8)])


@operator("QLinearSoftmax")
def _qlinear_softmax(c, x, sx, zx, sy, zy):
    y = torch.softmax((x - zx.double()) * sx, c.get("axis", -1))
    return quantize(y, sy, zy.double(), *RANGES[c.type_of(4, TensorProto.UINT8)])


@operator("RoiAlign")
def _roi_align(c, x, rois, batches):
    from torchvision.ops import roi_align
    rows = torch.cat([batches.double()[:, None], rois], 1)
    return roi_align(x, rows, (c.output_height, c.output_width), c.get("spatial_scale", 1.0), c.get("sampling_ratio", 0),
                     c.get("coordinate_transformation_mode", "half_pixel") == "half_pixel")
