#!/usr/bin/python3
"""Reference values for the measures of src/SaliencyCluster.Evaluation, by scikit-image and SciPy.

Run by hand when a measure is added (Debian: apt-get install python3-skimage python3-scipy):
    /usr/bin/python3 tests/references/evidence.py
Writes evidence.json beside itself; the tests read the same maps from tests/goldens.
"""
import hashlib, json, pathlib
import numpy as np, scipy, skimage
from scipy import ndimage, sparse, stats
from scipy.sparse.linalg import spsolve
from skimage import feature, filters
from skimage.metrics import structural_similarity

here = pathlib.Path(__file__).parent
goldens = here.parent / "goldens"


def load(name):
    return np.load(goldens / (name + ".npy")).astype(np.float64)


def scaled(a):
    return (a - a.min()) / (a.max() - a.min())


def ssim(a, b):
    a, b = scaled(a), scaled(b)
    return np.mean([structural_similarity(x, y, gaussian_weights=True, data_range=1.0) for x, y in zip(a, b)])


def hog(a, cell):
    return feature.hog(np.moveaxis(scaled(a), 0, -1), pixels_per_cell=(cell, cell), channel_axis=-1)


def similarity(first, second, cell):
    a, b = load(first), load(second)
    magnitude = [np.abs(m).sum(0).ravel() for m in (a, b)]
    signed = [m.sum(0).ravel() for m in (a, b)]
    return {
        "a": first, "b": second,
        "spearman-abs": stats.spearmanr(*magnitude)[0], "spearman": stats.spearmanr(*signed)[0],
        "ssim": ssim(a, b),
        "hog-pearson": stats.pearsonr(hog(a, cell), hog(b, cell))[0], "hog-spearman": stats.spearmanr(hog(a, cell), hog(b, cell))[0],
    }


def hog_features(name, cell):
    features = hog(load(name), cell)
    return {"map": name, "cell": cell, "length": features.size, "sum": features.sum(), "some": features[::37].tolist()}


def edges(name):
    grey = load(name).mean(0)
    sobel, canny = filters.sobel(grey), feature.canny(scaled(grey), sigma=1.0)
    return {"image": name, "sobel": {"sum": sobel.sum(), "some": sobel.ravel()[::53].tolist()}, "canny": np.flatnonzero(canny).tolist()}


def complexity(name):
    a = load(name).ravel()
    m = np.sort(np.abs(a))
    n = m.size
    gini = np.sum((2 * np.arange(1, n + 1) - n - 1) * m) / (n * m.sum())
    return {"map": name, "gini": gini, "entropy": stats.entropy(np.histogram(a, bins=100)[0])}


def imputed(name, every):
    """ROAD's linear imputation without noise (Rong et al. 2022): each missing pixel is the weighted mean of its neighbours."""
    image = load(name)
    channels, height, width = image.shape
    missing = np.arange(height * width)[np.arange(height * width) % every != 0]
    index = {p: i for i, p in enumerate(missing)}
    a, b = sparse.lil_matrix((missing.size, missing.size)), np.zeros((missing.size, channels))
    for p, i in index.items():
        y, x = divmod(p, width)
        for dy in (-1, 0, 1):
            for dx in (-1, 0, 1):
                if (dy, dx) == (0, 0) or not (0 <= y + dy < height and 0 <= x + dx < width):
                    continue
                weight = 1 / 12 if dy and dx else 1 / 6
                a[i, i] += weight
                q = (y + dy) * width + x + dx
                if q in index:
                    a[i, index[q]] -= weight
                else:
                    b[i] += weight * image[:, y + dy, x + dx]
    filled = image.reshape(channels, -1).copy()
    filled[:, missing] = np.asarray(spsolve(a.tocsr(), b)).reshape(missing.size, channels).T
    return {"image": name, "every": every, "some": filled.ravel()[::61].tolist()}


def bilinear(name, size):
    """Half-pixel bilinear enlargement with repeated borders."""
    a = load(name)[0]
    h, w = a.shape
    grid = np.meshgrid((np.arange(size) + .5) * h / size - .5, (np.arange(size) + .5) * w / size - .5, indexing="ij")
    big = ndimage.map_coordinates(a, grid, order=1, mode="nearest")
    return {"map": name, "size": size, "some": big.ravel()[::41].tolist()}


def philox(counter, key):
    """Philox4x32-10 of docs/noise.md."""
    (c0, c1, c2, c3), (k0, k1), mask = counter, key, 2 ** 32 - 1
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1, c2, c3 = (p1 >> 32) ^ c1 ^ k0, p1 & mask, (p0 >> 32) ^ c3 ^ k1, p0 & mask
        k0, k1 = (k0 + 0x9E3779B9) & mask, (k1 + 0xBB67AE85) & mask
    return [c0, c1, c2, c3]


def fresh_weights(model, layer, tensor, seed, fan_in, count):
    """The rule of docs/evidence.md: stream 64, keyed by the hash of model, layer and tensor; uniform in +-1/sqrt(fan in)."""
    file_hash = hashlib.sha256((here.parent.parent / "samples" / "models" / (model + ".onnx")).read_bytes()).hexdigest()
    name = hashlib.sha256(f"{file_hash}\n{layer}\n{tensor}".encode()).digest()
    first, second = (int.from_bytes(name[i:i + 4], "little") for i in (0, 4))
    bits = sum((philox((block, second, first, 64), (seed & 0xFFFFFFFF, seed >> 32)) for block in range((count + 3) // 4)), [])[:count]
    weights = ((2 * (np.array(bits, dtype=np.float64) + .5) / 2 ** 32 - 1) * (1 / np.sqrt(fan_in))).astype(np.float32)
    return {"model": model, "layer": layer, "tensor": tensor, "seed": seed, "bits": weights[::97].view(np.uint32).tolist()}


digit, bear = "mnist-cnn/digit-3/", "bears-clean/polar-bear-on-snow/"
x = np.array([3.0, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5])
y = np.array([2.0, 7, 1, 8, 2, 8, 1, 8, 2, 8, 4])
result = {
    "made with": {"numpy": np.__version__, "scipy": scipy.__version__, "scikit-image": skimage.__version__},
    "ranks": {"x": x.tolist(), "y": y.tolist(), "ranks": stats.rankdata(x).tolist(),
              "pearson": stats.pearsonr(x, y)[0], "spearman": stats.spearmanr(x, y)[0]},
    "gaussian": {"image": "inputs/mnist-cnn/digit-3", "reflect": ndimage.gaussian_filter(load("inputs/mnist-cnn/digit-3")[0], 1.5, truncate=3.5).ravel()[::29].tolist(),
                 "zero": ndimage.gaussian_filter(load("inputs/mnist-cnn/digit-3")[0], 2.0, mode="constant").ravel()[::29].tolist()},
    "similarity": [
        similarity(digit + "gradient", digit + "smoothgrad", 4),
        similarity(digit + "gradient", digit + "guided-backprop", 4),
        similarity(digit + "gradient-times-input", digit + "integrated-gradients.riemann_middle.64", 4),
        similarity(digit + "guided-backprop", "mnist-cnn/digit-8/guided-backprop", 4),
        similarity(bear + "gradient", bear + "smoothgrad", 16),
        similarity(bear + "guided-backprop", bear + "guided-grad-cam", 16),
        similarity(bear + "gradient", "bears-confounded/polar-bear-on-snow/gradient", 16),
        similarity(bear + "occlusion", "bears-confounded/polar-bear-on-snow/occlusion", 16),
    ],
    "hog": [hog_features(digit + "gradient", 4), hog_features(bear + "guided-backprop", 16), hog_features(bear + "gradient", 8)],
    "edges": [edges("inputs/mnist-cnn/digit-3"), edges("inputs/mnist-cnn/digit-8"), edges("inputs/bears-clean/lion-on-sand"), edges("inputs/bears-clean/polar-bear-on-snow")],
    "complexity": [complexity(digit + "gradient"), complexity(bear + "guided-backprop"), complexity(bear + "occlusion")],
    "weights": [fresh_weights("mnist-cnn", "/conv1/Conv", "conv1.weight", 7, 25, 800), fresh_weights("mnist-mlp", "/fc3/Gemm", "fc3.weight", 2 ** 40 + 3, 64, 640)],
    "imputation": [imputed("inputs/mnist-cnn/digit-3", 3), imputed("inputs/bears-clean/lion-on-sand", 17)],
    "bilinear": [bilinear(digit + "grad-cam", 28), bilinear(bear + "grad-cam", 64)],
}
(here / "evidence.json").write_text(json.dumps(result, indent=1) + "\n")
