// What an image page shows, as one record: read from the address, changed by controls and gestures, written back to the address.
const number = (usual, low, high) => ({
  usual,
  read: text => (text.trim() !== "" && Number.isFinite(Number(text)) ? Math.min(high, Math.max(low, Number(text))) : usual),
  write: value => String(Math.round(value * 1e4) / 1e4),
});
const choice = (usual, ...others) => ({ usual, read: text => (others.includes(text) ? text : usual), write: value => value });
const flag = { usual: false, read: text => text === "1", write: () => "1" };
const word = { usual: "", read: text => text, write: value => value };
// A pixel of the image: "20,40".
const pixel = {
  usual: null,
  read: text => (/^\d{1,6},\d{1,6}$/.test(text) ? text.split(",").map(Number) : null),
  write: value => value.join(","),
};

export const maxZoom = 64;

const fields = {
  // Which maps, as the server writes them; empty for those of the job.
  panels: word,
  // Maps over the image, beside it, or alone.
  view: choice("overlay", "beside", "map"),
  opacity: number(90, 0, 100),
  // The share of pixels, those of least magnitude, that is not shown.
  threshold: number(0, 0, 99),
  contour: flag,
  sign: choice("signed", "positive", "negative", "absolute"),
  curve: choice("linear", "log"),
  scale: choice("own", "common"),
  // How many times larger than what fits, and what of the image is in the middle, as shares of its sides.
  zoom: number(1, 1, maxZoom),
  x: number(0.5, 0, 1),
  y: number(0.5, 0, 1),
  at: pixel,
  // The one panel that fills the page.
  full: word,
  // Two panels in one.
  mode: choice("none", "difference", "swipe", "blink"),
  a: word,
  b: word,
  bar: number(50, 0, 100),
};

// What belongs to one picture and not to its neighbours.
const ofPicture = ["zoom", "x", "y", "at"];

export class ViewState {
  constructor() {
    const query = new URLSearchParams(location.search);
    for (const [name, field] of Object.entries(fields)) this[name] = query.has(name) ? field.read(query.get(name)) : field.usual;
    this.timer = null;
    this.path = location.pathname;
  }

  isUsual(name) { return this[name] === fields[name].usual; }

  // Takes a value as a control gives it.
  take(name, text) { this[name] = fields[name].read(text); }

  // The address that shows the same: of this picture, or of a neighbour at another path.
  address(path = location.pathname) {
    const query = new URLSearchParams(location.search);
    // What earlier versions wrote for `panels`.
    if (this.panels !== "") query.delete("methods");
    for (const [name, field] of Object.entries(fields)) {
      if (this.isUsual(name) || (path !== location.pathname && ofPicture.includes(name))) query.delete(name);
      else query.set(name, field.write(this[name]));
    }
    const text = query.toString().replaceAll("%2C", ",").replaceAll("%3A", ":").replaceAll("%40", "@").replaceAll("%7E", "~");
    return path + (text === "" ? "" : `?${text}`);
  }

  // Written a moment later: a slider moves more often than a browser lets its address change. The server hears nothing of it.
  keep() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.write(), 150);
  }

  write() {
    clearTimeout(this.timer);
    // The page may have gone to another picture since.
    if (location.pathname === this.path && this.address() !== location.pathname + location.search) history.replaceState(history.state, "", this.address());
  }
}
