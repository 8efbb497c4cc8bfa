"""Gradient points per second: `saliency bench engine` against PyTorch autograd, taking turns on the same cores.

Fair to PyTorch: evaluation mode, gradient of the input only, as many threads as cores, its best batch of 1 to 8 in its
better memory format. The table gives PyTorch's default format, which the target is about, and channels_last beside it.
"""
import argparse, json, os, statistics, subprocess, sys, tempfile, time
import torch, torchvision

MODELS = ["resnet18", "mobilenet_v2"]
BATCHES = [1, 2, 4, 8]
FORMATS = {"default": torch.contiguous_format, "channels_last": torch.channels_last}
TARGET = 1.6

parser = argparse.ArgumentParser()
parser.add_argument("cli")
parser.add_argument("--rounds", type=int, default=7, help="turns of each side per model; medians are compared")
parser.add_argument("--seconds", type=float, default=4, help="length of a turn")
arguments = parser.parse_args()
cores = len(os.sched_getaffinity(0))
torch.set_num_threads(cores)


def network(name):
    torch.manual_seed(0)
    model = getattr(torchvision.models, name)(weights=None).eval()
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    return model


def export(name, folder):
    path = os.path.join(folder, name + ".onnx")
    torch.onnx.export(network(name), torch.rand(1, 3, 224, 224), path, input_names=["input"], output_names=["logits"],
                      dynamic_axes={"input": {0: "N"}, "logits": {0: "N"}}, opset_version=13)
    return path


def pytorch_rate(model, layout, batch, seconds):
    """Points per second: forward pass, and the gradient of one class's score with respect to the input."""
    points = torch.rand(batch, 3, 224, 224).to(memory_format=layout).requires_grad_(True)

    def step():
        return torch.autograd.grad(model(points)[:, 0].sum(), points)

    step()
    done, started = 0, time.perf_counter()
    while time.perf_counter() - started < seconds:
        step()
        done += batch
    return done / (time.perf_counter() - started)


def engine_rate(path, batch, seconds):
    command = ["dotnet", arguments.cli, "bench", "engine", "--model", path, "--batch", str(batch), "--lanes", str(cores),
               "--seconds", str(2 * seconds), "--json"]  # half of the time goes to its own plain loop
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    return json.loads(done.stdout)["pointsPerSecond"]


def best(rate, batches=BATCHES):
    """The batch with the highest rate; each is tried twice, so that one bad moment does not decide."""
    return max(batches, key=lambda batch: max(rate(batch), rate(batch)))


def compare(name, folder):
    path = export(name, folder)
    models = {label: network(name).to(memory_format=layout) for label, layout in FORMATS.items()}
    sides = {"saliency": (best(lambda b: engine_rate(path, b, 1.5)), lambda b: engine_rate(path, b, arguments.seconds))}
    for label, layout in FORMATS.items():
        rate = lambda b, s=arguments.seconds, m=models[label], f=layout: pytorch_rate(m, f, b, s)
        sides["PyTorch " + label] = (best(lambda b: rate(b, 1.5)), rate)
    rates = {side: [] for side in sides}
    for _ in range(arguments.rounds):  # A B C, A B C, ...: whatever else the machine does falls on all sides
        for side, (batch, rate) in sides.items():
            rates[side].append(rate(batch))
    return {side: (sides[side][0], statistics.median(values)) for side, values in rates.items()}


print(f"PyTorch {torch.__version__}, torchvision {torchvision.__version__}, {cores} cores, load {os.getloadavg()[0]:.1f}, "
      f"medians of {arguments.rounds} turns of {arguments.seconds:g} s", flush=True)
print(f"{'model':14} {'saliency':>16} {'PyTorch default':>18} {'ratio':>6} {'channels_last':>18} {'ratio':>6}   gradient points/s (batch)")
missed = False
with tempfile.TemporaryDirectory() as folder:
    for name in MODELS:
        result = compare(name, folder)
        (own_batch, own), (batch, default), (last_batch, last) = result.values()
        missed |= own / default < TARGET
        print(f"{name:14} {own:11.1f} ({own_batch:2}) {default:13.1f} ({batch:2}) {own / default:6.2f} "
              f"{last:13.1f} ({last_batch:2}) {own / last:6.2f}", flush=True)
print(f"target: {TARGET} times PyTorch's default format: {'missed' if missed else 'met'}")
sys.exit(missed)
