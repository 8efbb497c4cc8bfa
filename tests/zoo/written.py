#!/usr/bin/python3
"""Writes small models node by node, as other exporters have them, with the gradient that evaluator.py computes in float64.

  written.py DIR [NAME ...]     into tests/zoo/written; needs Debian's python3-torch and python3-onnx
"""
import json
import pathlib
import sys

import numpy as np
import onnx
import torch
from onnx import AttributeProto, TensorProto, helper, numpy_helper

import evaluator
import reference
from kinds import KINDS

def score(model, kind, pixels):
    """The explained element as a function of the image, which autograd can follow."""
    feeds = {"image": pixels[None].expand(kind.batch, *pixels.shape) if kind.batched else pixels, **kind.constants}
    (value,) = evaluator.evaluate(model, feeds, [kind.explained])
    value = value[0] if kind.row else value
    index = tuple(slice(None) if part == ":" else int(part) for part in kind.element.split(",") if part)
    return value[index].sum()


def gradient(model, kind, seed, nudge=None):
    pixels = torch.from_numpy(reference.image(kind.image, seed).astype(np.float64))
    if nudge is not None:
        pixels = pixels + nudge
    pixels.requires_grad_(True)
    value = score(model, kind, pixels)
    (g,) = torch.autograd.grad(value, pixels)
    return float(value), g.numpy()


def settled(model, kind, tries=40):
    """As reference.settled_seed: the first image whose gradient does not jump when pixels move by 1e-6, and none of whose values
    lies so near to the middle between two codes that float32 may round it the other way."""
    noise, best = np.random.default_rng(0), None
    for seed in range(1, tries + 1):
        evaluator.StraightThrough.nearest_tie = 1.0
        value, g = gradient(model, kind, seed)
        jump = 1e-3 if kind.quantized and evaluator.StraightThrough.nearest_tie < 3e-5 else 0
        for _ in range(3):
            moved, other = gradient(model, kind, seed, 1e-6 * torch.from_numpy(noise.standard_normal(tuple(kind.image))))
            jump = max(jump, reference.relative(other, g), abs(moved - value) / max(1, abs(value)))
        best = min(best or (jump, seed), (jump, seed))
        if jump < 2e-5:
            break
    return best[1]


def central(model, kind, seed, g):
    """How far the gradient along random directions is from central differences, relative; None for quantised models."""
    if kind.quantized:
        return None
    noise, errors = np.random.default_rng(1), []
    for _ in range(3):
        d = noise.standard_normal(tuple(kind.image))
        pixels = torch.from_numpy(reference.image(kind.image, seed).astype(np.float64))
        with torch.no_grad():
            slope = float(score(model, kind, pixels + 1e-6 * torch.from_numpy(d)) - score(model, kind, pixels - 1e-6 * torch.from_numpy(d))) / 2e-6
        errors.append(abs(slope - float((g * d).sum())) / max(np.linalg.norm(g), 1e-12))
    return max(errors)


def main(folder, *names):
    torch.set_num_threads(1)
    folder = pathlib.Path(folder)
    folder.mkdir(exist_ok=True)
    for name in names or KINDS:
        kind = KINDS[name]()
        path = folder / f"{name}.onnx"
        path.write_bytes(kind.model.SerializeToString())
        model = onnx.load(path)
        seed = settled(model, kind)
        value, g = gradient(model, kind, seed)
        error = central(model, kind, seed, g)
        assert np.linalg.norm(g) > 0, name
        assert error is None or error < 1e-5, (name, error)
        np.save(folder / f"{name}.gradient.npy", np.ascontiguousarray(g.astype(np.float32)))
        facts = {"name": name, "opset": kind.opset, "image": list(kind.image), "imageSeed": seed, "options": kind.options, "score": value}
        if kind.quantized:
            facts["quantized"] = True
        (folder / f"{name}.json").write_text(json.dumps(facts) + "\n")
        print(f"{name:34} {path.stat().st_size / 1024:6.1f} KB  opset {kind.opset:2}  seed {seed:2}  |g| {np.linalg.norm(g):9.3g}  "
              f"central differences {'-' if error is None else f'{error:.0e}'}", flush=True)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(*sys.argv[1:])
