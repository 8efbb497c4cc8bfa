#!/usr/bin/env python3
"""Writes resizing.json: pixels that Pillow and OpenCV make of small pictures. Debian's python3-pil and python3-opencv; versions are in the file.

Pixel (y, x, c) of a picture is (37 x + 91 y + 53 c + 11 x y) mod 256."""
import json, os
import cv2, numpy as np, PIL
from PIL import Image


def picture(height, width):
    y, x, c = np.mgrid[0:height, 0:width, 0:3]
    return ((37 * x + 91 * y + 53 * c + 11 * x * y) % 256).astype(np.uint8)


def shorter_side(image, size, resample):
    """torchvision.transforms.Resize(size) of a PIL image."""
    w, h = image.size
    short, long = min(w, h), max(w, h)
    other = int(size * long / short)
    return image.resize((size, other) if w <= h else (other, size), resample)


def centre_crop(array, height, width):
    """torchvision.transforms.CenterCrop((height, width))."""
    h, w = array.shape[:2]
    if width > w or height > h:
        left, top = max(0, (width - w) // 2), max(0, (height - h) // 2)
        right, bottom = max(0, (width - w + 1) // 2), max(0, (height - h + 1) // 2)
        array = np.pad(array, ((top, bottom), (left, right), (0, 0)))
        h, w = array.shape[:2]
    top, left = int(round((h - height) / 2.0)), int(round((w - width) / 2.0))
    return array[top:top + height, left:left + width]


def letterbox(array, height, width):
    """ultralytics.data.augment.LetterBox((height, width), auto=False)."""
    h, w = array.shape[:2]
    r = min(height / h, width / w)
    nw, nh = int(round(w * r)), int(round(h * r))
    dw, dh = (width - nw) / 2, (height - nh) / 2
    array = cv2.resize(array, (nw, nh), interpolation=cv2.INTER_LINEAR)
    return cv2.copyMakeBorder(array, int(round(dh - 0.1)), int(round(dh + 0.1)), int(round(dw - 0.1)), int(round(dw + 0.1)),
                              cv2.BORDER_CONSTANT, value=(114, 114, 114))


FILTERS = {"nearest": Image.NEAREST, "lanczos": Image.LANCZOS, "bilinear": Image.BILINEAR,
           "bicubic": Image.BICUBIC, "box": Image.BOX, "hamming": Image.HAMMING}
cases = []


def add(mode, interpolation, of, to, result, short=None):
    cases.append({"mode": mode, "interpolation": interpolation, "from": list(of), "to": list(to), "short": short,
                  "pixels": np.ascontiguousarray(result).tobytes().hex()})


for name, resample in FILTERS.items():
    for of, to in (((9, 13), (4, 5)), ((9, 13), (16, 7)), ((5, 4), (9, 11)), ((31, 6), (3, 6))):
        add("stretch", name, of, to, np.asarray(Image.fromarray(picture(*of)).resize(to[::-1], resample)))
for name in ("bilinear", "bicubic"):
    for of, to, short in (((20, 31), (8, 8), 9), ((31, 20), (8, 8), 9), ((17, 17), (8, 7), 11), ((9, 6), (8, 8), 5), ((10, 40), (6, 6), 6)):
        resized = np.asarray(shorter_side(Image.fromarray(picture(*of)), short, FILTERS[name]))
        add("crop", name, of, to, centre_crop(resized, *to), short)
for of, to in (((20, 31), (12, 12)), ((31, 20), (12, 16)), ((5, 4), (16, 16)), ((7, 30), (9, 9))):
    add("fit", "bilinear-plain", of, to, letterbox(picture(*of), *to))
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "resizing.json"), "w") as file:
    lines = ",\n".join(json.dumps(c) for c in cases)
    file.write('{"pillow": "%s", "opencv": "%s", "cases": [\n%s\n]}\n' % (PIL.__version__, cv2.__version__, lines))
