#!/usr/bin/env python3
"""Small vision transformers with random weights, exported as several tools write them, and maps of their attention.

The maps are computed in float64 from PyTorch's autograd by the papers' definitions; nothing of the product is used.

    tests/attention/reference.py tests/attention     # needs python3-torch and python3-onnx
"""
import json
import pathlib
import sys

import numpy as np
import onnx
from onnx import numpy_helper
import torch
from torch import nn


class Attention(nn.Module):
    """Keeps its weights and what they are made of."""

    def __init__(self, width, heads, form):
        super().__init__()
        self.heads, self.form = heads, form
        self.qkv = nn.Linear(width, 3 * width)
        self.q, self.k, self.v = (nn.Linear(width, width) for _ in range(3))
        self.proj = nn.Linear(width, width)

    def forward(self, x):
        b, t, d = x.shape
        h, e = self.heads, d // self.heads
        if self.form == "fused":  # timm
            q, k, v = self.qkv(x).reshape(b, t, 3, h, e).permute(2, 0, 3, 1, 4).unbind(0)
            scores = (q * e**-0.5) @ k.transpose(-2, -1)
        elif self.form == "split":  # Hugging Face
            q, k, v = (f(x).view(b, t, h, e).permute(0, 2, 1, 3) for f in (self.q, self.k, self.v))
            scores = q @ k.transpose(-1, -2) / e**0.5
        elif self.form == "both":  # PyTorch's scaled_dot_product_attention, written out: the root of the scale on both
            q, k, v = (f(x).view(b, t, h, e).transpose(1, 2) for f in (self.q, self.k, self.v))
            scores = (q * e**-0.25) @ (k * e**-0.25).transpose(-2, -1)
        elif self.form == "bmm":  # nn.MultiheadAttention, tokens first, heads joined with the batch
            y = x.transpose(0, 1)
            q, k, v = (f(y).contiguous().view(t, b * h, e).transpose(0, 1) for f in (self.q, self.k, self.v))
            scores = torch.bmm(q * e**-0.5, k.transpose(1, 2)) + self.mask(t)
            self.weights = scores.softmax(-1)
            return self.proj(torch.bmm(self.weights, v).transpose(0, 1).contiguous().view(t, b, d)).transpose(0, 1)
        elif self.form == "einsum":
            q, k, v = (f(x).view(b, t, h, e) for f in (self.q, self.k, self.v))
            self.weights = (torch.einsum("bthe,bshe->bhts", q, k) * e**-0.5).softmax(-1)
            return self.proj(torch.einsum("bhts,bshe->bthe", self.weights, v).reshape(b, t, d))
        self.weights = scores.softmax(-1)
        return self.proj((self.weights @ v).transpose(1, 2).reshape(b, t, d))

    @staticmethod
    def mask(t):
        return torch.linspace(-0.5, 0.5, t).expand(t, t)


class Block(nn.Module):
    def __init__(self, width, heads, form, norm_first):
        super().__init__()
        self.norm1, self.norm2, self.norm_first = nn.LayerNorm(width), nn.LayerNorm(width), norm_first
        self.attn = Attention(width, heads, form)
        self.mlp = nn.Sequential(nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width))

    def forward(self, x):
        if self.norm_first:
            self.source = self.norm1(x)
            x = x + self.attn(self.source)
            self.end = x + self.mlp(self.norm2(x))
            return self.end
        x = self.norm1(x + self.attn(x))
        self.end = x + self.mlp(x)
        return self.norm2(self.end)


class Vit(nn.Module):
    def __init__(self, form, image=(16, 24), patch=4, width=8, heads=2, depth=3, front=1, registers=0, pool="token", last=False,
                 patches="conv", norm_first=True, columns=False):
        super().__init__()
        self.form, self.image, self.patch, self.last, self.patches, self.columns = form, image, patch, last, patches, columns
        self.grid = (image[0] // patch, image[1] // patch)
        self.front, self.registers, self.pool = front, registers, pool
        self.stem = nn.Conv2d(3, width, patch, patch) if patches == "conv" else nn.Linear(3 * patch * patch, width)
        n = self.grid[0] * self.grid[1]
        self.token = nn.Parameter(torch.randn(1, front, width)) if front else None
        self.register = nn.Parameter(torch.randn(1, registers, width)) if registers else None
        self.position = nn.Parameter(torch.randn(1, n + front, width) * 0.5)
        self.blocks = nn.ModuleList(Block(width, heads, form, norm_first) for _ in range(depth))
        self.norm, self.head = nn.LayerNorm(width), nn.Linear(width, 5)

    def forward(self, x):
        if self.last:
            x = x.permute(0, 3, 1, 2)
        b, c, h, w = x.shape
        p, (rows, columns) = self.patch, self.grid
        if self.patches == "conv":
            x = self.stem(x)
            x = (x.transpose(2, 3) if self.columns else x).flatten(2).transpose(1, 2)
        else:
            x = self.stem(x.reshape(b, c, rows, p, columns, p).permute(0, 2, 4, 3, 5, 1).reshape(b, rows * columns, p * p * c))
        if self.front:
            x = torch.cat([self.token.expand(b, -1, -1), x], 1)
        x = x + self.position
        if self.registers:
            x = torch.cat([x[:, :self.front], self.register.expand(b, -1, -1), x[:, self.front:]], 1)
        self.tokens = x.shape[1]
        for block in self.blocks:
            x = block(x)
        return self.end(x)

    def end(self, x):
        skip = self.front + self.registers
        if self.pool == "token":
            x = self.norm(x)[:, 0]
        elif self.pool == "mean":
            x = self.norm(x[:, skip:].mean(1))
        elif self.pool == "two":
            y = self.norm(x)
            x = (y[:, 0] + y[:, 1]) / 2
        return self.head(x)

    def read(self):
        skip = self.front + self.registers
        rows = {"token": [0], "two": [0, 1], "mean": list(range(skip, self.tokens))}[self.pool]
        row = torch.zeros(self.tokens, dtype=torch.float64)
        row[rows] = 1 / len(rows)
        return row

    def on_grid(self, row):
        rows, columns = self.grid
        places = row[self.front + self.registers:]
        return (places.reshape(columns, rows).T if self.columns else places.reshape(rows, columns)).detach().numpy()


def each_head(x, heads):
    return x.reshape(heads, *x.shape[-2:])


def maps(model, image, target):
    score = model(image)[0, target]
    weights = [b.attn.weights for b in model.blocks]
    gradients = torch.autograd.grad(score, weights, retain_graph=True)
    heads = model.blocks[0].attn.heads
    eye = torch.eye(model.tokens, dtype=torch.float64)
    rollout, relevance = eye, eye
    for a, g in zip(weights, gradients):
        rollout = (0.5 * each_head(a, heads).mean(0) + 0.5 * eye) @ rollout
        relevance = relevance + (each_head(a, heads) * each_head(g, heads)).clamp(min=0).mean(0) @ relevance
    keys = 0
    for block, a in zip(model.blocks, weights):
        mean = block.end.mean(1, keepdim=True).expand_as(block.end)
        if not block.norm_first:
            mean = block.norm2(mean)
        gradient, = torch.autograd.grad(model.end(mean)[0, target], a, retain_graph=True)
        keys = keys + each_head(gradient, heads).clamp(min=0).mean((0, 1)) / len(weights)
    cams = {}
    if model.blocks[0].norm_first:
        layer = model.blocks[-1].source
        gradient, = torch.autograd.grad(score, layer, retain_graph=True)
        skip = model.front + model.registers
        places, slopes = layer[0, skip:], gradient[0, skip:]
        rest = torch.zeros(skip, dtype=torch.float64)
        cams = {
            "grad-cam": torch.cat([rest, places @ slopes.mean(0)]),
            "layer-cam": torch.cat([rest, (places * slopes.clamp(min=0)).sum(1).clamp(min=0)]),
            "hires-cam": torch.cat([rest, (places * slopes).sum(1)]),
        }
    found = {"attention-rollout": model.read() @ rollout, "generic-attention": model.read() @ relevance, "legrad": keys}
    return {name: model.on_grid(row) for name, row in {**found, **cams}.items()}


MODELS = {
    "fused-qkv": dict(form="fused"),
    "split-qkv": dict(form="split", image=(24, 16), depth=2),
    "both-scaled": dict(form="both", front=1, registers=2, depth=2),
    "heads-with-batch": dict(form="bmm", depth=2),
    "einsum": dict(form="einsum", front=0, pool="mean", depth=2),
    "distilled": dict(form="split", front=2, pool="two", depth=2),
    "channels-last": dict(form="fused", last=True, front=1, pool="mean", depth=2),
    "linear-patches": dict(form="fused", patches="linear", depth=2),
    "columns-first": dict(form="split", columns=True, depth=2),
    "norm-last": dict(form="split", norm_first=False, depth=2),
}
OPSETS = {"heads-with-batch": 13, "distilled": 12, "norm-last": 11}


def export(name, model, image, folder):
    path = folder / f"{name}.onnx"
    torch.onnx.export(
        model.float(), image.float(), str(path), input_names=["image"], output_names=["scores"],
        opset_version=OPSETS.get(name, 16), dynamic_axes={"image": {0: "N"}, "scores": {0: "N"}})
    written = onnx.load(str(path))
    for node in written.graph.node:
        node.ClearField("doc_string")
    onnx.save(written, str(path))


def with_operator(folder, source, name, operator, domain, opset, attributes):
    """The same network with one operator for what lies between the projections and the one behind."""
    model = onnx.load(str(folder / f"{source}.onnx"))
    graph = model.graph
    made = {o: n for n in graph.node for o in n.output}
    used = {i: n for n in graph.node for i in n.input}

    def before(tensor, stop):
        while made[tensor].op_type != stop:
            tensor = made[tensor].input[0]
        return made[tensor].input[0]

    for softmax in [n for n in graph.node if n.op_type == "Softmax"]:
        scores, weighed = made[made[softmax.input[0]].input[0]], used[softmax.output[0]]
        projections = [before(t, "Reshape") for t in (*scores.input, weighed.input[1])]
        node = used[weighed.output[0]]
        while node.op_type != "Reshape":
            node = used[node.output[0]]
        at = list(graph.node).index(node)
        graph.node.insert(at, onnx.helper.make_node(operator, projections, [node.output[0]], domain=domain, name=f"{name}{at}", **attributes))
        graph.node.remove(node)
    wanted = [o.name for o in graph.output]
    kept = []
    for node in reversed(graph.node):
        if any(o in wanted for o in node.output):
            kept.append(node)
            wanted.extend(node.input)
    del graph.node[:]
    graph.node.extend(reversed(kept))
    for node in graph.node if opset >= 18 else ():
        if node.op_type == "ReduceMean":  # its axes became an input
            axes = next(a for a in node.attribute if a.name == "axes")
            graph.initializer.append(numpy_helper.from_array(np.array(axes.ints, np.int64), f"{node.name}_axes"))
            node.input.append(f"{node.name}_axes")
            node.attribute.remove(axes)
    del model.opset_import[:]
    model.opset_import.append(onnx.helper.make_opsetid("", opset))
    if domain:
        model.opset_import.append(onnx.helper.make_opsetid(domain, 1))
    onnx.save(model, str(folder / f"{name}.onnx"))


def main(folder):
    folder.mkdir(exist_ok=True)
    values = {}
    for index, (name, options) in enumerate(MODELS.items()):
        torch.manual_seed(index)
        model = Vit(**options).double().eval()
        for block in model.blocks:  # attention that is not nearly uniform
            for layer in (block.attn.qkv, block.attn.q, block.attn.k):
                layer.weight.data *= 3
        height, width = model.image
        shape = (height, width, 3) if model.last else (3, height, width)
        image = torch.from_numpy(np.round(np.random.default_rng(index).random((1, *shape)) * 255) / 255)
        found = maps(model, image, 2)
        values[name] = {
            "shape": list(shape), "image": [int(v) for v in (image * 255).round().flatten()], "target": 2, "heads": 2,
            "tokens": model.tokens, "layers": len(model.blocks), "score": float(model(image)[0, 2]),
            "maps": {method: {"shape": list(m.shape), "values": [float(f"{v:.9g}") for v in m.flatten()]} for method, m in found.items()},
        }
        export(name, model, image, folder)
    with_operator(folder, "split-qkv", "multi-head-operator", "MultiHeadAttention", "com.microsoft", 16, {"num_heads": 2})
    with_operator(folder, "split-qkv", "attention-operator", "Attention", "", 23, {"q_num_heads": 2, "kv_num_heads": 2})
    for name in ("multi-head-operator", "attention-operator"):
        values[name] = values["split-qkv"]
    (folder / "values.json").write_text(json.dumps(values, indent=None, separators=(",", ":")).replace('},"', '},\n"') + "\n")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
