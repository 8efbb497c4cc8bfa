// Two maps as one picture: their difference, one beside a bar and one behind it, or both in turn.
import { MapOfPanel } from "./view-map.js";
import { shortNumber } from "./view-colours.js";

const turn = 700;

export class Pair {
  constructor(view) {
    Object.assign(this, { view, made: null, showsSecond: false, timer: null });
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
    this.on = [["pointerdown", e => this.grab(e)], ["pointermove", e => this.drag(e)], ["pointerup", () => this.release()],
      ["pointercancel", () => this.release()], ["keydown", e => this.key(e)]];
    for (const [name, listener] of this.on) view.root.addEventListener(name, listener);
  }

  // Whose maps they are: as chosen, else the first two.
  get sides() {
    const { state, singles } = this.view, first = singles.find(p => p.dataset.panelId === state.a) ?? singles[0];
    const second = singles.find(p => p.dataset.panelId === state.b && p !== first) ?? singles.find(p => p !== first);
    return [first, second];
  }

  get isShown() { return this.view.state.mode !== "none" && this.sides.every(s => s); }

  // Names, bar and turns as the settings want them; before anything is drawn.
  show() {
    const { root, state, maps } = this.view, panel = this.view.panel("pair"), [first, second] = this.sides, { mode } = state;
    const [a, b] = [first, second].map(s => s?.dataset.name ?? "");
    panel.dataset.mode = mode;
    const name = { difference: `${a} − ${b}`, swipe: `${a} | ${b}`, blink: this.showsSecond ? b : a }[mode];
    // Only a panel that is shown has a name.
    if (this.isShown) panel.dataset.name = name;
    else delete panel.dataset.name;
    panel.querySelector("h2").textContent = name ?? "";
    for (const [id, side] of [["a", first], ["b", second]]) {
      const select = root.querySelector(`select[data-setting="${id}"]`);
      if (side) select.value = side.dataset.panelId;
    }
    root.querySelector(".sides").hidden = mode === "none";
    const bar = panel.querySelector(".swipe"), at = Math.round(state.bar);
    bar.hidden = mode !== "swipe";
    bar.style.left = `${at}%`;
    bar.setAttribute("aria-valuenow", at);
    bar.setAttribute("aria-valuetext", `${at} % ${a}, the rest ${b}`);
    panel.querySelector(".scale").hidden = mode !== "difference";
    panel.querySelector(".other").hidden = mode !== "blink";
    panel.querySelector(".sides-said").textContent = this.said(a, b);
    if (mode !== "difference") maps.delete("pair");
    this.tick();
  }

  said(a, b) {
    const { mode, scale } = this.view.state, colours = scale === "common" ? "on a common scale" : "each on its own scale";
    const [first, second] = this.sides.map(s => this.view.maps.get(s?.dataset.panelId));
    return {
      swipe: `Left of the bar ${a}, right of it ${b}, ${colours}.`,
      blink: `${a} and ${b} in turn, ${colours}.${this.calm.matches ? " They change with the button or the key x, since this device asks for little motion." : ""}`,
      difference: first && second
        ? `Each divided by its own greatest magnitude first: ${shortNumber(greatest(first))} and ${shortNumber(greatest(second))}. Red: more in ${a}. Blue: more in ${b}.`
        : "One of the maps is not there yet.",
    }[mode] ?? "";
  }

  // The difference as a map of its own, made again when one of them is.
  prepare() {
    if (!this.isShown || this.view.state.mode !== "difference") return;
    const { maps } = this.view, [first, second] = this.sides.map(s => maps.get(s.dataset.panelId));
    if (!first || !second) { maps.delete("pair"); return; }
    if (this.made?.first !== first || this.made.second !== second) this.made = { first, second, map: difference(first, second) };
    maps.set("pair", this.made.map);
  }

  compose(context, box) {
    const { view } = this, { mode, bar } = view.state, [a, b] = this.sides.map(s => s.dataset.panelId);
    if (mode === "blink") return view.compose(context, this.showsSecond ? b : a, box);
    view.compose(context, a, box);
    context.save();
    context.beginPath();
    context.rect(context.canvas.width * bar / 100, 0, context.canvas.width, context.canvas.height);
    context.clip();
    context.clearRect(0, 0, context.canvas.width, context.canvas.height);
    view.compose(context, b, box);
    context.restore();
  }

  tick() {
    const isOn = this.isShown && this.view.state.mode === "blink" && !this.calm.matches;
    if (isOn && this.timer === null) this.timer = setInterval(() => this.turn(), turn);
    if (!isOn) { clearInterval(this.timer); this.timer = null; }
  }

  turn() {
    this.showsSecond = !this.showsSecond;
    this.show();
    this.view.draw();
  }

  isBar(e) { return e.target.closest?.(".swipe"); }

  grab(e) {
    if (!this.isBar(e)) return;
    this.held = e.target.closest(".swipe");
    this.held.setPointerCapture(e.pointerId);
  }

  drag(e) {
    if (!this.held) return;
    const bounds = this.held.parentElement.getBoundingClientRect();
    this.move((e.clientX - bounds.left) / bounds.width * 100);
  }

  release() { this.held = null; }

  key(e) {
    if (!this.isBar(e)) return;
    const { bar } = this.view.state;
    const to = { ArrowLeft: bar - 2, ArrowDown: bar - 2, ArrowRight: bar + 2, ArrowUp: bar + 2, PageDown: bar - 10, PageUp: bar + 10, Home: 0, End: 100 }[e.key];
    if (to === undefined) return;
    e.preventDefault();
    this.move(to);
  }

  move(to) { this.view.set({ bar: Math.min(100, Math.max(0, to)) }); }

  dispose() {
    clearInterval(this.timer);
    for (const [name, listener] of this.on) this.view.root.removeEventListener(name, listener);
  }
}

const greatest = map => map.sizes("signed").at(-1) || 1;

// On the finer of both grids; a coarse map is smooth between its elements, as it is drawn.
function difference(first, second) {
  const width = Math.max(first.width, second.width), height = Math.max(first.height, second.height), values = new Float32Array(width * height);
  const [ga, gb] = [greatest(first), greatest(second)], [a, b] = [sampler(first, width, height), sampler(second, width, height)];
  for (let y = 0, i = 0; y < height; y++) for (let x = 0; x < width; x++, i++) values[i] = a(x, y) / ga - b(x, y) / gb;
  const kind = { signed: true, hasOffset: false, isFinal: first.kind.isFinal && second.kind.isFinal };
  return new MapOfPanel(width, height, new Uint8Array(values.buffer), kind);
}

function sampler(map, width, height) {
  const { width: w, height: h } = map, shown = map.shown("signed");
  if (w === width && h === height) return (x, y) => shown[y * w + x];
  return (x, y) => {
    const u = Math.min(w - 1, Math.max(0, (x + 0.5) * w / width - 0.5)), v = Math.min(h - 1, Math.max(0, (y + 0.5) * h / height - 0.5));
    const x0 = Math.floor(u), y0 = Math.floor(v), x1 = Math.min(w - 1, x0 + 1), y1 = Math.min(h - 1, y0 + 1), f = u - x0, g = v - y0;
    return (shown[y0 * w + x0] * (1 - f) + shown[y0 * w + x1] * f) * (1 - g) + (shown[y1 * w + x0] * (1 - f) + shown[y1 * w + x1] * f) * g;
  };
}
