// The values at one place of all panels: where the pointer is, or the cross-hair that a click or a key has put somewhere.
export class Readout {
  constructor(view) { Object.assign(this, { view, hover: null }); }

  // The place, as shares of the picture's sides.
  get spot() {
    const { picture, state } = this.view;
    if (this.hover || !picture || !state.at) return this.hover;
    return [(state.at[0] + 0.5) / picture.width, (state.at[1] + 0.5) / picture.height];
  }

  point(spot) {
    this.hover = spot && spot.every(p => p >= 0 && p < 1) ? spot : null;
    this.show();
  }

  // Writes the values, each into its own panel.
  show() {
    const { root, picture, named, maps } = this.view, line = root.querySelector(".readout");
    if (!line || !picture) return;
    const spot = this.spot;
    line.textContent = spot ? this.pixel(spot) : line.dataset.idle;
    for (const panel of named) {
      const map = maps.get(panel.dataset.panelId), output = panel.querySelector("output.value");
      if (output) output.textContent = spot && map ? this.valueAt(map, spot) : "";
    }
    this.place();
  }

  // For whoever moves the cross-hair by keys: one sentence, said aloud.
  say() {
    const { root, named, maps } = this.view, spot = this.spot;
    if (!spot) return;
    const values = named.flatMap(p => (maps.has(p.dataset.panelId) ? [`${p.dataset.name} ${this.valueAt(maps.get(p.dataset.panelId), spot)}`] : []));
    root.querySelector(".said").textContent = [this.pixel(spot), ...values].join(", ");
  }

  pixel(spot) {
    const { width, height, pixels } = this.view.picture, x = Math.min(width - 1, Math.floor(spot[0] * width)), y = Math.min(height - 1, Math.floor(spot[1] * height));
    return `x ${x}, y ${y} · rgb ${[...pixels.data.slice(4 * (y * width + x), 4 * (y * width + x) + 3)].join(", ")}`;
  }

  valueAt(map, [px, py]) {
    const [x0, y0, x1, y1] = this.view.place, v = map.valueAt((px - x0) / (x1 - x0), (py - y0) / (y1 - y0));
    return v === null ? "not shown to the model" : `${v >= 0 ? "+" : ""}${v.toPrecision(4)}${map.kind.isFinal ? "" : " so far"}`;
  }

  // Puts the cross-hair of every panel in its place; nothing is drawn anew for that.
  place() {
    const spot = this.spot;
    for (const panel of this.view.panels) {
      const hair = panel.querySelector(".hair"), canvas = panel.querySelector("canvas[data-panel]");
      if (!hair || panel.hidden || !canvas.width) continue;
      const box = this.view.box(canvas), x = spot && (box.left + spot[0] * box.w) / box.ratio, y = spot && (box.top + spot[1] * box.h) / box.ratio;
      hair.hidden = !spot || x < 0 || y < 0 || x > canvas.clientWidth || y > canvas.clientHeight;
      hair.style.setProperty("--x", `${x}px`);
      hair.style.setProperty("--y", `${y}px`);
    }
  }

  // Moves the cross-hair by pixels of the picture; from the middle of what is seen where it is nowhere.
  step(dx, dy) {
    const { view } = this, { picture, state } = view;
    if (!picture) return;
    const from = state.at ?? [Math.floor(state.x * picture.width), Math.floor(state.y * picture.height)];
    const to = state.at ? [from[0] + dx, from[1] + dy] : from;
    const at = [Math.min(picture.width - 1, Math.max(0, to[0])), Math.min(picture.height - 1, Math.max(0, to[1]))];
    this.hover = null;
    view.set({ at });
    // What is looked at stays in sight.
    const half = 0.5 / state.zoom, [x, y] = this.spot;
    if (Math.abs(x - state.x) > half || Math.abs(y - state.y) > half) view.moveTo(x, y);
    this.show();
    this.say();
  }

  pin(spot) {
    const { picture } = this.view;
    if (!picture || !spot.every(p => p >= 0 && p < 1)) return;
    this.view.set({ at: [Math.floor(spot[0] * picture.width), Math.floor(spot[1] * picture.height)] });
    this.show();
  }

  unpin() {
    this.view.set({ at: null });
    this.show();
  }

  dispose() { this.hover = null; }
}
