// The panels of an image page: pictures and maps that zoom and move together. Everything that a control changes happens here, without
// a word to the server; what is shown is one record (view-state.js), which the address holds.
import { ViewState, maxZoom } from "./view-state.js";
import { MapOfPanel } from "./view-map.js";
import { drawBar, drawBelow, drawHistogram, drawMap, rangeOf, readPicture } from "./view-drawing.js";
import { shortNumber } from "./view-colours.js";
import { Controls } from "./view-controls.js";
import { Gestures } from "./view-gestures.js";
import { Readout } from "./view-readout.js";
import { arrange } from "./view-layout.js";
import { savePanel, saveView } from "./view-export.js";
import { Pair } from "./view-pair.js";
import { Keys, fullScreen } from "./view-keys.js";

const clamp = (v, low, high) => Math.min(high, Math.max(low, v));

class View {
  constructor(root, url, place) {
    Object.assign(this, { root, place: place ?? [0, 0, 1, 1], maps: new Map(), state: new ViewState(), picture: null, pending: false });
    this.pair = new Pair(this);
    this.keys = new Keys(this);
    this.controls = new Controls(this);
    this.gestures = new Gestures(this);
    this.readout = new Readout(this);
    this.sizes = new ResizeObserver(() => this.changed());
    this.sizes.observe(root);
    this.themes = new MutationObserver(() => this.draw());
    this.themes.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    // Panels that the server adds, removes or names anew.
    this.contents = new MutationObserver(() => this.changed());
    this.contents.observe(root.querySelector(".panels"), { childList: true });
    this.onWindow = () => this.changed();
    addEventListener("resize", this.onWindow);
    this.image = new Image();
    this.image.onload = () => {
      this.picture = readPicture(this.image);
      this.changed();
      this.readout.show();
      requestAnimationFrame(() => { root.dataset.loaded = "true"; });
    };
    this.image.src = url;
    this.changed();
  }

  // Called by the server.
  setMap(id, width, height, bytes, kind) {
    this.maps.set(id, new MapOfPanel(width, height, bytes, kind));
    this.changed();
    this.readout.show();
  }

  remove(id) { this.maps.delete(id); this.changed(); }

  keepPanels(text) { this.state.panels = text; this.state.keep(); }

  // The panels of the page, in their order: maps have names, the picture has none.
  get panels() { return [...this.root.querySelectorAll("section[data-panel-id]")]; }

  panel(id) { return this.panels.find(p => p.dataset.panelId === id); }

  // Those with a map: each its own, and two as one where they are shown so.
  get singles() { return this.panels.filter(p => !["image", "pair"].includes(p.dataset.panelId)); }

  get named() { return this.panels.filter(p => p.dataset.panelId !== "image" && (p.dataset.panelId !== "pair" || !p.hidden)); }

  // A setting has changed: keep it, and show it.
  set(values) {
    Object.assign(this.state, values);
    this.state.keep();
    this.changed();
  }

  // What the settings or the panels make of the page.
  changed() {
    const { state, root } = this;
    for (const panel of this.panels) {
      const id = panel.dataset.panelId;
      if (id === "pair" && !this.pair.isShown) panel.hidden = true;
      else panel.hidden = state.full !== "" && this.panel(state.full) ? id !== state.full : id === "image" && state.view === "map";
    }
    this.pair.prepare();
    this.pair.show();
    root.classList.toggle("zoomed", state.zoom > 1);
    this.controls.show();
    arrange(this);
    this.draw();
  }

  draw() {
    if (this.pending) return;
    this.pending = true;
    requestAnimationFrame(() => {
      this.pending = false;
      if (!this.root.isConnected) return;
      for (const panel of this.panels) if (!panel.hidden) this.drawPanel(panel);
      this.readout.place();
    });
  }

  // Full colour of a map: its own, or that of the greatest of the page.
  fullOf(map) {
    const { sign, scale } = this.state;
    // A difference has no unit in common with maps.
    if (scale === "own" || map === this.maps.get("pair")) return map.full(sign);
    const seen = this.singles.map(p => this.maps.get(p.dataset.panelId)).filter(m => m);
    return Math.max(map.full(sign), ...seen.map(m => m.full(sign)));
  }

  box(canvas) {
    const w = this.picture?.width ?? 1, h = this.picture?.height ?? 1, { zoom, x, y } = this.state;
    const fit = Math.min(canvas.width / w, canvas.height / h) * zoom, ratio = devicePixelRatio || 1;
    return { fit, ratio, left: canvas.width / 2 - x * w * fit, top: canvas.height / 2 - y * h * fit, w: w * fit, h: h * fit };
  }

  drawPanel(panel) {
    const canvas = panel.querySelector("canvas[data-panel]"), ratio = devicePixelRatio || 1;
    const width = Math.round(canvas.clientWidth * ratio), height = Math.round(canvas.clientHeight * ratio);
    if (canvas.width !== width || canvas.height !== height) { canvas.width = width; canvas.height = height; }
    // Small pictures that are drawn on a change alone: kept in memory, where they can also be read without a warning.
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.clearRect(0, 0, width, height);
    if (this.picture) this.composePanel(context, panel.dataset.panelId, this.box(canvas));
    this.drawLegend(panel);
  }

  composePanel(context, id, box) {
    if (id === "pair" && this.state.mode !== "difference") this.pair.compose(context, box);
    else this.compose(context, id, box);
  }

  compose(context, id, box) {
    const map = this.maps.get(id);
    context.imageSmoothingEnabled = box.fit < 3;
    if (id === "image") {
      context.drawImage(this.image, box.left, box.top, box.w, box.h);
      return;
    }
    drawBelow(context, this.picture, box, this.state.view !== "overlay");
    if (map) drawMap(context, map, this.picture, box, this.place, this.state, this.fullOf(map));
  }

  drawLegend(panel) {
    const legend = panel.querySelector(".scale"), map = this.maps.get(panel.dataset.panelId);
    if (!legend || !map) return;
    const { sign, curve } = this.state, full = this.fullOf(map), look = map.look(sign), [low, high] = rangeOf(look, full);
    const style = getComputedStyle(this.root), colours = { shown: style.getPropertyValue("--soft"), hidden: style.getPropertyValue("--line-strong") };
    drawHistogram(legend.querySelector(".histogram"), map, this.state, full, colours);
    drawBar(legend.querySelector(".bar"), look, full, curve);
    const numbers = [low, look === "both" ? 0 : (low + high) / 2, high].map(v => shortNumber(v + map.offset));
    legend.querySelectorAll(".numbers span").forEach((span, i) => { span.textContent = numbers[i]; });
    legend.querySelector(".meaning").textContent = this.meaning(map);
  }

  // What a legend says of the colours beside their numbers.
  meaning(map) {
    const { sign, threshold, scale, curve } = this.state;
    const signs = { both: "red for the class, blue against", warm: "what speaks for the class", cool: "what speaks against it", heat: "magnitude" };
    if (map === this.maps.get("pair")) Object.assign(signs, { both: "difference", warm: "more in the first", cool: "more in the second" });
    return [
      map.kind.signed || !map.kind.hasOffset ? signs[map.look(sign)] : "from its least value",
      threshold > 0 ? `top ${100 - threshold} % of pixels` : "all pixels",
      scale === "common" ? "common scale" : "own scale",
      ...(curve === "log" ? ["logarithmic"] : []),
    ].join(" · ");
  }

  // The pixel of the picture below a pointer, as shares of its sides.
  at(e, canvas) {
    const bounds = canvas.getBoundingClientRect(), box = this.box(canvas), ratio = canvas.width / bounds.width;
    return [((e.clientX - bounds.left) * ratio - box.left) / box.w, ((e.clientY - bounds.top) * ratio - box.top) / box.h];
  }

  // Zooms and keeps a place where it is.
  zoomAt(zoom, [px, py] = [this.state.x, this.state.y]) {
    const before = this.state.zoom, after = clamp(zoom, 1, maxZoom), share = 1 - before / after;
    this.moveTo(this.state.x + (px - this.state.x) * share, this.state.y + (py - this.state.y) * share, after);
  }

  moveTo(x, y, zoom = this.state.zoom) {
    const half = 0.5 / zoom;
    this.set({ zoom, x: clamp(x, half, 1 - half), y: clamp(y, half, 1 - half) });
  }

  // The zoom at which a pixel of the picture is one of the screen.
  get oneToOne() {
    const canvas = this.panels.find(p => !p.hidden)?.querySelector("canvas[data-panel]");
    return !canvas || !this.picture ? 1 : this.state.zoom / this.box(canvas).fit;
  }

  save(id, name) { return savePanel(this, id, name); }

  saveAll(name) { return saveView(this, name); }

  fullScreen() { return fullScreen(this.root); }

  fill(id) { this.set({ full: this.state.full === id ? "" : id }); }

  contour() {
    // A line needs something to go around.
    this.set({ contour: !this.state.contour, threshold: !this.state.contour && this.state.threshold === 0 ? 80 : this.state.threshold });
  }

  dispose() {
    this.state.write();
    for (const part of [this.pair, this.keys, this.controls, this.gestures, this.readout]) part.dispose();
    for (const observer of [this.sizes, this.themes, this.contents]) observer.disconnect();
    removeEventListener("resize", this.onWindow);
    this.maps.clear();
  }
}

export const create = (root, url, place) => new View(root, url, place);
