#!/usr/bin/env python3
"""Writes pictures.json: small files of every format that is read, made by Pillow, with the pixels that Pillow reads from them. Debian's python3-pil."""
import base64, io, json, os
import numpy as np, PIL
from PIL import Image

y, x, c = np.mgrid[0:5, 0:7, 0:3]
colours = ((37 * x + 91 * y + 53 * c + 11 * x * y) % 256).astype(np.uint8)
y, x = np.mgrid[0:5, 0:7]
deep = (9000 * y + 257 * x + 13 * x * y).astype(np.uint16)
files = []


def add(name, image, format, upright=None, grey16=None, **options):
    stream = io.BytesIO()
    image.save(stream, format, **options)
    seen = Image.open(io.BytesIO(stream.getvalue()))
    pixels = np.asarray(seen.convert("RGB")) if upright is None else upright
    files.append({"name": name, "file": base64.b64encode(stream.getvalue()).decode(), "height": pixels.shape[0], "width": pixels.shape[1],
                  "rgb": None if grey16 is not None else np.ascontiguousarray(pixels).tobytes().hex(), "grey16": None if grey16 is None else grey16.ravel().tolist()})


def turned(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif.tobytes()


rgb, grey = Image.fromarray(colours), Image.fromarray(deep)
add("webp", rgb, "WEBP", lossless=True)
add("webp-turned", rgb, "WEBP", lossless=True, exif=turned(6), upright=np.rot90(colours, -1))
add("gif", rgb.quantize(16), "GIF")
add("gif-two-frames", rgb.quantize(16), "GIF", save_all=True, append_images=[Image.new("P", (7, 5))])
add("bmp", rgb, "BMP")
add("png-palette", rgb.quantize(16), "PNG")
add("png-turned", rgb, "PNG", exif=turned(8), upright=np.rot90(colours, 1))
for packing in ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits"):
    add("tiff-" + packing, rgb, "TIFF", compression=packing)
add("tiff-grey", rgb.convert("L"), "TIFF", compression="tiff_lzw")
add("tiff-bilevel", rgb.convert("1"), "TIFF", compression="group4")
add("tiff-palette", rgb.quantize(16), "TIFF")
add("tiff-two-pages", rgb, "TIFF", save_all=True, append_images=[Image.new("RGB", (3, 3))])
add("tiff-turned", rgb, "TIFF", tiffinfo={274: 6}, upright=np.rot90(colours, -1))
add("tiff-16", grey, "TIFF", grey16=deep, upright=colours)
add("tiff-16-lzw", grey, "TIFF", compression="tiff_lzw", grey16=deep, upright=colours)
add("png-16", grey, "PNG", grey16=deep, upright=colours)
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "pictures.json"), "w") as file:
    file.write('{"pillow": "%s", "files": [\n%s\n]}\n' % (PIL.__version__, ",\n".join(json.dumps(f) for f in files)))
