#!/usr/bin/env python3
"""Writes profiles.json: small pictures with colour profiles in every format that carries one, made by Pillow, and their pixels in sRGB
as LittleCMS converts them. The profiles are written here, byte by byte. Debian's python3-pil and python3-numpy."""
import base64, io, json, os, struct
import numpy as np, PIL
from PIL import Image, ImageCms

D50 = (0.9642, 1.0, 0.8249)


def fixed(*values):
    return b"".join(struct.pack(">i", round(v * 65536)) for v in values)


def xyz(*values):
    return b"XYZ \0\0\0\0" + fixed(*values)


def text(value):
    return b"desc\0\0\0\0" + struct.pack(">I", len(value) + 1) + value.encode() + b"\0" * 79


def gamma(g):
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(g * 256))


def table(values):
    return b"curv\0\0\0\0" + struct.pack(">I", len(values)) + np.round(np.clip(values, 0, 1) * 65535).astype(">u2").tobytes()


def parametric(kind, *values):
    return b"para\0\0\0\0" + struct.pack(">HH", kind, 0) + fixed(*values)


def profile(space, pcs, tags, version=0x02400000, kind=b"mntr"):
    tags = [(b"desc", text(tags.pop("name"))), (b"wtpt", xyz(*D50)), *((k.encode(), v) for k, v in tags.items())]
    at, entries, data = 132 + 12 * len(tags), b"", b""
    for name, value in tags:
        value += b"\0" * (-len(value) % 4)
        entries += name + struct.pack(">II", at + len(data), len(value))
        data += value
    body = struct.pack(">I", len(tags)) + entries + data
    head = struct.pack(">I4sI4s4s4s", 128 + len(body), b"\0" * 4, version, kind, space, pcs) + struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp"
    return head.ljust(68, b"\0") + fixed(*D50) + b"\0" * 48 + body


def matrix(name, curve, r, g, b, **more):
    return profile(b"RGB ", b"XYZ ", {"name": name, "rXYZ": xyz(*r), "gXYZ": xyz(*g), "bXYZ": xyz(*b), "rTRC": curve, "gTRC": curve, "bTRC": curve}, **more)


def lab(rgb):
    """L*, a*, b* of colours between black and white; so even that ways of interpolation, of which there are several, do not matter."""
    r, g, b = rgb[..., 0], rgb[..., 1], rgb[..., 2]
    return np.stack([100 * (0.3 * r + 0.6 * g + 0.1 * b), 45 * (r - g) + 4 * r * b, 40 * (0.5 * (r + g) - b) + 3 * g * g], -1)


def grid(side, inputs):
    return np.stack(np.meshgrid(*[np.linspace(0, 1, side)] * inputs, indexing="ij"), -1)


def inks(side=9):
    g = grid(side, 4)
    return lab(0.95 - 0.6 * g[..., :3] - 0.3 * g[..., 3:])


def mft(width, inputs, side, lab_values, entries=256):
    scale = np.array([255 / 100, 1, 1]) if width == 1 else np.array([652.8, 256, 256])
    values = np.round((lab_values + [0, 128, 128]) * scale).clip(0, 255 if width == 1 else 65535)
    first = np.tile(np.linspace(0, 1, entries) ** 1.1, inputs) * (255 if width == 1 else 65535)
    last = np.tile(np.linspace(0, 1, entries), 3) * (255 if width == 1 else 65535)
    kind = "u1" if width == 1 else ">u2"
    head = (b"mft1" if width == 1 else b"mft2") + b"\0" * 4 + bytes([inputs, 3, side, 0]) + fixed(1, 0, 0, 0, 1, 0, 0, 0, 1)
    return head + (b"" if width == 1 else struct.pack(">HH", entries, entries)) + b"".join(
        np.round(v).astype(kind).tobytes() for v in (first, values, last))


def mab(side=7):
    values = np.round((lab(grid(side, 3)) + [0, 128, 128]) / [100, 255, 255] * 65535).clip(0, 65535).astype(">u2").tobytes()
    a, m, b = parametric(0, 1.2) * 3, parametric(0, 1.0) * 3, (b"curv\0\0\0\0" + struct.pack(">I", 0)) * 3
    clut = bytes([side] * 3).ljust(16, b"\0") + bytes([2, 0, 0, 0]) + values
    clut += b"\0" * (-len(clut) % 4)
    matrix = fixed(1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0)
    at = [32]
    for part in (b, matrix, m, clut):
        at.append(at[-1] + len(part))
    return b"mAB " + b"\0" * 4 + bytes([3, 3, 0, 0]) + struct.pack(">5I", *at) + b + matrix + m + clut + a


SRGB_CURVE = parametric(3, 2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
encoded = np.linspace(0, 1, 1024)
SRGB_TABLE = table(np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4))
SRGB = ((0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.7141))
adobe = matrix("Adobe RGB (1998)", gamma(2.19921875), (0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))
p3 = matrix("Display P3", SRGB_CURVE, (0.51512, 0.2412, -0.00105), (0.29198, 0.69225, 0.04189), (0.1571, 0.06657, 0.78407), version=0x04000000)
prophoto = matrix("ProPhoto", table(np.linspace(0, 1, 4096) ** 1.8), (0.79767, 0.28804, 0), (0.13519, 0.71188, 0), (0.03134, 0.00009, 0.82491))
srgb = matrix("sRGB as tables", SRGB_TABLE, *SRGB)
grey22 = profile(b"GRAY", b"XYZ ", {"name": "Gray Gamma 2.2", "kTRC": gamma(2.2)})
cmyk8 = profile(b"CMYK", b"Lab ", {"name": "Inks, 8 bits", "A2B0": mft(1, 4, 5, inks(5))}, kind=b"prtr")
cmyk16 = profile(b"CMYK", b"Lab ", {"name": "Inks, 16 bits", "A2B0": mft(2, 4, 7, inks(7), 64)}, kind=b"prtr")
scanner = profile(b"RGB ", b"Lab ", {"name": "Scanner", "A2B0": mab()}, version=0x04000000, kind=b"scnr")
old_scanner = profile(b"RGB ", b"Lab ", {"name": "Old scanner", "A2B0": mft(2, 3, 7, lab(grid(7, 3)), 300)}, kind=b"scnr")

y, x, c = np.mgrid[0:6, 0:8, 0:3]
colours = Image.fromarray(((37 * x + 91 * y + 53 * c + 11 * x * y) % 256).astype(np.uint8))
greys = Image.fromarray(((5 * (8 * y + x))[..., 0] % 256).astype(np.uint8))
y, x, c = np.mgrid[0:6, 0:8, 0:4]
separations = Image.frombytes("CMYK", (8, 6), ((29 * x + 71 * y + 47 * c + 13 * x * y) % 256).astype(np.uint8).tobytes())
deep = Image.fromarray(np.arange(48, dtype=np.uint16).reshape(6, 8) * 1393)
files = []


def add(name, image, format, icc, wanted=None, **options):
    stream = io.BytesIO()
    image.save(stream, format, icc_profile=icc, **options)
    seen = Image.open(io.BytesIO(stream.getvalue()))
    assert seen.info["icc_profile"] == icc, name
    grey16 = None
    if image is deep:
        v = np.asarray(image) / 65535.0
        v = v ** 2.19921875
        grey16 = np.round(65535 * np.where(v <= 0.0031308, 12.92 * v, 1.055 * v ** (1 / 2.4) - 0.055)).astype(int).ravel().tolist()
    elif wanted is None:
        # Relative to the medium's white: for the intent "perceptual" LittleCMS would compensate black points besides.
        rgb = ImageCms.profileToProfile(seen, io.BytesIO(icc), ImageCms.createProfile("sRGB"), renderingIntent=1, outputMode="RGB",
                                        flags=0x0100 | 0x0400)  # not by a table that it makes before, and with the best precision
        wanted = np.asarray(rgb)
    files.append({"name": name, "file": base64.b64encode(stream.getvalue()).decode(), "height": 6, "width": 8,
                  "rgb": None if wanted is None else np.ascontiguousarray(wanted).tobytes().hex(), "grey16": grey16})


add("adobe-jpeg", colours, "JPEG", adobe, quality=95, subsampling=0)
add("adobe-png", colours, "PNG", adobe)
add("adobe-webp", colours, "WEBP", adobe, lossless=True)
add("adobe-tiff", colours, "TIFF", adobe)
add("p3-jpeg", colours, "JPEG", p3, quality=95, subsampling=0)
add("p3-png", colours, "PNG", p3)
add("prophoto-tiff", colours, "TIFF", prophoto, compression="tiff_lzw")
add("grey-png", greys, "PNG", grey22)
add("grey-jpeg", greys, "JPEG", grey22, quality=95)
add("grey-tiff", greys, "TIFF", grey22)
add("grey-16-png", deep, "PNG", grey22)
add("grey-16-tiff", deep, "TIFF", grey22)
add("scanner-png", colours, "PNG", scanner)
add("old-scanner-webp", colours, "WEBP", old_scanner, lossless=True)
add("cmyk-jpeg", separations, "JPEG", cmyk16, quality=100, subsampling=0)
add("cmyk-8-tiff", separations, "TIFF", cmyk8)
add("cmyk-16-tiff", separations, "TIFF", cmyk16)
for format, options in (("PNG", {}), ("JPEG", {"quality": 95}), ("WEBP", {"lossless": True}), ("TIFF", {})):
    stream = io.BytesIO()
    colours.save(stream, format, **options)
    add("srgb-" + format.lower(), colours, format, srgb, np.asarray(Image.open(stream).convert("RGB")), **options)
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "profiles.json"), "w") as file:
    file.write('{"pillow": "%s", "files": [\n%s\n]}\n' % (PIL.__version__, ",\n".join(json.dumps(f) for f in files)))
