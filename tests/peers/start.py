"""Wall time, processor time and peak memory of first maps. Called by tests/peers/start."""
import argparse, os, shutil, signal, statistics, subprocess, sys, tempfile, time

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
parser.add_argument("--idle", type=float, default=10)
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


class Serving:
    """`serve` with a cache folder; the model is registered by the first of them."""

    URL = "http://127.0.0.1:50950"

    def __init__(self):
        self.env = {**os.environ, "SALIENCY_CACHE": work + "/serve-cache", "SALIENCY_ENDPOINT": self.URL}
        started = time.monotonic()
        ports = ["--grpc-port", "50950", "--http-port", "0", "--metrics-port", "0"]
        self.process = subprocess.Popen([program, "serve", "--data", work + "/data", *ports], stdout=subprocess.PIPE, env=self.env, text=True)
        if not any(self.URL in line for line in self.process.stdout):
            sys.exit("serve has ended")
        self.ready = time.monotonic() - started, self.used()

    def used(self):
        fields = open(f"/proc/{self.process.pid}/stat").read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def run(self, *arguments):
        """Wall time of a command, and the processor time of the server meanwhile."""
        started, before = time.monotonic(), self.used()
        subprocess.run([program, *arguments], check=True, env=self.env, stdout=subprocess.DEVNULL)
        return time.monotonic() - started, self.used() - before

    def explain(self):
        return self.run("explain", "--model", "started", "--input", picture, "--out", work + "/maps", "--method", "gradient", "--no-picture")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


def serve():
    sides = {"ready": [], "first map at once": [], "first map after idling": [], "second map": []}
    first = Serving()
    first.run("models", "add", "started", file)
    first.explain()
    first.stop()
    for _ in range(arguments.turns):
        for name in ("first map at once", "first map after idling"):
            serving = Serving()
            sides["ready"].append(serving.ready)
            if "idling" in name:
                time.sleep(arguments.idle)
            sides[name].append(serving.explain())
            sides["second map"].append(serving.explain())
            serving.stop()
    for name, turns in sides.items():
        wall, cpu = (statistics.median(turn[i] for turn in turns) for i in range(2))
        print(f"serve, {name:24} {wall:5.2f} s   {cpu:5.2f} s of processor in the server")


def model():
    if arguments.model:
        return arguments.model
    from export import export
    export("resnet18", work)
    return os.path.join(work, "resnet18.onnx")


try:
    file, program = model(), os.path.join(arguments.root, "saliency")
    saliency = [program, "explain", "--local", "--model", file, "--input", picture, "--out", work + "/maps", "--method", "gradient"]
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
    serve()
finally:
    shutil.rmtree(work)
