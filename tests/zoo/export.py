#!/usr/bin/python3
"""Exports models with PyTorch and writes the reference gradient beside each: see README.md.

  export.py full DIR [NAME ...]     full-size torchvision models
  export.py tiny DIR [NAME ...]     the same structures small enough to be kept in the repository, and small networks
  export.py names full|tiny
"""
import copy
import sys
import warnings

import onnx
import torch
from torch import nn
from torch.onnx import TrainingMode

import reference
from full import FULL, SHAPE
from rewrites import REWRITES
from small import SIDE, SMALL, Plain
from tiny import TINY

warnings.filterwarnings("ignore")
REDUCED = {**TINY, **SMALL}


def exporter(opset, options):
    """A function (model, image batch, path) that exports in the given form."""
    def export(model, batch, path):
        with torch.no_grad():
            outputs = model(batch)
        names = list(outputs) if isinstance(outputs, dict) else ["logits"]
        free = {name: {0: "batch"} for name in ["image", *names]} if "free" in options else None
        unfolded = "unfolded" in options
        torch.onnx.export(
            torch.jit.script(model) if "scripted" in options else model, batch, path,
            opset_version=opset, input_names=["image"], output_names=names, dynamic_axes=free,
            do_constant_folding=not unfolded, training=TrainingMode.PRESERVE if unfolded else TrainingMode.EVAL,
            keep_initializers_as_inputs="initializers-as-inputs" in options,
            export_modules_as_functions={nn.LayerNorm} if "functions" in options else False)
        if "short-names" in options:
            shorten_names(path)
    return export


def shorten_names(path):
    """Removes node names and renames the tensors between input and output."""
    model = onnx.load(path)
    kept = {v.name for v in [*model.graph.input, *model.graph.output]}
    short = {"": ""}

    def rename(names):
        names[:] = [n if n in kept else short.setdefault(n, f"t{len(short)}") for n in names]

    for node in model.graph.node:
        node.ClearField("name")
        rename(node.input)
        rename(node.output)
    for tensor in model.graph.initializer:
        tensor.name = short.get(tensor.name, tensor.name)
    del model.graph.value_info[:]
    onnx.save(model, path)


def export_full(folder, name):
    build, opset, target = FULL[name]
    torch.manual_seed(1)
    model = build()
    reference.randomize(model, 1)
    reference.calibrate(model, SHAPE, batches=2, size=4)
    reference.write(folder, name, model, SHAPE, target, exporter(opset, ["free"]), {"opset": opset, "options": "free"}, settle=False)


def export_tiny(folder, name):
    if name in REWRITES:
        export_rewrite(folder, name)
        return
    build, shape, opset, target, options = REDUCED[name]
    torch.manual_seed(1)
    model = build()
    reference.randomize(model, 1)
    reference.calibrate(model, shape)
    explained = copy.deepcopy(model)
    explained.softmax = False  # a final softmax is left out by default: the reference is the gradient of the logit
    about = {"opset": opset, "options": options}
    reference.write(folder, name, model, shape, target, exporter(opset, options.split()), about, settle=True, explained=explained)


def export_rewrite(folder, name):
    """Exports the plain network with weights that every float type holds exactly, then rewrites the file."""
    torch.manual_seed(1)
    model = Plain()
    reference.randomize(model, 1)
    reference.calibrate(model, SIDE)
    with torch.no_grad():
        for p in [*model.parameters(), *model.buffers()]:
            if p.is_floating_point():
                p.copy_((p * 128).round() / 128)
    as_exported = exporter(13, ["free", "unfolded"])

    def export(model, batch, path):
        as_exported(model, batch, path)
        proto = onnx.load(path)
        REWRITES[name](proto)
        onnx.checker.check_model(proto)
        onnx.save(proto, path)
    reference.write(folder, name, model, SIDE, "2", export, {"opset": 13, "options": "free unfolded"}, settle=True)


def main(kind, folder, *names):
    full = (folder if kind == "names" else kind) == "full"
    every = list(FULL) if full else [*REDUCED, *REWRITES]
    if kind == "names":
        print("\n".join(every))
        return
    torch.set_num_threads(2)
    for name in names or every:
        (export_full if full else export_tiny)(folder, name)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
