// Draws pictures, maps and their legends on canvases. Knows nothing of pages.
import { colourOf, along } from "./view-colours.js";

// A picture with its pixels, and in grey below maps.
export function readPicture(image) {
  const width = image.naturalWidth, height = image.naturalHeight, canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(image, 0, 0);
  const pixels = context.getImageData(0, 0, width, height), grey = new ImageData(width, height);
  for (let i = 0, p = pixels.data; i < grey.data.length; i += 4) {
    grey.data[i] = grey.data[i + 1] = grey.data[i + 2] = 89 + 0.65 * (0.299 * p[i] + 0.587 * p[i + 1] + 0.114 * p[i + 2]);
    grey.data[i + 3] = 255;
  }
  const below = new OffscreenCanvas(width, height);
  below.getContext("2d").putImageData(grey, 0, 0);
  return { image, pixels, grey: below, width, height };
}

// Colours a map, once for the same settings.
function paint(map, { sign, curve, threshold, opacity, view }, full) {
  const key = [sign, curve, threshold, opacity, view, full].join(" ");
  if (map.drawn === key) return;
  map.drawn = key;
  const pixels = new ImageData(map.width, map.height), data = pixels.data, look = map.look(sign), shown = map.shown(sign);
  const cut = map.cut(sign, threshold), isAlone = view !== "overlay";
  for (let i = 0; i < shown.length; i++) {
    const v = shown[i], size = Math.abs(v), [r, g, b] = colourOf(look, v, full, curve), j = 4 * i;
    data[j] = r; data[j + 1] = g; data[j + 2] = b;
    data[j + 3] = size < cut ? 0 : isAlone ? 255 : 2.55 * opacity * Math.sqrt(along(size / full, curve));
  }
  map.picture.getContext("2d").putImageData(pixels, 0, 0);
}

// What lies below a map.
export function drawBelow(context, picture, box, isAlone) {
  context.imageSmoothingEnabled = box.fit < 3;
  if (isAlone) {
    context.fillStyle = "#f7f7f7";
    context.fillRect(box.left, box.top, box.w, box.h);
  } else context.drawImage(picture.grey, box.left, box.top, box.w, box.h);
}

// A map in its place over the picture, with its contour.
export function drawMap(context, map, picture, box, [x0, y0, x1, y1], settings, full) {
  paint(map, settings, full);
  const left = box.left + x0 * box.w, top = box.top + y0 * box.h, w = (x1 - x0) * box.w, h = (y1 - y0) * box.h;
  context.save();
  context.beginPath();
  context.rect(box.left, box.top, box.w, box.h);
  context.clip();
  // A coarse map is shown smooth, as it is meant; one of the image's own size pixel by pixel.
  context.imageSmoothingEnabled = map.width < picture.width * (x1 - x0) / 2 || box.fit < 1;
  context.imageSmoothingQuality = "high";
  context.drawImage(map.picture, left, top, w, h);
  if (settings.contour) {
    const line = new Path2D(), cut = map.cut(settings.sign, settings.threshold);
    line.addPath(map.contour(settings.sign, cut), new DOMMatrix([w / map.width, 0, 0, h / map.height, left, top]));
    for (const [width, colour] of [[3.5, "#ffffff"], [1.5, "#101418"]]) {
      context.lineWidth = width * (box.ratio ?? 1);
      context.strokeStyle = colour;
      context.stroke(line);
    }
  }
  context.restore();
}

// The range of a legend: from -full to full for both signs, else from or to 0.
export const rangeOf = (look, full) => ({ both: [-full, full], cool: [-full, 0] }[look] ?? [0, full]);

// Where a map's values lie on the range that is drawn; what the threshold hides is pale.
export function drawHistogram(canvas, map, { sign, threshold }, full, colours) {
  const [low, high] = rangeOf(map.look(sign), full), cut = map.cut(sign, threshold), bins = 64;
  const counts = map.histogram(sign, low, high, bins), most = Math.sqrt(Math.max(...counts, 1));
  const context = canvas.getContext("2d"), { width, height } = canvas, step = width / bins;
  context.clearRect(0, 0, width, height);
  for (let i = 0; i < bins; i++) {
    const from = low + (high - low) * i / bins, to = low + (high - low) * (i + 1) / bins;
    context.fillStyle = Math.max(Math.abs(from), Math.abs(to)) > cut || threshold <= 0 ? colours.shown : colours.hidden;
    // Roots, so that a bin of few pixels is seen beside the one that holds most.
    const tall = counts[i] ? Math.max(1, Math.sqrt(counts[i]) / most * height) : 0;
    context.fillRect(i * step, height - tall, Math.max(1, step - 1), tall);
  }
}

// The colours of a legend, in even steps of the value.
export function drawBar(canvas, look, full, curve) {
  const [low, high] = rangeOf(look, full), pixels = new ImageData(canvas.width, 1);
  for (let i = 0; i < canvas.width; i++) {
    const [r, g, b] = colourOf(look, low + (high - low) * (i + 0.5) / canvas.width, full, curve);
    pixels.data.set([r, g, b, 255], 4 * i);
  }
  canvas.getContext("2d").putImageData(pixels, 0, 0);
}
