// One map: its values, what of them is shown, and what is derived from that for legends.
export class MapOfPanel {
  constructor(width, height, bytes, kind) {
    Object.assign(this, { width, height, kind, drawn: "", made: new Map(), values: new Float32Array(bytes.slice().buffer) });
    this.picture = new OffscreenCanvas(width, height);
  }

  // Which colours: both signs, for alone, against alone, or magnitudes.
  look(sign) {
    if (!this.kind.signed || sign === "absolute") return "heat";
    return { signed: "both", positive: "warm", negative: "cool" }[sign];
  }

  // One number per pixel: with both signs, those of one sign, as magnitudes, or from the least value where zero means nothing.
  shown(sign) {
    return this.once(`shown ${sign}`, () => {
      if (!this.kind.signed && this.kind.hasOffset) return this.values.map(v => v - this.least);
      switch (this.look(sign)) {
        case "both": return this.values;
        case "warm": return this.values.map(v => Math.max(0, v));
        case "cool": return this.values.map(v => Math.min(0, v));
        default: return this.values.map(Math.abs);
      }
    });
  }

  get least() { return this.once("least", () => this.values.reduce((a, b) => Math.min(a, b), Infinity)); }

  // What a legend adds to numbers that are shown from the least value on.
  get offset() { return !this.kind.signed && this.kind.hasOffset ? this.least : 0; }

  sizes(sign) { return this.once(`sizes ${sign}`, () => Float32Array.from(this.shown(sign), Math.abs).sort()); }

  // The value at which colours are full: so that 2 % of the total magnitude may be clipped, as in the drawn pictures.
  full(sign) {
    return this.once(`full ${sign}`, () => {
      const sizes = this.sizes(sign);
      let total = 0, sum = 0;
      for (const v of sizes) total += v;
      for (const v of sizes) {
        sum += v;
        if (sum >= 0.98 * total) return v || 1;
      }
      return sizes.at(-1) || 1;
    });
  }

  // The magnitude at which the top share of pixels begins.
  cut(sign, threshold) {
    const sizes = this.sizes(sign);
    return threshold <= 0 ? 0 : sizes[Math.min(sizes.length - 1, Math.floor(sizes.length * threshold / 100))];
  }

  // The value of the element at a place, in shares of the map's sides; null beside it.
  valueAt(x, y) {
    if (x < 0 || x >= 1 || y < 0 || y >= 1) return null;
    return this.values[Math.floor(y * this.height) * this.width + Math.floor(x * this.width)];
  }

  // How many pixels there are between two values, in equal steps; what lies beyond is counted at the ends.
  histogram(sign, low, high, bins) {
    return this.once(`bins ${sign} ${low} ${high} ${bins}`, () => {
      const counts = new Uint32Array(bins);
      for (const v of this.shown(sign)) counts[Math.min(bins - 1, Math.max(0, Math.floor((v - low) / (high - low) * bins)))]++;
      return counts;
    });
  }

  // Line segments around what is at least as large as the cut: marching squares between the centres of the pixels.
  contour(sign, cut) {
    return this.once(`contour ${sign} ${cut}`, () => {
      const { width: w, height: h } = this, shown = this.shown(sign), path = new Path2D();
      // Beyond its edges a map counts as nothing, so that a line that reaches an edge is closed.
      const size = (x, y) => (x < 0 || y < 0 || x >= w || y >= h ? 0 : Math.abs(shown[y * w + x]));
      if (!(cut > 0)) return path;
      for (let y = -1; y < h; y++)
        for (let x = -1; x < w; x++) cell(path, x + 0.5, y + 0.5, [size(x, y), size(x + 1, y), size(x + 1, y + 1), size(x, y + 1)], cut);
      return path;
    });
  }

  once(key, make) {
    // Old thresholds are forgotten: a slider passes through a hundred of them.
    if (this.made.size > 40) this.made.clear();
    if (!this.made.has(key)) this.made.set(key, make());
    return this.made.get(key);
  }
}

// The sides that a line crosses, by which corners are inside (clockwise from the upper left: 1, 2, 4, 8).
const crossed = [[], [3, 0], [0, 1], [3, 1], [1, 2], [3, 0, 1, 2], [0, 2], [3, 2], [2, 3], [2, 0], [0, 1, 2, 3], [2, 1], [1, 3], [1, 0], [0, 3], []];

function cell(path, x, y, corners, cut) {
  const which = corners.reduce((sum, v, i) => sum + (v >= cut ? 1 << i : 0), 0);
  const sides = crossed[which];
  for (let i = 0; i < sides.length; i += 2) {
    path.moveTo(...point(sides[i], x, y, corners, cut));
    path.lineTo(...point(sides[i + 1], x, y, corners, cut));
  }
}

function point(side, x, y, corners, cut) {
  const from = corners[side], to = corners[(side + 1) % 4], f = (cut - from) / (to - from || 1);
  return [[x + f, y], [x + 1, y + f], [x + 1 - f, y + 1], [x, y + 1 - f]][side];
}
