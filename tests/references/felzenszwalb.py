"""Segments pictures of samples/data/bears-96.npy with scikit-image (0.19.3), as a reference for our own segmentation.

Writes felzenszwalb.npy: uint8 [picture, setting, 64, 64]. Pictures 0, 30 and 60; settings (scale, least size) as in SETTINGS.
"""
import os

import numpy as np
from skimage.segmentation import felzenszwalb

SETTINGS = [(50, 20), (100, 20), (250, 5), (500, 20)]
here = os.path.dirname(os.path.abspath(__file__))
pictures = np.load(os.path.join(here, "../../samples/data/bears-96.npy"))[[0, 30, 60]]
labels = np.array([
    [felzenszwalb(p / 255.0 * 2 - 1, scale=scale, sigma=0.8, min_size=least) for scale, least in SETTINGS] for p in pictures])
assert labels.max() < 256
np.save(os.path.join(here, "felzenszwalb.npy"), labels.astype(np.uint8))
print(labels.max(axis=(2, 3)))
