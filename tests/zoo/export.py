#!/usr/bin/python3
"""Exports models with PyTorch and writes the reference gradient beside each: see README.md.

  export.py full DIR [NAME ...]     full-size torchvision models, ZOO_IMAGES images of each (8)
  export.py tiny DIR [NAME ...]     the same structures small enough to be kept in the repository, and small networks
  export.py names full|tiny
"""
import copy
import os
import pathlib
import subprocess
import sys
import warnings

import onnx
import torch
from torch import nn
from torch.onnx import TrainingMode

import reference
from full import FULL, SHAPE, SHAPES
from rewrites import REWRITES
from small import OPTIMIZED, SMALL
from tiny import TINY

warnings.filterwarnings("ignore")
HERE = pathlib.Path(__file__).parent
# Of one image the error is chance: which pre-activations lie within rounding of a kink.
FULL_IMAGES = int(os.environ.get("ZOO_IMAGES", 8))
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


def prepared(build, shape, batches, size):
    """A model with random weights and calibrated batch norms, the same every time."""
    torch.manual_seed(1)
    model = build()
    reference.randomize(model, 1)
    reference.calibrate(model, shape, batches, size)
    return model


def export_full(folder, name):
    build, opset, target = FULL[name]
    shape = SHAPES.get(name, SHAPE)
    model = prepared(build, shape, batches=2, size=4)
    exporter(opset, ["free"])(model, torch.zeros(1, *shape), str(folder / f"{name}.onnx"))
    reference.write(folder, name, model, shape, target, {"opset": opset, "options": "free"}, range(1, FULL_IMAGES + 1))


def export_tiny(folder, name):
    path = folder / f"{name}.onnx"
    rewrite = REWRITES.get(OPTIMIZED.get(name, name))
    build, shape, opset, target, options = REDUCED[OPTIMIZED.get(name, "plain" if rewrite else name)]
    model = prepared(build, shape, batches=3, size=6)
    exporter(opset, options.split())(model, torch.zeros(1, *shape), str(path))
    if rewrite:
        proto = onnx.load(path)
        rewrite(proto)
        onnx.checker.check_model(proto)
        onnx.save(proto, path)
    if name in OPTIMIZED:
        optimize(path)
    explained = copy.deepcopy(model)
    explained.softmax = False  # a final softmax is left out by default: the reference is the gradient of the logit
    seed = reference.settled_seed(explained, shape, target)
    reference.write(folder, name, model, shape, target, {"opset": opset, "options": options}, [seed], explained)


def optimize(path):
    """ONNX Runtime's offline optimisation, in place."""
    command = ["dotnet", "run", "--project", str(HERE.parent / "SaliencyCluster.Zoo"), "--", "optimize", str(path), str(path) + ".new"]
    subprocess.run(command, check=True)
    pathlib.Path(str(path) + ".new").replace(path)


def main(kind, folder, *names):
    full = (folder if kind == "names" else kind) == "full"
    every = list(FULL) if full else [*(n for n in REDUCED if n != "plain"), *REWRITES, *OPTIMIZED]
    if kind == "names":
        print("\n".join(every))
        return
    torch.set_num_threads(2 if full else 1)  # one thread adds in the same order every time: the same files again
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name in names or every:
        (export_full if full else export_tiny)(folder, name)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
