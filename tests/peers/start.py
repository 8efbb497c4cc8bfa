"""Wall time, processor time and peak memory of first maps. Called by tests/peers/start."""
import argparse, os, shutil, statistics, subprocess, sys, tempfile, time

PYTORCH = """
import sys, torch, torchvision
from PIL import Image
torch.set_num_threads(len(__import__("os").sched_getaffinity(0)))
model = torchvision.models.resnet18(weights=None).eval()
image = torchvision.transforms.functional.to_tensor(Image.open(sys.argv[1]).convert("RGB").resize((224, 224)))[None].requires_grad_(True)
scores = model(image)
scores[0, scores.argmax()].backward()
assert image.grad.abs().sum() > 0
"""

parser = argparse.ArgumentParser()
parser.add_argument("root")
parser.add_argument("model", nargs="?")
parser.add_argument("--turns", type=int, default=5)
arguments = parser.parse_args()
work = tempfile.mkdtemp(prefix="saliency-start-")
picture = os.path.join(arguments.root, "samples/images/bears/bear-on-forest.png")


def timed(command, cache=""):
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env={**os.environ, "SALIENCY_CACHE": cache})
    said = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    if status:
        sys.exit(said.decode())
    return time.monotonic() - started, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def model():
    if arguments.model:
        return arguments.model
    from export import export
    export("resnet18", work)
    return os.path.join(work, "resnet18.onnx")


try:
    saliency = [os.path.join(arguments.root, "saliency"), "explain", "--local", "--model", model(), "--input", picture, "--out", work + "/maps", "--method", "gradient"]
    pytorch = [sys.executable, "-c", PYTORCH, picture]
    sides = {"saliency, nothing cached": [], "saliency, cached": [], "saliency, no cache": []}
    if subprocess.run([sys.executable, "-c", "import torch, torchvision"], capture_output=True).returncode == 0:
        sides["PyTorch"] = []
    timed(saliency)  # files of the model and the programs are in memory from here on, for every side
    for _ in range(arguments.turns):
        cache = work + "/cache"
        shutil.rmtree(cache, ignore_errors=True)
        sides["saliency, nothing cached"].append(timed(saliency, cache))
        sides["saliency, cached"].append(timed(saliency, cache))
        sides["saliency, no cache"].append(timed(saliency))
        if "PyTorch" in sides:
            sides["PyTorch"].append(timed(pytorch))
    print(f"{arguments.turns} turns, load {os.getloadavg()[0]:.1f} on {len(os.sched_getaffinity(0))} cores; medians")
    for name, turns in sides.items():
        wall, cpu, memory = (statistics.median(turn[i] for turn in turns) for i in range(3))
        print(f"{name:26} {wall:5.2f} s   {cpu:5.2f} s of processor   {memory:5.0f} MB at its peak")
finally:
    shutil.rmtree(work)
