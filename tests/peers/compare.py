"""Gradient points per second: `saliency bench engine` against LibTorch and PyTorch's autograd, taking turns on the same cores.

Fair to the peers: evaluation mode, gradient of the input only, as many threads as cores, each at its best batch of 1 to 16 in its better memory format.
Every side counts whole steps over time on the clock. Whatever else the machine does falls on all sides; leave it alone meanwhile.
"""
import argparse, json, math, os, random, statistics, subprocess, sys, time
import torch, torchvision
from export import MODELS, export, network

FORMATS = {"default": torch.contiguous_format, "channels_last": torch.channels_last}

parser = argparse.ArgumentParser()
parser.add_argument("cli", help="saliency.dll")
parser.add_argument("libtorch", help="LibTorch.dll")
parser.add_argument("folder", help="where exported models are kept")
parser.add_argument("--models", nargs="+", default=MODELS, choices=MODELS)
parser.add_argument("--batches", nargs="+", type=int, default=[1, 2, 4, 8, 16])
parser.add_argument("--rounds", type=int, default=9, help="turns of each side per model")
parser.add_argument("--seconds", type=float, default=4, help="length of a turn")
parser.add_argument("--json", help="file for every single figure")
arguments = parser.parse_args()
cores = len(os.sched_getaffinity(0))
torch.set_num_threads(cores)


class LibTorch:
    """A process that holds one model and answers one rate a line; a batch and format at which it ends counts as 0 and is told."""

    def __init__(self, script):
        self.script, self.lost = script, set()
        self.start()

    def start(self):
        self.process = subprocess.Popen(["dotnet", arguments.libtorch, self.script, str(cores)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"LibTorch ended with code {self.process.wait()} before it had a model.")
        self.version = line.strip().removeprefix("ready ")

    def rate(self, batch, layout, seconds):
        if (batch, layout) in self.lost:
            return 0.0
        self.process.stdin.write(f"{batch} {layout} {seconds}\n")
        self.process.stdin.flush()
        if line := self.process.stdout.readline():
            return float(line)
        self.lost.add((batch, layout))
        print(f"LibTorch ended with code {self.process.wait()} at batch {batch} {layout} of {os.path.basename(self.script)}", flush=True)
        self.start()
        return 0.0

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def pytorch_rate(models, batch, layout, seconds):
    """Points per second: forward pass, and the gradient of one class's score with respect to the input."""
    points = torch.rand(batch, 3, 224, 224).to(memory_format=FORMATS[layout]).requires_grad_(True)

    def step():
        return torch.autograd.grad(models[layout](points)[:, 0].sum(), points)

    step()
    done, started = 0, time.perf_counter()
    while time.perf_counter() - started < seconds:
        step()
        done += batch
    return done / (time.perf_counter() - started)


def engine_rate(path, batch, seconds):
    command = ["dotnet", arguments.cli, "bench", "engine", "--model", path, "--batch", str(batch), "--lanes", str(cores),
               "--seconds", str(max(2, 2 * seconds)), "--json"]  # half of the time goes to its own plain loop
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    return json.loads(done.stdout)["pointsPerSecond"]


def best(choices, rate):
    """The choice with the highest rate; each is tried twice, so that one bad moment does not decide."""
    return max(choices, key=lambda choice: max(rate(*choice, 1.5), rate(*choice, 1.5)))


def interval(values):
    """Median with its 95% confidence interval, from 10,000 draws with replacement."""
    draws = random.Random(1)
    medians = sorted(statistics.median(draws.choices(values, k=len(values))) for _ in range(10_000))
    return statistics.median(values), medians[250], medians[9749]


def compare(name):
    path = os.path.join(arguments.folder, name)
    libtorch = LibTorch(path + ".pt")
    models = {layout: network(name).to(memory_format=form) for layout, form in FORMATS.items()}
    every = [(batch, layout) for batch in arguments.batches for layout in FORMATS]
    rates = {
        "saliency": ([(batch, "") for batch in arguments.batches], lambda b, _, s: engine_rate(path + ".onnx", b, s)),
        "LibTorch " + libtorch.version: (every, libtorch.rate),
        "PyTorch " + torch.__version__: (every, lambda b, l, s: pytorch_rate(models, b, l, s)),
    }
    chosen = {side: best(choices, rate) for side, (choices, rate) in rates.items()}
    turns = {side: [] for side in rates}
    for _ in range(arguments.rounds):  # A B C, A B C, ...
        for side, (_, rate) in rates.items():
            turns[side].append(rate(*chosen[side], arguments.seconds))
    libtorch.close()
    # A peer that ended at every batch has no rate to compare with.
    return chosen, {side: rates for side, rates in turns.items() if any(rates)}


print(f"{cores} cores, load {os.getloadavg()[0]:.1f}, torchvision {torchvision.__version__}, {arguments.rounds} turns of {arguments.seconds:g} s, medians with 95% intervals", flush=True)
results = {}
for name in arguments.models:
    export(name, arguments.folder)
    chosen, turns = compare(name)
    results[name] = {"chosen": chosen, "turns": turns}
    own = turns["saliency"]
    for side, values in turns.items():
        middle, low, high = interval(values)
        batch, layout = chosen[side]
        line = f"{name:16} {side:16} {middle:8.2f} [{low:.2f}, {high:.2f}] points/s, batch {batch} {layout}"
        if side != "saliency":
            ratio, least, most = interval([a / b for a, b in zip(own, values)])
            results[name].setdefault("ratios", {})[side] = ratio
            line += f"; saliency is {ratio:.2f} [{least:.2f}, {most:.2f}] times as fast"
        print(line, flush=True)
for side in dict.fromkeys(side for r in results.values() for side in r.get("ratios", {})):
    ratios = [r["ratios"][side] for r in results.values() if side in r.get("ratios", {})]
    print(f"geometric mean over {side}: {math.exp(statistics.fmean(map(math.log, ratios))):.2f}, least {min(ratios):.2f}, {len(ratios)} models")
if arguments.json:
    with open(arguments.json, "w") as file:
        json.dump(results, file, indent=1)
