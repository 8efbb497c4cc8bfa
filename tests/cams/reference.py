#!/usr/bin/env python3
"""A small convolutional network with BatchNormalization, and maps of it by their definitions in float64 by PyTorch's autograd.

    tests/cams/reference.py tests/cams     # needs python3-torch and python3-onnx
"""
import json
import pathlib
import sys

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from torch import nn

TARGET, CLASSES = 1, 6


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.norm1 = nn.Conv2d(3, 6, 3, padding=1), nn.BatchNorm2d(6)
        self.conv2, self.norm2 = nn.Conv2d(6, 8, 3, padding=1), nn.BatchNorm2d(8)
        self.head = nn.Linear(8, CLASSES)

    def forward(self, x):
        self.kept = {}
        for name, layer in (("conv1", self.conv1), ("norm1", self.norm1), ("relu1", F.relu), ("pool", lambda y: F.max_pool2d(y, 2)),
                            ("conv2", self.conv2), ("norm2", self.norm2), ("relu2", F.relu)):
            x = self.kept[name] = layer(x)
        self.kept["head"] = self.head(x.mean((2, 3)))
        return self.kept["head"]


def scaled(x):
    x = x.abs()
    x = x - x.min()
    return x / (x.max() + 1e-6)


def full_gradient(net, image):
    """Input times gradient and each bias times its gradient, as the authors' code puts them on a map, and their plain sum."""
    score = net(image)[0, TARGET]
    biases = {"conv1": net.conv1.bias, "conv2": net.conv2.bias}
    for name, norm in (("norm1", net.norm1), ("norm2", net.norm2)):
        biases[name] = norm.bias - norm.weight * norm.running_mean / torch.sqrt(norm.running_var + norm.eps)
    names = list(biases)
    slope, *slopes = torch.autograd.grad(score, [image, *(net.kept[n] for n in names)])
    terms = [image * slope] + [g * biases[n][None, :, None, None] for n, g in zip(names, slopes)]
    total = sum(t.sum() for t in terms) + net.head.bias[TARGET]
    assert abs(total - score) < 1e-9
    return sum(F.interpolate(scaled(t), image.shape[2:], mode="bilinear", align_corners=True).sum(1) for t in terms)


def grad_cam(net, image, layer, loss):
    slope, = torch.autograd.grad(loss, net.kept[layer], retain_graph=True)
    return (slope.mean((2, 3), keepdim=True) * net.kept[layer]).sum(1)


def finer(net, image, count):
    logits = net(image)[0]
    nearest = [int(k) for k in torch.argsort((logits - logits[TARGET]).abs()) if k != TARGET][:count]
    shares = logits.softmax(0)[nearest]
    loss = (shares * (logits[TARGET] - logits[nearest])).sum() / shares.sum()
    return grad_cam(net, image, "relu2", loss).clamp(min=0)


def several(net, image):
    score = net(image)[0, TARGET]
    maps = [grad_cam(net, image, layer, score) for layer in ("relu1", "relu2")]
    maps = [m / m.abs().max() for m in maps]
    return sum(F.interpolate(m[None], maps[0].shape[1:], mode="bilinear", align_corners=False)[0] for m in maps) / 2


def main(folder):
    torch.manual_seed(3)
    net = Net().double()
    for _ in range(20):
        net(torch.rand(16, 3, 12, 16, dtype=torch.float64))
    net.eval()
    net.head.weight.data *= 4
    image = torch.from_numpy(np.round(np.random.default_rng(3).random((1, 3, 12, 16)) * 255) / 255).requires_grad_()
    maps = {"full-grad": full_gradient(net, image), "finer-cam": finer(net, image, 3), "finer-cam 1": finer(net, image, 1),
            "grad-cam relu1,relu2": several(net, image)}
    values = {
        "image": [int(v) for v in (image * 255).round().flatten()], "shape": list(image.shape[1:]), "target": TARGET,
        "score": float(net(image)[0, TARGET]),
        "maps": {n: {"shape": list(m.shape), "values": [float(f"{v:.9g}") for v in m.detach().flatten()]} for n, m in maps.items()},
    }
    torch.onnx.export(
        net.float(), image.detach().float(), str(folder / "norms.onnx"), input_names=["image"], output_names=["scores"], opset_version=13,
        training=torch.onnx.TrainingMode.PRESERVE, dynamic_axes={"image": {0: "N"}, "scores": {0: "N"}})
    model = onnx.load(str(folder / "norms.onnx"))
    names = iter(("relu1", "relu2"))
    for node in model.graph.node:
        node.ClearField("doc_string")
        if node.op_type == "Relu":
            old, new = node.output[0], next(names)
            for other in model.graph.node:
                other.input[:] = [new if i == old else i for i in other.input]
            node.output[0] = new
    onnx.save(model, str(folder / "norms.onnx"))
    (folder / "values.json").write_text(json.dumps(values, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
