// Draws an image and its maps in panels that zoom and move together. Everything that a slider changes happens here, without a
// word to the server.
const clamp = (v, low, high) => Math.min(high, Math.max(low, v));
const hex = text => [1, 3, 5].map(i => parseInt(text.slice(i, i + 2), 16));
const ramp = stops => Array.from({ length: 256 }, (_, i) => {
  const at = i / 255 * (stops.length - 1), k = Math.min(Math.floor(at), stops.length - 2), f = at - k;
  return hex(stops[k]).map((c, j) => Math.round(c + (hex(stops[k + 1])[j] - c) * f));
});
const warm = ramp(["#f7f7f7", "#fddbc7", "#f4a582", "#d6604d", "#b2182b", "#67001f"]);
const cool = ramp(["#f7f7f7", "#d1e5f0", "#92c5de", "#4393c3", "#2166ac", "#053061"]);
const heat = ramp(["#f7f4ef", "#fdd49e", "#fc8d59", "#d7301f", "#7f0000"]);

// One number per pixel, as pictures of maps show it: with both signs, as magnitudes, or from the least value where zero means nothing.
function shownOf(values, { signed, hasOffset }) {
  if (signed) return values;
  if (!hasOffset) return values.map(Math.abs);
  const least = values.reduce((a, b) => Math.min(a, b), Infinity);
  return values.map(v => v - least);
}

// The value at which colours are full: so that 2 % of the map's total magnitude may be clipped, as in the drawn pictures.
function fullScale(values) {
  const sizes = Float32Array.from(values, Math.abs).sort();
  let total = 0;
  for (const v of sizes) total += v;
  let sum = 0;
  for (let i = 0; i < sizes.length; i++) { sum += sizes[i]; if (sum >= 0.98 * total) return sizes[i] || 1; }
  return sizes.at(-1) || 1;
}

class View {
  constructor(root, url, settings) {
    this.root = root; this.panels = new Map(); this.settings = settings; this.zoom = 1; this.x = 0.5; this.y = 0.5; this.pending = false; this.drag = null;
    this.image = new Image();
    this.image.onload = () => { this.readImage(); this.draw(); root.dataset.loaded = "true"; };
    this.image.src = url;
    this.sizes = new ResizeObserver(() => this.draw());
    this.on = [["pointermove", e => this.move(e)], ["pointerdown", e => this.down(e)], ["pointerup", e => this.up(e)], ["pointerleave", () => this.read(null)],
      ["wheel", e => this.wheel(e)], ["keydown", e => this.key(e)], ["input", e => this.input(e)], ["click", e => this.click(e)]];
    for (const [name, listener] of this.on) root.addEventListener(name, listener, { passive: false });
    this.themes = new MutationObserver(() => this.draw());
    this.themes.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    this.sizes.observe(root);
    // The picture before may have been zoomed; this one fits.
    this.setZoom(1);
  }

  readImage() {
    const canvas = new OffscreenCanvas(this.image.naturalWidth, this.image.naturalHeight), context = canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(this.image, 0, 0);
    this.pixels = context.getImageData(0, 0, canvas.width, canvas.height);
    const grey = new ImageData(canvas.width, canvas.height);
    for (let i = 0; i < grey.data.length; i += 4) {
      const p = this.pixels.data, v = 0.299 * p[i] + 0.587 * p[i + 1] + 0.114 * p[i + 2];
      grey.data[i] = grey.data[i + 1] = grey.data[i + 2] = 89 + 0.65 * v; grey.data[i + 3] = 255;
    }
    this.grey = new OffscreenCanvas(canvas.width, canvas.height);
    this.grey.getContext("2d").putImageData(grey, 0, 0);
  }

  setMap(id, width, height, bytes, kind) {
    const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
    const shown = shownOf(values, kind);
    this.panels.set(id, { width, height, values, shown, signed: kind.signed, isFinal: kind.isFinal, scale: fullScale(shown), picture: new OffscreenCanvas(width, height), drawn: "" });
    this.draw();
  }

  remove(id) { this.panels.delete(id); this.draw(); }

  paint(panel) {
    const { threshold, opacity, view } = this.settings, key = `${threshold} ${opacity} ${view}`;
    if (panel.drawn === key) return;
    panel.drawn = key;
    const pixels = new ImageData(panel.width, panel.height), alone = view === "map";
    for (let i = 0; i < panel.shown.length; i++) {
      const v = clamp(panel.shown[i] / panel.scale, -1, 1), size = Math.abs(v), at = Math.round(size * 255);
      const [r, g, b] = (panel.signed ? (v < 0 ? cool : warm) : heat)[at];
      const isShown = size >= threshold / 100;
      pixels.data.set([r, g, b, alone ? (isShown ? 255 : 0) : isShown ? 255 * opacity / 100 * Math.sqrt(size) : 0], 4 * i);
    }
    panel.picture.getContext("2d").putImageData(pixels, 0, 0);
  }

  draw() {
    if (this.pending) return;
    this.pending = true;
    requestAnimationFrame(() => { this.pending = false; if (this.root.isConnected) for (const stage of this.root.querySelectorAll("canvas[data-panel]")) this.drawPanel(stage); });
  }

  box(canvas) {
    const w = this.image.naturalWidth || 1, h = this.image.naturalHeight || 1, fit = Math.min(canvas.width / w, canvas.height / h) * this.zoom;
    return { fit, left: canvas.width / 2 - this.x * w * fit, top: canvas.height / 2 - this.y * h * fit, w: w * fit, h: h * fit };
  }

  drawPanel(canvas) {
    const ratio = devicePixelRatio || 1, width = Math.round(canvas.clientWidth * ratio), height = Math.round(canvas.clientHeight * ratio);
    if (canvas.width !== width || canvas.height !== height) { canvas.width = width; canvas.height = height; }
    // Small pictures that are drawn on a change alone: kept in memory, where they can also be read without a warning.
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.clearRect(0, 0, width, height);
    if (this.pixels) this.compose(context, canvas.dataset.panel, this.box(canvas));
  }

  compose(context, id, { fit, left, top, w, h }) {
    const panel = this.panels.get(id);
    context.imageSmoothingEnabled = fit < 3;
    if (id === "image") return context.drawImage(this.image, left, top, w, h);
    if (this.settings.view === "map") { context.fillStyle = "#f7f7f7"; context.fillRect(left, top, w, h); } else context.drawImage(this.grey, left, top, w, h);
    if (!panel) return;
    this.paint(panel);
    // A coarse map is shown smooth, as it is meant; one of the image's own size pixel by pixel.
    const [x0, y0, x1, y1] = this.place();
    context.imageSmoothingEnabled = panel.width < this.image.naturalWidth * (x1 - x0) / 2 || fit < 1;
    context.imageSmoothingQuality = "high";
    context.save();
    context.beginPath(); context.rect(left, top, w, h); context.clip();
    context.drawImage(panel.picture, left + x0 * w, top + y0 * h, (x1 - x0) * w, (y1 - y0) * h);
    context.restore();
  }

  // Where maps lie on the image, as shares of its sides: a model that is shown a part of it explains that part.
  place() { return this.settings.place ?? [0, 0, 1, 1]; }

  at(e, canvas) {
    const bounds = canvas.getBoundingClientRect(), box = this.box(canvas), ratio = canvas.width / bounds.width;
    return [((e.clientX - bounds.left) * ratio - box.left) / box.w, ((e.clientY - bounds.top) * ratio - box.top) / box.h];
  }

  read(point) {
    const target = this.root.querySelector(".readout");
    if (!target || !this.pixels) return;
    if (!point || point.some(p => p < 0 || p >= 1)) { target.textContent = target.dataset.idle; return; }
    const { width, height, data } = this.pixels, x = Math.floor(point[0] * width), y = Math.floor(point[1] * height), i = 4 * (y * width + x);
    // Each value with the name of the panel that it is drawn in: maps arrive in any order.
    const values = [...this.root.querySelectorAll("[data-name] canvas[data-panel]")].flatMap(canvas => {
      const panel = this.panels.get(canvas.dataset.panel);
      return panel ? [`${canvas.closest("[data-name]").dataset.name} ${this.valueAt(panel, point)}`] : [];
    });
    target.textContent = [`x ${x}, y ${y}`, `rgb ${data[i]}, ${data[i + 1]}, ${data[i + 2]}`, ...values].join("   ·   ");
  }

  valueAt(panel, point) {
    const [x0, y0, x1, y1] = this.place(), x = (point[0] - x0) / (x1 - x0), y = (point[1] - y0) / (y1 - y0);
    if (x < 0 || x >= 1 || y < 0 || y >= 1) return "not shown to the model";
    const v = panel.values[Math.floor(y * panel.height) * panel.width + Math.floor(x * panel.width)];
    return `${v >= 0 ? "+" : ""}${v.toPrecision(4)}${panel.isFinal ? "" : " so far"}`;
  }

  move(e) {
    const canvas = e.target.closest?.("canvas[data-panel]");
    if (!canvas) return;
    if (this.drag) {
      const box = this.box(canvas), ratio = canvas.width / canvas.clientWidth;
      this.center(this.drag.x - (e.clientX - this.drag.px) * ratio / box.w, this.drag.y - (e.clientY - this.drag.py) * ratio / box.h);
    }
    this.read(this.at(e, canvas));
  }

  down(e) {
    const canvas = e.target.closest?.("canvas[data-panel]");
    if (!canvas || this.zoom === 1) return;
    canvas.setPointerCapture(e.pointerId);
    this.drag = { px: e.clientX, py: e.clientY, x: this.x, y: this.y };
  }

  up() { this.drag = null; }

  wheel(e) {
    const canvas = e.target.closest?.("canvas[data-panel]");
    if (!canvas || !(e.ctrlKey || this.zoom > 1)) return;
    e.preventDefault();
    const [px, py] = this.at(e, canvas), before = this.zoom;
    this.setZoom(this.zoom * Math.exp(-e.deltaY / 300));
    const share = 1 - before / this.zoom;
    this.center(this.x + (px - this.x) * share, this.y + (py - this.y) * share);
  }

  key(e) {
    if (!e.target.matches?.("canvas[data-panel]")) return;
    const step = 0.15 / this.zoom, acts = { "+": () => this.setZoom(this.zoom * 1.5), "=": () => this.setZoom(this.zoom * 1.5), "-": () => this.setZoom(this.zoom / 1.5), "0": () => this.setZoom(1),
      ArrowLeft: () => this.center(this.x - step, this.y), ArrowRight: () => this.center(this.x + step, this.y), ArrowUp: () => this.center(this.x, this.y - step), ArrowDown: () => this.center(this.x, this.y + step) };
    if (!acts[e.key] || e.ctrlKey || e.metaKey || (this.zoom === 1 && e.key.startsWith("Arrow"))) return;
    e.preventDefault();
    acts[e.key]();
  }

  input(e) {
    const name = e.target.dataset?.setting;
    if (!name) return;
    this.settings[name] = Number(e.target.value);
    const output = this.root.querySelector(`output[for="${e.target.id}"]`);
    if (output) output.textContent = `${e.target.value} %`;
    this.draw();
  }

  click(e) {
    const zoom = e.target.closest?.("[data-zoom]")?.dataset.zoom;
    if (zoom) this.setZoom(zoom === "fit" ? 1 : this.zoom * (zoom === "in" ? 1.5 : 1 / 1.5));
    const save = e.target.closest?.("[data-save]");
    if (save) this.save(save.dataset.save, save.dataset.file);
  }

  setView(view) { this.settings.view = view; this.draw(); }

  setZoom(zoom) {
    this.zoom = clamp(zoom, 1, 40);
    this.center(this.x, this.y);
    const output = this.root.querySelector(".zoom");
    if (output) output.textContent = `${Math.round(this.zoom * 100)} %`;
    this.root.classList.toggle("zoomed", this.zoom > 1);
  }

  center(x, y) {
    const half = 0.5 / this.zoom;
    this.x = clamp(x, half, 1 - half); this.y = clamp(y, half, 1 - half);
    this.draw();
  }

  async save(id, name) {
    const w = this.image.naturalWidth, h = this.image.naturalHeight, k = Math.max(1, Math.ceil(512 / Math.max(w, h))), canvas = new OffscreenCanvas(w * k, h * k);
    this.compose(canvas.getContext("2d"), id, { fit: k, left: 0, top: 0, w: w * k, h: h * k });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await canvas.convertToBlob());
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  dispose() {
    for (const [name, listener] of this.on) this.root.removeEventListener(name, listener);
    this.sizes.disconnect(); this.themes.disconnect(); this.panels.clear();
  }
}

export const create = (root, url, settings) => new View(root, url, settings);
