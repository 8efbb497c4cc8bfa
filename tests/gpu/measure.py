"""The measurements of tests/gpu/run. Writes results.json and results.md into --out; what could not be measured is said in words, never left out."""
import argparse, array, json, math, os, pathlib, platform, subprocess, sys, time

here = pathlib.Path(__file__).resolve().parent
packed = (here / "program").is_dir()
root = here if packed else here.parent.parent
models = here / "models" if packed else root / "samples" / "models"
images = here / "images" if packed else root / "samples" / "images"


def arguments():
    p = argparse.ArgumentParser()
    p.add_argument("--provider", default="cuda", choices=["cuda", "tensorrt", "cpu"])
    p.add_argument("--out", default="gpu-results", type=pathlib.Path)
    p.add_argument("--seconds", default=10, type=float, help="time of each rate")
    p.add_argument("--models", default="resnet50,vit_b_16,efficientnet_b0", help="of torchvision, for rates; empty for none")
    p.add_argument("--methods", default="", help="for parity; empty for all")
    p.add_argument("--points", default="device,host", help="where points are made: device, host or both")
    p.add_argument("--batches", default="1,4,16,64")
    p.add_argument("--lanes", default="1,2,4")
    return p.parse_args()


def saliency(*args):
    program = [str(here / "program" / "saliency")] if packed else [os.environ.get("SALIENCY", str(root / "saliency"))]
    done = subprocess.run(program + [str(a) for a in args], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError((done.stderr.strip() or done.stdout.strip())[-800:])
    return done.stdout


def machine():
    said = subprocess.run(["nvidia-smi", "--query-gpu=name,driver_version,memory.total,compute_cap", "--format=csv,noheader"], capture_output=True, text=True) \
        if subprocess.run(["which", "nvidia-smi"], capture_output=True).returncode == 0 else None
    return {"gpu": said.stdout.strip() if said else "no nvidia-smi", "cpu": platform.processor() or platform.machine(), "cpus": os.cpu_count(), "time": time.strftime("%F %T %z")}


def maps(folder):
    return {str(f.relative_to(folder)): f for f in sorted(folder.rglob("*.npy"))}


def load(file):
    """The numbers of a float32 .npy file in C order, as `saliency` writes it; no numpy needed."""
    data = file.read_bytes()
    header = data[10:10 + int.from_bytes(data[8:10], "little")].decode()
    if data[:8] != b"\x93NUMPY\x01\x00" or "'<f4'" not in header or "'fortran_order': False" not in header:
        raise RuntimeError(f"{file}: not a .npy file of float32: {header}")
    numbers = array.array("f", data[10 + len(header):])
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def distance(expected, actual):
    x, y = load(expected), load(actual)
    if len(x) != len(y):
        raise RuntimeError(f"{actual} has {len(y)} numbers, {expected} has {len(x)}")
    return math.sqrt(sum((a - b) ** 2 for a, b in zip(x, y))) / max(math.sqrt(sum(a * a for a in x)), 1e-30)


def parity(a, methods):
    rows = []
    for model, image in [("bears-confounded", images / "bears" / "polar-bear-on-snow.png")]:
        for method in methods:
            row = {"model": model, "method": method}
            try:
                ways = [("cpu", "cpu", "host"), ("host", a.provider, "host"), ("first", a.provider, "device"), ("second", a.provider, "device")]
                for name, provider, points in ways:
                    saliency("explain", "--local", "--provider", provider, "--points", points, "--model", models / f"{model}.onnx",
                             "--input", image, "--method", method, "--out", a.out / "maps" / method / name)
                cpu, host, first, second = (maps(a.out / "maps" / method / n) for n, _, _ in ways)
                if not cpu or cpu.keys() != first.keys():
                    raise RuntimeError(f"other files: {sorted(cpu)} and {sorted(first)}")
                worst = max(distance(cpu[n], first[n]) for n in cpu)
                row |= {"relativeL2": worst, "hostPointsRelativeL2": max(distance(host[n], first[n]) for n in first), "sameBytesTwice": all(first[n].read_bytes() == second[n].read_bytes() for n in first)}
            except Exception as error:
                row["error"] = str(error)
            rows.append(row)
            print(row, flush=True)
    return rows


def export(torchvision_model, folder):
    import torch, torchvision
    file = folder / f"{torchvision_model}.onnx"
    torch.manual_seed(0)
    model = getattr(torchvision.models, torchvision_model)(weights=None).eval()
    if not file.exists():
        # dynamo=False is a name that older versions do not know.
        extra = {"dynamo": False} if "dynamo" in torch.onnx.export.__code__.co_varnames else {}
        torch.onnx.export(model, torch.zeros(1, 3, 224, 224), str(file), opset_version=17, input_names=["input"], output_names=["logits"],
                          dynamic_axes={"input": {0: "n"}, "logits": {0: "n"}}, **extra)
    return model, file


def torch_rate(model, batch, seconds, device, precision):
    import contextlib, torch
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = precision == "tf32"
    torch.backends.cudnn.benchmark = True
    model = model.to(device).to(memory_format=torch.channels_last)
    x = torch.randn(batch, 3, 224, 224, device=device).to(memory_format=torch.channels_last).requires_grad_(True)
    cast = torch.autocast(device, dtype=torch.float16) if precision == "fp16" else contextlib.nullcontext()
    wait = torch.cuda.synchronize if device == "cuda" else lambda: None

    def once():
        with cast:
            score = model(x)[:, 0].sum()
        torch.autograd.grad(score, x)
    for _ in range(5):
        once()
    wait()
    start, runs = time.perf_counter(), 0
    while time.perf_counter() - start < seconds:
        for _ in range(5):
            once()
        wait()
        runs += 5
    return runs * batch / (time.perf_counter() - start)


def rates(a):
    rows = []
    try:
        import torch, torchvision  # noqa: F401
    except ImportError as missing:
        # Without PyTorch there are no large models either: the small ones still show that the way works.
        files = [(None, models / "bears-confounded.onnx")]
        rows.append({"note": f"No comparison with PyTorch and no large models: {missing}."})
    else:
        (a.out / "models").mkdir(parents=True, exist_ok=True)
        files = [export(name, a.out / "models") for name in a.models.split(",") if name]
    for module, file in files:
        for batch in map(int, a.batches.split(",")):
            for lanes, points in ((int(n), p) for n in a.lanes.split(",") for p in a.points.split(",")):
                row = {"model": file.stem, "by": f"saliency {a.provider}", "points": points, "precision": "fp32", "batch": batch, "lanes": lanes}
                try:
                    said = json.loads(saliency("bench", "engine", "--json", "--provider", a.provider, "--points", points, "--model", file, "--batch", batch, "--lanes", lanes, "--seconds", max(2, a.seconds)))
                    row["pointsPerSecond"] = said["pointsPerSecond"]
                except Exception as error:
                    row["error"] = str(error)
                rows.append(row)
                print(row, flush=True)
            if module is None:
                continue
            for precision in ["fp32", "tf32", "fp16"] if a.provider != "cpu" else ["fp32"]:
                row = {"model": file.stem, "by": "PyTorch autograd", "precision": precision, "batch": batch}
                try:
                    row["pointsPerSecond"] = torch_rate(module, batch, a.seconds, "cpu" if a.provider == "cpu" else "cuda", precision)
                except Exception as error:
                    row["error"] = str(error)
                rows.append(row)
                print(row, flush=True)
    return rows


def table(rows, columns):
    lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    for row in rows:
        lines.append("| " + " | ".join(f"{row[c]:.4g}" if isinstance(row.get(c), float) else str(row.get(c, "")) for c in columns) + " |")
    return "\n".join(lines)


def main():
    a = arguments()
    a.out.mkdir(parents=True, exist_ok=True)
    known = [m["name"] for m in json.loads(saliency("methods", "--json"))] if not a.methods else a.methods.split(",")
    results = {"machine": machine(), "provider": a.provider, "command": " ".join(sys.argv), "parity": parity(a, known), "rates": rates(a)}
    (a.out / "results.json").write_text(json.dumps(results, indent=2) + "\n")
    text = [f"# {results['machine']['gpu']}", "", f"`{results['command']}`, {results['machine']['time']}", "",
            "## Maps against the processor", table(results["parity"], ["model", "method", "relativeL2", "hostPointsRelativeL2", "sameBytesTwice", "error"]), "",
            "## Rates", table(results["rates"], ["model", "by", "points", "precision", "batch", "lanes", "pointsPerSecond", "note", "error"])]
    (a.out / "results.md").write_text("\n".join(text) + "\n")
    failed = [r for r in results["parity"] + results["rates"] if "error" in r]
    print(f"{a.out / 'results.md'}: {len(results['parity'])} methods, {len(results['rates'])} rates, {len(failed)} failed")
    return 4 if failed else 0


sys.exit(main())
